package generate

import (
	"fmt"
	"strings"
)

// interpreter is a random interpreter with a merge point: its operations are random statements over its reds.
type interpreter struct {
	greens []string // pc, then code or its text, perhaps a mode
	byText bool     // the code is a green string, not an object
	mode   bool
	enter  bool // has CanEnterJit
	calls  bool // the portal calls itself
	frame  bool // has a frame with virtualizable fields
	quasi  bool // has settings that hardly ever change
	ops    int  // operations 'a', 'b' ... that only compute
	params []*typ
	names  []string
}

// declarePortal declares an interpreter and code for it, and puts a function that runs it among those that main calls.
func (g *generator) declarePortal() {
	in := &interpreter{byText: g.chance(30), mode: g.chance(30), enter: g.chance(75), calls: g.chance(40), frame: g.chance(40), quasi: g.chance(50), ops: 3 + g.rng.IntN(3)}
	in.greens = []string{"pc", "code"}
	if in.mode {
		in.greens = append(in.greens, "mode")
	}
	g.hinted()
	option := ""
	if in.frame {
		option = ", Virtualizable: \"frame\""
	}
	g.declare("var §driver = framework.NewJitDriver(framework.DriverOptions{Name: \"§\", Greens: []string{\"" + strings.Join(in.greens, "\", \"") + "\"}" + option + "})\n\n")
	if in.frame {
		g.declareFrame()
	}
	if in.quasi {
		g.declare("type §Settings struct {\nlevel int `kiln:\"quasi\"`\nname string `kiln:\"quasi\"`\nlist []int `kiln:\"quasi[]\"`\n}\n\nvar §settings = &§Settings{1, \"one\", []int{1, 2}}\n\n")
	}
	if !in.byText {
		g.declare("type §Code struct {\nops string `kiln:\"immutable\"`\nargs []int `kiln:\"immutable[]\"`\n}\n\n")
	}
	g.declareItems()
	for range g.rng.IntN(3) {
		in.params = append(in.params, g.scalar())
	}
	codes := 1 + g.rng.IntN(2)
	for i := range codes {
		g.declareCode(in, i)
	}
	g.declareRun(in)
	for i := range codes {
		f := &function{name: fmt.Sprintf("§start%d", i), params: in.params, results: []*typ{g.int}}
		args := ""
		for k := range in.params {
			args += fmt.Sprintf(", a%d", k)
			in.names = append(in.names, fmt.Sprintf("a%d", k))
		}
		g.declare(fmt.Sprintf("func %s%s {\nreturn §run(§code%d, %d, 0%s)\n}\n\n", f.name, signature(f.params, f.results, in.names[:len(in.params)]), i, 8+g.rng.IntN(50), args))
		g.funcs = append(g.funcs, f)
	}
}

// declareCode declares a random sequence of operations, whose jumps back are counted.
func (g *generator) declareCode(in *interpreter, i int) {
	var ops []byte
	var args []int
	n := 4 + g.rng.IntN(8)
	for at := range n {
		op, arg := byte('a'+g.rng.IntN(in.ops)), g.rng.IntN(5)
		switch g.rng.IntN(16) {
		case 5, 6:
			if in.frame {
				op = pick(g, byte('U'), 'V', 'T')
			}
		case 7:
			if in.quasi && g.chance(50) {
				op = 'W'
			}
		case 8:
			op = 'O'
		case 9:
			op = pick(g, byte('I'), 'I', 'B')
		case 0:
			op, arg = 'F', min(n, at+1+g.rng.IntN(4))
		case 1:
			if at > 0 {
				op, arg = 'J', g.rng.IntN(at+1)
			}
		case 2:
			op = pick(g, byte('P'), 'Q')
		case 3:
			if in.mode {
				op = 'M'
			}
		case 4:
			if in.calls {
				op = 'C'
			}
		}
		ops, args = append(ops, op), append(args, arg)
	}
	ops, args = append(ops, 'J'), append(args, g.rng.IntN(3))
	if in.byText {
		text := ""
		for k := range ops {
			text += string(ops[k]) + string(rune('0'+args[k]))
		}
		g.declare(fmt.Sprintf("var §code%d = %q\n\n", i, text))
		return
	}
	list := strings.Trim(strings.ReplaceAll(fmt.Sprint(args), " ", ", "), "[]")
	g.declare(fmt.Sprintf("var §code%d = &§Code{ops: %q, args: []int{%s}}\n\n", i, ops, list))
}

