package lower

import (
	"go/types"
	"strings"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Maps: an object that begins with rt.Map (the index, by hash) and goes on with an array of keys and an array of
// values. What depends on the types is generated here for each map type, in low-level operations: comparing keys,
// moving entries. Everything else is in rt. A lookup is a call of the find helper, which yields an entry or -1,
// and an access to the array of values, so that the JIT can keep the two apart.

// mapType is the layout and the helpers of one map type.
type mapType struct {
	typ        *types.Map
	object     *object
	keys, vals *array
	keyArray   *descr.Field // fields of the object
	valArray   *descr.Field
	count      *descr.Field

	find, assign, grow *flow.Func
}

func (l *lowerer) mapOf(t types.Type) *mapType {
	u := t.Underlying().(*types.Map)
	if m, ok := l.maps.At(u).(*mapType); ok {
		return m
	}
	base := l.mapBase()
	m := &mapType{typ: u, keys: l.newArrayType("keys of "+goName(u), u.Key()), vals: l.newArrayType("values of "+goName(u), u.Elem())}
	s := &shape{align: 1}
	s.field(base.shape, "", "")
	for _, name := range []string{"keys", "values"} {
		s.word(op.Ref, 8, false, name, plain)
	}
	m.object = l.newObject(goName(u), s, base)
	n := len(m.object.fields)
	m.keyArray, m.valArray = m.object.fields[n-2], m.object.fields[n-1]
	m.count = base.fields[0]
	l.maps.Set(u, m)
	return m
}

// mapBase is the object of rt.Map, found by the signature of a helper.
func (l *lowerer) mapBase() *object { return l.objectOf(l.mapStruct()) }

func (l *lowerer) mapStruct() types.Type {
	f := l.byName[rtPath+".MapIter"]
	if f == nil {
		fail(descr.Pos{}, "load it with the program", "package %s is missing", rtPath)
	}
	return f.Sig.Params().At(0).Type().Underlying().(*types.Pointer).Elem()
}

// takesMap: the functions of package rt on maps are called with one, but for MapIter.
func takesMap(f *flow.Func) bool {
	name, ok := strings.CutPrefix(f.Name, rtPath+".Map")
	return ok && name != "Iter"
}

// mapParts is the array that a field of rt.Map refers to.
func (l *lowerer) mapParts(field int) *array {
	t := l.mapStruct().Underlying().(*types.Struct).Field(field).Type()
	return l.arrayOf(t.Underlying().(*types.Slice).Elem())
}

func (b *builder) loadItem(a *array, arr, index value) []value {
	ws := make([]value, len(a.items))
	for i, loc := range a.items {
		ws[i] = b.getItem(arr, index, loc)
	}
	return ws
}

func (b *builder) storeItem(a *array, arr, index value, ws []value) {
	for i, loc := range a.items {
		b.setItem(arr, index, loc, ws[i])
	}
}

// finder is the helper map, hash, key -> entry or -1. The map may be nil.
func (l *lowerer) finder(m *mapType) *flow.Func {
	if m.find != nil {
		return m.find
	}
	args := append([]kind{op.Ref, op.Int}, m.keys.shape.kinds()...)
	m.find = l.newFunc("find in "+m.object.typ.Name, args, []kind{op.Int})
	b, p := l.newBuilder(m.find)
	obj, hash, key := p[0], p[1], p[2:]
	none := func() { b.ret(flow.IntConst(-1)) }
	b.unless(b.int(op.PtrIsZero, obj), none)
	b.learn(nonNil, obj, nil)
	b.unless(b.int(op.IntEq, b.getField(obj, m.count), flow.IntConst(0)), none)
	slot := b.rt("MapSlot", obj, hash)[0]
	head, found := b.joinBlock([]kind{op.Int}), b.g.NewBlock()
	b.jump(head, slot)
	b.cur = head
	r := b.rt("MapProbe", obj, hash, head.Params[0])
	b.unless(b.int(op.IntLt, r[0], flow.IntConst(0)), none)
	stored := b.loadItem(m.keys, b.getField(obj, m.keyArray), r[0])
	b.branch(b.equal(m.typ.Key(), stored, key), flow.Edge{To: found}, flow.Edge{To: head, Args: []value{r[1]}})
	b.cur = found
	b.ret(r[0])
	tidy(b.g)
	return m.find
}

// assigner is the helper map, hash, key -> entry, which is made if there is none. The map is not nil.
func (l *lowerer) assigner(m *mapType) *flow.Func {
	if m.assign != nil {
		return m.assign
	}
	find := l.finder(m)
	m.assign = l.newFunc("assign in "+m.object.typ.Name, find.Call.Args, []kind{op.Int})
	b, p := l.newBuilder(m.assign)
	obj, hash, key := p[0], p[1], p[2:]
	b.learn(nonNil, obj, nil)
	e := b.call(find, p...)[0]
	b.unless(b.int(op.IntGe, e, flow.IntConst(0)), func() {
		if equalNotSame(m.typ.Key()) {
			b.storeItem(m.keys, b.getField(obj, m.keyArray), e, key)
		}
		b.ret(e)
	})
	b.when(b.int(op.IntIsZero, b.rt("MapRoom", obj)[0]), func() { b.call(l.mapGrower(m), obj) })
	e = b.rt("MapAdd", obj, hash)[0]
	b.storeItem(m.keys, b.getField(obj, m.keyArray), e, key)
	b.ret(e)
	tidy(b.g)
	return m.assign
}

// equalNotSame says whether equal values of a type may differ, as 0 and -0: then Go stores the key of each assignment.
func equalNotSame(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsFloat|types.IsComplex) != 0
	case *types.Interface:
		return true
	case *types.Array:
		return equalNotSame(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if equalNotSame(f.Type()) {
				return true
			}
		}
	}
	return false
}

