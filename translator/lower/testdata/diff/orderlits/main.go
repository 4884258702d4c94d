// Literals of structs and arrays as operands read variables before the calls of their statement, compiled Go after them.
package main

import "fmt"

type pt struct{ x, y int }

type box struct {
	pt
	p    *pt
	tags []int
	name string
}

type big struct {
	list [20]int
	last pt
}

type node struct {
	value int
	next  *node
	part  pt
}

type (
	one      struct{ n int }
	text     struct{ s string }
	half     struct{ n int32 }
	halves   struct{ m, n int32 }
	quarters struct{ m, n int16 }
	link     struct{ n *node }
)

func (p pt) plus(n int) int { return p.x*1000 + p.y*100 + n }

func (p *pt) add(n int) int { return p.x*1000 + p.y*100 + n }

var (
	g    = 1
	p    = pt{1, 2}
	b    box
	s    = []int{1, 2, 3}
	m    = map[string]int{"a": 1}
	list = &node{1, &node{value: 2}, pt{}}
	str  = "a"

	even   bool
	letter byte
	number complex128
	pts    = make([]pt, 3)
	mp     = map[string]pt{}
)

func inc() int {
	g++
	p.x, p.y = g*10, g*10+1
	b.pt, b.p, b.name = p, &pt{g, g}, b.name+"!"
	b.tags = append(b.tags, g)
	s = []int{g, g + 1, g + 2}
	m["a"] = g
	list.next.value, list.value = g*3, g*2
	str += "b"
	even, letter, number, pts[1] = g%2 == 0, byte(g), complex(float64(g), 1), p
	mp["a"], list.part = p, p
	return g
}

func (n *node) grow() int {
	list = &node{n.value + 1, n.next, n.part}
	return inc()
}

func head() *node { return list }

func get() pt { return p }

func point(p pt, n int) int     { return p.plus(n) }
func pointer(p *pt, n int) int  { return p.add(n) }
func array(a [3]int, n int) int { return a[0]*1000 + a[1]*100 + a[2]*10 + n }
func large(b big, n int) int    { return b.list[0]*1000 + b.list[19]*100 + b.last.x*10 + n }
func boxes(a, b box, n int) string {
	return fmt.Sprint(a.pt, a.p == nil, a.tags, a.name, b.pt, *b.p, b.tags, b.name, n)
}
func points(n int, list ...pt) string      { return fmt.Sprint(n, list) }
func anything(v any, n int) any            { fmt.Print(n, " "); return v }
func middle(a pt, n int, b pt) string      { return fmt.Sprint(a, n, b) }
func results() (pt, int, pt)               { return pt{g, p.x}, inc(), pt{g, p.x} }
func pair() (pt, [2]int, int)              { return pt{x: s[0]}, [2]int{s[1], m["a"]}, inc() }
func nested(n [2]pt, p struct{ a pt }) int { return n[0].x + n[1].y*10 + p.a.x*100 }

