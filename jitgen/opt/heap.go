package opt

// heap: what memory contains.
//
// requires:  no accesses to virtual objects
// preserves: memory as anybody can see it: code that is called, guards' resume data, the next iteration
// breaks:    the order of stores to different locations
//
// Per location class (descr.Loc) a list of entries: object, index, value. A load that finds an entry is the
// value. A store becomes a dirty entry; it is emitted (flushed) before something that may read the location or could
// go out of sight: a call with that location among its effects, a load or store that may
// alias, the end of the trace. At a guard dirty entries go into the resume data as pending stores: they are done if the
// guard fails. So a location that is stored to several times is stored to once, and objects stored in
// it may stay virtual over guards.
//
// Checks (op.CheckIndex ...) do not flush: a Go panic out of a portal leaves for good, DESIGN section 3.
//
// Two entries of one class alias unless objects or indices are known to differ. Calls remove the entries they
// may write; entries of immutable locations stay.

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// maxEntries bounds the list of one location class, so that alias checks stay cheap.
const maxEntries = 40

// entry is the contents of one location.
type entry struct {
	loc      descr.Location
	obj      trace.Ref
	index    trace.Ref // None for fields
	value    trace.Ref
	dirty    bool
	memory   trace.Ref // if dirty: what memory still has, None if that is not known
	imported int32     // index in imports of what memory has, or none
	pos      descr.Pos // of the delayed store
}

type heapCache struct {
	lists   [][]entry   // by Loc
	seen    []bool      // by Loc: stands in touched
	touched []descr.Loc // lists that were ever used
	dirty   int
	writes  []uint64 // by Loc: stores of the program, for readers.go
	global  uint64   // calls that may write anything
}

func (h *heapCache) init(locs int) {
	h.lists = make([][]entry, locs)
	h.seen = make([]bool, locs)
	h.writes = make([]uint64, locs)
}

func (h *heapCache) reset() {
	for _, l := range h.touched {
		h.lists[l] = h.lists[l][:0]
		h.seen[l] = false
	}
	h.touched = h.touched[:0]
	h.dirty = 0
}

func (h *heapCache) at(l descr.Loc) []entry { return h.lists[l] }

func (h *heapCache) add(e entry) {
	l := e.loc.Location()
	if !h.seen[l] {
		h.seen[l] = true
		h.touched = append(h.touched, l)
	}
	if e.dirty {
		h.dirty++
	}
	h.lists[l] = append(h.lists[l], e)
}

// drop forgets entries of a list, except those that keep asks for. Nothing dropped may be dirty.
func (h *heapCache) drop(l descr.Loc, keep func(*entry) bool) {
	list := h.lists[l]
	kept := list[:0]
	for i := range list {
		if keep(&list[i]) {
			kept = append(kept, list[i])
		}
	}
	h.lists[l] = kept
}

// contents is the position of a location's entry in its list, or -1.
func (r *run) contents(l descr.Loc, obj, index trace.Ref) int {
	list := r.heap.lists[l]
	for i := range list {
		e := &list[i]
		e.obj, e.index = r.resolve(e.obj), r.resolve(e.index)
		if e.obj == obj && e.index == index {
			return i
		}
	}
	return -1
}

// pending are the delayed stores, for resume data.
func (h *heapCache) pending(r *run) []resume.Pending {
	if h.dirty == 0 {
		return nil
	}
	if h.dirty > r.o.cfg.MaxPending {
		r.flushReal()
	}
	list := make([]resume.Pending, 0, h.dirty)
	for _, l := range h.touched {
		for i := range h.lists[l] {
			if e := &h.lists[l][i]; e.dirty {
				list = append(list, resume.Pending{Loc: e.loc, Object: mark(e.obj), Index: mark(e.index), Value: mark(e.value)})
			}
		}
	}
	return list
}

func installHeap(l *pipeline) {
	loads := []op.Code{op.GetFieldI, op.GetFieldR, op.GetFieldF, op.GetArrayItemI, op.GetArrayItemR, op.GetArrayItemF,
		op.GetInteriorI, op.GetInteriorR, op.GetInteriorF}
	l.onBefore(loadBefore, loads...)
	l.onAfter(loadAfter, loads...)
	l.onBefore(storeBefore, op.SetField, op.SetArrayItem, op.SetInterior)
	l.onBefore(arraysBefore, op.ArrayCopy, op.ArrayClear, op.BytesEqual, op.BytesCompare, op.BytesIndex)
	l.onBefore(forceObject, op.ForceObject)
	l.onBefore(notForced, op.GuardNotForced)
	l.onAfter(disown, op.GuardNotForced)
	l.each(has(op.Call), func(c op.Code) {
		l.onBefore(callBefore, c)
		l.onAfter(readerAfter, c)
	})
}