// mapGrower is the helper that makes room in a full map: entries alive move to new arrays.
func (l *lowerer) mapGrower(m *mapType) *flow.Func {
	if m.grow != nil {
		return m.grow
	}
	m.grow = l.newFunc("grow "+m.object.typ.Name, []kind{op.Ref}, nil)
	b, p := l.newBuilder(m.grow)
	obj := p[0]
	b.learn(nonNil, obj, nil)
	used := l.mapBase().fields[1]
	n := b.rt("MapNewCap", obj)[0]
	keys, vals := b.newArray(m.keys, n), b.newArray(m.vals, n)
	head, body, live, next, done := b.joinBlock([]kind{op.Int, op.Int}), b.g.NewBlock(), b.g.NewBlock(), b.joinBlock([]kind{op.Int}), b.g.NewBlock()
	b.jump(head, flow.IntConst(0), flow.IntConst(0))
	b.cur = head
	from, to := head.Params[0], head.Params[1]
	b.branch(b.int(op.IntLt, from, b.getField(obj, used)), flow.Edge{To: body}, flow.Edge{To: done})
	b.cur = body
	b.branch(b.rt("MapLive", obj, from)[0], flow.Edge{To: live}, flow.Edge{To: next, Args: []value{to}})
	b.cur = live
	b.storeItem(m.keys, keys, to, b.loadItem(m.keys, b.getField(obj, m.keyArray), from))
	b.storeItem(m.vals, vals, to, b.loadItem(m.vals, b.getField(obj, m.valArray), from))
	b.jump(next, b.int(op.IntAdd, to, flow.IntConst(1)))
	b.cur = next
	b.jump(head, b.int(op.IntAdd, from, flow.IntConst(1)), next.Params[0])
	b.cur = done
	b.setField(obj, m.keyArray, keys)
	b.setField(obj, m.valArray, vals)
	b.rt("MapRebuild", obj, n)
	b.ret()
	tidy(b.g)
	return m.grow
}

// entry calls a helper that takes a map, a hash and a key.
func (fl *funcLowerer) entry(helper *flow.Func, m *mapType, obj value, key []value) value {
	h := fl.hash(m.typ.Key(), key)
	return fl.call(helper, append([]value{obj, h}, key...)...)[0]
}

func (fl *funcLowerer) lowerMakeMap(o *flow.Op) {
	m := fl.l.mapOf(o.Results[0].Type)
	fl.set(o.Results[0], fl.newObject(m.object))
}

