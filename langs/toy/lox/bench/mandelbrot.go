//go:build ignore

package main

import "fmt"

func mandelbrot(size, limit float64) float64 {
	inside := 0.0
	for y := 0.0; y < size; y++ {
		for x := 0.0; x < size; x++ {
			cr := 2*x/size - 1.5
			ci := 2*y/size - 1
			zr, zi, n := 0.0, 0.0, 0.0
			for n < limit && zr*zr+zi*zi < 4 {
				t := zr*zr - zi*zi + cr
				zi = 2*zr*zi + ci
				zr = t
				n++
			}
			if n == limit {
				inside++
			}
		}
	}
	return inside
}

func main() { fmt.Printf("%.6g\n", mandelbrot(400, 300)) }
