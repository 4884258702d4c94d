package generate

import (
	"strings"
)

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
	var values []*node
	for _, t := range g.results {
		values = append(values, g.assigned(t, 2))
	}
	return fixed("return "+strings.TrimSuffix(strings.Repeat("$, ", len(values)), ", ")+"\n", values...)
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