// lowerLookup is m[k], with or without comma-ok.
func (fl *funcLowerer) lowerLookup(o *flow.Op) {
	m := fl.l.mapOf(o.Args[0].Type)
	obj := fl.get1(o.Args[0])
	e := fl.entry(fl.l.finder(m), m, obj, fl.get(o.Args[1]))
	found := fl.int(op.IntGe, e, flow.IntConst(0))
	take := func() []value {
		fl.learn(nonNil, obj, nil)
		return fl.loadItem(m.vals, fl.getField(obj, m.valArray), e)
	}
	v := o.Results[0]
	if len(o.Results) == 2 {
		ok := o.Results[1]
		if fl.onTrue(o, ok, func() { fl.set(v, take()...) }) {
			fl.set(ok, found)
			return
		}
		fl.set(ok, found)
	}
	if len(fl.uses[v]) > 0 {
		s := m.vals.shape
		fl.set(v, fl.choose(found, s.kinds(), take, func() []value { return fl.zero(s) })...)
	}
}

func (fl *funcLowerer) lowerMapUpdate(o *flow.Op) {
	m := fl.l.mapOf(o.Args[0].Type)
	obj := fl.get1(o.Args[0])
	key, val := fl.get(o.Args[1]), fl.get(o.Args[2])
	if !fl.isNonNil(obj) {
		bad, good := fl.g.NewBlock(), fl.g.NewBlock()
		fl.branch(fl.int(op.PtrIsZero, obj), flow.Edge{To: bad}, flow.Edge{To: good})
		fl.cur = bad
		fl.trap(flow.TrapMessage, "assignment to entry in nil map")
		fl.cur = good
		fl.learn(nonNil, obj, nil)
	}
	e := fl.entry(fl.l.assigner(m), m, obj, key)
	fl.storeItem(m.vals, fl.getField(obj, m.valArray), e, val)
}

func (fl *funcLowerer) lowerDelete(o *flow.Op) {
	m := fl.l.mapOf(o.Args[0].Type)
	obj := fl.get1(o.Args[0])
	e := fl.entry(fl.l.finder(m), m, obj, fl.get(o.Args[1]))
	fl.when(fl.int(op.IntGe, e, flow.IntConst(0)), func() {
		fl.rt("MapDelete", obj, e)
		one := flow.IntConst(1)
		fl.emit(op.ArrayClear, op.Void, m.keys.desc, fl.getField(obj, m.keyArray), e, one)
		fl.emit(op.ArrayClear, op.Void, m.vals.desc, fl.getField(obj, m.valArray), e, one)
	})
}

func (fl *funcLowerer) clearMap(x value) {
	m := fl.l.mapOf(x.Type)
	obj := fl.get1(x)
	fl.when(fl.int(op.PtrNonzero, obj), func() {
		fl.rt("MapClear", obj)
		fl.setField(obj, m.keyArray, flow.NilRef())
		fl.setField(obj, m.valArray, flow.NilRef())
	})
}

func (fl *funcLowerer) mapLen(m value) value {
	count := fl.l.mapBase().fields[0]
	return fl.choose(fl.isNil(m), []kind{op.Int},
		func() []value { return []value{flow.IntConst(0)} },
		func() []value { return []value{fl.getField(m, count)} })[0]
}

// nextEntry is one step of a range over a map.
func (fl *funcLowerer) nextEntry(o *flow.Op, lv *local) {
	ok, key, val := o.Results[0], o.Results[1], o.Results[2]
	m := fl.l.mapOf(lv.typ)
	obj, pos := fl.locals.now[lv][0], fl.locals.now[lv][1]
	r := fl.rt("MapIter", obj, pos)
	e := r[0]
	fl.setLocal(lv, 1, r[1])
	more := fl.int(op.IntGe, e, flow.IntConst(0))
	part := func(v value, a *array, f *descr.Field) {
		if len(fl.uses[v]) == 0 {
			return
		}
		fl.set(v, fl.choose(more, a.shape.kinds(),
			func() []value { return fl.loadItem(a, fl.getField(obj, f), e) },
			func() []value { return fl.zero(a.shape) })...)
	}
	if fl.onTrue(o, ok, func() {
		for _, x := range []struct {
			v value
			a *array
			f *descr.Field
		}{{key, m.keys, m.keyArray}, {val, m.vals, m.valArray}} {
			if len(fl.uses[x.v]) > 0 {
				fl.set(x.v, fl.loadItem(x.a, fl.getField(obj, x.f), e)...)
			}
		}
	}) {
		fl.set(ok, more)
		return
	}
	fl.set(ok, more)
	part(key, m.keys, m.keyArray)
	part(val, m.vals, m.valArray)
}
