package opt

// virtualize: objects and small arrays that need not exist.
//
// requires:  comparisons of references in canonical form
// preserves: values; a virtual object is allocated (forced) before anything could see it
// breaks:    the order of allocations
//
// An allocation becomes a virtual: a record of the type and the values of fields, under the number of the value
// that the allocation would have. Loads and stores work on the record. What cannot (a call's argument, the base of an
// unknown access) forces it: the allocation and stores of the known fields are emitted under that number.
// Two things keep a virtual unforced: being stored in an object (heap.go delays the store) and
// being live at a guard (package resume describes it in the guard's data).

import (
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// maxVirtualItems is the length up to which arrays of constant length become virtual.
const maxVirtualItems = 32

// virtual is an object without allocation. Exactly one of size and array is set.
type virtual struct {
	size   *descr.Size
	array  *descr.Array
	pos    descr.Pos
	fields []virtualField // of an object, those stored to; the others are zero
	items  []trace.Ref    // of an array; None is zero
}

type virtualField struct {
	field *descr.Field
	value trace.Ref
}

func (v *virtual) class() layout.TypeID {
	if v.size != nil {
		return v.size.Type.ID
	}
	return v.array.Type.ID
}

func (v *virtual) get(f *descr.Field) (trace.Ref, bool) {
	for i := range v.fields {
		if v.fields[i].field == f {
			return v.fields[i].value, true
		}
	}
	return trace.None, false
}

func (v *virtual) set(f *descr.Field, value trace.Ref) {
	for i := range v.fields {
		if v.fields[i].field == f {
			v.fields[i].value = value
			return
		}
	}
	v.fields = append(v.fields, virtualField{f, value})
}

func installVirtualize(l *pipeline) {
	l.onBefore(makeVirtual, op.New)
	l.onBefore(makeVirtualArray, op.NewArray)
	l.onBefore(virtualGetField, op.GetFieldI, op.GetFieldR, op.GetFieldF)
	l.onBefore(virtualSetField, op.SetField)
	l.onBefore(virtualGetItem, op.GetArrayItemI, op.GetArrayItemR, op.GetArrayItemF)
	l.onBefore(virtualSetItem, op.SetArrayItem)
	l.onBefore(virtualLen, op.ArrayLen)
	l.onBefore(virtualTypeID, op.TypeIDOf)
	l.onBefore(virtualCompare, op.PtrEq, op.PtrNe)
	l.onBefore(virtualQuasiWrite, op.QuasiWrite)
	l.onAfter(allocated, op.New, op.NewArray)
	installForms(l)
}

// virtualOf is the record of a virtual object, nil for anything else.
func (r *run) virtualOf(v trace.Ref) *virtual {
	if v < 0 {
		return nil
	}
	return r.info[v].virt
}

func (r *run) newVirtual(v *virtual) trace.Ref {
	ref := r.newValue(op.Ref)
	i := &r.info[ref]
	i.virt = v
	i.class = v.class()
	i.flags |= nonnull | fresh
	return ref
}

func makeVirtual(r *run, p *operation) verdict {
	r.stats.Virtuals++
	return p.settle(r.newVirtual(&virtual{size: p.Descr.(*descr.Size), pos: p.Pos}))
}

func makeVirtualArray(r *run, p *operation) verdict {
	n, ok := r.constInt(p.Args[0])
	d := p.Descr.(*descr.Array)
	if !ok || n < 0 || n > maxVirtualItems || d.Access.Kind == op.Void {
		return next
	}
	r.stats.Virtuals++
	v := &virtual{array: d, pos: p.Pos, items: make([]trace.Ref, n)}
	for i := range v.items {
		v.items[i] = trace.None
	}
	return p.settle(r.newVirtual(v))
}

// virtualQuasiWrite: no code can rely on an object that does not exist.
func virtualQuasiWrite(r *run, p *operation) verdict {
	if r.virtualOf(p.Args[0]) != nil {
		return p.settle(trace.None)
	}
	return next
}

func virtualGetField(r *run, p *operation) verdict {
	v := r.virtualOf(p.Args[0])
	if v == nil || v.size == nil {
		return next
	}
	f := p.Descr.(*descr.Field)
	value, ok := v.get(f)
	if !ok {
		return p.settle(r.zero(p.Code.Info().Result))
	}
	value = r.asLoaded(r.resolve(value), &f.Access, p.Pos)
	v.set(f, value)
	return p.settle(value)
}

func virtualSetField(r *run, p *operation) verdict {
	v := r.virtualOf(p.Args[0])
	if v == nil || v.size == nil {
		return next
	}
	v.set(p.Descr.(*descr.Field), p.Args[1])
	return done
}

// item is the virtual array an access goes to and the index, if both are known and in range.
func (r *run) item(p *operation) (*virtual, int64) {
	v := r.virtualOf(p.Args[0])
	if v == nil || v.array == nil {
		return nil, 0
	}
	i, ok := r.constInt(p.Args[1])
	if !ok || i < 0 || i >= int64(len(v.items)) || p.Descr.(*descr.Array).Type != v.array.Type {
		return nil, 0
	}
	return v, i
}

func virtualGetItem(r *run, p *operation) verdict {
	v, i := r.item(p)
	if v == nil {
		return next
	}
	if v.items[i] == trace.None {
		return p.settle(r.zero(p.Code.Info().Result))
	}
	value := r.asLoaded(r.resolve(v.items[i]), &v.array.Access, p.Pos)
	v.items[i] = value
	return p.settle(value)
}

func virtualSetItem(r *run, p *operation) verdict {
	v, i := r.item(p)
	if v == nil {
		return next
	}
	v.items[i] = p.Args[2]
	return done
}

func virtualLen(r *run, p *operation) verdict {
	if v := r.virtualOf(p.Args[0]); v != nil && v.array != nil {
		return p.settle(r.int(int64(len(v.items))))
	}
	return next
}

// virtualTypeID answers for all objects whose class is known.
func virtualTypeID(r *run, p *operation) verdict {
	if id := r.class(p.Args[0]); id != 0 {
		return p.settle(r.int(int64(id)))
	}
	return next
}

// virtualCompare compares references that are known to be different, or are one virtual.
func virtualCompare(r *run, p *operation) verdict {
	x, y := p.Args[0], p.Args[1]
	equal := x == y
	if !equal && !r.distinct(x, y) {
		return next
	}
	return p.settle(r.int(boolInt(equal == (p.Code == op.PtrEq))))
}

// distinct says whether two references are certain not to be the same object (one may be nil).
func (r *run) distinct(x, y trace.Ref) bool {
	if x == y {
		return false
	}
	if x.IsConst() && y.IsConst() {
		return true
	}
	if r.virtualOf(x) != nil || r.virtualOf(y) != nil {
		return true // nothing else can refer to an object that is not there; nil is none
	}
	if cx, cy := r.class(x), r.class(y); cx != 0 && cy != 0 && cx != cy {
		return true
	}
	// An object made in this run is none that was there before: a constant, an argument, another new one.
	return r.isFresh(x) && r.isOlder(y) || r.isFresh(y) && r.isOlder(x)
}

func (r *run) isFresh(v trace.Ref) bool { return v >= 0 && r.info[v].is(fresh) }

// isOlder: v is not the result of a load or call that could yield an object made in this run.
func (r *run) isOlder(v trace.Ref) bool { return v < 0 || r.info[v].is(fresh) || r.info[v].def == 0 }

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// allocated notes facts about an object that was allocated after all.
func allocated(r *run, p *operation) {
	id := layout.TypeID(0)
	switch d := p.Descr.(type) {
	case *descr.Size:
		id = d.Type.ID
	case *descr.Array:
		id = d.Type.ID
	}
	r.setClass(p.Res, id)
	r.info[p.Res].flags |= fresh
}

// force makes sure that v exists and returns its value.
func (r *run) force(v trace.Ref) trace.Ref {
	v = r.resolve(v)
	virt := r.virtualOf(v)
	if virt == nil {
		return v
	}
	r.info[v].virt = nil // first, for cycles
	r.stats.Forced++
	if virt.size != nil {
		r.allocate(op.New, virt.size, virt.pos, v)
		for _, f := range virt.fields {
			r.initialise(op.SetField, f.field, virt.pos, v, trace.None, f.value)
		}
		return v
	}
	r.allocate(op.NewArray, virt.array, virt.pos, v, r.int(int64(len(virt.items))))
	for i, value := range virt.items {
		if value != trace.None {
			r.initialise(op.SetArrayItem, virt.array, virt.pos, v, r.int(int64(i)), value)
		}
	}
	return v
}

func (r *run) allocate(code op.Code, d descr.Descr, pos descr.Pos, v trace.Ref, args ...trace.Ref) {
	r.raw(code, d, pos, v, args...)
	r.info[v].def = int32(len(r.ops))
}

// initialise stores into a fresh object. Memory is zero already.
func (r *run) initialise(code op.Code, loc descr.Location, pos descr.Pos, obj, index, value trace.Ref) {
	value = r.force(value)
	if value.IsConst() && r.out.Consts.Get(value).Bits == 0 {
		return
	}
	if index == trace.None {
		r.raw(code, loc, pos, trace.None, obj, value)
	} else {
		r.raw(code, loc, pos, trace.None, obj, index, value)
	}
	if r.o.enabled("heap") {
		r.heap.add(entry{loc: loc, obj: obj, index: index, value: value, imported: none})
	}
}

// describe is a virtual for resume data.
func (r *run) describe(v *virtual) *resume.Virtual {
	if v.size != nil {
		d := &resume.Virtual{Descr: v.size}
		for _, f := range v.fields {
			d.Fields = append(d.Fields, resume.Field{Loc: f.field, Value: mark(f.value)})
		}
		return d
	}
	d := &resume.Virtual{Descr: v.array, Length: len(v.items)}
	for i, value := range v.items {
		if value != trace.None {
			d.Fields = append(d.Fields, resume.Field{Loc: v.array, Index: i, Value: mark(value)})
		}
	}
	return d
}

// asLoaded is what a load from a location yields after value was stored there: integers come back
// cut to the location's width, float32s rounded. Bounds usually show that nothing changes.
func (r *run) asLoaded(value trace.Ref, a *descr.Access, pos descr.Pos) trace.Ref {
	code := op.Invalid
	switch {
	case a.Kind == op.Float && a.Width == 4:
		code = op.FloatRound32
		if def := r.def(value); def != nil && def.Code == code {
			return value
		}
	case a.Kind != op.Int || a.Width == 8:
		return value
	default:
		code = extension(a)
		if lo, hi := extended(code); r.boundsOf(value).within(lo, hi) {
			return value
		}
	}
	return r.build(code, nil, pos, value)
}

func extension(a *descr.Access) op.Code {
	code := op.IntZext8
	if a.Signed {
		code = op.IntSext8
	}
	switch a.Width {
	case 2:
		code++
	case 4:
		code += 2
	}
	return code
}
