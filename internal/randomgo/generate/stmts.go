package generate

import (
	"fmt"
	"strings"
)

// statements makes a block of about n statements; what it declares goes out of scope.
func (g *generator) statements(n int) *node {
	scope, outer := len(g.scope), g.block
	g.block = scope
	if outer < 0 { // parameters and body of a function are one block
		g.block = 0
	}
	g.depth++
	var list []*node
	for range n {
		if g.left--; g.left < 0 && len(list) > 0 {
			break
		}
		if s := g.statement(); s != nil {
			list = append(list, s)
		}
	}
	g.depth--
	g.scope, g.block = g.scope[:scope], outer
	return block(list...)
}

// block1 is a short block of its own.
func (g *generator) block1() *node { return g.statements(1 + g.rng.IntN(3)) }

func (g *generator) statement() *node {
	outer := g.risked
	g.risked = false
	defer func() { g.risked = outer }()
	deep := g.depth > 4 || g.left < 0
	switch n := g.rng.IntN(58); {
	case n < 7:
		return g.declaration()
	case n < 16 || deep:
		return g.assignment()
	case n < 20:
		return g.ifStatement()
	case n < 24:
		return g.loop()
	case n < 26:
		return g.switchStatement()
	case n < 28:
		return g.typeSwitch()
	case n < 30:
		return g.callStatement()
	case n < 31:
		return g.gotos()
	case n < 33:
		return g.leave()
	case n < 35:
		return g.trial()
	case n < 36:
		return g.note(g.scalar())
	case n < 37:
		return g.note(g.anyType(2))
	case n < 38:
		return stmt("{\n$}\n", g.block1())
	case n < 39:
		return g.closures()
	case n < 40:
		return g.beside()
	case n < 42:
		return g.assertions()
	case n < 43:
		return g.parts()
	case n < 57:
		return g.shape()
	}
	return g.builtin()
}

// declaration declares a variable; half of them shadow nothing.
func (g *generator) declaration() *node {
	t := g.anyType(2)
	v := variable{name: g.name("v"), typ: t, set: true}
	if g.block > 0 && g.chance(15) { // shadow: of another type, too
		if old := g.scope[g.rng.IntN(g.block)]; old.typ.name != "" && old.set && (old.name[0] == 'v' || old.name[0] == 'p') {
			v.name = old.name
		}
	}
	keep := "; _ = " + v.name + "\n"
	var n *node
	switch g.rng.IntN(8) {
	case 0:
		n = fixed("var " + v.name + " " + t.name + keep)
	case 1:
		n = fixed("var "+v.name+" "+t.name+" = $"+keep, g.expr(t, 2))
	case 2:
		if t.kind == pointerKind && t.elem.kind == structKind {
			v.set, v.full = false, true
			n = fixed(v.name+" := &$"+keep, g.structLiteral(t.elem, 2))
			break
		}
		fallthrough
	case 3:
		if t.kind == intKind || t.kind == stringKind {
			v.name = g.name("v")
			n = fixed("const "+v.name+" "+t.name+" = $\n", g.literal(t, 0))
			v.set, v.name = false, "id("+v.name+")"
			break
		}
		fallthrough
	case 4: // comma ok
		if m := g.read(g.mapOf(g.keyType(), t)); m != nil {
			ok := variable{name: g.name("ok"), typ: g.bool, set: true}
			n = fixed(v.name+", "+ok.name+" := $[$]; _ = "+ok.name+keep, m, g.mapKey(g.interned[m.Type].key, 1))
			g.hide(v, ok)
			return n
		}
		if t.kind != interfaceKind {
			ok := variable{name: g.name("ok"), typ: g.bool, set: true}
			n = fixed(v.name+", "+ok.name+" := $.("+t.name+"); _ = "+ok.name+keep, g.nonConst(g.any, 1))
			g.hide(v, ok)
			return n
		}
		fallthrough
	default:
		n = fixed("var "+v.name+" "+t.name+" = $"+keep, g.nonConst(t, 2))
	}
	g.hide(v)
	return n
}

