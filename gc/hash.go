package gc

import (
	"kiln/gc/layout"
	"kiln/gc/mem"
)

// identityHashes are sequence numbers of objects, kept in tables by address because few objects are ever
// asked. The header's FlagHashed says that an object is in a table; the collector reports its moves.
type identityHashes struct {
	last   int64
	moving map[uintptr]int64
	still  map[uintptr]int64
	old    map[uintptr]int64 // during a collection: moving before it
}

func (t *identityHashes) reset() {
	t.moving, t.still = map[uintptr]int64{}, map[uintptr]int64{}
}

// IdentityHash is a number that the object at p keeps for life: 1, 2, 3 ... in the order in which objects
// are first asked, so that it is the same in every run. 0 for nil. Does not collect.
func (h *Heap) IdentityHash(p uintptr) int64 {
	if p == 0 {
		return 0
	}
	table := h.hashes.moving
	if !h.moving.young(p) {
		table = h.hashes.still
	}
	header := mem.LoadU64(p, 0)
	if header&layout.FlagHashed != 0 {
		return table[p]
	}
	mem.StoreU64(p, 0, header|layout.FlagHashed)
	h.hashes.last++
	table[p] = h.hashes.last
	return h.hashes.last
}

// begin and end bracket a collection: entries of objects that are not reported as moved are dropped.
func (t *identityHashes) begin() {
	if t.old = t.moving; len(t.old) > 0 {
		t.moving = map[uintptr]int64{}
	}
}

func (t *identityHashes) moved(from, to uintptr, promoted bool) {
	table := t.moving
	if promoted {
		table = t.still
	}
	table[to] = t.old[from]
}

// died forgets an object that was not young.
func (t *identityHashes) died(p uintptr) { delete(t.still, p) }

func (t *identityHashes) end() { t.old = nil }
