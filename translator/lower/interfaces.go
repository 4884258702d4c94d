package lower

import (
	"go/types"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// dynamicType is a Go type that values in interfaces may have.
type dynamicType struct {
	typ types.Type
	id  layout.TypeID
	box *object // nil for pointers and plain strings, which are objects themselves
	// wrap is about pointers that are no objects; plain is the type itself if this one is of its boxes. See wrapped.go.
	wrap  *wrapping
	plain *dynamicType
}

type typeSet struct {
	desc *descr.TypeSet
	typ  *types.Interface // nil: the set of types compared by identity
}

// dynamicOf registers a type as one that interfaces may hold.
func (l *lowerer) dynamicOf(t types.Type) *dynamicType {
	t = types.Unalias(t)
	if d, ok := l.dynByType.At(t).(*dynamicType); ok {
		return d
	}
	d := &dynamicType{typ: t}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		if underIs[*types.Array](u.Elem()) || isNamed(t) {
			d.box = l.boxOf(t)
		} else {
			d.id = l.objectOf(u.Elem()).typ.ID
		}
	default:
		if t == types.Typ[types.String] || t == types.Typ[types.UntypedString] {
			d.id = layout.StringType
		} else {
			d.box = l.boxOf(t)
		}
	}
	if d.box != nil {
		d.id = d.box.typ.ID
	}
	l.wrappable(d)
	l.dynamic = append(l.dynamic, d)
	l.dynByType.Set(t, d)
	return d
}

func isNamed(t types.Type) bool { _, ok := t.(*types.Named); return ok }

func (fl *funcLowerer) lowerMakeInterface(o *flow.Op) {
	x := o.Args[0]
	fl.set(o.Results[0], fl.toInterface(x.Type, fl.get(x), fl.fresh(x)))
}

// fresh: the operand is the object just allocated, so its type is exactly that of the pointer.
func (fl *funcLowerer) fresh(x value) bool {
	for _, b := range fl.src.Blocks {
		for _, o := range b.Ops {
			if o.Code == flow.GoAlloc && o.Results[0] == x {
				return true
			}
		}
	}
	return false
}

// toInterface converts the words of a value of type t to an interface.
func (b *builder) toInterface(t types.Type, ws []value, fresh bool) value {
	d := b.l.dynamicOf(t)
	switch {
	case d.id == layout.StringType:
		return b.stringObject(ws[0])
	case d.box == nil:
		return b.pointerToInterface(d, ws[0], fresh)
	}
	return b.makeBox(d.box, ws)
}

func (b *builder) makeBox(box *object, ws []value) value {
	if len(ws) == 0 {
		return flow.PrebuiltRef(b.l.emptyObject(box.typ.ID))
	}
	if p := b.l.boxedConstant(box, ws); p != nil {
		return flow.PrebuiltRef(p)
	}
	v := b.emit(op.New, op.Ref, box.size)
	b.learn(nonNil, v, nil)
	for i, w := range ws {
		b.setField(v, box.fields[i], w)
	}
	return v
}

// fromInterface takes a value of type t out of an interface that is known to hold one.
func (b *builder) fromInterface(t types.Type, v value) []value {
	b.learn(nonNil, v, nil)
	return b.inside(b.l.dynamicOf(t), v)
}

// inside is the words of the value that an object of a dynamic type holds.
func (b *builder) inside(d *dynamicType, v value) []value {
	if d.box == nil {
		return []value{v}
	}
	ws := make([]value, len(d.box.fields))
	for i, f := range d.box.fields {
		ws[i] = b.getField(v, f)
		if x := d.box.shape.leaves[i]; x.role == ownedArray {
			ws[i] = b.copyArray(ws[i], x.typ)
		}
	}
	return ws
}

