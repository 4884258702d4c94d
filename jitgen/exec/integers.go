package exec

import (
	"math/bits"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// integers: 64-bit words, wrapping. Shift counts are unsigned and saturate, as in Go.
var integers = map[op.Code]Func{
	op.IntAdd: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] + a[1] },
	op.IntSub: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] - a[1] },
	op.IntMul: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] * a[1] },
	// Go's / and % give MinInt / -1 = MinInt and MinInt % -1 = 0, and panic on 0.
	op.IntDiv:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(int64(a[0]) / int64(a[1])) },
	op.IntMod:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(int64(a[0]) % int64(a[1])) },
	op.UintDiv:   func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] / a[1] },
	op.UintMod:   func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] % a[1] },
	op.IntAnd:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] & a[1] },
	op.IntOr:     func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] | a[1] },
	op.IntXor:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] ^ a[1] },
	op.IntShl:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] << a[1] },
	op.IntShr:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(int64(a[0]) >> a[1]) },
	op.UintShr:   func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] >> a[1] },
	op.IntNeg:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return -a[0] },
	op.IntInvert: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return ^a[0] },
	op.UintMulHi: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		hi, _ := bits.Mul64(a[0], a[1])
		return hi
	},
	op.IntSext8:  func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(int8(a[0])) },
	op.IntSext16: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(int16(a[0])) },
	op.IntSext32: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(int32(a[0])) },
	op.IntZext8:  func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(uint8(a[0])) },
	op.IntZext16: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(uint16(a[0])) },
	op.IntZext32: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(uint32(a[0])) },

	op.IntEq:     func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] == a[1]) },
	op.IntNe:     func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] != a[1]) },
	op.IntLt:     func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(int64(a[0]) < int64(a[1])) },
	op.IntLe:     func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(int64(a[0]) <= int64(a[1])) },
	op.IntGt:     func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(int64(a[0]) > int64(a[1])) },
	op.IntGe:     func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(int64(a[0]) >= int64(a[1])) },
	op.UintLt:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] < a[1]) },
	op.UintLe:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] <= a[1]) },
	op.UintGt:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] > a[1]) },
	op.UintGe:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] >= a[1]) },
	op.IntIsZero: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] == 0) },
	op.IntIsTrue: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] != 0) },

	op.IntAddFits: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		r := a[0] + a[1]
		return word(int64((a[0]^r)&(a[1]^r)) >= 0)
	},
	op.IntSubFits: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		return word(int64((a[0]^a[1])&(a[0]^(a[0]-a[1]))) >= 0)
	},
	op.IntMulFits: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		return word(mulFits(int64(a[0]), int64(a[1])))
	},

	op.PtrEq:      func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] == a[1]) },
	op.PtrNe:      func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] != a[1]) },
	op.PtrIsZero:  func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] == 0) },
	op.PtrNonzero: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return word(a[0] != 0) },

	op.SameAsI: same,
	op.SameAsR: same,
	op.SameAsF: same,
}

// mulFits says whether the high word of the signed product is the sign of the low one.
func mulFits(x, y int64) bool {
	hi, lo := bits.Mul64(uint64(x), uint64(y))
	hi -= uint64(x>>63)&uint64(y) + uint64(y>>63)&uint64(x)
	return hi == uint64(int64(lo)>>63)
}

func same(_ *Machine, _ descr.Descr, a []uint64) uint64 { return a[0] }

// word is the Int of a bool.
func word(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
