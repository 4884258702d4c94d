package jitgen

import (
	"slices"

	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/jitlog"
	"kiln/jitgen/opt"
	"kiln/jitgen/trace"
	"kiln/jitgen/warm"
)

// Invalidation. Code that takes a quasi-immutable field of an object for a constant is registered under it. A store to the
// field comes here before it happens (op.QuasiWrite), from whoever does it:
//
//	guards guard_not_invalidated of the code fail from now on; what is running in it leaves there
//	its cell has no code any more: it counts again, and is recorded anew
//	tokens that call it call the JIT instead
//	the backend frees it when nothing runs in it
//
// What is thrown away together is a loop with its bridges; and the code that jumps into it, which would else go on
// coming to dead code.
//
// A field that changes again and again must not cost a recording each time: after Settings.Invalidations times it is loaded like any
// other, in that object. And a cell waits longer after each time.

// unit is a compiled loop with its bridges.
type unit struct {
	loop   *backend.Loop
	cell   *warm.Cell // or
	form   *warm.Form
	comers []*unit // their code jumps into it
}

// watched is an object whose quasi-immutable fields code relies on.
type watched struct{ fields []watchedField }

type watchedField struct {
	field *descr.Field
	users []*unit
	times int // that a store invalidated something
}

func (w *watched) at(f *descr.Field) *watchedField {
	for i := range w.fields {
		if w.fields[i].field == f {
			return &w.fields[i]
		}
	}
	w.fields = append(w.fields, watchedField{field: f})
	return &w.fields[len(w.fields)-1]
}

// Watch is a hook of the metainterpreter.
func (j *JIT) Watch(obj uintptr, field *descr.Field) bool {
	w := j.watched[obj]
	if w == nil {
		w = &watched{}
		j.watched[obj] = w
	}
	if w.at(field).times >= j.settings.Invalidations {
		return false
	}
	j.rt.Watch(obj, true)
	return true
}

// rely registers new code of a unit: what it relies on, and where it jumps to.
func (j *JIT) rely(u *unit, res *opt.Result) {
	for _, r := range res.Relies {
		f := j.watched[uintptr(res.Trace.Consts.Get(r.Object).Bits)].at(r.Field)
		if !slices.Contains(f.users, u) {
			f.users = append(f.users, u)
		}
	}
	for _, t := range res.Targets {
		t.Owner = u
	}
	if last := &res.Trace.Ops[len(res.Trace.Ops)-1]; res.Jumped != nil {
		if to, ok := last.Descr.(*trace.Target).Owner.(*unit); ok && to != u && !slices.Contains(to.comers, u) {
			to.comers = append(to.comers, u)
		}
	}
}

// QuasiWrite implements Portal.
func (j *JIT) QuasiWrite(obj uintptr, field int) {
	w := j.watched[obj]
	if w == nil {
		return
	}
	f := w.at(j.im.Prog.Locs[field].(*descr.Field))
	idle := true
	for _, k := range j.jits {
		if k == nil {
			continue
		}
		if idle = idle && k.t.TraceDepth == 0; k.meta.Invalidate(obj, f.field) {
			// It reads and writes the field: another attempt is not likely to fare better.
			f.times += (j.settings.Invalidations + 1) / 2
		}
	}
	if users := f.users; len(users) > 0 {
		f.users = nil
		f.times++
		for _, u := range users {
			j.invalidate(u, f.field.String()+" was stored to")
		}
	}
	if idle && !slices.ContainsFunc(w.fields, func(f watchedField) bool { return len(f.users) > 0 }) {
		j.rt.Watch(obj, false)
	}
}

// invalidate throws code away.
func (j *JIT) invalidate(u *unit, why string) {
	if j.units[u.loop] == nil {
		return
	}
	delete(j.units, u.loop)
	j.Counters.Invalidated++
	j.log.Printf(jitlog.Aborts, "invalidated %s: %s", u.loop.Name, why)
	j.be.Invalidate(u.loop)
	if f := u.form; f != nil {
		if f.Loop == u.loop || f.State == warm.Disabled {
			j.tables[f.Cell.Driver].FormInvalidated(f)
			j.be.Redirect(f.Token, nil)
		}
	} else if u.cell.Loop == u.loop {
		j.tables[u.cell.Driver].Invalidated(u.cell)
		if u.cell.Token != nil {
			j.be.Redirect(u.cell.Token, nil)
		}
	}
	for _, v := range u.comers {
		j.invalidate(v, why)
	}
	j.be.Release(u.loop)
}
