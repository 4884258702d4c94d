package main

import (
	"fmt"
	"strings"
)

// field is a field of a class; attr is its attribute's name.
type field struct {
	name, typ, attr string
}

// class is a generated type that implements kernel.Object.
type class struct {
	pkg, name string
	fields    []field
	ctor      string // name of its constructor builtin
}

// domain writes one domain package: classes, functions, and the builtins that make them reachable.
func (g *generator) domain(pkg string, classes, funcs int) {
	w := &writer{}
	own := len(g.funcs)
	var names []string // builtins: name, then Go function
	first := len(g.classes)
	for range classes {
		c := g.class(w, pkg)
		names = append(names, c.ctor, "new"+c.name)
		for range 2 {
			g.method(w, pkg, c)
		}
		if g.r.Intn(2) == 0 {
			w = g.flush(pkg, w, 1200)
		}
	}
	for i := range funcs {
		g.function(w, pkg)
		if i%3 == 2 {
			name := g.unique(g.pick(verbs) + capital(g.pick(adjectives)) + capital(g.pick(nouns)))
			g.builtin(w, pkg, "call"+capital(name), own)
			names = append(names, name, "call"+capital(name))
		}
		if i%10 == 9 {
			w = g.flush(pkg, w, 1200)
		}
	}
	for range 2 {
		name := g.unique("inspect" + capital(g.pick(adjectives)) + capital(g.pick(nouns)))
		g.inspector(w, pkg, "call"+capital(name), g.classes[first:])
		names = append(names, name, "call"+capital(name))
	}
	w.line("// Install registers what the package offers.")
	w.line("func Install() {")
	for _, c := range g.classes[first:] {
		var attrs []string
		for _, f := range c.fields {
			attrs = append(attrs, "names."+capital(f.attr))
		}
		w.line("class%s = kernel.NewClass(%q, nil, %s)", c.name, c.name, strings.Join(attrs, ", "))
	}
	for i := 0; i < len(names); i += 2 {
		w.line("kernel.Library.Add(%q, %s)", names[i], names[i+1])
		g.builtins = append(g.builtins, names[i])
	}
	w.line("}")
	g.flush(pkg, w, 0)
}

// flush ends a file once it is long enough.
func (g *generator) flush(pkg string, w *writer, atLeast int) *writer {
	if w.lines < atLeast {
		return w
	}
	text := w.sb.String()
	var head strings.Builder
	n := 1
	for g.out[fmt.Sprintf("%s/%s%d.go", pkg, pkg, n)] != "" {
		n++
	}
	if n == 1 {
		fmt.Fprintf(&head, "// Package %s is a part of the generated library.\n", pkg)
	}
	fmt.Fprintf(&head, "package %s\n\nimport (\n", pkg)
	for _, std := range []string{"fmt", "math"} {
		if strings.Contains(text, std+".") {
			fmt.Fprintf(&head, "\t%q\n", std)
		}
	}
	for _, p := range g.packages(pkg) {
		if strings.Contains(text, p+".") {
			fmt.Fprintf(&head, "\t\"biglang/%s\"\n", p)
		}
	}
	head.WriteString(")\n\n")
	g.add(fmt.Sprintf("%s/%s%d.go", pkg, pkg, n), head.String()+text)
	return &writer{}
}

// packages are those that a package may import.
func (g *generator) packages(pkg string) []string {
	list := []string{"kernel", "names", "text"}
	seen := map[string]bool{pkg: true}
	for _, f := range g.funcs {
		if !seen[f.pkg] {
			seen[f.pkg] = true
			list = append(list, f.pkg)
		}
	}
	return list
}

func (g *generator) class(w *writer, pkg string) *class {
	c := &class{pkg: pkg, name: g.unique(capital(g.pick(adjectives)) + capital(g.pick(nouns)))}
	c.ctor = g.unique("new" + c.name)
	used := map[string]bool{}
	for len(c.fields) < 3+g.r.Intn(4) {
		attr := g.pick(attributes)
		if used[attr] {
			continue
		}
		used[attr] = true
		typ := g.pick([]string{"int", "int", "int", "float64", "string", "bool", "[]int", "kernel.Object", "map[string]int"})
		if len(c.fields) == 0 {
			typ = "int"
		}
		c.fields = append(c.fields, field{attr + "Of", typ, attr})
	}
	g.classes = append(g.classes, c)
	w.line("// %s is a class of the %s library.", c.name, pkg)
	w.line("type %s struct {", c.name)
	for _, f := range c.fields {
		w.line("%s %s", f.name, f.typ)
	}
	w.line("}")
	w.line("")
	w.line("var class%s *kernel.Class", c.name)
	w.line("")
	g.constructor(w, c)
	g.protocol(w, c)
	return c
}

