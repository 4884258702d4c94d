// Maps: keys of all kinds, nil maps, deletion and insertion while iterating, growth, clear, NaN. Nothing printed
// depends on the order of iteration.
package main

import "kiln/translator/lower/testdata/show"

type point struct{ x, y int }
type key struct {
	name string
	p    point
	f    float64
	any  any
}

func basics() {
	m := map[string]int{"a": 1, "b": 2}
	m["c"] = 3
	m["a"] += 10
	m["new"]++
	v, ok := m["zz"]
	show.Ints("basics", m["a"], m["b"], m["c"], m["new"], m["none"], v, len(m))
	_, ok2 := m["b"]
	show.Bool("ok", ok, ok2)
	delete(m, "b")
	delete(m, "b")
	_, ok = m["b"]
	show.Bool("deleted", ok)
	if x, ok := m["c"]; ok {
		show.Ints("x", x)
	}
	if _, ok := m["b"]; !ok {
		show.Ints("len", len(m))
	}
	clear(m)
	show.Ints("clear", len(m), m["a"])
	m["again"] = 5
	show.Ints("again", m["again"], len(m))
	n := m
	n["shared"] = 1
	show.Ints("shared", len(m))
	var zero string
	m[zero] = 9
	show.Ints("zero", m[""], m["x"[:0]])
}

func nils() {
	var m map[int]string
	show.Ints("nil", len(m), len(m[3]))
	show.Bool("nil", m == nil, map[int]string{} == nil)
	delete(m, 1)
	for range m {
		show.Text("never")
	}
	clear(m)
	_, ok := m[1]
	show.Bool("ok", ok)
}

func kinds() {
	mi := map[int8]uint16{}
	for i := -300; i < 300; i++ {
		mi[int8(i)] += uint16(i)
	}
	sum := 0
	for k, v := range mi {
		sum += int(k) * int(v)
	}
	show.Ints("int8", len(mi), sum)
	mf := map[float64]string{1.5: "x", 0: "zero"}
	neg := 0.0
	neg = -neg
	mf[neg] += "!"
	nan := (neg - neg) / (neg - neg)
	mf[nan] = "n1"
	mf[nan] = "n2"
	_, ok := mf[nan]
	show.Ints("float", len(mf), len(mf[0]))
	show.Bool("nan", ok)
	delete(mf, nan)
	show.Ints("float", len(mf))
	clear(mf)
	show.Ints("float", len(mf))
	mp := map[point][]int{}
	for i := range 100 {
		p := point{i % 7, i % 3}
		mp[p] = append(mp[p], i)
	}
	total := 0
	for p, xs := range mp {
		for _, x := range xs {
			total += (p.x + 1) * (p.y + 2) * x
		}
	}
	show.Ints("struct keys", len(mp), total, len(mp[point{1, 1}]))
	ptrs := map[*point]int{}
	a, b := &point{1, 2}, &point{1, 2}
	ptrs[a] = 1
	ptrs[b] = 2
	ptrs[nil] = 3
	show.Ints("ptr", ptrs[a], ptrs[b], ptrs[nil], len(ptrs))
	anys := map[any]string{1: "int", "1": "string", int8(1): "int8", 1.0: "float", true: "bool", nil: "nil", point{1, 1}: "point", a: "a", [2]int{1, 2}: "array"}
	show.Text("any", anys[1], anys["1"], anys[int8(1)], anys[1.0], anys[true], anys[nil], anys[point{1, 1}], anys[a], anys[b], anys[[2]int{1, 2}], anys[false])
	keys := map[key]int{}
	keys[key{"a", point{1, 2}, 0, 5}] = 1
	keys[key{"a", point{1, 2}, neg, 5}]++
	keys[key{"a", point{1, 2}, 0, "5"}]++
	show.Ints("keys", len(keys), keys[key{"a", point{1, 2}, 0, 5}])
	sets := map[string]struct{}{}
	sets["x"] = struct{}{}
	_, in := sets["x"]
	_, out := sets["y"]
	show.Bool("set", in, out)
	bools := map[bool]int{true: 1}
	bools[false]--
	show.Ints("bool", bools[true], bools[false])
	structs := map[string]point{"o": {3, 4}}
	p := structs["o"]
	p.x++
	show.Ints("copy", structs["o"].x, p.x, structs["none"].y)
	nested := map[string]map[string]int{}
	for _, s := range []string{"a", "b", "a"} {
		if nested[s] == nil {
			nested[s] = map[string]int{}
		}
		nested[s]["n"]++
	}
	show.Ints("nested", nested["a"]["n"], nested["b"]["n"], nested["c"]["n"])
	funcs := map[string]func(int) int{"inc": func(x int) int { return x + 1 }}
	show.Ints("func", funcs["inc"](4))
	arrays := map[[3]uint8]int{{1, 2, 3}: 6}
	show.Ints("array", arrays[[3]uint8{1, 2, 3}], arrays[[3]uint8{}])
}

func iteration() {
	m := map[int]int{}
	for i := range 200 {
		m[i] = i * i
	}
	seen := map[int]int{}
	for k := range m {
		seen[k]++
		delete(m, k)
		delete(m, (k+1)%200)
	}
	twice := 0
	for _, n := range seen {
		if n != 1 {
			twice++
		}
	}
	show.Ints("emptied", len(m), twice)
	for i := range 50 {
		m[i] = i
	}
	visits := map[int]int{}
	for k := range m {
		visits[k]++
		if k < 50 && len(m) < 5000 {
			for j := range 40 {
				m[1000+k*40+j] = j
			}
			delete(m, 9000+k)
		}
	}
	old, bad := 0, 0
	for k, n := range visits {
		if k < 50 {
			old++
		}
		if n != 1 {
			bad++
		}
	}
	show.Ints("inserted", old, bad, len(m))
	sum := 0
	for k, v := range m {
		if k%2 == 0 {
			delete(m, k)
			continue
		}
		sum += k ^ v
	}
	show.Ints("odd", sum, len(m))
	n := 0
	for range m {
		n++
		if n == 10 {
			break
		}
	}
	show.Ints("broken", n)
	for k := range m {
		clear(m)
		m[k] = 1
		break
	}
	show.Ints("cleared", len(m))
}

func churn() {
	m := map[string]int{}
	name := func(i int) string {
		return string(rune('a'+i%26)) + string(rune('0'+i/26%10)) + string(rune('A'+i/260%26))
	}
	x := 12345
	for range 20000 {
		x = (x*1103515245 + 12345) & 0x7fffffff
		s := name(x >> 8 % 500)
		if x&3 == 0 {
			delete(m, s)
		} else {
			m[s] += x & 15
		}
	}
	sum := 0
	for k, v := range m {
		sum += v * (int(k[0]) + 3*int(k[1]))
	}
	show.Ints("churn", len(m), sum)
	big := map[int]int{}
	for i := range 10000 {
		big[i*7] = i
	}
	hits := 0
	for i := range 70000 {
		if v, ok := big[i]; ok {
			hits += v
		}
	}
	show.Ints("big", len(big), hits)
}

func count[K comparable](xs ...K) map[K]int {
	m := make(map[K]int, len(xs))
	for _, x := range xs {
		m[x]++
	}
	return m
}

func main() {
	basics()
	nils()
	kinds()
	iteration()
	churn()
	show.Ints("generic", count("a", "b", "a")["a"], count(1, 2, 3)[2], len(count(point{}, point{1, 0}, point{})))
	var i any = count(1, 1)
	show.Ints("boxed", i.(map[int]int)[1])
}