// typeID is the type id of an interface value, 0 if it is nil. Kept for later questions about the same value: the
// cases of a type switch.
func (b *builder) typeID(v value) value {
	if id, ok := b.facts.get(typeIDFor, v); ok {
		return id
	}
	var id value
	switch {
	case isNilConst(v):
		return flow.IntConst(0)
	case b.isNonNil(v):
		id = b.int(op.TypeIDOf, v)
	default:
		id = b.choose(b.int(op.PtrIsZero, v), []kind{op.Int},
			func() []value { return []value{flow.IntConst(0)} },
			func() []value { return []value{b.int(op.TypeIDOf, v)} })[0]
	}
	b.learn(typeIDFor, v, id)
	return id
}

func (fl *funcLowerer) lowerTypeAssert(o *flow.Op) {
	t := o.Aux.(types.Type)
	x := fl.get1(o.Args[0])
	if !types.IsInterface(t) {
		if d := fl.l.dynamicOf(t); d.wrap != nil {
			fl.assertPointer(o, d, x)
			return
		}
	}
	is := fl.holds(x, o.Args[0].Type, t)
	take := func() []value {
		fl.learn(nonNil, x, nil)
		if types.IsInterface(t) {
			return []value{x}
		}
		return fl.fromInterface(t, x)
	}
	if len(o.Results) == 1 {
		bad, good := fl.g.NewBlock(), fl.g.NewBlock()
		fl.branch(is, flow.Edge{To: good}, flow.Edge{To: bad})
		fl.cur = bad
		fl.fault(fl.call(fl.l.assertFailed(o.Args[0].Type, t), x)[0])
		fl.cur = good
		fl.set(o.Results[0], take()...)
		return
	}
	v, ok := o.Results[0], o.Results[1]
	if fl.onTrue(o, ok, func() { fl.set(v, take()...) }) {
		fl.set(ok, is)
		return
	}
	if len(fl.uses[v]) > 0 {
		s := fl.l.shapeOf(v.Type)
		fl.set(v, fl.choose(is, s.kinds(), take, func() []value { return fl.zero(s) })...)
	}
	fl.set(ok, is)
}

// assertFailed is the helper that words the panic of x.(t): x -> text.
func (l *lowerer) assertFailed(from, t types.Type) *flow.Func {
	name := "failed " + reflectName(from) + " to " + reflectName(t)
	if f := l.helpers[name]; f != nil {
		return f
	}
	f := l.newFunc(name, []kind{op.Ref}, []kind{op.Ref})
	l.helpers[name] = f
	b, p := l.newBuilder(f)
	it, isInterface := t.Underlying().(*types.Interface)
	want := b.textConst(reflectName(t))
	word := func(dynamic, missing value) {
		if isInterface {
			b.ret(b.text("Method", dynamic, want, missing))
		} else {
			b.ret(b.text("Conversion", b.textConst(reflectName(from)), dynamic, want))
		}
	}
	b.unless(b.int(op.PtrIsZero, p[0]), func() { word(b.textConst(""), b.textConst("")) })
	b.learn(nonNil, p[0], nil)
	missing := b.textConst("")
	if isInterface {
		missing = b.callMethod(l.missingTable(t, it), p[0], nil)[0]
	}
	word(b.callMethod(l.nameTable(), p[0], nil)[0], missing)
	tidy(b.g)
	return f
}

// holds is 1 if an interface value of static type from can be asserted to type t.
func (fl *funcLowerer) holds(x value, from, t types.Type) value {
	it, ok := t.Underlying().(*types.Interface)
	if !ok {
		d := fl.l.dynamicOf(t)
		return fl.int(op.IntEq, fl.typeID(x), flow.IntConst(int64(d.id)))
	}
	if types.Implements(from, it) {
		return fl.notNil(x)
	}
	set := fl.l.typeSetOf(t, it)
	return fl.int2(op.TypeInSet, set.desc, fl.typeID(x))
}

func (b *builder) notNil(x value) value {
	if b.isNonNil(x) {
		return flow.IntConst(1)
	}
	return b.int(op.PtrNonzero, x)
}

