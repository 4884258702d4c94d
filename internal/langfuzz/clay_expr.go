package langfuzz

import "fmt"

// variable is one that may be assigned, "" if there is none.
func (g *clayGen) variable(t clayType) string {
	vars := g.scope.vars[t]
	if g.inFunc && g.chance(30) || len(vars) == 0 {
		vars = g.global.vars[t]
	}
	if len(vars) == 0 {
		return ""
	}
	return vars[g.rng.IntN(len(vars))]
}

// literal is a value written out.
func (g *clayGen) literal(t clayType) *Node {
	switch t {
	case anInt:
		return expr(g.intLiteral())
	case aNumber:
		if g.chance(50) {
			return expr(g.intLiteral())
		}
		return expr(pick(g.rng, "0.0", "0.5", "1.0", "1.5", "0.1", "100.25", "3.0", "12345678.9", "(1.0 / 0.0)",
			"(0 / (0.0 - 1))", "0.000001", "9007199254740993.0", "100000000000000000000.0"))
	case aString:
		return expr(pick(g.rng, `""`, `"a"`, `"b"`, `"ab"`, `"abc"`, `"0"`, `"hello"`))
	case aBool:
		return expr(pick(g.rng, "true", "false"))
	}
	var kids []*Node
	text := []string{"["}
	for i := range g.rng.IntN(4) {
		if i > 0 {
			text[i] += ", "
		}
		text = append(text, "")
		kids = append(kids, g.literal(g.itemType(t)))
	}
	text[len(text)-1] += "]"
	return exprOf(text, kids...)
}

func (g *clayGen) intLiteral() string {
	if g.chance(70) {
		return fmt.Sprint(g.rng.IntN(20))
	}
	return pick(g.rng, "9223372036854775807", "(0 - 9223372036854775807 - 1)", "4294967296", "2147483648", "(0 - 1)", "1000003",
		"255", "256", "65536", "9007199254740993", "(0 - 7)", "(0 - 2147483648)", "64", "1000")
}

func (g *clayGen) itemType(list clayType) clayType {
	if list == aMixture {
		return clayType(g.rng.IntN(int(aList)))
	}
	return anInt
}

// item is what may be put into a list: never a list from a variable, or lists could come to hold themselves.
func (g *clayGen) item(list clayType) *Node {
	if list == aMixture && g.chance(15) {
		return exprOf([]string{"[", ", ", "]"}, g.simple(anInt), g.simple(aString))
	}
	return g.expr(g.itemType(list), 1)
}

// expr is an expression of at most depth levels.
func (g *clayGen) expr(t clayType, depth int) *Node {
	g.cost += g.trips
	if depth > 0 && g.chance(12) {
		if call := g.callAny(t); call != nil {
			return call
		}
	}
	if depth == 0 || g.chance(20) {
		return g.simple(t)
	}
	switch t {
	case anInt:
		return g.intExpr(depth)
	case aNumber:
		return g.numberExpr(depth)
	case aString:
		return exprOf([]string{"(", " + ", ")"}, g.expr(aString, depth-1), g.simple(aString))
	case aBool:
		return g.boolExpr(depth)
	}
	return g.simple(t)
}

// simple is a variable, a loop's counter, or a literal.
func (g *clayGen) simple(t clayType) *Node {
	if n := len(g.scope.counters); t <= aNumber && n > 0 && g.chance(40) {
		return expr(g.scope.counters[g.rng.IntN(n)])
	}
	if v := g.variable(t); v != "" && g.chance(80) {
		return expr(v)
	}
	return g.literal(t)
}

func (g *clayGen) intExpr(depth int) *Node {
	a := g.expr(anInt, depth-1)
	switch n := g.rng.IntN(20); {
	case n < 9:
		return exprOf([]string{"(", pick(g.rng, " + ", " - ", " * "), ")"}, a, g.expr(anInt, depth-1))
	case n < 12:
		by := pick(g.rng, "2", "3", "7", "8", "10", "(0 - 1)", "16", "(0 - 3)", "1", "1000", "(0 - 9223372036854775807 - 1)")
		return exprOf([]string{"(", pick(g.rng, " / ", " % ") + by + ")"}, a)
	case n < 13:
		return exprOf([]string{"(", pick(g.rng, " / ", " % ") + "(1 + wrap(", ", 9)))"}, a, g.expr(anInt, depth-1))
	case n < 15:
		return exprOf([]string{"wrap(", fmt.Sprintf(", %d)", 1+g.rng.IntN(12))}, a)
	case n < 16:
		return exprOf([]string{"(-", ")"}, a)
	case n < 18:
		if v := g.variable(aList + clayType(g.rng.IntN(2))); v != "" {
			return expr("len(" + v + ")")
		}
	case n < 19:
		// The list in a variable may be empty: one made here is not.
		return exprOf([]string{"[", ", ", ", ", "][wrap(", ", 3)]"}, a, g.simple(anInt), g.simple(anInt), g.expr(anInt, depth-1))
	default:
		if v := g.variable(aString); v != "" {
			return expr(pick(g.rng, `("x" + `+v+`)[0]`, `(`+v+` + "yz")[1]`, "len("+v+")"))
		}
	}
	return a
}

func (g *clayGen) numberExpr(depth int) *Node {
	a, b := g.expr(aNumber, depth-1), g.expr(clayType(g.rng.IntN(2)), depth-1)
	switch g.rng.IntN(8) {
	case 0:
		return exprOf([]string{"(", " / " + pick(g.rng, "2.0", "0.5", "3.0", "(0 - 1.0)", "0.1") + ")"}, a)
	case 1:
		return exprOf([]string{"(", " / (1.5 + wrap(", ", 5)))"}, a, g.expr(anInt, depth-1))
	case 2:
		return exprOf([]string{"(-", ")"}, a)
	}
	return exprOf([]string{"(", pick(g.rng, " + ", " - ", " * "), ")"}, a, b)
}

func (g *clayGen) boolExpr(depth int) *Node {
	t := clayType(g.rng.IntN(4))
	if g.chance(40) {
		t = anInt
	}
	if g.chance(20) {
		return exprOf([]string{"(!", ")"}, g.expr(clayType(g.rng.IntN(int(clayTypes))), depth-1))
	}
	a, b := g.expr(t, depth-1), g.expr(t, depth-1)
	if t == aBool {
		return exprOf([]string{"(", pick(g.rng, " == ", " != "), ")"}, a, b)
	}
	return exprOf([]string{"(", pick(g.rng, " < ", " <= ", " == ", " != ", " > ", " >= "), ")"}, a, b)
}
