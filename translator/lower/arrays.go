package lower

import (
	"go/types"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

func accessOf(k kind) descr.Access { return descr.Access{Kind: k, Width: 8, Signed: k == op.Int} }

// int2 emits an operation with an Int result and a descriptor.
func (b *builder) int2(c op.Code, d descr.Descr, args ...value) value {
	return b.emit(c, op.Int, d, args...)
}

// zeroArray is a fresh array object for a variable of type t.
func (b *builder) zeroArray(t types.Type) value {
	return b.zeroArrayObject(t.Underlying().(*types.Array))
}

func (b *builder) zeroArrayObject(at *types.Array) value {
	a := b.l.arrayOf(at.Elem())
	if at.Len() == 0 {
		return flow.PrebuiltRef(b.l.emptyObject(a.typ.ID))
	}
	arr := b.newArray(a, flow.IntConst(at.Len()))
	if a.owns() {
		b.call(b.l.filler(at), arr)
	}
	return arr
}

// owns says whether the elements hold large arrays, which are objects of their own.
func (a *array) owns() bool {
	for _, x := range a.shape.leaves {
		if x.role == ownedArray {
			return true
		}
	}
	return false
}

// filler is the helper that gives the elements of a fresh array object the large arrays that they own.
func (l *lowerer) filler(at *types.Array) *flow.Func {
	return l.eachItem("fill "+goName(at), at, []kind{op.Ref}, func(b *builder, p []value, i value, a *array, k int) {
		if x := a.shape.leaves[k]; x.role == ownedArray {
			b.setItem(p[0], i, a.items[k], b.zeroArray(x.typ))
		}
	})
}

// copier is the helper that copies array objects whose elements own arrays: to, from.
func (l *lowerer) copier(at *types.Array) *flow.Func {
	return l.eachItem("copy "+goName(at), at, []kind{op.Ref, op.Ref}, func(b *builder, p []value, i value, a *array, k int) {
		v := b.getItem(p[1], i, a.items[k])
		if x := a.shape.leaves[k]; x.role == ownedArray {
			b.copyInto(b.getItem(p[0], i, a.items[k]), v, x.typ)
		} else {
			b.setItem(p[0], i, a.items[k], v)
		}
	})
}

// eachItem makes a helper that does something to each word of each item of an array type.
func (l *lowerer) eachItem(name string, at *types.Array, args []kind, body func(b *builder, p []value, i value, a *array, k int)) *flow.Func {
	if f, ok := l.helpers[name]; ok && l.helperType[f] != nil && types.Identical(l.helperType[f], at) {
		return f
	}
	f := l.newFunc(l.typeName(name), args, nil)
	l.helpers[name], l.helperType[f] = f, at
	a := l.arrayOf(at.Elem())
	b, p := l.newBuilder(f)
	for _, v := range p {
		b.learn(nonNil, v, nil)
	}
	head, turn, done := b.joinBlock([]kind{op.Int}), b.g.NewBlock(), b.g.NewBlock()
	b.jump(head, flow.IntConst(0))
	b.cur = head
	i := head.Params[0]
	b.branch(b.int(op.IntLt, i, flow.IntConst(at.Len())), flow.Edge{To: turn}, flow.Edge{To: done})
	b.cur = turn
	for k := range a.items {
		body(b, p, i, a, k)
	}
	b.jump(head, b.int(op.IntAdd, i, flow.IntConst(1)))
	b.cur = done
	b.ret()
	tidy(b.g)
	return f
}

// copyArray is a copy of an array object: the value of a variable of array type.
func (b *builder) copyArray(src value, t types.Type) value {
	dst := b.zeroArray(t)
	b.copyInto(dst, src, t)
	return dst
}

func (b *builder) copyInto(dst, src value, t types.Type) {
	at := t.Underlying().(*types.Array)
	if b.l.arrayOf(at.Elem()).owns() {
		b.call(b.l.copier(at), dst, src)
		return
	}
	zero := flow.IntConst(0)
	b.emit(op.ArrayCopy, op.Void, b.l.arrayOf(at.Elem()).desc, src, zero, dst, zero, flow.IntConst(at.Len()))
}

// loadWhole reads an array object as a value.
func (fl *funcLowerer) loadWhole(p *place, s *shape) []value {
	at := p.typ.Underlying().(*types.Array)
	if fl.l.isOwned(p.typ) {
		return []value{fl.copyArray(p.arr, p.typ)}
	}
	var ws []value
	for i := range at.Len() {
		for k, loc := range p.array.items {
			w := fl.getItem(p.arr, flow.IntConst(i), loc)
			if x := p.array.shape.leaves[k]; x.role == ownedArray {
				w = fl.copyArray(w, x.typ)
			}
			ws = append(ws, w)
		}
	}
	return ws
}

func (fl *funcLowerer) storeWhole(p *place, s *shape, ws []value) {
	at := p.typ.Underlying().(*types.Array)
	if fl.l.isOwned(p.typ) {
		fl.copyInto(p.arr, ws[0], p.typ)
		return
	}
	for i := range at.Len() {
		for k, loc := range p.array.items {
			w := ws[int(i)*len(p.array.items)+k]
			if x := p.array.shape.leaves[k]; x.role == ownedArray {
				fl.copyInto(fl.getItem(p.arr, flow.IntConst(i), loc), w, x.typ)
				continue
			}
			fl.setItem(p.arr, flow.IntConst(i), loc, w)
		}
	}
}

// lowerIndex is an element of an array value or a byte of a string.
func (fl *funcLowerer) lowerIndex(o *flow.Op) {
	x, i := o.Args[0], fl.get1(o.Args[1])
	if underIs[*types.Basic](x.Type) {
		fl.set(o.Results[0], fl.stringByte(fl.get1(x), i, isUint64(o.Args[1])))
		return
	}
	at := x.Type.Underlying().(*types.Array)
	n := flow.IntConst(at.Len())
	fl.checkIndex(i, n, isUint64(o.Args[1]))
	ws := fl.get(x)
	elem := fl.l.shapeOf(at.Elem())
	if fl.l.isOwned(x.Type) {
		a := fl.l.arrayOf(at.Elem())
		var out []value
		for _, loc := range a.items {
			out = append(out, fl.getItem(ws[0], i, loc))
		}
		fl.set(o.Results[0], out...)
		return
	}
	w := len(elem.leaves)
	if k, ok := constInt(i); ok {
		if k < 0 || k >= at.Len() {
			fl.set(o.Results[0], fl.zero(elem)...)
			return
		}
		fl.set(o.Results[0], ws[int(k)*w:int(k+1)*w]...)
		return
	}
	if at.Len() == 0 {
		fl.set(o.Results[0], fl.zero(elem)...)
		return
	}
	fl.set(o.Results[0], fl.selectCase(i, int(at.Len()), elem.kinds(), func(k int) []value { return ws[k*w : (k+1)*w] })...)
}

// lowerField is a field of a struct value.
func (fl *funcLowerer) lowerField(o *flow.Op) {
	x := o.Args[0]
	st := x.Type.Underlying().(*types.Struct)
	i := o.Aux.(int)
	at := fl.l.fieldLeaf(st, i)
	n := len(fl.l.shapeOf(st.Field(i).Type()).leaves)
	ws := fl.get(x)[at : at+n]
	if n > 0 && fl.l.shapeOf(x.Type).leaves[at].items {
		fl.flags[o.Results[0]] = true
	}
	fl.set(o.Results[0], ws...)
}

// bytesArray is the backing store of []byte.
func (l *lowerer) bytesArray() *array { return l.arrayOf(types.Typ[types.Uint8]) }

// lowerSliceToArray is the conversion of a slice to an array, which go/ssa makes of a pointer that is loaded at once: the
// pointer becomes a copy of the elements.
func (fl *funcLowerer) lowerSliceToArray(o *flow.Op) {
	at := o.Results[0].Type.Underlying().(*types.Pointer).Elem().Underlying().(*types.Array)
	a := fl.l.arrayOf(at.Elem())
	ws := fl.get(o.Args[0])
	n := flow.IntConst(at.Len())
	bad, good := fl.g.NewBlock(), fl.g.NewBlock()
	fl.branch(fl.int(op.IntLt, ws[2], n), flow.Edge{To: bad}, flow.Edge{To: good})
	fl.cur = bad
	fl.runtimeError(fl.text("ToArray", ws[2], n))
	fl.cur = good
	arr := fl.newArray(a, n)
	fl.fillItems(a, arr, n)
	if at.Len() > 0 {
		fl.copyItems(a, ws[0], ws[1], arr, flow.IntConst(0), n)
	}
	fl.set(o.Results[0], arr)
}
