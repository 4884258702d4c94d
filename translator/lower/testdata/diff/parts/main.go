// Conversions of slices to arrays, comparison of values part by part, what make refuses.
package main

import "fmt"

func try(f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("panic:", r)
		}
	}()
	f()
}

type two struct{ a, b any }

type mixed struct {
	n    int
	text string
	v    any
}

type large [20]any

func main() {
	s := []int{1, 2, 3, 4, 5}
	a := [3]int(s)
	b := *(*[2]int)(s[3:])
	s[0], s[3] = 10, 40
	fmt.Println(a, b, [0]int(s))
	big := make([]byte, 100)
	big[70] = 7
	c := [80]byte(big)
	big[70] = 8
	fmt.Println(c[70])
	try(func() { _ = [6]int(s) })

	bytes := any([]byte{1})
	try(func() { fmt.Println(two{1, bytes} == two{2, bytes}) })
	try(func() { fmt.Println(two{bytes, 1} == two{bytes, 2}) })
	try(func() { fmt.Println(mixed{1, "a", bytes} == mixed{1, "b", bytes}) })
	try(func() { fmt.Println(mixed{1, "a", bytes} == mixed{1, "a", bytes}) })
	try(func() { fmt.Println(large{1, bytes} == large{2, bytes}, large{} == large{}) })
	try(func() { fmt.Println(large{1, bytes} == large{1, bytes}) })

	n, m := 2, -1
	try(func() { _ = make([]int, n, 1) })
	try(func() { _ = make([]int, n, n-1) })
	try(func() { _ = make([]int, m, 3) })
	try(func() { _ = make([]int, 1, m) })
	fmt.Println(len(make([]int, n, 5)), cap(make([]int, n, 5)))
}
