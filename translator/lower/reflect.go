package lower

import (
	"go/types"
	"reflect"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// What packages fmt, sort and errors must know about values in interfaces: some functions of the patched package reflect (see
// load/std/reflect) are dispatch tables, with one helper for each dynamic type.
//
//	describe(x) (id int, name string, kind, length int, isNil bool, bits uint64, re, im float64, text string)
//	part(x, i)  (v any, kind int, name, typ string)   i-th field or element, what a pointer points to; i < 0: types only
//	entry(x, n) (key, value any, next int)            entry of a map from position n on; next < 0: no more
//	swap(x, i, j int)                                 exchanges two elements of a slice
//	assign(target, err) int                           sets the variable behind a pointer to an error, see assignError
//	nilReceiver(x, method int) bool                   the method fails since the pointer x is nil, see nilreceivers.go
//
// A part is converted to an interface with its own type; one of pointer type that is nil is a nil interface, unless it has a
// text of its own.

// reflected emits a call of one of them.
func (b *builder) reflected(name string, a []value) []value {
	b.checkNil(a[0])
	return append([]value{}, b.callMethod(b.l.reflectTable(name), a[0], a[1:])...) // not nil: it is known
}

func (l *lowerer) reflectTable(name string) *dispatch {
	if d := l.reflects[name]; d != nil {
		return d
	}
	i, r, f := op.Int, op.Ref, op.Float
	var d *dispatch
	switch name {
	case "describe":
		d = l.newDispatch("describe", []kind{r}, []kind{i, r, i, i, i, i, f, f, r})
		d.helper = func(t *dynamicType) *flow.Func { return l.reflectHelper("describe", d, t, describe) }
	case "part":
		d = l.newDispatch("part", []kind{r, i}, []kind{r, i, r, r})
		d.helper = func(t *dynamicType) *flow.Func { return l.reflectHelper("part", d, t, part) }
	case "swap":
		d = l.newDispatch("swap", []kind{r, i, i}, nil)
		d.helper = func(t *dynamicType) *flow.Func {
			return l.sharedHelper("swap", d, t, underIs[*types.Slice](t.typ), swapItems)
		}
	case "assign":
		d = l.newDispatch("assign", []kind{r, r}, []kind{i})
		d.helper = func(t *dynamicType) *flow.Func {
			return l.sharedHelper("assign", d, t, underIs[*types.Pointer](t.typ), assignError)
		}
	case "nilReceiver":
		d = l.newDispatch("nilReceiver", []kind{r, i}, []kind{i})
		d.helper = func(t *dynamicType) *flow.Func {
			return l.sharedHelper("nilReceiver", d, t, t.plain != nil, nilReceiver)
		}
	case "entry":
		d = l.newDispatch("entry", []kind{r, i}, []kind{r, r, i})
		d.helper = func(t *dynamicType) *flow.Func { return l.reflectHelper("entry", d, t, entry) }
	}
	l.reflects[name] = d
	return d
}

// sharedHelper is reflectHelper for tables that are about few types; all others share one function.
func (l *lowerer) sharedHelper(table string, d *dispatch, t *dynamicType, about bool, body func(fl *funcLowerer, t *dynamicType, ws, args []value)) *flow.Func {
	none := table + " of others"
	if f := l.helpers[none]; f != nil && !about {
		return f
	}
	f := l.reflectHelper(table, d, t, body)
	if !about {
		l.helpers[none] = f
	}
	return f
}

// reflectHelper makes the function of a table for one type.
func (l *lowerer) reflectHelper(table string, d *dispatch, t *dynamicType, body func(fl *funcLowerer, t *dynamicType, ws, args []value)) *flow.Func {
	f := l.newFunc(l.typeName(table+" "+goName(t.typ)), d.call.Args, d.call.Results)
	b, p := l.newBuilder(f)
	b.learn(nonNil, p[0], nil)
	ws := p[:1]
	if t.box != nil {
		ws = b.rawWords(t.box, p[0])
	}
	if (table == "part" || table == "entry") && (!flow.PartsShown(t.typ) || l.prog.Handle(t.typ)) {
		body = noParts
	}
	body(&funcLowerer{builder: *b}, t, ws, p[1:])
	tidy(b.g)
	return f
}

func (b *builder) textConst(s string) value { return flow.PrebuiltRef(b.l.intern(s)) }

// kindOf is Go's number of a type's kind.
func kindOf(t types.Type) reflect.Kind {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return basicKinds[u.Kind()]
	case *types.Pointer:
		return reflect.Pointer
	case *types.Slice:
		return reflect.Slice
	case *types.Array:
		return reflect.Array
	case *types.Map:
		return reflect.Map
	case *types.Signature:
		return reflect.Func
	case *types.Struct:
		return reflect.Struct
	case *types.Interface:
		return reflect.Interface
	}
	return reflect.Invalid
}

