package exec

import (
	"math"
	"math/big"
	"testing"

	"kiln/jitgen/op"
)

// corners are the words where integer operations go wrong, besides the 8-bit values.
var corners = []int64{math.MinInt64, math.MinInt64 + 1, -1 << 33, math.MinInt32 - 1, math.MinInt32, -32769, -32768, -129,
	128, 255, 256, 32767, 32768, 65535, 65536, math.MaxInt32, math.MaxInt32 + 1, math.MaxUint32, math.MaxUint32 + 1, 1 << 53, math.MaxInt64 - 1, math.MaxInt64}

func words() (all []int64) {
	for i := int64(-128); i < 128; i++ {
		all = append(all, i)
	}
	return append(all, corners...)
}

// The model is integers of any size, brought back into the word at the end: it shares nothing with
// the expressions of the table.
type model func(z, x, y *big.Int) *big.Int

func signed(x int64) *big.Int    { return big.NewInt(x) }
func unsigned(x uint64) *big.Int { return new(big.Int).SetUint64(x) }

func saturate(y *big.Int) uint {
	if y.Sign() < 0 || y.Cmp(big.NewInt(64)) > 0 {
		panic("model: shift count")
	}
	return uint(y.Int64())
}

// fits says whether the exact result is a signed word.
func fits(f func(z, x, y *big.Int) *big.Int) func(z, x, y *big.Int) *big.Int {
	return func(z, x, y *big.Int) *big.Int {
		if f(z, x, y).IsInt64() {
			return z.SetInt64(1)
		}
		return z.SetInt64(0)
	}
}

func truth(f func(c int) bool) model {
	return func(z, x, y *big.Int) *big.Int { return z.SetUint64(word(f(x.Cmp(y)))) }
}

var binaryModels = map[op.Code]struct {
	unsigned, shift, divides bool
	f                        model
}{
	op.IntAdd:  {f: (*big.Int).Add},
	op.IntSub:  {f: (*big.Int).Sub},
	op.IntMul:  {f: (*big.Int).Mul},
	op.IntDiv:  {divides: true, f: (*big.Int).Quo},
	op.IntMod:  {divides: true, f: (*big.Int).Rem},
	op.UintDiv: {unsigned: true, divides: true, f: (*big.Int).Quo},
	op.UintMod: {unsigned: true, divides: true, f: (*big.Int).Rem},
	op.IntAnd:  {f: (*big.Int).And},
	op.IntOr:   {f: (*big.Int).Or},
	op.IntXor:  {f: (*big.Int).Xor},
	op.IntShl:  {shift: true, f: func(z, x, y *big.Int) *big.Int { return z.Lsh(x, saturate(y)) }},
	op.IntShr:  {shift: true, f: func(z, x, y *big.Int) *big.Int { return z.Rsh(x, saturate(y)) }},
	op.UintShr: {unsigned: true, shift: true, f: func(z, x, y *big.Int) *big.Int { return z.Rsh(x, saturate(y)) }},
	op.UintMulHi: {unsigned: true, f: func(z, x, y *big.Int) *big.Int {
		return z.Rsh(z.Mul(x, y), 64)
	}},
	op.IntAddFits: {f: fits((*big.Int).Add)}, op.IntSubFits: {f: fits((*big.Int).Sub)}, op.IntMulFits: {f: fits((*big.Int).Mul)},
	op.IntEq:  {f: truth(func(c int) bool { return c == 0 })},
	op.IntNe:  {f: truth(func(c int) bool { return c != 0 })},
	op.IntLt:  {f: truth(func(c int) bool { return c < 0 })},
	op.IntLe:  {f: truth(func(c int) bool { return c <= 0 })},
	op.IntGt:  {f: truth(func(c int) bool { return c > 0 })},
	op.IntGe:  {f: truth(func(c int) bool { return c >= 0 })},
	op.UintLt: {unsigned: true, f: truth(func(c int) bool { return c < 0 })},
	op.UintLe: {unsigned: true, f: truth(func(c int) bool { return c <= 0 })},
	op.UintGt: {unsigned: true, f: truth(func(c int) bool { return c > 0 })},
	op.UintGe: {unsigned: true, f: truth(func(c int) bool { return c >= 0 })},
	op.PtrEq:  {unsigned: true, f: truth(func(c int) bool { return c == 0 })},
	op.PtrNe:  {unsigned: true, f: truth(func(c int) bool { return c != 0 })},
}

var mask64 = new(big.Int).SetUint64(math.MaxUint64)

func TestBinaryIntegers(t *testing.T) {
	z := new(big.Int)
	for code, m := range binaryModels {
		for _, a := range words() {
			for _, b := range words() {
				if m.divides && b == 0 {
					continue
				}
				x, y := signed(a), signed(b)
				if m.unsigned {
					x, y = unsigned(uint64(a)), unsigned(uint64(b))
				}
				if m.shift {
					y = unsigned(min(uint64(b), 64))
				}
				want := new(big.Int).And(m.f(z, x, y), mask64).Uint64()
				if got := Pure(code, []uint64{uint64(a), uint64(b)}); got != want {
					t.Fatalf("%s %d, %d: %#x, want %#x", code, a, b, got, want)
				}
			}
		}
	}
}

