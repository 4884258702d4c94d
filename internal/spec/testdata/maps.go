// Maps.
package main

func ruleNil() {
	var m map[string]int
	println(m == nil, len(m), m["x"])
	v, ok := m["x"]
	println(v, ok)
	delete(m, "x")
	clear(m)
	for range m {
		println("never")
	}
	caught(func() { m["x"] = 1 })
	caught(func() { m["x"]++ })
}

func ruleCommaOk() {
	m := map[string]int{"a": 1, "zero": 0}
	for _, k := range []string{"a", "zero", "none"} {
		v, ok := m[k]
		println(k, v, ok, m[k])
	}
	if _, ok := m["a"]; ok {
		delete(m, "a")
	}
	_, ok := m["a"]
	var x any
	x, ok = m["zero"]
	println(ok, x.(int), len(m))
}

func ruleIteration() {
	m := map[int]int{}
	for i := range 100 {
		m[i] = i
	}
	sum, seen := 0, 0
	for k, v := range m {
		seen++
		sum += k * v
		delete(m, k)
		delete(m, k+1) // what is deleted before it is reached does not come
	}
	println(len(m), seen >= 50, seen <= 100)
	for i := range 10 {
		m[i] = i
	}
	n := 0
	for k := range m {
		m[k] += 100 // present keys may be assigned
		n++
	}
	println(n, m[3], m[9])
	count := 0
	for range m {
		clear(m)
		count++
	}
	println(count, len(m))
}

func ruleInsertWhileIterating() {
	m := map[int]bool{0: true}
	for k := range m {
		if k < 50 {
			m[k+1] = true
		}
		if len(m) > 200 {
			break
		}
	}
	println(len(m) >= 2, len(m) <= 52)
}

func ruleNaN() {
	zero := 0.0
	nan := zero / zero
	m := map[float64]int{nan: 1}
	m[nan] = 2
	m[nan]++
	_, ok := m[nan]
	delete(m, nan)
	println(len(m), ok, m[nan])
	sum := 0
	for k, v := range m {
		sum += v
		println(k != k)
	}
	println(sum)
	clear(m)
	println(len(m))
	a := map[any]int{nan: 1}
	a[nan] = 2
	println(len(a))
	m[0] = 5
	println(m[-zero], m[1/(1/zero)])
}

type point struct {
	x, y int
	name string
}

func ruleStructKeys() {
	m := map[point]int{{1, 2, "a"}: 1, {1, 2, "b"}: 2}
	m[point{1, 2, "a"}] += 10
	println(len(m), m[point{1, 2, "a"}], m[point{1, 2, "c"}], m[point{x: 1, y: 2, name: "b"}])
	arrays := map[[2]string]int{{"a", "b"}: 1}
	arrays[[2]string{"a", "b"}]++
	println(arrays[[...]string{"a", "b"}], len(arrays))
	big := map[[30]int]string{}
	var k [30]int
	k[29] = 7
	big[k] = "seven"
	k[29] = 8
	println(big[k] == "", len(big))
	k[29] = 7
	println(big[k])
	empty := map[struct{}]int{}
	empty[struct{}{}]++
	empty[struct{}{}]++
	println(empty[struct{}{}], len(empty))
}

func ruleInterfaceKeys() {
	m := map[any]string{}
	p := &point{}
	m[1] = "int"
	m[int8(1)] = "int8"
	m["1"] = "string"
	m[1.0] = "float"
	m[true] = "bool"
	m[point{1, 2, "x"}] = "point"
	m[p] = "pointer"
	m[nil] = "nil"
	m[[2]int{1, 2}] = "array"
	println(len(m), m[1], m[int8(1)], m["1"], m[1.0], m[true], m[point{1, 2, "x"}], m[p], m[nil], m[[2]int{1, 2}], m[int16(1)] == "")
	caught(func() { m[[]int{1}] = "slice" })
	caught(func() { println(m[map[int]int{}]) })
	caught(func() { delete(m, func() {}) })
	caught(func() { m[[1]any{[]int{}}] = "x" })
	println(len(m))
}

func ruleValues() {
	type rec struct {
		n    int
		list []int
	}
	m := map[string]rec{"a": {1, nil}}
	r := m["a"]
	r.n = 5
	println(m["a"].n)
	m["a"] = r
	println(m["a"].n)
	p := map[string]*rec{"b": {2, nil}}
	p["b"].n++
	p["b"].list = append(p["b"].list, 7)
	println(p["b"].n, p["b"].list[0])
	lists := map[int][]int{}
	lists[1] = append(lists[1], 1)
	lists[1] = append(lists[1], 2)
	println(len(lists[1]), len(lists[2]))
	counts := map[rune]int{}
	for _, c := range "hello" {
		counts[c]++
	}
	println(counts['l'], counts['z'])
	nested := map[string]map[string]int{"a": {"b": 1}}
	nested["a"]["c"] = 2
	println(len(nested["a"]), nested["x"]["y"])
	big := map[int][30]int{1: {29: 3}}
	v := big[1]
	v[29]++
	println(big[1][29], v[29], big[2][0])
	funcs := map[string]func(int) int{"double": func(x int) int { return 2 * x }}
	println(funcs["double"](4), funcs["none"] == nil)
}

func ruleGrowth() {
	m := make(map[int]int, 3)
	for i := range 5000 {
		m[i*7] = i
	}
	for i := 0; i < 5000; i += 2 {
		delete(m, i*7)
	}
	sum := 0
	for _, v := range m {
		sum += v
	}
	println(len(m), sum, m[7], m[14])
	n := m
	n[1] = -1
	println(m[1], len(m) == len(n))
}

// A key that is equal but not the same replaces the one that is there.
func ruleKeyIsReplaced() {
	negative := -1.0
	zero := negative * 0
	m := map[float64]int{0: 1}
	m[zero]++
	for k, v := range m {
		println(1/k, v)
	}
	n := map[any]int{0.0: 1}
	n[zero] = 5
	for k := range n {
		println(1 / k.(float64))
	}
	type pair struct {
		a float32
		b int
	}
	p := map[pair]int{{0, 1}: 1}
	p[pair{float32(zero), 1}] += 2
	for k, v := range p {
		println(1/k.a, k.b, v)
	}
	_ = m[0]
	for k := range m {
		println(1 / k)
	}
}
