// Arrays.
package main

type pair struct{ a, b int }

func change(a [3]int) int {
	a[0] = 100
	return a[0] + a[1]
}

func changeBig(a [40]int) int {
	a[0] = 100
	return a[0] + a[39]
}

func ruleValues() {
	a := [3]int{1, 2, 3}
	b := a
	b[0] = 9
	println(a[0], b[0], change(a), a[0])
	var big [40]int
	big[39] = 5
	copied := big
	copied[39]++
	println(big[39], copied[39], changeBig(big), big[0])
	p := &a
	p[1] = 20
	q := *p
	q[2] = 30
	println(a[1], a[2], q[2], len(p), cap(p))
	s := struct{ x [2]pair }{}
	t := s
	t.x[1].b = 4
	println(s.x[1].b, t.x[1].b)
}

func ruleComparison() {
	a, b := [2]string{"x", "y"}, [2]string{"x", "y"}
	println(a == b, a != b)
	b[1] = "z"
	println(a == b)
	var m, n [30]int
	println(m == n)
	m[29] = 1
	println(m == n, [0]int{} == [0]int{})
	x, y := [2]any{1, "a"}, [2]any{1, "a"}
	println(x == y)
	x[0] = []int{}
	caught(func() { println(x == x) })
}

func ruleIndex() {
	a := [4]int{10, 20, 30, 40}
	for i := range a {
		println(a[i], a[len(a)-1-i])
	}
	n := 4
	caught(func() { println(a[n]) })
	caught(func() { a[n-5] = 1 })
	p := &a
	caught(func() { println(p[n]) })
	var none *[4]int
	caught(func() { println(none[1]) })
	caught(func() { none[n-3] = 1 })
}

func ruleLiterals() {
	a := [...]int{5: 50, 1, 2: 20, 30}
	println(len(a), a[2], a[3], a[5], a[6], a[0])
	b := [2][3]int{{1, 2, 3}, {4}}
	println(b[0][2], b[1][0], b[1][2], len(b), len(b[0]))
	c := [...]string{2: "c", 0: "a"}
	println(len(c), c[1] == "", c[2])
	d := [2]*pair{{1, 2}, {3, 4}}
	println(d[1].a)
}

func ruleRange() {
	a := [3]int{1, 2, 3}
	for i, x := range a { // a copy
		a[2] = 10
		println(i, x)
	}
	for i, x := range &a { // not a copy
		a[2] = 20
		println(i, x)
	}
	var none *[3]int
	for i := range none {
		println(i)
	}
	for i := range *none { // not evaluated
		println(i)
	}
	println(len(none), len(*none), cap(none))
	caught(func() {
		for i, x := range none {
			println(i, x)
		}
	})
}

func ruleSlicing() {
	a := [5]int{0, 1, 2, 3, 4}
	s := a[1:3]
	s[0] = 11
	s = append(s, 33)
	println(a[1], a[3], len(s), cap(s))
	var big [50]int
	t := big[10:20:30]
	t[0] = 7
	println(big[10], len(t), cap(t))
	n := 6
	caught(func() { println(len(a[n:])) })
	caught(func() { println(len(a[:n])) })
	p := &a
	p[4] = 44
	println(len(p[2:]), p[2:][2])
}

func ruleNested() {
	var grid [3][4]int
	for i := range grid {
		for j := range grid[i] {
			grid[i][j] = i * j
		}
	}
	row := grid[2]
	row[3] = 100
	println(grid[2][3], row[3])
	type cell struct{ v [2]int }
	var cells [4]cell
	cells[1].v[1] = 5
	other := cells
	other[1].v[1]++
	println(cells[1].v[1], other[1].v[1], cells == other)
	var deep [2][20][3]int
	deep[1][19][2] = 8
	copied := deep
	copied[1][19][2]++
	println(deep[1][19][2], copied[1][19][2], deep == copied)
}

type shelf struct {
	label string
	boxes [2]crate
}

type crate struct {
	size int8
	of   [3]int
	name string
	next *crate
}