// declareRun declares the portal.
func (g *generator) declareRun(in *interpreter) {
	g.begin([]*typ{g.int}, 6+6*g.size)
	names := g.parameters(in.params)
	reds, words := []variable{}, 0
	var list []*node
	for range 2 + g.rng.IntN(5) {
		t := g.anyType(1)
		if words += t.words(); words > 20 {
			break
		}
		v := variable{name: g.name("red"), typ: t, set: true}
		list = append(list, fixed("var "+v.name+" "+t.name+" = $; _ = "+v.name+"\n", g.expr(t, 1)))
		reds = append(reds, v)
	}
	g.scope = append(g.scope, reds...)
	g.scope = append(g.scope, variable{name: "n", typ: g.int})
	if in.frame {
		list = append(list, fixed("frame := &§Frame{stack: make(§Stack, 4)}\nouter := §top\n§top = frame\n"))
		g.scope = append(g.scope, variable{name: "frame.x", typ: g.int, set: true}, variable{name: "frame.s", typ: g.string, set: true},
			variable{name: "frame.f", typ: g.float, set: true}, variable{name: "frame.plain", typ: g.int, set: true})
	}
	if in.quasi {
		g.scope = append(g.scope, variable{name: "§settings.level", typ: g.int}, variable{name: "§settings.name", typ: g.string})
	}
	fetch := "if pc >= len(code.ops) { break }\nop, arg := code.ops[pc], code.args[pc]\n_ = arg\npc++\n"
	codeType := "*§Code"
	if in.byText {
		fetch = "if 2*pc >= len(code) { break }\nop, arg := code[2*pc], int(code[2*pc+1] - '0')\n_ = arg\npc++\n"
		codeType = "string"
	}
	g.scope = append(g.scope, variable{name: "arg", typ: g.int})
	g.portal, g.loops = true, []string{"D", ""}
	var cases []*node
	for k := range in.ops {
		cases = append(cases, fixed(fmt.Sprintf("case '%c':\n$", 'a'+k), g.statements(1+g.rng.IntN(3))))
	}
	cases = append(cases, g.control(in)...)
	g.portal, g.loops = false, nil
	g.scope = g.scope[:len(g.scope)-1]
	for _, v := range reds {
		list2 := stmt("h = h*31 + $\n", g.hashOf(v.typ, g.e(v.typ, v.name)))
		cases = append(cases, list2)
	}
	ends := cases[len(cases)-len(reds):]
	cases = cases[:len(cases)-len(reds)]
	if in.frame {
		ends = append(ends, fixed("h = h*31 + frame.x + hs(frame.s) + hf(frame.f) + frame.plain + frame.sp + frame.stack[0] + frame.stack[3]\n§top = outer\n"))
	}
	params := ""
	for i, p := range in.params {
		params += ", " + names[i] + " " + p.name
	}
	start := "pc := 0\n"
	if in.mode {
		start += "mode := 0\n"
	}
	loop := "for {\n§driver.MergePoint(" + strings.Join(in.greens, ", ") + ")\n" + fetch + "switch op {\n$}\n}\n"
	body := fixed(loop, block(cases...))
	if strings.Contains(text(body), " D\n") {
		body.Text[0] = "D:\n" + body.Text[0]
	}
	g.declare("func §run(code "+codeType+", n, level int"+params+") int {\nif fuel--; fuel < 0 { return 0 }\n"+start+"$$h := n\n$return h\n}\n\n",
		block(list...), body, block(ends...))
}

