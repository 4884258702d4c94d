// Complex numbers: arithmetic, comparison, conversion, as keys and parts.
package main

import (
	"fmt"
	"math"
)

var inf, nan = math.Inf(1), math.NaN()

//go:noinline
func ops(a, b complex128) {
	fmt.Println(a+b, a-b, a*b, a/b, -a, a == b, a != b, real(a), imag(b))
}

//go:noinline
func ops64(a, b complex64) {
	fmt.Println(a+b, a-b, a*b, a/b, -a, a == b, a != b, real(a), imag(b), complex128(a))
}

type point struct {
	at   complex128
	name string
}

func main() {
	parts := []float64{0, math.Copysign(0, -1), 1, -2.5, 1e200, inf, -inf, nan}
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				ops(complex(a, b), complex(c, a))
				ops64(complex64(complex(a, c)), complex64(complex(b, c)))
			}
		}
	}
	m := map[complex128]int{1i: 1, 2 + 1i: 2}
	m[1i]++
	zero := 0.0
	m[complex(zero, -zero)]++
	fmt.Println(len(m), m[1i], m[2+1i], m[3], m[0])
	p := point{3 + 4i, "p"}
	q := &p
	q.at *= 2i
	fmt.Println(p == point{-8 + 6i, "p"}, p)
	var x any = 2i
	_, is64 := x.(complex64)
	fmt.Println(x == complex128(2i), is64)
	const big = 1 << 40 * (1 + 1i)
	fmt.Printf("%v %.1f %g\n", complex64(big), big*1.0, []complex64{1, 1i})
	var arr [3]complex64
	arr[1] += 2
	s := append([]complex128(nil), 1, 2i)
	fmt.Println(arr, s)
}
