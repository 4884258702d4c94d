package langfuzz

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// clayType is what a variable or expression is meant to hold. Clay has no types: a statement that changes one, or an
// operand of a wrong one, is a part of few programs, and often ends them.
type clayType uint8

const (
	anInt   clayType = iota
	aNumber          // an int or a float
	aString
	aBool
	aList    // of ints and numbers
	aMixture // list of anything but lists
	clayTypes
)

// Clay makes a random program of langs/toy/clay: a few functions, some of them recursive, and statements at top level.
func Clay(seed uint64) *Case {
	g := &clayGen{rng: rand.New(rand.NewPCG(seed, 2))}
	g.errors = g.chance(40)
	root := block()
	add := func(n *Node) { root = block(append(root.Kids, n)...) }
	add(&Node{Kind: Fixed, Text: []string{clayPrelude}})
	g.global = &clayScope{}
	for t := range clayTypes {
		for range 1 + g.rng.IntN(2) {
			add(g.declare(g.global, t, "g"))
		}
	}
	for range g.rng.IntN(5) {
		f := g.signature()
		if f.recursive && g.chance(30) {
			f.partner = g.signature()
			f.partner.recursive, f.partner.partner = true, f
			add(g.function(f.partner))
			f.cost = f.partner.cost
		}
		add(g.function(f))
	}
	g.scope, g.inFunc = g.global, false
	g.budget = 12_000
	small := g.chance(30)
	if small {
		g.budget = 500
	}
	for _, n := range g.statements(3+g.rng.IntN(4), 3) {
		add(n)
	}
	for t := range clayTypes {
		for _, v := range g.global.vars[t] {
			add(clayStmt("print " + v + "\n"))
		}
	}
	return &Case{Root: root, Render: renderClay, Small: small}
}

const clayPrelude = `fn wrap(i, n) {
let r = i % n
if r < 0 { r = r + n }
return r
}
`

// clayScope has the variables that a function, or the top level, may use.
type clayScope struct {
	vars     [clayTypes][]string
	counters []string // of the loops around; ints to read only
}

type clayFunc struct {
	name   string
	params []clayType
	result clayType
	cost   int
	// recursive functions have a depth as first argument; a call costs cost times what calls says of it.
	recursive, twice bool
	// partner is called by it and calls it; nil if there is none.
	partner *clayFunc
}

type clayGen struct {
	rng    *rand.Rand
	scope  *clayScope
	global *clayScope
	funcs  []*clayFunc
	budget int // of what the statements of a block may cost, in instructions, roughly
	cost   int // of the function so far
	trips  int // how often the current statement runs
	names  int
	errors bool
	inFunc bool
	self   *clayFunc
	result clayType
}

func (g *clayGen) chance(percent int) bool { return g.rng.IntN(100) < percent }

