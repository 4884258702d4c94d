package generate

import (
	"fmt"
	"strings"
)

// literal is a value written out; its parts are of at most depth levels.
func (g *generator) literal(t *typ, depth int) *node {
	switch t.kind {
	case intKind:
		return g.e(t, g.intLiteral(t))
	case floatKind:
		if g.chance(20) {
			return g.e(t, t.name+"(id("+pick(g, "math.Inf(1)", "math.Inf(-1)", "math.NaN()", "math.Copysign(0, -1)", "math.MaxFloat64", "math.SmallestNonzeroFloat64", "float64(1<<63)", "-9.3e18")+"))")
		}
		return g.e(t, t.name+"("+pick(g, "0", "1", "-1.5", "0.1", "3.25", "1e10", "-2.75e-3", "100", "7", "65536.5", "1e-30", "16777217")+")")
	case complexKind:
		return g.e(t, t.name+"("+pick(g, "complex(1, 2)", "complex(0.5, -3)", "0", "2i")+")")
	case boolKind:
		return g.e(t, pick(g, "true", "false"))
	case stringKind:
		return g.e(t, t.name+"("+pick(g, `""`, `"a"`, `"ab"`, `"hello"`, `"é€"`, `"\xff\x80z"`, `"\xed\xa0\x80"`, `"\xe2\x82"`, `"a\xf4\x90\x80\x80\xc0\x80"`, `"\U0010ffff\x00"`, `"日本"`, `"0"`, `"42"`, `"-7"`, `"1.5"`, `"a,b,c"`, `" x "`)+")")
	case structKind:
		return g.structLiteral(t, depth)
	case arrayKind:
		if depth <= 0 || t.length > 4 {
			return g.e(t, t.name+"{}")
		}
		return g.list(t, t.length, func() *node { return g.expr(t.elem, depth-1) })
	case sliceKind:
		if g.chance(15) {
			return g.e(t, fmt.Sprintf("make(%s, %d, %d)", t.name, g.rng.IntN(3), 3+g.rng.IntN(3)))
		}
		if depth <= 0 {
			return g.e(t, pick(g, t.name+"{}", t.name+"(nil)"))
		}
		return g.list(t, g.rng.IntN(4), func() *node { return g.expr(t.elem, depth-1) })
	case mapKind:
		if depth <= 0 || g.chance(20) {
			return g.e(t, pick(g, t.name+"{}", "make("+t.name+")"))
		}
		// One constant key at most: equal ones do not compile.
		n := g.list(t, 1, func() *node { return g.e(t, "$: $", g.mapKey(t.key, depth-1), g.expr(t.elem, depth-1)) })
		n.Kids[0].Kind = fixed("").Kind
		return n
	case pointerKind:
		switch {
		case g.chance(10):
			return g.e(t, "("+t.name+")(nil)")
		case t.elem.kind == structKind && g.chance(80):
			return g.e(t, "&$", g.structLiteral(t.elem, depth))
		}
		return g.e(t, "ptr["+t.elem.name+"]($)", g.expr(t.elem, depth-1))
	case funcKind:
		return g.funcLiteral(t)
	}
	return g.boxed(t, depth)
}

func (g *generator) intLiteral(t *typ) string {
	n := g.rng.IntN(20)
	switch g.rng.IntN(8) {
	case 0: // near the ends of the range
		if t.signed {
			if g.chance(50) {
				return fmt.Sprintf("%s(%d)", t.name, -1<<(t.bits-1)+n%3)
			}
			return fmt.Sprintf("%s(%d)", t.name, int64(uint64(1)<<(t.bits-1)-1)-int64(n%3))
		}
		return fmt.Sprintf("%s(%d)", t.name, ^uint64(0)>>(64-t.bits)-uint64(n%3))
	case 1:
		if t.signed {
			n = -n
		}
	case 2:
		n = 100 + g.rng.IntN(27)
	case 3:
		if t.bits > 16 {
			n = g.rng.IntN(1 << 30)
		}
	}
	if t == g.int {
		return fmt.Sprintf("%d", n)
	}
	return fmt.Sprintf("%s(%d)", t.name, n)
}

// list is a composite literal.
func (g *generator) list(t *typ, n int, item func() *node) *node {
	var kids []*node
	for range n {
		kids = append(kids, item())
	}
	return g.e(t, t.name+"{"+strings.TrimSuffix(strings.Repeat("$, ", n), ", ")+"}", kids...)
}

func (g *generator) structLiteral(t *typ, depth int) *node {
	var kids []*node
	text := ""
	for _, f := range t.fields {
		if g.chance(25) || depth <= 0 && !f.typ.is(intKind) && !f.typ.is(stringKind) {
			continue
		}
		text += f.name + ": $, "
		kids = append(kids, g.expr(f.typ, depth-1))
	}
	return g.e(t, t.name+"{"+strings.TrimSuffix(text, ", ")+"}", kids...)
}

