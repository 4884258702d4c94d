package metainterp

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// inst is an operation of the shared table being executed, decoded.
type inst struct {
	f     *frame
	code  op.Code
	d     descr.Descr
	n     int
	words [8]uint64
	boxes [8]trace.Ref // None: a constant without operand yet
	regs  [8]uint16
	kinds [8]op.Kind
	dst   uint16
	res   op.Kind
}

func (i *inst) args() []uint64 { return i.words[:i.n] }

func (i *inst) allConst() bool {
	for _, b := range i.boxes[:i.n] {
		if !isConst(b) {
			return false
		}
	}
	return true
}

// step executes one instruction. If it gives a Reason, nothing has happened.
func (m *MetaInterp) step() Reason {
	f := m.top()
	code := op.Code(f.code.Code[f.pc])
	if code < op.FirstPrivate {
		return m.operation(f, code)
	}
	units := f.code.Code[f.pc+1:]
	switch code {
	case jitcode.MoveI, jitcode.MoveR, jitcode.MoveF:
		k := op.Int + op.Kind(code-jitcode.MoveI)
		m.set(f, k, units[1], m.word(f, k, units[0]), m.raw(f, k, units[0]))
		f.pc += 3
	case jitcode.Goto:
		f.pc = f.code.Label(f.pc + 1)
	case jitcode.GotoIfNot:
		m.branchOn(f, units)
	case jitcode.GotoIfNotCmp:
		return m.branchCmp(f, units)
	case jitcode.SwitchInt:
		m.switchOn(f, units)
	case jitcode.Call, jitcode.CallIndirect:
		return m.call(f)
	case jitcode.Return:
		m.leave(f)
	case jitcode.LoopHeader:
		f.header = true
		f.pc += 2
	case jitcode.JitMergePoint:
		return m.mergePoint(f)
	case jitcode.Panic:
		return PanicReached
	default:
		panic("metainterp: cannot execute " + f.code.Inst(f.pc))
	}
	return 0
}

// operation executes and records an operation of the shared table.
func (m *MetaInterp) operation(f *frame, code op.Code) Reason {
	info := jitcode.InfoOf(code)
	units := f.code.Code[f.pc+1:]
	i := &m.in
	i.f, i.code, i.n, i.res = f, code, len(info.Args), info.Result
	size := i.n
	if i.res != op.Void {
		i.dst = units[size]
		size++
	}
	isSum := code == op.IntAdd || code == op.IntSub
	i.d = nil
	if info.HasDescr {
		i.d = f.code.Descrs[units[size]]
		size++
	}
	for n, k := range info.Args {
		if k == op.Void {
			k = i.d.(descr.Location).Acc().Kind
		}
		i.kinds[n], i.regs[n] = k, units[n]
		i.words[n] = m.word(f, k, units[n])
		if isSum {
			i.boxes[n] = m.raw(f, k, units[n])
		} else {
			i.boxes[n] = m.box(f, k, units[n])
		}
	}
	if r := handlers[code](m, i); r != 0 {
		return r
	}
	f.pc += 1 + size
	return 0
}

// handlers is indexed by op.Code.
var handlers = func() []func(m *MetaInterp, i *inst) Reason {
	h := make([]func(m *MetaInterp, i *inst) Reason, op.NumOps())
	for c := range h {
		code := op.Code(c)
		switch {
		case jitcode.InfoOf(code) == nil:
		case code.Has(op.Check):
			h[c] = (*MetaInterp).check
		case code.Has(op.Pure):
			h[c] = (*MetaInterp).pure
		default:
			h[c] = special[code]
		}
		if s, ok := special[code]; ok {
			h[c] = s
		}
	}
	return h
}()

var special = map[op.Code]func(m *MetaInterp, i *inst) Reason{
	op.SameAsI: (*MetaInterp).same, op.SameAsR: (*MetaInterp).same, op.SameAsF: (*MetaInterp).same,
	op.IntAdd: (*MetaInterp).addSub, op.IntSub: (*MetaInterp).addSub,
	op.PromoteI: (*MetaInterp).promote, op.PromoteR: (*MetaInterp).promote, op.PromoteF: (*MetaInterp).promote,
	op.IsConstantI: (*MetaInterp).isConstant, op.IsConstantR: (*MetaInterp).isConstant, op.IsConstantF: (*MetaInterp).isConstant,
	op.WeAreJitted: (*MetaInterp).weAreJitted, op.PromoteString: (*MetaInterp).promoteString, op.IsVirtual: (*MetaInterp).isVirtual,
	op.PtrIsZero: (*MetaInterp).isNil, op.PtrNonzero: (*MetaInterp).isNil,
	op.PtrEq: (*MetaInterp).ptrEq, op.PtrNe: (*MetaInterp).ptrEq,
	op.CheckNil:  (*MetaInterp).checkNil,
	op.TypeIDOf:  (*MetaInterp).typeID,
	op.GetFieldI: (*MetaInterp).load, op.GetFieldR: (*MetaInterp).load, op.GetFieldF: (*MetaInterp).load,
	op.GetArrayItemI: (*MetaInterp).load, op.GetArrayItemR: (*MetaInterp).load, op.GetArrayItemF: (*MetaInterp).load,
	op.GetInteriorI: (*MetaInterp).load, op.GetInteriorR: (*MetaInterp).load, op.GetInteriorF: (*MetaInterp).load,
	op.SetField: (*MetaInterp).store, op.SetArrayItem: (*MetaInterp).store, op.SetInterior: (*MetaInterp).store,
	op.ArrayLen: (*MetaInterp).arrayLen,
	op.New:      (*MetaInterp).allocate, op.NewArray: (*MetaInterp).allocate,
	op.ArrayCopy: (*MetaInterp).bulk, op.ArrayClear: (*MetaInterp).bulk,
	op.BytesEqual: (*MetaInterp).bytes, op.BytesCompare: (*MetaInterp).bytes, op.BytesIndex: (*MetaInterp).bytes,
	op.IdentityHash: (*MetaInterp).plain, op.QuasiWrite: (*MetaInterp).quasiWrite, op.RecordExactClass: (*MetaInterp).recordClass, op.JitDebug: (*MetaInterp).debug,
}

