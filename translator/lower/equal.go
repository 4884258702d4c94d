package lower

import (
	"go/token"
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// equalOperands is x == y as 0 or 1.
func (fl *funcLowerer) equalOperands(x, y value) value {
	switch {
	case isNilOperand(y):
		return fl.isNil(fl.get(x)[0])
	case isNilOperand(x):
		return fl.isNil(fl.get(y)[0])
	}
	return fl.equal(x.Type, fl.get(x), fl.get(y))
}

// isNilOperand: the constant nil of a slice, pointer, map, function or interface type.
func isNilOperand(v value) bool {
	if v.Const == nil || v.Const.Value != nil || v.Const.Global != nil || v.Const.Func != nil {
		return false
	}
	switch v.Type.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Signature, *types.Interface:
		return true
	case *types.Basic:
		return v.Type == types.Typ[types.UntypedNil]
	}
	return false
}

// equal compares two values of a comparable type.
func (b *builder) equal(t types.Type, x, y []value) value {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		var all value
		at := 0
		for i := range u.NumFields() {
			f := u.Field(i)
			n := len(b.l.shapeOf(f.Type()).leaves)
			if f.Name() != "_" {
				from := at
				all = b.andThen(all, f.Type(), func() value { return b.equal(f.Type(), x[from:from+n], y[from:from+n]) })
			}
			at += n
		}
		return orTrue(all)
	case *types.Array:
		return b.equalArrays(t, u, x, y)
	case *types.Interface:
		if !b.l.prog.Foreign(t) { // else equal values of the host are one object
			return b.call(b.l.interfaceEqual(), x[0], y[0])[0]
		}
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return b.stringEqual(x[0], y[0])
		case u.Info()&types.IsFloat != 0:
			return b.int(op.FloatEq, x[0], y[0])
		case u.Info()&types.IsComplex != 0:
			return b.and(b.int(op.FloatEq, x[0], y[0]), b.int(op.FloatEq, x[1], y[1]))
		}
		return b.int(op.IntEq, x[0], y[0])
	}
	return b.int(op.PtrEq, x[0], y[0])
}

func (b *builder) equalArrays(t types.Type, u *types.Array, x, y []value) value {
	elem := b.l.shapeOf(u.Elem())
	if b.l.isOwned(t) {
		return b.call(b.l.arrayEqual(u), x[0], y[0])[0]
	}
	var all value
	w := len(elem.leaves)
	for i := range int(u.Len()) {
		all = b.andThen(all, u.Elem(), func() value { return b.equal(u.Elem(), x[i*w:(i+1)*w], y[i*w:(i+1)*w]) })
	}
	return orTrue(all)
}

func (b *builder) and(x, y value) value {
	if x == nil {
		return y
	}
	return b.int(op.IntAnd, x, y)
}

// andThen is x && y, where y compares parts of type t: those that are more than an instruction or may panic are compared only
// if all before them are equal.
func (b *builder) andThen(x value, t types.Type, y func() value) value {
	if x == nil || simpleEqual(t) {
		return b.and(x, y())
	}
	return b.choose(x, []kind{op.Int}, func() []value { return []value{y()} }, func() []value { return []value{flow.IntConst(0)} })[0]
}

func simpleEqual(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString == 0
	case *types.Pointer:
		return true
	}
	return false
}

func orTrue(v value) value {
	if v == nil {
		return flow.IntConst(1)
	}
	return v
}

// arrayEqual is a helper that compares two array objects of one length.
func (l *lowerer) arrayEqual(u *types.Array) *flow.Func {
	a := l.arrayOf(u.Elem())
	name := "array equal " + goName(u)
	if f := l.helpers[name]; f != nil && types.Identical(l.helperType[f], u) {
		return f
	}
	f := l.newFunc(l.typeName(name), []kind{op.Ref, op.Ref}, []kind{op.Int})
	l.helpers[name], l.helperType[f] = f, u
	b, p := l.newBuilder(f)
	head, body, next, done := b.joinBlock([]kind{op.Int}), b.g.NewBlock(), b.g.NewBlock(), b.joinBlock([]kind{op.Int})
	b.jump(head, flow.IntConst(0))
	b.cur = head
	i := head.Params[0]
	b.branch(b.int(op.IntLt, i, flow.IntConst(u.Len())), flow.Edge{To: body}, flow.Edge{To: done, Args: []value{flow.IntConst(1)}})
	b.cur = body
	var x, y []value
	for _, loc := range a.items {
		x = append(x, b.getItem(p[0], i, loc))
		y = append(y, b.getItem(p[1], i, loc))
	}
	eq := b.equal(u.Elem(), x, y)
	b.branch(eq, flow.Edge{To: next}, flow.Edge{To: done, Args: []value{flow.IntConst(0)}})
	b.cur = next
	b.jump(head, b.int(op.IntAdd, i, flow.IntConst(1)))
	b.cur = done
	b.ret(done.Params[0])
	tidy(b.g)
	return f
}

// nilTest is a branch on a comparison with nil.
type nilTest struct {
	ref          value
	notNilIfTrue bool
}

// nilCompare finds out whether a block ends in a branch on x == nil or x != nil.
func (fl *funcLowerer) nilCompare(b *flow.Block) *nilTest {
	cond := b.Args[0]
	for _, o := range b.Ops {
		if len(o.Results) == 0 || o.Results[0] != cond || o.Code != flow.GoBinOp {
			continue
		}
		x, y := o.Args[0], o.Args[1]
		if isNilOperand(x) {
			x, y = y, x
		}
		if !isNilOperand(y) || x.Const != nil {
			return nil
		}
		return &nilTest{fl.get(x)[0], o.Aux.(token.Token) == token.NEQ}
	}
	return nil
}
