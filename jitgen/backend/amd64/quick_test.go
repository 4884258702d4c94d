package amd64

import (
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

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
func (r *fakeRuntime) AddRoots(w backend.RootWalker)                          { r.roots = append(r.roots, w) }

func newThread(tb testing.TB) *thread.Thread {
	p, err := unix.MmapPtr(-1, 0, nil, thread.Size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		tb.Fatal(err)
	}
	return (*thread.Thread)(unsafe.Pointer(p))
}

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

func TestSumLoop(t *testing.T) {
	start := time.Now()
	b, _ := newBackend(t, backend.Options{Log: t.Logf})
	t.Log("new", time.Since(start))
	tr, g := sumLoop()
	loop := &backend.Loop{}
	if err := b.CompileLoop(loop, tr); err != nil {
		t.Fatal(err)
	}
	th := newThread(t)
	start = time.Now()
	e := b.Execute(th, loop, []uint64{0, 1000000000, 0})
	t.Log(time.Since(start))
	if e.Kind != backend.ExitGuard || e.Guard != g || e.Values[0] != 1000000000 || e.Values[1] != 499999999500000000 {
		t.Fatalf("%+v", e)
	}
}
