package opt

import (
	"math"
	"math/bits"

	"kiln/gc/layout"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

type flag uint8

const (
	forwarded flag = 1 << iota // equals info.to
	nonnull                    // a reference that is not nil
	fresh                      // an object this run allocated
	bounded                    // info.b is set
	linear                     // info.base and info.off are set
	active                     // of a peeled body: an argument of its label
	elsewhere                  // a reference that memory has, in a place where no array of a frame is (owned.go)
)

// info is what a run knows about a value. The zero info knows nothing.
type info struct {
	flags flag
	class layout.TypeID // exact type, 0 if unknown; implies nonnull
	to    trace.Ref     // if forwarded
	def   int32         // 1 + position of the operation that computes it; 0: not of this run
	base  trace.Ref     // if linear: value = base + off, wrapping
	off   int64
	via   int32 // if linear or elsewhere: 1 + the import that says so, or 0
	b     bounds
	virt  *virtual // the object has no allocation yet
}

func (i *info) is(f flag) bool { return i.flags&f != 0 }

// bounds is a set of integers: those in [lo, hi] whose bits agree with the known zeros and ones.
type bounds struct {
	lo, hi      int64
	zeros, ones uint64
}

var anything = bounds{lo: math.MinInt64, hi: math.MaxInt64}

func exactly(c int64) bounds { return bounds{c, c, ^uint64(c), uint64(c)} }

func between(lo, hi int64) bounds { return bounds{lo: lo, hi: hi}.tighten() }

func (b bounds) isConst() bool { return b.lo == b.hi }

// impossible: no integer is in the set.
func (b bounds) impossible() bool { return b.lo > b.hi || b.zeros&b.ones != 0 }

func (b bounds) within(lo, hi int64) bool { return b.lo >= lo && b.hi <= hi }

// tighten lets range and bits improve each other.
func (b bounds) tighten() bounds {
	if b.lo == b.hi {
		return exactly(b.lo)
	}
	if b.lo >= 0 {
		b.zeros |= ^uint64(0) << bits.Len64(uint64(b.hi))
	} else if b.hi < 0 {
		b.ones |= ^uint64(0) << bits.Len64(^uint64(b.lo))
	}
	sign := uint64(1 << 63)
	low, high := b.ones, ^b.zeros
	if (b.zeros|b.ones)&sign == 0 {
		low, high = low|sign, high&^sign
	}
	b.lo, b.hi = max(b.lo, int64(low)), min(b.hi, int64(high))
	if b.lo == b.hi {
		return exactly(b.lo)
	}
	return b
}

func (b bounds) intersect(c bounds) bounds {
	return bounds{max(b.lo, c.lo), min(b.hi, c.hi), b.zeros | c.zeros, b.ones | c.ones}.tighten()
}

// hull is the smallest range with both; bits are forgotten except as the range implies them.
func (b bounds) hull(c bounds) bounds { return between(min(b.lo, c.lo), max(b.hi, c.hi)) }

// boundsOf is what is known about an integer operand.
func (r *run) boundsOf(v trace.Ref) bounds {
	if v >= 0 {
		i := &r.info[v]
		b := anything
		if i.is(bounded) {
			b = i.b
		}
		if i.is(linear) && i.via == 0 {
			return r.fromBase(i, b)
		}
		return b
	}
	if c, ok := r.constInt(v); ok {
		return exactly(c)
	}
	return anything
}

// fromBase improves bounds b of a sum by those of its base, which may have become narrower since.
func (r *run) fromBase(i *info, b bounds) bounds {
	base := &r.info[i.base]
	if !base.is(bounded) || base.is(forwarded) {
		return b
	}
	lo, over1 := addOverflows(base.b.lo, i.off)
	hi, over2 := addOverflows(base.b.hi, i.off)
	if over1 || over2 || b.lo >= lo && b.hi <= hi {
		return b
	}
	if c := b.intersect(between(lo, hi)); !c.impossible() {
		return c
	}
	return b
}

// narrowBase narrows the base of a sum by the bounds of the sum.
func (r *run) narrowBase(i *info) {
	lo, over1 := subOverflows(i.b.lo, i.off)
	hi, over2 := subOverflows(i.b.hi, i.off)
	if base := r.resolve(i.base); base >= 0 && !over1 && !over2 {
		r.narrow(base, between(lo, hi))
	}
}

// narrow adds a fact about an integer value. A fact that contradicts what is known is dropped: the
// operation that would notice is kept, and what follows is never reached.
func (r *run) narrow(v trace.Ref, b bounds) {
	if v < 0 {
		return
	}
	i := &r.info[v]
	b = r.boundsOf(v).intersect(b)
	if b.impossible() || i.is(forwarded) {
		return
	}
	i.b = b
	i.flags |= bounded
	if i.is(linear) && i.via == 0 {
		r.narrowBase(i)
	}
	if b.isConst() {
		r.known(v, r.int(b.lo))
	}
}

// setNonnull notes that v is not nil.
func (r *run) setNonnull(v trace.Ref) {
	if v >= 0 {
		r.info[v].flags |= nonnull
	}
}

// setClass notes the exact type of an object.
func (r *run) setClass(v trace.Ref, id layout.TypeID) {
	if v >= 0 {
		r.info[v].class = id
		r.info[v].flags |= nonnull
	}
}

// setAccessed notes that memory of type t was accessed through v: a type that nobody embeds is then v's own.
func (r *run) setAccessed(v trace.Ref, t *layout.Type) {
	if v < 0 {
		return
	}
	r.info[v].flags |= nonnull
	if int(t.ID) < len(r.o.leaf) && r.o.leaf[t.ID] && r.info[v].class == 0 {
		r.info[v].class = t.ID
	}
}

// constClass is the type of a constant object, if it may be looked into.
func (r *run) constClass(v trace.Ref) layout.TypeID {
	if !r.o.cfg.ReadHeap || !v.IsConst() {
		return 0
	}
	c := r.out.Consts.Get(v)
	if c.Kind != op.Ref || c.Bits == 0 {
		return 0
	}
	return layout.TypeID(exec.TypeID(c.Bits))
}

// derives says whether an object of exact type id has the layout of t as a prefix.
func (o *Optimizer) derives(id layout.TypeID, t *layout.Type) bool {
	for id != 0 && int(id) < len(o.prog.Types) {
		if id == t.ID {
			return true
		}
		id = o.prog.Types[id].Base
	}
	return false
}

// known notes that value v equals the constant c, and what follows from that for the operation that computes v.
func (r *run) known(v, c trace.Ref) {
	v = r.resolve(v)
	if v < 0 || r.info[v].virt != nil {
		return
	}
	def := r.def(v)
	r.info[v].to = c
	r.info[v].flags |= forwarded
	if def == nil {
		return
	}
	switch {
	case def.Code == op.TypeIDOf:
		if id, ok := r.constInt(c); ok {
			r.setClass(r.resolve(def.Args[0]), layout.TypeID(id))
		}
	case def.Code.Has(op.Compare):
		if t, ok := r.constInt(c); ok {
			r.compared(def, t != 0)
		}
	}
}
