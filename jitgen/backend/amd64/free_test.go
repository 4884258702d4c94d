package amd64

import (
	"testing"

	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// target is the first label's.
func target(t *trace.Trace) *trace.Target { return t.Ops[0].Descr.(*trace.Target) }

// bridgeTo is a bridge from the guard of sumLoop that starts over at a target, with a limit 5 higher, if that is below 100.
func bridgeTo(to *trace.Target) (*trace.Trace, *trace.Guard) {
	t := trace.New("bridge", trace.NewPool(), op.Int, op.Int)
	i, s := t.Inputs[0], t.Inputs[1]
	lt := t.Add(op.IntLt, nil, i, t.Int(100)).Res
	g := &trace.Guard{ID: 1, Kinds: []op.Kind{op.Int, op.Int}}
	t.Add(op.GuardTrue, g, lt).FailArgs = []trace.Ref{i, s}
	limit := t.Add(op.IntAdd, nil, i, t.Int(5)).Res
	t.Add(op.Jump, to, i, limit, s)
	return t, g
}

// TestReleasedCodeIsReused: a loop and its bridge are freed together, and the next ones take their place.
func TestReleasedCodeIsReused(t *testing.T) {
	b, _ := newBackend(t, backend.Options{})
	th := newThread(t)
	before := b.code.Used()
	var first uintptr
	for range 5 {
		tr, g := sumLoop()
		loop := compileLoop(t, b, tr)
		bridge, last := bridgeTo(target(tr))
		if err := b.CompileBridge(g, loop, bridge); err != nil {
			t.Fatal(err)
		}
		if e := b.Execute(th, loop, []uint64{0, 10, 0}); e.Guard != last || e.Values[0] != 100 || e.Values[1] != 4950 {
			t.Fatalf("%+v", e)
		}
		if at := loop.State.(*loopState).main.base; first == 0 {
			first = at
		} else if at != first {
			t.Errorf("code at %#x, not at %#x", at, first)
		}
		b.Release(loop)
		b.Release(loop)
		if b.code.Used() != before || len(b.pieces) != 0 || len(b.loops) != 0 {
			t.Fatalf("%d bytes, %d pieces are left", b.code.Used()-before, len(b.pieces))
		}
		if err := b.CompileBridge(last, loop, bridge); err == nil {
			t.Error("a bridge of a freed guard")
		}
	}
}

// TestReleaseWaitsForJumps: code that other code goes to stays.
func TestReleaseWaitsForJumps(t *testing.T) {
	b, _ := newBackend(t, backend.Options{})
	th := newThread(t)
	inner, _ := sumLoop()
	a := compileLoop(t, b, inner)
	outer, g := sumLoop()
	c := compileLoop(t, b, outer)
	bridge, _ := bridgeTo(target(inner))
	if err := b.CompileBridge(g, c, bridge); err != nil {
		t.Fatal(err)
	}
	b.Release(a)
	if e := b.Execute(th, c, []uint64{0, 10, 0}); e.Values[0] != 15 || e.Values[1] != 105 {
		t.Fatalf("%+v", e)
	}
	if b.released != 1 || len(b.pieces) != 3 {
		t.Errorf("%d released, %d pieces", b.released, len(b.pieces))
	}
	b.Release(c)
	if b.released != 0 || len(b.pieces) != 0 {
		t.Errorf("%d released, %d pieces", b.released, len(b.pieces))
	}
}

// TestReleaseWhileRunning: a callee releases the loop that called it, which goes on, and is freed later.
func TestReleaseWhileRunning(t *testing.T) {
	b, rt := newBackend(t, backend.Options{})
	th := newThread(t)
	loop := compileLoop(t, b, first(callLoop(0)))
	rt.funcs = append(rt.funcs, func(th *thread.Thread) {
		b.Release(loop)
		for range 2 * sweepEvery { // code that would take the place
			compileLoop(t, b, first(sumLoop()))
		}
		th.ResI[0] = 3
	})
	if e := b.Execute(th, loop, []uint64{10, 0, 0}); e.Values[0] != 30 {
		t.Fatalf("%+v", e)
	}
	if b.released != 1 {
		t.Error("freed while it ran")
	}
	for range sweepEvery {
		compileLoop(t, b, first(sumLoop()))
	}
	if b.released != 0 {
		t.Error("never freed")
	}
}