// hide puts variables in scope, in place of those with the same name.
func (g *generator) hide(vs ...variable) {
	for _, v := range vs {
		for i := range g.scope {
			if g.scope[i].name == v.name {
				g.scope[i] = variable{name: "1", typ: &typ{}} // never read: of no known type
			}
		}
		g.scope = append(g.scope, v)
	}
}

func (g *generator) assignment() *node {
	switch g.rng.IntN(10) {
	case 0: // swap, or other two at a time
		p, ok := g.write(func(t *typ) bool { return true })
		q, ok2 := g.write(func(t *typ) bool { return t == p.typ })
		if ok && ok2 && g.chance(70) {
			return stmt(p.text+", "+q.text+" = $, $\n", g.expr(p.typ, 2), g.expr(q.typ, 2))
		}
	case 1, 2:
		p, ok := g.write(func(t *typ) bool { return t.kind == intKind })
		if !ok {
			return g.note(g.int)
		}
		if g.chance(30) {
			return stmt(p.text + pick(g, "++", "--") + "\n")
		}
		return stmt(p.text+" "+pick(g, "+", "-", "*", "^", "|", "&", "&^")+"= $\n", g.nonConst(p.typ, 2))
	case 3:
		if p, ok := g.write(func(t *typ) bool { return t.kind == stringKind }); ok {
			return stmt(p.text+" = cut("+p.text+" + $)\n", g.nonConst(p.typ, 1))
		}
	case 4:
		if p, ok := g.write(func(t *typ) bool { return t.kind == floatKind }); ok {
			return stmt(p.text+" "+pick(g, "+", "-", "*", "/")+"= $\n", g.nonConst(p.typ, 2))
		}
	}
	p, ok := g.write(func(t *typ) bool { return true })
	if !ok {
		return g.note(g.int)
	}
	return stmt(p.text+" = $\n", g.expr(p.typ, 3))
}

func (g *generator) ifStatement() *node {
	switch g.rng.IntN(6) {
	case 0:
		return stmt("if $ {\n$}\n", g.cond(2), g.block1())
	case 1:
		return stmt("if $ {\n$} else if $ {\n$} else {\n$}\n", g.cond(2), g.block1(), g.cond(1), g.block1(), g.block1())
	case 2: // with a variable of its own
		t := g.scalar()
		v := variable{name: g.name("v"), typ: t, set: true}
		n := g.nonConst(t, 2)
		scope := len(g.scope)
		g.hide(v)
		s := stmt("if "+v.name+" := $; $ {\n_ = "+v.name+"\n$} else {\n$}\n", n, g.cond(1), g.block1(), g.block1())
		g.scope = g.scope[:scope]
		return s
	}
	return stmt("if $ {\n$} else {\n$}\n", g.cond(2), g.block1(), g.block1())
}

// body is a loop's: it may be left.
func (g *generator) body(label string) *node {
	g.loops = append(g.loops, label)
	n := g.block1()
	if g.chance(40) {
		outer := g.risked
		g.risked = false
		n.Kids, n.Text = append(n.Kids, g.leave()), append(n.Text, "")
		g.risked = outer
	}
	g.loops = g.loops[:len(g.loops)-1]
	return n
}

// labelled puts a label in front of a loop if its body uses it.
func labelled(label string, n *node) *node {
	if uses := strings.Contains(text(n), label); uses {
		n.Text[0] = label + ":\n" + n.Text[0]
		n.Kind = fixed("").Kind
	}
	return n
}

func text(n *node) string {
	var sb strings.Builder
	n.Write(&sb)
	return sb.String()
}

const burn = "if fuel--; fuel < 0 { break }\n"