// control makes the operations that jump, call and give hints.
func (g *generator) control(in *interpreter) []*node {
	arrive := "pc = arg\n"
	if in.enter {
		arrive += "§driver.CanEnterJit(" + strings.Join(in.greens, ", ") + ")\ncontinue\n"
	}
	again := g.e(g.bool, "true")
	if g.chance(15) {
		again = g.cond(2)
	}
	list := []*node{
		fixed("case 'J':\nn--\nfuel--\nif n > 0 && fuel > 0 && $ {\n"+arrive+"}\n", again),
		fixed("case 'F':\nif $ {\npc = arg\n}\n", g.cond(2)),
		fixed("case 'P':\n$", block(g.promotion())),
		fixed("case 'Q':\n$", block(g.question())),
	}
	list = append(list, fixed("case 'O':\n$", block(g.overflow())), g.items(), g.longText())
	if in.frame {
		list = append(list, fixed("case 'U':\nframe.stack[frame.sp&3] = $\nframe.sp++\n", g.expr(g.int, 2)),
			fixed("case 'V':\nframe.sp--\nframe.x ^= frame.stack[frame.sp&3]\n"),
			fixed("case 'T':\nnote("+g.label()+", §touch($) + §poke(frame, $))\n", g.expr(g.int, 1), g.expr(g.int, 1)))
	}
	if in.quasi {
		list = append(list, fixed("case 'W':\nif n%7 == arg {\n§settings.level += n\n§settings.name = cut(§settings.name + $)\n§settings.list = []int{n, len(§settings.name)}\n}\nnote("+g.label()+
			", §settings.level + at(§settings.list, n))\n", g.expr(g.string, 1)))
	}
	if in.mode {
		list = append(list, fixed("case 'M':\nmode = (mode + 1) % 3\n"))
	}
	if in.calls {
		list = append(list, fixed("case 'C':\nif level < 3 {\nnote("+g.label()+", §run(code, n/2, level+1"+strings.Repeat(", $", len(in.params))+"))\n}\n", g.exprs(in.params, 1)...))
	}
	return list
}

// promotion makes a constant of a variable, for the trace.
func (g *generator) promotion() *node {
	p, ok := g.write(func(t *typ) bool {
		return t.kind == intKind || t.kind == pointerKind || t.kind == stringKind || t.kind == boolKind
	})
	if !ok {
		return g.note(g.int)
	}
	promote := "framework.Promote"
	if p.typ == g.string && g.chance(60) {
		promote = "framework.PromoteString"
	}
	return stmt(p.text + " = " + promote + "(" + p.text + ")\n")
}

// overflow is arithmetic that says whether it is exact.
func (g *generator) overflow() *node {
	p, ok := g.write(func(t *typ) bool { return t == g.int })
	if !ok {
		return g.note(g.int)
	}
	return stmt("if sum, exact := framework."+pick(g, "AddOvf", "SubOvf", "MulOvf")+"($, $); exact {\n"+p.text+" = sum\n} else {\n"+p.text+" = sum ^ 1\n}\n",
		g.nonConst(g.int, 1), g.nonConst(g.int, 1))
}

// declareFrame declares a frame, and functions that get hold of it in different ways.
func (g *generator) declareFrame() {
	g.declare("//kiln:array\ntype §Stack []int\n\n")
	g.declare("type §Frame struct {\nx int `kiln:\"virtualizable\"`\ns string `kiln:\"virtualizable\"`\nf float64 `kiln:\"virtualizable\"`\n" +
		"sp int `kiln:\"virtualizable\"`\nstack §Stack `kiln:\"virtualizable[]\"`\nplain int\n}\n\n")
	g.declare("var §top *§Frame\n\n")
	directive := pick(g, "//kiln:dont_look_inside\n", "")
	g.declare(directive + "func §touch(n int) int {\nif §top == nil { return n }\n§top.x += n\n§top.plain++\nreturn §top.sp\n}\n\n")
	g.declare(pick(g, "//kiln:dont_look_inside\n", "") + "func §poke(f *§Frame, n int) int {\nf.x ^= n\nf.s = cut(f.s + \"p\")\nreturn hs(f.s) + f.plain\n}\n\n")
}

// declareItems declares what holds items that do not change once they are in it.
func (g *generator) declareItems() {
	g.declare("type §Item struct {\na int\ns string\nb int\n}\n\n")
	g.declare("type §Items struct {\nlist []§Item `kiln:\"immutable[]\"`\nnumbers []int `kiln:\"immutable[]\"`\n}\n\n")
	g.declare(pick(g, "//kiln:dont_look_inside\n", "") + "func §held(x *§Items, i int) int {\nreturn at(x.list, i).b ^ at(x.numbers, i)\n}\n\n")
}

