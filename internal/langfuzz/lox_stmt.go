package langfuzz

import "fmt"

// statements makes n statements that share the budget, in a block: what they declare is forgotten.
func (g *loxGen) statements(n, depth int) []*Node {
	var list []*Node
	budget, mark := g.budget, g.scope.save()
	for range n {
		g.budget = budget / n
		list = append(list, g.statement(depth))
	}
	g.budget = budget
	g.scope.restore(mark)
	return list
}

func (g *loxGen) statement(depth int) *Node {
	g.cost += 5 * g.trips
	n := g.rng.IntN(100)
	switch {
	case depth > 0 && n < 25 && g.budget > 30, depth > 1 && !g.inFunc && n < 45:
		return g.loop(depth)
	case depth > 0 && n < 56:
		return g.branch(depth)
	case n < 64 && g.level >= loxFunction && depth < 3:
		return g.closure()
	case n < 69 && depth < 3:
		return g.declareIn()
	case n < 73 && (!g.inFunc || g.chance(20)):
		return clayWith([]string{"print ", ";\n"}, g.expr(loxType(g.rng.IntN(int(loxTypes))), 2))
	case n < 75 && g.errors:
		return g.mistake()
	case n < 77 && len(g.scope.counters) > 0:
		return g.redefine()
	case n < 79 && len(g.scope.counters) > 0 && g.inFunc && g.level != loxMethod:
		return clayWith([]string{"if (" + g.rare() + ") return ", ";\n"}, g.expr(g.result, 1))
	case n < 90:
		if s := g.field(); s != nil {
			return s
		}
	}
	return g.assign()
}

// declareIn declares a variable of a block. At top level statements may be dropped and the rest still has to make sense, so what is declared is used.
func (g *loxGen) declareIn() *Node {
	t := loxType(g.rng.IntN(int(loxTypes)))
	value := g.expr(t, 2)
	v := g.name("l")
	g.scope.vars[t] = append(g.scope.vars[t], v)
	return clayWith([]string{"var " + v + " = ", ";\n"}, value)
}

// redefine changes, seldom, what compiled code takes for settled: a class, a function, a variable that is otherwise read.
func (g *loxGen) redefine() *Node {
	var target, value string
	switch f := g.variable(loxFunc); {
	case len(g.classes) > 1 && g.chance(40):
		target, value = g.classes[g.rng.IntN(len(g.classes))], g.classes[g.rng.IntN(len(g.classes))]
	case f != "" && g.chance(40):
		target, value = "same", f
	default:
		target, value = "setting", pick(g.rng, "0.5", "setting + 1", "-setting")
	}
	return clayStmt("if (" + g.rare() + ") " + target + " = " + value + ";\n")
}

func (g *loxGen) assign() *Node {
	t := loxType(g.rng.IntN(int(loxTypes)))
	if g.chance(50) {
		t = loxNumber
	}
	v := g.variable(t)
	if v == "" {
		return clayWith([]string{"", ";\n"}, g.expr(loxNumber, 2))
	}
	if t == loxNumber && g.chance(50) {
		return clayWith([]string{v + " = " + v + pick(g.rng, " + ", " - ", " * "), ";\n"}, g.expr(t, 2))
	}
	if w := g.variable(t); t != loxString && w != v && g.chance(15) {
		return clayWith([]string{v + " = " + w + " = ", ";\n"}, g.expr(t, 1))
	}
	return clayWith([]string{v + " = ", ";\n"}, g.expr(t, 1+g.rng.IntN(3)))
}

// field sets fields, those that all objects have and others.
func (g *loxGen) field() *Node {
	v := g.object()
	if v == "" {
		return nil
	}
	number := g.expr(loxNumber, 2)
	switch g.rng.IntN(8) {
	case 0:
		return clayWith([]string{v + ".next = ", ";\n"}, g.simple(loxObject))
	case 1:
		return clayWith([]string{v + ".next = nil; " + v + ".a = ", ";\n"}, number)
	case 2:
		e := pick(g.rng, "e1", "e2", "e3")
		return clayWith([]string{v + "." + e + " = ", ";\n" + v + ".a = " + v + "." + e + pick(g.rng, " + 1", " * 0.5", "") + ";\n"}, number)
	case 3:
		if g.level >= loxFunction && len(g.scope.vars[loxFunc]) > 0 {
			return clayWith([]string{v + ".f = " + g.variable(loxFunc) + ";\n" + v + ".b = " + v + ".f(", ");\n"}, number)
		}
	}
	f := pick(g.rng, ".a", ".b")
	if g.chance(50) {
		return clayWith([]string{v + f + " = " + v + f + pick(g.rng, " + ", " - "), ";\n"}, number)
	}
	return clayWith([]string{v + f + " = ", ";\n"}, number)
}

