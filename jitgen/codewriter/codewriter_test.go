package codewriter

import (
	"math/rand/v2"
	"strings"
	"testing"

	"kiln/internal/filetest"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/translator/interp"
)

// Each input is graphs in text form, after the section "declarations"; the output is their jitcode.
func TestCodewriter(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		p, err := interp.FromText(c.Section("declarations"), c.Input)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, f := range p.Funcs {
			code, err := Compile(f, &jitcode.FileTable{})
			if err != nil {
				return err.Error() + "\n"
			}
			out.WriteString(code.String())
		}
		return out.String()
	})
}

// Parallel moves, done one after the other, must have the effect of doing them at once.
func TestSequenceOfMoves(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		n := 1 + r.IntN(6)
		var moves []move
		for _, dst := range r.Perm(8)[:n] {
			src := jitcode.Reg(op.Int, r.IntN(8))
			if r.IntN(5) == 0 {
				src = jitcode.Const(op.Int, uint64(100+r.IntN(3)))
			}
			if m := (move{jitcode.Reg(op.Int, dst), src}); m.dst != m.src {
				moves = append(moves, m)
			}
		}
		var before, want [9]int
		for i := range before {
			before[i] = i + 1
		}
		want = before
		value := func(regs *[9]int, x jitcode.Operand) int {
			if x.IsConst {
				return int(x.Bits)
			}
			return regs[x.Reg]
		}
		for _, m := range moves {
			want[m.dst.Reg] = value(&before, m.src)
		}
		got := before
		for _, m := range sequence(moves, func(k op.Kind) jitcode.Operand { return jitcode.Reg(k, 8) }) {
			got[m.dst.Reg] = value(&got, m.src)
		}
		got[8], want[8] = 0, 0
		if got != want {
			t.Fatalf("moves %v give %v, want %v", moves, got, want)
		}
	}
}

func TestPolicyLoops(t *testing.T) {
	p, err := interp.FromText("", `
low func main.straight -> i {
b0(i1):
  branch i1, b1, b2
b1:
  jump b2
b2:
  return i1
}
low func main.loop -> i {
b0(i1):
  jump b1(i1)
b1(i2):
  branch i2, b1(i1), b2
b2:
  return i2
}
`)
	if err != nil {
		t.Fatal(err)
	}
	s := choose(p)
	if hasLoop(p.Funcs[0].Graph) || !hasLoop(p.Funcs[1].Graph) {
		t.Error("hasLoop")
	}
	if !s.lookInside(p.Funcs[0]) || s.lookInside(p.Funcs[1]) {
		t.Error("functions with loops are not looked into")
	}
	p.Funcs[1].Hints.UnrollSafe = true
	p.Funcs[0].Hints.DontLookInside = true
	if s.lookInside(p.Funcs[0]) || !s.lookInside(p.Funcs[1]) {
		t.Error("hints do not win")
	}
}
