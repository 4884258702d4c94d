// Predeclared functions.
package main

func ruleLengths() {
	a := [4]int{}
	s := make([]int, 2, 8)
	m := map[int]int{1: 1}
	const c = len("const") + len([3]int{})
	println(len(a), cap(a), len(s), cap(s), len(m), len("héé"), c, len(&a), cap(&a))
	f := func() [2]int { println("called"); return [2]int{} }
	println(len(f()), len([2]int{1, 2}))
}

func ruleMinMax() {
	x, y := 3, -2
	println(min(x), min(x, y), max(x, y, 10), min(1, 2.5), max("a", "b", "ab"), min(uint8(200), 7))
	s := "m"
	println(min(s, "z"), max(s, "n", "l"))
	const c = max(1, 2, 3)
	var a [c]int
	println(len(a))
}

func ruleClearDelete() {
	m := map[string][]int{"a": {1}, "b": nil}
	delete(m, "a")
	delete(m, "none")
	println(len(m))
	clear(m)
	println(len(m), m["b"] == nil)
	s := []string{"x", "y"}
	clear(s)
	println(s[0] == "", len(s))
}

func ruleComplex() {
	c := complex(1.5, -2)
	println(real(c), imag(c), complex(float32(1), 2), real(3i), imag(3i))
	const k = complex(1, 2)
	println(real(k) + imag(k))
}

func rulePrint() {
	print("a", 1, true, 'x', -2, uint8(3), "\n")
	println()
	println("a", 1, 2.5, float32(0.1), 1e100, -1.5e-10, 3+4i, nil == any(nil), int64(-1<<63), uint64(1<<63))
	var f float64
	println(1/f, -1/f, f/f, f)
}
