package lower_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kiln/gc"
)

var seeds = flag.Int("seeds", 1, "how many random programs to compare")

// TestRandomPrograms compares random programs with Go: functions over variables of many types (integers of all widths,
// strings, structs, arrays, slices, interfaces, captured variables) with nested control flow. Generated code never panics and
// always ends. Go compiles without optimisations: go1.26.8 miscompiles one of these programs with them (seed 8, where
// int32(x) and uint16(x) of one variable get mixed up).
func TestRandomPrograms(t *testing.T) {
	for seed := range *seeds {
		src := randomProgram(uint64(seed), 30)
		dir := t.TempDir()
		root, _ := filepath.Abs("testdata/random")
		file, bin := filepath.Join(dir, "main.go"), filepath.Join(dir, "bin")
		overlay := fmt.Sprintf(`{"Replace": {%q: %q}}`, filepath.Join(root, "main.go"), file)
		write(t, file, src)
		write(t, filepath.Join(dir, "overlay.json"), overlay)
		if out, err := exec.Command("go", "build", "-gcflags=-N -l", "-overlay", filepath.Join(dir, "overlay.json"), "-o", bin, "./testdata/random").CombinedOutput(); err != nil {
			t.Fatalf("seed %d: go build: %v\n%s", seed, err, out)
		}
		want, err := exec.Command(bin).Output()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		p := lowerSource(t, map[string]string{"main.go": src})
		got, err := interpret(p, gc.Config{Nursery: 64 << 10})
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		if diff := firstDifference(string(want), got); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

const randomHeader = `package main

import "kiln/translator/lower/testdata/show"

type pt struct {
	x, y int
	b    int8
	s    string
}

type deep struct {
	pt
	in   pt
	arr  [3]uint16
	list []int
	any  any
}

func (p pt) sum() int { return p.x + p.y*3 + int(p.b) + len(p.s) }
func (p *pt) move(n int) { p.x += n; p.y ^= n; p.b++ }

type summer interface{ sum() int }

var zero int

func pick(a any) int {
	switch v := a.(type) {
	case nil:
		return 1
	case int:
		return v
	case string:
		return len(v) + 2
	case pt:
		return v.x
	case uint8:
		return int(v) + 3
	case *deep:
		return v.in.y
	case summer:
		return v.sum()
	}
	return 4
}

func at(s string, i int) int {
	if len(s) == 0 {
		return i
	}
	return int(s[uint(i)%uint(len(s))])
}

func trim(s string) string {
	if len(s) > 40 {
		return s[len(s)-20:]
	}
	return s
}

`

// generator writes random functions.
type generator struct {
	rng   *rand.Rand
	sb    strings.Builder
	depth int
	loops int
	vars  int
	// names in scope by type
	ints, narrow, strs, pts []string
}

// narrowTypes are the types of the variables n0, n1 ...
var narrowTypes = []string{"int8", "uint8", "int16", "uint16", "int32", "uint32", "uint64"}

func randomProgram(seed uint64, funcs int) string {
	g := &generator{rng: rand.New(rand.NewPCG(seed, 77))}
	g.sb.WriteString(randomHeader)
	for i := range funcs {
		g.function(i)
	}
	g.sb.WriteString("func main() {\n")
	for i := range funcs {
		for k := range 4 {
			fmt.Fprintf(&g.sb, "\tf%d(%d, %q, pt{%d, %d, %d, %q})\n", i, g.rng.IntN(1000)-500, []string{"", "ab", "xyz\\xff", "é"}[k], k, g.rng.IntN(9), g.rng.IntN(200)-100, "p")
		}
	}
	g.sb.WriteString("}\n")
	return g.sb.String()
}

func (g *generator) line(format string, args ...any) {
	g.sb.WriteString(strings.Repeat("\t", g.depth))
	fmt.Fprintf(&g.sb, format, args...)
	g.sb.WriteString("\n")
}

func (g *generator) function(i int) {
	g.ints = []string{"a", "b", "c", "d.in.x", "d.x", "q.y", "xs[1]", "xs[uint(a)%4]", "arr[2]", "arr[uint(b)%3]", "d.list[uint(c)%3]"}
	g.narrow = nil
	g.strs = []string{"s", "u", "d.in.s", "q.s", "d.s"}
	g.pts = []string{"p", "v", "d.in", "d.pt", "*q", "ps[uint(a)%2]"}
	g.line("func f%d(a int, s string, p pt) {", i)
	g.depth++
	g.line("b, c, u := 7, -3, \"start\"")
	g.line("var v pt")
	g.line("var d deep")
	g.line("d.list = make([]int, 3, 5)")
	g.line("q := &pt{1, 2, 3, s}")
	g.line("xs := []int{a, 2, 3, 4}")
	g.line("ps := []pt{p, {4, 5, 6, u}}")
	g.line("var arr [3]int")
	g.line("var any1 any = a")
	g.line("acc := func(n int) int { c += n; return c }")
	g.line("grow := xs[:2:2]")
	for k, t := range narrowTypes {
		g.line("n%d := %s(a)", k, t)
		g.narrow = append(g.narrow, fmt.Sprintf("n%d", k))
	}
	for range 5 + g.rng.IntN(6) {
		g.statement()
	}
	g.line("acc(1)")
	g.line("show.Ints(\"f%d\", a, b, c, v.x, v.y, int(v.b), p.sum(), v.sum(), q.sum(), d.sum(), d.in.sum(), arr[0], arr[1], arr[2], pick(any1), len(grow))", i)
	g.line("show.Ints(\"n\", int(n0), int(n1), int(n2), int(n3), int(n4), int(n5), int(n6), int(d.arr[0]), int(d.arr[1]), int(d.arr[2]))")
	g.line("show.Ints(\"xs\", xs...)")
	g.line("show.Ints(\"list\", d.list...)")
	g.line("show.Ints(\"ps\", ps[0].sum(), ps[1].sum())")
	g.line("show.Bytes(\"s\", s+\"|\"+u+\"|\"+d.in.s+\"|\"+q.s+\"|\"+v.s)")
	g.depth--
	g.line("}\n")
}

func (g *generator) oneOf(list []string) string { return list[g.rng.IntN(len(list))] }

func (g *generator) intExpr(n int) string {
	if n <= 0 || g.rng.IntN(4) == 0 {
		switch g.rng.IntN(6) {
		case 0:
			return fmt.Sprintf("(zero + %d)", g.rng.IntN(100)-50) // no constant expressions: they may overflow
		case 1:
			return "int(" + g.oneOf(g.narrow) + ")"
		case 2:
			return "len(" + g.oneOf(g.strs) + ")"
		}
		return g.oneOf(g.ints)
	}
	x, y := g.intExpr(n-1), g.intExpr(n-1)
	switch g.rng.IntN(15) {
	case 14:
		op := g.oneOf([]string{"+", "-", "*", "/", "%", "<<", ">>", "&", "&^"})
		return fmt.Sprintf("(%s %s %d)", x, op, 1+g.rng.IntN(20))
	case 0:
		return "(" + x + " + " + y + ")"
	case 1:
		return "(" + x + " - " + y + ")"
	case 2:
		return "(" + x + " * " + y + ")"
	case 3:
		return "(" + x + " / (" + y + " | 1))"
	case 4:
		return "(" + x + " % (" + y + " | 1))"
	case 5:
		return "(" + x + " & " + y + ")"
	case 6:
		return "(" + x + " ^ " + y + ")"
	case 7:
		return "(" + x + " << (uint(" + y + ") % 70))"
	case 8:
		return "(" + x + " >> (uint(" + y + ") % 70))"
	case 9:
		return "at(" + g.strExpr(n-1) + ", " + x + ")"
	case 10:
		return g.oneOf([]string{"p", "v", "d.in", "d", "q"}) + ".sum()"
	case 11:
		return "int(" + g.narrowExpr(n-1, g.rng.IntN(len(narrowTypes))) + ")"
	case 12:
		return "max(" + x + ", " + y + ")"
	}
	return "pick(" + g.anyExpr(n-1) + ")"
}

func (g *generator) narrowExpr(n, t int) string {
	name := narrowTypes[t]
	if n <= 0 || g.rng.IntN(3) == 0 {
		if g.rng.IntN(2) == 0 {
			return g.narrow[t]
		}
		return name + "(" + g.oneOf(g.ints) + ")"
	}
	x, y := g.narrowExpr(n-1, t), g.narrowExpr(n-1, t)
	switch g.rng.IntN(9) {
	case 0, 1:
		return "(" + x + " + " + y + ")"
	case 2:
		return "(" + x + " * " + y + ")"
	case 3:
		return "(" + x + " / (" + y + " | 1))"
	case 4:
		return "(" + x + " << (uint(" + g.oneOf(g.narrow) + ") % 40))"
	case 5:
		return "(" + x + " >> (uint(" + g.oneOf(g.narrow) + ") % 40))"
	case 6:
		return "(" + x + " &^ " + y + ")"
	case 7:
		return "(-" + x + ")"
	}
	return name + "(" + g.narrowExpr(n-1, g.rng.IntN(len(narrowTypes))) + ")"
}

func (g *generator) strExpr(n int) string {
	if n <= 0 || g.rng.IntN(3) == 0 {
		if g.rng.IntN(4) == 0 {
			return g.oneOf([]string{`""`, `"k"`, `"\xe2\x82"`, `"日"`})
		}
		return g.oneOf(g.strs)
	}
	switch g.rng.IntN(4) {
	case 0:
		return "trim(" + g.strExpr(n-1) + " + " + g.strExpr(n-1) + ")"
	case 1:
		return "trim(" + g.strExpr(n-1) + " + \"-\" + " + g.strExpr(n-1) + ")"
	case 2:
		return "string(rune(" + g.intExpr(n-1) + "))"
	}
	return "string([]byte(" + g.strExpr(n-1) + "))"
}

func (g *generator) anyExpr(n int) string {
	switch g.rng.IntN(7) {
	case 0:
		return g.intExpr(n)
	case 1:
		return g.strExpr(n)
	case 2:
		return g.oneOf(g.pts)
	case 3:
		return "n1"
	case 4:
		return "nil"
	case 5:
		return "q"
	}
	return "any1"
}

func (g *generator) cond(n int) string {
	switch g.rng.IntN(8) {
	case 0:
		return g.strExpr(n) + g.oneOf([]string{" == ", " != ", " < ", " >= "}) + g.strExpr(n)
	case 1:
		return g.oneOf(g.pts) + " == " + g.oneOf(g.pts)
	case 2:
		return "any1 == " + "any(" + g.anyExpr(n) + ")"
	case 3:
		return "(" + g.cond(n-1) + " && " + g.cond(n-1) + ")"
	case 4:
		return "(!(" + g.cond(n-1) + ") || " + g.cond(n-1) + ")"
	}
	if n < -3 {
		return "a < b"
	}
	return g.intExpr(n) + g.oneOf([]string{" < ", " <= ", " == ", " != ", " > "}) + g.intExpr(n)
}

func (g *generator) statement() {
	if g.depth > 4 {
		g.assign()
		return
	}
	switch g.rng.IntN(12) {
	case 0, 1:
		g.line("if %s {", g.cond(2))
		g.block()
		if g.rng.IntN(2) == 0 {
			g.line("} else {")
			g.block()
		}
		g.line("}")
	case 2:
		g.loop()
	case 3:
		g.line("switch %s & 3 {", g.intExpr(1))
		for k := range 3 {
			g.line("case %d:", k)
			g.block()
			if g.rng.IntN(4) == 0 {
				g.line("\tfallthrough")
			}
		}
		g.line("default:")
		g.block()
		g.line("}")
	case 4:
		g.line("if k, ok := any1.(%s); ok {", g.oneOf([]string{"int", "string", "uint8"}))
		g.line("\ta += pick(k)")
		g.block()
		g.line("}")
	case 5:
		g.vars++
		g.line("for i%d, r := range %s {", g.vars, g.strExpr(1))
		g.line("\tb += i%d + int(r)", g.vars)
		g.loops++
		if g.loops < 3 {
			g.block()
		}
		g.loops--
		g.line("}")
	default:
		g.assign()
	}
}

func (g *generator) loop() {
	g.vars++
	g.line("for i%d := 0; i%d < %d; i%d++ {", g.vars, g.vars, 1+g.rng.IntN(4), g.vars)
	i := fmt.Sprintf("i%d", g.vars)
	g.loops++
	if g.loops < 4 {
		g.ints = append(g.ints, i)
		g.block()
		g.ints = g.ints[:len(g.ints)-1]
		if g.rng.IntN(3) == 0 {
			g.line("\tif %s { %s }", g.cond(1), g.oneOf([]string{"break", "continue"}))
		}
		g.block()
	} else {
		g.line("\ta += %s", i)
	}
	g.loops--
	g.line("}")
}

func (g *generator) block() {
	g.depth++
	for range 1 + g.rng.IntN(3) {
		g.statement()
	}
	g.depth--
}

func (g *generator) assign() {
	lhs := func() string {
		for {
			if v := g.oneOf(g.ints); !strings.HasPrefix(v, "i") {
				return v
			}
		}
	}
	switch g.rng.IntN(14) {
	case 0, 1:
		g.line("%s = %s", lhs(), g.intExpr(3))
	case 2:
		g.line("%s %s= %s", lhs(), g.oneOf([]string{"+", "-", "*", "^", "|"}), g.intExpr(2))
	case 3, 4:
		t := g.rng.IntN(len(narrowTypes))
		g.line("%s = %s", g.narrow[t], g.narrowExpr(3, t))
	case 5:
		g.line("%s = %s", g.oneOf(g.strs), g.strExpr(2))
	case 6:
		g.line("%s = %s", g.oneOf(g.pts), g.oneOf(g.pts))
	case 7:
		g.line("%s = pt{%s, %s, int8(%s), %s}", g.oneOf(g.pts), g.intExpr(1), g.intExpr(1), g.intExpr(1), g.strExpr(1))
	case 8:
		g.line("any1 = %s", g.anyExpr(1))
	case 9:
		g.line("%s.move(%s)", g.oneOf([]string{"q", "v", "p", "d"}), g.intExpr(1))
	case 10:
		g.line("a = acc(%s)", g.intExpr(1))
	case 11:
		g.line("grow = append(grow, %s)", g.intExpr(1))
		g.line("if len(grow) > 20 { grow = grow[5:9] }")
	case 12:
		g.line("d.arr[uint(%s)%%3] += uint16(%s)", g.intExpr(1), g.intExpr(1))
	case 13:
		g.line("%s, %s = %s, %s", lhs(), lhs(), g.intExpr(1), g.intExpr(1))
	}
}