// mapKey is a key of a map: in an interface, something that has a hash.
func (g *generator) mapKey(t *typ, depth int) *node {
	if t != g.any || g.risk(20) {
		return g.expr(t, depth)
	}
	return g.e(t, "any($)", g.nonConst(pick(g, g.int, g.string, g.scalar(), g.array(2, g.int), g.hashable()), depth))
}

// hashable is a struct type that may be a key, if there is one.
func (g *generator) hashable() *typ {
	if t := g.structType(); t.comparable(true) {
		return t
	}
	return g.string
}

// boxed is a value of an interface type.
func (g *generator) boxed(t *typ, depth int) *node {
	box := func(x *node) *node { return g.e(t, t.name+"($)", x) }
	if g.chance(12) {
		return g.e(t, t.name+"(nil)")
	}
	if t == g.error {
		if g.chance(50) {
			return g.e(t, fmt.Sprintf("error(fault{%d})", g.rng.IntN(9)))
		}
		return g.e(t, "errors.New($)", g.expr(g.string, 0))
	}
	if len(t.methods) == 0 {
		switch g.rng.IntN(6) {
		case 0, 1:
			return box(g.nonConst(g.int, depth-1))
		case 2:
			return box(g.expr(g.string, depth-1))
		case 3:
			return box(g.expr(g.scalar(), depth-1))
		case 4:
			if s := g.structType(); s.kind == structKind && g.chance(60) {
				return box(g.pointerTo(s, depth))
			}
			return box(g.expr(g.structType(), depth-1))
		}
		return box(g.expr(pick(g, g.float, g.uint8, g.bool, g.slice(g.int), g.array(2, g.int)), depth-1))
	}
	var ways []*node
	for _, s := range append(append([]*typ{}, g.structs...), g.named...) {
		if s.implements(t, false) {
			ways = append(ways, box(g.expr(s, depth-1)))
		} else if s.kind == structKind && s.implements(t, true) {
			ways = append(ways, box(g.full(s, depth)))
			// What a method of the struct itself says of nil depends on whether the compiler knows the type.
			if !t.methodIn(s.methodsOf(false)) {
				ways = append(ways, box(g.pointerTo(s, depth)))
			}
		}
	}
	if len(ways) == 0 {
		return g.e(t, t.name+"(nil)")
	}
	return ways[g.rng.IntN(len(ways))]
}

// pointerTo is a pointer to a struct, perhaps nil.
func (g *generator) pointerTo(s *typ, depth int) *node {
	switch g.rng.IntN(4) {
	case 0:
		return g.e(g.pointer(s), g.pointer(s).converted()+"(nil)")
	case 1:
		return g.nonConst(g.pointer(s), depth-1)
	}
	return g.full(s, depth)
}

// full is a pointer to a struct that is not nil.
func (g *generator) full(s *typ, depth int) *node {
	p := g.pointer(s)
	if depth > 0 && g.chance(30) { // to the first part of another
		for _, o := range g.structs {
			if o.kind == structKind && len(o.fields) > 0 && o.fields[0].embedded && o.fields[0].typ == s {
				return g.e(p, "&($)."+s.name, g.full(o, depth-1))
			}
		}
	}
	if g.chance(50) {
		if v := g.read(p); v != nil {
			return g.e(p, "nn($)", v)
		}
	}
	return g.e(p, "&$", g.structLiteral(s, depth-1))
}

// funcLiteral is a closure over what is in scope.
func (g *generator) funcLiteral(t *typ) *node {
	if g.inline > 1 {
		return g.e(t, "func"+signature(t.params, t.results, blanks(len(t.params)))+" { "+zeroReturn(t.results)+" }")
	}
	defer g.enter(t.results)()
	g.inline++
	defer func() { g.inline-- }()
	names := g.parameters(t.params)
	body := g.statements(1 + g.rng.IntN(2))
	return g.e(t, "func"+signature(t.params, t.results, names)+" {\nif fuel--; fuel < 0 { "+zeroReturn(t.results)+" }\n$$}", body, g.returns())
}

func blanks(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = "_"
	}
	return list
}

// zeroReturn returns zero values.
func zeroReturn(results []*typ) string {
	text, names := "", []string{}
	for i, r := range results {
		text += fmt.Sprintf("var z%d %s; ", i, r.name)
		names = append(names, fmt.Sprintf("z%d", i))
	}
	return text + "return " + strings.Join(names, ", ")
}

// enter begins a function; the result ends it.
func (g *generator) enter(results []*typ) func() {
	saved, loops, scope, depth, portal, block := g.results, g.loops, len(g.scope), g.depth, g.portal, g.block
	g.results, g.loops, g.portal, g.block = results, nil, false, -1
	return func() {
		g.results, g.loops, g.scope, g.depth, g.portal, g.block = saved, loops, g.scope[:scope], depth, portal, block
	}
}

// parameters puts parameters in scope.
func (g *generator) parameters(types []*typ) (names []string) {
	for _, t := range types {
		name := g.name("p")
		names = append(names, name)
		g.scope = append(g.scope, variable{name: name, typ: t, set: true})
	}
	return names
}
