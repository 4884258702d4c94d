// Slices.
package main

func ruleAliasing() {
	a := make([]int, 3, 10)
	b := append(a, 1)
	c := append(a, 2)
	println(b[3], c[3], len(a))
	d := append(a[:3:3], 5)
	d[0] = 9
	println(a[0], d[0], d[3])
	e := a[1:]
	e[0] = 7
	println(a[1], len(e), cap(e))
	f := a[:5]
	println(len(f), f[3], f[4])
}

func ruleThreeIndex() {
	s := []int{0, 1, 2, 3, 4, 5}
	t := s[1:3:4]
	println(len(t), cap(t))
	t = append(t, 30)
	println(s[3])
	t = append(t, 40)
	t[0] = 10
	println(s[1], s[4], len(t))
	n := 7
	caught(func() { println(len(s[1:2:n])) })
	caught(func() { println(len(s[1 : 4 : 3+n-7])) })
	caught(func() { println(len(s[n-4 : 2 : 5])) })
}

func ruleReslice() {
	s := make([]int, 2, 5)
	s = s[1:4]
	println(len(s), cap(s))
	s = s[:cap(s)]
	println(len(s))
	n := 5
	caught(func() { println(len(s[:n])) })
	caught(func() { println(len(s[n:])) })
	caught(func() { println(len(s[3 : n-3])) })
	var none []int
	println(none[:] == nil, len(none[0:0]), none[0:0:0] == nil)
}

func ruleCopy() {
	s := []int{0, 1, 2, 3, 4, 5}
	println(copy(s[2:], s), s[2], s[5])
	t := []int{0, 1, 2, 3, 4, 5}
	println(copy(t, t[2:]), t[0], t[3], t[4])
	b := make([]byte, 3)
	println(copy(b, "hello"))
	println(string(b), copy(b, ""))
	println(copy(b[1:], b))
	println(string(b))
	println(copy(s[:0], s), copy(s, []int(nil)))
}

func ruleAppend() {
	var s []int
	for i := range 20 {
		s = append(s, i*i)
	}
	println(len(s), s[19])
	s = append(s, s...)
	println(len(s), s[39])
	s = append(s[:2], s[38:]...)
	println(len(s), s[2], s[3])
	println(append(s[:0:0], 1, 2, 3)[2], s[0])
	var none []int
	println(append(none) == nil, append(none, none...) == nil, append([]int{}, none...) == nil)
	b := append([]byte("ab"), "cd"...)
	println(string(b))
	words := append([]string(nil), "x", "y")
	println(words[0], words[1], len(words))
}

var keep []int
var keepStrings []string

func ruleCapacity() {
	last := -1
	for i := range 1000 {
		keep = append(keep, i)
		keepStrings = append(keepStrings, "")
		if cap(keep) != last {
			last = cap(keep)
			println(len(keep), last, cap(keepStrings))
		}
	}
	keep = append(keep[:0:0], make([]int, 5)...)
	println(cap(keep), cap(append(keepStrings[:5:5], "x")), cap(append([]int(nil), keep...)))
}

func ruleNil() {
	var s []int
	println(s == nil, len(s), cap(s), []int{} == nil, make([]int, 0) == nil)
	for range s {
		println("never")
	}
	caught(func() { println(s[0]) })
	clear(s)
	s = append(s, 1)
	println(s[0])
}

func ruleMake() {
	s := make([]string, 3, 5)
	println(len(s), cap(s), s[2] == "")
	n := -1
	caught(func() { println(len(make([]int, n))) })
	caught(func() { println(len(make([]int, 2, n+2))) })
	caught(func() { println(len(make([]int, 1<<60-n))) })
	println(len(make([]byte, uint8(200))), len(make([]int, int64(3))), len(make([]int, 2.0)))
}

func ruleClear() {
	s := []string{"a", "b", "c"}
	clear(s[1:])
	println(s[0], s[1] == "", len(s))
	t := []struct{ x, y int }{{1, 2}, {3, 4}}
	clear(t)
	println(t[1].y)
}

func ruleElements() {
	type item struct {
		n  int
		in struct{ a, b string }
	}
	s := []item{{n: 1}, {n: 2}}
	s[1].in.b = "x"
	t := s[1]
	t.in.b = "y"
	p := &s[0]
	p.n++
	s[0].n *= 10
	println(s[1].in.b, t.in.b, s[0].n, p.n)
	for _, it := range s {
		it.n = 0 // a copy
	}
	println(s[0].n)
	ss := [][]int{{1}, nil, {2, 3}}
	ss[1] = append(ss[1], ss[2]...)
	println(len(ss[1]), ss[1][1])
}

func ruleLargeElements() {
	s := make([][40]int, 2)
	s[1][39] = 5
	t := s
	v := s[1]
	v[39]++
	println(s[1][39], t[1][39], v[39])
	u := append(s, v)
	u[0][0] = 1
	println(s[0][0], u[2][39], len(u))
	w := append(u, u...)
	w[0][0] = 2
	w[5][39] = 9
	println(u[0][0], w[0][0], u[2][39], w[2][39], w[5][39])
	w = w[:cap(w)]
	println(w[len(w)-1][3])
	copy(w[1:], w[:3])
	w[1][0] = 77
	println(w[0][0], w[1][0], w[3][39])
	clear(w[:2])
	println(w[0][0], w[1][0])
	type row struct {
		name string
		data [20]string
	}
	rows := []row{{name: "a"}}
	rows[0].data[19] = "z"
	rows = append(rows, rows[0], row{name: "c"})
	rows[0].data[19] = "y"
	println(rows[1].data[19], rows[0].data[19], rows[2].data[19] == "")
	lit := [][20]int{{1, 2}, {3}}
	a := [2][20]int(lit)
	lit[1][0] = 8
	println(a[1][0], a[0][1])
}

func ruleZeroSize() {
	s := make([]struct{}, 3)
	s = append(s, struct{}{}, struct{}{})
	println(len(s), cap(s) >= 5)
	const most = int(^uint(0) >> 1)
	t := make([]struct{}, most)
	println(len(t) == most)
	caught(func() { t = append(t, struct{}{}) })
	var a [1000]struct{}
	println(len(a[10:20]), len(a))
	x, y := new(struct{}), new([0]int)
	println(x == new(struct{}) || x != new(struct{}), y == y)
}

func variadic(prefix string, rest ...int) {
	println(prefix, len(rest), rest == nil)
	if len(rest) > 0 {
		rest[0] = 99
	}
}

func ruleVariadic() {
	variadic("none")
	variadic("some", 1, 2)
	s := []int{1, 2}
	variadic("slice", s...)
	println(s[0])
	variadic("nil", nil...)
}
