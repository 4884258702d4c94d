package lower

import (
	"go/token"
	"go/types"

	"kiln/jitgen/op"
)

// floatBits is 32 or 64 for a floating-point type.
func floatBits(t types.Type) (int, bool) {
	b, ok := t.Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsFloat == 0 {
		return 0, false
	}
	if b.Kind() == types.Float32 {
		return 32, true
	}
	return 64, true
}

// round32 rounds a float32's arithmetic. One rounding of the exact float64 result of + - * / and the square
// root is the float32 result: float64 has more than twice the digits.
func (b *builder) round32(v value, bits int) value {
	if bits == 32 {
		return b.float(op.FloatRound32, v)
	}
	return v
}

var floatOps = map[token.Token]op.Code{
	token.ADD: op.FloatAdd, token.SUB: op.FloatSub, token.MUL: op.FloatMul, token.QUO: op.FloatDiv,
}

var floatCompares = map[token.Token]op.Code{
	token.EQL: op.FloatEq, token.NEQ: op.FloatNe, token.LSS: op.FloatLt,
	token.LEQ: op.FloatLe, token.GTR: op.FloatGt, token.GEQ: op.FloatGe,
}

func (b *builder) floatBinary(tok token.Token, bits int, x, y value) value {
	return b.round32(b.float(floatOps[tok], x, y), bits)
}
