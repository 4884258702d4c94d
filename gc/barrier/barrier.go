// Package barrier is the write barrier: what must happen before a reference is stored into an object.
//
// Idea: the generational collector looks at the old objects that may refer to young ones, and at no others.
// It sets layout.FlagBarrier on every old object; the barrier clears the flag of an object that is about to be
// written to and appends the object to the thread's remembered list, once. The next minor collection scans the objects
// listed and sets their flags again. Young objects, and all objects of a collector that does not need to know, have the
// flag clear, so that the barrier is one test.
//
// Large arrays with references have cards as well (layout.FlagCards): a byte in front of the header, counting downward, for
// each CardItems items. A store to an item marks its card, and only marked cards are scanned. Their barrier flag stays set.
//
//	... card 2 | card 1 | card 0 | header | length | items 0-127 | items 128-255 | ...
//
// Invariant, checked by the heap verifier: an old object that refers to a young one is in a remembered list with the flag clear,
// or the card of the item is marked. Whoever stores a reference into an object that may be old goes through Object, Item
// or Range first, with no collection between barrier and store. Not needed: for nil and for objects that never move
// (they are roots), and for objects allocated since the last operation that may have collected (those that are
// allocated old at once are remembered at once).
//
// The list has room for every object the heap can hold (Heap.NewThread), hence no test for its end. The functions are within Go's
// budget for inlining, or reached out of line, because emitted code calls them in its hottest places.
//
// Imports gc/layout and gc/thread only; linked into translated binaries.
package barrier

import (
	"unsafe"

	"kiln/gc/layout"
	"kiln/gc/thread"
)

// CardItems is how many items one card stands for.
const (
	CardItems = 1 << CardShift
	CardShift = 7
)

// Object must be called before a reference is stored anywhere into the object at p, which is not nil.
func Object(t *thread.Thread, p unsafe.Pointer) {
	if *(*uint8)(p)&layout.FlagBarrier != 0 {
		*(*uint8)(p) &^= layout.FlagBarrier
		*(*uintptr)(unsafe.Pointer(t.RememberedTop)) = uintptr(p)
		t.RememberedTop += 8
	}
}

// Item must be called before a reference is stored into item index of the array at p, which is not nil.
func Item(t *thread.Thread, p unsafe.Pointer, index int) {
	if *(*uint8)(p)&layout.FlagBarrier != 0 {
		item(t, p, index)
	}
}

//go:noinline
func item(t *thread.Thread, p unsafe.Pointer, index int) {
	flags := (*uint32)(p)
	if *flags&layout.FlagCards == 0 {
		*flags &^= layout.FlagBarrier
	} else {
		*(*uint8)(unsafe.Add(p, -1-index>>CardShift)) = 1
		if *flags&layout.FlagCardsMarked != 0 {
			return
		}
		*flags |= layout.FlagCardsMarked
	}
	remember(t, p)
}

// Range must be called before references are stored into the n items from index start of the array at p; p may be nil if n is 0.
func Range(t *thread.Thread, p unsafe.Pointer, start, n int) {
	if n > 0 && *(*uint8)(p)&layout.FlagBarrier != 0 {
		items(t, p, start, n)
	}
}

//go:noinline
func items(t *thread.Thread, p unsafe.Pointer, start, n int) {
	item(t, p, start)
	if *(*uint32)(p)&layout.FlagCards != 0 {
		for card := start>>CardShift + 1; card <= (start+n-1)>>CardShift; card++ {
			*(*uint8)(unsafe.Add(p, -1-card)) = 1
		}
	}
}

func remember(t *thread.Thread, p unsafe.Pointer) {
	*(*uintptr)(unsafe.Pointer(t.RememberedTop)) = uintptr(p)
	t.RememberedTop += 8
}
