//go:build ignore

package main

import "fmt"

func a(i, j float64) float64 { return 1 / ((i+j)*(i+j+1)/2 + i + 1) }

func times(v []float64, at func(i, j float64) float64) []float64 {
	w := make([]float64, len(v))
	for i := range w {
		sum := 0.0
		for j, x := range v {
			sum = sum + at(float64(i), float64(j))*x
		}
		w[i] = sum
	}
	return w
}

func transposed(i, j float64) float64 { return a(j, i) }

func dot(u, v []float64) float64 {
	sum := 0.0
	for i, x := range v {
		sum = sum + u[i]*x
	}
	return sum
}

func main() {
	u := make([]float64, 800)
	for i := range u {
		u[i] = 1
	}
	v := u
	for range 10 {
		v = times(times(u, a), transposed)
		u = times(times(v, a), transposed)
	}
	fmt.Printf("%.6g\n", dot(u, v)/dot(v, v))
}
