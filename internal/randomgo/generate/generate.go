// Package generate makes random programs of the dialect from a seed. They are valid Go, and kiln check accepts them; they
// end, because loops and calls use up fuel; what they compute goes into a trail of numbers, so that two runs that differ
// say where. All names of a program begin with a prefix of its own, so that many programs make one package, with
// the declarations that they share (Support) and a main function (Main).
//
// Programs come in three kinds. Those of kind Caught recover the run-time panics they run into and go on. Those of kind
// Uncaught end with the first one, and contain no recover at all, since that changes how the JIT treats checks. Those
// of kind Portal have a small interpreter with a merge point as well.
//
// Statements and expressions are chosen by chance (stmts.go, expr.go); what chance would rarely put together has forms of its own (shapes.go). A test
// of internal/randomgo holds a list of constructs that programs must have and run.
//
// A program is a tree (internal/shrink), which can be made smaller. For tests only; imports nothing of Kiln but shrink.
package generate

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"kiln/internal/shrink"
)

type node = shrink.Node

// Kind says what a program is about.
type Kind uint8

const (
	Caught   Kind = iota
	Uncaught      // ends with its first panic
	Portal        // a merge point, panics are recovered
	Bare          // a merge point, no recover anywhere
	kinds
)

var kindNames = [kinds]string{"caught", "uncaught", "portal", "bare"}

func (k Kind) String() string { return kindNames[k] }

// Kinds is the number of kinds.
const Kinds = int(kinds)

// HasPortal says whether programs of the kind have merge points.
func (k Kind) HasPortal() bool { return k == Portal || k == Bare }

// Recovers says whether programs of the kind go on after a panic.
func (k Kind) Recovers() bool { return k == Caught || k == Portal }

// Program is a random program.
type Program struct {
	Seed uint64
	Kind Kind
	Root *shrink.Node
}

// New makes the program of a seed.
func New(seed uint64, kind Kind) *Program {
	g := &generator{rng: rand.New(rand.NewPCG(seed, 5+uint64(kind))), kind: kind, interned: map[string]*typ{}, hashes: map[*typ]bool{}}
	return &Program{Seed: seed, Kind: kind, Root: g.program()}
}

// Source is the program's file, with a prefix for its names; its main function is the prefix followed by Main.
func (p *Program) Source(prefix string) string {
	var sb strings.Builder
	p.Root.Write(&sb)
	body := strings.ReplaceAll(sb.String(), "§", prefix)
	head := "package main\n\n"
	for _, path := range []string{"cmp", "errors", "kiln/framework", "maps", "math", "math/bits", "slices", "sort", "strconv", "strings", "unicode/utf8"} {
		name := path[strings.LastIndex(path, "/")+1:]
		if uses(body, name) {
			head += fmt.Sprintf("import %q\n", path)
		}
	}
	return head + "\n" + body
}

// uses says whether a text has a name of a package, not as part of another name.
func uses(body, name string) bool {
	for at := 0; ; {
		i := strings.Index(body[at:], name+".")
		if i < 0 {
			return false
		}
		at += i
		if at == 0 || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.", rune(body[at-1])) {
			return true
		}
		at += len(name)
	}
}

type generator struct {
	rng  *rand.Rand
	kind Kind

	interned                                 map[string]*typ
	ints                                     []*typ
	int, uint8, rune, float, float32, string *typ
	complex, complex64, bool, any, error     *typ
	named, structs, interfaces               []*typ
	sigs                                     []*method

	size    int // of the program: 1 to 3
	decls   []*node
	hashes  map[*typ]bool // those with a hash function
	funcs   []*function   // that may be called
	globals []variable
	scope   []variable
	names   int
	labels  int

	// Of the function that is being made:
	results []*typ
	loops   []string // labels of the loops around
	risky   bool     // its run-time panics are caught, or wanted
	depth   int      // of statements
	left    int      // statements to go
	inline  int      // function literals around
	risked  bool     // the statement has something that may panic: of two, Go leaves open which comes first
	portal  bool     // in the function of a merge point
	block   int      // where the innermost block begins in scope; -1 before that of a function
}

// variable is one in scope.
type variable struct {
	name string
	typ  *typ
	set  bool // may be assigned
	full bool // a pointer that is not nil
	// unread: the program only writes to it, but for an accident.
	unread bool
}

// function is one at package level.
type function struct {
	name            string
	params, results []*typ
	variadic        bool
}

func (g *generator) chance(percent int) bool { return g.rng.IntN(100) < percent }

func (g *generator) name(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

// split makes a node of a text with a $ for each kid.
func split(kind shrink.Kind, text string, kids []*node) *node {
	parts := strings.Split(text, "$")
	if len(parts) != len(kids)+1 {
		panic(fmt.Sprintf("generate: %q has %d holes for %d parts", text, len(parts)-1, len(kids)))
	}
	return &node{Kind: kind, Text: parts, Kids: kids}
}

func block(kids ...*node) *node { return shrink.NewBlock(kids...) }

func stmt(text string, kids ...*node) *node { return split(shrink.Stmt, text, kids) }

func fixed(text string, kids ...*node) *node { return split(shrink.Fixed, text, kids) }

// expr makes an expression of a type.
func (g *generator) e(t *typ, text string, kids ...*node) *node {
	n := split(shrink.Expr, text, kids)
	n.Type = t.name
	if len(kids) > 0 {
		n.Literals = g.literals(t)
	}
	return n
}

// literals are what an expression of a type can be made in the end.
func (g *generator) literals(t *typ) []string {
	switch t.kind {
	case intKind, floatKind, complexKind:
		return []string{"id[" + t.name + "](1)", t.name + "(1)"}
	case boolKind:
		return []string{"true", "false"}
	case stringKind:
		return []string{t.name + `("a")`}
	case structKind, arrayKind, sliceKind, mapKind:
		return []string{t.name + "{}"}
	case pointerKind:
		return []string{"new(" + t.elem.name + ")"}
	case interfaceKind:
		return []string{t.name + "(nil)"}
	}
	return nil
}

func (g *generator) declare(text string, kids ...*node) {
	g.decls = append(g.decls, fixed(text, kids...))
}

// program makes everything.
func (g *generator) program() *node {
	g.size = pick(g, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3)
	g.basics()
	g.declareTypes()
	g.declareGenerics()
	g.declareConstants()
	g.declareGlobals()
	for range 1 + g.rng.IntN(g.size) {
		g.topFunction()
	}
	for _, t := range append(append([]*typ{}, g.named...), g.structs...) {
		for _, m := range t.methods {
			g.methodBody(t, m)
		}
	}
	for range 1 + g.rng.IntN(g.size) {
		g.topFunction()
	}
	if g.kind.HasPortal() {
		g.declarePortal()
	}
	g.mainFunction()
	g.hashAny()
	return block(g.decls...)
}

func (g *generator) declareGlobals() {
	g.inline = 2 // no function literals: they would make cycles of initialisation
	for range 1 + g.rng.IntN(3+g.size) {
		t := g.anyType(2)
		name := g.name("§g")
		if g.chance(30) {
			g.declare("var " + name + " " + t.name + "\n\n")
		} else {
			g.declare("var "+name+" "+t.name+" = $\n\n", g.literal(t, 1))
		}
		g.globals = append(g.globals, variable{name: name, typ: t, set: true, unread: g.chance(15)})
	}
}
