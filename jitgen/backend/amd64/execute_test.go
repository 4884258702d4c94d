package amd64

import (
	"errors"
	"math"
	"runtime"
	"testing"
	"time"

	"kiln/gc"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

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
	e := b.Execute(th, loop, []uint64{0, 100000000, 0})
	t.Log(time.Since(start))
	if e.Kind != backend.ExitGuard || e.Guard != g || e.Values[0] != 100000000 || e.Values[1] != 4999999950000000 {
		t.Fatalf("%+v", e)
	}
}

// TestNestedExecute: a call from machine code runs the same loop again, deeper, down to 0.
func TestNestedExecute(t *testing.T) {
	b, rt := newBackend(t, backend.Options{})
	tr, _ := callLoop(0)
	loop := compileLoop(t, b, tr)
	depth, deepest := 0, 0
	rt.funcs = append(rt.funcs, func(th *thread.Thread) {
		n := th.ArgI[0]
		depth++
		deepest = max(deepest, depth)
		growStack(20)
		runtime.GC()
		e := b.Execute(th, loop, []uint64{uint64(n - 1), 0, 0})
		depth--
		th.ResI[0] = int64(e.Values[0]) + 1
	})
	th := newThread(t)
	e := b.Execute(th, loop, []uint64{7, 0, 0})
	if want := uint64(1<<7 - 1); e.Values[0] != want || math.Float64frombits(e.Values[1]) != 3.5 || deepest != 7 {
		t.Errorf("%d activations, want %d; float %v; depth %d", e.Values[0], want, math.Float64frombits(e.Values[1]), deepest)
	}
	if th.JitFrame != 0 {
		t.Errorf("frames left: %#x", th.JitFrame)
	}
}

//go:noinline
func growStack(n int) int {
	var big [1024]byte
	if n == 0 {
		return int(big[0])
	}
	return growStack(n-1) + int(big[n])
}

// TestPanicUnwindsThroughExecute: a Go panic in a callee leaves nested activations; the outer one goes on.
func TestPanicUnwindsThroughExecute(t *testing.T) {
	b, rt := newBackend(t, backend.Options{})
	inner := compileLoop(t, b, first(callLoop(1)))
	outer := compileLoop(t, b, first(callLoop(0)))
	recovered := 0
	rt.funcs = []func(*thread.Thread){
		func(th *thread.Thread) { // recovers what the inner loop throws
			defer func() {
				if recover() == "thrown" {
					recovered++
					th.ResI[0] = 10
				}
			}()
			b.Execute(th, inner, []uint64{uint64(th.ArgI[0]), 0, 0})
		},
		func(th *thread.Thread) { panic("thrown") },
	}
	th := newThread(t)
	e := b.Execute(th, outer, []uint64{5, 0, 0})
	if e.Values[0] != 50 || recovered != 5 {
		t.Errorf("sum %d, %d recovered", e.Values[0], recovered)
	}
	sp := th.JitSP
	func() {
		defer func() { recover() }()
		b.Execute(th, inner, []uint64{3, 0, 0})
	}()
	if th.JitSP != sp || th.JitFrame != 0 {
		t.Errorf("after a panic JitSP is %#x, was %#x; JitFrame %#x", th.JitSP, sp, th.JitFrame)
	}
}

func first(t *trace.Trace, _ *trace.Guard) *trace.Trace { return t }

// TestStackOverflow: endless nesting ends in a panic, not in the guard page.
func TestStackOverflow(t *testing.T) {
	b, rt := newBackend(t, backend.Options{})
	loop := compileLoop(t, b, first(callLoop(0)))
	th := newThread(t)
	rt.funcs = append(rt.funcs, func(th *thread.Thread) { b.Execute(th, loop, []uint64{1, 0, 0}) })
	b.threadState(th)
	th.JitStackLimit = th.JitSP - 100<<10 // or Go's own stack would grow for a while
	defer func() {
		if _, ok := recover().(*StackError); !ok {
			t.Error("no StackError")
		}
	}()
	b.Execute(th, loop, []uint64{1, 0, 0})
}

// TestRandomGuardFailures: a forced failure leaves consistent values, from which the loop goes on.
func TestRandomGuardFailures(t *testing.T) {
	b, _ := newBackend(t, backend.Options{GuardFail: 50, Seed: 3})
	tr, _ := sumLoop()
	loop := compileLoop(t, b, tr)
	th := newThread(t)
	args := []uint64{0, 10000, 0}
	failures := 0
	for args[0] < args[1] {
		e := b.Execute(th, loop, args)
		i := e.Values[0]
		if e.Values[1] != i*(i-1)/2 {
			t.Fatalf("i %d, sum %d", i, e.Values[1])
		}
		args[0], args[2] = i, e.Values[1]
		failures++
	}
	if failures < 100 || failures > 400 {
		t.Errorf("%d failures of 10000 guards, want about 200", failures)
	}
}

