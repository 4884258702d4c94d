package tracegen

import (
	"strings"
	"testing"

	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// The reference backend agrees with itself, in worlds with other addresses and other collections.
func TestRefAgainstItself(t *testing.T) {
	a, b := RefSide(), RefSide()
	b.Name = "ref again"
	CompareMany(t, 1, cases(t), a, b)
}

// absent are the operations that the generator never makes, with the reason.
var absent = map[op.Code]string{
	op.MallocNursery: "made by gcrewrite", op.NurseryIncrement: "made by gcrewrite",
	op.InitHeader: "made by gcrewrite", op.MallocArray: "made by gcrewrite",
	op.WriteBarrier: "made by gcrewrite", op.WriteBarrierItem: "made by gcrewrite",
	op.GuardAlwaysFails: "of traces that are too long", op.Own: whyOwned, op.Disown: whyOwned, op.GuardNotForced: whyOwned, op.ForceObject: whyOwned,
	op.CallAssemblerI: whyPortal, op.CallAssemblerR: whyPortal, op.CallAssemblerF: whyPortal, op.CallAssemblerN: whyPortal,
	op.DebugNote: "for logs only",
	op.QuasiRead: "the optimiser consumes it",
	op.CallPureR: "no elidable function", op.CallPureN: "no elidable function",
}

const whyOwned = "virtualizable objects over calls are tested with random programs (jittest, TestRandomFrames)"

const whyPortal = "calls of portals are tested with programs that have portals (jittest, langfuzz)"

// Cases have every operation, every way to end, and all in reasonable numbers.
func TestCoverage(t *testing.T) {
	g := NewGenerator()
	ops := map[op.Code]int{}
	ends := map[string]int{}
	w := NewWorld((&Case{GC: "stress=0"}).Config())
	for seed := range uint64(150) {
		c := g.Case(seed)
		c.GC = "stress=0"
		outcomes, err := w.Play(c, RefSide())
		if err != nil {
			t.Fatal(err)
		}
		for i, item := range c.Items {
			word, _, _ := strings.Cut(item, " ")
			if word == "trace" {
				tr, err := trace.Parse(item, names())
				if err != nil {
					t.Fatal(err)
				}
				word = strings.TrimRight(strings.Fields(tr.Name)[0], "0123456789")
				for i := range tr.Ops {
					ops[tr.Ops[i].Code]++
				}
			}
			ends[word]++
			if word == "run" {
				end, _, _ := strings.Cut(outcomes[i], " ")
				ends[strings.TrimRight(end, "0123456789")]++
			}
		}
	}
	for code := op.Code(1); int(code) < op.NumOps(); code++ {
		if _, ok := absent[code]; ok == (ops[code] > 0) && !code.Has(op.FlowOnly) {
			t.Errorf("%s: %d times, absent %v", code, ops[code], ok)
		}
	}
	t.Log(ends)
	for _, end := range []string{"loop", "bridge", "invalidate", "run", "finish", "Guard", "panic:"} {
		if ends[end] < 10 {
			t.Errorf("%s: only %d times", end, ends[end])
		}
	}
}

// A text read back is the same case.
func TestCaseText(t *testing.T) {
	g := NewGenerator()
	for seed := range uint64(5) {
		text := g.Case(seed).String()
		c, err := ParseCase(text)
		if err != nil {
			t.Fatal(err)
		}
		if c.String() != text {
			t.Errorf("case %d comes back as\n%s", seed, c)
		}
		if again := g.Case(seed).String(); again != text {
			t.Errorf("case %d is another one the second time:\n%s\n%s", seed, text, again)
		}
	}
}

// A backend that adds wrongly is found out, and the case that shows it gets small.
func TestFindsAndShrinks(t *testing.T) {
	wrong := RefSide()
	wrong.Name = "wrong"
	wrong.Prepare = func(w *World, tr *trace.Trace) (*trace.Trace, error) {
		for i := range tr.Ops {
			if o := &tr.Ops[i]; o.Code == op.UintMulHi {
				o.Code = op.IntXor
			}
		}
		return tr, nil
	}
	g, ws := NewGenerator(), &worlds{}
	for seed := uint64(0); seed < 100; seed++ {
		c := g.Case(seed)
		c.GC = "stress=0"
		mismatch := kindOf(&Mismatch{})
		if kindOf(ws.check(c, RefSide(), wrong)) != mismatch {
			continue
		}
		small := Shrink(c, func(c *Case) bool { return kindOf(ws.check(c, RefSide(), wrong)) == mismatch })
		if !strings.Contains(small.String(), "uint_mul_hi") {
			t.Errorf("shrunk beyond the mistake:\n%s", small)
		}
		if n, m := strings.Count(c.String(), "\n"), strings.Count(small.String(), "\n"); m > n/2 {
			t.Errorf("%d lines shrunk to %d only:\n%s", n, m, small)
		} else {
			t.Logf("%d lines shrunk to\n%s", n, small)
		}
		return
	}
	t.Error("the mistake was not found")
}
