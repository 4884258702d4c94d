package generate

import (
	"fmt"
	"strings"
)

// shape is a statement of one of the forms below, each with variables of its own: what programs are made of, beside the plain
// statements of stmts.go.
func (g *generator) shape() *node {
	shapes := []func() *node{g.aliasing, g.arraySlices, g.overlap, g.update, g.mapUpdate, g.deleting, g.labelledSwitch, g.gotoOut, g.anonymous, g.embedding,
		g.falling, g.pointerToArray, g.copiesInside, g.toArray, g.bytesOf}
	if !g.portal {
		shapes = append(shapes, g.iteration, g.iteration, g.recursiveClosure, g.walk)
	}
	if g.kind != Bare && g.inline < 2 && !g.portal {
		shapes = append(shapes, g.deferred, g.deferred)
	}
	return shapes[g.rng.IntN(len(shapes))]()
}

// element is a type for elements of what a shape makes.
func (g *generator) element() *typ {
	if t := g.anyType(1); t.words() <= 4 {
		return t
	}
	return g.scalar()
}

// noteOf notes a value that a text says.
func (g *generator) noteOf(t *typ, text string) *node {
	return stmt("note("+g.label()+", $)\n", g.hashOf(t, g.e(t, text)))
}

// fresh is a name that nothing else has.
func (g *generator) fresh() string { return g.name("s") }

// labelledSwitch is left from a loop in it.
func (g *generator) labelledSwitch() *node {
	g.labels++
	label := fmt.Sprintf("W%d", g.labels)
	i := g.fresh()
	saved := g.loops
	defer func() { g.loops = saved }()
	first, cond := g.cond(1), g.cond(1)
	g.loops = append(g.loops[:len(g.loops):len(g.loops)], "")
	after := g.block1()
	return fixed("{\n"+label+":\nswitch {\ncase $:\nfor "+i+" := range 3 {\n"+burn+"if $ {\nbreak "+label+"\n}\nnote("+g.label()+", "+i+")\n}\n$default:\n$}\n}\n", first, cond, after, g.block1())
}

// falling is a switch that falls through.
func (g *generator) falling() *node {
	saved := g.loops
	defer func() { g.loops = saved }()
	tag := g.nonConst(g.int, 1)
	g.loops = append(g.loops[:len(g.loops):len(g.loops)], "")
	return fixed("switch $ & 3 {\ncase 0:\n$fallthrough\ndefault:\n$fallthrough\ncase 3:\n$}\n", tag, g.block1(), g.block1(), g.block1())
}

// gotoOut leaves two loops.
func (g *generator) gotoOut() *node {
	g.labels++
	label := fmt.Sprintf("O%d", g.labels)
	i, j := g.fresh(), g.fresh()
	return fixed("{\nfor "+i+" := range 3 {\nfor "+j+" := range 3 {\n"+burn+"if $ {\ngoto "+label+"\n}\nnote("+g.label()+", "+i+" - "+j+")\n}\n}\n"+label+":\n$}\n", g.cond(1), g.block1())
}

// anonymous has structs of a type without name.
func (g *generator) anonymous() *node {
	t, u := g.element(), g.element()
	a, b := g.fresh(), g.fresh()
	tail := ""
	if t.comparable(true) && u.comparable(true) {
		tail = "note(" + g.label() + ", b2i(" + a + " == " + b + "))\n"
	}
	return fixed(fmt.Sprintf("{\n%s := struct {\na %s\nb [2]%s\n}{$, [2]%s{$, $}}\n%s := %s\n%s.a = $\n%s.b[1] = $\n%s$$}\n", a, t.name, u.name, u.name, b, a, a, b, tail),
		g.expr(t, 1), g.expr(u, 1), g.expr(u, 1), g.expr(t, 1), g.expr(u, 1),
		block(g.noteOf(t, a+".a"), g.noteOf(t, b+".a")), block(g.noteOf(g.array(2, u), a+".b"), g.noteOf(g.array(2, u), b+".b")))
}

