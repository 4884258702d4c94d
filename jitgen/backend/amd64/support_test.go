package amd64

import (
	"math"
	"sync/atomic"
	"testing"
	"unsafe"

	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"

	"golang.org/x/sys/unix"
)

// What the tests of the package share: a program without heap, threads, small loops.

// fakeRuntime is a program without heap.
type fakeRuntime struct {
	prog  descr.Program
	funcs []func(t *thread.Thread)
	next  int64
	roots []backend.RootWalker
}

func (r *fakeRuntime) Program() *descr.Program                                { return &r.prog }
func (r *fakeRuntime) Call(t *thread.Thread, fn int)                          { r.funcs[fn](t) }
func (r *fakeRuntime) New(t *thread.Thread, typ uint32) uintptr               { panic("no heap") }
func (r *fakeRuntime) NewArray(t *thread.Thread, typ uint32, n int64) uintptr { panic("no heap") }
func (r *fakeRuntime) Alloc(t *thread.Thread, n int64) uintptr                { panic("no heap") }
func (r *fakeRuntime) IdentityHash(t *thread.Thread, obj uintptr) int64       { r.next++; return r.next }
func (r *fakeRuntime) QuasiWrite(*thread.Thread, uintptr, *descr.Field)       { panic("no heap") }
func (r *fakeRuntime) AddRoots(w backend.RootWalker)                          { r.roots = append(r.roots, w) }

func newThread(tb testing.TB) *thread.Thread {
	p, err := unix.MmapPtr(-1, 0, nil, thread.Size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		tb.Fatal(err)
	}
	t := (*thread.Thread)(unsafe.Pointer(p))
	t.ID = uint64(threads.Add(1))
	return t
}

// threads numbers the threads of all tests.
var threads atomic.Int64

func newBackend(tb testing.TB, opts backend.Options) (*Backend, *fakeRuntime) {
	rt := &fakeRuntime{}
	b, err := New(rt, opts)
	if err != nil {
		tb.Fatal(err)
	}
	return b, rt
}

// sumLoop counts i from 0 to n, adding it up.
func sumLoop() (*trace.Trace, *trace.Guard) {
	t := trace.New("sum", trace.NewPool(), op.Int, op.Int, op.Int)
	target := &trace.Target{}
	i, n, s := t.Inputs[0], t.Inputs[1], t.Inputs[2]
	t.Add(op.Label, target, i, n, s)
	lt := t.Add(op.IntLt, nil, i, n).Res
	g := &trace.Guard{Kinds: []op.Kind{op.Int, op.Int}}
	t.Add(op.GuardTrue, g, lt).FailArgs = []trace.Ref{i, s}
	s2 := t.Add(op.IntAdd, nil, s, i).Res
	i2 := t.Add(op.IntAdd, nil, i, t.Int(1)).Res
	t.Add(op.Jump, target, i2, n, s2)
	return t, g
}

// callLoop calls function 0 with its counter until that is 0, passing floats and ints across the calls.
func callLoop(fn int) (*trace.Trace, *trace.Guard) {
	t := trace.New("calls", trace.NewPool(), op.Int, op.Int, op.Float)
	target := &trace.Target{}
	i, s, f := t.Inputs[0], t.Inputs[1], t.Inputs[2]
	t.Add(op.Label, target, i, s, f)
	g := &trace.Guard{Kinds: []op.Kind{op.Int, op.Float}}
	gt := t.Add(op.IntGt, nil, i, t.Int(0)).Res
	t.Add(op.GuardTrue, g, gt).FailArgs = []trace.Ref{s, f}
	r := t.Add(op.CallI, &descr.Call{Args: []op.Kind{op.Int}, Results: []op.Kind{op.Int}}, t.Int(int64(fn)), i).Res
	s2 := t.Add(op.IntAdd, nil, s, r).Res
	f2 := t.Add(op.FloatAdd, nil, f, t.Consts.Intern(trace.Const{Kind: op.Float, Bits: math.Float64bits(0.5)})).Res
	i2 := t.Add(op.IntSub, nil, i, t.Int(1)).Res
	t.Add(op.Jump, target, i2, s2, f2)
	return t, g
}

func compileLoop(tb testing.TB, b *Backend, t *trace.Trace) *backend.Loop {
	tb.Helper()
	loop := &backend.Loop{}
	if err := b.CompileLoop(loop, t); err != nil {
		tb.Fatal(err)
	}
	return loop
}