func (g *generator) constructor(w *writer, c *class) {
	w.line("func new%s(a, b kernel.Object) kernel.Object {", c.name)
	w.line("o := &%s{}", c.name)
	for i, f := range c.fields {
		arg := []string{"a", "b"}[i%2]
		switch f.typ {
		case "int":
			w.line("o.%s = kernel.AsInt(%s)*%d + %d", f.name, arg, 1+g.r.Intn(9), g.r.Intn(100))
		case "float64":
			w.line("o.%s = kernel.AsFloat(%s) / %d", f.name, arg, 2+g.r.Intn(9))
		case "string":
			w.line("o.%s = text.Cut(kernel.AsStr(%s), %d)", f.name, arg, 8+g.r.Intn(20))
		case "bool":
			w.line("o.%s = %s.Truth()", f.name, arg)
		case "[]int":
			w.line("o.%s = []int{kernel.AsInt(%s) & 255, %d}", f.name, arg, g.r.Intn(100))
		case "kernel.Object":
			w.line("o.%s = kernel.NewInt(kernel.AsInt(%s))", f.name, arg)
		default:
			w.line("o.%s = map[string]int{%q: kernel.AsInt(%s)}", f.name, g.pick(nouns), arg)
		}
	}
	w.line("return o")
	w.line("}")
	w.line("")
}

// hash is an integer view of a field.
func (f field) hash() string {
	switch f.typ {
	case "int":
		return "o." + f.name
	case "float64":
		return "kernel.Clamp(o." + f.name + ")"
	case "string":
		return "kernel.HashString(o." + f.name + ")"
	case "bool":
		return "kernel.AsInt(kernel.NewBool(o." + f.name + "))"
	case "kernel.Object":
		return "o." + f.name + ".Hash()"
	}
	return "len(o." + f.name + ")"
}

// protocol writes the methods of kernel.Object.
func (g *generator) protocol(w *writer, c *class) {
	w.line("func (o *%s) Class() *kernel.Class { return class%s }", c.name, c.name)
	w.line("func (o *%s) Truth() bool { return %s&%d != 0 }", c.name, c.fields[0].hash(), 1+g.r.Intn(63))
	w.line("")
	w.line("func (o *%s) Repr() string {", c.name)
	if g.r.Intn(3) == 0 {
		w.line("return fmt.Sprintf(\"<%s %%d %%v>\", o.%s, %s)", c.name, c.fields[0].name, c.fields[1].hash())
	} else {
		w.line("s := %q + text.Itoa(o.%s)", "<"+c.name+" ", c.fields[0].name)
		for _, f := range c.fields[1:] {
			if f.typ == "string" {
				w.line("s += %q + o.%s", " "+f.attr+"=", f.name)
			} else {
				w.line("s += %q + text.Itoa(%s)", " "+f.attr+"=", f.hash())
			}
		}
		w.line("return s + \">\"")
	}
	w.line("}")
	w.line("")
	w.line("func (o *%s) Hash() int {", c.name)
	w.line("h := %d", 1+g.r.Intn(1000))
	for _, f := range c.fields {
		w.line("h = (h*%d ^ %s) & 0xffffffff", 31+2*g.r.Intn(20), f.hash())
	}
	w.line("return h")
	w.line("}")
	w.line("")
	w.line("func (o *%s) Equal(other kernel.Object) bool {", c.name)
	w.line("x, ok := other.(*%s)", c.name)
	w.line("if !ok {")
	w.line("return false")
	w.line("}")
	w.line("return x == o || x.%s == o.%s && x.Hash() == o.Hash()", c.fields[0].name, c.fields[0].name)
	w.line("}")
	w.line("")
	g.binary(w, c)
	g.attrs(w, c)
	items := ""
	for _, f := range c.fields {
		if f.typ == "[]int" {
			items = f.name
		}
	}
	if items == "" {
		w.line("func (o *%s) Len() int { return %d }", c.name, len(c.fields))
		w.line("")
		w.line("func (o *%s) Item(i int) kernel.Object {", c.name)
		w.line("switch i {")
		w.indent++
		for i, f := range c.fields {
			w.line("case %d:", i)
			w.line("return kernel.NewInt(%s)", f.hash())
		}
		w.line("}")
		w.line("return nil")
		w.line("}")
	} else {
		w.line("func (o *%s) Len() int { return len(o.%s) }", c.name, items)
		w.line("")
		w.line("func (o *%s) Item(i int) kernel.Object {", c.name)
		w.line("if i < 0 || i >= len(o.%s) {", items)
		w.line("return nil")
		w.line("}")
		w.line("return kernel.NewInt(o.%s[i])", items)
		w.line("}")
	}
	w.line("")
}

