package gc

import (
	"strings"
	"testing"

	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
)

// What the tests of the package share: types, heaps, the shadow stack as a list of roots.

// The types of the tests.
const (
	tString layout.TypeID = 1 + iota
	tPair                 // two references and an integer
	tRefs                 // array of references
	tBytes                // array of bytes
	tMixed                // array of {int, ref, int16+padding, ref}
	tLeaf                 // one integer
	tBase                 // array with a reference in its fixed part
	tWeak                 // two weak references
)

func testTypes() []*layout.Type {
	return []*layout.Type{nil,
		{ID: tString, Name: "string", Size: 24, ItemSize: 1, LenOffset: 16},
		{ID: tPair, Name: "pair", Size: 32, Refs: []int{8, 24}},
		{ID: tRefs, Name: "[]ref", Size: 16, ItemSize: 8, LenOffset: 8, ItemRefs: []int{0}},
		{ID: tBytes, Name: "[]byte", Size: 16, ItemSize: 1, LenOffset: 8},
		{ID: tMixed, Name: "[]mixed", Size: 16, ItemSize: 32, LenOffset: 8, ItemRefs: []int{8, 24}},
		{ID: tLeaf, Name: "leaf", Size: 16},
		{ID: tBase, Name: "based", Size: 24, ItemSize: 2, LenOffset: 8, Refs: []int{16}},
		{ID: tWeak, Name: "weak", Size: 32, Refs: []int{8, 16}, Weak: true},
	}
}

// both runs a test on both collectors.
func both(t *testing.T, test func(t *testing.T, collector string)) {
	for _, name := range []string{Semispace, Generational} {
		t.Run(name, func(t *testing.T) { test(t, "collector="+name) })
	}
}

func newHeap(t *testing.T, config string) (*Heap, *thread.Thread) {
	t.Helper()
	c, err := ParseConfig(strings.TrimSuffix(config, ","))
	if err != nil {
		t.Fatal(err)
	}
	h := New(c, testTypes())
	return h, h.NewThread()
}

// push saves a root as emitted code does; top reads it back.
func push(t *thread.Thread, p uintptr) {
	mem.StoreRef(t.ShadowTop, 0, p)
	t.ShadowTop += 8
}

// set stores a reference as everybody must: after a write barrier. Large arrays are tested in gc/barrier's way, by item.
func set(t *thread.Thread, p, off, q uintptr) {
	barrier.Object(t, mem.Ptr(p))
	mem.StoreRef(p, off, q)
}

// setItem is set for an item of an array of references.
func setItem(t *thread.Thread, p uintptr, i int, q uintptr) {
	barrier.Item(t, mem.Ptr(p), i)
	mem.StoreRef(p, layout.ArrayBaseOffset+8*uintptr(i), q)
}

func root(t *thread.Thread, i int) uintptr { return mem.LoadRef(t.ShadowBase, uintptr(8*i)) }

func verify(t *testing.T, h *Heap) {
	t.Helper()
	if err := h.Verify(); err != nil {
		t.Fatal(err)
	}
}

func slotOf(t *thread.Thread, i int) *uintptr {
	return (*uintptr)(mem.Ptr(t.ShadowBase + uintptr(8*i)))
}
