package langfuzz

import "fmt"

// variable is one in scope, "" if there is none. Those declared last are preferred.
func (g *loxGen) variable(t loxType) string {
	vars := g.scope.vars[t]
	if len(vars) == 0 {
		return ""
	}
	if n := len(vars); n > 3 && g.chance(50) {
		return vars[n-1-g.rng.IntN(3)]
	}
	return vars[g.rng.IntN(len(vars))]
}

// literal is a value written out, or made.
func (g *loxGen) literal(t loxType) *Node {
	switch t {
	case loxNumber:
		if g.chance(60) {
			return expr(fmt.Sprint(g.rng.IntN(20)))
		}
		return expr(pick(g.rng, "0.5", "1.5", "0.1", "100.25", "(-1)", "(-7)", "1000", "(1 / 0)", "(0 / 0)", "(-0)", "123456789", "0.000001",
			"9007199254740993", "100000000000000000000"))
	case loxString:
		return expr(pick(g.rng, `""`, `"a"`, `"b"`, `"ab"`, `"abc"`, `"0"`, `"hello"`, `("a" + "b")`))
	case loxBool:
		return expr(pick(g.rng, "true", "false"))
	case loxAny:
		return expr(pick(g.rng, "nil", "true", "false", "0", "1", "2.5", `""`, `"a"`))
	case loxObject:
		class := "Root"
		if len(g.classes) > 0 {
			class = g.classes[g.rng.IntN(len(g.classes))]
		}
		return exprOf([]string{class + "(", ")"}, expr(fmt.Sprint(g.rng.IntN(9))))
	}
	return expr("same")
}

// expr is an expression of at most depth levels.
func (g *loxGen) expr(t loxType, depth int) *Node {
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
	case loxNumber:
		return g.numberExpr(depth)
	case loxString: // with one variable at most: two in a loop would double it each time
		return exprOf([]string{"(", " + " + pick(g.rng, `"x"`, `"yz"`, `""`) + ")"}, g.simple(loxString))
	case loxBool:
		return g.boolExpr(depth)
	case loxAny:
		return g.expr(loxType(g.rng.IntN(int(loxAny))), depth)
	case loxObject:
		return g.objectExpr(depth)
	}
	if v := g.object(); v != "" && g.chance(30) {
		return expr(pick(g.rng, v+".m0", v+".m1", v+".m2", v+".f"))
	}
	return g.simple(t)
}

// simple is a variable, a loop's counter, or a literal.
func (g *loxGen) simple(t loxType) *Node {
	if n := len(g.scope.counters); (t == loxNumber || t == loxAny) && n > 0 && g.chance(40) {
		return expr(g.scope.counters[g.rng.IntN(n)])
	}
	if v := g.variable(t); v != "" && g.chance(80) {
		return expr(v)
	}
	return g.literal(t)
}

// object is something with the fields and methods of Root: a variable, or "this" in a method.
func (g *loxGen) object() string {
	if g.level == loxMethod {
		return "this"
	}
	return g.variable(loxObject)
}

func (g *loxGen) objectExpr(depth int) *Node {
	if v := g.object(); v != "" {
		switch g.rng.IntN(5) {
		case 0:
			return expr("(" + v + ".next or " + v + ")")
		case 1:
			return exprOf([]string{"(", " and " + v + " or ", ")"}, g.expr(loxBool, depth-1), g.simple(loxObject))
		}
	}
	if g.level == loxMethod {
		return expr("this")
	}
	g.cost += 20 * g.trips
	return g.literal(loxObject)
}

func (g *loxGen) numberExpr(depth int) *Node {
	n := g.rng.IntN(20)
	switch {
	case n < 3:
		if v := g.object(); v != "" {
			return expr(v + pick(g.rng, ".a", ".b"))
		}
	case n < 6:
		if call := g.methodCall(depth); call != nil {
			return call
		}
	case n < 8 && g.level >= loxFunction:
		if v := g.variable(loxFunc); v != "" && g.budget > 40 {
			g.cost += 40 * g.trips
			return exprOf([]string{v + "(", ")"}, g.expr(loxNumber, depth-1))
		}
	case n < 9:
		return exprOf([]string{"(-", ")"}, g.expr(loxNumber, depth-1))
	case n < 10:
		// The value of an assignment, between reads of the variable.
		if v := g.variable(loxNumber); v != "" {
			return exprOf([]string{"(" + v + pick(g.rng, " + ", " - ", " * ") + "(" + v + " = ", ") + " + v + ")"}, g.expr(loxNumber, depth-1))
		}
	case n < 11:
		return exprOf([]string{"(", " / " + pick(g.rng, "2", "0.5", "3", "(-1)", "0.1", "0") + ")"}, g.expr(loxNumber, depth-1))
	case n < 12:
		return exprOf([]string{"(", " and ", " or ", ")"}, g.expr(loxBool, depth-1), g.expr(loxNumber, depth-1), g.expr(loxNumber, depth-1))
	}
	a, b := g.expr(loxNumber, depth-1), g.expr(loxNumber, depth-1)
	return exprOf([]string{"(", pick(g.rng, " + ", " - ", " * "), ")"}, a, b)
}

// methodCall goes down: a method calls those with smaller numbers, of the same object or another, or that of its superclass.
func (g *loxGen) methodCall(depth int) *Node {
	below := 3
	if g.level == loxMethod {
		below = g.method
		if g.super && (below == 0 || g.chance(40)) {
			g.super = false
			return exprOf([]string{fmt.Sprintf("super.m%d(", g.method), ")"}, g.expr(loxNumber, depth-1))
		}
	}
	cost := []int{10, 40, 150}
	v := g.object()
	if below == 0 || v == "" {
		return nil
	}
	i := g.rng.IntN(below)
	if cost[i] > g.budget {
		return nil
	}
	g.cost += cost[i] * g.trips
	return exprOf([]string{fmt.Sprintf("%s.m%d(", v, i), ")"}, g.expr(loxNumber, depth-1))
}

func (g *loxGen) boolExpr(depth int) *Node {
	t := loxNumber
	if g.chance(40) {
		t = loxType(g.rng.IntN(int(loxTypes)))
	}
	switch g.rng.IntN(8) {
	case 0:
		return exprOf([]string{"(!", ")"}, g.expr(t, depth-1))
	case 1:
		return exprOf([]string{"(", pick(g.rng, " and ", " or "), ")"}, g.expr(loxBool, depth-1), g.expr(loxBool, depth-1))
	}
	a, b := g.expr(t, depth-1), g.expr(t, depth-1)
	if t != loxNumber {
		return exprOf([]string{"(", pick(g.rng, " == ", " != "), ")"}, a, b)
	}
	return exprOf([]string{"(", pick(g.rng, " < ", " <= ", " == ", " != ", " > ", " >= "), ")"}, a, b)
}
