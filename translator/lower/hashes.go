package lower

import (
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Hashes of keys.

// hash is the hash of a value of a comparable type, not negative.
func (b *builder) hash(t types.Type, ws []value) value {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return b.rt("HashString", ws[0])[0]
		case u.Info()&types.IsFloat != 0:
			return b.hashFloat(ws[0])
		case u.Info()&types.IsComplex != 0:
			return b.rt("HashMore", b.hashFloat(ws[0]), b.hashFloat(ws[1]))[0]
		}
		return b.rt("HashInt", ws[0])[0]
	case *types.Interface:
		return b.call(b.l.interfaceHash(), ws[0])[0]
	case *types.Struct:
		var h value = flow.IntConst(1)
		at := 0
		for i := range u.NumFields() {
			f := u.Field(i)
			n := len(b.l.shapeOf(f.Type()).leaves)
			if f.Name() != "_" {
				h = b.rt("HashMore", h, b.hash(f.Type(), ws[at:at+n]))[0]
			}
			at += n
		}
		return h
	case *types.Array:
		var h value = flow.IntConst(2)
		w := len(b.l.shapeOf(u.Elem()).leaves)
		if b.l.isOwned(t) {
			return b.call(b.l.arrayHash(u), ws[0])[0]
		}
		for i := range int(u.Len()) {
			h = b.rt("HashMore", h, b.hash(u.Elem(), ws[i*w:(i+1)*w]))[0]
		}
		return h
	}
	// References: objects move, so their hash is a number given on demand.
	n := b.choose(b.isNil(ws[0]), []kind{op.Int},
		func() []value { return []value{flow.IntConst(0)} },
		func() []value { return []value{b.int(op.IdentityHash, ws[0])} })[0]
	return b.rt("HashInt", n)[0]
}

// hashFloat: -0 equals 0.
func (b *builder) hashFloat(x value) value {
	x = b.choose(b.int(op.FloatEq, x, flow.FloatBits(0)), []kind{op.Float},
		func() []value { return []value{flow.FloatBits(0)} }, func() []value { return []value{x} })[0]
	return b.rt("HashInt", b.int(op.FloatBits, x))[0]
}

// interfaceHash is the helper for interface values as keys.
func (l *lowerer) interfaceHash() *flow.Func {
	const name = "interface hash"
	if f := l.helpers[name]; f != nil {
		return f
	}
	f := l.newFunc(name, []kind{op.Ref}, []kind{op.Int})
	l.helpers[name] = f
	l.hashTable = l.newDispatch("hash", []kind{op.Ref}, []kind{op.Int})
	l.hashTable.helper = l.boxHash
	b, p := l.newBuilder(f)
	b.unless(b.int(op.PtrIsZero, p[0]), func() { b.ret(flow.IntConst(0)) })
	b.learn(nonNil, p[0], nil)
	b.ret(b.callMethod(l.hashTable, p[0], nil)...)
	tidy(b.g)
	return f
}

// boxHash hashes the object of a dynamic type.
func (l *lowerer) boxHash(d *dynamicType) *flow.Func {
	name := "hash " + goName(d.typ)
	if d.box == nil && d.id != l.strings.typ.ID {
		name = "hash pointer"
		if f := l.helpers[name]; f != nil {
			return f
		}
	}
	f := l.newFunc(l.typeName(name), []kind{op.Ref}, []kind{op.Int})
	l.helpers[name] = f
	b, p := l.newBuilder(f)
	b.learn(nonNil, p[0], nil)
	switch {
	case d.box == nil:
		b.ret(b.hash(d.typ, p))
	case !types.Comparable(d.typ):
		b.trap(flow.TrapMessage, "runtime error: hash of unhashable type "+reflectName(d.typ))
	default:
		b.ret(b.hash(d.typ, b.rawWords(d.box, p[0])))
	}
	tidy(b.g)
	return f
}

// arrayHash is a helper that hashes an array object.
func (l *lowerer) arrayHash(u *types.Array) *flow.Func {
	name := "array hash " + goName(u)
	if f := l.helpers[name]; f != nil && types.Identical(l.helperType[f], u) {
		return f
	}
	f := l.newFunc(l.typeName(name), []kind{op.Ref}, []kind{op.Int})
	l.helpers[name], l.helperType[f] = f, u
	b, p := l.newBuilder(f)
	head, body, done := b.joinBlock([]kind{op.Int, op.Int}), b.g.NewBlock(), b.g.NewBlock()
	b.jump(head, flow.IntConst(0), flow.IntConst(2))
	b.cur = head
	i, h := head.Params[0], head.Params[1]
	b.branch(b.int(op.IntLt, i, flow.IntConst(u.Len())), flow.Edge{To: body}, flow.Edge{To: done})
	b.cur = body
	b.learn(nonNil, p[0], nil)
	item := b.hash(u.Elem(), b.loadItem(l.arrayOf(u.Elem()), p[0], i))
	b.jump(head, b.int(op.IntAdd, i, flow.IntConst(1)), b.rt("HashMore", h, item)[0])
	b.cur = done
	b.ret(h)
	tidy(b.g)
	return f
}