func (l *lowerer) typeSetOf(t types.Type, it *types.Interface) *typeSet {
	if s, ok := l.typeSets.At(t).(*typeSet); ok {
		return s
	}
	s := &typeSet{desc: &descr.TypeSet{Index: len(l.setList), Name: goName(t)}, typ: it}
	l.typeSets.Set(t, s)
	l.setList = append(l.setList, s)
	return s
}

// interfaceEqual is the helper for == on interface values.
func (l *lowerer) interfaceEqual() *flow.Func {
	const name = "interface equal"
	if f := l.helpers[name]; f != nil {
		return f
	}
	f := l.newFunc(name, []kind{op.Ref, op.Ref}, []kind{op.Int})
	l.helpers[name] = f
	l.eqTable = l.newDispatch("equal", []kind{op.Ref, op.Ref}, []kind{op.Int})
	l.eqTable.helper = l.boxEqual
	b, p := l.newBuilder(f)
	x, y := p[0], p[1]
	no := func() { b.ret(flow.IntConst(0)) }
	b.unless(b.int(op.PtrIsZero, x), func() { b.ret(b.int(op.PtrIsZero, y)) })
	b.unless(b.int(op.PtrIsZero, y), no)
	b.learn(nonNil, x, nil)
	b.learn(nonNil, y, nil)
	id := b.typeID(x)
	b.unless(b.int(op.IntNe, id, b.typeID(y)), no)
	b.unless(b.int2(op.TypeInSet, l.identitySet().desc, id), func() { b.ret(b.int(op.PtrEq, x, y)) })
	// The same object may still be unequal to itself (NaN) or not comparable.
	b.ret(b.callMethod(l.eqTable, x, []value{y})...)
	tidy(b.g)
	return f
}

// identitySet is the set of the types whose values are equal if they are the same object: pointers and what is like them.
func (l *lowerer) identitySet() *typeSet {
	if l.identities == nil {
		l.identities = &typeSet{desc: &descr.TypeSet{Index: len(l.setList), Name: "compared by identity"}}
		l.setList = append(l.setList, l.identities)
	}
	return l.identities
}

// unless leaves the function by body if cond holds.
func (b *builder) unless(cond value, body func()) {
	out, on := b.g.NewBlock(), b.g.NewBlock()
	b.branch(cond, flow.Edge{To: out}, flow.Edge{To: on})
	b.cur = out
	b.scoped(body)
	b.cur = on
}

// byIdentity says whether values of the type are equal if they are the same object.
func (d *dynamicType) byIdentity() bool { return d.box == nil && d.id != layout.StringType }

// boxEqual compares two objects of one dynamic type.
func (l *lowerer) boxEqual(d *dynamicType) *flow.Func {
	name := "equal " + goName(d.typ)
	if d.byIdentity() {
		name = "equal pointers"
	}
	if f := l.helpers[name]; f != nil && name == "equal pointers" {
		return f
	}
	f := l.newFunc(l.typeName(name), []kind{op.Ref, op.Ref}, []kind{op.Int})
	l.helpers[name] = f
	b, p := l.newBuilder(f)
	switch {
	case d.id == layout.StringType:
		b.ret(b.stringEqual(p[0], p[1]))
	case d.box == nil:
		b.ret(b.int(op.PtrEq, p[0], p[1]))
	case !types.Comparable(d.typ):
		b.trap(flow.TrapMessage, "runtime error: comparing uncomparable type "+reflectName(d.typ))
	default:
		b.ret(b.equal(d.typ, b.rawWords(d.box, p[0]), b.rawWords(d.box, p[1])))
	}
	tidy(b.g)
	return f
}

// rawWords reads a box without copying the arrays it owns.
func (b *builder) rawWords(box *object, v value) []value {
	ws := make([]value, len(box.fields))
	for i, f := range box.fields {
		ws[i] = b.getField(v, f)
	}
	return ws
}
