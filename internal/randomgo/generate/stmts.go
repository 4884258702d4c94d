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
		swap := g.chance(50)
		q, ok2 := g.write(func(t *typ) bool { return !swap || t == p.typ })
		if ok && ok2 && g.chance(70) {
			return stmt(p.text+", "+q.text+" = $, $\n", g.assigned(p.typ, 2), g.assigned(q.typ, 2))
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
	return stmt(p.text+" = $\n", g.assigned(p.typ, 3))
}

// assigned is an expression for a variable. Parts of literals do not panic: Go's compiler fills in a result of struct or array type part by
// part, so that in functions that recover the first parts are seen.
func (g *generator) assigned(t *typ, depth int) *node {
	if t.kind == structKind || t.kind == arrayKind {
		outer := g.risked
		g.risked = true
		defer func() { g.risked = outer }()
	}
	return g.expr(t, depth)
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

func text(n *node) string {
	var sb strings.Builder
	n.Write(&sb)
	return sb.String()
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
