package generate

import (
	"fmt"
	"strings"
)

// aliasing appends to parts of one array, within its capacity and beyond.
func (g *generator) aliasing() *node {
	t := g.element()
	s := g.slice(t)
	a, b, c := g.fresh(), g.fresh(), g.fresh()
	room := 3 + g.rng.IntN(3)
	i := g.rng.IntN(2)
	j := i + g.rng.IntN(2)
	k := j + g.rng.IntN(room-j+1)
	return fixed(fmt.Sprintf("{\n%s := make(%s, 2, %d)\n%s[0] = $\n%s := append(%s[:1], $)\n%s := append(%s[%d:%d:%d], $, $)\n%s[0] = $\n$$$}\n",
		a, s.name, room, a, b, a, c, a, i, j, k, c), g.expr(t, 1), g.expr(t, 1), g.expr(t, 1), g.expr(t, 1), g.expr(t, 1),
		block(g.noteOf(s, a+"[:cap("+a+")]")), block(g.noteOf(s, b)), block(g.noteOf(s, c)))
}

// arraySlices has slices of an array that is a variable.
func (g *generator) arraySlices() *node {
	t := g.element()
	n := pick(g, 3, 4, 5, 20)
	a, s := g.fresh(), g.fresh()
	i := g.rng.IntN(2)
	return fixed(fmt.Sprintf("{\nvar %s [%d]%s\n%s := %s[%d:2:%d]\n%s = append(%s, $)\n%s[1] = $\n%s = append(%s, $, $)\n%s[0] = $\n$$}\n",
		a, n, t.name, s, a, i, 2+g.rng.IntN(n-1), s, s, a, s, s, s), g.expr(t, 1), g.expr(t, 1), g.expr(t, 1), g.expr(t, 1), g.expr(t, 1),
		block(g.noteOf(g.array(n, t), a)), block(g.noteOf(g.slice(t), s)))
}

// place is a variable of a kind, or a new one, which the text before it declares.
func (g *generator) place(fits func(*typ) bool, otherwise *typ) (place, *node) {
	if p, ok := g.write(fits); ok && g.chance(60) {
		return p, block()
	}
	p := place{text: g.fresh(), typ: otherwise}
	value := g.nonConst(otherwise, 2)
	switch otherwise.kind {
	case mapKind:
		value = g.e(otherwise, otherwise.name+"{}")
	case sliceKind:
		value = g.list(otherwise, 3, func() *node { return g.expr(otherwise.elem, 1) })
	}
	declared := []*node{fixed(p.text+" := $\n", value)}
	if otherwise.kind == mapKind {
		for range 2 + g.rng.IntN(4) {
			declared = append(declared, stmt(p.text+"[$] = $\n", g.mapKey(otherwise.key, 1), g.expr(otherwise.elem, 1)))
		}
	}
	return p, block(declared...)
}

func (g *generator) someMap() (place, *node) {
	return g.place(func(t *typ) bool { return t.kind == mapKind }, g.mapOf(pick(g, g.keyType(), g.hashable()), pick(g, g.int, g.string, g.slice(g.int), g.element())))
}

func (g *generator) someSlice() (place, *node) {
	return g.place(func(t *typ) bool { return t.kind == sliceKind && t.elem.words() < 5 }, g.slice(g.element()))
}

// overlap copies a slice over itself.
func (g *generator) overlap() *node {
	p, declared := g.someSlice()
	if g.chance(30) {
		return fixed("{\n$if len("+p.text+") > 1 {\nclear("+p.text+"[1:])\n}\n$}\n", declared, block(g.noteOf(p.typ, p.text)))
	}
	from, to := p.text, p.text+"[1:]"
	if g.chance(50) {
		from, to = to, from
	}
	return fixed("{\n$if len("+p.text+") > 1 {\nnote("+g.label()+", copy("+to+", "+from+"))\n}\n$}\n", declared, block(g.noteOf(p.typ, p.text)))
}

// update assigns with the operators that stmts.go does without.
func (g *generator) update() *node {
	p, ok := g.write(func(t *typ) bool { return t.kind == intKind })
	if !ok {
		return g.note(g.int)
	}
	if g.chance(50) {
		u := g.ints[5+g.rng.IntN(6)]
		return stmt(p.text+" "+pick(g, "<<", ">>")+"= $\n", g.nonConst(u, 1))
	}
	return stmt(p.text+" "+pick(g, "/", "%")+"= $ | 1\n", g.nonConst(p.typ, 1))
}

// mapUpdate changes an element of a map through an operator.
func (g *generator) mapUpdate() *node {
	p, declared := g.someMap()
	change := " = $"
	kids := []*node{g.mapKey(p.typ.key, 1)}
	switch t := p.typ.elem; t.kind {
	case intKind:
		change = pick(g, "++", "--", " += $", " ^= $", " -= $")
	case stringKind:
		change = " += $"
	case sliceKind:
		key := g.fresh()
		return fixed("{\n$if "+p.text+" != nil {\n"+key+" := $\n"+p.text+"["+key+"] = few(append("+p.text+"["+key+"], $))\n}\n$}\n",
			declared, kids[0], g.expr(t.elem, 1), block(g.noteOf(p.typ, p.text)))
	}
	if strings.Contains(change, "$") {
		kids = append(kids, g.expr(p.typ.elem, 1))
	}
	kids = append(append([]*node{declared}, kids...), block(g.noteOf(p.typ, p.text)))
	return fixed("{\n$if "+p.text+" != nil && len("+p.text+") < 20 {\n"+p.text+"[$]"+change+"\n}\n$}\n", kids...)
}

// deleting deletes from a map that it ranges over.
func (g *generator) deleting() *node {
	p, declared := g.someMap()
	k := g.fresh()
	h := g.hashOf(p.typ.key, g.e(p.typ.key, k))
	return fixed("{\n$for "+k+" := range "+p.text+" {\nif $&3 != 0 {\ndelete("+p.text+", "+k+")\n}\n}\n$}\n", declared, h, block(g.noteOf(p.typ, p.text)))
}
