package opt

import (
	"math"

	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// inRange says that base+lo and base+hi are indices below n: 0 <= base+lo <= base+hi < n without wrapping, so
// everything between them is one as well. Interpreters that move along an array check one place after another.
type inRange struct {
	base, n trace.Ref
	lo, hi  int64
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
		if f := &r.ranges[i]; f.base == base && f.n == n {
			if span := max(f.hi, off) - min(f.lo, off); span >= 0 && span <= maxSpan {
				f.lo, f.hi = min(f.lo, off), max(f.hi, off)
			}
			return
		}
	}
	r.ranges = append(r.ranges, inRange{base, n, off, off})
}

// isIndex says whether x is known to be an index below n: by bounds, by an equal check or comparison, or
// because it lies between two indices.
func (r *run) isIndex(x, n trace.Ref) bool {
	if order(op.UintLt, r.boundsOf(x), r.boundsOf(n), x == n) == 1 {
		return true
	}
	base, off, via := r.linear(x)
	if via != 0 {
		return false
	}
	for i := range r.ranges {
		if f := &r.ranges[i]; f.base == base && f.n == n {
			span := f.hi - off // wraps to a negative number if off is far away
			return off <= f.hi && (f.lo <= off || span >= 0 && span <= maxSpan && r.boundsOf(x).lo >= 0)
		}
	}
	return false
}

// compareIndex answers uint_lt(x, n) where x is known to be an index below n, and enters the answer in the table
// of pure operations for the body of a peeled loop.
func compareIndex(r *run, p *operation) verdict {
	x, n := p.Args[0], p.Args[1]
	if !r.isIndex(x, n) {
		return next
	}
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
		r.outcome(op.UintLt, p.Args, 1)
		return p.settle(trace.None)
	}
	return next
}
