package emit

import (
	"go/types"
	"testing"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

// Host functions got nil for their slice when its array was not found by name: []byte, slices of named types, and arrays called
// like a box that was laid out before.
func TestArraysOfHostSlices(t *testing.T) {
	array := func(id layout.TypeID, name string) *layout.Type {
		return &layout.Type{ID: id, Name: name, Size: layout.ArrayBaseOffset, ItemSize: 8, LenOffset: layout.ArrayLenOffset}
	}
	box := &layout.Type{ID: 2, Name: "[]int", Size: 40}
	ints, bytes := array(3, "[]int#2"), array(4, "[]uint8")
	u := &unit{prog: &flow.Program{Table: &descr.Program{Types: []*layout.Type{nil, nil, box, ints, bytes}}}}
	for _, c := range []struct {
		elem types.Type
		want *layout.Type
	}{
		{types.Typ[types.Int], ints},
		{types.Universe.Lookup("byte").Type(), bytes},
		{types.NewNamed(types.NewTypeName(0, nil, "Color", nil), types.Typ[types.Uint8], nil), bytes},
		{types.Typ[types.Int32], nil},
	} {
		if got := u.arrayType(c.elem.Underlying().(*types.Basic)); got != c.want {
			t.Errorf("array of %v: %v, want %v", c.elem, got, c.want)
		}
	}
}
