package generate

import (
	"fmt"
	"strings"
)

// begin prepares for the body of a function at package level.
func (g *generator) begin(results []*typ, statements int) {
	g.results, g.loops, g.scope, g.depth, g.inline, g.left, g.block = results, nil, nil, 0, 0, statements, -1
	if results == nil {
		g.results = []*typ{}
	}
	g.risky = g.chance(10) || g.kind == Uncaught && g.chance(15)
}

const burnCall = "if fuel--; fuel < 0 { "

// topFunction declares a function that later ones may call. Some call themselves, some defer.
func (g *generator) topFunction() {
	f := &function{name: g.name("§f")}
	for range g.rng.IntN(4) {
		f.params = append(f.params, g.anyType(2))
	}
	for range pick(g, 0, 1, 1, 1, 1, 2, 3) {
		f.results = append(f.results, g.anyType(2))
	}
	g.begin(f.results, 3+3*g.size)
	recursive := g.chance(25)
	names := g.parameters(f.params)
	if g.chance(12) && !recursive {
		f.variadic = true
		t := g.slice(g.anyType(1))
		f.params = append(f.params, t)
		names = append(names, g.parameters([]*typ{t})...)
	}
	head := signature(f.params, f.results, names)
	if f.variadic {
		last := names[len(names)-1] + " "
		head = strings.Replace(head, last+"[]", last+"...", 1)
	}
	if recursive {
		g.recursive(f, head, names)
	} else if g.kind.Recovers() && g.chance(20) {
		g.deferring(f, names)
	} else {
		body := g.statements(3 + g.rng.IntN(5))
		g.declare("func "+f.name+head+" {\n"+burnCall+zeroReturn(f.results)+" }\n$$}\n\n", body, g.returns())
	}
	g.funcs = append(g.funcs, f)
}

// recursive makes a function with a depth as its first parameter, which the wrapper under its name sets.
func (g *generator) recursive(f *function, head string, names []string) {
	inner := append([]string{"depth"}, names...)
	types := append([]*typ{g.int}, f.params...)
	saved := g.funcs
	g.funcs = append(g.funcs[:len(g.funcs):len(g.funcs)], &function{name: f.name + "again", params: f.params, results: f.results})
	g.scope = append(g.scope, variable{name: "depth", typ: g.int})
	again := "again := func" + signature(f.params, f.results, names) + " { " + result(f.results) + f.name + "r(" + strings.Join(append([]string{"depth-1"}, names...), ", ") + ") }\n_ = again\n"
	body := g.statements(2 + g.rng.IntN(4))
	end := g.returns()
	g.funcs = saved
	// The name of the calls is that of the closure; half of the functions call themselves directly.
	direct := g.chance(50)
	rename(body, f.name+"again(", f.name+"r(depth-1, ", "again(", direct)
	rename(end, f.name+"again(", f.name+"r(depth-1, ", "again(", direct)
	if direct {
		again = ""
	}
	g.declare("func "+f.name+"r"+signature(types, f.results, inner)+" {\n"+burnCall+zeroReturn(f.results)+" }\nif depth <= 0 { "+zeroReturn(f.results)+" }\n"+again+"$$}\n\n", body, end)
	g.declare("func " + f.name + head + " {\n" + result(f.results) + f.name + "r(" + strings.Join(append([]string{"3"}, names...), ", ") + ")\n}\n\n")
}

func result(results []*typ) string {
	if len(results) == 0 {
		return ""
	}
	return "return "
}

// rename makes the calls of a name direct ones with a first argument, or calls of a local function.
func rename(n *node, old, direct, local string, isDirect bool) {
	for i, text := range n.Text {
		if !isDirect {
			n.Text[i] = strings.ReplaceAll(text, old, local)
			continue
		}
		for strings.Contains(n.Text[i], old) {
			at := strings.Index(n.Text[i], old)
			rest := n.Text[i][at+len(old):]
			by := direct
			if strings.HasPrefix(rest, ")") {
				by = strings.TrimSuffix(direct, ", ")
			}
			n.Text[i] = n.Text[i][:at] + by + rest
		}
	}
	for _, k := range n.Kids {
		rename(k, old, direct, local, isDirect)
	}
}

