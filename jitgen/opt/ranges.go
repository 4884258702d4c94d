package opt

import (
	"math"

	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// inRange says that base+lo and base+hi are indices below n: 0 <= base+lo <= base+hi < n without wrapping, so
// everything between them is one as well. Interpreters that move along an array check one place after another.
type inRange struct {
	base, n  trace.Ref
	lo, hi   int64
	imported int32 // index in imports, or none: then it is what this run has shown
}

// maxSpan bounds hi-lo and keeps the sums in inRange from wrapping: indices are below 2^62.
const maxSpan = 1 << 30

// noteIndex notes that x is an index below n, from a check or a guard.
func (r *run) noteIndex(x, n trace.Ref) {
	base, off, via := r.linear(x)
	if base < 0 || via != 0 || !r.boundsOf(n).within(0, math.MaxInt64/4) {
		return
	}
	for i := range r.ranges {
		if f := &r.ranges[i]; f.base == base && f.n == n && f.imported == none {
			if span := max(f.hi, off) - min(f.lo, off); span >= 0 && span <= maxSpan {
				f.lo, f.hi = min(f.lo, off), max(f.hi, off)
			}
			return
		}
	}
	r.ranges = append(r.ranges, inRange{base, n, off, off, none})
}

// isIndex says whether x is known to be an index below n: by bounds, or because it lies between two indices.
func (r *run) isIndex(x, n trace.Ref) bool {
	if order(op.UintLt, r.boundsOf(x), r.boundsOf(n), x == n) == 1 {
		return true
	}
	return r.inRange(x, 0, n)
}

// inRange says whether x+add lies between two indices below n.
func (r *run) inRange(x trace.Ref, add int64, n trace.Ref) bool {
	base, off, via := r.linear(x)
	off, over := addOverflows(off, add)
	if base < 0 || via != 0 || over {
		return false
	}
	least, over := addOverflows(r.boundsOf(x).lo, add)
	notNegative := !over && least >= 0
	for _, imports := range [2]bool{false, true} {
		for i := range r.ranges {
			f := &r.ranges[i]
			if f.base != base || f.n != n || imports != (f.imported != none) {
				continue
			}
			if at, ok := f.covers(off, notNegative); ok {
				if imports {
					r.entry.usedRange(f.imported, at)
				}
				return true
			}
		}
	}
	return false
}

// covers says whether base+off is an index because of f, and from which offset that follows: off itself, or the lower
// end, above something that is not negative.
func (f *inRange) covers(off int64, notNegative bool) (at int64, ok bool) {
	if f.lo <= off && off <= f.hi {
		return off, true
	}
	span := f.lo - off // wraps to a negative number if off is far away
	return f.lo, off < f.lo && span >= 0 && span <= maxSpan && notNegative
}

// usedRange notes that the body relies on base+at being an index: the import shrinks to what is relied on.
func (m *imports) usedRange(i int32, at int64) {
	e := &m.list[i]
	if !e.isUsed {
		e.lo, e.hi = at, at
	} else if e.lo <= at && at <= e.hi {
		return
	}
	e.isUsed = true
	e.lo, e.hi = min(e.lo, at), max(e.hi, at)
	m.relied++
}

// exportRanges turns what is known about indices around a variable into imports.
func (x *exporter) exportRanges(leaves []trace.Ref) {
	for _, v := range leaves {
		if x.r.out.Kind(v) != op.Int {
			continue
		}
		base, off, via := x.r.linear(v)
		if via != 0 {
			continue
		}
		for i := range x.r.ranges {
			f := &x.r.ranges[i]
			n, ok := x.name(f.n)
			lo, over1 := subOverflows(f.lo, off)
			hi, over2 := subOverflows(f.hi, off)
			if f.base != base || !ok || over1 || over2 {
				continue
			}
			x.m.list = append(x.m.list, imported{isRange: true, code: op.UintLt, args: []trace.Ref{v, n}, value: trace.None, all: [2]int64{lo, hi}})
		}
	}
}

// rangeHolds says whether the used part of an imported range holds for other operands.
func (r *run) rangeHolds(e *imported, args []trace.Ref) bool {
	return r.inRange(args[0], e.lo, args[1]) && r.inRange(args[0], e.hi, args[1])
}

// compareIndex answers uint_lt(x, n) where x is known to be an index below n, and enters the answer in the table
// of pure operations for the body of a peeled loop.
func compareIndex(r *run, p *operation) verdict {
	x, n := p.Args[0], p.Args[1]
	if !r.isIndex(x, n) {
		return next
	}
	r.noteIndex(x, n)
	if !x.IsConst() {
		r.outcome(op.UintLt, p.Args, 1)
	}
	return p.settle(r.int(1))
}

// checkIndexKnown removes check_index after a guard on the same comparison.
func checkIndexKnown(r *run, p *operation) verdict {
	if e := r.pure.find(op.UintLt, nil, p.Args); e != nil && r.boundsOf(p.Args[1]).lo >= 0 {
		if c, ok := r.constInt(r.peek(e)); ok && c == 1 {
			r.hit(e)
			return p.settle(trace.None)
		}
	}
	if r.isIndex(p.Args[0], p.Args[1]) {
		r.noteIndex(p.Args[0], p.Args[1])
		r.outcome(op.UintLt, p.Args, 1)
		return p.settle(trace.None)
	}
	return next
}
