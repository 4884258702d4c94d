package metainterp

import (
	"kiln/jitgen/exec"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// branchOn executes goto_if_not.
func (m *MetaInterp) branchOn(f *frame, units []uint16) {
	word, box := m.word(f, op.Int, units[0]), m.box(f, op.Int, units[0])
	if !isConst(box) {
		m.guard(guardOf(word != 0), box)
		m.known(op.Int, box, word)
	}
	if word == 0 {
		f.pc = f.code.Label(f.pc + 2)
	} else {
		f.pc += 4
	}
}

func guardOf(taken bool) op.Code {
	if taken {
		return op.GuardTrue
	}
	return op.GuardFalse
}

// branchCmp executes a fused comparison and branch.
func (m *MetaInterp) branchCmp(f *frame, units []uint16) Reason {
	i := &m.in
	i.f, i.code, i.d = f, op.Code(units[0]), nil
	info := jitcode.InfoOf(i.code)
	i.n = len(info.Args)
	for n, k := range info.Args {
		i.kinds[n], i.regs[n] = k, units[1+n]
		i.words[n], i.boxes[n] = m.word(f, k, units[1+n]), m.box(f, k, units[1+n])
	}
	taken := exec.Do(&m.m, i.code, nil, i.args()) != 0
	if r := m.guardCmp(i, taken); r != 0 {
		return r
	}
	if taken {
		f.pc += 2 + i.n + 2
	} else {
		f.pc = f.code.Label(f.pc + 2 + i.n)
	}
	return 0
}

// guardCmp records what a fused comparison has to guard, and learns from it.
func (m *MetaInterp) guardCmp(i *inst, taken bool) Reason {
	if i.allConst() {
		return 0
	}
	switch i.code {
	case op.PtrIsZero, op.PtrNonzero:
		m.guardNil(i, 0, taken == (i.code == op.PtrIsZero))
		return 0
	case op.PtrEq, op.PtrNe:
		if m.ptrKnown(i.boxes[0], i.boxes[1], i.words[0], i.words[1]) {
			return 0
		}
		for n := range 2 {
			if isConst(i.boxes[1-n]) && i.words[1-n] == 0 {
				m.guardNil(i, n, taken == (i.code == op.PtrEq))
				return 0
			}
		}
	}
	if truth, ok := m.settled(i); ok {
		if truth != taken {
			return Contradiction
		}
		return 0
	}
	x, y := m.operands(i)
	box, found := m.lookup(i.code, nil, x, y)
	if !found {
		box = m.emit(i)
	}
	m.guard(guardOf(taken), box)
	m.learn(i, taken)
	m.equal(i, taken)
	return 0
}

// guardNil guards the nullity of a reference.
func (m *MetaInterp) guardNil(i *inst, n int, isNil bool) {
	box := i.boxes[n]
	if known, _ := m.nullity(box, i.words[n]); known {
		return
	}
	if isNil {
		m.guard(op.GuardIsnull, box)
		m.known(op.Ref, box, 0)
		return
	}
	m.guard(op.GuardNonnull, box)
	m.cache.setNonnull(box)
}

// equal: a value shown to equal a constant is that constant from now on.
func (m *MetaInterp) equal(i *inst, taken bool) {
	switch i.code {
	case op.IntEq, op.PtrEq:
	case op.IntNe, op.PtrNe:
		taken = !taken
	case op.IntIsZero:
		if taken {
			m.known(op.Int, i.boxes[0], 0)
		}
		return
	default:
		return
	}
	if !taken {
		return
	}
	for n := range 2 {
		if isConst(i.boxes[1-n]) {
			m.known(i.kinds[n], i.boxes[n], i.words[1-n])
		}
	}
}

// fewCases is up to how many cases the default of a sparse switch is guarded by comparisons.
const fewCases = 6

// switchOn executes a switch: the value is promoted; or, for the default case, shown to be none of the cases.
func (m *MetaInterp) switchOn(f *frame, units []uint16) {
	r := units[0]
	s := &f.code.Switches[units[1]]
	word, box := m.word(f, op.Int, r), m.box(f, op.Int, r)
	if !isConst(box) {
		if s.Find(int64(word)) >= 0 || !m.guardDefault(s, box) {
			m.promoteReg(f, op.Int, r)
		}
	}
	f.pc = s.Target(int64(word))
}

// guardDefault guards that the value is none of the cases, if that takes few operations.
func (m *MetaInterp) guardDefault(s *jitcode.Switch, box trace.Ref) bool {
	n := len(s.Cases)
	integer := func(v int64) trace.Ref { return m.constant(op.Int, uint64(v)) }
	switch {
	case n == 0:
		return true
	case n > 2 && s.Cases[n-1]-s.Cases[0] == int64(n-1):
		off := m.record(op.IntSub, nil, box, integer(s.Cases[0]))
		m.guard(op.GuardFalse, m.record(op.UintLt, nil, off, integer(int64(n))))
		return true
	case n <= fewCases:
		for _, c := range s.Cases {
			m.guard(op.GuardFalse, m.record(op.IntEq, nil, box, integer(c)))
		}
		return true
	}
	return false
}