// deferring makes a function with named results that defers: closures run in reverse, may change the results, and
// one of them recovers.
func (g *generator) deferring(f *function, params []string) {
	var results []string
	for i, r := range f.results {
		name := fmt.Sprintf("r%d", i)
		results = append(results, name+" "+r.name)
		g.scope = append(g.scope, variable{name: name, typ: r, set: true})
	}
	var list []string
	for i, p := range f.params {
		t := p.name
		if f.variadic && i == len(f.params)-1 {
			t = "..." + p.elem.name
		}
		list = append(list, params[i]+" "+t)
	}
	head := "(" + strings.Join(list, ", ") + ") (" + strings.Join(results, ", ") + ")"
	g.risky = true
	outer := g.results
	g.results, g.inline = []*typ{}, 1
	first, second := g.statements(2), g.statements(1+g.rng.IntN(2))
	g.results, g.inline = outer, 0
	body := g.statements(3 + g.rng.IntN(4))
	caught := "if r := recover(); r != nil {\nnoteText(" + g.label() + ", textOf(r))\n$}\n"
	if g.chance(20) { // a second panic replaces the first
		caught = "defer func() { noteText(" + g.label() + ", textOf(recover())) }()\n" + caught
	}
	end := []*node{g.returns()}
	if g.chance(40) && len(f.results) > 0 {
		end[0] = fixed("return\n")
	}
	if g.chance(40) {
		end = append([]*node{g.panics()}, end...)
	}
	g.declare("func "+f.name+head+" {\nif fuel--; fuel < 0 { return }\ndefer func() {\n"+caught+"}()\ndefer func(n int) {\n$note("+g.label()+", n)\n}($)\n$$}\n\n",
		first, second, g.expr(g.int, 1), body, block(end...))
}

// methodBody declares a method.
func (g *generator) methodBody(t *typ, m *method) {
	g.begin(m.results, 1+2*g.size)
	recv := t.name
	v := variable{name: "recv", typ: t, set: true}
	if m.pointer {
		recv = "*" + t.name
		v.typ = g.pointer(t)
		v.set = false
	}
	g.scope = append(g.scope, v)
	names := g.parameters(m.params)
	body := g.statements(1 + g.rng.IntN(4))
	g.declare("func (recv "+recv+") "+m.name+signature(m.params, m.results, names)+" {\n"+burnCall+zeroReturn(m.results)+" }\n$$}\n\n", body, g.returns())
}

// mainFunction calls everything, and notes the package variables after each call.
func (g *generator) mainFunction() {
	g.begin([]*typ{}, 2+3*g.size)
	g.risky = false
	var list []*node
	for range 1 + g.size/2 {
		for _, f := range g.funcs {
			list = append(list, fixed("fuel = 500\n"))
			for range 1 + g.rng.IntN(2) {
				list = append(list, g.noteCall(f))
			}
		}
	}
	for _, t := range append(append([]*typ{}, g.structs...), g.named...) {
		for _, m := range t.methods {
			recv := g.nonConst(t, 1)
			if t.kind == structKind && (m.pointer || g.chance(40)) {
				recv = g.e(g.pointer(t), "($)", g.full(t, 2))
			}
			text := "$." + m.name + holes(len(m.params))
			if len(m.results) == 1 && g.chance(30) {
				text = "§via" + m.name + "($" + strings.Repeat(", $", len(m.params)) + ")"
			}
			call := g.e(m.results[0], text, append([]*node{recv}, g.exprs(m.params, 1)...)...)
			list = append(list, fixed("fuel = 500\n"), g.noteResults(call, m.results))
		}
	}
	list = append(list, fixed("fuel = 500\n"), g.statements(6))
	for _, v := range g.globals {
		if v.unread {
			continue
		}
		list = append(list, stmt("note("+g.label()+", $)\n", g.hashOf(v.typ, g.e(v.typ, v.name))))
	}
	g.declare("func §Main() {\n$}\n\n", block(list...))
}

// noteCall calls a function and notes all its results.
func (g *generator) noteCall(f *function) *node {
	return g.noteResults(g.callOf(f, 2), f.results)
}

func (g *generator) noteResults(call *node, results []*typ) *node {
	if len(results) == 0 {
		return stmt("$\n", call)
	}
	var names []string
	text := ""
	var kids []*node
	for i, r := range results {
		name := fmt.Sprintf("r%d", i)
		names = append(names, name)
		text += "note(" + g.label() + ", $)\n"
		kids = append(kids, g.hashOf(r, g.e(r, name)))
	}
	return fixed("{\n"+strings.Join(names, ", ")+" := $\n"+text+"}\n", append([]*node{call}, kids...)...)
}
