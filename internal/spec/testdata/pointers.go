// Pointers.
package main

type node struct {
	n    int
	next *node
	a    [3]int
	in   struct{ x, y int }
}

func ruleVariables() {
	n := 1
	p, q := &n, &n
	*p += 5
	println(n, *q, p == q, p == new(int))
	pp := &p
	**pp = 9
	m := 2
	*pp = &m
	println(n, *p, p == q)
	s := "a"
	ps := &s
	*ps += "b"
	println(s, len(*ps))
	f := func(p *int) { *p++ }
	f(&n)
	println(n)
	b, fl := true, 1.5
	pb, pf := &b, &fl
	*pb, *pf = !*pb, *pf*2
	println(b, fl)
}

func newCounter() *int { n := 41; return &n }

func ruleEscape() {
	a, b := newCounter(), newCounter()
	*a++
	println(*a, *b, a == b)
	var list *node
	for i := range 3 {
		list = &node{n: i, next: list}
	}
	for l := list; l != nil; l = l.next {
		println(l.n)
	}
}

func ruleFields() {
	x := &node{n: 1}
	p := &x.n // for loads and stores
	*p += 4
	q := &x.a[1]
	*q = 7
	in := &x.in
	in.y = 3
	println(x.n, x.a[1], x.in.y)
	s := []node{{n: 1}, {n: 2}}
	e := &s[1]
	e.n *= 10
	e.in.x++
	println(s[1].n, s[1].in.x)
}

func ruleNil() {
	var p *node
	var pi *int
	var pa *[3]int
	i := 1
	caught(func() { println(p.n) })
	caught(func() { p.in.x = 1 })
	caught(func() { println(*pi) })
	caught(func() { *pi = 1 })
	caught(func() { println(pa[i]) })
	caught(func() { _ = *p })
	caught(func() { _ = &p.in })
	caught(func() { _ = &*p })
	caught(func() { println(p.next.next.n) })
	caught(func() { *p = node{} })
	println(p == nil, len(pa))
}

func ruleAddressPanicsAtOnce() {
	var p *node
	s := []node{{}}
	n := 1
	caught(func() {
		q := &p.a
		println("not reached")
		q[0] = 1
	})
	caught(func() {
		e := &s[n]
		println("not reached")
		e.n = 1
	})
}

func ruleComparison() {
	a, b := &node{}, &node{}
	println(a == b, a == a, *a == *b, a != nil)
	c := a
	c.n = 3
	println(a.n, *a == *b, c == a)
	m := map[*node]string{a: "a", b: "b"}
	println(m[c], len(m))
	arr := [2]*node{a, b}
	println(arr == [2]*node{c, b})
}

func ruleStructCopies() {
	a := &node{n: 1, a: [3]int{1, 2, 3}}
	b := *a
	b.a[0] = 9
	*a = node{n: 5}
	println(a.n, a.a[0], b.a[0], b.n)
	c := new(node)
	*c = b
	c.next = c
	println(c.next.next.a[0])
}

func ruleNew() {
	p := new(int)
	*p = 3
	s := new([]int)
	*s = append(*s, 1)
	m := new(map[string]int)
	println(*p, len(*s), *m == nil, *new(string) == "", new(node).n)
}

func ruleNewExpression() {
	p := new(42)
	*p++
	s := new("text")
	x := 5
	q := new(x + 1)
	x = 0
	println(*p, *s, *q, *new(node{n: 3}.n))
}

type bench struct {
	name  string
	stack pile
	many  []pile
	few   [2]pile
}

type pile struct {
	log [3]int
	s   []int
}

func (p *pile) push(x int) (n int) {
	defer p.note(1, x)
	p.s = append(p.s, x)
	if x < 0 {
		panic("negative")
	}
	n = len(p.s)
	defer bump(&p.log[x%3], &n)
	return n
}

func (p *pile) note(i, x int) { p.log[i] += x }

func (p *pile) show() { println(p.log[0], p.log[1], p.log[2], len(p.s)) }

func bump(p, n *int) { *p += 100; *n += 1000 }

// Functions that defer are called on parts of things, and such calls are deferred.
func ruleDeferredCalls() {
	b := &bench{many: make([]pile, 3)}
	for i := range b.many {
		caught(func() { println(b.many[i].push(i), b.stack.push(-i)) })
		b.many[i].show()
	}
	b.stack.show()
	k := 1
	func() {
		defer b.many[k].show()
		defer b.many[k].note(2, 5)
		defer b.few[k].note(0, 7)
		k = 0
		println(b.few[k].push(4))
	}()
	b.few[0].show()
	b.few[1].show()
	caught(func() {
		var none *bench
		defer none.stack.note(1, 2)
		println("not reached")
	})
	caught(func() {
		defer b.many[k+7].note(1, 2)
		println("not reached")
	})
}