// index is the index operand of an access, None for fields.
func indexOf(p *operation) trace.Ref {
	switch p.Descr.(type) {
	case *descr.Field:
		return trace.None
	}
	return p.Args[1]
}

func loadBefore(r *run, p *operation) verdict {
	loc := p.Descr.(descr.Location)
	obj := r.force(p.Args[0])
	index := indexOf(p)
	l := loc.Location()
	if i := r.contents(l, obj, index); i >= 0 {
		e := &r.heap.lists[l][i]
		if !e.dirty {
			r.relyOn(e)
		}
		value := r.resolve(e.value)
		if got := r.asLoaded(value, loc.Acc(), p.Pos); got != value {
			value = got // for asLoaded may have moved the list
			if i := r.contents(l, obj, index); !r.heap.lists[l][i].dirty {
				r.heap.lists[l][i].value = got
			}
		}
		return p.settle(value)
	}
	r.flushAliases(l, obj, index, false)
	if under, ok := r.o.under[l]; ok {
		r.flush(under) // the same location, under another class
	}
	return next
}

func loadAfter(r *run, p *operation) {
	loc := p.Descr.(descr.Location)
	r.accessed(loc, p.Args[0])
	r.noteElsewhere(loc, p.Res, 0)
	r.limit(loc.Location())
	r.heap.add(entry{loc: loc, obj: p.Args[0], index: indexOf(p), value: p.Res, imported: none, pos: p.Pos})
}

// accessed notes what an access says about the object.
func (r *run) accessed(loc descr.Location, obj trace.Ref) {
	switch d := loc.(type) {
	case *descr.Field:
		r.setAccessed(obj, d.Owner)
	case *descr.Array:
		r.setAccessed(obj, d.Type)
	case *descr.Interior:
		r.setAccessed(obj, d.Array.Type)
	}
}

func storeBefore(r *run, p *operation) verdict {
	loc := p.Descr.(descr.Location)
	obj := r.force(p.Args[0])
	index, value := indexOf(p), p.Args[len(p.Args)-1]
	l := loc.Location()
	r.accessed(loc, obj)
	r.heap.writes[l]++
	r.flushAliases(l, obj, index, true)
	i := r.contents(l, obj, index)
	if i < 0 {
		r.limit(l)
		r.heap.add(entry{loc: loc, obj: obj, index: index, value: value, dirty: true, memory: trace.None, imported: none, pos: p.Pos})
		return done
	}
	e := &r.heap.lists[l][i]
	if !e.dirty {
		e.memory, e.dirty = e.value, true
		r.heap.dirty++
	}
	e.value, e.pos = value, p.Pos
	if e.memory != trace.None && r.resolve(e.memory) == value { // it is there already, or again
		r.relyOn(e)
		e.dirty = false
		r.heap.dirty--
	}
	return done
}

// relyOn notes that what memory has at e is made use of.
func (r *run) relyOn(e *entry) {
	if e.imported != none {
		r.entry.used(e.imported)
	}
}

// limit makes room in a long list by forgetting its older half.
func (r *run) limit(l descr.Loc) {
	if len(r.heap.lists[l]) < r.o.maxEntries {
		return
	}
	r.flush(l)
	r.heap.lists[l] = append(r.heap.lists[l][:0], r.heap.lists[l][r.o.maxEntries/2:]...)
}

// flushAliases emits the delayed stores of class l that may go to the given location, but not those that
// certainly do. With write, entries that may alias are forgotten.
func (r *run) flushAliases(l descr.Loc, obj, index trace.Ref, write bool) {
	for i := 0; i < len(r.heap.at(l)); i++ {
		e := &r.heap.lists[l][i]
		if e.dirty && r.mayAlias(e, obj, index) {
			r.flushEntry(l, i)
		}
	}
	if write {
		r.heap.drop(l, func(e *entry) bool { return e.obj == obj && e.index == index || !r.mayAlias(e, obj, index) })
	}
}

// mayAlias: e's location is not known to be that one, nor to be another one.
func (r *run) mayAlias(e *entry, obj, index trace.Ref) bool {
	if index != trace.None && e.index != index && r.apart(e.index, index) {
		return false
	}
	if e.obj == obj {
		return e.index != index
	}
	return !r.distinct(e.obj, obj) && !(index != trace.None && r.framesApart(e.obj, obj))
}