func (g *generator) loop() *node {
	g.labels++
	label := fmt.Sprintf("L%d", g.labels)
	scope := len(g.scope)
	defer func() { g.scope = g.scope[:scope] }()
	in := func(name string, t *typ) string {
		g.hide(variable{name: name, typ: t})
		return name
	}
	i, x := g.name("i"), g.name("x")
	var n *node
	switch g.rng.IntN(14) {
	case 0, 1, 2:
		from, to := g.nonConst(g.int, 0), g.rng.IntN(6)
		in(i, g.int)
		if g.chance(50) {
			n = stmt(fmt.Sprintf("for %s := 0; %s < %d; %s++ {\n%s$}\n", i, i, to, i, burn), g.body(label))
		} else {
			n = stmt(fmt.Sprintf("for %s := small($); %s >= 0; %s-- {\n%s$}\n", i, i, i, burn), from, g.body(label))
		}
	case 3: // the body may change the counter
		g.hide(variable{name: i, typ: g.int, set: true})
		n = stmt(fmt.Sprintf("for %s := 0; %s < %d; %s += 2 {\n%s$}\n", i, i, g.rng.IntN(8), i, burn), g.body(label))
	case 4:
		n = stmt("for $ {\n"+burn+"$}\n", g.cond(2), g.body(label))
	case 5:
		t := g.ints[g.rng.IntN(len(g.ints))]
		s := g.nonConst(t, 1)
		in(i, t)
		n = stmt("for "+i+" := range "+t.name+"(small(int($))) {\n"+burn+"_ = "+i+"\n$}\n", s, g.body(label))
	case 6, 7:
		t := g.slice(g.anyType(1))
		s := g.nonConst(t, 1)
		in(i, g.int)
		g.hide(variable{name: x, typ: t.elem, set: true})
		n = stmt("for "+i+", "+x+" := range $ {\n"+burn+"_, _ = "+i+", "+x+"\n$}\n", s, g.body(label))
	case 8:
		t := g.array(1+g.rng.IntN(4), g.scalar())
		s := g.nonConst(t, 1)
		in(x, t.elem)
		n = stmt("for _, "+x+" := range $ {\n"+burn+"_ = "+x+"\n$}\n", s, g.body(label))
	case 9:
		s := g.nonConst(g.string, 1)
		in(i, g.int)
		in(x, g.rune)
		n = stmt("for "+i+", "+x+" := range $ {\n"+burn+"_, _ = "+i+", "+x+"\n$}\n", s, g.body(label))
	case 10, 11: // functions that iterate
		if g.portal {
			return g.assignment()
		}
		if g.chance(50) {
			s := g.nonConst(g.int, 1)
			in(i, g.int)
			n = stmt("for "+i+" := range upTo($) {\n"+burn+"_ = "+i+"\n$}\n", s, g.body(label))
		} else {
			t := g.slice(g.anyType(1))
			s := g.nonConst(t, 1)
			in(i, g.int)
			in(x, t.elem)
			n = stmt("for "+i+", "+x+" := range "+pick(g, "each", "slices.All", "slices.Backward")+"($) {\n"+burn+"_, _ = "+i+", "+x+"\n$}\n", s, g.body(label))
		}
	case 12:
		return g.mapLoop(i, x)
	default: // in the order of keys
		m := g.nonConst(g.mapOf(pick(g, g.int, g.string), g.scalar()), 1)
		in(i, g.interned[m.Type].key)
		n = stmt("for _, "+i+" := range slices.Sorted(maps.Keys($)) {\n"+burn+"_ = "+i+"\n$}\n", m, g.body(label))
	}
	return labelled(label, n)
}

// mapLoop ranges over a map and makes a sum, since the order is not defined.
func (g *generator) mapLoop(i, x string) *node {
	t := g.mapOf(g.keyType(), g.anyType(1))
	sum := g.name("v")
	m := g.nonConst(t, 1)
	n := stmt(sum+" := 0\nfor "+i+", "+x+" := range $ {\n"+sum+" += $ * $\n}\nnote("+g.label()+", "+sum+")\n", m,
		g.hashOf(t.key, g.e(t.key, i)), g.hashOf(t.elem, g.e(t.elem, x)))
	return fixed("{\n$}\n", block(n))
}

