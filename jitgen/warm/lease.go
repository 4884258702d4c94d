package warm

import (
	"kiln/gc/thread"
	"kiln/jitgen/op"
)

// Counting a passage by a call costs emitted code as much as a small loop's iteration. So passages of one merge point are counted
// in advance, some at a time: a lease, which emitted code uses up without a call as long as it comes by with the same greens. What is
// left of it is given back at the next call. Different greens with the same key use up each other's leases, which does no harm.

// Lease is the lease that a thread holds, of one of the tables that share it. Of several threads the last one has it: what others have left is
// not given back.
type Lease struct {
	owner *thread.Thread
	early *counter
	cell  *Cell
}

// longest is the longest lease.
const longest = 200

// grant leases up to n passages, and says how many.
func (t *Table) grant(th *thread.Thread, n int) int {
	if n <= 0 || len(t.recent.floats) > 0 {
		return 0
	}
	n = min(n, longest)
	key := uint64(t.driver.Index) + 1
	i, r := 0, 0
	for _, kind := range t.kinds {
		word := uint64(0)
		if kind == op.Int {
			word = uint64(th.ArgI[i])
			i++
		} else {
			word = uint64(th.ArgR[r])
			r++
		}
		key = key*thread.LeaseFactor ^ word
	}
	th.Lease, th.LeaseKey = uint64(n), key
	return n
}

// giveBack ends a lease.
func (l *Lease) giveBack(th *thread.Thread) {
	if th.Lease == 0 {
		return
	}
	left := int(th.Lease)
	th.Lease = 0
	switch {
	case l.owner != th:
		return
	case l.cell != nil:
		l.cell.Count -= left
	case l.early != nil && l.early.count < hasCell:
		l.early.count -= uint16(min(left, int(l.early.count)))
	}
	l.early, l.cell = nil, nil
}
