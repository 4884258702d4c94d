package main

import ()

// kind is the type of a variable in generated code.
type kind byte

const (
	kInt   kind = 'i'
	kFloat kind = 'f'
	kStr   kind = 's'
	kInts  kind = 'x'
	kMap   kind = 'm'
	kObj   kind = 'o'
)

var goTypes = map[kind]string{kInt: "int", kFloat: "float64", kStr: "string", kInts: "[]int", kMap: "map[string]int", kObj: "kernel.Object"}

// fn is a generated function that others may call. cost is about how many steps a call takes.
type fn struct {
	pkg, name string
	params    []kind
	result    kind
	cost      int
}

const (
	maxCost     = 1500
	maxLoop     = 9
	maxNesting  = 3
	listLimit   = 40
	stringLimit = 60
)

// body generates a function's statements. All variables are declared at the top and summed up at the end, so that everything
// counts and Go has nothing to complain about.
type body struct {
	g      *generator
	w      *writer
	pkg    string
	vars   map[kind][]string
	fixed  map[string]bool // loop variables
	cost   int
	mult   int // how often the current place runs
	depth  int
	loops  int
	called bool
}

func (g *generator) newBody(w *writer, pkg string) *body {
	return &body{g: g, w: w, pkg: pkg, vars: map[kind][]string{}, fixed: map[string]bool{}, mult: 1}
}

func (b *body) has(k kind) bool { return len(b.vars[k]) > 0 }

func (b *body) v(k kind) string { return b.g.pick(b.vars[k]) }

// target is a variable that may be assigned.
func (b *body) target(k kind) string {
	for range 8 {
		if v := b.v(k); !b.fixed[v] {
			return v
		}
	}
	for _, v := range b.vars[k] {
		if !b.fixed[v] {
			return v
		}
	}
	return ""
}

func (b *body) spend(n int) { b.cost += n * b.mult }

// declare makes the local variables.
func (b *body) declare() {
	n := 1 + b.g.r.Intn(2)
	for i := range n {
		name := []string{"acc", "step", "rest"}[i]
		b.w.line("%s := %s", name, b.intExpr(1))
		b.vars[kInt] = append(b.vars[kInt], name)
	}
	if b.g.r.Intn(3) == 0 {
		b.w.line("ratio := %s", b.floatExpr(1))
		b.vars[kFloat] = append(b.vars[kFloat], "ratio")
	}
	if b.g.r.Intn(3) == 0 {
		b.w.line("label := %s", b.strExpr(1))
		b.vars[kStr] = append(b.vars[kStr], "label")
	}
	switch b.g.r.Intn(6) {
	case 0:
		b.w.line("var marks []int")
		b.vars[kInts] = append(b.vars[kInts], "marks")
	case 1:
		b.w.line("marks := []int{%d, %s, %d}", b.g.r.Intn(90), b.v(kInt), b.g.r.Intn(90))
		b.vars[kInts] = append(b.vars[kInts], "marks")
	case 2:
		b.w.line("counts := map[string]int{%q: %s}", b.g.pick(nouns), b.v(kInt))
		b.vars[kMap] = append(b.vars[kMap], "counts")
	}
}

// statements writes n statements.
func (b *body) statements(n int) {
	for range n {
		b.statement()
	}
}

func (b *body) statement() {
	b.spend(2)
	r := b.g.r
	switch n := r.Intn(20); {
	case n < 5:
		b.assignInt()
	case n < 8 && b.depth < maxNesting:
		b.conditional()
	case n < 10 && b.depth < maxNesting && b.loops < 2:
		b.loop()
	case n < 11 && b.depth < maxNesting:
		b.choice()
	case n < 13 && b.has(kInts):
		b.ints()
	case n < 14 && b.has(kMap):
		m := b.v(kMap)
		b.w.line("%s[%s] += %s", m, b.keyExpr(), b.intExpr(1))
		b.spend(8)
	case n < 16 && b.has(kStr) && b.target(kStr) != "":
		b.w.line("%s = text.Cut(%s, %d)", b.target(kStr), b.strExpr(2), stringLimit)
		b.spend(10)
	case n < 17 && b.has(kFloat) && b.target(kFloat) != "":
		b.w.line("%s = %s", b.target(kFloat), b.floatExpr(2))
	case n < 18:
		b.closure()
	default:
		b.assignInt()
	}
}

