package lower

import (
	"strings"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

const rtPath = "kiln/translator/rt"

// rtIntrinsics are the functions of translator/rt and of the package unwind below it whose bodies stand for operations: raw access to strings. Their
// Go bodies serve the tests of rt.
var rtIntrinsics = map[string]bool{
	"newBuffer": true, "checkSlice": true, "setByte": true, "putString": true, "putBytes": true, "finish": true, "takeBytes": true,
	"bytesEqual": true, "bytesCompare": true, "byteAt": true, "truncate": true, "signed": true,
	"savedHash": true, "saveHash": true, "slotCount": true, "slotAt": true, "wordAt": true,
	"unwind.same": true,
}

func isIntrinsic(f *flow.Func) bool {
	return strings.HasPrefix(f.Name, rtPath) && len(f.Name) > len(rtPath) && rtIntrinsics[f.Name[len(rtPath)+1:]]
}

// rtIntrinsic emits the operation that a helper of rt stands for.
func (b *builder) rtIntrinsic(name string, a []value) []value {
	str := b.l.strings.desc
	bytes := func() *array { return b.l.bytesArray() }
	one := func(v value) []value { return []value{v} }
	switch name {
	case "newBuffer": // n -> buffer
		return one(b.knownString(b.emit(op.NewArray, op.Ref, str, a[0])))
	case "setByte": // buffer, i, byte
		b.emit(op.SetArrayItem, op.Void, str, a[0], a[1], a[2])
		return nil
	case "putString": // buffer, at, string, from, n
		b.emit(op.ArrayCopy, op.Void, str, a[2], a[3], a[0], a[1], a[4])
		return nil
	case "putBytes": // buffer, at, bytes (4 words): all of them, at least one
		b.emit(op.ArrayCopy, op.Void, b.l.copying(b.l.strings, bytes()), a[2], a[3], a[0], a[1], a[4])
		return nil
	case "takeBytes": // bytes (4 words), string: all of it, at least one
		b.emit(op.ArrayCopy, op.Void, b.l.copying(bytes(), b.l.strings), a[4], flow.IntConst(0), a[0], a[1], b.stringLen(a[4]))
		return nil
	case "finish": // buffer -> string
		return one(b.knownString(a[0]))
	case "checkSlice": // low, high, limit
		b.checkSlice(op.CheckSliceLen, a[0], a[1], a[2])
		return nil
	case "byteAt": // string, i in range -> byte
		return one(b.getItem(a[0], a[1], str))
	case "bytesEqual": // string, from, string, from, n
		return one(b.int2(op.BytesEqual, str, a...))
	case "bytesCompare": // string, from, n, string, from, n
		return one(b.int2(op.BytesCompare, str, a...))
	case "slotCount": // slots
		return one(b.int2(op.ArrayLen, b.l.mapParts(3).desc, a[0]))
	case "slotAt": // slots, i in range
		return b.loadItem(b.l.mapParts(3), a[0], a[1])
	case "wordAt": // words, i in range
		return b.loadItem(b.l.mapParts(4), a[0], a[1])
	case "unwind.same": // value, value
		return one(b.int(op.PtrEq, a[0], a[1]))
	case "truncate": // float64 -> int64, as the processor does
		return one(b.int(op.CastFloatToInt, a[0]))
	case "signed": // float64 -> whether its sign bit is set
		return one(b.int(op.IntLt, b.int(op.FloatBits, a[0]), flow.IntConst(0)))
	case "savedHash": // string object -> hash word
		return one(b.getField(a[0], b.l.strHash))
	case "saveHash": // string object, hash
		b.setField(a[0], b.l.strHash, a[1])
		return nil
	}
	panic("unknown intrinsic of rt: " + name)
}

// standard emits the operations for a function of the standard library, nil if it is unknown.
func (b *builder) standard(name string, a []value) []value {
	if table, ok := strings.CutPrefix(name, "reflect."); ok {
		return b.reflected(table, a)
	}
	switch name {
	case "math.Float64bits":
		return []value{b.int(op.FloatBits, a[0])}
	case "math.Float64frombits":
		return []value{b.float(op.FloatFromBits, a[0])}
	case "math.Float32bits":
		return []value{b.int(op.FloatBits32, a[0])}
	case "math.Float32frombits":
		return []value{b.float(op.FloatFromBits32, a[0])}
	case "math.Sqrt", "math.sqrt":
		return []value{b.float(op.FloatSqrt, a[0])}
	case "math.Abs":
		return []value{b.float(op.FloatAbs, a[0])}
	case "math/bits.Mul64":
		return []value{b.int(op.UintMulHi, a[0], a[1]), b.int(op.IntMul, a[0], a[1])}
	}
	return nil
}