// embedding declares a type with an interface or a pointer embedded, and calls a method that is promoted.
func (g *generator) embedding() *node {
	i := g.interfaces[g.rng.IntN(len(g.interfaces))]
	m := i.methods[g.rng.IntN(len(i.methods))]
	var embedded *node
	name := ""
	if s := g.structType(); s.kind == structKind && g.chance(50) && has(s.methodsOf(true), m.name) && s.implements(i, true) {
		embedded, name = g.full(s, 1), "*"+s.name
	} else {
		embedded, name = g.boxed(i, 2), i.name
	}
	if strings.HasSuffix(strings.Join(embedded.Text, ""), "(nil)") {
		return g.assignment() // promoted from nothing, it would panic
	}
	local, x, f := g.fresh(), g.fresh(), g.fresh()
	field := strings.TrimPrefix(name, "*")
	call := func(text string) *node {
		n := g.e(m.results[0], text+holes(len(m.params)), g.exprs(m.params, 1)...)
		if len(m.results) > 1 {
			n = g.e(m.results[0], "first($)", n)
		}
		if len(m.results) > 2 {
			return nil
		}
		return stmt("note("+g.label()+", $)\n", g.hashOf(m.results[0], n))
	}
	one, two, three := call(x+"."+m.name), call(f), call(i.name+"("+x+")."+m.name)
	if one == nil {
		return g.assignment()
	}
	return fixed("{\ntype "+local+" struct {\n"+name+"\nn int\n}\n"+x+" := "+local+"{"+field+": $, n: 1}\n"+f+" := "+x+"."+m.name+"\n$$$}\n", embedded, block(one), block(two), block(three))
}

// pointerToArray reads and writes an array through a pointer to it.
func (g *generator) pointerToArray() *node {
	t := g.element()
	a, p, b, i, x := g.fresh(), g.fresh(), g.fresh(), g.fresh(), g.fresh()
	n := pick(g, 3, 3, 18)
	at := g.array(n, t)
	return fixed(fmt.Sprintf("{\nvar %s %s\n%s := &%s\n%s[1] = $\n%s := *%s\nfor %s, %s := range %s {\nif %s == 0 {\n%s[2] = $\n}\nnote(%s, %s + $)\n}\n%s[%s] = $\n$$}\n",
		a, at.name, p, a, p, b, p, i, x, p, i, p, g.label(), i, p, g.index(n)),
		g.expr(t, 1), g.expr(t, 1), g.hashOf(t, g.e(t, x)), g.expr(t, 1), block(g.noteOf(at, a)), block(g.noteOf(at, b)))
}

// copiesInside has arrays as elements of a map, and structs of arrays in a slice.
func (g *generator) copiesInside() *node {
	t, k := g.scalar(), g.keyType()
	if k == g.any {
		k = g.hashable()
	}
	at := g.array(2, t)
	m, x, s := g.fresh(), g.fresh(), g.fresh()
	return fixed(fmt.Sprintf("{\n%s := map[%s]%s{}\n%s := %s[$]\n%s[1] = $\n%s[$] = %s\n%s[0] = $\n%s := []%s{%s, %s}\n%s[1][%s] = $\n$$}\n",
		m, k.name, at.name, x, m, x, m, x, x, s, at.name, x, x, s, g.index(2)),
		g.expr(k, 1), g.expr(t, 1), g.expr(k, 1), g.expr(t, 1), g.expr(t, 1), block(g.noteOf(g.mapOf(k, at), m)), block(g.noteOf(g.slice(at), s)))
}

// toArray converts a slice to an array, which is a copy.
func (g *generator) toArray() *node {
	p, declared := g.someSlice()
	a := g.fresh()
	at := g.array(2, p.typ.elem)
	return fixed("{\n$if len("+p.text+") > 1 {\n"+a+" := "+at.name+"("+p.text+")\n"+p.text+"[1] = $\n$}\n}\n", declared, g.expr(p.typ.elem, 1), block(g.noteOf(at, a)))
}

// bytesOf changes the bytes or runes of a copy of a string.
func (g *generator) bytesOf() *node {
	s, b, r := g.fresh(), g.fresh(), g.fresh()
	return fixed(fmt.Sprintf("{\n%s := $\n%s, %s := []byte(%s), []rune(%s)\nfor i := range %s {\n%s[i] ^= byte(i)\n}\nfor i := range %s {\n%s[i] += rune(i)\n}\nnote(%s, hs(%s) + hs(string(%s)) + hs(string(%s)))\n}\n",
		s, b, r, s, s, b, b, r, r, g.label(), s, b, r), g.nonConst(g.string, 2))
}

