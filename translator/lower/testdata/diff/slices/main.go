// Slices: aliasing after append and re-slicing, copy with overlap, nil, clear, make, elements of all kinds.
package main

import "kiln/translator/lower/testdata/show"

type point struct{ x, y int }

type item struct {
	name string
	at   point
	subs []int
	f    float32
	p    *point
}

func aliasing() {
	a := make([]int, 3, 10)
	b := append(a, 1)
	c := append(a, 2)
	show.Ints("alias", b[3], c[3], len(a), cap(a))
	d := a[:5]
	show.Ints("beyond", d...)
	e := append(a[:1:1], 9)
	e[0] = 7
	show.Ints("three", a[0], e[0], e[1], a[1])
	f := a[1:2:4]
	show.Ints("caps", len(f), cap(f), cap(a[2:]), cap(a[:0]))
	f = append(f, 5, 6)
	show.Ints("fill", a[2], a[3:4][0])
	f = append(f, 7)
	f[0] = 99
	show.Ints("moved", a[1])
	g := append(a, a...)
	g = append(g, g[2:5]...)
	show.Ints("self", g...)
	h := a[3:]
	show.Ints("empty", len(h), cap(h))
	h = append(h, 42)
	show.Ints("h", a[:4][3])
}

func nils() {
	var s []int
	show.Bool("nil", s == nil, s[:0] == nil, len(s) == 0, []int{} == nil, make([]int, 0) == nil, append(s) == nil, append(s, []int{}...) == nil, append([]int{}, s...) == nil)
	for range s {
		show.Text("never")
	}
	s = append(s, 1)
	show.Bool("now", s == nil)
	clear(s)
	show.Ints("cleared", s...)
	copy(s, []int{})
	var t []string
	t = append(t, "a", "b")
	t = append(t, t...)
	show.Text("t", t...)
	show.Ints("copy nil", copy(s, []int(nil)), copy([]int(nil), s))
}

func overlap() {
	s := []int{0, 1, 2, 3, 4, 5, 6, 7}
	copy(s[2:], s)
	show.Ints("up", s...)
	s = []int{0, 1, 2, 3, 4, 5, 6, 7}
	copy(s, s[3:])
	show.Ints("down", s...)
	s = append(s[:2], s[4:]...)
	show.Ints("delete", s...)
	s = append(s[:1], append([]int{77}, s[1:]...)...)
	show.Ints("insert", s...)
	clear(s[1:3])
	show.Ints("clear", s...)
	ss := []string{"a", "b", "c"}
	copy(ss[1:], ss)
	show.Text("ss", ss...)
	clear(ss[:2])
	show.Text("ss", ss...)
}

func structs() {
	var items []item
	for i := 0; i < 10; i++ {
		items = append(items, item{name: string(rune('a' + i)), at: point{i, -i}, subs: []int{i}, f: float32(i) / 3, p: &point{i, i}})
	}
	items[3].at.x = 100
	items[4].subs = append(items[4].subs, 5, 6)
	items[5] = items[3]
	items[5].name = "copy"
	for i, it := range items {
		show.Text("name", it.name)
		show.Ints("item", i, it.at.x, it.at.y, len(it.subs), it.subs[len(it.subs)-1], it.p.x)
		show.Floats("f", float64(it.f))
	}
	v := items[2]
	v.at.x = -1
	v.subs[0] = -7
	show.Ints("value", items[2].at.x, items[2].subs[0])
	items[6].at = point{1, 2}
	items[6].p.y++
	items[7].at.x += 5
	q := items[1:3]
	q[0].at.y = 8
	show.Ints("more", items[6].at.x, items[6].p.y, items[7].at.x, items[1].at.y)
	copy(items[1:], items[:3])
	show.Text("copied", items[1].name, items[2].name, items[3].name)
	grid := make([][]int, 3)
	for i := range grid {
		grid[i] = make([]int, 4)
		for j := range grid[i] {
			grid[i][j] = i * j
		}
	}
	grid[1] = append(grid[1], 9)
	show.Ints("grid", grid[2][3], len(grid[1]), len(grid[0]), grid[1][4])
	bs := []bool{true, false, true}
	bs[1] = !bs[2]
	show.Bool("bools", bs...)
	u16 := []uint16{65535, 1}
	u16[1] += u16[0]
	i16 := []int16{-1, 32767}
	i16[1]++
	i8 := []int8{-128}
	i8[0]--
	u32 := []uint32{1 << 31}
	u32[0] *= 2
	f32 := []float32{0.1}
	f32[0] *= 3
	show.Ints("narrow", int(u16[0]), int(u16[1]), int(i16[0]), int(i16[1]), int(i8[0]), int(u32[0]))
	show.Floats("f32", float64(f32[0]))
	empty := make([]struct{}, 3)
	empty = append(empty, struct{}{})
	show.Ints("empty", len(empty))
	fs := []func(int) int{func(x int) int { return x + 1 }, func(x int) int { return x * 2 }}
	show.Ints("funcs", fs[0](5), fs[1](5))
	ps := []*point{{1, 2}, nil, {3, 4}}
	show.Bool("ps", ps[1] == nil, ps[0] == ps[2], *ps[0] == point{1, 2})
}

func grow() {
	var s []int
	last, moves := -1, 0
	for i := 0; i < 5000; i++ {
		s = append(s, i)
		if cap(s) != last {
			last = cap(s)
			moves++
		}
	}
	sum := 0
	for i, x := range s {
		sum += i ^ x
	}
	show.Ints("grown", len(s), sum)
	show.Bool("plausible", moves < 40, cap(s) < 10000)
	for len(s) > 10 {
		s = s[:len(s)/2]
	}
	show.Ints("s", s...)
	m := make([]int, 2, 5)
	m = append(m, 1, 2, 3)
	show.Ints("m", m...)
	n := 7
	k := make([]byte, n, n*2)
	show.Ints("k", len(k), cap(k), cap(k[3:]), cap(k[3:5:6]))
}

func variadic(xs ...int) int {
	t := 0
	for _, x := range xs {
		t += x
	}
	if len(xs) > 0 {
		xs[0] = -1
	}
	return t
}

func order() {
	a := []int{1, 2, 3}
	i := 0
	i, a[i] = 1, 9
	show.Ints("order", i, a[0], a[1])
	a[0], a[1], a[2] = a[2], a[0], a[1]
	show.Ints("rotate", a...)
	for i, x := range a {
		a = append(a, x*10)
		a[i] = 0
	}
	show.Ints("range", a...)
	show.Ints("variadic", variadic(), variadic(1, 2), variadic(a[3:]...), a[3])
	arr := [4]int{1, 2, 3, 4}
	sl := arr[1:3]
	sl[0] = 50
	sl = append(sl, 60)
	show.Ints("array", arr[1], arr[3], len(sl), cap(sl))
	for i := range 3 {
		show.Ints("int range", i)
	}
}

func main() {
	aliasing()
	nils()
	overlap()
	structs()
	grow()
	order()
}
