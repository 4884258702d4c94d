package opt

// Ownership: virtualizable fields over calls.
//
// What compiled code knows of memory, and the stores that it delays, end at a call that may read or write the location. Not so for
// the virtualizable fields of an object that the code owns, and the items of the arrays in them: nobody but the owner accesses them without asking
// (translator/hints, frames.go). The code owns
//
//   - the frame of the activation (trace.Trace.Frame), unless that is virtual anyway;
//   - objects with virtualizable fields that it has made itself.
//
// So their contents stay in registers over calls and, those of the frame, over the back edge of a loop (pending.go); a guard has them in its resume
// data. An operand of a call is not owned during the call: the callee takes it for an object that is as it seems.

import (
	"slices"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// findVirtualizable notes which types have virtualizable fields, and which of those hold arrays.
func (o *Optimizer) findVirtualizable() {
	o.ownable = map[layout.TypeID]bool{}
	for _, l := range o.prog.Locs {
		f, ok := l.(*descr.Field)
		if !ok || !f.Virtualizable {
			continue
		}
		o.ownable[f.Owner.ID] = true
		if f.VirtualItems {
			o.itemFields = append(o.itemFields, f)
		}
	}
}

// owns says whether the code owns the object v.
func (r *run) owns(v trace.Ref) bool {
	if v < 0 || len(r.o.ownable) == 0 || r.virtualOf(v) != nil {
		return false
	}
	return v == r.frame() || r.info[v].is(fresh) && r.o.ownable[r.info[v].class]
}

// frame is the frame of the activation, None if there is none.
func (r *run) frame() trace.Ref {
	f := r.in.Frame()
	if f == trace.None || r.m[f] == trace.None {
		return trace.None
	}
	return r.value(f)
}

// ownerOf is the owned object that the location of an entry belongs to, None if it belongs to none.
func (r *run) ownerOf(e *entry) trace.Ref {
	if len(r.o.ownable) == 0 {
		return trace.None
	}
	switch loc := e.loc.(type) {
	case *descr.Field:
		if obj := r.resolve(e.obj); loc.Virtualizable && r.owns(obj) {
			return obj
		}
	case *descr.Array:
		return r.ownerOfArray(r.resolve(e.obj))
	}
	return trace.None
}

// ownerOfArray is the owned object that an array is known to be in.
func (r *run) ownerOfArray(array trace.Ref) trace.Ref {
	for _, f := range r.o.itemFields {
		for i := range r.heap.lists[f.Loc] {
			e := &r.heap.lists[f.Loc][i]
			if obj := r.resolve(e.obj); r.resolve(e.value) == array && r.owns(obj) {
				if !e.dirty {
					r.relyOn(e)
				}
				return obj
			}
		}
	}
	return trace.None
}

// An array in a virtualizable field is reached through that field only (translator/hints refuses programs where that is not so). So an
// array that was loaded from anywhere else is not the one of any frame: a store to an item of an object's array leaves alone what is known of the
// registers.

// noteElsewhere notes that v was loaded from loc; via is 1 + the import that says so, or 0.
func (r *run) noteElsewhere(loc descr.Location, v trace.Ref, via int32) {
	if len(r.o.itemFields) == 0 || v < 0 || loc.Acc().Kind != op.Ref {
		return
	}
	if f, ok := loc.(*descr.Field); ok && f.VirtualItems {
		return
	}
	if i := &r.info[v]; !i.is(elsewhere) {
		i.flags |= elsewhere
		i.via = via
	}
}

// framesApart says whether one of two arrays is known to be a frame's, and the other one not to be.
func (r *run) framesApart(x, y trace.Ref) bool {
	if len(r.o.itemFields) == 0 {
		return false
	}
	return r.isElsewhere(x) && r.inFrame(y, x) || r.isElsewhere(y) && r.inFrame(x, y)
}

func (r *run) isElsewhere(v trace.Ref) bool { return v >= 0 && r.info[v].is(elsewhere) }

// inFrame says whether array is known to be in a virtualizable field. If so, use is made of that, and of what is known of other.
func (r *run) inFrame(array, other trace.Ref) bool {
	for _, f := range r.o.itemFields {
		for i := range r.heap.lists[f.Loc] {
			e := &r.heap.lists[f.Loc][i]
			if r.resolve(e.value) != array {
				continue
			}
			if !e.dirty {
				r.relyOn(e)
			}
			r.relied(r.info[other].via)
			return true
		}
	}
	return false
}

// keeper says which entries a call leaves alone; nil if it leaves none alone.
type keeper func(*entry) bool

// keptOver is what stays known, and delayed, over a call.
func (r *run) keptOver(p *operation, d *descr.Call) keeper {
	if len(r.o.ownable) == 0 || d == nil || d.Effects.Panics && r.o.prog.Recovers {
		return nil
	}
	r.guarded = r.o.prog.Force != 0 && (d.Effects.Forces || d.Effects.Arbitrary)
	if r.guarded && !r.guardFollows() {
		return nil
	}
	passed := map[trace.Ref]bool{}
	for _, a := range p.Args {
		if a >= 0 && r.out.Kinds[a] == op.Ref {
			passed[a] = true
			passed[r.ownerOfArray(a)] = true
		}
	}
	return func(e *entry) bool {
		owner := r.ownerOf(e)
		return owner != trace.None && !passed[owner]
	}
}

// flushFor does the stores of class l that are not kept.
func (r *run) flushFor(l descr.Loc, keep keeper) {
	for i := 0; i < len(r.heap.at(l)); i++ {
		if e := &r.heap.lists[l][i]; e.dirty && (keep == nil || !keep(e)) {
			r.flushEntry(l, i)
		}
	}
}

// Calls that may force. The code says that it owns the objects whose contents it keeps (op.Own) before such a call, and tests afterwards that
// they were not forced. If they were, the interpreter goes on behind the call, with memory as it is.

// guardFollows says whether a guard_not_forced was recorded behind the call in flight.
func (r *run) guardFollows() bool {
	for i := r.now + 1; i < len(r.in.Ops); i++ {
		if !isGetResult(r.in.Ops[i].Code) {
			return r.in.Ops[i].Code == op.GuardNotForced
		}
	}
	return false
}

// own emits op.Own for the objects that are kept over the call in flight, if that may force them.
func (r *run) own(keep keeper) {
	r.owning = r.owning[:0]
	if keep == nil || !r.guarded {
		return
	}
	for _, l := range r.heap.touched {
		for i := range r.heap.lists[l] {
			e := &r.heap.lists[l][i]
			if !keep(e) || e.loc.Acc().Immutable && !e.dirty {
				continue
			}
			if owner := r.ownerOf(e); !slices.Contains(r.owning, owner) {
				r.owning = append(r.owning, owner)
			}
		}
	}
	for _, obj := range r.owning {
		r.raw(op.Own, nil, descr.Pos{}, trace.None, obj)
	}
}

// notForced gives a guard_not_forced its operands. It goes if nothing was kept.
func notForced(r *run, p *operation) verdict {
	if len(r.owning) == 0 {
		return p.settle(trace.None)
	}
	p.Args = r.list(len(r.owning))
	copy(p.Args, r.owning)
	return next
}

func disown(r *run, p *operation) {
	for _, obj := range p.Args {
		r.raw(op.Disown, nil, p.Pos, trace.None, obj)
	}
	r.owning = r.owning[:0]
}

// forceObject: the call to come has forced the object when the trace was recorded, and is expected to do it again: it sees memory as it has to be.
func forceObject(r *run, p *operation) verdict {
	obj := p.Args[0]
	of := func(e *entry) bool { return r.ownerOf(e) == obj }
	for again := true; again; {
		again = false
		for _, l := range slices.Clone(r.heap.touched) {
			for i := 0; i < len(r.heap.lists[l]); i++ {
				if e := &r.heap.lists[l][i]; e.dirty && of(e) {
					r.flushEntry(l, i)
					again = true
				}
			}
		}
	}
	// Items before the fields that their arrays are in.
	for pass := range 2 {
		for _, l := range r.heap.touched {
			list := r.heap.lists[l]
			if len(list) == 0 {
				continue
			}
			if _, field := list[0].loc.(*descr.Field); field == (pass == 1) {
				gone := map[int]bool{}
				for i := range list {
					gone[i] = of(&list[i]) && !list[i].loc.Acc().Immutable
				}
				i := -1
				r.heap.drop(l, func(*entry) bool { i++; return !gone[i] })
			}
		}
	}
	return p.settle(trace.None)
}
