package main

import (
	"fmt"
	"strings"
)

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

func (b *body) cond() string {
	switch b.g.r.Intn(6) {
	case 0:
		if b.has(kStr) {
			return fmt.Sprintf("len(%s) %s %d", b.v(kStr), b.g.pick([]string{"<", ">", "=="}), b.g.r.Intn(20))
		}
	case 1:
		if b.has(kInts) {
			return fmt.Sprintf("len(%s) > %d", b.v(kInts), b.g.r.Intn(8))
		}
	case 2:
		if b.has(kFloat) {
			return fmt.Sprintf("%s < %d.5", b.v(kFloat), b.g.r.Intn(100))
		}
	case 3:
		return fmt.Sprintf("%s > %s && %s&%d != 0", b.v(kInt), b.intExpr(1), b.v(kInt), 1+b.g.r.Intn(31))
	}
	return fmt.Sprintf("%s %s %s", b.intExpr(1), b.g.pick([]string{"<", ">", "==", "!=", "<="}), b.intExpr(1))
}

// intExpr is an integer expression, in parentheses if it has operators.
func (b *body) intExpr(depth int) string {
	r := b.g.r
	if depth == 0 {
		if r.Intn(3) == 0 {
			return fmt.Sprint(1 + r.Intn(200))
		}
		return b.v(kInt)
	}
	switch r.Intn(12) {
	case 0:
		if b.has(kStr) {
			return fmt.Sprintf("text.Byte(%s, %s)", b.v(kStr), b.intExpr(depth-1))
		}
	case 1:
		if b.has(kInts) {
			return fmt.Sprintf("text.At(%s, %s)", b.v(kInts), b.intExpr(depth-1))
		}
	case 2:
		if b.has(kMap) {
			b.spend(8)
			return fmt.Sprintf("%s[%s]", b.v(kMap), b.keyExpr())
		}
	case 3:
		if b.has(kFloat) {
			return fmt.Sprintf("kernel.Clamp(%s)", b.v(kFloat))
		}
	case 4, 5:
		if s := b.call(kInt); s != "" {
			return s
		}
	case 6:
		return fmt.Sprintf("(%s %% %d)", b.v(kInt), 3+r.Intn(100))
	case 7:
		return fmt.Sprintf("(%s >> %d)", b.v(kInt), 1+r.Intn(6))
	case 8:
		return fmt.Sprintf("min(%s, %s)", b.v(kInt), b.intExpr(depth-1))
	}
	return fmt.Sprintf("(%s %s %s)", b.v(kInt), b.g.pick([]string{"+", "-", "*", "&", "|", "^"}), b.intExpr(depth-1))
}

func (b *body) floatExpr(depth int) string {
	r := b.g.r
	if depth == 0 || !b.has(kFloat) {
		return fmt.Sprintf("float64(%s&1023)", b.v(kInt))
	}
	switch r.Intn(5) {
	case 0:
		return fmt.Sprintf("(%s*0.%d + %d.25)", b.v(kFloat), 1+r.Intn(9), r.Intn(50))
	case 1:
		return fmt.Sprintf("math.Sqrt(math.Abs(%s))", b.v(kFloat))
	case 2:
		if s := b.call(kFloat); s != "" {
			return s
		}
	}
	return fmt.Sprintf("(%s %s %s)", b.v(kFloat), b.g.pick([]string{"+", "-", "/ 3 +"}), b.floatExpr(depth-1))
}

func (b *body) strExpr(depth int) string {
	r := b.g.r
	if depth > 0 {
		switch r.Intn(6) {
		case 0:
			return fmt.Sprintf("text.Itoa(%s)", b.intExpr(depth-1))
		case 1:
			b.spend(100)
			if b.has(kStr) && b.mult < 4 {
				return fmt.Sprintf("text.%s(%s)", b.g.pick([]string{"Swap", "Upper"}), b.v(kStr))
			}
		case 2:
			if s := b.call(kStr); s != "" {
				return s
			}
		case 3, 4:
			return fmt.Sprintf("%s + %s", b.strExpr(depth-1), b.strExpr(0))
		}
	}
	if b.has(kStr) && r.Intn(2) == 0 {
		return b.v(kStr)
	}
	return fmt.Sprintf("%q", b.g.pick(nouns))
}

func (b *body) keyExpr() string {
	if b.has(kStr) && b.g.r.Intn(2) == 0 {
		return b.v(kStr)
	}
	return fmt.Sprintf("%q", b.g.pick(nouns))
}

// call is a call of an earlier function, if one fits and the cost allows it.
func (b *body) call(k kind) string {
	if b.called && b.g.r.Intn(2) == 0 {
		return ""
	}
	for range 10 {
		n := len(b.g.funcs)
		if n == 0 {
			return ""
		}
		at := b.g.r.Intn(n)
		if b.g.r.Intn(2) == 0 { // most calls stay near
			at = n - 1 - b.g.r.Intn(min(n, 60))
		}
		f := b.g.funcs[at]
		if f.result != k || b.cost+b.mult*f.cost > maxCost {
			continue
		}
		var args []string
		for _, p := range f.params {
			switch p {
			case kInt:
				args = append(args, b.v(kInt))
			case kStr:
				args = append(args, b.strExpr(0))
			case kFloat:
				args = append(args, b.floatExpr(0))
			case kInts:
				if !b.has(kInts) {
					args = append(args, fmt.Sprintf("[]int{%s, %d}", b.v(kInt), b.g.r.Intn(50)))
				} else {
					args = append(args, b.v(kInts))
				}
			}
		}
		b.called = true
		b.spend(f.cost)
		name := f.name
		if f.pkg != b.pkg {
			name = f.pkg + "." + name
		}
		return name + "(" + strings.Join(args, ", ") + ")"
	}
	return ""
}

// sum is an integer made of all variables.
func (b *body) sum() string {
	var parts []string
	for _, v := range b.vars[kInt] {
		parts = append(parts, v)
	}
	for _, v := range b.vars[kFloat] {
		parts = append(parts, "kernel.Clamp("+v+")")
	}
	for _, v := range b.vars[kStr] {
		parts = append(parts, "kernel.HashString("+v+")")
	}
	for _, v := range b.vars[kInts] {
		parts = append(parts, "len("+v+")")
	}
	for _, v := range b.vars[kMap] {
		parts = append(parts, "len("+v+")")
	}
	return strings.Join(parts, " + ")
}
