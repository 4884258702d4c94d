package metainterp

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Quasi-immutable fields: what such a field of a constant object contains is a constant of the trace, as long as nothing stores to
// it. A store, wherever it happens, invalidates what was compiled on that condition, and ends a recording that relies on it:
//
//	guard_not_invalidated()            unless one is in force: no store to any such field since
//	quasi_read(obj) descr=field        the optimiser collects these; compiled code is registered under them
//
// The object is moved to the non-moving space first, so that its address is its name.
//
// A field that the trace itself has stored to is no constant: the code would invalidate itself in each iteration.

// reliance is what a recording takes for granted about quasi-immutable fields.
type reliance struct {
	// tested: a guard_not_invalidated is in force.
	tested bool
	// broken: a field relied on was stored to.
	broken bool
	on     map[quasiField]bool
	stored map[*descr.Field]bool // by operations of the trace, in whatever object
}

// quasiField is a field of an object that does not move.
type quasiField struct {
	obj   uintptr
	field *descr.Field
}

func (q *reliance) reset() { *q = reliance{} }

// call notes a call: it may invalidate what is being recorded.
func (q *reliance) call(e *descr.Effects) {
	if e.Arbitrary || e.Invalidates {
		q.tested = false
	}
}

// Invalidate says that a field of an object that Watch was asked about is about to be stored to. It reports whether
// the recording in progress, if there is one, relies on it; it is then given up at the next instruction.
func (m *MetaInterp) Invalidate(obj uintptr, field *descr.Field) bool {
	if m.tr == nil || !m.quasi.on[quasiField{obj, field}] {
		return false
	}
	m.quasi.broken = true
	return true
}

// loadQuasi reads a quasi-immutable field of a constant object as a constant. It is false if the field must be loaded
// like any other.
func (m *MetaInterp) loadQuasi(i *inst, p place) bool {
	field, ok := i.d.(*descr.Field)
	if !ok || m.quasi.stored[field] {
		return false
	}
	obj := uintptr(m.word(i.f, op.Ref, i.regs[0]))
	if !m.rt.Still(obj) {
		m.rt.KeepStill(m.t, &obj) // updates the register and the constant, which are roots
	}
	if !m.hooks.Watch(obj, field) {
		return false
	}
	if !m.quasi.tested {
		m.guard(op.GuardNotInvalidated)
		m.quasi.tested = true
	}
	if key := (quasiField{obj, field}); !m.quasi.on[key] {
		if m.quasi.on == nil {
			m.quasi.on = map[quasiField]bool{}
		}
		m.quasi.on[key] = true
	}
	m.record(op.QuasiRead, field, p.obj)
	word := exec.LoadField(uint64(obj), field)
	m.cache.loaded(p, m.constant(i.res, word))
	m.result(i, word, trace.None)
	return true
}

// quasiWrite stands before a store. Nobody relies on the fields of an object that the trace has made and nobody else knows.
func (m *MetaInterp) quasiWrite(i *inst) Reason {
	if m.cache.fact(i.boxes[0]).fresh {
		return 0
	}
	m.emit(i)
	if m.quasi.stored == nil {
		m.quasi.stored = map[*descr.Field]bool{}
	}
	m.quasi.stored[i.d.(*descr.Field)] = true
	m.quasi.tested = false
	exec.Do(&m.m, i.code, i.d, i.args())
	return 0
}
