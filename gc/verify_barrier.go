package gc

import (
	"fmt"

	"kiln/gc/layout"
	"kiln/gc/mem"
)

// The part of the verifier that finds missing write barriers: invariant 6.

// listRemembered makes the set of objects that the next minor collection will look at.
func (h *Heap) listRemembered(v *verifier) {
	v.listed = map[uintptr]bool{}
	for _, ts := range h.threads {
		for at := ts.t.RememberedBase; at < ts.t.RememberedTop; at += 8 {
			v.listed[mem.LoadRef(at, 0)] = true
		}
	}
	if g, ok := h.moving.(*generational); ok {
		for _, p := range g.exempt {
			v.listed[p] = true
		}
	}
}

// verifyBarrier checks the flag of an object.
func (h *Heap) verifyBarrier(p uintptr, header uint64) error {
	flag := header&layout.FlagBarrier != 0
	switch {
	case flag && (!h.moving.barriers() || h.moving.young(p)):
		return h.violation(p, 0, fmt.Sprintf("header %#x: needs a write barrier, but is young", header))
	case header&layout.FlagCardsMarked != 0 && header&layout.FlagCards == 0:
		return h.violation(p, 0, fmt.Sprintf("header %#x: has marked cards, but no cards", header))
	}
	return nil
}

// verifyStore checks the reference to a young object at an offset of a reachable one that is not.
func (h *Heap) verifyStore(p, off uintptr) error {
	header := mem.LoadU64(p, 0)
	missing := ""
	switch {
	case header&layout.FlagBarrier == 0 && !h.verifying.listed[p]:
		missing = "without a barrier flag and not in a remembered list"
	case header&layout.FlagBarrier == 0:
	case header&layout.FlagCards == 0:
		missing = "not in a remembered list"
	case header&layout.FlagCardsMarked == 0 || !h.verifying.listed[p]:
		missing = "with cards, not in a remembered list"
	case !h.cardMarked(p, off):
		missing = "with cards, none marked there"
	}
	if missing == "" {
		return nil
	}
	return h.violation(p, off, fmt.Sprintf("old object, %s, refers to the young object %#x: a write barrier is missing", missing, mem.LoadRef(p, off)))
}

func (h *Heap) cardMarked(p, off uintptr) bool {
	info := &h.infos[mem.LoadU64(p, 0)>>layout.TypeIDShift]
	if off < info.size {
		return false
	}
	return mem.LoadU8(p-1-(off-info.size)/info.itemSize>>cardShift, 0) != 0
}
