// Structs: copies, comparison, embedding and promotion, zero values, results, methods.
package main

import "kiln/translator/lower/testdata/show"

type inner struct {
	a, b int
	s    string
}

type outer struct {
	inner
	n   int8
	in  inner
	ptr *inner
	f   float32
	ok  bool
	u   uint16
}

func (i inner) sum() int      { return i.a + i.b }
func (i *inner) set(a, b int) { i.a, i.b = a, b }

type third struct {
	outer
	z int
}

type mid struct {
	n int
	*inner
}

func make3(a, b int) (inner, int, string) { return inner{a, b, "x"}, a * b, "y" }

func change(o outer) outer {
	o.a = 100
	o.in.b = 200
	o.n++
	return o
}

func copies() {
	o := outer{inner: inner{1, 2, "in"}, n: 127, in: inner{a: 3}, f: 0.1, ok: true, u: 65535}
	p := o
	p.a = 9
	p.in.a = 8
	q := change(o)
	show.Ints("o", o.a, o.b, o.in.a, int(o.n), int(o.u))
	show.Ints("p", p.a, p.in.a)
	show.Ints("q", q.a, q.in.b, int(q.n))
	r := &o
	s := *r
	r.a = 55
	show.Ints("deref", s.a, o.a)
	*r = q
	show.Ints("assigned", o.a, o.in.b)
	t := new(outer)
	*t = o
	t.in = inner{7, 7, "t"}
	show.Ints("t", t.in.a, o.in.a, t.sum(), t.in.sum())
	show.Bool("ok", t.ok, t.ptr == nil)
	show.Floats("f", float64(t.f))
}

func compare() {
	a, b := inner{1, 2, "x"}, inner{1, 2, "x"}
	show.Bool("eq", a == b, a != b, a == inner{}, inner{} == inner{})
	b.s = "y"
	show.Bool("ne", a == b, &a == &b)
	x, y := outer{inner: a}, outer{inner: a}
	show.Bool("outer", x == y)
	y.ptr = &a
	show.Bool("ptr", x == y)
	x.ptr = &a
	show.Bool("ptr", x == y)
	x.f = 1
	show.Bool("f", x == y)
	e1, e2 := struct{}{}, struct{}{}
	show.Bool("empty", e1 == e2)
}

func methods() {
	t := &third{z: 4}
	t.set(3, 4)
	show.Ints("promoted", t.sum(), t.a, t.outer.inner.b, t.z)
	t.set2()
	show.Ints("in", t.in.a, t.a)
	m := mid{1, &inner{5, 6, ""}}
	m.set(10, 20)
	show.Ints("mid", m.sum(), m.inner.a, m.n)
	f := t.sum
	t.set(0, 0)
	show.Ints("value", f(), t.sum())
	g := (*inner).set
	g(&t.inner, 8, 9)
	h := inner.sum
	show.Ints("expr", h(t.inner))
	k := t.set
	k(1, 1)
	show.Ints("bound", t.sum())
	var v outer
	v.set(2, 3)
	show.Ints("local", v.sum(), v.a)
}

func (i *inner) set2() { i.a = 222 }

func results() {
	in, n, s := make3(3, 4)
	show.Ints("res", in.a, in.b, n)
	show.Text("res", in.s, s)
	_, k, _ := make3(5, 6)
	show.Ints("k", k)
	a, b := pair()
	a, b = b, a
	show.Ints("pair", a, b)
}

func pair() (x, y int) {
	x = 1
	y = 2
	if x < y {
		x, y = y*10, x*10
	}
	return
}

type node struct {
	left, right *node
	key         int
}

func insert(n *node, k int) *node {
	if n == nil {
		return &node{key: k}
	}
	if k < n.key {
		n.left = insert(n.left, k)
	} else {
		n.right = insert(n.right, k)
	}
	return n
}

func (n *node) walk(depth int) int {
	if n == nil {
		return 0
	}
	return n.left.walk(depth+1) + n.key*depth + n.right.walk(depth+1)
}

func conditional(c bool) inner {
	var v inner
	if c {
		v = inner{1, 2, "c"}
		v.a++
	} else {
		v.b = 7
	}
	for i := 0; i < 3; i++ {
		v.a += v.b
		if v.a > 100 {
			v = inner{}
		}
	}
	return v
}

func main() {
	copies()
	compare()
	methods()
	results()
	var root *node
	for i := 0; i < 100; i++ {
		root = insert(root, i*37%101)
	}
	show.Ints("tree", root.walk(1))
	a, b := conditional(true), conditional(false)
	show.Ints("cond", a.a, a.b, b.a, b.b)
	anon := struct {
		x int
		y string
	}{1, "z"}
	anon.x++
	show.Ints("anon", anon.x)
	arr := []struct{ p, q int }{{1, 2}, {3, 4}}
	for _, e := range arr {
		e.p = 0
	}
	for i := range arr {
		arr[i].q *= 2
	}
	show.Ints("arr", arr[0].p, arr[1].q)
	pp := &arr
	(*pp)[0].p = 5
	show.Ints("pp", arr[0].p)
	x := 5
	px := &x
	ppx := &px
	**ppx = 6
	show.Ints("px", x, *px)
	o := outer{}
	o2 := &o
	o2.in.a, o2.in.b = 4, 5
	show.Ints("o2", o.in.a, o.in.b)
}
