// Deferred calls.
package main

func ruleOrder() {
	for i := range 3 {
		defer println("deferred", i)
	}
	defer func() { println("closure") }()
	println("body")
}

func ruleArguments() {
	n := 1
	defer println("at defer", n)
	defer func(n int) { println("parameter", n) }(n)
	defer func() { println("captured", n) }()
	n = 2
	s := []int{1}
	defer println(s[0], len(s))
	s = append(s, 2)
	s[0] = 9
}

func results() (n int, s string) {
	defer func() {
		n *= 2
		s += "!"
	}()
	return 21, "x"
}

func shadowed() (n int) {
	n = 5
	defer func() { n++ }()
	{
		n := 100
		_ = n
	}
	return n * 2
}

func unnamed() int {
	n := 1
	defer func() { n = 100 }()
	return n
}

func ruleResults() {
	n, s := results()
	println(n, s, shadowed(), unnamed())
}

type res struct{ name string }

func (r res) close()         { println("close", r.name) }
func (r *res) closePointer() { println("close pointer", r.name) }

type closer interface{ close() }

func ruleMethods() {
	r := res{"a"}
	defer r.close()
	defer r.closePointer()
	var c closer = r
	defer c.close()
	f := r.close
	defer f()
	r.name = "b"
	c = res{"c"}
}

func ruleNilFunction() {
	caught(func() {
		var f func()
		defer f()
		println("runs until the end")
	})
	caught(func() {
		var c closer
		defer c.close()
		println("not reached")
	})
}

func ruleBuiltins() {
	m := map[string]int{"a": 1, "b": 2}
	s := []int{1, 2, 3}
	func() {
		defer delete(m, "a")
		defer copy(s, s[1:])
		defer print("printed\n")
	}()
	println(len(m), s[0], s[2])
	caught(func() { defer panic("deferred panic") })
	func() {
		defer clear(m)
	}()
	println(len(m))
}

func ruleInLoop() {
	n := 0
	func() {
		for i := range 1000 {
			defer func() { n += i }()
		}
	}()
	println(n)
	if n > 0 {
		defer println("conditional")
	}
}

func ruleNested() {
	defer func() {
		defer println("inner deferred")
		println("outer deferred")
	}()
	func() {
		defer println("of the literal")
	}()
	println("end")
}

func recursive(n int) {
	if n == 0 {
		return
	}
	defer println("unwind", n)
	recursive(n - 1)
}

func ruleRecursion() { recursive(4) }

func generic[T any](x T, f func(T)) (y T) {
	defer func() { y = x }()
	defer f(x)
	return
}

func ruleGeneric() {
	println(generic(5, func(n int) { println("f", n) }), generic("s", func(string) {}))
}

type gauge struct{ n int }

func (g *gauge) add(k int) { g.n = g.n*10 + k }

func addTo(n *int, k int) { *n = *n*10 + k }

type panel struct {
	name  string
	main  gauge
	all   [3]gauge
	plain [2]int
	list  []gauge
}

func runPanel(p *panel) {
	for i := range p.all {
		defer p.all[i].add(i + 1)
		defer p.main.add(i)
		defer addTo(&p.plain[i%2], i)
	}
	defer p.list[1].add(7)
	p.list = []gauge{{1}, {1}}
	q := p
	defer q.main.add(9)
	q = nil
	println(p.main.n)
}

// Deferred calls of methods and functions that get the address of a field or an element, which is taken at once.
func ruleOfParts() {
	p := &panel{list: make([]gauge, 2)}
	list := p.list
	runPanel(p)
	println(p.main.n, p.all[0].n, p.all[1].n, p.all[2].n, p.plain[0], p.plain[1], list[1].n, p.list[1].n)
	var none *panel
	caught(func() {
		defer none.main.add(1)
		println("not reached")
	})
	caught(func() {
		defer list[len(list)].add(1)
		println("not reached")
	})
}
