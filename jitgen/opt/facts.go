package opt

import (
	"math"
	"slices"
	"unsafe"

	"kiln/gc/layout"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// facts are what is known about a value without reference to other values.
type facts struct {
	class   layout.TypeID
	nonnull bool
	bounds  bounds
	widened uint8 // how often bounds gave way
}

func (r *run) factsOf(v trace.Ref) facts {
	f := facts{class: r.class(v), nonnull: r.nonnull(v), bounds: anything}
	if r.out.Kind(v) == op.Int {
		b := r.boundsOf(v)
		f.bounds = worthwhile(b)
	}
	return f
}

// worthwhile makes far ends of a range coarse: those below the largest integer, which come of comparisons with unknown
// numbers, say next to nothing, and those of indices, which are below layout.MaxLen, say no more than that sums with them do
// not wrap. As assumptions, exact ones would keep bridges away, and bodies from being their own successor.
func worthwhile(b bounds) bounds {
	lo := -coarse(-max(b.lo, -math.MaxInt64))
	if lo == -math.MaxInt64 {
		lo = math.MinInt64
	}
	return between(lo, coarse(b.hi))
}

// coarse is the limit used for upper end x of a range.
func coarse(x int64) int64 {
	switch {
	case x <= math.MaxUint32:
		return x
	case x <= farIndex:
		return farIndex
	}
	return math.MaxInt64
}

// farIndex is above all indices, and sums of some of them.
const farIndex = 16 * layout.MaxLen

// assume sets the facts of a value at the start of a body.
func (r *run) assume(v trace.Ref, f facts) {
	i := &r.info[v]
	i.class = f.class
	if f.nonnull {
		i.flags |= nonnull
	}
	if f.bounds != anything {
		i.b = f.bounds
		i.flags |= bounded
	}
}

// argFacts are facts about a guard's fail arguments: few bytes for each, because there are many guards and few of them get a
// bridge. What is not in the lists is not known.
type argFacts struct {
	n    int // fail arguments
	refs []refFact
	ints []intFact
}

type refFact struct {
	class layout.TypeID // 0: not nil
	arg   uint32
}

type intFact struct {
	lo, hi int64
	arg    int
}

// Arg implements trace.Facts.
func (a *argFacts) Arg(i int) (class uint32, nonnull bool, lo, hi int64) {
	f := a.get(i)
	return uint32(f.class), f.nonnull, f.bounds.lo, f.bounds.hi
}

// Size implements resume.Sized.
func (a *argFacts) Size() (int, unsafe.Pointer) {
	return int(unsafe.Sizeof(*a)) + cap(a.refs)*int(unsafe.Sizeof(refFact{})) + cap(a.ints)*int(unsafe.Sizeof(intFact{})), unsafe.Pointer(a)
}

func (a *argFacts) get(i int) facts {
	f := nothing
	for _, r := range a.refs {
		if int(r.arg) == i {
			f.class, f.nonnull = r.class, true
		}
	}
	for _, x := range a.ints {
		if x.arg == i {
			f.bounds = between(x.lo, x.hi)
		}
	}
	return f
}

// set replaces what is known about an argument.
func (a *argFacts) set(i int, f facts) {
	a.refs = slices.DeleteFunc(a.refs, func(r refFact) bool { return int(r.arg) == i })
	a.ints = slices.DeleteFunc(a.ints, func(x intFact) bool { return x.arg == i })
	a.add(i, f)
}

func (a *argFacts) add(i int, f facts) {
	if f.nonnull || f.class != 0 {
		a.refs = append(a.refs, refFact{f.class, uint32(i)})
	}
	if b := f.bounds; b.lo != math.MinInt64 || b.hi != math.MaxInt64 {
		a.ints = append(a.ints, intFact{b.lo, b.hi, i})
	}
}

// factsAbout is what is known about values, nil if that is nothing.
func (r *run) factsAbout(values []trace.Ref) *argFacts {
	known := argFacts{n: len(values)}
	for i, v := range values {
		if f := r.factsOf(v); !nothing.implies(f) {
			known.add(i, f)
		}
	}
	if known.refs == nil && known.ints == nil {
		return nil
	}
	known.refs, known.ints = slices.Clip(slices.Clone(known.refs)), slices.Clip(slices.Clone(known.ints))
	return &known
}

// nothing is no knowledge at all.
var nothing = facts{bounds: anything}

// implies says whether f is at least as strong as g.
func (f facts) implies(g facts) bool {
	return (g.class == 0 || f.class == g.class) && (f.nonnull || !g.nonnull) && f.bounds.lo >= g.bounds.lo && f.bounds.hi <= g.bounds.hi
}

// meet is what both f and g imply. Bounds give way to their hull once, then on the failing side altogether, or a
// counter would be followed up to its limit.
func (f facts) meet(g facts) facts {
	m := f
	if m.class != g.class {
		m.class = 0
	}
	m.nonnull = f.nonnull && g.nonnull
	if f.bounds.lo <= g.bounds.lo && g.bounds.hi <= f.bounds.hi {
		return m
	}
	b := f.bounds.hull(g.bounds)
	if m.widened > 0 {
		if g.bounds.lo < f.bounds.lo {
			b.lo = anything.lo
		}
		if g.bounds.hi > f.bounds.hi {
			b.hi = anything.hi
		}
		b = between(b.lo, b.hi)
	}
	m.bounds = b
	m.widened++
	return m
}