func (g *generator) switchStatement() *node {
	t := pick(g, g.int, g.uint8, g.string, g.rune, g.scalar())
	if t.kind == boolKind || t.kind == floatKind {
		t = g.int
	}
	plain := g.chance(25)
	text, kids := "switch {\n", []*node{}
	if !plain {
		text, kids = "switch $ {\n", append(kids, g.nonConst(t, 2))
		if t.kind == intKind && g.chance(60) { // often one of the cases
			text = "switch $ & 7 {\n"
		}
	}
	g.loops = append(g.loops, "") // break leaves the switch
	used := map[string]bool{}
	cases, other := 1+g.rng.IntN(4), g.rng.IntN(6)
	for k := range cases {
		if k == other {
			text += "default:\n$"
			kids = append(kids, g.block1())
		}
		if plain {
			text += "case $:\n$"
			kids = append(kids, g.cond(1), g.block1())
		} else {
			var list []string
			for range 1 + g.rng.IntN(3)/2 {
				c := fmt.Sprintf("%s(%d)", t.name, g.rng.IntN(9))
				if t.kind == stringKind {
					c = pick(g, `"a"`, `"ab"`, `""`, `"é€"`, `"42"`)
				}
				if !used[c] {
					used[c] = true
					list = append(list, c)
				}
			}
			if len(list) == 0 {
				continue
			}
			text += "case " + strings.Join(list, ", ") + ":\n$"
			kids = append(kids, g.block1())
		}
		if k < cases-1 && g.chance(25) && k+1 != other {
			text += "if fuel > 5 { fuel -= 3 }\nfallthrough\n"
			used["fallthrough"] = true
		}
	}
	if strings.HasSuffix(text, "fallthrough\n") {
		text = strings.TrimSuffix(text, "fallthrough\n")
	}
	g.loops = g.loops[:len(g.loops)-1]
	return stmt(text+"}\n", kids...)
}

func (g *generator) typeSwitch() *node {
	static := g.any
	if len(g.interfaces) > 0 && g.chance(40) {
		static = g.interfaces[g.rng.IntN(len(g.interfaces))]
	}
	x := g.name("x")
	text, kids := "switch "+x+" := $.(type) {\n", []*node{g.nonConst(static, 2)}
	g.loops = append(g.loops, "")
	used := map[*typ]bool{}
	for range 1 + g.rng.IntN(4) {
		t := g.anyType(1)
		switch n := g.rng.IntN(10); {
		case n < 3:
			t = g.pointer(g.structType())
		case n < 6: // interfaces, which several types may fit
			t = g.interfaces[g.rng.IntN(len(g.interfaces))]
		}
		if static != g.any && t.kind != interfaceKind {
			base := t
			if t.kind == pointerKind {
				base = t.elem
			}
			if !base.named || !base.implements(static, t.kind == pointerKind && base.kind == structKind) {
				continue
			}
		}
		if used[t] {
			continue
		}
		used[t] = true
		scope := len(g.scope)
		if g.chance(80) {
			g.hide(variable{name: x, typ: t, set: true})
			text += "case " + t.name + ":\n_ = " + x + "\n{\n$}\n"
		} else {
			text += "case " + t.name + pick(g, ", nil", "") + ":\n_ = " + x + "\n{\n$}\n"
			if strings.Contains(text, ", nil:") {
				if used[nil] {
					text = strings.Replace(text, ", nil:", ":", 1)
				}
				used[nil] = true
			}
		}
		kids = append(kids, g.block1())
		g.scope = g.scope[:scope]
	}
	text += "default:\n_ = " + x + "\n$}\n"
	kids = append(kids, g.block1())
	g.loops = g.loops[:len(g.loops)-1]
	if strings.Count(text, ", nil:") > 1 {
		return g.assignment()
	}
	return stmt(text, kids...)
}

