package lower

import (
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// place is what a pointer refers to, without being a value: a variable in SSA form, a word range of an
// object, an item of an array, or a whole array. Loads and stores go through it.
type place struct {
	typ types.Type

	local *local // a variable in SSA form

	obj    value // an object of fixed layout
	object *object

	arr    value // an array object: the item at index, or the whole array if index is nil
	index  value
	array  *array
	frozen bool // reached through a field tagged immutable[]

	leaf int // first word within what the above says

	// Indices into arrays that are laid out inline, as one number: the words are at leaf + at[dyn]. No entries: the check fails.
	dyn value
	at  []int

	checks []*placeCheck
}

// placeCheck is a nil or bounds check due before the first access through a pointer.
type placeCheck struct {
	ref           value // check_nil, if set
	index, length value // check_index, if set
	unsigned      bool  // the index, a word of 64 bits
	lengthOf      func() value
}

func (fl *funcLowerer) runChecks(p *place) {
	for _, c := range p.checks {
		if _, done := fl.facts.get(inBounds, c); done {
			continue
		}
		if c.ref != nil {
			fl.checkNil(c.ref)
		}
		if c.index != nil {
			n := c.length
			if n == nil {
				n = c.lengthOf()
			}
			fl.checkIndex(c.index, n, c.unsigned)
		}
		fl.learn(inBounds, c, nil)
	}
}

// checkIndex fails with Go's text, which shows large unsigned indices as what they are.
func (b *builder) checkIndex(i, n value, unsigned bool) {
	if x, ok := constInt(i); ok {
		if y, ok := constInt(n); ok && x >= 0 && x < y {
			return
		}
	}
	if unsigned && i.Const == nil {
		bad, good := b.g.NewBlock(), b.g.NewBlock()
		b.branch(b.int(op.UintLt, i, n), flow.Edge{To: good}, flow.Edge{To: bad})
		b.cur = bad
		b.scoped(func() { b.runtimeError(b.text("IndexUint", i, n)) })
		b.cur = good
		return
	}
	b.check(op.CheckIndex, i, n)
}

// isUint64 says whether an index or bound is of an unsigned type of 64 bits, and not known to be small.
func isUint64(v value) bool {
	if v == nil || v.Const != nil {
		return false
	}
	switch t, _ := v.Type.Underlying().(*types.Basic); {
	case t == nil:
		return false
	case t.Kind() == types.Uint, t.Kind() == types.Uint64, t.Kind() == types.Uintptr:
		return true
	}
	return false
}

// placeOf is what a pointer refers to.
func (fl *funcLowerer) placeOf(ptr value) *place {
	if ptr.Const == nil {
		if p := fl.places[ptr]; p != nil {
			return p
		}
		if lv := fl.locals.byValue[ptr]; lv != nil {
			return &place{typ: lv.typ, local: lv}
		}
	} else if ptr.Const.Global != nil {
		return fl.globalPlace(ptr.Const.Global)
	}
	t := ptr.Type.Underlying().(*types.Pointer).Elem()
	return fl.refPlace(fl.get1(ptr), t)
}

// refPlace is the variable of type t that a reference refers to.
func (fl *funcLowerer) refPlace(ref value, t types.Type) *place {
	p := &place{typ: t}
	if !fl.isNonNil(ref) {
		p.checks = []*placeCheck{{ref: ref}}
	}
	if a, ok := t.Underlying().(*types.Array); ok {
		p.arr, p.array = ref, fl.l.arrayOf(a.Elem())
		return p
	}
	p.obj, p.object = ref, fl.l.objectOf(t)
	return p
}

func (fl *funcLowerer) lowerFieldAddr(o *flow.Op) {
	p := *fl.placeOf(o.Args[0])
	st := p.typ.Underlying().(*types.Struct)
	i := o.Aux.(int)
	p.leaf += fl.l.fieldLeaf(st, i)
	p.typ = st.Field(i).Type()
	fl.places[o.Results[0]] = &p
}

// fieldLeaf is the first word of a struct's field.
func (l *lowerer) fieldLeaf(st *types.Struct, field int) int {
	n := 0
	for i := range field {
		n += len(l.shapeOf(st.Field(i).Type()).leaves)
	}
	return n
}

func (fl *funcLowerer) lowerIndexAddr(o *flow.Op) {
	x, i := o.Args[0], fl.get1(o.Args[1])
	if s, ok := x.Type.Underlying().(*types.Slice); ok {
		fl.places[o.Results[0]] = fl.itemPlace(x, s, i, isUint64(o.Args[1]))
		return
	}
	base := fl.placeOf(x)
	at := base.typ.Underlying().(*types.Array)
	p := *base
	p.typ = at.Elem()
	bounds := &placeCheck{index: i, unsigned: isUint64(o.Args[1]), length: flow.IntConst(at.Len())}
	switch {
	case base.arr != nil && base.index == nil: // a whole array object
		p.index = i
	case fl.l.isOwned(base.typ): // the array object of a large array inside something
		p = place{typ: p.typ, arr: fl.loadWord(base, 0), array: fl.l.arrayOf(at.Elem()), index: i}
		bounds.ref = nil
	default:
		fl.indexInline(&p, base, at, i)
	}
	if n, ok := constInt(i); !ok || n < 0 || n >= at.Len() {
		p.checks = append(append([]*placeCheck{}, p.checks...), bounds)
	}
	fl.places[o.Results[0]] = &p
}

// indexInline is an element of an array whose words are laid out inline.
func (fl *funcLowerer) indexInline(p, base *place, at *types.Array, i value) {
	stride, n := len(fl.l.shapeOf(at.Elem()).leaves), int(at.Len())
	if k, ok := constInt(i); ok {
		if k >= 0 && k < int64(n) {
			p.leaf += int(k) * stride
		} else {
			p.dyn, p.at = i, nil // the check fails, and there may be no element at all
		}
		return
	}
	p.dyn, p.at = i, nil
	if base.dyn != nil { // an array in an element of an array
		p.dyn = fl.plus(fl.int2(op.IntMul, nil, base.dyn, flow.IntConst(int64(n))), i)
	}
	outer := base.at
	if base.dyn == nil {
		outer = []int{0}
	}
	for _, from := range outer {
		for k := range n {
			p.at = append(p.at, from+k*stride)
		}
	}
}

// itemPlace is an element of a slice.
func (fl *funcLowerer) itemPlace(x value, s *types.Slice, i value, unsigned bool) *place {
	ws := fl.get(x)
	p := &place{typ: s.Elem(), arr: ws[0], array: fl.l.arrayOf(s.Elem()), frozen: fl.flags[x]}
	if len(ws) == 1 { // a fixed array
		desc := p.array.desc
		p.index = i
		p.checks = []*placeCheck{{ref: ws[0], index: i, unsigned: unsigned, lengthOf: func() value { return fl.int2(op.ArrayLen, desc, ws[0]) }}}
		return p
	}
	p.index = fl.plus(ws[1], i)
	p.checks = []*placeCheck{{index: i, unsigned: unsigned, length: ws[2]}}
	return p
}

// isOwned says whether a variable of type t inside another is an array object of its own; it may also be an array of one element
// that is one.
func (l *lowerer) isOwned(t types.Type) bool {
	s := l.shapeOf(t)
	return underIs[*types.Array](t) && len(s.leaves) == 1 && s.leaves[0].role == ownedArray &&
		types.Identical(s.leaves[0].typ.Underlying(), t.Underlying())
}

// load reads the words of a place.
func (fl *funcLowerer) load(p *place) []value {
	fl.runChecks(p)
	s := fl.l.shapeOf(p.typ)
	if p.arr != nil && p.index == nil {
		return fl.loadWhole(p, s)
	}
	read := func(at int) []value {
		ws := make([]value, len(s.leaves))
		for k := range ws {
			ws[k] = fl.readWord(p, at+k)
			if s.leaves[k].role == ownedArray {
				ws[k] = fl.copyArray(ws[k], s.leaves[k].typ)
			}
		}
		return ws
	}
	if p.dyn == nil {
		return read(p.leaf)
	}
	if len(p.at) == 0 {
		return fl.zero(s)
	}
	return fl.selectCase(p.dyn, len(p.at), s.kinds(), func(k int) []value { return read(p.leaf + p.at[k]) })
}

// loadWord reads one word of a place as it is, without copying what it owns.
func (fl *funcLowerer) loadWord(p *place, k int) value {
	fl.runChecks(p)
	if p.dyn == nil {
		return fl.readWord(p, p.leaf+k)
	}
	if len(p.at) == 0 {
		return fl.zero(fl.l.shapeOf(p.typ))[k]
	}
	kinds := []kind{fl.l.shapeOf(p.typ).leaves[k].Kind}
	return fl.selectCase(p.dyn, len(p.at), kinds, func(i int) []value {
		return []value{fl.readWord(p, p.leaf+p.at[i]+k)}
	})[0]
}

func (fl *funcLowerer) readWord(p *place, leaf int) value {
	switch {
	case p.local != nil:
		return fl.locals.now[p.local][leaf]
	case p.obj != nil:
		v := fl.getField(p.obj, p.object.fields[leaf])
		fl.ownedFact(v, p.object.shape.leaves[leaf])
		return v
	}
	a := p.array
	if p.frozen {
		a = fl.l.immutableView(a)
	}
	v := fl.getItem(p.arr, p.index, a.items[leaf])
	fl.ownedFact(v, a.shape.leaves[leaf])
	return v
}

func (fl *funcLowerer) ownedFact(v value, x leaf) {
	if x.role == ownedArray {
		fl.learn(nonNil, v, nil)
	}
}

// store writes the words of a place.
func (fl *funcLowerer) store(p *place, ws []value) {
	fl.runChecks(p)
	s := fl.l.shapeOf(p.typ)
	if p.arr != nil && p.index == nil {
		fl.storeWhole(p, s, ws)
		return
	}
	write := func(at int) {
		for k, w := range ws {
			if s.leaves[k].role == ownedArray {
				fl.copyInto(fl.readWord(p, at+k), w, s.leaves[k].typ)
				continue
			}
			fl.writeWord(p, at+k, w)
		}
	}
	if p.dyn == nil {
		write(p.leaf)
		return
	}
	if p.local != nil && len(p.at) > 0 {
		panic("variable index into a variable in SSA form")
	}
	if len(p.at) > 0 {
		fl.selectCase(p.dyn, len(p.at), nil, func(k int) []value { write(p.leaf + p.at[k]); return nil })
	}
}

func (fl *funcLowerer) writeWord(p *place, leaf int, w value) {
	switch {
	case p.local != nil:
		fl.setLocal(p.local, leaf, w)
	case p.obj != nil:
		fl.setField(p.obj, p.object.fields[leaf], w)
	default:
		fl.setItem(p.arr, p.index, p.array.items[leaf], w)
	}
}

// itemsFlag says whether the elements reached through the first word of the place never change.
func (fl *funcLowerer) itemsFlag(p *place) bool {
	switch {
	case p.local != nil:
		return p.leaf < len(p.local.leaves) && p.local.leaves[p.leaf].items
	case p.obj != nil:
		return p.leaf < len(p.object.shape.leaves) && p.object.shape.leaves[p.leaf].items
	case p.index != nil:
		return p.leaf < len(p.array.shape.leaves) && p.array.shape.leaves[p.leaf].items
	}
	return false
}

// pointerTo makes a pointer value of a place where that is possible: a whole object or array, an upcast to the
// type embedded first, or a large array inside something, which is an object of its own.
func (fl *funcLowerer) pointerTo(p *place) value {
	switch {
	case p.arr != nil && p.index == nil:
		fl.runChecks(p)
		return p.arr
	case fl.l.isOwned(p.typ):
		return fl.loadWord(p, 0)
	case p.obj != nil && p.leaf == 0 && p.dyn == nil && fl.l.isUpcast(p.object.shape.typ, p.typ):
		fl.runChecks(p)
		return p.obj
	}
	fail(fl.pos, "point to the whole struct, or give the field a type of its own and store a pointer to it",
		"the address of a field or an element of type %s escapes", goName(p.typ))
	return nil
}

// isUpcast says whether a pointer to from is a pointer to to: the same type, or embedded first.
func (l *lowerer) isUpcast(from, to types.Type) bool {
	for from != nil {
		if types.Identical(from, to) {
			return true
		}
		st, ok := from.Underlying().(*types.Struct)
		if !ok {
			return false
		}
		from = embeddedFirst(st)
	}
	return false
}

func (fl *funcLowerer) lowerLoad(o *flow.Op) {
	p := fl.placeOf(o.Args[0])
	if fl.itemsFlag(p) {
		fl.flags[o.Results[0]] = true
	}
	fl.set(o.Results[0], fl.load(p)...)
}

func (fl *funcLowerer) lowerStore(o *flow.Op) {
	ws := fl.get(o.Args[1])
	fl.store(fl.placeOf(o.Args[0]), ws)
}

func (fl *funcLowerer) lowerAlloc(o *flow.Op) {
	v := o.Results[0]
	t := o.Aux.(flow.AllocAux).Elem
	if lv := fl.locals.byValue[v]; lv != nil {
		fl.locals.now[lv] = fl.zero(fl.l.shapeOf(t))
		return
	}
	if a, ok := t.Underlying().(*types.Array); ok {
		fl.set(v, fl.zeroArrayObject(a))
		return
	}
	fl.set(v, fl.newObject(fl.l.objectOf(t)))
}
