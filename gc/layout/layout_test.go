package layout

import "testing"

func TestSizes(t *testing.T) {
	for n, want := range map[int]int{0: 16, 8: 16, 16: 16, 17: 32, 32: 32, 100: 112} {
		if got := Round(n); got != want {
			t.Errorf("Round(%d) = %d", n, got)
		}
	}
	str := &Type{ID: StringType, Name: "string", Size: StringBaseOffset, ItemSize: 1, LenOffset: StringLenOffset}
	if !str.IsArray() || str.ObjectSize(0) != 32 || str.ObjectSize(8) != 32 || str.ObjectSize(9) != 48 {
		t.Error("strings")
	}
	pair := &Type{ID: 2, Name: "pair", Size: 24, Refs: []int{8, 16}}
	if pair.IsArray() || pair.ObjectSize(5) != 32 {
		t.Error("structs")
	}
	if Header(7)>>TypeIDShift != 7 || Header(7)&(1<<TypeIDShift-1) != 0 {
		t.Error("header")
	}
}
