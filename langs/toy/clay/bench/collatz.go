//go:build ignore

// The same in straight Go, on Go's own integers.
package main

import "fmt"

func steps(n int) int {
	s := 0
	for n != 1 {
		if n%2 == 0 {
			n = n / 2
		} else {
			n = 3*n + 1
		}
		s++
	}
	return s
}

func main() {
	best, at := 0, 0
	for i := 1; i < 80000; i++ {
		if s := steps(i); s > best {
			best, at = s, i
		}
	}
	fmt.Println(at)
}
