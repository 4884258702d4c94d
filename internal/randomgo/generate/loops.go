package generate

import (
	"fmt"
	"strings"
)

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
