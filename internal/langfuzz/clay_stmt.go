package langfuzz

import "fmt"

// statements makes n statements that share the budget.
func (g *clayGen) statements(n, depth int) []*Node {
	var list []*Node
	budget := g.budget
	for range n {
		g.budget = budget / n
		list = append(list, g.statement(depth))
	}
	g.budget = budget
	return list
}

func (g *clayGen) statement(depth int) *Node {
	g.cost += 5 * g.trips
	n := g.rng.IntN(100)
	switch {
	case depth > 0 && n < 25 && g.budget > 30, depth > 1 && !g.inFunc && n < 50:
		return g.loop(depth)
	case depth > 0 && n < 62:
		return g.branch(depth)
	case n < 69:
		return g.listStatement()
	case n < 73 && (!g.inFunc || g.chance(20)):
		return g.print()
	case n < 75 && g.errors:
		return g.mistake()
	case n < 78 && len(g.scope.counters) > 0 && g.inFunc:
		return clayWith([]string{"if " + g.rareCondition() + " { return ", " }\n"}, g.expr(g.result, 1))
	}
	return g.assign()
}

// assign sets a variable. Strings stay short: a loop can double one.
func (g *clayGen) assign() *Node {
	t := clayType(g.rng.IntN(int(clayTypes)))
	if g.chance(40) {
		t = clayType(g.rng.IntN(2))
	}
	v := g.variable(t)
	if v == "" {
		return g.print()
	}
	value := g.expr(t, 1+g.rng.IntN(3))
	if t == aString {
		return clayWith([]string{v + " = ", "\nif len(" + v + ") > 60 { " + v + " = \"" + pick(g.rng, "", "long") + "\" }\n"}, value)
	}
	if t == anInt && g.chance(50) {
		return clayWith([]string{v + " = " + v + pick(g.rng, " + ", " - ", " * "), "\n"}, value)
	}
	return clayWith([]string{v + " = ", "\n"}, value)
}

// loop runs a block a number of times known here, or less.
func (g *clayGen) loop(depth int) *Node {
	trips := 1 + g.rng.IntN(12)
	if most := g.budget / 12; most > 13 && g.chance(70) {
		trips = 10 + g.rng.IntN(min(most, 400)-9)
	}
	i := g.name("i")
	budget, total := g.budget, g.trips
	g.budget, g.trips = budget/trips, total*trips
	g.scope.counters = append(g.scope.counters, i)
	body := block(g.statements(1+g.rng.IntN(5), depth-1)...)
	start, test, step := g.counting(i, trips)
	if start == "0.0" && !g.errors {
		start = "0"
	}
	if g.chance(15) {
		start, test, step = "0", fmt.Sprintf("%s < %d", i, trips), i+" = "+i+" + 1"
		body = block(append(body.Kids, clayStmt("if "+g.rareCondition()+" { "+i+" = 1000 }\n"))...)
	}
	g.scope.counters = g.scope.counters[:len(g.scope.counters)-1]
	g.budget, g.trips = budget, total
	if g.chance(50) {
		return clayWith([]string{"let " + i + " = " + start + "\nwhile " + test + " {\n", step + "\n}\n"}, body)
	}
	return clayWith([]string{"let " + i + " = " + start + "\nwhile " + test + " {\n" + step + "\n", "}\n"}, body)
}

// counting is a way to count: the first value, the condition, and the step.
func (g *clayGen) counting(i string, trips int) (start, test, step string) {
	switch g.rng.IntN(25) {
	case 0, 1, 2:
		return fmt.Sprint(trips), i, i + " = " + i + " - 1" // an int is true if not 0
	case 3, 4, 5:
		return fmt.Sprint(trips), i + " > 0", i + " = " + i + " - 1"
	case 6:
		return "0.0", fmt.Sprintf("%s < %d", i, trips), i + " = " + i + " + 1"
	case 7, 8:
		return "0", fmt.Sprintf("%s != %d", i, 3*trips), i + " = " + i + " + 3"
	}
	return "0", fmt.Sprintf("%s < %d", i, trips), i + " = " + i + " + 1"
}