var unaryModels = map[op.Code]func(x int64) int64{
	op.IntNeg:    func(x int64) int64 { return 0 - x },
	op.IntInvert: func(x int64) int64 { return -1 - x },
	op.IntSext8:  func(x int64) int64 { return x << 56 >> 56 },
	op.IntSext16: func(x int64) int64 { return x << 48 >> 48 },
	op.IntSext32: func(x int64) int64 { return x << 32 >> 32 },
	op.IntZext8:  func(x int64) int64 { return x & 0xff },
	op.IntZext16: func(x int64) int64 { return x & 0xffff },
	op.IntZext32: func(x int64) int64 { return x & 0xffffffff },
	op.IntIsZero: func(x int64) int64 { return int64(word(x == 0)) },
	op.IntIsTrue: func(x int64) int64 { return 1 - int64(word(x == 0)) },
	op.PtrIsZero: func(x int64) int64 { return int64(word(x == 0)) },
	op.PtrNonzero: func(x int64) int64 {
		return 1 - int64(word(x == 0))
	},
	op.SameAsI: func(x int64) int64 { return x },
	op.SameAsR: func(x int64) int64 { return x },
	op.SameAsF: func(x int64) int64 { return x },
}

func TestUnaryIntegers(t *testing.T) {
	for code, f := range unaryModels {
		for _, a := range words() {
			if got := Pure(code, []uint64{uint64(a)}); got != uint64(f(a)) {
				t.Fatalf("%s %d: %#x", code, a, got)
			}
		}
	}
}

// Every pure integer operation is in one of the models.
func TestModelsComplete(t *testing.T) {
	for code := range integers {
		_, binary := binaryModels[code]
		_, unary := unaryModels[code]
		if binary == unary {
			t.Errorf("%s: binary model %v, unary model %v", code, binary, unary)
		}
	}
}

// The relations of the op table hold.
func TestNegatedSwapped(t *testing.T) {
	samples := words()
	floats := []float64{math.NaN(), math.Inf(-1), -1, math.Copysign(0, -1), 0, 1, math.Inf(1)}
	for code := op.Code(1); int(code) < op.NumOps(); code++ {
		if !code.Has(op.Compare) || len(code.Info().Args) != 2 {
			continue
		}
		check := func(a, b uint64) {
			v := Pure(code, []uint64{a, b})
			if n := op.Negated(code); n != op.Invalid && Pure(n, []uint64{a, b}) != 1-v {
				t.Fatalf("%s is not the negation of %s on %#x, %#x", n, code, a, b)
			}
			if s := op.Swapped(code); s != op.Invalid && Pure(s, []uint64{b, a}) != v {
				t.Fatalf("%s is not %s swapped on %#x, %#x", s, code, a, b)
			}
		}
		if code.Info().Args[0] == 'f' {
			for _, a := range floats {
				for _, b := range floats {
					check(bitsOf(a), bitsOf(b))
				}
			}
			continue
		}
		for _, a := range samples {
			for _, b := range samples {
				check(uint64(a), uint64(b))
			}
		}
	}
}

func TestFloats(t *testing.T) {
	nan, inf, minus0 := math.NaN(), math.Inf(1), math.Copysign(0, -1)
	const tiny = 5e-324
	for _, c := range []struct {
		code op.Code
		a, b float64
		want float64
	}{
		{op.FloatAdd, 0.1, 0.2, 0.30000000000000004}, {op.FloatAdd, inf, -inf, nan},
		{op.FloatAdd, minus0, minus0, minus0}, {op.FloatAdd, minus0, 0, 0},
		{op.FloatSub, 0, 0, 0}, {op.FloatSub, minus0, 0, minus0}, {op.FloatSub, 1, 0.9, 0.09999999999999998},
		{op.FloatMul, minus0, 5, minus0}, {op.FloatMul, 0, inf, nan}, {op.FloatMul, 1e308, 10, inf}, {op.FloatMul, tiny, 0.5, 0},
		{op.FloatDiv, 1, 0, inf}, {op.FloatDiv, 1, minus0, -inf}, {op.FloatDiv, 0, 0, nan}, {op.FloatDiv, 1, 3, 0.3333333333333333},
		{op.FloatNeg, 0, 0, minus0}, {op.FloatNeg, -1, 0, 1}, {op.FloatNeg, nan, 0, nan},
		{op.FloatAbs, minus0, 0, 0}, {op.FloatAbs, -inf, 0, inf}, {op.FloatAbs, nan, 0, nan},
		{op.FloatSqrt, 2, 0, math.Sqrt2}, {op.FloatSqrt, -1, 0, nan}, {op.FloatSqrt, minus0, 0, minus0},
		{op.FloatRound32, 0.1, 0, 0.10000000149011612}, {op.FloatRound32, 1e39, 0, inf}, {op.FloatRound32, 1e-46, 0, 0},
		{op.FloatRound32, 16777217, 0, 16777216}, {op.FloatRound32, minus0, 0, minus0},
	} {
		got := Pure(c.code, []uint64{bitsOf(c.a), bitsOf(c.b)})
		if math.IsNaN(c.want) && math.IsNaN(f64(got)) {
			continue
		}
		if got != bitsOf(c.want) {
			t.Errorf("%s %v, %v: %v, want %v", c.code, c.a, c.b, f64(got), c.want)
		}
	}
}