// TestInvalidate: guard_not_invalidated holds until Invalidate, in bridges compiled later too.
func TestInvalidate(t *testing.T) {
	b, _ := newBackend(t, backend.Options{})
	tr := trace.New("quasi", trace.NewPool(), op.Int)
	target := &trace.Target{}
	i := tr.Inputs[0]
	tr.Add(op.Label, target, i)
	g1, g2 := &trace.Guard{ID: 1, Kinds: []op.Kind{op.Int}}, &trace.Guard{ID: 2, Kinds: []op.Kind{op.Int}}
	tr.Add(op.GuardNotInvalidated, g1).FailArgs = []trace.Ref{i}
	c := tr.Add(op.IntLt, nil, i, tr.Int(10)).Res
	tr.Add(op.GuardTrue, g2, c).FailArgs = []trace.Ref{i}
	i2 := tr.Add(op.IntAdd, nil, i, tr.Int(1)).Res
	tr.Add(op.Jump, target, i2)
	loop := compileLoop(t, b, tr)
	th := newThread(t)
	if e := b.Execute(th, loop, []uint64{0}); e.Guard != g2 || e.Values[0] != 10 {
		t.Errorf("%+v", e)
	}
	b.Invalidate(loop)
	if e := b.Execute(th, loop, []uint64{4}); e.Guard != g1 || e.Values[0] != 4 {
		t.Errorf("%+v", e)
	}
	bridge := trace.New("bridge", trace.NewPool(), op.Int)
	g3 := &trace.Guard{ID: 3, Kinds: []op.Kind{op.Int}}
	bridge.Add(op.GuardNotInvalidated, g3).FailArgs = []trace.Ref{0}
	bridge.Add(op.Finish, nil, 0)
	if err := b.CompileBridge(g1, loop, bridge); err != nil {
		t.Fatal(err)
	}
	if e := b.Execute(th, loop, []uint64{4}); e.Guard != g3 || e.Values[0] != 4 {
		t.Errorf("%+v", e)
	}
}

// TestTraps: failing checks raise Go's panics out of Execute, and leave the thread as it was.
func TestTraps(t *testing.T) {
	b, _ := newBackend(t, backend.Options{})
	for _, c := range []struct {
		code op.Code
		args []int64
		want string
	}{
		{op.CheckIndex, []int64{5, 5}, "runtime error: index out of range [5] with length 5"},
		{op.CheckIndex, []int64{-1, 5}, "runtime error: index out of range [-1]"},
		{op.CheckIndex, []int64{4, 5}, ""},
		{op.CheckSlice, []int64{3, 2, 5}, "runtime error: slice bounds out of range [3:2]"},
		{op.CheckSlice, []int64{3, 6, 5}, "runtime error: slice bounds out of range [:6] with capacity 5"},
		{op.CheckSlice, []int64{5, 5, 5}, ""},
		{op.CheckSliceLen, []int64{3, 6, 5}, "runtime error: slice bounds out of range [:6] with length 5"},
		{op.CheckSliceLen, []int64{3, 2, 5}, "runtime error: slice bounds out of range [3:2]"},
		{op.CheckSliceLen, []int64{5, 5, 5}, ""},
		{op.CheckZero, []int64{0}, "runtime error: integer divide by zero"},
		{op.CheckZero, []int64{-3}, ""},
		{op.CheckShift, []int64{-1}, "runtime error: negative shift amount"},
		{op.CheckShift, []int64{1 << 62}, ""},
		{op.CheckLen, []int64{-1}, "runtime error: makeslice: len out of range"},
		{op.CheckLen, []int64{1 << 41}, "runtime error: makeslice: len out of range"},
		{op.CheckLen, []int64{1 << 40}, ""},
	} {
		for mask := range 1 << len(c.args) { // constants in all combinations
			if got := runCheck(t, b, c.code, c.args, mask); got != c.want {
				t.Errorf("%v %v, constants %b: %q, want %q", c.code, c.args, mask, got, c.want)
			}
		}
	}
}

func runCheck(t *testing.T, b *Backend, code op.Code, args []int64, constants int) (message string) {
	kinds := make([]op.Kind, len(args))
	for i := range kinds {
		kinds[i] = op.Int
	}
	tr := trace.New("check", trace.NewPool(), kinds...)
	tr.Add(op.Label, &trace.Target{}, tr.Inputs...)
	var refs []trace.Ref
	var words []uint64
	for i, v := range args {
		words = append(words, uint64(v))
		refs = append(refs, tr.Inputs[i])
		if constants&(1<<i) != 0 {
			refs[i] = tr.Int(v)
		}
	}
	tr.Add(code, nil, refs...)
	tr.Add(op.Finish, nil)
	loop := compileLoop(t, b, tr)
	th := newThread(t)
	defer func() {
		if r := recover(); r != nil {
			message = r.(error).Error()
		}
		if th.JitFrame != 0 {
			t.Error("frame left")
		}
	}()
	b.Execute(th, loop, words)
	return ""
}

