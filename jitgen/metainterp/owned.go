package metainterp

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// What the compiled code of this trace will own (package opt, owned.go): the frame of the activation, and the virtualizable objects that the
// trace makes. Here memory is always as it has to be; but a call that accesses such an object is told from one that might, because it finds the flag
// set. Compiled code then writes the object back before this call (force_object) instead of being left behind it each time.

// own notes an object; word is where it is.
func (m *MetaInterp) own(box trace.Ref, word uint64) {
	if m.im.Prog.Force != 0 && box >= 0 && word != 0 {
		m.owned = append(m.owned, box)
		m.ownedWords = append(m.ownedWords, word)
	}
}

// ownable says whether a type has virtualizable fields.
func (m *MetaInterp) ownable(d *descr.Size) bool { return m.virtualizable[d.Type.ID] }

// owns says whether an operand is an object that the trace owns.
func (m *MetaInterp) owns(box trace.Ref) bool {
	for _, b := range m.owned {
		if b == box {
			return true
		}
	}
	return false
}

// mayForce says whether objects that the trace owns may be forced by a call.
func (m *MetaInterp) mayForce(e *descr.Effects) bool {
	return len(m.owned) > 0 && !e.Elidable && (e.Forces || e.Arbitrary)
}

// lend flags the objects for the time of a call.
func (m *MetaInterp) lend(e *descr.Effects) {
	if m.mayForce(e) {
		for _, obj := range m.ownedWords {
			exec.Own(obj)
		}
	}
}

// takeBack records, before the call that was executed, which objects it forced.
func (m *MetaInterp) takeBack(e *descr.Effects) {
	if !m.mayForce(e) {
		return
	}
	for i, obj := range m.ownedWords {
		if !exec.Owned(obj) {
			m.record(op.ForceObject, nil, m.owned[i])
		}
		exec.Disown(obj)
	}
}

// guardForced records, behind a call that has been recorded, that it forced nothing more.
func (m *MetaInterp) guardForced(e *descr.Effects) {
	if m.mayForce(e) {
		m.guard(op.GuardNotForced)
	}
}
