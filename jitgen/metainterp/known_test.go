package metainterp

import (
	"testing"

	"kiln/jitgen/descr"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// bench is a recording with integer registers 0..n-1 that hold the inputs of the trace.
func bench(t *testing.T, n int) (*MetaInterp, *frame) {
	t.Helper()
	m := &MetaInterp{}
	kinds := make([]op.Kind, n)
	for i := range kinds {
		kinds[i] = op.Int
	}
	m.begin("test", kinds)
	code := &jitcode.JitCode{}
	code.NumRegs[op.Int] = 16
	f := m.pushFrame(code, 0)
	for i, box := range m.tr.Inputs {
		m.set(f, op.Int, uint16(i), 100, box)
	}
	return m, f
}

// compare is an instruction on registers x and y.
func compare(m *MetaInterp, f *frame, code op.Code, x, y uint16) *inst {
	i := &inst{f: f, code: code, n: 2, res: op.Int, dst: 15}
	i.regs[0], i.regs[1] = x, y
	i.kinds[0], i.kinds[1] = op.Int, op.Int
	for n, r := range []uint16{x, y} {
		i.words[n], i.boxes[n] = m.word(f, op.Int, r), m.box(f, op.Int, r)
	}
	return i
}

// add sets register dst to register x plus a constant.
func add(m *MetaInterp, f *frame, dst, x uint16, c int64) {
	i := &inst{f: f, code: op.IntAdd, n: 2, res: op.Int, dst: dst}
	i.kinds[0], i.kinds[1] = op.Int, op.Int
	i.words[0], i.boxes[0] = m.word(f, op.Int, x), m.raw(f, op.Int, x)
	i.words[1], i.boxes[1] = uint64(c), trace.None
	m.addSub(i)
}

func wantSettled(t *testing.T, m *MetaInterp, i *inst, truth, ok bool) {
	t.Helper()
	if gotTruth, gotOK := m.settled(i); gotOK != ok || ok && gotTruth != truth {
		t.Errorf("%v of registers %d and %d: %v %v, want %v %v", i.code, i.regs[0], i.regs[1], gotTruth, gotOK, truth, ok)
	}
}

// Sums are recorded once each, when they are needed, with their base.
func TestSums(t *testing.T) {
	m, f := bench(t, 1)
	for range 5 {
		add(m, f, 0, 0, 1)
	}
	if n := len(m.tr.Ops); n != 0 {
		t.Fatalf("%d operations recorded before any is needed", n)
	}
	add(m, f, 1, 0, -2)
	add(m, f, 2, 1, 2)
	add(m, f, 3, 2, -5)
	x, y := m.operand(f, op.Int, 0), m.operand(f, op.Int, 2)
	if x != y || len(m.tr.Ops) != 1 || m.operand(f, op.Int, 3) != m.tr.Inputs[0] {
		t.Errorf("operands %d, %d; %d operations", x, y, len(m.tr.Ops))
	}
	if m.word(f, op.Int, 2) != 105 || m.word(f, op.Int, 3) != 100 {
		t.Errorf("words %d, %d", m.word(f, op.Int, 2), m.word(f, op.Int, 3))
	}
	m.known(op.Int, m.tr.Inputs[0], 100)
	if box := m.operand(f, op.Int, 1); !isConst(box) || m.tr.Consts.Get(box).Bits != 103 {
		t.Error("a sum of what became constant is not constant")
	}
}

// Between two indices everything is one; below, what is not negative; above, nothing.
func TestIndices(t *testing.T) {
	m, f := bench(t, 2)
	m.narrow(m.tr.Inputs[1], 0, 1<<40)
	add(m, f, 2, 0, 5)
	add(m, f, 3, 0, 9)
	add(m, f, 4, 0, 7)
	add(m, f, 5, 0, 10)
	add(m, f, 6, 0, 4)
	m.learn(compare(m, f, op.UintLt, 2, 1), true)
	m.learn(compare(m, f, op.UintLt, 3, 1), true)
	wantSettled(t, m, compare(m, f, op.UintLt, 4, 1), true, true)
	wantSettled(t, m, compare(m, f, op.UintLt, 5, 1), false, false)
	wantSettled(t, m, compare(m, f, op.UintLt, 6, 1), false, false)
	wantSettled(t, m, compare(m, f, op.UintLt, 4, 0), false, false)
	m.narrow(m.tr.Inputs[0], -4, 1<<40)
	wantSettled(t, m, compare(m, f, op.UintLt, 6, 1), true, true)
	m.forget()
	wantSettled(t, m, compare(m, f, op.UintLt, 4, 1), false, false)
}

// A position that was an index is not negative; steps to the left raise what is known of it.
func TestBounds(t *testing.T) {
	m, f := bench(t, 2)
	m.narrow(m.tr.Inputs[1], 0, 1<<40)
	m.set(f, op.Int, 9, 0, trace.None)
	m.learn(compare(m, f, op.UintLt, 0, 1), true)
	wantSettled(t, m, compare(m, f, op.IntEq, 0, 9), false, false)
	m.learn(compare(m, f, op.IntEq, 0, 9), false)
	wantSettled(t, m, compare(m, f, op.IntEq, 0, 9), false, true)
	wantSettled(t, m, compare(m, f, op.IntGt, 0, 9), true, true)
	add(m, f, 2, 0, -1)
	wantSettled(t, m, compare(m, f, op.IntGe, 2, 9), true, true)
	wantSettled(t, m, compare(m, f, op.IntEq, 2, 9), false, false)
	add(m, f, 3, 0, 1<<62)
	wantSettled(t, m, compare(m, f, op.IntGe, 3, 9), true, true)
	add(m, f, 3, 3, 1<<62)
	wantSettled(t, m, compare(m, f, op.IntGe, 3, 9), false, true) // wraps for certain
	add(m, f, 3, 3, -10)
	wantSettled(t, m, compare(m, f, op.IntGe, 3, 9), false, false) // may wrap back
}

// Items at other offsets from the same index survive a store; at an unrelated one they may be what is stored to.
func TestItems(t *testing.T) {
	c := newCache()
	want := func(e item, value trace.Ref) {
		t.Helper()
		if got, _ := c.loadItem(e); got != value {
			t.Errorf("at %+v: %d, want %d", e, got, value)
		}
	}
	a, b := item{loc: 1, obj: 10, base: 5}, item{loc: 1, obj: 10, base: 5, off: 1}
	a.value, b.value = 100, 101
	c.noteItem(a)
	c.noteItem(b)
	c.clobberItem(1, 11, 5, 0) // another object, or the same
	want(b, 101)
	want(a, trace.None)
	c.clobberItem(2, 10, 6, 0)
	want(b, 101)
	c.store(place{loc: 1, obj: 10, index: 3}, 102)
	want(b, trace.None)
	c.noteItem(a)
	c.setFresh(20, 7)
	c.clobberItem(1, 20, 6, 0)
	want(a, 100)
	c.call(&descr.Effects{Writes: []descr.Loc{1}})
	want(a, trace.None)
}
