// Interfaces.
package main

type reader interface{ read() string }
type writer interface{ write(string) int }
type readWriter interface {
	reader
	writer
}
type file struct{ text string }

func (f *file) read() string       { return f.text }
func (f *file) write(s string) int { f.text += s; return len(f.text) }

type constant string

func (c constant) read() string { return string(c) }

type celsius float64

func ruleEmbedding() {
	f := &file{"a"}
	var rw readWriter = f
	var r reader = rw
	println(rw.write("b"), r.read(), rw.read())
	_, ok := r.(writer)
	r = constant("c")
	_, isWriter := r.(writer)
	println(ok, isWriter, r.read())
}

func kind(x any) string {
	switch v := x.(type) {
	case nil:
		return "nil"
	case int:
		if v > 10 {
			return "large int"
		}
		return "int"
	case int8, uint8:
		if v == any(int8(1)) {
			return "int8 1"
		}
		return "small"
	case string:
		return "string " + v
	case error:
		return "error " + v.Error()
	case reader:
		return "reader " + v.read()
	case []int:
		return "slice"
	case func() int:
		return "func"
	case *int:
		*v = 5
		return "pointer"
	case map[string]int:
		return "map"
	case struct{ x int }:
		return "struct"
	case [2]int:
		return "array"
	case celsius:
		return "celsius"
	}
	return "other"
}

type failure struct{}

func (failure) Error() string { return "failed" }

func ruleTypeSwitch() {
	n := 0
	for _, x := range []any{nil, 1, 11, int8(1), uint8(2), int16(1), "s", failure{}, &failure{}, constant("k"), &file{"f"}, file{}, []int{1}, []string{},
		func() int { return 1 }, func() {}, &n, map[string]int{}, map[string]string{}, struct{ x int }{1}, struct{ y int }{1}, [2]int{}, [3]int{}, celsius(1), 1.0} {
		println(kind(x))
	}
	println(n)
	var r reader
	switch r.(type) {
	case constant:
		println("constant")
	default:
		println("default")
	case nil:
		println("nil reader")
	}
}

func ruleAssertion() {
	var x any = celsius(1.5)
	c, ok := x.(celsius)
	f, isFloat := x.(float64)
	println(float64(c), ok, f, isFloat)
	var none any
	s, ok := none.(string)
	println(s == "", ok)
	caught(func() { _ = x.(float64) })
	caught(func() { _ = none.(int) })
	caught(func() { _ = x.(reader) })
	caught(func() { _ = none.(reader) })
	var r reader = constant("x")
	caught(func() { _ = r.(*file) })
	caught(func() { _ = r.(readWriter) })
	caught(func() { _ = x.(interface{ Missing() }) })
	println(r.(constant) == "x", r.(any) == any(constant("x")))
}

func ruleComparison() {
	var a, b any = 1, 1
	println(a == b, a == any(int8(1)), a == any("1"), a != nil, a == 1, any(nil) == nil)
	b = "x"
	a = "x" + string([]byte{})
	println(a == b)
	a, b = celsius(1), 1.0
	println(a == b)
	f, g := &file{}, &file{}
	var r, s reader = f, g
	println(r == s, r == f, r == reader(f), any(r) == any(f))
	a, b = [2]any{1, "a"}, [2]any{1, "a"}
	println(a == b)
	a, b = struct{ x any }{1}, struct{ x any }{2}
	println(a == b)
	var e1, e2 error
	println(e1 == e2, e1 == nil, error(failure{}) == error(failure{}))
	zero := 0.0
	a = zero / zero
	println(a == a)
}

func ruleComparisonPanics() {
	var a, b any = []int{1}, []int{1}
	caught(func() { println(a == b) })
	b = 1
	println(a == b)
	a, b = func() {}, func() {}
	caught(func() { println(a == b) })
	a, b = map[int]int{}, map[int]int{}
	caught(func() { println(a == b) })
	type rec struct{ s []int }
	a, b = rec{}, rec{}
	caught(func() { println(a == b) })
	a, b = [1]any{[]int{}}, [1]any{[]int{}}
	caught(func() { println(a == b) })
	a, b = struct {
		n int
		f any
	}{1, []int{}}, struct {
		n int
		f any
	}{2, []int{}}
	println(a == b)
}

func ruleScalars() {
	list := []any{true, int(-1), int8(-1), int16(-1), int32(-1), int64(-1), uint(1), uint8(1), uint16(1), uint32(1), uint64(1 << 63), uintptr(1),
		float32(0.5), 0.25, complex64(1i), 2i, "s", 'x'}
	for i, x := range list {
		for j, y := range list {
			if (x == y) != (i == j) {
				println("bad", i, j)
			}
		}
	}
	println(list[3].(int16), list[10].(uint64), list[12].(float32), list[15].(complex128), list[17].(rune))
}

func ruleCopies() {
	type rec struct {
		n int
		a [20]int
	}
	r := rec{n: 1}
	var x any = r
	r.n, r.a[3] = 2, 3
	y := x
	got := x.(rec)
	got.n, got.a[3] = 9, 9
	println(x.(rec).n, y.(rec).a[3], got.n, x == y)
	a := [2]int{1, 2}
	x = a
	a[0] = 5
	println(x.([2]int)[0])
	s := []int{1}
	x = s
	s[0] = 7
	println(x.([]int)[0]) // slices share
}

