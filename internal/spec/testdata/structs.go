// Structs.
package main

type point struct{ x, y int }

type circle struct {
	point
	r int
}

func (p point) sum() int    { return p.x + p.y }
func (p *point) move(d int) { p.x += d; p.y += d }

func ruleValues() {
	a := point{1, 2}
	b := a
	b.x = 9
	c := circle{a, 5}
	c.x = 7
	println(a.x, b.x, c.x, c.point.x)
	s := []circle{c, c}
	s[0].y = 50
	p := &s[1]
	p.y = 60
	d := *p
	d.y++
	println(s[0].y, s[1].y, d.y)
	f := func(p point) point { p.x++; return p }
	println(f(a).x, a.x)
	m := map[string]circle{"c": c}
	println(m["c"].x, m["none"].r)
}

func ruleComparison() {
	type rec struct {
		s string
		f float64
		a [2]int
		i any
		_ int
	}
	x := rec{s: "a", f: 1, i: 1}
	y := x
	println(x == y, x != y)
	y.i = int8(1)
	println(x == y)
	y = x
	y.a[1] = 1
	println(x == y)
	zero := 0.0
	y = x
	y.f = zero / zero
	z := y
	println(y == z, struct{}{} == struct{}{})
	x.i = []int{1}
	y = x
	caught(func() { println(x == y) })
	y.s = "b"
	caught(func() { println(x == y) })
	p, q := &point{1, 2}, &point{1, 2}
	println(p == q, *p == *q, p == p)
}

func ruleZero() {
	var c struct {
		n    int
		s    string
		p    *point
		sl   []int
		m    map[string]int
		f    func()
		i    any
		b    bool
		fl   float32
		in   point
		arr  [20]string
		cplx complex64
	}
	println(c.n, c.s == "", c.p == nil, c.sl == nil, c.m == nil, c.f == nil, c.i == nil, c.b, c.fl, c.in.y, c.arr[19] == "", c.cplx)
}

func ruleLiterals() {
	a := point{y: 3}
	b := &point{1, 2}
	c := circle{r: 1, point: point{5, 6}}
	d := []point{{1, 2}, {x: 3}}
	e := map[point]*point{{1, 2}: {3, 4}}
	f := struct {
		name string
		at   *point
	}{"n", &point{7, 8}}
	println(a.x, a.y, b.y, c.x, c.y, d[1].x, d[1].y, e[point{1, 2}].y, f.name, f.at.x)
}

type base struct{ id int }
type left struct {
	base
	name string
}
type right struct {
	*base
	name int
}
type both struct {
	left
	right
	extra
}
type extra struct{ tag string }

func (b *base) setID(n int) { b.id = n }
func (b base) get() int     { return b.id }
func (l left) get() int     { return l.id * 100 }

func rulePromotion() {
	l := left{base{1}, "l"}
	l.setID(2)
	println(l.id, l.get(), l.base.get(), l.base.id)
	r := right{&base{3}, 0}
	r.setID(4)
	q := r
	q.id = 5
	println(r.id, q.get(), r.base == q.base)
	b := both{l, r, extra{"t"}}
	b.left.setID(6)
	b.right.setID(7)
	println(b.left.get(), b.right.get(), b.tag, b.left.name, l.id, r.id)
	var none right
	caught(func() { println(none.id) })
	caught(func() { none.setID(1) })
}

type shape interface{ area() int }
type square struct{ side int }

func (s square) area() int { return s.side * s.side }

type labelled struct {
	shape
	label string
}

func ruleEmbeddedInterface() {
	x := labelled{square{3}, "sq"}
	var s shape = x
	println(x.area(), s.area(), x.shape.(square).side)
	x.shape = labelled{square{4}, "in"}
	println(x.area())
	var none labelled
	caught(func() { none.area() })
}

func ruleEmbeddedFirst() {
	c := &circle{point{1, 2}, 3}
	p := &c.point // the whole object, seen as its first part
	p.move(10)
	c.move(100)
	println(c.x, p.y, c.sum())
	type outer struct {
		circle
		z int
	}
	o := &outer{circle: *c, z: 9}
	o.move(1)
	q := &o.circle.point
	q.x = -1
	println(o.x, o.y, o.z, c.x)
}

func ruleAnonymous() {
	a := struct {
		x int
		y string
	}{1, "a"}
	type same struct {
		x int
		y string
	}
	b := same(a)
	a = b
	var c struct {
		x int
		y string
	} = b
	println(a == b, c.y)
	list := []struct{ k, v string }{{"a", "1"}, {"b", "2"}}
	for _, e := range list {
		println(e.k, e.v)
	}
}

func ruleEmpty() {
	type empty struct{}
	a, b := empty{}, empty{}
	s := make([]empty, 5)
	m := map[string]empty{"x": {}}
	_, ok := m["x"]
	println(a == b, len(s), ok)
	var i any = a
	println(i == any(b), i == any(struct{}{}))
}
