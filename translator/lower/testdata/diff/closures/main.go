// Closures: captured variables, per-iteration loop variables, recursion, functions as values, method values.
package main

import "kiln/translator/lower/testdata/show"

func counter() (func() int, func(int)) {
	n := 0
	return func() int { n++; return n }, func(x int) { n = x }
}

func compose(fs ...func(int) int) func(int) int {
	return func(x int) int {
		for _, f := range fs {
			x = f(x)
		}
		return x
	}
}

func double(x int) int { return 2 * x }

type acc struct{ total int }

func (a *acc) add(n int) int { a.total += n; return a.total }
func (a acc) get() int       { return a.total }

func apply(f func(int) int, n int) int { return f(n) }

func fibs() func() int {
	a, b := 0, 1
	return func() int {
		r := a
		a, b = b, a+b
		return r
	}
}

type visitor func(depth int, name string) bool

func visit(v visitor, depth int) {
	if !v(depth, "n") || depth > 3 {
		return
	}
	visit(v, depth+1)
}

var table = map1{"double", double}

type map1 struct {
	name string
	f    func(int) int
}

var hook func(string) string

func main() {
	next, reset := counter()
	next()
	next()
	show.Ints("counter", next())
	reset(40)
	show.Ints("counter", next())
	var fs []func() int
	for i := 0; i < 4; i++ {
		fs = append(fs, func() int { i += 10; return i })
	}
	for _, f := range fs {
		show.Ints("loop", f(), f())
	}
	for _, s := range []string{"a", "b"} {
		fs = append(fs, func() int { return len(s) + int(s[0]) })
	}
	show.Ints("range", fs[4](), fs[5]())
	show.Ints("compose", compose(double, func(x int) int { return x + 1 }, double)(5), compose()(3))
	a := &acc{}
	f := a.add
	f(3)
	g := a.get
	f(4)
	show.Ints("bound", a.total)
	show.Ints("bound", g(), apply(a.add, 5), apply(double, 4))
	h := (*acc).add
	show.Ints("expr", h(a, 1))
	fib := fibs()
	for i := 0; i < 10; i++ {
		show.Ints("fib", fib())
	}
	var fact func(int) int
	fact = func(n int) int {
		if n < 2 {
			return 1
		}
		return n * fact(n-1)
	}
	show.Ints("fact", fact(10))
	count := 0
	visit(func(d int, name string) bool { count += d; return name == "n" }, 0)
	show.Ints("visit", count)
	show.Ints("table", table.f(21))
	show.Bool("nil", hook == nil, fact == nil)
	hook = func(s string) string { return s + "!" }
	show.Text("hook", hook("hi"))
	func() {
		x := 5
		defer0 := func() { x++ }
		defer0()
		show.Ints("iife", x)
	}()
	p := struct{ x, y int }{1, 2}
	s := []int{1, 2, 3}
	str := "abc"
	fl := 1.5
	all := func() int {
		p.x++
		s = append(s, p.x)
		str += "d"
		fl *= 2
		return len(s) + len(str) + int(fl)
	}
	show.Ints("captures", all(), all(), p.x, len(s), len(str), int(fl))
	nested := func(n int) func() func() int {
		return func() func() int {
			n++
			return func() int { n *= 2; return n }
		}
	}
	k := nested(3)()
	show.Ints("nested", k(), k())
	for i := range 3 {
		fs = append(fs, func() int { return i })
	}
	show.Ints("int range", fs[6](), fs[7](), fs[8]())
	sum := 0
	each(5, func(i int) { sum += i * i })
	show.Ints("each", sum)
	for x := range seq(4) {
		if x == 3 {
			break
		}
		sum += x
	}
	show.Ints("iter", sum)
	for i, x := range pairs([]string{"p", "q", "r"}) {
		if i == 1 {
			continue
		}
		show.Text("pair", x)
	}
	show.Ints("find", find(seq(10), 7), find(seq(5), 9))
}

func each(n int, f func(int)) {
	for i := 0; i < n; i++ {
		f(i)
	}
}

func seq(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

func pairs(xs []string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		for i, x := range xs {
			if !yield(i, x) {
				return
			}
		}
	}
}

func find(s func(func(int) bool), want int) int {
	n := 0
	for x := range s {
		if x == want {
			return n*100 + x
		}
		n++
	}
	return -n
}