// items fills items and reads them through fields that say that they do not change.
func (g *generator) items() *node {
	return fixed("case 'I':\nlist, numbers := make([]§Item, 1+small($)), make([]int, 4)\nlist[len(list)-1].a = $\nlist[0].b = $\nlist[0].s = $\nnumbers[small(n)] = $\n"+
		"items := &§Items{list, numbers}\nnote("+g.label()+", items.list[0].b*5 + items.list[len(list)-1].a + hs(items.list[0].s) - items.numbers[small(n)] + §held(items, n))\n",
		g.expr(g.int, 1), g.expr(g.int, 2), g.expr(g.int, 1), g.expr(g.string, 1), g.expr(g.int, 1))
}

// longText takes a text too long for a virtual array through runes and bytes.
func (g *generator) longText() *node {
	return fixed("case 'B':\nbytes := []byte(string([]rune($ + \"a text that is longer than é virtual arrays\")))\nbytes[small(n)] ^= byte(n&7)\nnote("+g.label()+", hs(string(bytes)))\n",
		g.expr(g.string, 1))
}

// question asks about the trace; both answers lead to the same.
func (g *generator) question() *node {
	p, ok := g.write(func(t *typ) bool { return t == g.int })
	if !ok {
		return g.note(g.int)
	}
	ask := pick(g, "framework.WeAreJitted()", "framework.IsConstant("+p.text+")", "framework.IsVirtual(ptr("+p.text+"))")
	return stmt("if " + ask + " {\n" + p.text + " = " + p.text + "*2 + 6\n} else {\n" + p.text + " = (" + p.text + " + 3) * 2\n}\n")
}

// hinted declares functions with directives: an elidable one, and one to unroll.
func (g *generator) hinted() {
	f := &function{name: "§elidable", params: []*typ{g.int, g.int}, results: []*typ{g.int}}
	g.declare("//kiln:elidable" + pick(g, "", " promote") + "\nfunc §elidable(x, y int) int {\nreturn " + g.pure(4) + "\n}\n\n")
	u := &function{name: "§unrolled", params: []*typ{g.int, g.slice(g.int)}, results: []*typ{g.int}}
	g.declare("//kiln:unroll_safe\nfunc §unrolled(x int, xs []int) int {\nfor i := range small(x) {\ny := at(xs, i)\n_ = y\nx = " + g.pure(3) + "\n}\nreturn x\n}\n\n")
	r := &function{name: "§residual", params: []*typ{g.int, g.int}, results: []*typ{g.int}}
	g.declare("//kiln:dont_look_inside\nfunc §residual(x, y int) int {\nnote(" + g.label() + ", x)\nreturn " + g.pure(2) + "\n}\n\n")
	l := &function{name: "§invariant", params: []*typ{g.int}, results: []*typ{g.int}}
	g.declare("//kiln:loop_invariant\nfunc §invariant(x int) int {\ny := 3\nreturn " + g.pure(2) + " + y\n}\n\n")
	i := &function{name: "§maybe", params: []*typ{g.int, g.int}, results: []*typ{g.int}}
	g.declare("func §inside(x, y int) bool { return framework.IsConstant(x) }\n\n")
	g.declare("//kiln:look_inside_iff §inside\nfunc §maybe(x, y int) int {\nfor range small(x) {\ny = " + g.pure(2) + "\n}\nreturn y\n}\n\n")
	g.funcs = append(g.funcs, f, u, r, l, i)
}

// pure is an expression of the variables x and y that has no effects and cannot fail.
func (g *generator) pure(depth int) string {
	if depth == 0 {
		return pick(g, "x", "y", "x", "y", fmt.Sprintf("id(%d)", g.rng.IntN(100)))
	}
	a, b := g.pure(depth-1), g.pure(depth-1)
	return pick(g, "("+a+" + "+b+")", "("+a+" - "+b+")", "("+a+" * "+b+")", "("+a+" ^ "+b+")", "("+a+" / ("+b+" | 1))", "("+a+" >> (uint("+b+") % 70))",
		"int(int8("+a+"))", "int(uint32("+a+"))", "min("+a+", "+b+")", "either("+a+" < "+b+", "+b+", "+a+")")
}