// rareCondition holds in few iterations.
func (g *clayGen) rareCondition() string {
	if len(g.scope.counters) == 0 {
		return "false"
	}
	i := g.scope.counters[g.rng.IntN(len(g.scope.counters))]
	if g.chance(30) {
		return fmt.Sprintf("%s > %d", i, g.rng.IntN(60))
	}
	return fmt.Sprintf("%s == %d", i, g.rng.IntN(40))
}

func (g *clayGen) branch(depth int) *Node {
	budget := g.budget
	then := block(g.statements(1+g.rng.IntN(3), depth-1)...)
	g.budget = budget
	if g.chance(25) {
		return clayWith([]string{"if " + g.rareCondition() + " {\n", "}\n"}, then)
	}
	condition := g.expr(pickType(g.rng.IntN(10)), 2)
	if g.chance(50) {
		return clayWith([]string{"if ", " {\n", "}\n"}, condition, then)
	}
	other := block(g.statements(1+g.rng.IntN(3), depth-1)...)
	g.budget = budget
	if g.chance(30) {
		return clayWith([]string{"if ", " {\n", "} else if ", " {\n", "}\n"}, condition, then, g.expr(aBool, 1), other)
	}
	return clayWith([]string{"if ", " {\n", "} else {\n", "}\n"}, condition, then, other)
}

// pickType is mostly aBool, sometimes another type that if takes.
func pickType(n int) clayType {
	switch n {
	case 0:
		return anInt
	case 1:
		return aString
	case 2:
		return aList
	}
	return aBool
}

// listStatement appends or stores. Lists stay short.
func (g *clayGen) listStatement() *Node {
	t := aList + clayType(g.rng.IntN(2))
	v := g.variable(t)
	if v == "" {
		return g.assign()
	}
	item := g.item(t)
	if g.chance(50) {
		limit := []int{3, 10, 40, 200}[g.rng.IntN(4)]
		return clayWith([]string{fmt.Sprintf("if len(%s) < %d {\nappend %s, ", v, limit, v), "\n}\n"}, item)
	}
	return clayWith([]string{"if len(" + v + ") > 0 {\n" + v + "[wrap(", ", len(" + v + "))] = ", "\n}\n"}, g.expr(anInt, 1), item)
}

func (g *clayGen) print() *Node {
	value := g.expr(clayType(g.rng.IntN(int(clayTypes))), 2)
	if g.trips < 20 {
		return clayWith([]string{"print ", "\n"}, value)
	}
	return clayWith([]string{"if " + g.rareCondition() + " { print ", " }\n"}, value)
}

// mistake is a statement that ends the program, or makes a variable something that may end it later.
func (g *clayGen) mistake() *Node {
	if g.inFunc && g.chance(20) {
		return g.unset()
	}
	v := g.variable(clayType(g.rng.IntN(int(clayTypes))))
	list := g.variable(aList)
	if v == "" || list == "" {
		return g.assign()
	}
	what := pick(g.rng,
		v+" = "+v+" / 0", v+" = "+v+" % 0", v+" = 1 % ("+v+" - "+v+")", v+" = "+list+"["+v+"]", list+"[len("+list+")] = 1",
		list+"["+v+"] = 2", "append "+v+", 1", v+" = len("+v+")", v+" = "+v+" + \"x\"", v+" = "+v+" < true",
		v+" = false", v+" = [1, 2]", v+" = 1.5", v+" = 1", v+" = [1][1]", v+" = \"abc\"[3]", v+" = -"+v)
	return clayStmt("if " + g.rareCondition() + " { " + what + " }\n")
}

// unset uses a variable that may not have been set: it holds nothing then, not even a value, and printing it is a nil
// dereference in the interpreter.
func (g *clayGen) unset() *Node {
	v := g.name("u")
	use := pick(g.rng, "print "+v, "print [1, "+v+"]", "print "+v+" + 1", "if "+v+" { print 1 }", v+" = !"+v, "print len("+v+")")
	return clayStmt("if " + g.rareCondition() + " { let " + v + " = 1 }\nif " + g.rareCondition() + " { " + use + " }\n")
}