func TestFloatCompare(t *testing.T) {
	nan, minus0 := math.NaN(), math.Copysign(0, -1)
	for _, c := range []struct {
		a, b                   float64
		eq, ne, lt, le, gt, ge uint64
	}{
		{1, 2, 0, 1, 1, 1, 0, 0}, {2, 1, 0, 1, 0, 0, 1, 1}, {0, minus0, 1, 0, 0, 1, 0, 1},
		{nan, 1, 0, 1, 0, 0, 0, 0}, {1, nan, 0, 1, 0, 0, 0, 0}, {nan, nan, 0, 1, 0, 0, 0, 0},
		{math.Inf(-1), math.Inf(1), 0, 1, 1, 1, 0, 0},
	} {
		for i, code := range []op.Code{op.FloatEq, op.FloatNe, op.FloatLt, op.FloatLe, op.FloatGt, op.FloatGe} {
			want := []uint64{c.eq, c.ne, c.lt, c.le, c.gt, c.ge}[i]
			if got := Pure(code, []uint64{bitsOf(c.a), bitsOf(c.b)}); got != want {
				t.Errorf("%s %v, %v: %d", code, c.a, c.b, got)
			}
		}
	}
}

// What Go leaves open about conversions is fixed here: should Go change it, this test says so.
func TestCasts(t *testing.T) {
	const min = 1 << 63
	for _, c := range []struct {
		f       float64
		i, u    uint64
		comment string
	}{
		{0, 0, 0, ""}, {-0.9, 0, 0, "truncates"}, {1.9, 1, 1, ""}, {-1.9, math.MaxUint64, math.MaxUint64, "wraps"},
		{math.NaN(), min, min, ""}, {math.Inf(1), min, min, ""}, {math.Inf(-1), min, min, ""},
		{1e300, min, min, ""}, {-1e300, min, min, ""}, {-(1 << 63), min, min, ""}, {1 << 63, min, min, ""},
		{9.3e18, min, 9300000000000000000, "above MaxInt64"}, {1 << 64, min, min, ""},
		{-1e10, 1<<64 - 10000000000, 1<<64 - 10000000000, ""},
	} {
		if got := Pure(op.CastFloatToInt, []uint64{bitsOf(c.f)}); got != c.i {
			t.Errorf("cast_float_to_int %v: %#x", c.f, got)
		}
		if got := Pure(op.CastFloatToUint, []uint64{bitsOf(c.f)}); got != c.u {
			t.Errorf("cast_float_to_uint %v: %#x", c.f, got)
		}
	}
	for _, c := range []struct {
		i    uint64
		s, u float64
	}{
		{0, 0, 0}, {math.MaxUint64, -1, 1 << 64}, {1 << 63, -(1 << 63), 1 << 63}, {1<<53 + 1, 1 << 53, 1 << 53},
		{1<<63 + 1025, -9223372036854774783, 9223372036854777856}, // rounds up: the lost bit is sticky
	} {
		if got := f64(Pure(op.CastIntToFloat, []uint64{c.i})); got != c.s {
			t.Errorf("cast_int_to_float %#x: %v", c.i, got)
		}
		if got := f64(Pure(op.CastUintToFloat, []uint64{c.i})); got != c.u {
			t.Errorf("cast_uint_to_float %#x: %v", c.i, got)
		}
	}
	for _, c := range []struct {
		code     op.Code
		in, want uint64
	}{
		{op.FloatBits, bitsOf(-0.5), 0xbfe0000000000000}, {op.FloatFromBits, 0xbfe0000000000000, bitsOf(-0.5)},
		{op.FloatBits32, bitsOf(-0.5), 0xbf000000}, {op.FloatFromBits32, 0xbf000000, bitsOf(-0.5)},
		{op.FloatFromBits32, 0xffffffffbf000000, bitsOf(-0.5)}, // the upper half does not count
	} {
		if got := Pure(c.code, []uint64{c.in}); got != c.want {
			t.Errorf("%s %#x: %#x, want %#x", c.code, c.in, got, c.want)
		}
	}
}
