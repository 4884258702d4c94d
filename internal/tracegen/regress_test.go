package tracegen

import "testing"

// In the peeled body, where i3 is known to be 0, uint_gt(i3, i1) was once taken for int_is_true(i1). A random case
// showed it while the rules were being changed; no committed version is known to fail here.
func TestMirroredComparison(t *testing.T) {
	a, b := RefSide(), RefSide()
	a.Name, a.Prepare, a.Recorded = "recorded", Numbered, true
	b.Name, b.Prepare, b.Recorded = "optimised", optimise, true
	CompareCase(t, `case 4689 stress=0
trace rec
[i0, i1, i2, i3]
p4 = new_array(9, descr=[]Pt)
i7 = uint_gt(i3, i1)
guard_false(i7) [0:2 i0, i1, i2, i7]
p9 = new(descr=Pair)
i10 = getfield_i(p9, descr=Pair.extra)
i41 = int_sub(i0, 1)
i42 = int_gt(i41, 0)
guard_true(i42) [0:7 i1, i2, i10, i41, i42]
jump(i41, i1, i2, i10)
run 0 9 140737488355328 -553736036244931829 12
`, a, b)
}
