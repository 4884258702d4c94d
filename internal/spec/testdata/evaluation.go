// Order of evaluation.
package main

var trace string

func f(s string, n int) int { trace += s; return n }

func slice(s string, xs []int) []int { trace += s; return xs }

func show() { println(trace); trace = "" }

func two(s string) (int, int) { trace += s; return 1, 2 }

func ruleOperands() {
	_ = f("a", 1) + f("b", 2)*f("c", 3) - f("d", 4)
	show()
	_ = f("a", 1) < f("b", 0) || f("c", 1) == f("d", 1) && f("e", 1) > f("g", 2)
	show()
	_ = f("a", 1) > 0 || f("b", 1) > 0
	show()
	s := []int{f("x", 1), f("y", 2), f("z", 3)}
	_ = map[int]int{f("k", 1): f("v", 2), f("l", 3): f("w", 4)}
	show()
	_ = slice("s", s)[f("i", 1)] + s[f("j", 0):f("k", 2)][f("l", 0)]
	show()
}

func take(a, b, c int) int { trace += "!"; return a + b + c }

type obj struct{ n int }

func (o *obj) add(n int) *obj { trace += "m"; o.n += n; return o }

func get(s string) *obj { trace += s; return &obj{} }

func ruleCalls() {
	_ = take(f("a", 1), f("b", 2), f("c", 3))
	show()
	_ = take(f("x", 0), take(f("a", 1), 2, f("b", 3)), f("c", 4))
	show()
	get("o").add(f("a", 1)).add(f("b", 2))
	show()
	g := func(s string) func(int) int { trace += s; return func(n int) int { trace += "g"; return n } }
	_ = g("1")(f("a", 1)) + g("2")(f("b", 2))
	show()
}

func ruleAssignment() {
	a := []int{1, 2, 3}
	i := 0
	i, a[i] = 1, 9 // the index is evaluated first
	println(i, a[0], a[1])
	a[0], a[1], a[2] = a[2], a[0], a[1]
	println(a[0], a[1], a[2])
	x, y := 1, 2
	x, y = y, x+y
	println(x, y)
	slice("s", a)[f("i", 1)], slice("t", a)[f("j", 2)] = f("x", 5), f("y", 6)
	show()
	println(a[1], a[2])
	p := &obj{1}
	q := p
	p, p.n = &obj{5}, 7
	println(p.n, q.n)
	m := map[string]int{}
	m["a"], m["b"] = two("z")
	show()
	println(m["a"], m["b"])
	i = 0
	i, x = i+1, i+10
	println(i, x)
}

func ruleAssignmentPanics() {
	a := []int{1, 2, 3}
	n := 3
	caught(func() { a[0], a[n] = 7, 8 })
	println(a[0])
	var p *obj
	caught(func() { p.n = f("called first", 1) })
	show()
	caught(func() { a[n] = f("called first", 1) })
	show()
	var m map[string]int
	caught(func() { m["k"] = f("called first", 1) })
	show()
}

func ruleOpAssignment() {
	a := []int{1, 2, 3}
	slice("s", a)[f("i", 1)] += f("v", 10)
	show()
	m := map[int]int{}
	m[f("k", 1)] += f("v", 5)
	m[f("k", 1)]++
	show()
	get("o").n += f("v", 1)
	show()
	println(a[1], m[1])
}

func ruleReturn() {
	n := 1
	g := func() int { n = 10; return n }
	h := func() (int, int, int) { return f("a", 1), f("b", 2), f("c", 3) }
	println(h())
	show()
	x := g()
	println(n, x)
	r := func() (a, b int) {
		a, b = 1, 2
		return b, a
	}
	println(r())
}

func ruleVariablesAndCalls() {
	n := 1
	inc := func() int { n++; return n }
	// What the specification leaves open, both worlds do as Go's compiler.
	a := []int{n, inc(), n}
	println(a[0], a[1], a[2])
	s := []int{1, 2}
	grow := func() int { s = []int{7, 8}; return 0 }
	println(s[0] + s[grow()])
	x := n + inc()
	println(x)
}

func ruleLiteralsAndCalls() {
	n := 1
	inc := func() int { n++; return n }
	sum := func(o obj, n int) int { return o.n*10 + n }
	println(sum(obj{n}, inc()), sum(*&obj{n}, inc()))
	second := func(a [2]int, n int) int { return a[1]*10 + n }
	println(second([2]int{0, n}, inc()))
	// Converted to interfaces: literals and comparisons at once, words late.
	both := func(v any, n int) bool { return v == any([2]int{n, n}) || v == any(n) || v == any(n%2 == 0) }
	println(both([2]int{n, n}, inc()), both(n, inc()), both(n%2 == 0, inc()))
}

func ruleUnusedOperands() {
	// The array is not needed for its length, yet the conversion panics before the call that gets it.
	show := func(n int) { println("called", n) }
	defer func() { println(recover().(error).Error()) }()
	show(len([2]int(append([]int{}, 1, 2))))
	show(len([2]int(append([]int{}, 1))))
}

func ruleReceiversAndArguments() {
	o := obj{1}
	value := func(o obj, n int) int { return o.n + n }
	println(value(o, func() int { o.n = 100; return 1 }()))
	p := &o
	fn := p.add
	fn(func() int { p = &obj{}; return 5 }())
	println(o.n, p.n)
	trace = ""
}

type holder struct {
	*obj
	in struct{ p *obj }
}

func (o obj) sum(n int) int { return o.n*1000 + n }

// The receiver of a method of the value, behind a pointer that is not written as *p, is read after the calls, too.
func ruleImplicitReceivers() {
	p := &obj{1}
	println(p.sum(func() int { p.n = 2; return 7 }()))
	println(p.sum(func() int { p = &obj{3}; return 8 }()))
	h := &holder{obj: p}
	h.in.p = p
	set := func(n int) int { h.obj = &obj{n}; h.in.p = &obj{n + 1}; return n }
	println(h.sum(set(4)), h.in.p.sum(set(5)))
	list := []*obj{{1}, {2}}
	println(list[0].sum(func() int { list[0] = list[1]; return 9 }()))
	caught(func() { p = nil; println(p.sum(f("called first", 1))) })
	caught(func() { var h *holder; println(h.sum(f(", this too", 1))) })
	show()
}

func ruleShortCircuit() {
	var p *obj
	println(p != nil && p.n > 0, p == nil || p.n > 0)
	x := 5
	if x > 3 && f("a", 1) == 1 && (x > 10 || f("b", 1) == 2 || f("c", 0) == 0) {
		show()
	}
	b := f("q", 1) == 1
	b = b && f("r", 1) == 2 && f("s", 1) == 1
	println(b)
	show()
}

func rulePanics() {
	zero, sum := 0, 0
	one := func() int { println("one"); return 1 }
	nothing := func() int { return 0 }
	both := func(a, b int) int { return a + b }
	caught(func() { sum += both(one()/nothing(), one()) })
	caught(func() { sum, zero = 5, one()/nothing() })
	println(sum, zero)
	caught(func() { sum, zero = 6, one()/zero })
	println(sum, zero)
	n, err := func() (n int, err int) {
		defer func() { recover() }()
		n, err = 3, one()/nothing()
		return
	}()
	println(n, err)
}
