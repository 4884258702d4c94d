// Addresses of fields and elements: as arguments of functions that look through them, and where they panic.
package main

import (
	"fmt"
	"strings"
)

type counter struct {
	n    int
	name string
}

func (c *counter) add(n int) int {
	if c == nil {
		return -1
	}
	c.n += n
	return c.n
}

// addTwice passes its pointer on.
func (c *counter) addTwice(n int) int {
	c.add(n)
	return c.add(n)
}

// countdown calls itself.
func (c *counter) countdown() string {
	if c.n <= 0 {
		return c.name
	}
	c.n--
	return "." + c.countdown()
}

type grid struct {
	cells [3][2]counter
	total counter
}

type door struct {
	first counter
	inner struct {
		grid  grid
		count counter
	}
	text  strings.Builder
	items []counter
	slice []int
}

type outer struct {
	label string
	counter
}

func swap(a, b *int) { *a, *b = *b, *a }

func same(a *int, b *int) int { *a = 1; *b = 2; return *a }

func sum(xs *[2]counter) (s int) {
	for i := range xs {
		s += xs[i].n
	}
	return s
}

func touch(g *grid, i, j int) int { return g.cells[i][j].addTwice(5) + sum(&g.cells[i]) }

// regrow changes what the slice was when the address was taken.
func regrow(s *[]int, p *int) { *s = append(*s, 9); *p = 7 }

// increment has a pointer to a type parameter.
func increment[T int | float64](p *T) { *p++ }

func late(s string, p *int) { fmt.Println(s); *p = 1 }

func try(what string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println(what, r)
		}
	}()
	f()
	fmt.Println(what, "fine")
}

var global door

func main() {
	d := &door{items: make([]counter, 4), slice: []int{5}}
	fmt.Println(d.first.add(1), d.inner.count.add(2), d.inner.count.addTwice(3))
	for i := range d.items {
		d.items[i].add(i * 10)
	}
	d.items = append(d.items, counter{n: 3, name: "last"})
	fmt.Println(d.items[4].countdown(), d.items[4].n, d.items)
	fmt.Println(touch(&d.inner.grid, 1, 1), touch(&global.inner.grid, 2, 0), global.inner.grid.cells[2][0].n)
	d.text.WriteString("built ")
	d.text.WriteByte('x')
	fmt.Println(d.text.String(), d.text.Len())

	xs := []int{1, 2, 3}
	swap(&xs[0], &xs[2])
	fmt.Println(xs, same(&xs[1], &xs[1]), xs)
	old := xs
	regrow(&d.slice, &d.slice[0])
	func(p *int) { *p += 4 }(&xs[0])
	fmt.Println(old[0], xs[0], d.slice)
	increment(&xs[1])
	fs := [2]float64{0.5, 1.5}
	increment(&fs[1])
	fmt.Println(xs, fs)

	o := &outer{label: "o"}
	fmt.Println(o.add(4), o.counter.addTwice(1), o.n)
	var v interface{ add(int) int } = o
	fmt.Println(v.add(10))

	n := 5
	try("index", func() { p := &xs[n]; fmt.Println("not here"); *p = 1 })
	try("index as argument", func() { late("not here", &xs[n]) })
	try("index as receiver", func() { d.items[n+3].add(1) })
	var none *door
	try("nil", func() { p := &none.inner.count; fmt.Println("not here"); p.n = 1 })
	try("nil as argument", func() { late("not here", &none.inner.count.n) })
	try("nil as receiver", func() { none.inner.count.add(1) })
	try("kept in range", func() { p := &xs[n-2]; fmt.Println("here"); *p++ })
	fmt.Println(xs)
}
