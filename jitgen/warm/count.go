package warm

import (
	"math"

	"kiln/gc/thread"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// Counting passages of merge points that have no cell, and of those that have.

const hashFactor = 0x9E3779B97F4A7C15

func mix(h, word uint64) uint64 {
	h = (h ^ word) * hashFactor
	return h ^ h>>29
}

// hash hashes the greens in the argument slots. young says that one refers to an object that will move, which is left out.
func (t *Table) hash(th *thread.Thread) (h uint64, young bool) {
	i, r, f := 0, 0, 0
	for n := range t.driver.Greens {
		switch t.driver.Greens[n].Kind {
		case op.Int:
			h = mix(h, uint64(th.ArgI[i]))
			i++
		case op.Ref:
			p := th.ArgR[r]
			r++
			if t.heap.Young(p) {
				young = true
				continue
			}
			h = mix(h, uint64(p))
		case op.Float:
			h = mix(h, math.Float64bits(th.ArgF[f]))
			f++
		}
	}
	return h, young
}

// recent is the merge point that was counted last: in inner loops it is the next one, too, and hashing costs more than
// comparing. (When objects move, other greens may come to have these words. They would have this hash as well.)
type recent struct {
	ints   []int64
	refs   []uintptr
	floats []float64
	h      uint64
	young  bool
}

func newRecent(d *descr.Driver) recent {
	var n [op.Float + 1]int
	for _, g := range d.Greens {
		n[g.Kind]++
	}
	return recent{ints: make([]int64, n[op.Int]), refs: make([]uintptr, n[op.Ref]), floats: make([]float64, n[op.Float])}
}

// is compares with the greens in the slots.
func (l *recent) is(th *thread.Thread) bool {
	for i, x := range l.ints {
		if x != th.ArgI[i] {
			return false
		}
	}
	for i, x := range l.refs {
		if x != th.ArgR[i] {
			return false
		}
	}
	for i, x := range l.floats {
		if math.Float64bits(x) != math.Float64bits(th.ArgF[i]) {
			return false
		}
	}
	return true
}

// hashNext is hash, for counting.
func (t *Table) hashNext(th *thread.Thread) (h uint64, young bool) {
	l := &t.recent
	if !l.is(th) {
		copy(l.ints, th.ArgI[:])
		copy(l.refs, th.ArgR[:])
		copy(l.floats, th.ArgF[:])
		l.h, l.young = t.hash(th)
	}
	return l.h, l.young
}

// Tick counts a passage of the merge point whose greens are in the slots. It is true if there is compiled
// code, or if the merge point is hot, or if it should get a cell. It does not collect or allocate.
func (t *Table) Tick(th *thread.Thread) bool {
	t.lease.giveBack(th)
	h, young := t.hashNext(th)
	t.ticked, t.shared = nil, young
	n := &t.early[early(h)]
	if n.count < hasCell {
		hot, more := n.pass(h, t.threshold, young)
		if k := t.grant(th, more); k > 0 {
			n.count += uint16(k)
			*t.lease = Lease{owner: th, early: n}
		}
		return hot
	}
	c := t.lookup(h, th)
	if t.ticked = c; c == nil {
		t.shared = true
		return true
	}
	switch c.State {
	case Compiled:
		return true
	case Disabled:
		return false
	}
	c.Count++
	if k := t.grant(th, t.threshold-1-c.Count); k > 0 {
		c.Count += k
		*t.lease = Lease{owner: th, cell: c}
	}
	return c.Count >= t.threshold
}

// counter counts passages of a merge point without a cell. Merge points that share one count against each other, so that
// what cold ones have left behind does not make others hot.
type counter struct {
	count uint16
	tag   uint16 // part of the hash of the one that is ahead
}

// pass counts a passage of a merge point without a cell, and says whether it should get one, and how many passages more would not
// change that.
func (n *counter) pass(h uint64, limit int, young bool) (hot bool, more int) {
	limit = min(limit, hasCell-1)
	if young {
		limit = min(limit, earlyLimit)
	}
	tag := uint16(h >> 48)
	if n.count == 0 {
		n.tag = tag
	}
	if n.tag != tag {
		n.count--
		return false, 0
	}
	if n.count++; int(n.count) < limit {
		return false, limit - 1 - int(n.count)
	}
	n.count = 0
	return true, 0
}
