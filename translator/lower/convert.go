package lower

import (
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// lowerConvert is a conversion that may change the representation.
func (fl *funcLowerer) lowerConvert(o *flow.Op) {
	from, to := o.Args[0].Type, o.Results[0].Type
	if fl.stringConvert(o, from, to) {
		return
	}
	if _, ok := complexBits(from); ok {
		fl.complexConvert(o)
		return
	}
	if !isNumeric(from) || !isNumeric(to) {
		if types.Identical(from.Underlying(), to.Underlying()) || len(fl.l.shapeOf(from).leaves) == len(fl.l.shapeOf(to).leaves) && !underIs[*types.Basic](to) {
			fl.lowerChangeType(o)
			return
		}
		fail(o.Pos, "see docs/dialect.md", "conversion from %s to %s is not in the dialect", goName(from), goName(to))
	}
	fl.set(o.Results[0], fl.numeric(from, to, fl.get1(o.Args[0])))
}

func isNumeric(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsInteger|types.IsFloat) != 0
}

// numeric converts between integers and floating-point numbers as Go does on amd64.
func (b *builder) numeric(from, to types.Type, v value) value {
	fi, fromInt := intTypeOf(from)
	ti, toInt := intTypeOf(to)
	switch {
	case fromInt && toInt:
		if fits(fi, ti) {
			return v
		}
		return b.extend(v, ti)
	case fromInt:
		bits, _ := floatBits(to)
		return b.intToFloat(fi, bits, v)
	case toInt:
		return b.floatToInt(ti, v)
	}
	bits, _ := floatBits(to)
	if fb, _ := floatBits(from); fb == 32 {
		return v
	}
	return b.round32(v, bits)
}

func (b *builder) intToFloat(t intType, bits int, v value) value {
	if bits == 32 && t.width == 8 { // two roundings would be one too many
		if t.unsigned {
			return b.rt("Uint64ToFloat32", v)[0]
		}
		return b.rt("Int64ToFloat32", v)[0]
	}
	if t.unsigned && t.width == 8 {
		return b.float(op.CastUintToFloat, v)
	}
	return b.round32(b.float(op.CastIntToFloat, v), bits)
}

// floatToInt: the processor converts to 64 or 32 bits; narrower types take the low bits of the latter. Out of
// range is the smallest integer.
func (b *builder) floatToInt(t intType, v value) value {
	switch {
	case t.width == 8 && t.unsigned:
		return b.int(op.CastFloatToUint, v)
	case t.width == 8:
		return b.int(op.CastFloatToInt, v)
	case t.width == 4 && t.unsigned:
		return b.extend(b.int(op.CastFloatToInt, v), t)
	}
	return b.extend(b.rt("FloatToInt32", v)[0], t)
}

// lowerChangeType: the words stay.
func (fl *funcLowerer) lowerChangeType(o *flow.Op) {
	x := o.Args[0]
	from, to := x.Type, o.Results[0].Type
	fp, ok1 := from.Underlying().(*types.Pointer)
	tp, ok2 := to.Underlying().(*types.Pointer)
	if ok1 && ok2 && !types.Identical(fp.Elem(), tp.Elem()) {
		fail(o.Pos, "convert the struct value, or use one type", "a pointer to %s cannot become a pointer to %s: the object keeps its type", goName(fp.Elem()), goName(tp.Elem()))
	}
	if fl.l.isFixedArray(from) != fl.l.isFixedArray(to) && underIs[*types.Slice](to) {
		fl.fixedConvert(o, to)
		return
	}
	if fl.flags[x] {
		fl.flags[o.Results[0]] = true
	}
	fl.set(o.Results[0], fl.get(x)...)
}

// fixedConvert converts between a slice and a //kiln:array type. A slice becomes a fixed array only where it was
// just made: then its array is exactly as long.
func (fl *funcLowerer) fixedConvert(o *flow.Op, to types.Type) {
	ws := fl.get(o.Args[0])
	if !fl.l.isFixedArray(to) {
		arr := ws[0]
		a := fl.l.arrayOf(to.Underlying().(*types.Slice).Elem())
		n := fl.fixedLen(arr, a)
		fl.set(o.Results[0], arr, flow.IntConst(0), n, n)
		return
	}
	if off, ok := constInt(ws[1]); ok && off == 0 && sameWord(ws[2], ws[3]) && fl.isNonNil(ws[0]) {
		fl.set(o.Results[0], ws[0])
		return
	}
	fail(o.Pos, "make it with make("+goName(to)+", n) and fill it", "a slice cannot become a fixed array")
}

func sameWord(a, b value) bool {
	x, ok1 := constInt(a)
	y, ok2 := constInt(b)
	return a == b || ok1 && ok2 && x == y
}

// fixedLen is the length of a fixed array, 0 if nil.
func (b *builder) fixedLen(arr value, a *array) value {
	if b.isNonNil(arr) {
		return b.int2(op.ArrayLen, a.desc, arr)
	}
	if isNilConst(arr) {
		return flow.IntConst(0)
	}
	return b.choose(b.int(op.PtrIsZero, arr), []kind{op.Int},
		func() []value { return []value{flow.IntConst(0)} },
		func() []value { return []value{b.int2(op.ArrayLen, a.desc, arr)} })[0]
}