var basicKinds = map[types.BasicKind]reflect.Kind{
	types.Bool: reflect.Bool, types.Int: reflect.Int, types.Int8: reflect.Int8, types.Int16: reflect.Int16,
	types.Int32: reflect.Int32, types.Int64: reflect.Int64, types.Uint: reflect.Uint, types.Uint8: reflect.Uint8,
	types.Uint16: reflect.Uint16, types.Uint32: reflect.Uint32, types.Uint64: reflect.Uint64, types.Uintptr: reflect.Uintptr,
	types.Float32: reflect.Float32, types.Float64: reflect.Float64, types.Complex64: reflect.Complex64,
	types.Complex128: reflect.Complex128, types.String: reflect.String, types.UntypedBool: reflect.Bool,
	types.UntypedInt: reflect.Int, types.UntypedRune: reflect.Int32, types.UntypedFloat: reflect.Float64,
	types.UntypedString: reflect.String, types.UntypedComplex: reflect.Complex128,
}

func describe(fl *funcLowerer, t *dynamicType, ws, _ []value) {
	length, isNil, bits, re, im, text := flow.IntConst(0), flow.IntConst(0), flow.IntConst(0), flow.FloatBits(0), flow.FloatBits(0), fl.textConst("")
	switch u := t.typ.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			text = fl.stringObject(ws[0])
			length = fl.stringLen(text)
		case u.Info()&types.IsComplex != 0:
			re, im = ws[0], ws[1]
		case u.Info()&types.IsFloat != 0:
			re = ws[0]
		default:
			bits = ws[0]
		}
	case *types.Slice:
		isNil = fl.isNil(ws[0])
		if fl.l.isFixedArray(t.typ) {
			length = fl.fixedLen(ws[0], fl.l.arrayOf(u.Elem()))
		} else {
			length = ws[2]
		}
	case *types.Array:
		length = flow.IntConst(u.Len())
	case *types.Struct:
		length = flow.IntConst(int64(u.NumFields()))
	case *types.Map:
		isNil = fl.isNil(ws[0])
		length = fl.mapLen(ws[0])
	case *types.Pointer, *types.Signature:
		isNil = fl.isNil(ws[0])
	}
	switch t.typ.Underlying().(type) {
	case *types.Pointer, *types.Signature, *types.Map, *types.Slice:
		// Objects move: a number of their own stands for the address.
		bits = fl.choose(isNil, []kind{op.Int},
			func() []value { return []value{flow.IntConst(0)} },
			func() []value {
				n := fl.int(op.IntMul, fl.int(op.IdentityHash, ws[0]), flow.IntConst(16))
				return []value{fl.int(op.IntAdd, n, flow.IntConst(0xc000000000))}
			})[0]
	}
	fl.ret(flow.IntConst(int64(t.number())), fl.textConst(reflectName(t.typ)), flow.IntConst(int64(kindOf(t.typ))), length, isNil, bits, re, im, text)
}

// asAny converts a value to an interface; a nil pointer without a text to a nil one.
func (fl *funcLowerer) asAny(t types.Type, ws []value) value {
	if types.IsInterface(t) {
		return ws[0]
	}
	if d := fl.l.dynamicOf(t); d.box == nil && underIs[*types.Pointer](t) && !fl.l.nilText(t) {
		return fl.choose(fl.isNil(ws[0]), []kind{op.Ref}, func() []value { return []value{flow.NilRef()} }, func() []value {
			fl.learn(nonNil, ws[0], nil)
			return []value{fl.pointerToInterface(d, ws[0], false)}
		})[0]
	}
	return fl.toInterface(t, ws, false)
}

