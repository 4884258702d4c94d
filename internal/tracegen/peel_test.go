package tracegen

import (
	"strconv"
	"strings"
	"testing"

	"kiln/jitgen/opt"
	"kiln/jitgen/trace"
)

// Recorded cases loop, and many of their loops can be peeled: otherwise they would not test much of the optimiser.
func TestRecordedCasesLoop(t *testing.T) {
	g := NewGenerator()
	w := NewWorld((&Case{GC: "stress=0"}).Config())
	const n = 100
	peeled, looped, runs := 0, 0, 0
	for seed := range uint64(n) {
		c := g.RecordedCase(seed)
		w.Reset(seed)
		rec, err := trace.Parse(c.Items[0], w.Names)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := opt.New(w.Program(), opt.Config{}).Loop(&opt.Input{Trace: rec}); err == nil && res.Body != nil {
			peeled++
		}
		side := RefSide()
		side.Prepare, side.Recorded = Numbered, true
		outcomes, err := w.Play(c, side)
		if err != nil {
			t.Fatal(err)
		}
		for i, item := range c.Items {
			if strings.HasPrefix(item, "run") && i < len(outcomes) {
				runs++
				if strings.HasPrefix(outcomes[i], "guard at "+strconv.Itoa(len(rec.Ops)-2)+":") {
					looped++
				}
			}
		}
	}
	t.Logf("%d of %d loops peeled; %d of %d runs ended when the fuel did", peeled, n, looped, runs)
	if peeled < n/5 || looped < runs/4 {
		t.Error("too few")
	}
}
