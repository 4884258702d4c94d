// Floating point: both widths, comparisons with NaN, conversions to and from integers.
package main

import (
	"kiln/translator/lower/testdata/show"
)

func inf(sign float64) float64 { zero := 0.0; return sign / zero }
func nan() float64             { zero := 0.0; return zero / zero }

func values() []float64 {
	zero := 0.0
	return []float64{0, -zero * 1, 1 / inf(-1), 1, -1, 0.5, 1.5, 2.5, -2.5, 3.999, 127, 128, 255.9, 256, 1e9, 2147483647, 2147483648, -2147483649,
		4294967295, 4294967296, 1e10, 1e18, 9.2e18, 9.3e18, 1.8e19, 1.9e19, 1e300, -1e300, 1e-300, 5e-324, 0.1, inf(1), inf(-1), nan(), 16777217, 3.4e38, 3.5e38}
}

func arith() {
	for _, a := range values() {
		for _, b := range values() {
			show.Floats("f64", a+b, a-b, a*b, a/b, -a)
			show.Bool("cmp", a < b, a <= b, a > b, a >= b, a == b, a != b)
			x, y := float32(a), float32(b)
			show.Floats("f32", float64(x+y), float64(x-y), float64(x*y), float64(x/y), float64(-x))
			show.Bool("cmp32", x < y, x == y)
			show.Floats("minmax", min(a, b), max(a, b), float64(min(x, y)))
		}
	}
}

// inRange: conversions whose result Go defines.
func toInts() {
	for _, f := range values() {
		show.Ints("i64", int(f), int(int64(f)))
		if f > -2147483649 && f < 2147483648 {
			show.Ints("i32", int(int32(f)), int(int32(float32(f))))
		}
		if f > -129 && f < 128 {
			show.Ints("i8", int(int8(f)))
		}
		if f > -1 && f < 256 {
			show.Ints("u8", int(uint8(f)))
		}
		if f > -1 && f < 4294967296 {
			show.Ints("u32", int(uint32(f)))
		}
		if f > -1 && f < 1.84e19 {
			show.Uint("u64", uint64(f))
		}
	}
}

func fromInts() {
	ns := []int64{0, 1, -1, 1<<24 + 1, 1<<25 + 3, 1<<53 + 1, 1<<53 - 1, 1<<54 + 1, 1<<54 + 2, 1<<54 + 3, 1<<55 + 1<<30 + 1<<29, 1<<62 + 1<<38, 1<<62 + 1<<38 + 1, 1<<62 + 1<<38 - 1, 1<<63 - 1, -1 << 63, -1<<63 + 1}
	for _, n := range ns {
		show.Floats("from", float64(n), float64(float32(n)), float64(uint64(n)), float64(float32(uint64(n))), float64(int32(n)), float64(float32(uint32(n))), float64(int8(n)))
	}
}

type celsius float64

func consts() {
	const third = 1.0 / 3
	var f32 float32 = third
	show.Floats("const", third, float64(f32), float64(celsius(36.6)), 1e100, 1<<70)
	var sum float32
	for i := 0; i < 100; i++ {
		sum += 0.1
		sum *= 1.0001
	}
	show.Floats("sum32", float64(sum))
	x := 10.0
	x++
	x /= 3
	show.Floats("update", x)
}

func main() {
	arith()
	toInts()
	fromInts()
	consts()
}
