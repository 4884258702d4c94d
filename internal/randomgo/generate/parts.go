package generate

// touch declares a method that only looks through its receiver, for structs that have a number: it may be called on, bound to and
// deferred for fields and elements.
func (g *generator) touch(t *typ) {
	for _, f := range t.fields {
		if f.typ.kind == intKind && !f.embedded {
			t.touched = true
			g.declare("func (x *" + t.name + ") touch(n int) int {\nx." + f.name + " = x." + f.name + "*3 + " + f.typ.name + "(n)\nreturn int(x." + f.name + ")\n}\n\n")
			return
		}
	}
}

// parts calls the method touch of a variable, a field or an element: at once, as a value, deferred.
func (g *generator) parts() *node {
	p, ok := g.write(func(t *typ) bool { return t.touched })
	if !ok {
		return g.assignment()
	}
	n := func() *node { return g.nonConst(g.int, 1) }
	switch g.rng.IntN(4) {
	case 0:
		return stmt("note("+g.label()+", "+p.text+".touch($))\n", n())
	case 1:
		f := g.name("f")
		return stmt(f+" := "+p.text+".touch\n$note("+g.label()+", "+f+"($)+"+f+"(1))\n", g.assignment(), n())
	case 2:
		return stmt("func() {\ndefer "+p.text+".touch($)\nnote("+g.label()+", "+p.text+".touch($))\n}()\n", n(), n())
	}
	return stmt("for range 2 {\nfunc() {\ndefer either(true, "+p.text+".touch, nil)($)\n$}()\n}\n", n(), g.assignment())
}
