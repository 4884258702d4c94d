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