func main() {
	fmt.Println(point(pt{g, 3}, inc()))
	fmt.Println(point(pt{p.x, p.y}, inc()))
	fmt.Println(pointer(&pt{g, p.x}, inc()))
	fmt.Println(array([3]int{g, s[1], m["a"]}, inc()))
	fmt.Println(large(big{list: [20]int{0: g, 19: s[2]}, last: p}, inc()))
	fmt.Println(boxes(box{pt: p, name: str}, box{pt: b.pt, p: b.p, tags: b.tags, name: b.name}, inc()))
	fmt.Println(boxes(b, box{pt: pt{g, s[0]}, p: &p, tags: []int{g, inc()}}, inc()))
	fmt.Println(points(inc(), pt{g, g}, pt{inc(), g}, p))
	fmt.Println(middle(pt{g, p.y}, inc(), pt{inc(), g}))
	fmt.Println(results())
	fmt.Println(pair())
	fmt.Println(nested([2]pt{{g, 1}, {2, inc()}}, struct{ a pt }{p}), inc())
	// Through the result of a call.
	fmt.Println(point(pt{head().value, head().next.value}, inc()))
	fmt.Println(point(pt{get().x, s[0]}, inc()))
	fmt.Println(middle(pt{head().next.value, g}, inc(), pt{head().value, inc()}))
	// Parts of literals, literals as receivers and operands.
	fmt.Println(pt{g, p.x}.plus(inc()), (&pt{g, p.x}).add(inc()))
	fmt.Println(pt{g, p.x}.x+inc(), [2]int{g, s[0]}[1]+inc())
	fmt.Println(pt{g, 1} == pt{inc(), 1}, [2]int{g, 1} == [2]int{inc(), 1})
	q, n := pt{g, p.x}, inc()
	fmt.Println(q, n)
	q, n = pt{n, g}, inc()
	fmt.Println(q, n)
	ps := append([]pt{{g, 1}}, pt{g, 2}, pt{inc(), 3}, pt{g, 4})
	fmt.Println(ps[1:])
	ps[0], ps[inc()*0+1] = pt{g, 5}, pt{inc(), g}
	fmt.Println(ps)
	mi := map[int]pt{}
	mi[inc()*0] = pt{g, 6}
	fmt.Println(mi)
	f := func(a pt, f func() int) int { return a.plus(f()) }
	fmt.Println(f(pt{g, p.x}, inc))
	local := 3
	change := func() int { local *= 2; return local }
	fmt.Println(point(pt{local, local + 1}, change()))
	// A conversion to an interface copies at once what has no address, if it is not a word or a string.
	fmt.Println(anything(pt{g, p.x}, inc()))
	fmt.Println(anything(p, inc()))
	fmt.Println(anything(b.pt, inc()))
	fmt.Println(anything(b.pt.x, inc()))
	fmt.Println(anything(g, inc()))
	fmt.Println(anything(&pt{g, p.x}, inc()))
	fmt.Println(anything(one{g}, inc()))
	fmt.Println(anything([1]int{g}, inc()))
	fmt.Println(anything(text{str}, inc()))
	fmt.Println(anything([1][]int{s}, inc()))
	fmt.Println(anything(half{int32(g)}, inc()))
	fmt.Println(anything(halves{int32(g), int32(g)}, inc()))
	fmt.Println(anything(quarters{int16(g), int16(g)}, inc()))
	fmt.Println(anything(link{list}, list.grow()).(link).n == list)
	fmt.Println(anything(g%2 == 0, inc()))
	fmt.Println(anything(even, inc()), anything(letter, inc()))
	fmt.Println(anything(byte(g), inc()))
	fmt.Println(anything(letter+1, inc()))
	fmt.Println(anything(int16(g), inc()))
	fmt.Println(anything(float64(g), inc()), anything(float32(g), inc()))
	fmt.Println(anything(number*2, inc()), anything(number, inc()))
	fmt.Println(anything(get().x, inc()))
	fmt.Println(anything(head().part, inc()))
	fmt.Println(anything(pts[1], inc()), anything(pts[1:2][0].x, inc()))
	fmt.Println(anything(m["a"], inc()), anything(mp["a"], inc()))
	var e1, e2 any = pt{g, p.x}, inc()
	fmt.Println(e1, e2)
	e1, e2 = p, inc()
	fmt.Println(e1, e2)
	e1, e2 = one{g}, inc()
	fmt.Println(e1, e2)
	e1, e2 = g%2 == 0, inc()
	fmt.Println(e1, e2)
	e1, e2 = letter, inc()
	fmt.Println(e1, e2)
	anys := []any{pt{g, 0}, p, g, letter, one{g}, g%2 == 0, inc()}
	fmt.Println(anys...)
	fmt.Println(pt{g, 0}, p, g, letter, one{g}, g%2 == 0, inc())
	e1 = either(pt{g, 0}, p, inc())
	fmt.Println(e1)
}

func either(a, b any, n int) any {
	if n%2 == 0 {
		return a
	}
	return b
}
