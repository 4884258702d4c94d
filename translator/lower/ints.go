package lower

import (
	"go/token"
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// intType is the width in bytes and signedness of an integer type.
type intType struct {
	width    int
	unsigned bool
}

func intTypeOf(t types.Type) (intType, bool) {
	b, ok := t.Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsInteger == 0 {
		return intType{}, false
	}
	return intType{intWidth(b), b.Info()&types.IsUnsigned != 0}, true
}

// extend brings a word into the range of its type: Go's wrapping.
func (b *builder) extend(v value, t intType) value {
	var c op.Code
	switch {
	case t.width == 8:
		return v
	case t.unsigned:
		c = map[int]op.Code{1: op.IntZext8, 2: op.IntZext16, 4: op.IntZext32}[t.width]
	default:
		c = map[int]op.Code{1: op.IntSext8, 2: op.IntSext16, 4: op.IntSext32}[t.width]
	}
	if n, ok := constInt(v); ok {
		return flow.IntConst(wrap(n, t))
	}
	return b.int(c, v)
}

// wrap is extend on a constant.
func wrap(n int64, t intType) int64 {
	shift := uint(64 - 8*t.width)
	if t.unsigned {
		return int64(uint64(n) << shift >> shift)
	}
	return n << shift >> shift
}

// fits says whether every value of type from is a value of type to, as words.
func fits(from, to intType) bool {
	switch {
	case to.width == 8:
		return true // 64-bit words carry all there is
	case from.unsigned == to.unsigned:
		return from.width <= to.width
	case from.unsigned:
		return from.width < to.width
	}
	return false
}

// intBinary is an arithmetic or bitwise operation on two integers of one type.
func (b *builder) intBinary(tok token.Token, t intType, x, y value) value {
	switch tok {
	case token.ADD:
		return b.extend(b.int(op.IntAdd, x, y), t)
	case token.SUB:
		return b.extend(b.int(op.IntSub, x, y), t)
	case token.MUL:
		return b.extend(b.int(op.IntMul, x, y), t)
	case token.QUO:
		b.checkZero(y)
		if t.unsigned {
			return b.int(op.UintDiv, x, y)
		}
		return b.extend(b.int(op.IntDiv, x, y), t) // MinInt8 / -1 wraps
	case token.REM:
		b.checkZero(y)
		if t.unsigned {
			return b.int(op.UintMod, x, y)
		}
		return b.int(op.IntMod, x, y)
	case token.AND:
		return b.int(op.IntAnd, x, y)
	case token.OR:
		return b.int(op.IntOr, x, y)
	case token.XOR:
		return b.int(op.IntXor, x, y)
	case token.AND_NOT:
		return b.int(op.IntAnd, x, b.invert(y))
	}
	panic("integer operator " + tok.String())
}

// invert flips all 64 bits.
func (b *builder) invert(v value) value {
	if n, ok := constInt(v); ok {
		return flow.IntConst(^n)
	}
	return b.int(op.IntInvert, v)
}

func (b *builder) checkZero(y value) {
	if n, ok := constInt(y); ok && n != 0 {
		return
	}
	b.check(op.CheckZero, y)
}

// shift is x << y or x >> y; count is the type of y.
func (b *builder) shift(tok token.Token, t, count intType, x, y value) value {
	if n, ok := constInt(y); !count.unsigned && !(ok && n >= 0) {
		b.check(op.CheckShift, y)
	}
	switch {
	case tok == token.SHL:
		return b.extend(b.int(op.IntShl, x, y), t)
	case t.unsigned:
		return b.int(op.UintShr, x, y)
	}
	return b.int(op.IntShr, x, y)
}

var intCompares = map[token.Token][2]op.Code{ // signed, unsigned
	token.EQL: {op.IntEq, op.IntEq},
	token.NEQ: {op.IntNe, op.IntNe},
	token.LSS: {op.IntLt, op.UintLt},
	token.LEQ: {op.IntLe, op.UintLe},
	token.GTR: {op.IntGt, op.UintGt},
	token.GEQ: {op.IntGe, op.UintGe},
}

// intCompare compares integers. Narrow unsigned values are small positive words: the signed comparison is as
// good, and bounds are easier to derive from it.
func (b *builder) intCompare(tok token.Token, t intType, x, y value) value {
	if t.unsigned && t.width == 8 {
		return b.int(intCompares[tok][1], x, y)
	}
	return b.int(intCompares[tok][0], x, y)
}

// intUnary is -x or ^x.
func (b *builder) intUnary(tok token.Token, t intType, x value) value {
	switch tok {
	case token.SUB:
		return b.extend(b.int(op.IntNeg, x), t)
	case token.XOR:
		if t.unsigned && t.width < 8 {
			return b.int(op.IntXor, x, flow.IntConst(wrap(-1, t)))
		}
		return b.invert(x)
	}
	panic("integer operator " + tok.String())
}