// flush emits the delayed stores of class l.
func (r *run) flush(l descr.Loc) {
	for i := 0; i < len(r.heap.at(l)); i++ {
		if r.heap.lists[l][i].dirty {
			r.flushEntry(l, i)
		}
	}
}

// flushEntry emits one delayed store. Forcing its value may add entries, even to the same list, so the
// entry is not to be touched by pointer afterwards.
func (r *run) flushEntry(l descr.Loc, i int) {
	e := &r.heap.lists[l][i]
	e.dirty, e.imported = false, none
	r.heap.dirty--
	loc, obj, index, pos := e.loc, r.resolve(e.obj), r.resolve(e.index), e.pos
	value := r.force(e.value)
	switch loc.(type) {
	case *descr.Field:
		r.raw(op.SetField, loc, pos, trace.None, obj, value)
	case *descr.Array:
		r.raw(op.SetArrayItem, loc, pos, trace.None, obj, index, value)
	case *descr.Interior:
		r.raw(op.SetInterior, loc, pos, trace.None, obj, index, value)
	}
}

// flushAll emits all delayed stores.
func (r *run) flushAll() {
	for i := 0; r.heap.dirty > 0; i++ {
		r.flush(r.heap.touched[i])
	}
}

// flushReal emits the delayed stores of values that exist, if not to owned objects: too many are pending.
func (r *run) flushReal() {
	for i := 0; i < len(r.heap.touched); i++ {
		l := r.heap.touched[i]
		for j := 0; j < len(r.heap.lists[l]); j++ {
			if e := &r.heap.lists[l][j]; e.dirty && r.virtualOf(r.resolve(e.value)) == nil && r.ownerOf(e) == trace.None {
				r.flushEntry(l, j)
			}
		}
	}
}

// forget drops what is known about class l, which something else changes, but for what is kept. Its stores were flushed.
func (r *run) forget(l descr.Loc, keep keeper) {
	kept := make([]bool, len(r.heap.lists[l]))
	for i := range r.heap.lists[l] {
		e := &r.heap.lists[l][i]
		kept[i] = e.loc.Acc().Immutable || keep != nil && keep(e)
	}
	i := -1
	r.heap.drop(l, func(*entry) bool { i++; return kept[i] })
}

// arraysBefore handles operations on ranges of items.
func arraysBefore(r *run, p *operation) verdict {
	for i, a := range p.Args {
		p.Args[i] = r.force(a)
	}
	d := p.Descr.(*descr.Array)
	locs := r.itemsOf(d.Base())
	for _, l := range locs {
		r.flush(l)
	}
	if d.From != nil {
		for _, l := range r.itemsOf(d.From) {
			r.flush(l)
		}
	}
	if !p.Code.Has(op.WritesHeap) {
		return next
	}
	dst := p.Args[0]
	if p.Code == op.ArrayCopy {
		dst = p.Args[2]
	}
	for _, l := range locs {
		r.heap.writes[l]++
		r.forget(l, nil)
		r.heap.drop(l, func(e *entry) bool { return r.resolve(e.obj) != dst }) // a string under construction is not immutable yet
	}
	return next
}

// itemsOf are the locations of an array's items.
func (r *run) itemsOf(d *descr.Array) []descr.Loc {
	return append([]descr.Loc{d.Loc}, r.o.interiors[d]...)
}

// callBefore applies the effects of a call. Everything is forced and flushed before anything is forgotten:
// forcing an object enters its contents, which the call may change.
func callBefore(r *run, p *operation) verdict {
	for i, a := range p.Args {
		p.Args[i] = r.force(a)
	}
	pure := p.Code >= op.CallPureI && p.Code <= op.CallPureN
	d := trace.CallOf(p.Descr)
	arbitrary := d == nil || d.Effects.Arbitrary
	keep := r.keptOver(p, d)
	defer func() { r.own(keep) }()
	switch {
	case !arbitrary && !d.Effects.EntersJit && !d.Effects.Panics:
		for _, l := range d.Effects.Reads {
			r.flushFor(l, keep)
		}
		for _, l := range d.Effects.Writes {
			r.flushFor(l, keep)
		}
	case keep != nil:
		r.flushExcept(keep)
	default:
		r.flushAll()
	}
	if pure {
		return next
	}
	if _, reads := onlyReads(d); reads {
		return next
	}
	locs := r.heap.touched
	if arbitrary {
		r.heap.global++
	} else {
		locs = d.Effects.Writes
	}
	for _, l := range locs {
		r.heap.writes[l]++
		r.forget(l, keep)
	}
	return next
}