// closure declares a local function that may read and assign the variables around it.
func (g *loxGen) closure() *Node {
	name, p := g.name("c"), g.name("p")
	outer := *g
	mark := g.scope.save()
	g.level, g.inFunc, g.captured, g.result, g.budget = loxClosure, true, true, loxNumber, 40
	g.scope.vars[loxNumber] = append(g.scope.vars[loxNumber], p)
	body := block(g.statements(1+g.rng.IntN(3), 1)...)
	body = block(append(body.Kids, clayWith([]string{"return ", ";\n"}, g.expr(loxNumber, 2)))...)
	g.scope.restore(mark)
	g.back(outer)
	g.scope.vars[loxFunc] = append(g.scope.vars[loxFunc], name)
	return clayWith([]string{"fun " + name + "(" + p + ") {\n", "}\n"}, body)
}

// loop runs a block a number of times known here, or less.
func (g *loxGen) loop(depth int) *Node {
	trips := 1 + g.rng.IntN(12)
	if most := g.budget / 12; most > 13 && g.chance(70) {
		trips = 10 + g.rng.IntN(min(most, 400)-9)
	}
	i := g.name("i")
	budget, total, mark := g.budget, g.trips, g.scope.save()
	g.budget, g.trips = budget/trips, total*trips
	g.scope.counters = append(g.scope.counters, i)
	body := block(g.statements(1+g.rng.IntN(5), depth-1)...)
	if g.chance(15) {
		body = block(append(body.Kids, clayStmt("if ("+g.rare()+") "+i+" = 1000;\n"))...)
	}
	g.scope.restore(mark)
	g.budget, g.trips = budget, total
	start, test, step := "0", fmt.Sprintf("%s < %d", i, trips), i+" = "+i+" + 1"
	switch g.rng.IntN(5) {
	case 0:
		start, test = "1", fmt.Sprintf("%s <= %d", i, trips)
	case 1:
		start, test = "0.5", fmt.Sprintf("!(%s >= %d)", i, trips)
	}
	if g.chance(60) {
		return clayWith([]string{"for (var " + i + " = " + start + "; " + test + "; " + step + ") {\n", "}\n"}, body)
	}
	return clayWith([]string{"{\nvar " + i + " = " + start + ";\nwhile (" + test + ") {\n", step + ";\n}\n}\n"}, body)
}

// rare is true seldom, at places that compiled code has seen to be false.
func (g *loxGen) rare() string {
	c := g.scope.counters
	if len(c) == 0 {
		return "false"
	}
	return fmt.Sprintf("%s %s %d", c[g.rng.IntN(len(c))], pick(g.rng, "==", "==", ">"), g.rng.IntN(60))
}

func (g *loxGen) branch(depth int) *Node {
	condition := g.expr(loxType(g.rng.IntN(int(loxObject))), 2)
	if g.chance(60) {
		condition = g.boolExpr(2)
	}
	then := block(g.statements(1+g.rng.IntN(2), depth-1)...)
	if g.chance(50) {
		return clayWith([]string{"if (", ") {\n", "}\n"}, condition, then)
	}
	other := block(g.statements(1+g.rng.IntN(2), depth-1)...)
	return clayWith([]string{"if (", ") {\n", "} else {\n", "}\n"}, condition, then, other)
}

// mistake does, seldom, what ends the program.
func (g *loxGen) mistake() *Node {
	o := g.object()
	if o == "" {
		o = "nil"
	}
	wrong := pick(g.rng, "nil + 1;", `"a" - 1;`, "undefined1;", "undefined2 = 1;", o+".gone;", o+".gone();", o+".m0();", "same(1, 2);", "nil();", `"a".b = 1;`,
		"-true;", "Root(1)();", `print "a" < 1;`, "same(same) + 1;", "{ class Bad < same {} }", o+".a = nil;", o+".b = \"s\";", "Root();")
	if c := g.scope.counters; len(c) > 0 {
		return clayStmt("if (" + g.rare() + ") { " + wrong + " }\n")
	}
	if g.chance(70) {
		return clayStmt("\n")
	}
	return clayStmt(wrong + "\n")
}
