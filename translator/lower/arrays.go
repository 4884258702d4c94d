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
	b.noOwned(a)
	return b.newArray(a, flow.IntConst(at.Len()))
}

// noOwned refuses arrays of large arrays: their zero value would need an object per element.
func (b *builder) noOwned(a *array) {
	for _, x := range a.shape.leaves {
		if x.role == ownedArray {
			fail(b.pos, "use pointers or slices as elements", "elements holding arrays of more than %d words are not supported yet", maxInline)
		}
	}
}

// copyArray is a copy of an array object: the value of a variable of array type.
func (b *builder) copyArray(src value, t types.Type) value {
	dst := b.zeroArray(t)
	b.copyInto(dst, src, t)
	return dst
}

func (b *builder) copyInto(dst, src value, t types.Type) {
	at := t.Underlying().(*types.Array)
	zero := flow.IntConst(0)
	b.emit(op.ArrayCopy, op.Void, b.l.arrayOf(at.Elem()).desc, src, zero, dst, zero, flow.IntConst(at.Len()))
}

// loadWhole reads an array object as a value.
func (fl *funcLowerer) loadWhole(p *place, s *shape) []value {
	at := p.typ.Underlying().(*types.Array)
	if fl.isOwned(p.typ) {
		return []value{fl.copyArray(p.arr, p.typ)}
	}
	var ws []value
	for i := range at.Len() {
		for _, loc := range p.array.items {
			ws = append(ws, fl.getItem(p.arr, flow.IntConst(i), loc))
		}
	}
	return ws
}

func (fl *funcLowerer) storeWhole(p *place, s *shape, ws []value) {
	at := p.typ.Underlying().(*types.Array)
	if fl.isOwned(p.typ) {
		fl.copyInto(p.arr, ws[0], p.typ)
		return
	}
	for i := range at.Len() {
		for k, loc := range p.array.items {
			fl.setItem(p.arr, flow.IntConst(i), loc, ws[int(i)*len(p.array.items)+k])
		}
	}
}

// lowerIndex is an element of an array value or a byte of a string.
func (fl *funcLowerer) lowerIndex(o *flow.Op) {
	x, i := o.Args[0], fl.get1(o.Args[1])
	if underIs[*types.Basic](x.Type) {
		fl.set(o.Results[0], fl.stringByte(fl.get1(x), i))
		return
	}
	at := x.Type.Underlying().(*types.Array)
	n := flow.IntConst(at.Len())
	fl.checkIndex(i, n)
	ws := fl.get(x)
	elem := fl.l.shapeOf(at.Elem())
	if fl.isOwned(x.Type) {
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
