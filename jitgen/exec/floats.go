package exec

import (
	"math"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

func f64(w uint64) float64    { return math.Float64frombits(w) }
func bitsOf(f float64) uint64 { return math.Float64bits(f) }

// floats: float64. Each operation rounds (the conversions to float64 forbid fusing a product with a sum).
//
// The conversions to integers are those of Go on amd64, also where Go leaves the result open:
// CastFloatToInt is CVTTSD2SQ (MinInt for NaN and whatever does not fit); CastFloatToUint is
// t | (u & t>>63) with t = CVTTSD2SQ(x), u = CVTTSD2SQ(x - 2^63) and an arithmetic shift.
var floats = map[op.Code]Func{
	op.FloatAdd:  func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return bitsOf(f64(a[0]) + f64(a[1])) },
	op.FloatSub:  func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return bitsOf(f64(a[0]) - f64(a[1])) },
	op.FloatMul:  func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return bitsOf(f64(a[0]) * f64(a[1])) },
	op.FloatDiv:  func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return bitsOf(f64(a[0]) / f64(a[1])) },
	op.FloatNeg:  func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] ^ 1<<63 },
	op.FloatAbs:  func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] &^ (1 << 63) },
	op.FloatSqrt: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return bitsOf(math.Sqrt(f64(a[0]))) },

	op.FloatEq: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(f64(a[0]) == f64(a[1])) },
	op.FloatNe: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(f64(a[0]) != f64(a[1])) },
	op.FloatLt: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(f64(a[0]) < f64(a[1])) },
	op.FloatLe: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(f64(a[0]) <= f64(a[1])) },
	op.FloatGt: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(f64(a[0]) > f64(a[1])) },
	op.FloatGe: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(f64(a[0]) >= f64(a[1])) },

	op.FloatRound32:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return bitsOf(float64(float32(f64(a[0])))) },
	op.CastIntToFloat:  func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return bitsOf(float64(int64(a[0]))) },
	op.CastUintToFloat: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return bitsOf(float64(a[0])) },
	op.CastFloatToInt:  func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(int64(f64(a[0]))) },
	op.CastFloatToUint: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(f64(a[0])) },

	// A Float is its bits already.
	op.FloatBits:     same,
	op.FloatFromBits: same,
	op.FloatBits32: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		return uint64(math.Float32bits(float32(f64(a[0]))))
	},
	op.FloatFromBits32: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		return bitsOf(float64(math.Float32frombits(uint32(a[0]))))
	},
}
