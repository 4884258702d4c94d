// Methods: receivers, values, expressions, promotion.
package main

type counter struct{ n int }

func (c counter) value() int     { return c.n }
func (c *counter) add(d int) int { c.n += d; return c.n }
func (c *counter) isNil() bool   { return c == nil }

type number int

func (n number) double() number { return 2 * n }
func (n *number) inc()          { *n++ }

type list []int

func (l list) total() (t int) {
	for _, x := range l {
		t += x
	}
	return
}
func (l *list) push(x int) { *l = append(*l, x) }

type table map[string]int

func (t table) set(k string, v int) { t[k] = v }

type fn func(int) int

func (f fn) twice(x int) int { return f(f(x)) }

func ruleReceivers() {
	c := counter{1}
	c.add(2)
	p := &c
	println(c.value(), p.value(), p.add(1), c.n)
	d := c
	d.add(10)
	println(c.n, d.n)
	var none *counter
	println(none.isNil())
	caught(func() { println(none.value()) })
	caught(func() { none.add(1) })
	s := []counter{{1}, {2}}
	c2 := &s[1]
	c2.n++
	println(s[1].value())
}

func ruleNamedTypes() {
	n := number(4)
	n.inc()
	println(n.double(), number(3).double())
	var l list
	l.push(1)
	l.push(2)
	println(l.total(), len(l), list{5, 6}.total())
	t := table{}
	t.set("a", 1)
	println(t["a"], fn(func(x int) int { return x + 3 }).twice(1))
}

func ruleValuesBind() {
	c := counter{1}
	get := c.value // a copy is bound
	add := c.add   // the address
	c.n = 5
	println(get(), add(2), c.n)
	p := &c
	get = p.value
	p = &counter{100}
	c.n = 8
	println(get(), p.n)
	n := number(2)
	double := n.double
	n = 50
	println(double())
	var none *counter
	isNil := none.isNil
	println(isNil())
	caught(func() { _ = none.value })
}

func ruleExpressions() {
	c := counter{3}
	println(counter.value(c), (*counter).value(&c), (*counter).add(&c, 4), number.double(6), list.total(list{1, 2}))
	f := (*counter).add
	f(&c, 1)
	println(c.n)
	g := shape.area
	println(g(square{5}), list.total(nil))
}

type shape interface{ area() int }
type square struct{ side int }

func (s square) area() int { return s.side * s.side }

func ruleInterfaceValues() {
	var s shape = square{2}
	area := s.area
	s = square{10}
	println(area(), s.area())
	var none shape
	caught(func() { _ = none.area })
	fs := []func() int{square{1}.area, s.area, counter{7}.value}
	for _, f := range fs {
		println(f())
	}
	type named interface{ shape }
	type wider interface {
		named
		other() int
	}
	var w wider
	caught(func() { _ = w.area })
	caught(func() { _ = named.area(w) })
	caught(func() { println(shape(w).area()) })
	caught(func() { _ = w.(shape) })
}

type outer struct {
	counter
	*inner
	shape
}
type inner struct{ s string }

func (i inner) name() string     { return i.s }
func (i *inner) rename(s string) { i.s = s }

func ruleThroughEmbedding() {
	o := outer{counter{1}, &inner{"in"}, square{3}}
	get, rename, name, area := o.value, o.rename, o.name, o.area
	o.counter.n = 20
	rename("renamed")
	o.shape = square{4}
	println(get(), o.value(), o.name(), name(), area(), o.area())
	println(outer.value(o), outer.name(o), outer.area(o), (*outer).area(&o))
	var i interface {
		value() int
		name() string
		area() int
	} = o
	println(i.value(), i.name(), i.area())
	p := &outer{inner: &inner{"p"}}
	println(p.value(), p.name())
	caught(func() { p.area() })
	p.inner = nil
	caught(func() { println(p.name()) })
}

type deep struct{ *outer }

func ruleDeepEmbedding() {
	d := deep{&outer{counter: counter{5}, inner: &inner{"deep"}}}
	println(d.value(), d.name(), d.n, d.s)
	d.rename("changed")
	f := d.name
	d.outer = &outer{inner: &inner{"new"}}
	println(f(), d.name())
}

type part struct {
	n    int
	text string
}

func (p *part) add(k int) (int, string) {
	p.n += k
	p.text += "+"
	return p.n, p.text
}

type parts struct {
	k     int
	one   part
	all   [2]part
	outer struct {
		part
		m int
	}
	list []part
	self *parts
}

// The methods of fields and elements as values: they act on the part that was there when they were bound.
func ruleOfParts() {
	p := &parts{list: make([]part, 3)}
	p.self = p
	i := 1
	fs := []func(int) (int, string){p.one.add, p.self.all[i].add, p.list[i].add, p.outer.add, p.outer.part.add, p.self.list[i+1].add}
	i = 0
	old := p.list
	p.list = nil
	for k, f := range fs {
		n, text := f(k + 1)
		m, _ := f(10)
		println(n, text, m)
	}
	println(p.one.n, p.all[1].n, p.outer.n, old[1].n, old[2].n, old[0].n)
	var none *parts
	caught(func() { f := none.one.add; f(1) })
	caught(func() { f := old[len(old)-i].add; f(1) })
	f := p.one.add
	*p = parts{}
	n, _ := f(5)
	println(n, p.one.n)
}
