package exec

import (
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// ImmortalHeap is where prebuilt objects are made; *gc.Heap is one.
type ImmortalHeap interface {
	// NewImmortal returns a zeroed object that never moves; n is the length of an array.
	NewImmortal(typ layout.TypeID, n int) uintptr
}

// MakePrebuilt creates the prebuilt objects of a program and returns their addresses by index.
func MakePrebuilt(h ImmortalHeap, p *descr.Program) []uintptr {
	addrs := make([]uintptr, len(p.Prebuilt))
	for i, o := range p.Prebuilt {
		n := o.Length
		if o.Type == layout.StringType {
			n = len(o.String)
		}
		addrs[i] = h.NewImmortal(o.Type, n)
		if o.Type == layout.StringType {
			copy(items(uint64(addrs[i]), 0, uint64(n), p.Types[o.Type]), o.String)
		}
	}
	// Fields may refer to any of the objects.
	for i, o := range p.Prebuilt {
		for _, w := range o.Words {
			StoreField(uint64(addrs[i]), w.Field, prebuiltWord(w, addrs))
		}
	}
	return addrs
}

func prebuiltWord(w descr.Word, addrs []uintptr) uint64 {
	if w.Field.Kind != op.Ref || w.Bits == 0 {
		return w.Bits
	}
	return uint64(addrs[w.Bits-1])
}
