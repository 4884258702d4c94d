package langfuzz

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// loxType is what a variable or expression is meant to hold. Lox has no types: a wrong one is part of few programs, and often
// ends them.
type loxType uint8

const (
	loxNumber loxType = iota
	loxString
	loxBool
	loxAny    // number, string, bool or nil: to compare, to test, to print
	loxObject // instance of one of the classes
	loxFunc   // function of one number that returns a number
	loxTypes
)

// Lox makes a random program of langs/toy/lox: classes that inherit from each other, functions, some recursive, closures, and
// statements at top level. Everything ends because calls go down: methods call methods with smaller numbers or of superclasses,
// closures call methods, functions call closures and earlier functions, and themselves with a smaller depth.
func Lox(seed uint64) *Case {
	g := &loxGen{rng: rand.New(rand.NewPCG(seed, 5))}
	g.errors = g.chance(35)
	root := block()
	add := func(n *Node) { root = block(append(root.Kids, n)...) }
	add(&Node{Kind: Fixed, Text: []string{loxPrelude}})
	g.scope = &loxScope{}
	for t := range loxTypes {
		if t == loxObject {
			for range 1 + g.rng.IntN(3) {
				add(g.class())
			}
		}
		for range 1 + g.rng.IntN(2) {
			add(g.declare(t, "g"))
		}
	}
	for range g.rng.IntN(5) {
		add(g.function())
	}
	g.level, g.budget, g.trips = loxTop, 12_000, 1
	small := g.chance(30)
	if small {
		g.budget = 400
	}
	globals := g.scope.save()
	for _, n := range g.statements(3+g.rng.IntN(5), 3) {
		add(n)
	}
	g.scope.restore(globals)
	for t := range loxFunc {
		for _, v := range g.scope.vars[t] {
			add(clayStmt("print " + v + ";\n"))
		}
	}
	return &Case{Root: root, Render: renderClay, Small: small}
}

const loxPrelude = `var setting = 1;
fun same(x) { return x; }
class Root {
init(a) {
this.a = a;
this.b = 1;
this.f = same;
this.next = nil;
}
m0(x) { return x + this.a; }
m1(x) { return this.m0(x) - this.b * setting; }
m2(x) { return this.m1(x) * 2; }
}
`

// The levels of functions: each calls only what is below.
const (
	loxMethod = iota
	loxClosure
	loxFunction
	loxTop
)

// loxScope has the variables in scope, innermost last.
type loxScope struct {
	vars     [loxTypes][]string
	counters []string // of the loops around; numbers to read only
}

type loxMark struct {
	vars     [loxTypes]int
	counters int
}

func (s *loxScope) save() loxMark {
	m := loxMark{counters: len(s.counters)}
	for t := range s.vars {
		m.vars[t] = len(s.vars[t])
	}
	return m
}

func (s *loxScope) restore(m loxMark) {
	s.counters = s.counters[:m.counters]
	for t := range s.vars {
		s.vars[t] = s.vars[t][:m.vars[t]]
	}
}

type loxFn struct {
	name             string
	params           []loxType
	result           loxType
	cost             int
	recursive, twice bool
}

type loxGen struct {
	rng      *rand.Rand
	scope    *loxScope
	level    int
	method   int // number of the method being made
	super    bool
	funcs    []*loxFn
	classes  []string
	budget   int // of what the statements of a block may cost, roughly in instructions
	cost     int // of the function so far
	trips    int // how often the current statement runs
	names    int
	errors   bool
	result   loxType // of the function being made
	inFunc   bool
	captured bool // inside a closure: the variables around are its upvalues
}

func (g *loxGen) chance(percent int) bool { return g.rng.IntN(100) < percent }