func ruleNil() {
	var r reader
	println(r == nil)
	caught(func() { r.read() })
	var err error
	if err == nil {
		err = failure{}
	}
	println(err.Error())
	var m map[string]int
	var s []int
	var f func()
	println(any(m) == nil, any(s) == nil, any(f) == nil)
	x := any(s).([]int)
	println(x == nil, len(x), any(m).(map[string]int) == nil)
	boxed := any(struct{ r reader }{(*file)(nil)})
	inner := boxed.(struct{ r reader }).r
	println(inner == nil, inner == reader((*file)(nil)), any(inner) == any((*file)(nil)))
	caught(func() { inner.read() })
}

func ruleConversions() {
	var rw readWriter = &file{"q"}
	r := reader(rw)
	w := any(r).(writer)
	w.write("z")
	println(r.read(), r.(readWriter).write("!"))
	type alias = reader
	var a alias = r
	println(a == r)
	fs := map[string]func(any) bool{"int": func(x any) bool { _, ok := x.(int); return ok }}
	println(fs["int"](1), fs["int"](""))
}

type square struct{ side int }

func (s *square) read() string {
	if s == nil {
		return "no square"
	}
	return "square"
}

type fault struct{ text string }

func (f *fault) Error() string {
	if f == nil {
		return "no fault"
	}
	return f.text
}

// check returns a typed nil if all is well: the well-known trap.
func check(n int) error {
	var f *fault
	if n < 0 {
		f = &fault{"negative"}
	}
	return f
}

var squares = map[string]*square{"a": {2}}

func squareKind(x any) string {
	switch v := x.(type) {
	case *square:
		if v == nil {
			return "nil square"
		}
		return "square"
	case *fault:
		return "fault " + v.Error()
	case *int, **int:
		return "pointer"
	case reader:
		return "reader"
	case nil:
		return "nil"
	}
	return "?"
}

// A nil pointer in an interface has its type, and is equal to others of that type only.
func ruleNilPointers() {
	for _, name := range []string{"a", "b"} {
		var r reader = squares[name]
		s, ok := r.(*square)
		println(r == nil, r.read(), squareKind(r), s == nil, ok, s == squares[name])
		if s, ok := r.(*square); ok && s != nil {
			println("side", s.side)
		}
		_, isConstant := r.(constant)
		_, isWriter := r.(writer)
		println(isConstant, isWriter, r.(*square) == nil, r == reader(s), r == reader((*square)(nil)), any(r) == any((*fault)(nil)))
	}
	println(check(1) == nil, check(-1) == nil, check(1).Error(), check(-1).Error(), check(1) == check(2), check(1) == error((*fault)(nil)))
	var p *int
	var pp **int
	println(squareKind(p), squareKind(pp), squareKind(any(nil)), any(p) == any(pp), any(p) == any((*int)(nil)))
	counts := map[any]int{}
	for _, k := range []any{(*square)(nil), squares["b"], squares["a"], (*fault)(nil), nil, p, squares["a"], pp} {
		counts[k]++
	}
	println(len(counts), counts[(*square)(nil)], counts[squares["a"]], counts[nil], counts[(*int)(nil)])
	caught(func() { _ = any(squares["b"]).(*fault) })
	caught(func() { _ = any(squares["b"]).(writer) })
	caught(func() { panic(check(1)) })
}

type inner struct{ n int }

func (i *inner) read() string { return "inner" }

// touch panics if i is nil.
func (i *inner) touch() int { return i.n }

type toucher interface{ touch() int }

type holder struct {
	k int
	*inner
}

type direct struct {
	inner
	k int
}

// Methods are called on nil pointers, too; where one is found in an embedded part, the pointer is followed first.
func ruleNilReceivers() {
	var i *inner
	var h *holder
	var d *direct
	for _, r := range []reader{i, &holder{}, h, d, &direct{}, squares["b"]} {
		caught(func() { println(r.read()) })
		f := func() func() string { return r.read }
		caught(func() { println(f()()) })
	}
	for _, t := range []toucher{i, &holder{}, h, d, &direct{}} {
		caught(func() { println(t.touch()) })
	}
	println(squareKind(h), squareKind(d))
	caught(func() {
		defer reader(squares["b"]).read()
		println(reader.read(squares["b"]))
	})
}

type whole struct {
	direct
	m int
}

func (w *whole) read() string { return "whole" }

// A pointer to what is embedded first is not a pointer to the whole: its type is that of the part.
func ruleFirstParts() {
	w := &whole{m: 3}
	parts := []reader{w, &w.direct, &w.direct.inner, &w.inner}
	for _, r := range parts {
		_, isWhole := r.(*whole)
		_, isDirect := r.(*direct)
		in, isInner := r.(*inner)
		println(r.read(), isWhole, isDirect, isInner, in == &w.inner)
		if isInner {
			in.n++
		}
	}
	println(w.n, parts[2] == parts[3], parts[1] == parts[2], parts[1] == reader(&w.direct), parts[0] == reader(w))
	counts := map[any]int{}
	for _, r := range parts {
		counts[r]++
	}
	other := &whole{}
	println(len(counts), counts[&w.inner], counts[&w.direct], counts[&other.direct], any(&other.inner) == any(&w.inner))
	switch v := parts[1].(type) {
	case *inner:
		println("inner")
	case *whole:
		println("whole")
	case *direct:
		v.k = 7
		println("direct", w.k)
	}
	caught(func() { _ = parts[1].(*whole) })
}