// TestEveryOperation: each operation is compiled or rejected with a reason.
func TestEveryOperation(t *testing.T) {
	for c := op.Code(0); int(c) < op.NumOps(); c++ {
		_, rejected := Rejected[c]
		if rejected == (emitters[c] != nil) {
			t.Errorf("%v: emitter %v, rejected %v", c, emitters[c] != nil, rejected)
		}
		if c.Has(op.FlowOnly) && emitters[c] != nil && c != op.IdentityHash {
			t.Errorf("%v is not for traces", c)
		}
	}
}

func TestRejects(t *testing.T) {
	b, _ := newBackend(t, backend.Options{})
	tr := trace.New("bad", trace.NewPool(), op.Int)
	tr.Add(op.Label, &trace.Target{}, 0)
	tr.Add(op.PromoteI, nil, 0)
	tr.Add(op.Finish, nil)
	var e *RejectError
	if err := b.CompileLoop(&backend.Loop{}, tr); !errors.As(err, &e) || e.Op != op.PromoteI {
		t.Errorf("%v", err)
	}
	tr, _ = sumLoop()
	tr.Ops = tr.Ops[:len(tr.Ops)-1]
	if err := b.CompileLoop(&backend.Loop{}, tr); err == nil {
		t.Error("a trace without end was compiled")
	}
}

func TestNoAllocationInExits(t *testing.T) {
	b, rt := newBackend(t, backend.Options{})
	rt.funcs = append(rt.funcs, func(th *thread.Thread) { th.ResI[0] = th.ArgI[0] })
	loop := compileLoop(t, b, first(callLoop(0)))
	th := newThread(t)
	args := []uint64{100, 0, 0}
	if n := testing.AllocsPerRun(100, func() { b.Execute(th, loop, args) }); n != 0 {
		t.Errorf("%v allocations a run", n)
	}
}

func TestPCToOp(t *testing.T) {
	b, _ := newBackend(t, backend.Options{})
	tr, _ := sumLoop()
	loop := compileLoop(t, b, tr)
	p := loop.State.(*loopState).main
	for i, e := range p.pcs {
		if name, at, ok := b.PCToOp(p.base + uintptr(e.Offset)); !ok || at < int(e.Op) || name != "sum" {
			t.Errorf("entry %d: %v %v %v", i, name, at, ok)
		}
	}
	if _, _, ok := b.PCToOp(1); ok {
		t.Error("found an operation outside")
	}
}

func BenchmarkIntLoop(b *testing.B) {
	be, _ := newBackend(b, backend.Options{})
	tr, _ := sumLoop()
	loop := compileLoop(b, be, tr)
	be.Execute(newThread(b), loop, []uint64{0, uint64(b.N), 0})
}

func BenchmarkIntLoopInGo(b *testing.B) {
	sum := 0
	for i := 0; i < b.N; i++ {
		sum += i
		if sum == -1 {
			break
		}
	}
	growStack(sum & 1)
}

func BenchmarkCallExit(b *testing.B) {
	be, rt := newBackend(b, backend.Options{})
	rt.funcs = append(rt.funcs, func(th *thread.Thread) { th.ResI[0] = th.ArgI[0] })
	loop := compileLoop(b, be, first(callLoop(0)))
	be.Execute(newThread(b), loop, []uint64{uint64(b.N), 0, 0})
}

func BenchmarkEnterAndGuardFailure(b *testing.B) {
	be, _ := newBackend(b, backend.Options{})
	tr, _ := sumLoop()
	loop := compileLoop(b, be, tr)
	th := newThread(b)
	args := []uint64{1, 0, 0}
	for b.Loop() {
		be.Execute(th, loop, args)
	}
}

func BenchmarkCompile(b *testing.B) {
	be, _ := newBackend(b, backend.Options{})
	ops := 0
	for i := 0; b.Loop(); i++ {
		tr := randomLoop(uint64(i%100), nil).t
		if i%10000 == 0 {
			be, _ = newBackend(b, backend.Options{})
		}
		ops += len(tr.Ops)
		compileLoop(b, be, tr)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(ops), "ns/traceop")
}

// TestFlagsOfTheLastTrace: what arithmetic at the end of one trace left in the zero flag was once believed in the next trace,
// when register and offset happened to agree.
func TestFlagsOfTheLastTrace(t *testing.T) {
	rt, ns := newHeap(t, gc.Config{})
	b, err := New(rt, backend.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{`
[i0]
label(i0, descr=Target1)
i1 = int_add(i0, 8)
finish(i1)
`, `
[i0]
label(i0, descr=Target1)
i1 = int_zext8(i0)
i2 = int_is_zero(i1)
guard_true(i2, descr=Guard1) [i1]
finish(i1)
`} {
		ns.Forget()
		loop := compileText(t, b, ns, text)
		if e := b.Execute(rt.th, loop, []uint64{0}); e.Kind != backend.ExitFinish {
			t.Errorf("%v after\n%s", e.Guard, text)
		}
	}
}
