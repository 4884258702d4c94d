package lower

import (
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Slices whose elements hold large arrays, each of which is an object of its own (see lower.go). Every item of an array object
// up to its end has its arrays, whether a slice shows it or not; they are made with the array, and copying items copies
// what is in them. Maps do without: their entries are replaced as a whole, so the words of a value stay as they are.

// fillItems gives the first n items of a fresh array object their arrays.
func (b *builder) fillItems(a *array, arr, n value) {
	if !a.owns() {
		return
	}
	b.call(b.l.itemHelper("fill items of "+a.typ.Name, []kind{op.Ref, op.Int}, func(b *builder, p []value) {
		b.loop(flow.IntConst(0), p[1], 1, func(i value) {
			for k, x := range a.shape.leaves {
				if x.role == ownedArray {
					b.setItem(p[0], i, a.items[k], b.zeroArray(x.typ))
				}
			}
		})
	}), arr, n)
}

// copyItems copies n items, at least one; the parts may overlap.
func (b *builder) copyItems(a *array, src, at, dst, to, n value) {
	if !a.owns() {
		b.emit(op.ArrayCopy, op.Void, a.desc, src, at, dst, to, n)
		return
	}
	b.call(b.l.itemHelper("copy items of "+a.typ.Name, []kind{op.Ref, op.Int, op.Ref, op.Int, op.Int}, func(b *builder, p []value) {
		src, at, dst, to, n := p[0], p[1], p[2], p[3], p[4]
		one := func(i value) {
			from, into := b.plus(at, i), b.plus(to, i)
			for k, x := range a.shape.leaves {
				v := b.getItem(src, from, a.items[k])
				if x.role == ownedArray {
					b.copyInto(b.getItem(dst, into, a.items[k]), v, x.typ)
				} else {
					b.setItem(dst, into, a.items[k], v)
				}
			}
		}
		b.unless(b.int(op.IntLt, at, to), func() {
			b.loop(b.minus(n, flow.IntConst(1)), flow.IntConst(-1), -1, one)
			b.ret()
		})
		b.loop(flow.IntConst(0), n, 1, one)
	}), src, at, dst, to, n)
}

// clearItems makes n items zero.
func (b *builder) clearItems(a *array, arr, from, n value) {
	if !a.owns() {
		b.emit(op.ArrayClear, op.Void, a.desc, arr, from, n)
		return
	}
	b.call(b.l.itemHelper("clear items of "+a.typ.Name, []kind{op.Ref, op.Int, op.Int}, func(b *builder, p []value) {
		b.loop(p[1], b.plus(p[1], p[2]), 1, func(i value) {
			for k, x := range a.shape.leaves {
				b.setItem(p[0], i, a.items[k], b.zeroWord(x))
			}
		})
	}), arr, from, n)
}

// itemHelper is a function without results, made once; its references are not nil.
func (l *lowerer) itemHelper(name string, args []kind, body func(b *builder, p []value)) *flow.Func {
	if f := l.helpers[name]; f != nil {
		return f
	}
	f := l.newFunc(name, args, nil)
	l.helpers[name] = f
	b, p := l.newBuilder(f)
	for _, v := range p {
		if v.Kind == op.Ref {
			b.learn(nonNil, v, nil)
		}
	}
	body(b, p)
	b.ret()
	tidy(b.g)
	return f
}

// loop runs body for i from one number to another, which is not reached.
func (b *builder) loop(from, to value, step int64, body func(i value)) {
	head, turn, done := b.joinBlock([]kind{op.Int}), b.g.NewBlock(), b.g.NewBlock()
	b.jump(head, from)
	b.cur = head
	i := head.Params[0]
	b.branch(b.int(op.IntEq, i, to), flow.Edge{To: done}, flow.Edge{To: turn})
	b.cur = turn
	b.scoped(func() {
		body(i)
		b.jump(head, b.plus(i, flow.IntConst(step)))
	})
	b.cur = done
}