// callStatement calls for effect: a function, perhaps with several results, or a method.
func (g *generator) callStatement() *node {
	if g.chance(20) { // a callee that changes a part of something by its address
		p, ok := g.write(func(t *typ) bool { return t == g.int })
		if ok && !strings.Contains(p.text, "frame.") {
			return stmt("note("+g.label()+", poke(&"+p.text+", $))\n", g.nonConst(g.int, 1))
		}
	}
	if len(g.funcs) == 0 {
		return g.assignment()
	}
	f := g.funcs[g.rng.IntN(len(g.funcs))]
	call := g.callOf(f, 2)
	if len(f.results) == 0 {
		return stmt("$\n", call)
	}
	var left []string
	for _, r := range f.results {
		if p, ok := g.write(func(t *typ) bool { return t == r }); ok && g.chance(80) {
			left = append(left, p.text)
		} else {
			left = append(left, "_")
		}
	}
	return stmt(strings.Join(left, ", ")+" = $\n", call)
}

// gotos jumps back while there is fuel, or over a block.
func (g *generator) gotos() *node {
	g.labels++
	label := fmt.Sprintf("G%d", g.labels)
	saved := g.loops
	g.loops = append(g.loops[:len(g.loops):len(g.loops)], "")[:len(saved)]
	defer func() { g.loops = saved }()
	if g.chance(50) {
		return fixed("{\n"+label+":\n$if fuel--; fuel > 0 && $ {\ngoto "+label+"\n}\n}\n", block(stmt("{\n$}\n", g.block1())), g.cond(2))
	}
	return fixed("{\nif $ {\ngoto "+label+"\n}\n$"+label+":\n$}\n", g.cond(2), block(stmt("{\n$}\n", g.block1())), g.block1())
}

// leave leaves a loop or the function, or does nothing where there is none.
func (g *generator) leave() *node {
	if len(g.loops) > 0 && g.chance(75) {
		at := g.rng.IntN(len(g.loops))
		label := g.loops[at]
		if label == "" {
			if at == len(g.loops)-1 {
				return stmt("if $ {\nbreak\n}\n", g.cond(1))
			}
			return g.assignment()
		}
		if at == len(g.loops)-1 && g.chance(50) {
			label = ""
		}
		return stmt("if $ {\n"+strings.TrimSpace(pick(g, "break ", "continue ")+label)+"\n}\n", g.cond(1))
	}
	if g.results == nil {
		return g.note(g.int)
	}
	return stmt("if $ {\n$}\n", g.cond(1), block(g.returns()))
}

// returns is a return statement.
func (g *generator) returns() *node {
	if len(g.results) == 0 {
		return fixed("return\n")
	}
	return fixed("return "+strings.TrimSuffix(strings.Repeat("$, ", len(g.results)), ", ")+"\n", g.exprs(g.results, 2)...)
}

// trial runs statements that may panic; with recover the program goes on after them.
func (g *generator) trial() *node {
	if g.inline > 1 || g.kind == Uncaught && g.chance(85) || g.kind == Bare {
		return g.assignment()
	}
	defer g.enter(nil)()
	g.inline++
	risky := g.risky
	g.risky = true
	defer func() { g.inline--; g.risky = risky }()
	body := g.statements(2 + g.rng.IntN(3))
	if g.chance(40) {
		body.Kids = append(body.Kids, g.panics())
		body.Text = append(body.Text, "")
	}
	return stmt("try("+g.label()+", func() {\n$})\n", body)
}