// iteration ranges over a function written out, which calls the body in several places.
func (g *generator) iteration() *node {
	if g.inline > 1 {
		return g.assignment()
	}
	g.labels++
	label, around := fmt.Sprintf("L%d", g.labels), fmt.Sprintf("A%d", g.labels)
	loops := g.loops
	defer func() { g.loops = loops }()
	nested := g.chance(60)
	if nested {
		g.loops = append(loops[:len(loops):len(loops)], around)
	}
	t := g.element()
	leave := g.enter([]*typ{})
	g.inline++
	first, second := g.statements(1), g.statements(1)
	yields := []*node{g.nonConst(g.int, 1), g.expr(t, 1), g.nonConst(g.int, 1), g.expr(t, 1)}
	early := g.cond(1)
	g.inline--
	leave()
	scope := len(g.scope)
	i, x := g.name("i"), g.name("x")
	g.hide(variable{name: i, typ: g.int, set: true}, variable{name: x, typ: t, set: true})
	g.inline++ // the body is a function, too
	body := g.body(label)
	if len(g.results) > 0 && g.chance(40) {
		body.Kids = append(body.Kids, stmt("if $ {\n$}\n", g.cond(1), block(g.returns())))
		body.Text = append(body.Text, "")
	}
	if nested {
		body.Kids = append(body.Kids, stmt("if $ {\n"+pick(g, "continue ", "break ")+around+"\n}\n", g.cond(1)))
		body.Text = append(body.Text, "")
	}
	g.inline--
	g.scope = g.scope[:scope]
	n := fixed("for "+i+", "+x+" := range func(yield func(int, "+t.name+") bool) {\nif fuel--; fuel < 0 {\nreturn\n}\n$if !yield($, $) {\n$return\n}\nif $ {\nreturn\n}\n_ = yield($, $)\n} {\n_, _ = "+i+", "+x+"\n$}\n",
		first, yields[0], yields[1], second, early, yields[2], yields[3], body)
	n = labelled(label, n)
	if nested {
		n = labelled(around, fixed("for range 3 {\n"+burn+"$}\n", block(n)))
	}
	return n
}

// walk ranges over a tree of the support file, through a method value.
func (g *generator) walk() *node {
	g.labels++
	label := fmt.Sprintf("L%d", g.labels)
	scope := len(g.scope)
	k, v := g.name("i"), g.name("x")
	list := g.nonConst(g.slice(g.int), 1)
	g.hide(variable{name: k, typ: g.int}, variable{name: v, typ: g.string, set: true})
	body := g.body(label)
	g.scope = g.scope[:scope]
	return labelled(label, stmt("for "+k+", "+v+" := range planted($).all {\n"+burn+"_, _ = "+k+", "+v+"\n$}\n", list, body))
}

// recursiveClosure calls itself through the variable that holds it.
func (g *generator) recursiveClosure() *node {
	if g.inline > 1 {
		return g.assignment()
	}
	t := g.element()
	f, n, x := g.fresh(), g.fresh(), g.fresh()
	start := g.expr(t, 1)
	leave := g.enter([]*typ{t})
	g.inline++
	g.scope = append(g.scope, variable{name: n, typ: g.int}, variable{name: x, typ: t, set: true})
	body, next := g.statements(1+g.rng.IntN(2)), g.expr(t, 1)
	g.inline--
	leave()
	result := g.hashOf(t, g.e(t, f+"(3, $)", start))
	return fixed("{\nvar "+f+" func(int, "+t.name+") "+t.name+"\n"+f+" = func("+n+" int, "+x+" "+t.name+") "+t.name+" {\nif fuel--; fuel < 0 || "+n+" <= 0 {\nreturn "+x+"\n}\n$return "+f+"("+n+" - 1, $)\n}\n$}\n",
		body, next, block(stmt("note("+g.label()+", $)\n", result)))
}

// deferred defers in a function literal: in a loop, with arguments that are evaluated at once, around a panic that is raised again.
func (g *generator) deferred() *node {
	i := g.fresh()
	defer g.enter([]*typ{})()
	g.inline++
	defer func() { g.inline-- }()
	list := []*node{
		stmt("for "+i+" := range 3 {\n"+burn+"defer func(n int) {\nnote("+g.label()+", n*10 + "+i+")\n}($)\n}\n", g.expr(g.int, 1)),
		stmt("defer note("+g.label()+", $)\n", g.expr(g.int, 1)),
	}
	if !g.kind.Recovers() {
		return fixed("func() {\n$$}()\n", block(list...), g.statements(2))
	}
	risky := g.risky
	g.risky = true
	defer func() { g.risky = risky }()
	again := pick(g, "panic(r)", "panic(fault{4})", "return", "defer func() { noteText("+g.label()+", textOf(recover())) }()\npanic(r)")
	list = append(list, stmt("defer func() {\nif r := recover(); r != nil {\nnoteText("+g.label()+", textOf(r))\nif $ {\n"+again+"\n}\n}\n}()\n", g.cond(1)))
	g.rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	body := g.statements(2)
	body.Kids, body.Text = append(body.Kids, g.panics()), append(body.Text, "")
	return stmt("try("+g.label()+", func() {\n$$})\n", block(list...), body)
}

