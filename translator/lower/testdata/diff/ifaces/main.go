// Interfaces: boxes, method calls, type switches, assertions, comparison, embedding.
package main

import "kiln/translator/lower/testdata/show"

type shape interface {
	area() int
	Name() string
}

type namer interface{ Name() string }

type both interface {
	namer
	shape
}

type square struct{ side int }
type rect struct{ w, h int }
type number int
type text string
type fl float32
type list []int
type fn func(int) int

func (s *square) area() int    { return s.side * s.side }
func (s *square) Name() string { return "square" }
func (r rect) area() int       { return r.w * r.h }
func (r rect) Name() string    { return "rect" }
func (n number) area() int     { return int(n) }
func (n number) Name() string  { return "number" }
func (t text) Name() string    { return "text " + string(t) }
func (l list) Name() string    { return "list" }
func (l list) area() int       { return len(l) }
func (f fn) Name() string      { return "fn" }

type wrapped struct {
	shape
	extra int
}

type derived struct {
	square
	more int
}

func (d *derived) Name() string { return "derived" }

type holds struct{ *square }

func kind(x any) string {
	switch v := x.(type) {
	case nil:
		return "nil"
	case int:
		if v > 5 {
			return "big int"
		}
		return "int"
	case string:
		return "string " + v
	case text:
		return "text " + string(v)
	case bool:
		if v {
			return "true"
		}
		return "false"
	case float64:
		return "float64"
	case fl:
		return "fl"
	case []int:
		return "[]int"
	case list:
		return "list"
	case *square:
		return "*square"
	case rect:
		return "rect"
	case *rect:
		return "*rect"
	case func(int) int:
		return "func"
	case fn:
		return "fn"
	case [2]int:
		return "array"
	case struct{}:
		return "empty"
	case int8, uint8:
		return "small"
	case *int:
		return "*int"
	case error:
		return "error " + v.Error()
	case shape:
		return "shape " + v.Name()
	case namer:
		return "namer " + v.Name()
	}
	return "other"
}

type myErr struct{ code int }

func (e *myErr) Error() string { return "code" }

func fail(n int) error {
	if n == 0 {
		return nil
	}
	return &myErr{n}
}

func kinds() {
	x := 3
	all := []any{nil, 1, 9, "s", text("t"), true, false, 1.5, fl(2), []int{1}, list{1}, &square{2}, rect{1, 2}, &rect{3, 4},
		func(i int) int { return i }, fn(func(i int) int { return i }), [2]int{1, 2}, struct{}{}, int8(1), uint8(2), int16(3), &x, &myErr{4}, number(3), &wrapped{shape: rect{2, 2}}, &derived{}, holds{&square{5}}, uint64(1), 'a', wrapped{shape: number(4)}}
	for _, v := range all {
		show.Text("kind", kind(v))
		if s, ok := v.(shape); ok {
			show.Ints("area", s.area())
		}
		n, ok := v.(int)
		show.Bool("int", ok)
		show.Ints("n", n)
		r, ok := v.(rect)
		show.Ints("rect", r.w, r.h)
		_, isNamer := v.(namer)
		show.Bool("is", ok, isNamer)
	}
	for i, a := range all {
		for j, b := range all {
			if i == 9 || i == 10 || i == 14 || i == 15 || j == 9 || j == 10 || j == 14 || j == 15 {
				continue
			}
			if (a == b) != (i == j) {
				show.Ints("equal", i, j)
			}
		}
	}
}

func calls() {
	shapes := []shape{&square{3}, rect{2, 5}, number(7), list{1, 2}, wrapped{shape: &square{4}}, &wrapped{shape: rect{1, 1}}, &derived{square: square{6}}, holds{&square{8}}, &holds{&square{9}}}
	total := 0
	for _, s := range shapes {
		total += s.area()
		show.Text("name", s.Name())
		var n namer = s
		show.Text("as namer", n.Name())
		if b, ok := n.(both); ok {
			show.Ints("both", b.area())
		}
	}
	show.Ints("total", total)
	f := shapes[0].area
	g := shape.area
	show.Ints("method values", f(), g(shapes[1]))
	r := rect{1, 2}
	var s shape = r
	r.w = 100
	show.Ints("copied", s.area())
	sq := &square{1}
	s = sq
	sq.side = 10
	show.Ints("shared", s.area())
}

func equality() {
	var a, b any
	show.Bool("nil", a == b, a == nil, nil == b)
	a, b = 1, 1
	show.Bool("1", a == b, a == 1, a != 2, a == int8(1), a == 1.0)
	a, b = "x", "x"+string([]byte{})
	show.Bool("x", a == b)
	z := 0.0
	a = z / z
	show.Bool("nan", a == a)
	b = a
	show.Bool("nan", a == b)
	p, q := &square{1}, &square{1}
	a, b = p, q
	show.Bool("ptr", a == b, a == p, a == any(q))
	a, b = rect{1, 2}, rect{1, 2}
	show.Bool("rect", a == b, a == rect{1, 2}, a == rect{2, 1})
	var e error = fail(0)
	show.Bool("err", e == nil, fail(1) == nil, fail(1) == fail(1))
	var s shape = rect{1, 2}
	show.Bool("mixed", s == shape(rect{1, 2}), a == s)
	type pair struct {
		x any
		s string
	}
	u, v := pair{1, "a"}, pair{1, "a"}
	show.Bool("pair", u == v, any(u) == any(v))
	v.x = "1"
	show.Bool("pair", u == v)
	if err, ok := fail(3).(*myErr); ok {
		show.Ints("code", err.code)
	}
	m := fail(2).(*myErr)
	show.Ints("code", m.code)
	show.Ints("assert", any(5).(int), len(any("abc").(string)))
	arr := any([3]string{"a", "b"})
	show.Bool("arr", arr == any([3]string{"a", "b", ""}), arr == any([3]string{}))
}

func accept(vs ...any) int {
	n := 0
	for _, v := range vs {
		switch v.(type) {
		case int, int64:
			n++
		case string:
			n += 10
		case nil:
			n += 100
		default:
			n += 1000
		}
	}
	return n
}

func main() {
	kinds()
	calls()
	equality()
	show.Ints("accept", accept(), accept(1, "a", nil, 2.0), accept(int64(1), []any{}))
}