func (b *body) assignInt() {
	t := b.target(kInt)
	op := b.g.pick([]string{"=", "+=", "-=", "^="})
	b.w.line("%s %s %s", t, op, b.intExpr(2+b.g.r.Intn(2)))
}

func (b *body) conditional() {
	b.w.line("if %s {", b.cond())
	b.depth++
	b.statements(1 + b.g.r.Intn(3))
	if b.g.r.Intn(3) == 0 {
		b.w.line("} else {")
		b.statements(1 + b.g.r.Intn(2))
	}
	b.depth--
	b.w.line("}")
}

func (b *body) loop() {
	i := []string{"i", "j", "k"}[b.loops]
	n := 2 + b.g.r.Intn(maxLoop-1)
	use := "%s += %s"
	switch b.g.r.Intn(4) {
	case 0:
		if b.has(kInts) {
			b.w.line("for %s, x := range %s {", i, b.v(kInts))
			b.w.line("%s += x ^ %s", b.target(kInt), i)
			use, n = "", listLimit/2
			break
		}
		fallthrough
	case 1:
		b.w.line("for %s := 0; %s < %d; %s++ {", i, i, n, i)
	case 2:
		if b.has(kStr) {
			b.w.line("for %s := range len(%s) {", i, b.v(kStr))
			n = stringLimit / 4
			break
		}
		fallthrough
	default:
		b.w.line("for %s := range %d {", i, n)
	}
	if use != "" {
		b.w.line(use, b.target(kInt), i)
	}
	b.depth++
	b.loops++
	b.mult *= n
	b.vars[kInt] = append(b.vars[kInt], i)
	b.fixed[i] = true
	b.statements(1 + b.g.r.Intn(3))
	if b.g.r.Intn(4) == 0 {
		b.w.line("if %s {", b.cond())
		b.w.line("%s", b.g.pick([]string{"break", "continue"}))
		b.w.line("}")
	}
	b.vars[kInt] = b.vars[kInt][:len(b.vars[kInt])-1]
	b.mult /= n
	b.loops--
	b.depth--
	b.w.line("}")
}

func (b *body) choice() {
	b.w.line("switch %s & 7 {", b.intExpr(1))
	b.w.indent++
	b.depth++
	for c := range 3 + b.g.r.Intn(3) {
		b.w.line("case %d:", c)
		b.statements(1)
	}
	b.w.line("default:")
	b.statements(1)
	b.depth--
	b.w.line("}")
}

func (b *body) ints() {
	xs := b.target(kInts)
	if xs == "" {
		b.assignInt()
		return
	}
	b.spend(6)
	switch b.g.r.Intn(5) {
	case 0, 1:
		b.w.line("if len(%s) < %d {", xs, listLimit)
		b.w.line("%s = append(%s, %s)", xs, xs, b.intExpr(1))
		b.w.line("}")
	case 2:
		b.w.line("if n := len(%s); n > 1 {", xs)
		b.w.line("%s[n-1], %s[0] = %s[0], %s", xs, xs, xs, b.intExpr(1))
		b.w.line("}")
	case 3:
		b.w.line("if len(%s) > 4 {", xs)
		b.w.line("%s = %s[1:]", xs, xs)
		b.w.line("}")
	default:
		b.spend(300)
		b.w.line("%s = text.Sorted(%s)", xs, xs)
	}
}

// closure reduces or filters through a function literal.
func (b *body) closure() {
	t := b.target(kInt)
	if b.has(kInts) && b.depth < 2 {
		b.spend(listLimit * 3)
		switch b.g.r.Intn(3) {
		case 0:
			b.w.line("%s = text.Fold(%s, %s, func(sum, x int) int { return sum*%d + x&%d })", t, b.v(kInts), t, 1+b.g.r.Intn(9), 1+b.g.r.Intn(500))
		case 1:
			b.w.line("%s += len(text.Filter(%s, func(x int) bool { return x&%d == %s&%d }))", t, b.v(kInts), 1+b.g.r.Intn(15), b.v(kInt), 1+b.g.r.Intn(15))
		default:
			b.w.line("%s -= len(text.Join(%s, %q))", t, b.v(kInts), b.g.pick([]string{",", " ", "-", "; "}))
		}
		return
	}
	b.assignInt()
}
