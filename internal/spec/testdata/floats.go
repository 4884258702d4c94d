// Floating point and complex numbers.
package main

import "math"

func ruleSpecial() {
	zero := 0.0
	inf, nan, minus := 1/zero, zero/zero, -zero
	negative := math.Copysign(0, -1)
	println(inf, -inf, nan != nan, nan == nan, nan < 1, nan > 1, inf > 1e308, inf-inf != inf-inf)
	println(minus == 0, 1/negative < 0, negative == 0, -negative, 1/(-negative))
	println(5/inf, inf*2, 0*inf != 0*inf)
}

func ruleFloat32() {
	a, b := float32(16777216), float32(1)
	println(a+b == a, a+b+b == a, float32(0.1)+float32(0.2), float32(1)/3)
	var sum float32
	for range 10 {
		sum += 0.1
	}
	println(sum, sum == 1, float64(sum))
	x := float32(3.4e38)
	println(x*10, -x*10, x/1e30, float32(1e-45), float32(1e-46) == 0)
	p := float32(1.1)
	p *= p
	p -= 0.2
	println(p)
}

func ruleArithmetic() {
	x, y, z := 0.1, 0.2, 0.3
	println(x+y, x+y == z, x*y, x*y+z, x-y, x/y, -x)
	var s float64
	for i := 1; i < 20; i++ {
		s += 1 / float64(i*i)
	}
	println(s, s*1e308*10, 5e-324*s/4)
}

func ruleComplex() {
	a, b := complex(1, 2), 3-4i
	println(a+b, a-b, a*b, a/b, -a, real(a), imag(b), a == complex(1, 2), a != b)
	var c complex64 = complex64(a)
	c *= c
	println(c, real(c) == -3, complex128(c))
	a += 1i
	println(a, a/(0+0i) == a)
	zero := complex(0, 0)
	q := a / zero
	println(math.IsInf(real(q), 0) || math.IsNaN(real(q)))
	m := map[complex128]int{a: 1}
	println(m[1+3i])
}

// Products and quotients of every pair of parts that need care, also as divisors that are not numbers; a NaN is one value.
func ruleComplexEdges() {
	zero := 0.0
	inf := 1 / zero
	parts := []float64{0, -zero, math.Copysign(0, -1), 1, -3, 0.1, 16777217, 1e300, -1e-300, 5e-324, inf, -inf, math.NaN(), math.Copysign(math.NaN(), -1)}
	mix := func(h uint64, x float64) uint64 {
		if x != x {
			return h*31 + 7
		}
		return h*31 + math.Float64bits(x)
	}
	for _, a := range parts {
		wide, narrow := uint64(1), uint64(1)
		for _, b := range parts {
			for _, c := range parts {
				for _, d := range parts {
					x, y := complex(a, b), complex(c, d)
					q, p := x/y, x*y
					wide = mix(mix(mix(mix(wide, real(q)), imag(q)), real(p)), imag(p))
					v, w := complex64(x), complex64(y)
					r, o := v/w, v*w
					narrow = mix(mix(mix(mix(narrow, float64(real(r))), float64(imag(r))), float64(real(o))), float64(imag(o)))
				}
			}
		}
		println(wide, narrow)
	}
}

func ruleMinMax() {
	nan := math.NaN()
	negative := math.Copysign(0, -1)
	println(min(1.5, 2, 0.5), max(1.5, 2, 0.5), min(1, nan) != 1, max(nan, 1) != 1, 1/min(0, negative), 1/max(negative, 0))
	println(min(float32(1), 2), max(math.Inf(1), nan) == max(math.Inf(1), nan))
}
