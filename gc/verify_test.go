package gc

import (
	"errors"
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
)

// Each case damages a heap of a rooted pair -> array -> leaf in one way, which Verify must find and name.
func TestVerifyFinds(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(h *Heap, th *thread.Thread, pair, array, leaf uintptr)
		want   string
	}{
		"unknown type": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreU64(leaf, 0, layout.Header(99))
		}, "type id 99, of which there are 9"},
		"no type": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreU64(leaf, 0, 5)
		}, "header 0x5 without type id"},
		"interior reference": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreRef(array, 16, pair+16)
		}, "([]ref): at offset 16: refers to"},
		"unaligned reference": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreRef(array, 16, pair+1)
		}, "which is not an object"},
		"reference to nowhere": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreRef(array, 24, 0x1234560)
		}, "refers to 0x1234560, which is not an object\n\treached from"},
		"way to the object": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreRef(array, 24, 0x1234560)
		}, "(pair) at offset 8\n\treached from the roots of thread 0"},
		"bad root": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			push(th, pair+16)
		}, "is referred to but is not an object\n\treached from the roots of thread 0"},
		"bad root of a walker": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			h.AddRoots(&words{[]uintptr{8}})
		}, "reached from root walker 0 (*gc.words)"},
		"negative length": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.Store64(array, 8, -1)
		}, "array of length -1 does not fit"},
		"too long": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.Store64(array, 8, 1<<40)
		}, "does not fit in its space"},
		"forwarded": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreU64(leaf, 0, layout.Header(tLeaf)|layout.FlagForwarded)
		}, "unfinished collection"},
		"falsely immortal": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreU64(leaf, 0, layout.Header(tLeaf)|layout.FlagImmortal)
		}, "flagged immortal: true"},
		"not flagged immortal": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreU64(h.NewImmortal(tLeaf, 0), 0, layout.Header(tLeaf))
		}, "flagged immortal: false"},
		"hash without entry": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreU64(leaf, 0, layout.Header(tLeaf)|layout.FlagHashed)
		}, "flagged hashed but not in the table"},
		"entry without hash": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			h.IdentityHash(leaf)
			mem.StoreU64(leaf, 0, layout.Header(tLeaf))
		}, "is in the table of identity hashes"},
		"missing barrier": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			h.Collect(th)
			mem.StoreRef(root(th, 0), 24, h.New(th, tLeaf))
		}, "a write barrier is missing\n\treached from the roots"},
		"missing barrier of an immortal object": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreRef(h.NewImmortal(tPair, 0), 24, leaf)
		}, "a write barrier is missing\n\treached from the immortal space"},
		"missing card": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			push(th, h.NewArray(th, tRefs, 10_000))
			h.Collect(th)
			young := h.New(th, tLeaf)
			setItem(th, root(th, 1), 200, young)
			mem.StoreRef(root(th, 1), 16+8*300, young)
		}, "with cards, none marked there"},
		"barrier flag of a young object": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreU64(leaf, 0, layout.Header(tLeaf)|layout.FlagBarrier)
		}, "needs a write barrier, but is young"},
		"barrier flag lost": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			h.Collect(th)
			p := root(th, 0)
			mem.StoreU64(p, 0, mem.LoadU64(p, 0)&^layout.FlagBarrier)
			mem.StoreRef(p, 24, h.New(th, tLeaf))
		}, "without a barrier flag and not in a remembered list"},
		"reference of an immortal object": {func(h *Heap, th *thread.Thread, pair, array, leaf uintptr) {
			mem.StoreRef(h.NewImmortal(tPair, 0), 8, 16)
		}, "reached from the immortal space"},
	} {
		t.Run(name, func(t *testing.T) {
			h, th := newHeap(t, "")
			pair, array, leaf := h.New(th, tPair), h.NewArray(th, tRefs, 2), h.New(th, tLeaf)
			push(th, pair)
			mem.StoreRef(pair, 8, array)
			mem.StoreRef(array, 16, leaf)
			verify(t, h)
			c.damage(h, th, pair, array, leaf)
			err := h.Verify()
			var typed *HeapError
			if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &typed) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}

// Verification leaves the chunks of running threads usable.
func TestVerifyBetweenAllocations(t *testing.T) {
	h, th := newHeap(t, "")
	for i := 0; i < 5000; i++ {
		p := h.Alloc(th, 16)
		if mem.LoadU64(p, 0) != 0 || mem.LoadU64(p, 8) != 0 {
			t.Fatal("memory is not zero")
		}
		mem.StoreU64(p, 0, layout.Header(tLeaf))
		if i%100 == 0 {
			verify(t, h)
		}
	}
}

func TestCollectionOfDamagedHeapPanics(t *testing.T) {
	for config, want := range map[string]string{
		"verify=on": "heap verification before collection 0",
		"":          "a reference leads to something that is not an object",
	} {
		func() {
			h, th := newHeap(t, config)
			push(th, h.Alloc(th, 16)) // never became an object
			defer func() {
				if err, _ := recover().(error); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%q: %v", config, err)
				}
			}()
			h.Collect(th)
		}()
	}
}
