package metainterp

import (
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// The hints of the interpreter's author (docs/hints.md): what each makes the tracer do.

func (m *MetaInterp) isConstant(i *inst) Reason {
	word := uint64(0)
	if isConst(i.boxes[0]) {
		word = 1
	}
	m.result(i, word, trace.None)
	return 0
}

// isVirtual: an object that the trace has made and that nothing else knows need not exist, so far.
func (m *MetaInterp) isVirtual(i *inst) Reason {
	m.result(i, wordOf(m.cache.fact(i.boxes[0]).fresh), trace.None)
	return 0
}

func (m *MetaInterp) weAreJitted(i *inst) Reason {
	m.result(i, 1, trace.None)
	return 0
}

// promote makes the operand a constant: the trace is valid for this value only.
func (m *MetaInterp) promote(i *inst) Reason {
	if m.general == (generalPlace{len(m.frames), i.f.code, i.f.pc}) && !isConst(i.boxes[0]) {
		m.unpromoted = true
		m.result(i, i.words[0], i.boxes[0])
		return 0
	}
	m.promoteReg(i.f, i.kinds[0], i.regs[0])
	m.result(i, i.words[0], trace.None)
	return 0
}

// promoteString guards that a string has the contents it has now, and makes it the constant that it is now.
func (m *MetaInterp) promoteString(i *inst) Reason {
	box, word := i.boxes[0], i.words[0]
	if !isConst(box) {
		m.guardContents(i, box, word)
		m.known(op.Ref, box, word)
	}
	m.result(i, word, trace.None)
	return 0
}

func (m *MetaInterp) guardContents(i *inst, box trace.Ref, word uint64) {
	if word == 0 {
		m.guardNil(i, 0, true)
		return
	}
	m.guardNil(i, 0, false)
	d := m.im.Prog.Arrays[layout.StringType]
	n := exec.Length(word, d.Type)
	length := m.cache.fact(box).length
	if length == trace.None {
		length = m.record(op.ArrayLen, d, box)
		m.cache.setLength(box, length)
	}
	zero, size := m.constant(op.Int, 0), m.constant(op.Int, n)
	if length = m.resolve(length); !isConst(length) {
		m.guard(op.GuardValueI, length, size)
		m.known(op.Int, length, n)
	}
	m.guard(op.GuardTrue, m.record(op.BytesEqual, d, box, zero, m.constant(op.Ref, word), zero, size))
}

// promoteReg guards that a register has the value it has now, and makes it a constant.
func (m *MetaInterp) promoteReg(f *frame, k op.Kind, r uint16) {
	box := m.box(f, k, r)
	if isConst(box) {
		return
	}
	word := m.word(f, k, r)
	m.guard(op.ForKind(op.GuardValueI, k), box, m.constant(k, word))
	m.known(k, box, word)
}

// debug leaves a note in traces that are logged.
func (m *MetaInterp) debug(i *inst) Reason {
	if !m.cfg.Notes {
		return 0
	}
	d := m.im.Prog.Arrays[layout.StringType]
	var text []byte
	if s := i.words[0]; s != 0 {
		for n := range exec.Length(s, d.Type) {
			text = append(text, byte(exec.LoadItem(s, n, d)))
		}
	}
	m.record(op.DebugNote, &descr.Text{S: string(text)}, m.operand(i.f, op.Int, i.regs[1]))
	return 0
}

// recordClass takes the interpreter's word for the class of an object.
func (m *MetaInterp) recordClass(i *inst) Reason {
	if box := i.boxes[0]; !isConst(box) && m.cache.fact(box).class == 0 {
		m.emit(i)
		m.cache.setClass(box, uint32(i.words[1]))
	}
	return 0
}
