package lower

import (
	"go/constant"
	"go/token"
	"go/types"
	"math"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Complex numbers are two floats, real part first. Operations follow Go's compiler: sums are rounded part by part, products
// and quotients of complex64 are computed in float64 and rounded at the end.

// complexBits is 32 or 64, the width of the parts, for a complex type.
func complexBits(t types.Type) (int, bool) {
	b, ok := t.Underlying().(*types.Basic)
	if !ok || b.Info()&types.IsComplex == 0 {
		return 0, false
	}
	if b.Kind() == types.Complex64 {
		return 32, true
	}
	return 64, true
}

func complexConst(bits int, c constant.Value) []value {
	part := func(c constant.Value) value {
		f, _ := constant.Float64Val(c)
		if bits == 32 {
			f32, _ := constant.Float32Val(c)
			f = float64(f32)
		}
		return flow.FloatBits(math.Float64bits(f))
	}
	c = constant.ToComplex(c)
	return []value{part(constant.Real(c)), part(constant.Imag(c))}
}

func (b *builder) complexBinary(tok token.Token, bits int, x, y []value) []value {
	parts := func(tok token.Token, a, b1, c, d value) value { // a*b1 tok c*d
		return b.round32(b.float(floatOps[tok], b.float(op.FloatMul, a, b1), b.float(op.FloatMul, c, d)), bits)
	}
	switch tok {
	case token.ADD, token.SUB:
		return []value{b.floatBinary(tok, bits, x[0], y[0]), b.floatBinary(tok, bits, x[1], y[1])}
	case token.MUL:
		return []value{parts(token.SUB, x[0], y[0], x[1], y[1]), parts(token.ADD, x[0], y[1], x[1], y[0])}
	}
	r := b.rt("ComplexDiv", x[0], x[1], y[0], y[1])
	return []value{b.round32(r[0], bits), b.round32(r[1], bits)}
}

// complexConvert converts between complex types.
func (fl *funcLowerer) complexConvert(o *flow.Op) {
	bits, _ := complexBits(o.Results[0].Type)
	x := fl.get(o.Args[0])
	fl.set(o.Results[0], fl.round32(x[0], bits), fl.round32(x[1], bits))
}

// complexBuiltin is complex, real or imag.
func (fl *funcLowerer) complexBuiltin(o *flow.Op, name string) {
	x := fl.get(o.Args[0])
	switch name {
	case "real":
		fl.set(o.Results[0], x[0])
	case "imag":
		fl.set(o.Results[0], x[1])
	default:
		fl.set(o.Results[0], x[0], fl.get1(o.Args[1]))
	}
}