// partInfo is what part returns besides the value.
func (fl *funcLowerer) partInfo(v value, t types.Type, name string) []value {
	return []value{v, flow.IntConst(int64(kindOf(t))), fl.textConst(name), fl.textConst(reflectName(t))}
}

// noParts is part or entry of what has none.
func noParts(fl *funcLowerer, _ *dynamicType, _, _ []value) {
	var zeros []value
	for _, k := range fl.g.Results {
		switch k {
		case op.Ref:
			zeros = append(zeros, flow.NilRef())
		case op.Int:
			zeros = append(zeros, flow.IntConst(-1))
		}
	}
	fl.ret(zeros...)
}

func part(fl *funcLowerer, t *dynamicType, ws, args []value) {
	i := args[0]
	onlyType := func(t types.Type) {
		fl.unless(fl.int(op.IntLt, i, flow.IntConst(0)), func() { fl.ret(fl.partInfo(flow.NilRef(), t, "")...) })
	}
	switch u := t.typ.Underlying().(type) {
	case *types.Struct:
		if u.NumFields() == 0 {
			break
		}
		kinds := []kind{op.Ref, op.Int, op.Ref, op.Ref}
		fl.ret(fl.selectCase(i, u.NumFields(), kinds, func(k int) []value {
			f := u.Field(k)
			at := fl.l.fieldLeaf(u, k)
			n := len(fl.l.shapeOf(f.Type()).leaves)
			return fl.partInfo(fl.asAny(f.Type(), ws[at:at+n]), f.Type(), f.Name())
		})...)
		return
	case *types.Slice:
		onlyType(u.Elem())
		index := i
		if len(ws) == 4 {
			index = fl.plus(ws[1], i)
		}
		fl.learn(nonNil, ws[0], nil)
		fl.ret(fl.partInfo(fl.asAny(u.Elem(), fl.loadItem(fl.l.arrayOf(u.Elem()), ws[0], index)), u.Elem(), "")...)
		return
	case *types.Array:
		onlyType(u.Elem())
		fl.arrayPart(u, t.typ, ws, i)
		return
	case *types.Pointer:
		onlyType(u.Elem())
		v := fl.asAny(u.Elem(), fl.load(fl.refPlace(ws[0], u.Elem())))
		fl.ret(fl.partInfo(v, u.Elem(), "")...)
		return
	case *types.Map:
		fl.unless(fl.int(op.IntEq, i, flow.IntConst(-2)), func() { fl.ret(fl.partInfo(flow.NilRef(), u.Key(), "")...) })
		fl.ret(fl.partInfo(flow.NilRef(), u.Elem(), "")...)
		return
	}
	noParts(fl, t, ws, args)
}

func (fl *funcLowerer) arrayPart(u *types.Array, t types.Type, ws []value, i value) {
	if u.Len() == 0 {
		fl.ret(fl.partInfo(flow.NilRef(), u.Elem(), "")...)
		return
	}
	var item []value
	if fl.l.isOwned(t) {
		fl.learn(nonNil, ws[0], nil)
		item = fl.loadItem(fl.l.arrayOf(u.Elem()), ws[0], i)
	} else {
		elem := fl.l.shapeOf(u.Elem())
		w := len(elem.leaves)
		item = fl.selectCase(i, int(u.Len()), elem.kinds(), func(k int) []value { return ws[k*w : (k+1)*w] })
	}
	fl.ret(fl.partInfo(fl.asAny(u.Elem(), item), u.Elem(), "")...)
}

func entry(fl *funcLowerer, t *dynamicType, ws, args []value) {
	u, ok := t.typ.Underlying().(*types.Map)
	if !ok {
		fl.ret(flow.NilRef(), flow.NilRef(), flow.IntConst(-1))
		return
	}
	m := fl.l.mapOf(u)
	r := fl.rt("MapIter", ws[0], args[0])
	fl.unless(fl.int(op.IntLt, r[0], flow.IntConst(0)), func() { fl.ret(flow.NilRef(), flow.NilRef(), flow.IntConst(-1)) })
	fl.learn(nonNil, ws[0], nil)
	k := fl.loadItem(m.keys, fl.getField(ws[0], m.keyArray), r[0])
	v := fl.loadItem(m.vals, fl.getField(ws[0], m.valArray), r[0])
	key := fl.asAny(u.Key(), k)
	fl.ret(key, fl.asAny(u.Elem(), v), r[1])
}
