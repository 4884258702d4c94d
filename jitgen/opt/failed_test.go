package opt

import (
	"math"
	"testing"

	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// A bridge knows the condition that its guard failed for; but not of a guard that tests for others, too, nor where guards
// fail at random.
func TestFailedCondition(t *testing.T) {
	f := newFixture(t)
	text := `[i0, i1]
i2 = int_lt(i0, i1)
guard_true(i2) [0:1 i2, i0, i1]
i3 = int_eq(i0, 7)
guard_false(i3) [0:2 i3, i0, i1]
i4 = int_ge(i1, 5)
guard_true(i4) [0:3 i4, i0, i1]
i5 = int_ge(i1, 9)
guard_true(i5) [0:4 i5, i0, i1]
jump(i0, i1)`
	for _, exact := range []bool{true, false} {
		res, err := New(f.ns.Program, Config{ExactFailures: exact, Off: map[string]bool{"unroll": true}}).Loop(&Input{Trace: f.parse(text)})
		if err != nil {
			t.Fatal(err)
		}
		var got [][2]int64
		for i := range res.Trace.Ops {
			if g, ok := res.Trace.Ops[i].Descr.(*trace.Guard); ok && res.Trace.Ops[i].Code.Has(op.Guard) {
				lo, hi := int64(math.MinInt64), int64(math.MaxInt64)
				if g.Facts != nil {
					_, _, lo, hi = g.Facts.Arg(0)
				}
				got = append(got, [2]int64{lo, hi})
			}
		}
		want := [][2]int64{{0, 0}, {1, 1}, {math.MinInt64, math.MaxInt64}}
		if !exact {
			want[0], want[1] = [2]int64{0, 1}, [2]int64{0, 1}
		}
		if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || exact && got[2] != want[2] {
			t.Errorf("exact %v: %v, want %v", exact, got, want)
		}
	}
}
