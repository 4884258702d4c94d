//go:build ignore

// The same in straight Go.
package main

import "fmt"

func escape(cr, ci float64, limit int) int {
	x, y := 0.0, 0.0
	for i := 0; i < limit; i++ {
		xx, yy := x*x, y*y
		if xx+yy > 4 {
			return i
		}
		y = 2*x*y + ci
		x = xx - yy + cr
	}
	return limit
}

func main() {
	const size, limit = 150, 200
	total := 0
	for row := 0; row < size; row++ {
		for col := 0; col < size; col++ {
			if escape(3*float64(col)/size-2, 2*float64(row)/size-1, limit) == limit {
				total++
			}
		}
	}
	fmt.Println(total)
}