func (g *generator) binary(w *writer, c *class) {
	w.line("func (o *%s) Binary(op int, other kernel.Object) kernel.Object {", c.name)
	w.line("switch y := other.(type) {")
	w.indent++
	w.line("case *kernel.Int:")
	w.line("switch op {")
	w.indent++
	for _, op := range []string{"Add", "Sub", "Mul"} {
		w.line("case kernel.Op%s:", op)
		w.line("return kernel.NewInt(o.%s %s y.V)", c.fields[0].name, map[string]string{"Add": "+", "Sub": "-", "Mul": "*"}[op])
	}
	w.line("case kernel.OpLess:")
	w.line("return kernel.NewBool(o.%s < y.V)", c.fields[0].name)
	w.line("}")
	w.line("case *%s:", c.name)
	w.line("switch op {")
	w.indent++
	w.line("case kernel.OpAdd:")
	w.line("return &%s{%s: o.%s + y.%s}", c.name, g.keyed(c), c.fields[0].name, c.fields[0].name)
	w.line("case kernel.OpEqual:")
	w.line("return kernel.NewBool(o.Equal(y))")
	w.line("}")
	if others := g.classes; len(others) > 1 {
		x := others[g.r.Intn(len(others))]
		if x.pkg == c.pkg && x != c {
			w.line("case *%s:", x.name)
			w.line("if op == kernel.OpXor {")
			w.line("return kernel.NewInt(o.%s ^ y.%s)", c.fields[0].name, x.fields[0].name)
			w.line("}")
		}
	}
	w.line("}")
	w.line("if op == kernel.OpEqual {")
	w.line("return kernel.False")
	w.line("}")
	w.line("return nil")
	w.line("}")
	w.line("")
}

// keyed is the part of a composite literal that copies all fields but the first, ending where the first one's value comes.
func (g *generator) keyed(c *class) string {
	var parts []string
	for _, f := range c.fields[1:] {
		parts = append(parts, f.name+": o."+f.name)
	}
	return strings.Join(append(parts, c.fields[0].name), ", ")
}

func (g *generator) attrs(w *writer, c *class) {
	w.line("func (o *%s) Attr(name int) kernel.Object {", c.name)
	w.line("switch name {")
	w.indent++
	for _, f := range c.fields {
		w.line("case names.%s:", capital(f.attr))
		switch f.typ {
		case "float64":
			w.line("return kernel.NewFloat(o.%s)", f.name)
		case "string":
			w.line("return kernel.NewStr(o.%s)", f.name)
		case "bool":
			w.line("return kernel.NewBool(o.%s)", f.name)
		case "kernel.Object":
			w.line("return o.%s", f.name)
		default:
			w.line("return kernel.NewInt(%s)", f.hash())
		}
	}
	w.line("}")
	w.line("return nil")
	w.line("}")
	w.line("")
	w.line("func (o *%s) SetAttr(name int, v kernel.Object) bool {", c.name)
	w.line("switch name {")
	w.indent++
	for _, f := range c.fields {
		w.line("case names.%s:", capital(f.attr))
		switch f.typ {
		case "int":
			w.line("o.%s = kernel.AsInt(v)", f.name)
		case "float64":
			w.line("o.%s = kernel.AsFloat(v)", f.name)
		case "string":
			w.line("o.%s = text.Cut(kernel.AsStr(v), 24)", f.name)
		case "bool":
			w.line("o.%s = v.Truth()", f.name)
		case "kernel.Object":
			w.line("o.%s = kernel.NewInt(kernel.AsInt(v))", f.name)
		case "[]int":
			w.line("if len(o.%s) < %d {", f.name, listLimit)
			w.line("o.%s = append(o.%s, kernel.AsInt(v))", f.name, f.name)
			w.line("}")
		default:
			w.line("o.%s[%q] += kernel.AsInt(v)", f.name, g.pick(nouns))
		}
	}
	w.line("default:")
	w.line("return false")
	w.line("}")
	w.line("return true")
	w.line("}")
	w.line("")
}

// method writes a method of a class and a builtin-like function that others call it through.
func (g *generator) method(w *writer, pkg string, c *class) {
	name := capital(g.pick(verbs)) + capital(g.pick(nouns))
	f := &fn{pkg: pkg, name: g.unique(c.name + name), params: []kind{kInt, kInt}, result: kInt}
	w.line("// %s works on the receiver's own state.", name)
	w.line("func (o *%s) %s(x int, s string) int {", c.name, strings.TrimPrefix(f.name, c.name))
	b := g.newBody(w, pkg)
	b.vars[kInt] = []string{"x"}
	b.vars[kStr] = []string{"s"}
	for _, fl := range c.fields {
		switch fl.typ {
		case "int":
			b.vars[kInt] = append(b.vars[kInt], "o."+fl.name)
		case "float64":
			b.vars[kFloat] = append(b.vars[kFloat], "o."+fl.name)
		case "[]int":
			b.vars[kInts] = append(b.vars[kInts], "o."+fl.name)
		case "map[string]int":
			b.vars[kMap] = append(b.vars[kMap], "o."+fl.name)
		}
	}
	b.declare()
	b.statements(3 + g.r.Intn(4))
	w.line("return %s", b.sum())
	w.line("}")
	w.line("")
	w.line("// %s makes an object and works on it.", f.name)
	w.line("func %s(x, y int) int {", f.name)
	w.line("o := new%s(kernel.NewInt(x), kernel.NewInt(y)).(*%s)", c.name, c.name)
	w.line("return o.%s(x-y, %q) + o.Hash()", strings.TrimPrefix(f.name, c.name), g.pick(nouns))
	w.line("}")
	w.line("")
	f.cost = b.cost + 60
	g.funcs = append(g.funcs, f)
}
