package opt

// intbounds: ranges and known bits of integers.
//
// requires:  nothing; works best on folded operations
// preserves: values; removes operations whose result or success is certain
// breaks:    nothing
//
// Before an operation is emitted its result's bounds are computed (transfer.go). If they leave one value, that is
// the result. After it is emitted the bounds are noted, and checks that passed narrow their operands. What
// guards say about compared operands comes in through run.known.

import (
	"math"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

func installBounds(l *pipeline) {
	isInt := func(i *op.Info) bool { return i.Flags&op.Pure != 0 && i.Result == op.Int }
	l.each(isInt, func(c op.Code) {
		l.onBefore(boundsBefore, c)
		l.onAfter(boundsAfter, c)
	})
	l.onAfter(linearAfter, op.IntAdd, op.IntSub)
	l.onAfter(boundsOfLoad, op.GetFieldI, op.GetArrayItemI, op.GetInteriorI)
	l.onAfter(boundsOfBytes, op.BytesEqual, op.BytesCompare, op.BytesIndex)
	checks := []op.Code{op.CheckIndex, op.CheckSlice, op.CheckSliceLen, op.CheckZero, op.CheckShift, op.CheckLen}
	l.onBefore(checkBefore, checks...)
	l.onAfter(checkAfter, checks...)
	l.onBefore(checkIndexKnown, op.CheckIndex)
	l.onBefore(compareIndex, op.UintLt)
}

func boundsBefore(r *run, p *operation) verdict {
	b := r.transfer(p)
	if b.isConst() {
		return p.settle(r.int(b.lo))
	}
	if v, ok := r.identity(p); ok {
		return p.settle(v)
	}
	r.bounds = b
	return next
}

func boundsAfter(r *run, p *operation) {
	if b := r.transfer(p); b != anything {
		r.narrow(p.Res, b)
	}
}

// identity recognises operations that leave their operand as it is because of its bounds.
func (r *run) identity(p *operation) (trace.Ref, bool) {
	x := p.Args[0]
	switch p.Code {
	case op.IntZext8, op.IntZext16, op.IntZext32, op.IntSext8, op.IntSext16, op.IntSext32:
		lo, hi := extended(p.Code)
		return x, r.boundsOf(x).within(lo, hi)
	case op.IntAnd:
		a, b := r.boundsOf(x), r.boundsOf(p.Args[1])
		if a.zeros|b.ones == ^uint64(0) {
			return x, true
		}
		return p.Args[1], b.zeros|a.ones == ^uint64(0)
	case op.IntOr:
		a, b := r.boundsOf(x), r.boundsOf(p.Args[1])
		if a.ones|b.zeros == ^uint64(0) {
			return x, true
		}
		return p.Args[1], b.ones|a.zeros == ^uint64(0)
	case op.IntMod:
		a, b := r.boundsOf(x), r.boundsOf(p.Args[1])
		return x, a.lo >= 0 && b.lo > a.hi
	case op.UintMod:
		a, b := r.boundsOf(x), r.boundsOf(p.Args[1])
		return x, a.lo >= 0 && b.lo > a.hi
	}
	return trace.None, false
}

// extended is the range of the results of an extension.
func extended(c op.Code) (lo, hi int64) {
	switch c {
	case op.IntZext8:
		return 0, math.MaxUint8
	case op.IntZext16:
		return 0, math.MaxUint16
	case op.IntZext32:
		return 0, math.MaxUint32
	case op.IntSext8:
		return math.MinInt8, math.MaxInt8
	case op.IntSext16:
		return math.MinInt16, math.MaxInt16
	}
	return math.MinInt32, math.MaxInt32
}

// linearAfter notes that a value is another one plus a constant.
func linearAfter(r *run, p *operation) { r.noteLinear(p.Code, p.Args, p.Res, 0) }

func (r *run) noteLinear(code op.Code, args []trace.Ref, res trace.Ref, via int32) {
	c, ok := r.constInt(args[1])
	if !ok || args[0] < 0 || res < 0 {
		return
	}
	if code == op.IntSub {
		c = -c
	}
	base, off, also := r.linear(args[0])
	if via != 0 && also != 0 {
		return // one import is enough to rely on
	}
	i := &r.info[res]
	i.base, i.off, i.via = base, off+c, max(via, also)
	i.flags |= linear
}

// linear is v as base + off, wrapping, and the import that says so. Who relies on it calls relied.
func (r *run) linear(v trace.Ref) (base trace.Ref, off int64, via int32) {
	if v >= 0 && r.info[v].is(linear) {
		if base := r.resolve(r.info[v].base); base >= 0 {
			return base, r.info[v].off, r.info[v].via
		}
	}
	return v, 0, 0
}

func (r *run) relied(via int32) {
	if via != 0 {
		r.entry.used(via - 1)
	}
}

// apart says whether two integers differ for certain.
func (r *run) apart(x, y trace.Ref) bool {
	if bx, ox, via := r.linear(x); bx >= 0 {
		if by, oy, also := r.linear(y); bx == by {
			if ox != oy {
				r.relied(via)
				r.relied(also)
			}
			return ox != oy
		}
	}
	return disjoint(r.boundsOf(x), r.boundsOf(y))
}

func boundsOfLoad(r *run, p *operation) {
	r.narrow(p.Res, accessBounds(p.Descr.(descr.Location).Acc()))
}

// accessBounds is what the width of a memory location says about the integers in it.
func accessBounds(a *descr.Access) bounds {
	if a.Kind != op.Int || a.Width >= 8 {
		return anything
	}
	bits := uint(a.Width) * 8
	if a.Signed {
		return between(-1<<(bits-1), 1<<(bits-1)-1)
	}
	return between(0, 1<<bits-1)
}

func boundsOfBytes(r *run, p *operation) {
	switch p.Code {
	case op.BytesEqual:
		r.narrow(p.Res, between(0, 1))
	case op.BytesCompare:
		r.narrow(p.Res, between(-1, 1))
	case op.BytesIndex:
		r.narrow(p.Res, between(-1, math.MaxInt64))
	}
}

// checkBefore removes a check that cannot fail.
func checkBefore(r *run, p *operation) verdict {
	a := r.boundsOf(p.Args[0])
	passes := false
	switch p.Code {
	case op.CheckIndex:
		passes = a.lo >= 0 && a.hi < r.boundsOf(p.Args[1]).lo
	case op.CheckSlice, op.CheckSliceLen:
		high, limit := r.boundsOf(p.Args[1]), r.boundsOf(p.Args[2])
		lowFits := a.hi <= high.lo || p.Args[0] == p.Args[1]
		passes = a.lo >= 0 && lowFits && (high.hi <= limit.lo || p.Args[1] == p.Args[2])
	case op.CheckZero:
		passes = a.lo > 0 || a.hi < 0 || a.ones != 0
	case op.CheckShift:
		passes = a.lo >= 0
	case op.CheckLen:
		passes = a.within(0, layout.MaxLen)
	}
	if passes {
		return p.settle(trace.None)
	}
	return next
}

// checkAfter narrows the operands of a check that passed.
func checkAfter(r *run, p *operation) {
	x := p.Args[0]
	switch p.Code {
	case op.CheckIndex:
		n := r.boundsOf(p.Args[1])
		if n.lo >= 0 && !x.IsConst() && !p.Args[1].IsConst() {
			r.outcome(op.UintLt, p.Args, 1)
		}
		r.noteIndex(x, p.Args[1])
		r.narrow(x, between(0, n.hi-1))
		r.narrow(p.Args[1], between(max(r.boundsOf(x).lo, 0)+1, math.MaxInt64))
	case op.CheckSlice, op.CheckSliceLen:
		r.narrow(p.Args[2], between(0, math.MaxInt64))
		r.narrow(p.Args[1], between(max(r.boundsOf(x).lo, 0), max(r.boundsOf(p.Args[2]).hi, 0)))
		r.narrow(x, between(0, max(r.boundsOf(p.Args[1]).hi, 0)))
	case op.CheckZero:
		r.notEqual(x, 0)
	case op.CheckShift:
		r.narrow(x, between(0, math.MaxInt64))
	case op.CheckLen:
		r.narrow(x, between(0, layout.MaxLen))
	}
}

// notEqual trims c from the ends of x's range.
func (r *run) notEqual(x trace.Ref, c int64) {
	b := r.boundsOf(x)
	if b.lo == c && c < math.MaxInt64 {
		r.narrow(x, between(c+1, math.MaxInt64))
	}
	if b.hi == c && c > math.MinInt64 {
		r.narrow(x, between(math.MinInt64, c-1))
	}
}

// compared takes in that a comparison turned out true or false.
func (r *run) compared(def *trace.Op, truth bool) {
	code := def.Code
	if !truth {
		if code = op.Negated(code); code == op.Invalid {
			return
		}
	}
	x := r.resolve(def.Args[0])
	y := trace.None
	if len(def.Args) > 1 {
		y = r.resolve(def.Args[1])
	}
	switch code {
	case op.IntAddFits, op.IntSubFits:
		r.exact(op.IntAdd+code-op.IntAddFits, x, y)
	case op.IntMulFits:
	case op.IntIsZero:
		r.equalInt(x, r.int(0))
	case op.IntIsTrue:
		r.notEqual(x, 0)
	case op.IntEq:
		r.equalInt(x, y)
	case op.IntNe:
		if c, ok := r.constInt(y); ok {
			r.notEqual(x, c)
		} else if c, ok := r.constInt(x); ok {
			r.notEqual(y, c)
		}
	case op.PtrIsZero:
		r.known(x, r.zero(op.Ref))
	case op.PtrNonzero:
		r.setNonnull(x)
	case op.PtrEq:
		if y.IsConst() {
			r.known(x, y)
		} else if x.IsConst() {
			r.known(y, x)
		}
	default:
		r.ordered(code, x, y)
	}
}

// exact takes in that the sum or difference of x and y did not wrap: its bounds are those of the exact one.
func (r *run) exact(code op.Code, x, y trace.Ref) {
	e := r.pure.find(code, nil, []trace.Ref{x, y})
	if e == nil {
		return
	}
	a, b := r.boundsOf(x), r.boundsOf(y)
	if code == op.IntSub {
		if b.lo == math.MinInt64 {
			return
		}
		b = between(-b.hi, -b.lo)
	}
	lo, under := addOverflows(a.lo, b.lo)
	if under {
		lo = math.MinInt64
		if a.lo > 0 {
			return // it wraps always
		}
	}
	hi, over := addOverflows(a.hi, b.hi)
	if over {
		hi = math.MaxInt64
		if a.hi < 0 {
			return
		}
	}
	r.narrow(r.hit(e), between(lo, hi))
}

func (r *run) equalInt(x, y trace.Ref) {
	switch {
	case y.IsConst():
		r.known(x, y)
	case x.IsConst():
		r.known(y, x)
	default:
		b := r.boundsOf(x).intersect(r.boundsOf(y))
		r.narrow(x, b)
		r.narrow(y, b)
	}
}

// ordered narrows both operands of an order comparison that holds.
func (r *run) ordered(code op.Code, x, y trace.Ref) {
	switch code {
	case op.IntGt, op.IntGe, op.UintGt, op.UintGe:
		code, x, y = op.Swapped(code), y, x
	}
	a, b := r.boundsOf(x), r.boundsOf(y)
	switch code {
	case op.IntLt:
		if b.hi > math.MinInt64 {
			r.narrow(x, between(math.MinInt64, b.hi-1))
		}
		if a.lo < math.MaxInt64 {
			r.narrow(y, between(a.lo+1, math.MaxInt64))
		}
	case op.IntLe:
		r.narrow(x, between(math.MinInt64, b.hi))
		r.narrow(y, between(a.lo, math.MaxInt64))
	case op.UintLt:
		r.noteIndex(x, y)
		if b.lo >= 0 && b.hi > 0 {
			r.narrow(x, between(0, b.hi-1))
			if a := r.boundsOf(x); a.lo >= 0 {
				r.narrow(y, between(a.lo+1, math.MaxInt64))
			}
		}
	case op.UintLe:
		if b.lo >= 0 {
			r.narrow(x, between(0, b.hi))
			if a := r.boundsOf(x); a.lo >= 0 {
				r.narrow(y, between(a.lo, math.MaxInt64))
			}
		}
	}
}