func (g *loxGen) name(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

// declare makes a variable.
func (g *loxGen) declare(t loxType, prefix string) *Node {
	value := g.literal(t)
	v := g.name(prefix)
	g.scope.vars[t] = append(g.scope.vars[t], v)
	return clayWith([]string{"var " + v + " = ", ";\n"}, value)
}

// class inherits from an earlier one, and overrides some methods.
func (g *loxGen) class() *Node {
	if len(g.classes) == 0 {
		g.classes = []string{"Root"}
	}
	parent := g.classes[g.rng.IntN(len(g.classes))]
	name := g.name("C")
	var members []*Node
	if g.chance(60) {
		members = append(members, g.init())
	}
	for i := range 3 {
		if g.chance(55) {
			members = append(members, g.methodOf(i))
		}
	}
	g.classes = append(g.classes, name)
	return clayWith([]string{"class " + name + " < " + parent + " {\n", "}\n"}, block(members...))
}

// init sets fields in an order of its own, before or after those of the superclass.
func (g *loxGen) init() *Node {
	text := []string{"super.init(a);\n"}
	for _, f := range []string{"c", "d", "b"} {
		if g.chance(50) {
			text = append(text, "this."+f+" = "+pick(g.rng, "a", "1", "a + 1", "nil", "\"s\"")+";\n")
		}
	}
	g.rng.Shuffle(len(text), func(i, j int) { text[i], text[j] = text[j], text[i] })
	// a and b are numbers in the end.
	text = append(text, "this.a = a; this.b = "+pick(g.rng, "2", "a", "0.5")+";\n")
	return clayStmt("init(a) {\n" + strings.Join(text, "") + "}\n")
}

func (g *loxGen) methodOf(i int) *Node {
	outer, mark := *g, loxScope{}
	g.scope = &mark
	g.scope.vars[loxNumber] = []string{"x"}
	g.level, g.method, g.super, g.inFunc, g.result = loxMethod, i, true, true, loxNumber
	g.trips, g.budget, g.captured = 1, 60, false
	body := block(g.statements(1+g.rng.IntN(3), 1)...)
	value := g.expr(loxNumber, 2)
	body = block(append(body.Kids, clayWith([]string{"return ", ";\n"}, value))...)
	g.back(outer)
	return clayWith([]string{fmt.Sprintf("m%d(x) {\n", i), "}\n"}, body)
}

// back restores all but what must not repeat.
func (g *loxGen) back(outer loxGen) {
	names, cost := g.names, g.cost
	*g = outer
	g.names, g.cost = names, cost
}

// function makes a global function that may call those before it and, on smaller depths, itself.
func (g *loxGen) function() *Node {
	outer := *g
	f := &loxFn{name: g.name("f"), result: loxType(g.rng.IntN(int(loxTypes)))}
	f.recursive = g.chance(45)
	f.twice = f.recursive && g.chance(40)
	globals := g.scope
	g.scope = &loxScope{}
	for t := range loxTypes {
		g.scope.vars[t] = slices.Clone(globals.vars[t])
	}
	g.level, g.inFunc, g.result, g.trips, g.cost, g.budget = loxFunction, true, f.result, 1, 10, 300
	if f.recursive {
		g.budget = 40
	}
	var head []string
	if f.recursive {
		head = append(head, "d")
		g.scope.counters = append(g.scope.counters, "d")
	}
	for range g.rng.IntN(4) {
		t := loxType(g.rng.IntN(int(loxTypes)))
		v := g.name("p")
		f.params = append(f.params, t)
		g.scope.vars[t] = append(g.scope.vars[t], v)
		head = append(head, v)
	}
	body := block()
	for range g.rng.IntN(4) {
		body = block(append(body.Kids, g.declare(loxType(g.rng.IntN(int(loxTypes))), "v"))...)
	}
	if f.recursive {
		end := clayWith([]string{"if (d < 1) return ", ";\n"}, g.expr(f.result, 1))
		end.Kind = Fixed
		body = block(append(body.Kids, end)...)
	}
	body = block(append(body.Kids, g.statements(1+g.rng.IntN(4), 2)...)...)
	value := g.expr(f.result, 2)
	if f.recursive {
		value = g.recur(f, value)
	}
	body = block(append(body.Kids, clayWith([]string{"return ", ";\n"}, value))...)
	f.cost = g.cost
	funcs := append(g.funcs, f)
	g.back(outer)
	g.funcs = funcs
	return clayWith([]string{"fun " + f.name + "(" + strings.Join(head, ", ") + ") {\n", "}\n"}, body)
}

// recur makes the value of a recursive function of calls of itself, and another value.
func (g *loxGen) recur(f *loxFn, value *Node) *Node {
	first := g.call(f, "d - 1")
	if f.twice {
		first = g.join(f.result, first, g.call(f, "d - 2"))
	}
	if g.chance(50) {
		return g.join(f.result, first, value)
	}
	return first
}

// join makes one value of two.
func (g *loxGen) join(t loxType, a, b *Node) *Node {
	switch t {
	case loxNumber:
		return exprOf([]string{"(", pick(g.rng, " + ", " - ", " * "), ")"}, a, b)
	case loxBool:
		return exprOf([]string{"(", pick(g.rng, " == ", " != "), ")"}, a, b)
	}
	return exprOf([]string{"(", pick(g.rng, " or ", " and "), ")"}, a, b)
}

func (g *loxGen) call(f *loxFn, depth string) *Node {
	var args []*Node
	for _, t := range f.params {
		args = append(args, g.expr(t, 1))
	}
	if !f.recursive {
		depth = ""
	}
	return callOf(f.name, depth, args)
}

// callAny calls a function with this result, if there is one that is not too expensive here.
func (g *loxGen) callAny(t loxType) *Node {
	for range 3 {
		if g.level < loxFunction || len(g.funcs) == 0 {
			return nil
		}
		f := g.funcs[g.rng.IntN(len(g.funcs))]
		depth, calls := 0, 1
		if f.twice {
			depth = g.rng.IntN(9)
			calls = 1 << depth
		} else if f.recursive {
			depth = g.rng.IntN(30)
			if g.chance(5) {
				depth *= 20
			}
			calls = depth + 1
		}
		if f.result != t || f.cost*calls > g.budget {
			continue
		}
		g.cost += g.trips * f.cost * calls
		return g.call(f, fmt.Sprint(depth))
	}
	return nil
}
