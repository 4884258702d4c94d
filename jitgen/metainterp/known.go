package metainterp

import (
	"math"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// What recording knows about integers: results of pure operations, comparisons that guards have settled, indices. It
// ends where the trace may be cut, like the heap cache (and by its epoch). The optimiser finds
// the same and more; but what is not recorded costs nothing there.

// pureCache is the size of the table of results: direct-mapped, so old ones get lost.
const pureCache = 256

// result is a pure operation of up to two operands. The value of a check that passed is None.
type result struct {
	epoch uint32
	code  op.Code
	x, y  trace.Ref // y is None if there is one operand
	d     descr.Descr
	box   trace.Ref
}

// indexRange says that base+lo ... base+hi are all indices below n, and nothing wraps.
type indexRange struct {
	base, n trace.Ref
	lo, hi  int64
}

const (
	// maxRanges bounds the list of index ranges.
	maxRanges = 8
	// maxSpan bounds hi-lo: sums of it and indices do not wrap.
	maxSpan = 1 << 30
)

func (m *MetaInterp) slot(code op.Code, x, y trace.Ref) *result {
	h := (uint32(code)*0x9e3779b1 ^ uint32(x)) * 0x85ebca6b
	h = (h ^ uint32(y)) * 0x85ebca6b
	return &m.results[h>>24%pureCache]
}

// lookup finds the value of an equal operation. Operands are recorded values or interned constants.
func (m *MetaInterp) lookup(code op.Code, d descr.Descr, x, y trace.Ref) (trace.Ref, bool) {
	e := m.slot(code, x, y)
	if e.epoch == m.cache.epoch && e.code == code && e.x == x && e.y == y && e.d == d {
		return m.resolve(e.box), true
	}
	return trace.None, false
}

func (m *MetaInterp) remember(code op.Code, d descr.Descr, x, y, box trace.Ref) {
	*m.slot(code, x, y) = result{m.cache.epoch, code, x, y, d, box}
}

// operands are the first two operands of an instruction of one or two, for the table.
func (m *MetaInterp) operands(i *inst) (x, y trace.Ref) {
	x, y = m.operand(i.f, i.kinds[0], i.regs[0]), trace.None
	if i.n == 2 {
		y = m.operand(i.f, i.kinds[1], i.regs[1])
	}
	return x, y
}

// settled says whether the outcome of a comparison is known, and gives it.
func (m *MetaInterp) settled(i *inst) (truth, ok bool) {
	if i.kinds[0] == op.Int {
		if truth, ok = m.ordered(i); ok {
			return truth, true
		}
	}
	x, y := m.operands(i)
	if box, found := m.lookup(i.code, nil, x, y); found && isConst(box) {
		return m.tr.Consts.Get(box).Bits != 0, true
	}
	return false, false
}

// ordered is settled by what is known about the operands.
func (m *MetaInterp) ordered(i *inst) (truth, ok bool) {
	alo, ahi := m.limits(i, 0)
	blo, bhi := int64(0), int64(0) // int_is_zero, int_is_true
	if i.n == 2 {
		blo, bhi = m.limits(i, 1)
	}
	apart, less, notLess := ahi < blo || bhi < alo, ahi < blo, alo >= bhi
	switch i.code {
	case op.IntEq, op.IntIsZero:
		if apart {
			return false, true
		}
	case op.IntNe, op.IntIsTrue:
		if apart {
			return true, true
		}
	case op.IntLt:
		if less || notLess {
			return less, true
		}
	case op.IntGe:
		if less || notLess {
			return notLess, true
		}
	case op.IntLe:
		if ahi <= blo || alo > bhi {
			return ahi <= blo, true
		}
	case op.IntGt:
		if ahi <= blo || alo > bhi {
			return alo > bhi, true
		}
	case op.UintLt:
		if m.isIndex(i) {
			return true, true
		}
	}
	return false, false
}

// isIndex says whether operand 0 is known to be an index below operand 1.
func (m *MetaInterp) isIndex(i *inst) bool {
	lo, hi := m.limits(i, 0)
	nlo, _ := m.limits(i, 1)
	if lo >= 0 && hi < nlo {
		return true
	}
	if isConst(i.boxes[0]) {
		return false
	}
	base, off := m.split(i.boxes[0])
	n := m.operand(i.f, op.Int, i.regs[1])
	for j := range m.ranges {
		if r := &m.ranges[j]; r.base == base && r.n == n {
			span := r.hi - off // wraps to a negative number if off is far away
			return off <= r.hi && (r.lo <= off || span >= 0 && span <= maxSpan && lo >= 0)
		}
	}
	return false
}

// indexed notes that operand 0 was shown to be an index below operand 1.
func (m *MetaInterp) indexed(i *inst) {
	nlo, nhi := m.limits(i, 1)
	if nlo < 0 || nhi > math.MaxInt64/4 {
		return
	}
	x, n := m.operands(i)
	m.narrow(x, 0, nhi-1)
	if isConst(x) {
		m.narrow(n, int64(i.words[0])+1, nhi)
		return
	}
	base, off := m.split(x)
	for j := range m.ranges {
		if r := &m.ranges[j]; r.base == base && r.n == n {
			if span := max(r.hi, off) - min(r.lo, off); span >= 0 && span <= maxSpan {
				r.lo, r.hi = min(r.lo, off), max(r.hi, off)
			}
			return
		}
	}
	if len(m.ranges) < maxRanges {
		m.ranges = append(m.ranges, indexRange{base, n, off, off})
	}
}

// learn takes in that a guard has shown a comparison to be true or false.
func (m *MetaInterp) learn(i *inst, truth bool) {
	x, y := m.operands(i)
	m.remember(i.code, nil, x, y, m.constant(op.Int, wordOf(truth)))
	if i.kinds[0] != op.Int {
		return
	}
	code := i.code
	if !truth {
		code = op.Negated(code)
	}
	alo, ahi := m.limits(i, 0)
	blo, bhi := int64(0), int64(0)
	if i.n == 2 {
		blo, bhi = m.limits(i, 1)
	}
	switch code {
	case op.IntNe, op.IntIsTrue:
		m.differ(x, alo, ahi, blo, bhi)
		m.differ(y, blo, bhi, alo, ahi)
	case op.IntLt:
		m.less(x, y, alo, bhi)
	case op.IntGt:
		m.less(y, x, blo, ahi)
	case op.IntLe:
		m.narrow(x, math.MinInt64, bhi)
		m.narrow(y, alo, math.MaxInt64)
	case op.IntGe:
		m.narrow(y, math.MinInt64, ahi)
		m.narrow(x, blo, math.MaxInt64)
	case op.UintLt:
		m.indexed(i)
	}
}

// differ: x within [lo, hi] is not the constant that [clo, chi] may be.
func (m *MetaInterp) differ(x trace.Ref, lo, hi, clo, chi int64) {
	if clo != chi {
		return
	}
	if lo == clo && lo < math.MaxInt64 {
		m.narrow(x, lo+1, math.MaxInt64)
	}
	if hi == clo && hi > math.MinInt64 {
		m.narrow(x, math.MinInt64, hi-1)
	}
}

// less: x, at least lo, is less than y, which is at most hi.
func (m *MetaInterp) less(x, y trace.Ref, lo, hi int64) {
	if hi > math.MinInt64 {
		m.narrow(x, math.MinInt64, hi-1)
	}
	if lo < math.MaxInt64 {
		m.narrow(y, lo+1, math.MaxInt64)
	}
}

func wordOf(truth bool) uint64 {
	if truth {
		return 1
	}
	return 0
}

// resultBounds notes what the operation says about its integer result.
func (m *MetaInterp) resultBounds(code op.Code, box trace.Ref) {
	switch {
	case code == op.IntZext8:
		m.narrow(box, 0, math.MaxUint8)
	case code == op.IntZext16:
		m.narrow(box, 0, math.MaxUint16)
	case code == op.IntZext32:
		m.narrow(box, 0, math.MaxUint32)
	case code.Has(op.Compare):
		m.narrow(box, 0, 1)
	}
}

// loadBounds notes what the width of a location says about an integer read from it.
func (m *MetaInterp) loadBounds(a *descr.Access, box trace.Ref) {
	if lo, hi, narrow := accessBounds(a); narrow {
		m.narrow(box, lo, hi)
	}
}

// accessBounds are the integers that a location narrower than a word can hold.
func accessBounds(a *descr.Access) (lo, hi int64, narrow bool) {
	if a.Kind != op.Int || a.Width >= 8 {
		return 0, 0, false
	}
	bits := uint(a.Width) * 8
	if a.Signed {
		return -1 << (bits - 1), 1<<(bits-1) - 1, true
	}
	return 0, 1<<bits - 1, true
}
