//go:build ignore

package main

import "fmt"

func longest(limit float64) float64 {
	best, most := 0.0, 0.0
	for start := 1.0; start < limit; start++ {
		n, steps := start, 0.0
		for n != 1 {
			r, chunk := n, 1048576.0
			for chunk > 1 {
				for r >= chunk {
					r -= chunk
				}
				chunk /= 2
			}
			if r == 0 {
				n /= 2
			} else {
				n = 3*n + 1
			}
			steps++
		}
		if steps > most {
			most, best = steps, start
		}
	}
	return best*1000 + most
}

func main() { fmt.Printf("%.6g\n", longest(30000)) }
