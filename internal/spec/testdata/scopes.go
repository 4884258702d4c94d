// Declarations and scopes.
package main

var x = "package"

const size = 3

type kind int

func ruleShadowing() {
	println(x)
	x := 1
	{
		x := "block"
		println(x)
		x += "!"
	}
	if x := 2.5; x > 2 {
		println(x)
	}
	for x := range 1 {
		println(x)
	}
	func(x bool) { println(x) }(true)
	println(x)
}

func ruleRedeclaration() {
	a, b := 1, 2
	b, c := 3, 4 // b is assigned
	println(a, b, c)
	p := &b
	b, d := 5, 6
	println(*p, d)
	{
		b, e := 7, 8 // both new
		println(b, e)
	}
	println(b)
	var err error
	if _, err := two(); err != nil {
		println("inner", err != nil)
	}
	println(err == nil)
}

func two() (int, error) { return 1, failure{} }

type failure struct{}

func (failure) Error() string { return "failure" }

func ruleLocalTypes() {
	type kind string
	type node struct {
		k    kind
		next *node
	}
	n := &node{"a", &node{"b", nil}}
	println(string(n.next.k))
	const size = 10
	var a [size]int
	println(len(a), int(outer(1)))
	{
		type node int
		println(node(5))
	}
}

func outer(k kind) kind { return k + size }

func rulePredeclared() {
	len := func(string) int { return 42 }
	true := false
	println(len("abc"), true)
	type int string
	println(string(int("shadowed")))
	nil := 5
	println(nil)
}

func ruleBlank() {
	_, b := 1, 2
	_ = b
	f := func(_ int, _ string) {}
	f(1, "a")
	for _, v := range []string{"x"} {
		println(v)
	}
	_, _ = two()
	type s struct {
		_ int
		a int
	}
	println(s{a: 1}.a, b)
}

func ruleZeroValues() {
	var (
		i int
		s string
		p *int
		a [2]string
		f float64
		b bool
		e error
		r rune
	)
	println(i, s == "", p == nil, a[1] == "", f, b, e == nil, r)
	var c, d = 1, "d"
	var u, v int8
	println(c, d, u, v)
}