// panics is a statement that probably panics.
func (g *generator) panics() *node {
	outer := g.risked
	g.risked = true
	defer func() { g.risked = outer }()
	switch g.rng.IntN(10) {
	case 0:
		return stmt("if $ {\npanic($)\n}\n", g.cond(2), g.expr(g.string, 1))
	case 1:
		return stmt("if $ {\npanic($)\n}\n", g.cond(2), g.boxed(g.error, 1))
	case 2:
		return stmt("panic($)\n", g.nonConst(g.scalar(), 1))
	case 3:
		return stmt("note("+g.label()+", $ / $)\n", g.nonConst(g.int, 1), g.nonConst(g.int, 1))
	case 4:
		return stmt("note("+g.label()+", len(make([]int, $ - 3)[:2]))\n", g.e(g.int, "small($)", g.nonConst(g.int, 1)))
	case 5:
		return stmt("note("+g.label()+", len([2]int($)))\n", g.nonConst(g.slice(g.int), 1))
	case 6:
		t := g.anyType(1)
		return stmt("_ = $.("+t.name+")\n", g.nonConst(g.any, 1))
	case 7:
		m := g.mapOf(g.any, g.int)
		return stmt("$[$] = $\n", g.nonConst(m, 1), g.expr(g.any, 1), g.expr(g.int, 1))
	case 8:
		return stmt("note("+g.label()+", len($[$:$:$]))\n", g.nonConst(g.slice(g.int), 1), g.nonConst(g.int, 0), g.nonConst(g.int, 0), g.nonConst(g.int, 0))
	}
	if len(g.interfaces) > 0 {
		i := g.interfaces[g.rng.IntN(len(g.interfaces))]
		return stmt("_ = $.("+i.name+")\n", g.nonConst(g.any, 1))
	}
	return stmt("panic(fault{3})\n")
}

// closures collects functions in a loop, each with variables of its own, and calls them.
func (g *generator) closures() *node {
	if g.inline > 1 {
		return g.assignment()
	}
	t := g.function(nil, []*typ{g.int})
	scope := len(g.scope)
	i, fs := g.name("i"), g.name("v")
	g.hide(variable{name: i, typ: g.int, set: g.chance(50)})
	made := g.funcLiteral(t)
	g.scope = g.scope[:scope]
	return fixed(fmt.Sprintf("{\nvar %s []func() int\nfor %s := 0; %s < 3; %s++ {\n%s%s = append(%s, $)\n}\nfor _, f := range %s {\nnote(%s, f())\n}\n}\n",
		fs, i, i, i, burn, fs, fs, fs, g.label()), made)
}

// builtin uses the built-in functions that change things.
func (g *generator) builtin() *node {
	switch g.rng.IntN(7) {
	case 0, 1:
		if p, ok := g.write(func(t *typ) bool { return t.kind == sliceKind }); ok {
			return stmt(p.text+" = few(append("+p.text+", $))\n", g.expr(p.typ.elem, 2))
		}
	case 2, 3:
		if p, ok := g.write(func(t *typ) bool { return t.kind == mapKind }); ok {
			n := stmt("if "+p.text+" == nil {\n"+p.text+" = "+p.typ.name+"{}\n}\n"+p.text+"[$] = $\n", g.mapKey(p.typ.key, 1), g.expr(p.typ.elem, 2))
			if g.risk(40) {
				n = stmt(p.text+"[$] = $\n", g.mapKey(p.typ.key, 1), g.expr(p.typ.elem, 2))
			}
			return n
		}
	case 4:
		if p, ok := g.write(func(t *typ) bool { return t.kind == mapKind }); ok {
			return stmt("delete("+p.text+", $)\n", g.mapKey(p.typ.key, 1))
		}
	case 5:
		if p, ok := g.write(func(t *typ) bool { return t.kind == mapKind || t.kind == sliceKind }); ok {
			return stmt("clear(" + p.text + ")\n")
		}
	}
	t := g.slice(g.scalar())
	return stmt("note("+g.label()+", copy($, $))\n", g.nonConst(t, 1), g.nonConst(t, 1))
}

func (g *generator) label() string {
	g.names++
	return fmt.Sprint(g.names)
}

// note adds a value of a type to the trail.
func (g *generator) note(t *typ) *node {
	return stmt("note("+g.label()+", $)\n", g.hashOf(t, g.nonConst(t, 2)))
}