// result writes the result register; box None makes it a constant.
func (m *MetaInterp) result(i *inst, word uint64, box trace.Ref) { m.set(i.f, i.res, i.dst, word, box) }

// emit records the operation in progress with its operands.
func (m *MetaInterp) emit(i *inst) trace.Ref {
	l := m.list(i.n)
	for n := range l {
		l[n] = m.operand(i.f, i.kinds[n], i.regs[n])
	}
	return m.recordList(i.code, i.d, l)
}

// plain executes and records, whatever is known.
func (m *MetaInterp) plain(i *inst) Reason {
	box := m.emit(i)
	word := exec.Do(&m.m, i.code, i.d, i.args())
	if i.res != op.Void {
		m.result(i, word, box)
	}
	return 0
}

// pure operations on constants are folded.
func (m *MetaInterp) pure(i *inst) Reason {
	if i.allConst() {
		m.result(i, exec.Do(&m.m, i.code, i.d, i.args()), trace.None)
		return 0
	}
	if i.n > 2 {
		return m.plain(i)
	}
	word := exec.Do(&m.m, i.code, i.d, i.args())
	if i.code.Has(op.Compare) {
		if truth, ok := m.settled(i); ok {
			if wordOf(truth) != word {
				return Contradiction
			}
			m.result(i, word, trace.None)
			return 0
		}
	}
	x, y := m.operands(i)
	box, ok := m.lookup(i.code, i.d, x, y)
	if !ok {
		box = m.emit(i)
		m.remember(i.code, i.d, x, y, box)
		if i.res == op.Int {
			m.resultBounds(i.code, box)
		}
	}
	m.result(i, word, box)
	return 0
}

func (m *MetaInterp) same(i *inst) Reason {
	m.result(i, i.words[0], i.boxes[0])
	return 0
}

// check records a run-time check that is not known to hold. One that fails ends the recording: the
// blackhole interpreter raises the panic.
func (m *MetaInterp) check(i *inst) Reason {
	if !holds(i.code, i.args()) {
		return CheckFails
	}
	if i.allConst() {
		return 0
	}
	if m.im.Prog.Recovers {
		return m.checkGuard(i)
	}
	if i.code == op.CheckIndex {
		return m.checkIndex(i)
	}
	if i.n > 2 {
		m.emit(i)
		return 0
	}
	x, y := m.operands(i)
	if _, passed := m.lookup(i.code, nil, x, y); !passed {
		m.emit(i)
		m.remember(i.code, nil, x, y, trace.None)
	}
	return 0
}

// checkIndex is check for op.CheckIndex, which is the comparison uint_lt.
func (m *MetaInterp) checkIndex(i *inst) Reason {
	i.code = op.UintLt
	truth, ok := m.settled(i)
	i.code = op.CheckIndex
	if ok {
		if !truth {
			return Contradiction
		}
		return 0
	}
	m.emit(i)
	i.code = op.UintLt
	m.learn(i, true)
	return 0
}

func (m *MetaInterp) checkNil(i *inst) Reason {
	if i.words[0] == 0 {
		return CheckFails
	}
	if box := i.boxes[0]; !isConst(box) && !m.cache.fact(box).nonnull {
		if m.im.Prog.Recovers {
			m.guardNil(i, 0, false)
			return 0
		}
		m.emit(i)
		m.cache.setNonnull(box)
	}
	return 0
}

// typeID promotes the class of an object: what is looked up by it (methods, type switches) folds.
func (m *MetaInterp) typeID(i *inst) Reason {
	id := exec.TypeID(i.words[0])
	if box := i.boxes[0]; !isConst(box) && m.cache.fact(box).class == 0 {
		m.guard(op.GuardClass, box, m.constant(op.Int, id))
		m.cache.setClass(box, uint32(id))
	}
	m.result(i, id, trace.None)
	return 0
}

// nullity is what is known about a reference: known, and whether it is nil.
func (m *MetaInterp) nullity(box trace.Ref, word uint64) (known, isNil bool) {
	if isConst(box) {
		return true, word == 0
	}
	return m.cache.fact(box).nonnull, false
}

func (m *MetaInterp) isNil(i *inst) Reason {
	if known, _ := m.nullity(i.boxes[0], i.words[0]); known {
		m.result(i, exec.Do(&m.m, i.code, nil, i.args()), trace.None)
		return 0
	}
	return m.plain(i)
}

func (m *MetaInterp) ptrEq(i *inst) Reason {
	if m.ptrKnown(i.boxes[0], i.boxes[1], i.words[0], i.words[1]) {
		m.result(i, exec.Do(&m.m, i.code, nil, i.args()), trace.None)
		return 0
	}
	return m.plain(i)
}

// ptrKnown says whether the trace knows if two references are equal: both constant, the same value, or one
// nil and the other not.
func (m *MetaInterp) ptrKnown(a, b trace.Ref, x, y uint64) bool {
	if isConst(a) && isConst(b) || a == b {
		return true
	}
	ka, na := m.nullity(a, x)
	kb, nb := m.nullity(b, y)
	return ka && kb && na != nb
}
