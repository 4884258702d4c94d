package tracegen

import "testing"

// uint_gt(0, x) became int_is_true(x): the rules of the mirrored comparison were tried on exchanged operands.
func TestMirroredComparison(t *testing.T) {
	a, b := RefSide(), RefSide()
	a.Name, a.Prepare, a.Recorded = "recorded", Numbered, true
	b.Name, b.Prepare, b.Recorded = "optimised", optimise, true
	CompareCase(t, `case 4689 stress=0
trace rec
[i0, i1, i2, i3]
i7 = uint_gt(i3, i1)
guard_false(i7) [0:1 i0, i1, i2, i7]
i41 = int_sub(i0, 1)
i42 = int_gt(i41, 0)
guard_true(i42) [0:4 i1, i2, i41, i42]
jump(i41, i1, i2, 0)
run 0 9 140737488355328 -553736036244931829 12
`, a, b)
}
