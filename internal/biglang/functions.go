package main

import (
	"strings"
)

var signatures = [][]kind{{kInt}, {kInt, kInt}, {kInt, kStr}, {kStr, kInt}, {kInt, kInts}, {kInt, kFloat}, {kInt, kInt, kStr}}

// function writes a function.
func (g *generator) function(w *writer, pkg string) {
	f := &fn{pkg: pkg, name: g.unique(capital(g.pick(verbs)) + capital(g.pick(adjectives)) + capital(g.pick(nouns)))}
	f.params = signatures[g.r.Intn(len(signatures))]
	f.result = []kind{kInt, kInt, kInt, kInt, kStr, kFloat}[g.r.Intn(6)]
	b := g.newBody(w, pkg)
	var params []string
	for i, p := range f.params {
		name := []string{"a", "b", "c"}[i]
		params = append(params, name+" "+goTypes[p])
		b.vars[p] = append(b.vars[p], name)
	}
	w.line("// %s is used by the rest of the library.", f.name)
	w.line("func %s(%s) %s {", f.name, strings.Join(params, ", "), goTypes[f.result])
	b.declare()
	b.statements(4 + g.r.Intn(6))
	switch f.result {
	case kInt:
		w.line("return %s", b.sum())
	case kStr:
		w.line("return text.Cut(%s+text.Itoa(%s), %d)", b.strExpr(1), b.sum(), stringLimit)
		b.spend(20)
	default:
		w.line("return float64((%s)&0xffff) / %d", b.sum(), 1+g.r.Intn(20))
	}
	w.line("}")
	w.line("")
	f.cost = b.cost + 5
	g.funcs = append(g.funcs, f)
}

// builtin writes a library function that calls functions of the package from own on.
func (g *generator) builtin(w *writer, pkg, name string, own int) {
	w.line("func %s(a, b kernel.Object) kernel.Object {", name)
	w.line("n, m := kernel.AsInt(a), kernel.AsInt(b)")
	w.line("s := text.Cut(kernel.AsStr(b), 12)")
	for range 2 {
		f := g.funcs[own+g.r.Intn(len(g.funcs)-own)]
		if g.r.Intn(2) == 0 {
			f = g.funcs[len(g.funcs)-1]
		}
		var args []string
		for _, p := range f.params {
			args = append(args, map[kind]string{kInt: g.pick([]string{"n", "m", "n^m"}), kStr: "s", kFloat: "kernel.AsFloat(a)", kInts: "[]int{n, m, 3}"}[p])
		}
		call := f.name + "(" + strings.Join(args, ", ") + ")"
		switch f.result {
		case kInt:
			w.line("n += %s", call)
		case kStr:
			w.line("s = %s", call)
		default:
			w.line("m += kernel.Clamp(%s)", call)
		}
	}
	switch g.r.Intn(4) {
	case 0:
		w.line("return kernel.NewStr(s + text.Itoa(n+m))")
	case 1:
		w.line("return kernel.NewList(kernel.NewInt(n), kernel.NewStr(s), kernel.NewInt(m))")
	default:
		w.line("return kernel.NewInt(n + m + kernel.HashString(s))")
	}
	w.line("}")
	w.line("")
}

// inspector writes a library function that tells classes apart.
func (g *generator) inspector(w *writer, pkg, name string, classes []*class) {
	w.line("func %s(a, b kernel.Object) kernel.Object {", name)
	w.line("switch o := a.(type) {")
	w.indent++
	for _, c := range classes {
		w.line("case *%s:", c.name)
		w.line("return kernel.NewInt(%s + kernel.AsInt(b))", c.fields[g.r.Intn(len(c.fields))].hash())
	}
	w.line("case *kernel.List:")
	w.line("sum := 0")
	w.line("for _, x := range o.Items {")
	w.line("sum += kernel.AsInt(x)")
	w.line("}")
	w.line("return kernel.NewInt(sum)")
	w.line("case *kernel.Str:")
	w.line("return kernel.NewStr(text.Swap(o.V))")
	w.line("}")
	w.line("return kernel.NewInt(a.Len() + kernel.AsInt(b))")
	w.line("}")
	w.line("")
}
