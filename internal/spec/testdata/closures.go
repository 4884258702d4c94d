// Closures and function values.
package main

func ruleCapture() {
	n := 1
	inc := func() int { n++; return n }
	get := func() int { return n }
	inc()
	n *= 10
	println(inc(), get(), n)
	p := &n
	*p = 5
	println(get())
	var a [3]int
	set := func(i, v int) { a[i] = v }
	set(1, 7)
	println(a[1])
}

func rulePerIteration() {
	var fs []func() int
	for i := 0; i < 3; i++ {
		fs = append(fs, func() int { i += 10; return i })
	}
	for _, f := range fs {
		println(f(), f())
	}
	fs = nil
	for i := 0; i < 6; i++ {
		fs = append(fs, func() int { return i })
		i++ // the body's variable is copied into the next iteration's
	}
	for _, f := range fs {
		println(f())
	}
	fs = nil
	for i, x := range []int{5, 6} {
		fs = append(fs, func() int { x++; return i*100 + x })
	}
	println(fs[0](), fs[1](), fs[0]())
	var ptrs []*int
	for i := range 3 {
		ptrs = append(ptrs, &i)
	}
	println(*ptrs[0], *ptrs[1], *ptrs[2])
	fs = nil
	for i := 0; i < 2; i++ {
		defer func() { println("deferred", i) }()
		fs = append(fs, func() int { return i })
		if i == 0 {
			continue
		}
	}
	println(fs[0](), fs[1]())
}

func ruleShared() {
	var x int // declared outside: one variable
	var fs []func() int
	for x = 0; x < 3; x++ {
		fs = append(fs, func() int { return x })
	}
	println(fs[0](), fs[2](), x)
}

func ruleRecursion() {
	var fib func(int) int
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		return fib(n-1) + fib(n-2)
	}
	println(fib(15))
	var even, odd func(int) bool
	even = func(n int) bool { return n == 0 || odd(n-1) }
	odd = func(n int) bool { return n != 0 && even(n-1) }
	println(even(10), odd(7), even(3))
}

func adder(n int) func(int) func() int {
	return func(m int) func() int {
		return func() int { n += m; return n }
	}
}

func ruleReturned() {
	a := adder(1)
	b, c := a(10), a(100)
	println(b(), c(), b(), adder(5)(5)())
	apply := func(f func(int) int, n int) int { return f(f(n)) }
	println(apply(func(x int) int { return x * x }, 3))
	println(func(x, y int) int { return x - y }(5, 3))
}

func ruleNilFunc() {
	var f func(int) int
	println(f == nil, f != nil)
	caught(func() { f(1) })
	f = func(x int) int { return x }
	println(f == nil)
	m := map[string]func(){}
	caught(func() { m["none"]() })
	caught(func() { defer m["none"]() })
}

func two() (int, string) { return 1, "a" }

func take(n int, s string) string { return s + string(rune('0'+n)) }

func ruleSignatures() {
	println(take(two()))
	f := func(xs ...string) int { return len(xs) }
	println(f(), f("a", "b"), f([]string{"x"}...))
	g := func() (a, b int, err error) { a = 1; return }
	a, b, err := g()
	println(a, b, err == nil)
	func() {
		type local struct{ n int }
		println(local{3}.n)
	}()
}