// Several variable indices lead into one value, between fields of other types.
func ruleNestedIndices() {
	var s shelf
	for i := range s.boxes {
		for j := range s.boxes[i].of {
			s.boxes[i].of[j] = 10*i + j
		}
	}
	p := &s
	i, j := 1, 2
	p.boxes[i].of[j]++
	p.boxes[j-1].name = "one"
	grid := [2][3]bool{}
	grid[i][j] = true
	for i := range s.boxes {
		for j, n := range s.boxes[i].of {
			println(n, grid[i][j], s.boxes[i].name)
		}
	}
	caught(func() { println(p.boxes[i].of[j+1]) })
	caught(func() { println(p.boxes[i+1].of[j]) })
}

type encoder struct {
	n   int
	buf [4]byte
}

func (e *encoder) add(s string) { e.n += copy(e.buf[e.n:], s) }

type names [2]string

var small [3]byte

// Slices of arrays inside other values share with them.
func ruleSlicedInside() {
	e := &encoder{}
	e.add("ab")
	f := *e
	f.add("cdef")
	println(string(e.buf[:e.n]), string(f.buf[:]), e.buf == f.buf, *e == encoder{2, [4]byte{'a', 'b'}})
	list := []encoder{{}, f}
	list = append(list, list[1])
	s := list[1].buf[1:3]
	s[0] = 'X'
	println(string(list[1].buf[:]), string(list[2].buf[:]), len(s), cap(s))
	m := map[[4]byte]int{list[1].buf: 3}
	list[1].buf[0] = 'Y'
	println(m[list[1].buf], m[[4]byte{'a', 'X', 'c', 'd'}])
	copy(small[1:], "zz")
	println(small[0], small[2], len(small[:2]), cap(small[1:2]))
	var x struct {
		n names
		o [2]string
	}
	part := x.n[:]
	part[1] = "shared"
	y := x
	part[0] = "later"
	println(x.n[0], y.n[0], y.n[1], x.o[1] == "")
	var i any = y
	z := i.(struct {
		n names
		o [2]string
	})
	z.n[0] = "changed"
	println(y.n[0] == "", i == any(y))
}

type (
	large    [20]int
	oneLarge [1]large
	deep     [1][1]large
)

// An array whose one element is a large array, which is an object of its own.
func ruleArraysOfOneLargeArray() {
	var g large
	set := func(x oneLarge, i int) oneLarge { x[0][i]++; return x }
	double := func(x deep, i int) deep { x[0][0][i]++; y := x[0]; y[0][i]++; x[0] = y; return x }
	var o oneLarge
	var d deep
	box := func() any { return struct{ a oneLarge }{oneLarge{g}} }
	println(box() == any(struct{ a oneLarge }{}), box() == box(), set(o, 3) == oneLarge{{3: 1}}, o == oneLarge{}, double(d, 4)[0] == [1]large{{4: 2}})
	m := map[oneLarge]int{{}: 1}
	m[set(o, 1)]++
	println(len(m), m[o], m[oneLarge{{1: 1}}])
	list := []oneLarge{{}, set(o, 2)}
	for i, v := range list {
		v[0][0] = 7
		part := list[i][0][1:3]
		part[1] += 5
		println(i, list[i][0][2], list[i][0][0], v == list[i])
	}
	p := &list[0]
	p[0][5] = 9
	q := *p
	q[0][5]++
	println(p[0][5], q[0][5], list[0] == *p)
	type both struct {
		a oneLarge
		b int
		c deep
	}
	t := both{a: q, c: double(d, 1)}
	u := t
	u.a[0][5], u.c[0][0][1] = 1, 1
	println(t.a[0][5], u.a[0][5], t.c[0][0][1], u.c[0][0][1], t == u, any(t) == any(u), any(t).(both).a[0][5])
	two := [2]oneLarge{q, set(q, 5)}
	two[0], two[1] = two[1], two[0]
	println(two[0][0][5], two[1][0][5])
}