// namedResult is a call whose result a deferred function changes.
func (g *generator) namedResult(t *typ, depth int) *node {
	if g.inline > 1 || g.kind == Bare || g.portal {
		return nil
	}
	defer g.enter([]*typ{t})()
	g.inline++
	defer func() { g.inline-- }()
	r := g.fresh()
	g.scope = append(g.scope, variable{name: r, typ: t, set: true})
	stop := ""
	if g.kind.Recovers() {
		stop = "noteText(" + g.label() + ", textOf(recover()))\n"
		risky := g.risky
		g.risky = true
		defer func() { g.risky = risky }()
	}
	return g.e(t, "func() ("+r+" "+t.name+") {\nif fuel--; fuel < 0 {\nreturn\n}\ndefer func() {\n"+stop+r+" = $\n}()\n$"+pick(g, "return $", r+" = $\nreturn")+"\n}()",
		g.assigned(t, depth), g.statements(1), g.assigned(t, depth))
}

// methodExpression calls a method as a function of its receiver.
func (g *generator) methodExpression(t *typ, depth int) *node {
	recv, of, m := g.implementer(t, depth)
	if recv == nil {
		return nil
	}
	name := of.name
	if of.kind == pointerKind {
		name = "(" + name + ")"
	}
	return g.e(t, name+"."+m.name+"("+strings.TrimSuffix(strings.Repeat("$, ", 1+len(m.params)), ", ")+")", append([]*node{recv}, g.exprs(m.params, depth)...)...)
}

// implementer is a value with a method whose only result is of a type, and that type of its own: a struct, a pointer to one, or another named one.
func (g *generator) implementer(t *typ, depth int) (*node, *typ, *method) {
	of := g.structType()
	if len(g.named) > 0 && g.chance(30) {
		of = g.named[g.rng.IntN(len(g.named))]
	}
	pointer := of.kind == structKind && g.chance(60)
	for _, m := range of.methodsOf(pointer) {
		if len(m.results) != 1 || m.results[0] != t {
			continue
		}
		if pointer {
			return g.full(of, depth), g.pointer(of), m
		}
		return g.nonConst(of, depth), of, m
	}
	return nil, nil, nil
}

// declareGenerics declares, for each method, a generic function and a generic type that call it.
func (g *generator) declareGenerics() {
	for _, m := range g.sigs {
		if len(m.results) != 1 {
			continue
		}
		names := blanks(len(m.params))
		for i := range names {
			names[i] = fmt.Sprintf("a%d", i)
		}
		sig := signature(m.params, m.results, names)
		args := "(" + strings.Join(names, ", ") + ")"
		bound := "interface{ " + m.name + signature(m.params, m.results, nil) + " }"
		g.declare("func §via" + m.name + "[T " + bound + "](x T" + strings.Replace(", "+sig[1:], ", )", ")", 1) + " {\nreturn x." + m.name + args + "\n}\n\n")
		g.declare("type §Box" + m.name + "[T " + bound + "] struct {\nx T\nn int\n}\n\n")
		g.declare("func (b §Box" + m.name + "[T]) value" + sig + " {\nb.n++\nreturn b.x." + m.name + args + "\n}\n\n")
		g.declare("func (b *§Box" + m.name + "[T]) " + m.name + sig + " {\nif b.n++; b.n > 2 {\nreturn b.value" + args + "\n}\nreturn §via" + m.name + "(b" + strings.Replace(", "+args[1:], ", )", ")", 1) + "\n}\n\n")
	}
}

// constrained calls a method through a type parameter.
func (g *generator) constrained(t *typ, depth int) *node {
	recv, of, m := g.implementer(t, depth)
	if recv == nil || !has(g.sigs, m.name) {
		return nil
	}
	args := strings.Repeat(", $", len(m.params))
	kids := append([]*node{recv}, g.exprs(m.params, depth)...)
	if g.chance(50) {
		return g.e(t, "§via"+m.name+"($"+args+")", kids...)
	}
	return g.e(t, "(&§Box"+m.name+"["+of.name+"]{x: $})."+m.name+holes(len(m.params)), kids...)
}

// declareConstants declares constants that count.
func (g *generator) declareConstants() {
	a, b, c := g.name("§c"), g.name("§c"), g.name("§c")
	g.declare(fmt.Sprintf("const (\n%s = iota*%d + %d\n%s\n_\n%s = 1 << (10 * iota)\n)\n\n", a, 1+g.rng.IntN(9), g.rng.IntN(9), b, c))
	for _, name := range []string{a, b, c} {
		g.globals = append(g.globals, variable{name: "id(" + name + ")", typ: g.int})
	}
}
