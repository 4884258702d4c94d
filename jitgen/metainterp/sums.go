package metainterp

import (
	"math"

	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Sums of a value and a constant are not recorded until something needs them: interpreters move positions step by step,
// and of ten steps only the last place is used. Until then the box of such a sum is a number from firstSum
// on, an index in MetaInterp.sums. Only moves, calls, returns and further sums see these numbers: box and operand record
// the sum, each (base, offset) once.
const firstSum trace.Ref = 1 << 28

// sum is base + off, wrapping. base is a recorded value.
type sum struct {
	base trace.Ref
	off  int64
}

// sumCache is the size of the table of recorded sums: direct-mapped, so that an old one may be recorded again.
const sumCache = 256

type recordedSum struct {
	sum
	epoch uint32 // of the heap cache
	box   trace.Ref
}

// real is the recorded value or constant behind a box.
func (m *MetaInterp) real(box trace.Ref) trace.Ref {
	if box < firstSum {
		return box
	}
	s := m.sums[box-firstSum]
	base := m.resolve(s.base)
	if isConst(base) {
		return m.constant(op.Int, m.tr.Consts.Get(base).Bits+uint64(s.off))
	}
	e := &m.recorded[(uint32(s.base)*31+uint32(s.off))%sumCache]
	if e.epoch != m.cache.epoch || e.sum != s {
		*e = recordedSum{s, m.cache.epoch, m.record(op.IntAdd, nil, base, m.constant(op.Int, uint64(s.off)))}
		f := m.cache.unknown()
		f.base, f.off = s.base, s.off
		m.cache.set(e.box, f)
	}
	return m.resolve(e.box)
}

// split is a box that is no constant as base + offset.
func (m *MetaInterp) split(box trace.Ref) (base trace.Ref, off int64) {
	if box >= firstSum {
		s := m.sums[box-firstSum]
		return s.base, s.off
	}
	if f := m.cache.fact(box); f.base != trace.None {
		return f.base, f.off
	}
	return box, 0
}

// addSub executes int_add and int_sub. The boxes of i are not recorded yet.
func (m *MetaInterp) addSub(i *inst) Reason {
	x, off := i.boxes[0], int64(i.words[1])
	word := i.words[0] + i.words[1]
	if i.code == op.IntSub {
		off, word = -off, i.words[0]-i.words[1]
	}
	switch {
	case isConst(x) && isConst(i.boxes[1]):
		m.result(i, word, trace.None)
		return 0
	case isConst(i.boxes[1]):
	case isConst(x) && i.code == op.IntAdd:
		x, off = i.boxes[1], int64(i.words[0])
	default:
		i.boxes[0], i.boxes[1] = m.real(x), m.real(i.boxes[1])
		return m.pure(i)
	}
	base, before := m.split(x)
	if off += before; off == 0 {
		m.result(i, word, m.resolve(base))
		return 0
	}
	m.sums = append(m.sums, sum{base, off})
	m.result(i, word, firstSum+trace.Ref(len(m.sums)-1))
	return 0
}

// limits are the smallest and the largest integer that operand n can be.
func (m *MetaInterp) limits(i *inst, n int) (lo, hi int64) {
	if isConst(i.boxes[n]) {
		return int64(i.words[n]), int64(i.words[n])
	}
	return m.bounds(i.boxes[n])
}

// bounds are the smallest and the largest integer that a recorded value can be.
func (m *MetaInterp) bounds(box trace.Ref) (lo, hi int64) {
	f := m.cache.fact(box)
	lo, hi = f.lo, f.hi
	if f.base != trace.None {
		b := m.cache.fact(f.base)
		l, over1 := addOverflows(b.lo, f.off)
		h, over2 := addOverflows(b.hi, f.off)
		if !over1 && !over2 {
			lo, hi = max(lo, l), min(hi, h)
		}
	}
	return lo, hi
}

// narrow notes that a value is between lo and hi, and so that the base of a sum is.
func (m *MetaInterp) narrow(box trace.Ref, lo, hi int64) {
	if isConst(box) {
		return
	}
	f := m.cache.fact(box)
	f.lo, f.hi = max(f.lo, lo), min(f.hi, hi)
	m.cache.set(box, f)
	if f.base == trace.None {
		return
	}
	lo, hi = m.bounds(box)
	l, over1 := addOverflows(lo, -f.off)
	h, over2 := addOverflows(hi, -f.off)
	if over1 || over2 || f.off == math.MinInt64 {
		return
	}
	b := m.cache.fact(f.base)
	b.lo, b.hi = max(b.lo, l), min(b.hi, h)
	m.cache.set(f.base, b)
}

func addOverflows(x, y int64) (int64, bool) {
	s := x + y
	return s, (x^s)&(y^s) < 0
}