func (g *clayGen) name(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

func clayStmt(text ...string) *Node { return &Node{Kind: Stmt, Text: text} }

func clayWith(text []string, kids ...*Node) *Node { return &Node{Kind: Stmt, Text: text, Kids: kids} }

func expr(text ...string) *Node { return &Node{Kind: Expr, Text: text} }

func exprOf(text []string, kids ...*Node) *Node { return &Node{Kind: Expr, Text: text, Kids: kids} }

// declare makes a variable with a literal.
func (g *clayGen) declare(s *clayScope, t clayType, prefix string) *Node {
	v := g.name(prefix)
	s.vars[t] = append(s.vars[t], v)
	return clayWith([]string{"let " + v + " = ", "\n"}, g.literal(t))
}

// signature makes a function without its body.
func (g *clayGen) signature() *clayFunc {
	f := &clayFunc{name: g.name("f"), result: clayType(g.rng.IntN(int(clayTypes)))}
	f.recursive = g.chance(50)
	f.twice = f.recursive && g.chance(40)
	for range g.rng.IntN(4) {
		f.params = append(f.params, clayType(g.rng.IntN(int(clayTypes))))
	}
	return f
}

// function makes the body of a function, which may call those before it and, on smaller depths, itself and its partner.
func (g *clayGen) function(f *clayFunc) *Node {
	s := &clayScope{}
	g.scope, g.inFunc, g.result, g.self = s, true, f.result, f
	g.trips, g.cost, g.budget = 1, 10, 300
	if f.recursive {
		g.budget = 40
	}
	var head []string
	if f.recursive {
		head = append(head, "d")
		s.counters = append(s.counters, "d")
	}
	for _, t := range f.params {
		v := g.name("p")
		s.vars[t] = append(s.vars[t], v)
		head = append(head, v)
	}
	body := block()
	for range g.rng.IntN(4) {
		body = block(append(body.Kids, g.declare(s, clayType(g.rng.IntN(int(clayTypes))), "v"))...)
	}
	if f.recursive {
		end := clayWith([]string{"if d < 1 { return ", " }\n"}, g.expr(f.result, 1))
		end.Kind = Fixed
		body = block(append(body.Kids, end)...)
	}
	body = block(append(body.Kids, g.statements(1+g.rng.IntN(4), 2)...)...)
	g.trips = 1
	value := g.expr(f.result, 2)
	if f.recursive {
		value = g.recur(f, value)
	}
	body = block(append(body.Kids, clayWith([]string{"return ", "\n"}, value))...)
	f.cost += g.cost
	g.funcs = append(g.funcs, f)
	return clayWith([]string{"fn " + f.name + "(" + strings.Join(head, ", ") + ") {\n", "}\n"}, body)
}

// recur makes the value of a recursive function of calls of itself, and another value.
func (g *clayGen) recur(f *clayFunc, value *Node) *Node {
	call := func(less string) *Node {
		if p := f.partner; p != nil && g.chance(60) {
			return g.convert(f.result, p.result, g.call(p, "d - "+less))
		}
		return g.call(f, "d - "+less)
	}
	first := call("1")
	if f.twice {
		first = g.join(f.result, first, call("2"))
	}
	if g.chance(50) {
		return g.join(f.result, first, value)
	}
	return first
}

// convert makes a value of one type of a value of another.
func (g *clayGen) convert(to, from clayType, x *Node) *Node {
	switch {
	case to == from, to == aNumber && from == anInt, to == aMixture && from == aList:
		return x
	case from == aString || from >= aList:
		x = exprOf([]string{"len(", ")"}, x)
	case from == aBool || to == anInt || to >= aString:
		x = exprOf([]string{"len([", "])"}, x)
	}
	switch to {
	case aString:
		return exprOf([]string{"[\"a\", \"b\"][wrap(", ", 2)]"}, x)
	case aBool:
		return exprOf([]string{"(", " < 3)"}, x)
	case aList, aMixture:
		return exprOf([]string{"[", "]"}, x)
	}
	return x
}

// join makes one value of two.
func (g *clayGen) join(t clayType, a, b *Node) *Node {
	switch t {
	case anInt, aNumber:
		return exprOf([]string{"(", pick(g.rng, " + ", " - ", " * "), ")"}, a, b)
	case aString:
		return exprOf([]string{"(", " + ", ")"}, a, b)
	case aBool:
		return exprOf([]string{"(", pick(g.rng, " == ", " != "), ")"}, a, b)
	}
	return exprOf([]string{"[len(", "), len(", ")]"}, a, b)
}

func (g *clayGen) call(f *clayFunc, depth string) *Node {
	var args []*Node
	for _, t := range f.params {
		args = append(args, g.expr(t, 1))
	}
	if !f.recursive {
		depth = ""
	}
	return callOf(f.name, depth, args)
}

// depth chooses how deep a recursive function goes, and says how many calls that makes.
func (g *clayGen) depth(f *clayFunc) (depth, calls int) {
	if f.twice {
		depth = g.rng.IntN(9)
		return depth, 1 << depth
	}
	depth = g.rng.IntN(30)
	if g.chance(5) {
		depth *= 20
	}
	return depth, depth + 1
}

// callAny calls a function with this result, if there is one that is not too expensive here.
func (g *clayGen) callAny(t clayType) *Node {
	for range 3 {
		if len(g.funcs) == 0 {
			return nil
		}
		f := g.funcs[g.rng.IntN(len(g.funcs))]
		depth, calls := 0, 1
		if f.recursive {
			depth, calls = g.depth(f)
		}
		if f.result != t || f.cost*calls > g.budget {
			continue
		}
		g.cost += g.trips * f.cost * calls
		return g.call(f, fmt.Sprint(depth))
	}
	return nil
}

// renderClay is the text of a program, with blocks indented.
func renderClay(root *Node) string {
	var flat strings.Builder
	var walk func(n *Node)
	walk = func(n *Node) {
		for i, text := range n.Text {
			flat.WriteString(text)
			if i < len(n.Kids) {
				walk(n.Kids[i])
			}
		}
	}
	walk(root)
	var b strings.Builder
	indent := 0
	for _, line := range strings.Split(strings.TrimSuffix(flat.String(), "\n"), "\n") {
		if strings.HasPrefix(line, "}") {
			indent--
		}
		b.WriteString(strings.Repeat("  ", max(indent, 0)))
		b.WriteString(line)
		b.WriteByte('\n')
		if strings.HasSuffix(line, "{") {
			indent++
		}
	}
	return b.String()
}
