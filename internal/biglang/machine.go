package main

import (
	"fmt"
	"strings"
)

// instruction is an opcode of the generated machine. use is how a program uses it, with %d for registers: two operands hold
// objects, the result goes to the third.
type instruction struct {
	name string
	body []string
	use  string
}

// handlers writes a package of instruction handlers and returns the instructions.
func (g *generator) handlers(pkg string, n int) (list []instruction) {
	w := &writer{}
	for range n {
		name := g.unique(capital(g.pick(verbs)) + capital(g.pick(nouns)))
		w.line("// %s is an instruction.", name)
		w.line("func %s(a, b kernel.Object) kernel.Object {", name)
		switch g.r.Intn(4) {
		case 0:
			w.line("x, ok := a.(*kernel.Int)")
			w.line("if !ok {")
			w.line("return %sSlow(a, b)", lower(name))
			w.line("}")
			w.line("y := kernel.AsInt(b)")
			w.line("return kernel.NewInt(x.V%sy + %d)", g.pick([]string{"+", "-", "^", "&", "|"}), g.r.Intn(100))
		case 1:
			w.line("if r := a.Binary(kernel.Op%s, b); r != nil {", g.pick([]string{"Add", "Sub", "Mul", "Less", "Equal", "Xor"}))
			w.line("return r")
			w.line("}")
			w.line("return %sSlow(b, a)", lower(name))
		case 2:
			w.line("if v := a.Attr(names.%s); v != nil {", capital(g.pick(attributes)))
			w.line("return v")
			w.line("}")
			w.line("if v := a.Item(kernel.AsInt(b) & 3); v != nil {")
			w.line("return v")
			w.line("}")
			w.line("return %sSlow(a, b)", lower(name))
		default:
			w.line("if a.SetAttr(names.%s, b) {", capital(g.pick(attributes)))
			w.line("return a")
			w.line("}")
			w.line("return %sSlow(a, b)", lower(name))
		}
		w.line("}")
		w.line("")
		w.line("func %sSlow(p, q kernel.Object) kernel.Object {", lower(name))
		w.line("a, b := kernel.AsInt(p), kernel.AsInt(q)")
		b := g.newBody(w, pkg)
		b.vars[kInt] = []string{"a", "b"}
		b.declare()
		b.statements(2 + g.r.Intn(4))
		w.line("return kernel.NewInt(%s)", b.sum())
		w.line("}")
		w.line("")
		list = append(list, instruction{name: lower(name),
			body: []string{fmt.Sprintf("r[regA(w)] = %s.%s(r[regB(w)], r[regC(w)])", pkg, name)}, use: lower(name) + " r%d r%d r%d"})
		w = g.flush(pkg, w, 900)
	}
	g.flush(pkg, w, 0)
	return list
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// inlined are instructions whose work stands in the dispatch loop itself.
func (g *generator) inlined(n int) (list []instruction) {
	for range n {
		name := lower(g.unique(capital(g.pick(adjectives)) + capital(g.pick(verbs))))
		i := instruction{name: name, use: name + " r%d r%d r%d"}
		k := 1 + g.r.Intn(99)
		switch g.r.Intn(5) {
		case 0:
			i.body = []string{
				"if x, ok := r[regB(w)].(*kernel.Int); ok {",
				fmt.Sprintf("r[regA(w)] = &kernel.Int{V: x.V %s %d}", g.pick([]string{"+", "-", "^", "&"}), k),
				"} else {",
				"r[regA(w)] = r[regC(w)]",
				"}",
			}
		case 1:
			i.body = []string{
				"x, okX := r[regB(w)].(*kernel.Int)",
				"y, okY := r[regC(w)].(*kernel.Int)",
				"if okX && okY {",
				fmt.Sprintf("r[regA(w)] = &kernel.Int{V: (x.V %s y.V) & 0xffffff}", g.pick([]string{"+", "-", "*", "^"})),
				"} else {",
				fmt.Sprintf("r[regA(w)] = kernel.NewInt(r[regB(w)].Hash() + %d)", k),
				"}",
			}
		case 2:
			i.body = []string{
				fmt.Sprintf("v := r[regB(w)].Attr(names.%s)", capital(g.pick(attributes))),
				"if v == nil {",
				"v = r[regC(w)]",
				"}",
				"r[regA(w)] = v",
			}
		case 3:
			i.body = []string{
				"n := kernel.AsInt(r[regB(w)])",
				fmt.Sprintf("for i := range r[regC(w)].Len() & %d {", 1+g.r.Intn(7)),
				"if v := r[regC(w)].Item(i); v != nil {",
				"n += kernel.AsInt(v)",
				"}",
				"}",
				"r[regA(w)] = &kernel.Int{V: n & 0xffffff}",
			}
		default:
			i.body = []string{
				"if r[regB(w)].Equal(r[regC(w)]) {",
				"r[regA(w)] = kernel.True",
				"} else {",
				fmt.Sprintf("r[regA(w)] = kernel.NewBool(r[regB(w)].Hash() > %d)", k),
				"}",
			}
		}
		list = append(list, i)
	}
	return list
}

// basic are the instructions that any program needs.
var basic = []instruction{
	{name: "const", body: []string{"r[regA(w)] = code.consts[wide(w)]"}},
	{name: "move", body: []string{"r[regA(w)] = r[regB(w)]"}},
	{name: "jump", body: []string{"pc = wide(w)"}},
	{name: "loop", body: []string{"pc = wide(w)", "driver.CanEnterJit(pc, code)"}},
	{name: "jumpfalse", body: []string{"if !r[regA(w)].Truth() {", "pc = wide(w)", "}"}},
	{name: "jumptrue", body: []string{"if r[regA(w)].Truth() {", "pc = wide(w)", "}"}},
	{name: "return", body: []string{"return r[regA(w)], nil"}},
	{name: "add", body: arithmetic("Add", "+")},
	{name: "sub", body: arithmetic("Sub", "-")},
	{name: "mul", body: arithmetic("Mul", "*")},
	{name: "less", body: []string{
		"x, okX := r[regB(w)].(*kernel.Int)", "y, okY := r[regC(w)].(*kernel.Int)", "if okX && okY {",
		"r[regA(w)] = kernel.NewBool(x.V < y.V)", "} else if v := r[regB(w)].Binary(kernel.OpLess, r[regC(w)]); v != nil {", "r[regA(w)] = v", "} else {",
		"return nil, &Failure{\"no order\", code, pc - 1}", "}"}},
	{name: "equal", body: []string{"r[regA(w)] = kernel.NewBool(r[regB(w)].Equal(r[regC(w)]))"}},
	{name: "div", body: general("Div")}, {name: "mod", body: general("Mod")}, {name: "and", body: general("And")},
	{name: "or", body: general("Or")}, {name: "xor", body: general("Xor")},
	{name: "not", body: []string{"r[regA(w)] = kernel.NewBool(!r[regB(w)].Truth())"}},
	{name: "hash", body: []string{"r[regA(w)] = kernel.NewInt(r[regB(w)].Hash() & 0xffffff)"}},
	{name: "repr", body: []string{"r[regA(w)] = kernel.NewStr(r[regB(w)].Repr())"}},
	{name: "len", body: []string{"r[regA(w)] = kernel.NewInt(r[regB(w)].Len())"}},
	{name: "classof", body: []string{"r[regA(w)] = kernel.NewStr(r[regB(w)].Class().Name)"}},
	{name: "list", body: []string{"r[regA(w)] = kernel.NewList(r[regB(w)], r[regC(w)])"}},
	{name: "append", body: []string{"l, ok := r[regA(w)].(*kernel.List)", "if !ok {", "return nil, &Failure{\"not a list\", code, pc - 1}", "}",
		"if _, nested := r[regB(w)].(*kernel.List); !nested {", "l.Append(r[regB(w)])", "}"}},
	{name: "item", body: []string{"n := r[regB(w)].Len()", "v := kernel.Nil", "if n > 0 {", "v = r[regB(w)].Item((kernel.AsInt(r[regC(w)]) & 0xffff) % n)", "}",
		"if v == nil {", "v = kernel.Nil", "}", "r[regA(w)] = v"}},
	{name: "dict", body: []string{"r[regA(w)] = kernel.NewDict()"}},
	{name: "attr", body: []string{"v := r[regA(w)].Attr(wide(w))", "if v == nil {", "return nil, &Failure{\"no attribute \" + kernel.NameOf(wide(w)), code, pc - 1}", "}",
		"r[regA(w)] = v"}},
	{name: "setattr", body: []string{"if !r[regA(w)].SetAttr(wide(w), r[regA(w)+1]) {", "r[regA(w)] = kernel.False", "}"}},
	{name: "builtin", body: []string{"v := kernel.Library.Call(wide(w), r[regA(w)], r[regA(w)+1])", "if v == nil {",
		"return nil, &Failure{\"builtin failed\", code, pc - 1}", "}", "r[regA(w)] = v"}},
	{name: "call", body: []string{"callee := framework.Promote(code.siblings.codes[wide(w)])", "if depth > 200 {", "return nil, &Failure{\"calls are nested too deeply\", code, pc - 1}", "}",
		"f := newFrame(callee)", "f.regs[0] = r[regA(w)]", "v, failure := run(callee, f, depth+1)", "if failure != nil {", "return nil, failure", "}", "r[regA(w)] = v"}},
}

func arithmetic(name, op string) []string {
	return []string{
		"x, okX := r[regB(w)].(*kernel.Int)", "y, okY := r[regC(w)].(*kernel.Int)", "if okX && okY {",
		"r[regA(w)] = &kernel.Int{V: x.V " + op + " y.V}", "} else {", "v := r[regB(w)].Binary(kernel.Op" + name + ", r[regC(w)])", "if v == nil {",
		"v = kernel.NewInt(r[regB(w)].Hash() & 0xffff)", "}", "r[regA(w)] = v", "}",
	}
}

func general(name string) []string {
	return []string{"v := r[regB(w)].Binary(kernel.Op" + name + ", r[regC(w)])", "if v == nil {", "v = r[regB(w)]", "}", "r[regA(w)] = v"}
}

// portal writes the dispatch loop over all instructions.
func (g *generator) portal(all []instruction) {
	w := &writer{}
	w.line("// Code of the instructions.")
	w.line("const (")
	for i, x := range all {
		if i == 0 {
			w.line("op%s = iota", capital(x.name))
		} else {
			w.line("op%s", capital(x.name))
		}
	}
	w.line(")")
	w.line("")
	w.line("var opNumbers = map[string]int{")
	for _, x := range all {
		w.line("%q: op%s,", x.name, capital(x.name))
	}
	w.line("}")
	w.line("")
	w.line("var driver = framework.NewJitDriver(framework.DriverOptions{")
	w.line("Name: \"biglang\",")
	w.line("Greens: []string{\"pc\", \"code\"},")
	w.line("Virtualizable: \"frame\",")
	w.line("Recursive: true,")
	w.line("Location: location,")
	w.line("})")
	w.line("")
	w.line("func location(pc int, code *Code) string { return code.Name }")
	w.line("")
	w.line("// run executes a function on a frame.")
	w.line("func run(code *Code, frame *Frame, depth int) (kernel.Object, *Failure) {")
	w.line("pc := 0")
	w.line("for {")
	w.line("driver.MergePoint(pc, code)")
	w.line("w := code.words[pc]")
	w.line("r := frame.regs")
	w.line("pc++")
	w.line("switch w & mask {")
	w.indent++
	for _, x := range all {
		w.line("case op%s:", capital(x.name))
		for _, l := range x.body {
			w.line("%s", l)
		}
	}
	w.line("}")
	w.line("}")
	w.line("}")
	text := w.sb.String()
	var head strings.Builder
	head.WriteString("package machine\n\nimport (\n")
	for _, p := range append([]string{"kernel", "names"}, handlerPackages...) {
		fmt.Fprintf(&head, "\t\"biglang/%s\"\n", p)
	}
	head.WriteString("\t\"kiln/framework\"\n)\n\n")
	g.add("machine/run.go", head.String()+text)
}

// program writes a program that uses every instruction and every builtin in loops.
func (g *generator) program(all []instruction) string {
	w := &writer{}
	const chunk = 12
	var generated []instruction
	for _, x := range all {
		if x.use != "" {
			generated = append(generated, x)
		}
	}
	w.line("func fib 8\nconst r1 =2\nless r2 r0 r1\njumpfalse r2 @more\nreturn r0\nmore:\nconst r1 =1\nsub r3 r0 r1\ncall r3 !fib\nconst r1 =2\nsub r4 r0 r1\ncall r4 !fib\nadd r0 r3 r4\nreturn r0")
	w.line("func mainFib 4\nconst r0 =12\ncall r0 !fib\nreturn r0")
	objects := g.classes
	for i, n := 0, 0; i < len(g.builtins) || i < len(generated); i, n = i+chunk, n+1 {
		// r0 rounds, r1 sum, r2 i, r3 step, r4 condition, r5-r6 builtin, r8.. objects
		w.line("func main%d 24", n)
		w.line("const r1 =%d\nconst r2 =0\nconst r3 =1", g.r.Intn(1000))
		for o := range 4 {
			c := objects[(n*4+o)%len(objects)]
			w.line("const r5 =%d\nconst r6 ='%s'\nbuiltin r5 $%s\nmove r%d r5", g.r.Intn(90), g.pick(nouns), c.ctor, 8+o)
		}
		w.line("const r12 =2.5\nconst r13 ='%s'\nlist r14 r2 r13\ndict r15", g.pick(nouns))
		w.line("again:\nless r4 r2 r0\njumpfalse r4 @done")
		for j := i; j < i+chunk; j++ {
			if j < len(g.builtins) {
				w.line("move r5 r%d\nmove r6 r%d\nbuiltin r5 $%s\nhash r5 r5\nadd r1 r1 r5", []int{2, 2, 8, 9, 10, 11, 13}[g.r.Intn(7)], []int{2, 13, 1}[g.r.Intn(3)], g.builtins[j])
			}
			x := generated[j%len(generated)]
			a, b := []int{2, 8, 9, 10, 11, 12, 13, 14}[g.r.Intn(8)], []int{2, 2, 13, 9}[g.r.Intn(4)]
			w.line(x.use, 16, a, b)
			w.line("hash r16 r16\nxor r1 r1 r16")
		}
		w.line("const r17 =16777215\nand r1 r1 r17")
		w.line("append r14 r2\nitem r18 r14 r1\nhash r18 r18\nadd r1 r1 r18")
		w.line("move r19 r15\nmove r20 r2\nsetattr r19 .%s\nlen r19 r15\nadd r1 r1 r19", g.pick(attributes))
		w.line("add r2 r2 r3\nloop 0 @again\ndone:")
		w.line("repr r16 r%d\nhash r16 r16\nadd r1 r1 r16\nreturn r1", 8+g.r.Intn(4))
	}
	return strings.ReplaceAll(w.sb.String(), "\t", "")
}
