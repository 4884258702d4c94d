package lower

import (
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// lowerSlice is x[low:high:max].
func (fl *funcLowerer) lowerSlice(o *flow.Op) {
	x, r := o.Args[0], o.Results[0]
	bound := func(i int) value {
		if o.Args[i] == nil {
			return nil
		}
		return fl.get1(o.Args[i])
	}
	low, high, limit := bound(1), bound(2), bound(3)
	unsigned := [3]bool{isUint64(o.Args[1]), isUint64(o.Args[2]), isUint64(o.Args[3])}
	switch t := x.Type.Underlying().(type) {
	case *types.Basic:
		fl.sliceString(r, fl.get1(x), low, high, unsigned)
	case *types.Slice:
		if fl.l.isFixedArray(x.Type) {
			if fl.l.isFixedArray(r.Type) {
				fail(o.Pos, "use an ordinary slice", "a fixed array (%s) is sliced", goName(x.Type))
			}
		}
		if fl.flags[x] {
			fl.flags[r] = true
		}
		fl.sliceWordsTo(r, fl.sliceWords(x), op.CheckSlice, low, high, limit, unsigned)
	case *types.Pointer:
		at := t.Elem().Underlying().(*types.Array)
		p := fl.placeOf(x)
		if p.arr == nil && !fl.l.isOwned(p.typ) || p.arr != nil && p.index != nil && !fl.l.isOwned(p.typ) {
			fail(o.Pos, "make the field a slice", "an array of %d words inside another value is sliced", len(fl.l.shapeOf(p.typ).leaves))
		}
		n := flow.IntConst(at.Len())
		fl.sliceWordsTo(r, []value{fl.pointerTo(p), flow.IntConst(0), n, n}, op.CheckSliceLen, low, high, limit, unsigned)
	default:
		fail(o.Pos, "", "slice of %s", goName(x.Type))
	}
}

func (fl *funcLowerer) sliceString(r, s, low, high value, unsigned [3]bool) {
	switch {
	case low == nil && high == nil:
		fl.set(r, s)
		return
	case low == nil:
		low = flow.IntConst(0)
	}
	if unsigned != [3]bool{} {
		s = fl.stringObject(s)
		top := fl.stringLen(s)
		if high == nil {
			high = top
		}
		fl.bound("[:X] with length Y", high, top, unsigned[1])
		fl.bound("[X:Y]", low, high, unsigned[0])
	}
	if high == nil {
		fl.set(r, fl.knownString(fl.rt("StringFrom", s, low)[0]))
		return
	}
	fl.set(r, fl.knownString(fl.rt("Substring", s, low, high)[0]))
}

// sliceWordsTo is a slice of four words; check says how its bounds are spoken of.
func (fl *funcLowerer) sliceWordsTo(r value, ws []value, check op.Code, low, high, limit value, unsigned [3]bool) {
	arr, off, n, capacity := ws[0], ws[1], ws[2], ws[3]
	if low == nil {
		low = flow.IntConst(0)
	}
	checked := limit == nil && high == nil && isZeroConst(low)
	if high == nil {
		high = n
	}
	top := capacity
	switch {
	case limit != nil:
		fl.checkSlice3(check, low, high, limit, capacity, unsigned)
		top = limit
	case !checked && unsigned != [3]bool{}:
		if check == op.CheckSliceLen {
			fl.bound("[:X] with length Y", high, top, unsigned[1])
		} else {
			fl.bound("[:X] with capacity Y", high, top, unsigned[1])
		}
		fl.bound("[X:Y]", low, high, unsigned[0])
	case !checked:
		fl.checkSlice(check, low, high, top)
	}
	out := []value{arr, fl.plus(off, low), fl.minus(high, low), fl.minus(top, low)}
	if fl.l.isFixedArray(r.Type) {
		if !checked || !sameWord(n, capacity) || !isZeroConst(off) || !fl.isNonNil(arr) {
			fail(fl.pos, "make it with its final length", "a fixed array (%s) cannot be a part of another", goName(r.Type))
		}
		out = out[:1]
	}
	fl.set(r, out...)
}

func isZeroConst(v value) bool { n, ok := constInt(v); return ok && n == 0 }

// checkSlice3 checks x[low:high:limit], each bound with Go's text for it.
func (fl *funcLowerer) checkSlice3(check op.Code, low, high, limit, top value, unsigned [3]bool) {
	if check == op.CheckSliceLen {
		fl.bound("[::X] with length Y", limit, top, unsigned[2])
	} else {
		fl.bound("[::X] with capacity Y", limit, top, unsigned[2])
	}
	fl.bound("[:X:Y]", high, limit, unsigned[1])
	fl.bound("[X:Y:]", low, high, unsigned[0])
}

// bound checks that a bound X is not above another, Y; form is how Go speaks of the two.
func (fl *funcLowerer) bound(form string, x, y value, unsigned bool) {
	if sameWord(x, y) {
		return
	}
	if a, ok := constInt(x); ok {
		if b, ok := constInt(y); ok && 0 <= a && a <= b {
			return
		}
	}
	name := "SliceBounds"
	if unsigned {
		name = "SliceBoundsUint"
	}
	bad, good := fl.g.NewBlock(), fl.g.NewBlock()
	fl.branch(fl.int(op.UintLe, x, y), flow.Edge{To: good}, flow.Edge{To: bad})
	fl.cur = bad
	fl.scoped(func() { fl.runtimeError(fl.text(name, fl.textConst(form), x, y)) })
	fl.cur = good
}

// checkSlice: 0 <= low <= high <= top, unless that is plain.
func (b *builder) checkSlice(check op.Code, low, high, top value) {
	l, ok1 := constInt(low)
	h, ok2 := constInt(high)
	t, ok3 := constInt(top)
	if ok1 && ok2 && ok3 && 0 <= l && l <= h && h <= t {
		return
	}
	b.check(check, low, high, top)
}

// lowerMakeSlice is make([]T, len, cap).
func (fl *funcLowerer) lowerMakeSlice(o *flow.Op) {
	r := o.Results[0]
	a := fl.l.arrayOf(r.Type.Underlying().(*types.Slice).Elem())
	n, c := fl.get1(o.Args[0]), fl.get1(o.Args[1])
	same := o.Args[0] == o.Args[1] || sameWord(n, c)
	if x, ok := constInt(n); !ok || x < 0 {
		fl.checkLen(a, n)
	}
	if same {
		c = n
	} else {
		l, ok1 := constInt(n)
		top, ok2 := constInt(c)
		if !ok1 || !ok2 || l > top {
			bad, good := fl.g.NewBlock(), fl.g.NewBlock()
			fl.branch(fl.int(op.IntGt, n, c), flow.Edge{To: bad}, flow.Edge{To: good})
			fl.cur = bad
			fl.trap(flow.TrapMessage, "runtime error: makeslice: cap out of range")
			fl.cur = good
		}
		fl.checkLen(a, c)
	}
	if fl.l.isFixedArray(r.Type) {
		arr := fl.fixedArray(a, c)
		fl.fillItems(a, arr, c)
		if !same {
			fail(o.Pos, "leave the capacity out", "a fixed array has no spare capacity")
		}
		fl.set(r, arr)
		return
	}
	arr := fl.newArray(a, c)
	fl.fillItems(a, arr, c)
	fl.set(r, arr, flow.IntConst(0), n, c)
}

// checkLen: make's length is not negative, nor more than memory can hold; of items without size it holds any number.
func (fl *funcLowerer) checkLen(a *array, n value) {
	if a.empty() {
		n = fl.int(op.IntShr, n, flow.IntConst(63))
	}
	fl.check(op.CheckLen, n)
}

// lowerAppendItems is append(s, x, y ...).
func (fl *funcLowerer) lowerAppendItems(o *flow.Op) {
	s, r := o.Args[0], o.Results[0]
	a := fl.appendable(s.Type)
	ws := fl.get(s)
	items := o.Args[1:]
	var itemWords [][]value
	for _, x := range items {
		itemWords = append(itemWords, fl.get(x))
	}
	n := fl.plus(ws[2], flow.IntConst(int64(len(items))))
	arr, off, capacity := fl.reserve(a, ws, n)
	for i, x := range itemWords {
		at := fl.plus(fl.plus(off, ws[2]), flow.IntConst(int64(i)))
		for k, loc := range a.items {
			if s := a.shape.leaves[k]; s.role == ownedArray {
				fl.copyInto(fl.getItem(arr, at, loc), x[k], s.typ)
				continue
			}
			fl.setItem(arr, at, loc, x[k])
		}
	}
	fl.set(r, arr, off, n, capacity)
}

func (fl *funcLowerer) appendable(t types.Type) *array {
	if fl.l.isFixedArray(t) {
		fail(fl.pos, "use an ordinary slice", "append to a fixed array (%s)", goName(t))
	}
	a := fl.l.arrayOf(t.Underlying().(*types.Slice).Elem())
	return a
}

// reserve makes room for n items in a slice: the array, offset and capacity to go on with.
func (fl *funcLowerer) reserve(a *array, ws []value, n value) (arr, off, capacity value) {
	grow := fl.l.grower(a)
	more := op.IntGt
	if a.empty() {
		more = op.UintGt // the sum may overflow
	}
	out := fl.choose(fl.int(more, n, ws[3]), []kind{op.Ref, op.Int, op.Int},
		func() []value {
			g := fl.call(grow, ws[0], ws[1], ws[2], ws[3], n)
			return []value{g[0], flow.IntConst(0), g[1]}
		},
		func() []value { return []value{ws[0], ws[1], ws[3]} })
	return out[0], out[1], out[2]
}

// grower is the slow path of append for one type of array: array, offset, length, capacity, wanted length ->
// new array, its capacity.
func (l *lowerer) grower(a *array) *flow.Func {
	if f := l.growers[a]; f != nil {
		return f
	}
	f := l.newFunc("grow "+a.typ.Name, []kind{op.Ref, op.Int, op.Int, op.Int, op.Int}, []kind{op.Ref, op.Int})
	l.growers[a] = f
	b, p := l.newBuilder(f)
	arr, off, n, capacity, want := p[0], p[1], p[2], p[3], p[4]
	pointers := int64(0)
	if len(a.typ.ItemRefs) > 0 {
		pointers = 1
	}
	c := b.rt("GrowCap", capacity, want, flow.IntConst(goSizes.Sizeof(a.elem)), flow.IntConst(pointers))[0]
	b.unless(b.int(op.IntLt, c, flow.IntConst(0)), func() {
		b.trap(flow.TrapMessage, "runtime error: growslice: len out of range")
	})
	fresh := b.newArray(a, c)
	b.fillItems(a, fresh, c)
	b.when(b.int(op.IntGt, n, flow.IntConst(0)), func() {
		b.copyItems(a, arr, off, fresh, flow.IntConst(0), n)
	})
	b.ret(fresh, c)
	tidy(b.g)
	return f
}

// goSizes are the sizes of types in plain Go, by which append chooses capacities.
var goSizes = types.SizesFor("gc", "amd64")

// lowerAppendSlice is append(s, t...), t a slice or a string.
func (fl *funcLowerer) lowerAppendSlice(o *flow.Op) {
	s, t, r := o.Args[0], o.Args[1], o.Results[0]
	a := fl.appendable(s.Type)
	ws := fl.get(s)
	src, at, extra := fl.copySource(t)
	n := fl.plus(ws[2], extra)
	arr, off, capacity := fl.reserve(a, ws, n)
	fl.when(fl.int(op.IntGt, extra, flow.IntConst(0)), func() {
		fl.copyItems(a, src, at, arr, fl.plus(off, ws[2]), extra)
	})
	fl.set(r, arr, off, n, capacity)
}

// copySource is where the items of a slice or the bytes of a string are, and how many.
func (fl *funcLowerer) copySource(t value) (src, at, n value) {
	if isString(t.Type) {
		s := fl.stringObject(fl.get1(t))
		return s, flow.IntConst(0), fl.stringLen(s)
	}
	if isNilOperand(t) {
		return flow.NilRef(), flow.IntConst(0), flow.IntConst(0)
	}
	ws := fl.sliceWords(t)
	return ws[0], ws[1], ws[2]
}

// lowerCopy is copy(dst, src).
func (fl *funcLowerer) lowerCopy(o *flow.Op) {
	dst := fl.sliceWords(o.Args[0])
	a := fl.l.arrayOf(o.Args[0].Type.Underlying().(*types.Slice).Elem())
	src, at, n := fl.copySource(o.Args[1])
	n = fl.smaller(dst[2], n)
	fl.when(fl.int(op.IntGt, n, flow.IntConst(0)), func() {
		fl.copyItems(a, src, at, dst[0], dst[1], n)
	})
	if len(o.Results) > 0 {
		fl.set(o.Results[0], n)
	}
}

// smaller is the minimum of two signed integers.
func (b *builder) smaller(x, y value) value {
	if sameWord(x, y) {
		return x
	}
	return b.choose(b.int(op.IntLt, x, y), []kind{op.Int},
		func() []value { return []value{x} }, func() []value { return []value{y} })[0]
}

func (fl *funcLowerer) clearSlice(x value) {
	ws := fl.sliceWords(x)
	a := fl.l.arrayOf(x.Type.Underlying().(*types.Slice).Elem())
	fl.when(fl.int(op.IntGt, ws[2], flow.IntConst(0)), func() {
		fl.clearItems(a, ws[0], ws[1], ws[2])
	})
}
