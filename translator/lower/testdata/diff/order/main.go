// Variables are read after the calls of their statement, as in compiled Go.
package main

import "fmt"

type unit struct{ code []int }
type comp struct {
	unit *unit
	n    int
}

func (c *comp) emit(x int) int {
	c.unit.code = append(c.unit.code, x)
	c.n += 10
	return len(c.unit.code) - 1
}

var g = 1

func inc() int { g++; return g }

func two(a, b int) int { return a*100 + b }

func pair() (int, int) {
	return g, inc()
}

type pt struct{ x, y int }

func main() {
	c := &comp{unit: &unit{}}
	c.unit.code[c.emit(5)] = 7
	fmt.Println(c.unit.code)
	x := c.n + c.emit(1)
	fmt.Println(x, c.n)
	c.n += c.emit(2)
	fmt.Println(c.n)
	fmt.Println(g+inc(), g, g)
	fmt.Println(two(g, inc()))
	fmt.Println(pair())
	fmt.Println(g, inc())
	a, b := g, inc()
	fmt.Println(a, b)
	y := g
	inc()
	fmt.Println(y)
	v := 3
	f := func() int { v *= 2; return v }
	z := v*10 + f()
	fmt.Println(z, v)
	arr := []int{1, 2, 3}
	h := func() int { arr = []int{9, 9, 9}; return 1 }
	w := arr[0] + h()
	fmt.Println(w)
	arr = []int{1, 2, 3}
	arr[0], arr[h()] = 5, arr[2]
	fmt.Println(arr)
	p := pt{g, inc()}
	fmt.Println(p.x - p.y)
	// Slice literals beside calls were filled before them.
	fmt.Println(append([]int{g}, inc()), len(append([]int{g, g}, inc(), inc())))
	lit, called := []int{g, g * 2}, inc()
	fmt.Println(lit, called)
	nested, called := [][]int{{g}, {g, g}}, inc()
	fmt.Println(nested, called)
	s := []int{g, inc()}
	fmt.Println(s[0] - s[1])
	if g+inc() > 2*g {
		fmt.Println("greater")
	}
	str := "a"
	k := func() string { str = "b"; return "c" }
	fmt.Println(str + k())
	r := str + "x" + k()
	fmt.Println(r)
	m := map[int]int{1: 1}
	mm := func() int { m[1] = 5; return 1 }
	fmt.Println(m[1] + mm())
	var q any = g
	fmt.Println(q, inc())
	var e1, e2 any = g, inc()
	fmt.Println(e1, e2)
	pp := &pt{1, 2}
	np := func() int { pp = &pt{7, 8}; return 3 }
	pp.x = np()
	fmt.Println(*pp)
	pp = &pt{1, 2}
	pp.x, pp.y = np(), pp.x
	fmt.Println(*pp)
	neg := -g + inc()*2
	fmt.Println(neg)
	bl := g == inc()
	fmt.Println(bl)
	bl = inc() == g
	fmt.Println(bl)
	c2 := *c
	_ = c2
	cc := c
	change := func() int { cc = &comp{unit: &unit{code: []int{42}}}; return 0 }
	cc.unit.code[change()]++
	fmt.Println(cc.unit.code, c.unit.code)
	fmt.Println(len(c.unit.code)+c.emit(3), cap(c.unit.code) >= c.emit(4))
}
