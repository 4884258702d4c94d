//go:build ignore

package main

import "fmt"

func sums(n float64) float64 {
	sum := 0.0
	for i := 0.0; i < n; i++ {
		for j := i; j < n; j++ {
			for k := 0.0; k < j; k++ {
				sum = sum + i*j - k
			}
		}
	}
	return sum
}

func main() { fmt.Printf("%.6g\n", sums(500)) }
