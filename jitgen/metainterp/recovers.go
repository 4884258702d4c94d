package metainterp

import (
	"kiln/gc/layout"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// checkGuard records a check that passes as a guard of what it checks. When that fails, the blackhole interpreter executes
// the check again, with memory as it has to be, and panics. Nil checks are guards of their own.
func (m *MetaInterp) checkGuard(i *inst) Reason {
	check := i.code
	defer func() { i.code = check }()
	switch check {
	case op.CheckIndex:
		i.code = op.UintLt
		return m.guardCmp(i, true)
	case op.CheckZero:
		i.code = op.IntIsTrue
		return m.guardCmp(i, true)
	}
	arg := func(n int) trace.Ref { return m.operand(i.f, op.Int, i.regs[n]) }
	switch check {
	case op.CheckSlice, op.CheckSliceLen:
		m.guardHolds(op.UintLe, arg(0), arg(1))
		m.guardHolds(op.UintLe, arg(1), arg(2))
	case op.CheckShift:
		m.guardHolds(op.IntGe, arg(0), m.constant(op.Int, 0))
	case op.CheckLen:
		m.guardHolds(op.UintLe, arg(0), m.constant(op.Int, layout.MaxLen))
	}
	return 0
}

// guardHolds guards a comparison that holds.
func (m *MetaInterp) guardHolds(code op.Code, x, y trace.Ref) {
	if isConst(x) && isConst(y) {
		return
	}
	if box, ok := m.lookup(code, nil, x, y); ok && isConst(box) {
		return
	}
	m.guard(op.GuardTrue, m.record(code, nil, x, y))
	m.remember(code, nil, x, y, m.constant(op.Int, 1))
}
