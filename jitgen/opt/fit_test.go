package opt

import (
	"testing"

	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// TestFitWithin: what a label assumes of a value's range is tested on both sides, unless it is known, or does not hold now.
func TestFitWithin(t *testing.T) {
	for _, c := range []struct {
		known, want bounds
		now         int64
		fits        bool
		guards      int
	}{
		{anything, between(0, 10), 5, true, 2},
		{anything, between(0, anything.hi), 5, true, 1},
		{anything, between(anything.lo, 10), 5, true, 1},
		{between(0, 100), between(0, 10), 5, true, 1},
		{between(-100, 10), between(0, 10), 5, true, 1},
		{between(2, 3), between(0, 10), 2, true, 0},
		{anything, between(0, 10), 11, false, 0},
		{anything, between(0, 10), -1, false, 0},
	} {
		r := newMeetFixture(t).run
		r.in.Add(op.Jump, nil)
		r.narrow(0, c.known)
		f := &fitting{r: r, in: &Input{Trace: r.in}, merge: &trace.Snapshot{Values: []trace.Ref{0}}}
		if got := f.within(0, c.now, c.want); got != c.fits {
			t.Errorf("%d, known %+v, within %+v: %v", c.now, c.known, c.want, got)
		}
		guards := 0
		for i := range r.ops {
			if r.ops[i].Code.Has(op.Guard) {
				guards++
			}
		}
		if guards != c.guards {
			t.Errorf("%d, known %+v, within %+v: %d guards, want %d", c.now, c.known, c.want, guards, c.guards)
		}
		if b := r.boundsOf(0); c.fits && !b.within(c.want.lo, c.want.hi) {
			t.Errorf("%d, known %+v, within %+v: it may still be anything in %+v", c.now, c.known, c.want, b)
		}
	}
}

// TestLastState: a guard at the end may resume at the last recorded one unless something with an effect came after it.
func TestLastState(t *testing.T) {
	for text, want := range map[string]bool{
		"i2 = int_add(i0, 1)":                                  true,
		"check_zero(i0)":                                       true,
		"i2 = getfield_i(p1, descr=main.Box.val)":              true,
		"p2 = new(descr=main.Box)":                             true,
		"setfield(p1, i0, descr=main.Box.val)":                 false,
		"call_n(3, i0, descr=useint)":                          false,
		"i2 = call_pure_i(4, i0, descr=hash)":                  false,
		"i2 = int_add(i0, 1)\ncall_n(3, i0, descr=useint)":     false,
		"i2 = call_i(6, p1, descr=readssum)\ni3 = int_neg(i0)": false,
	} {
		guard := "[i0, p1]\nguard_true(i0) [0:1 i0]\n"
		if got := lastState(newFixture(t).parse(guard+text+"\nfinish(i0)")) != nil; got != want {
			t.Errorf("after %s: %v", text, got)
		}
	}
	if lastState(newFixture(t).parse("[i0]\nfinish(i0)")) != nil {
		t.Error("a state without a guard")
	}
}
