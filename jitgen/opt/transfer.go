package opt

import (
	"math"
	"math/bits"

	"kiln/gc/layout"
	"kiln/jitgen/op"
)

// transfer computes the bounds of a pure integer operation's result from those of its operands.
func (r *run) transfer(p *operation) bounds {
	switch p.Code {
	case op.ArrayLen:
		return between(0, layout.MaxLen)
	case op.TypeIDOf:
		return between(0, math.MaxUint32)
	case op.MethodLookup:
		return between(-1, math.MaxInt32)
	case op.TypeInSet:
		return between(0, 1)
	case op.FloatBits32:
		return between(0, math.MaxUint32)
	}
	if p.Code.Has(op.Compare) {
		return r.compare(p)
	}
	if p.Code > op.IntZext32 {
		return anything
	}
	a := r.boundsOf(p.Args[0])
	if len(p.Args) == 1 {
		return unary(p.Code, a)
	}
	return binary(p.Code, a, r.boundsOf(p.Args[1]))
}

func unary(code op.Code, a bounds) bounds {
	switch code {
	case op.IntNeg:
		if a.lo == math.MinInt64 {
			return anything
		}
		return between(-a.hi, -a.lo)
	case op.IntInvert:
		return bounds{^a.hi, ^a.lo, a.ones, a.zeros}.tighten()
	}
	lo, hi := extended(code)
	if a.within(lo, hi) {
		return a
	}
	if lo < 0 {
		return between(lo, hi)
	}
	mask := uint64(hi)
	return bounds{0, hi, a.zeros&mask | ^mask, a.ones & mask}.tighten()
}

func binary(code op.Code, a, b bounds) bounds {
	switch code {
	case op.IntAdd:
		lo, over1 := addOverflows(a.lo, b.lo)
		hi, over2 := addOverflows(a.hi, b.hi)
		if over1 || over2 {
			return anything
		}
		return between(lo, hi)
	case op.IntSub:
		lo, over1 := subOverflows(a.lo, b.hi)
		hi, over2 := subOverflows(a.hi, b.lo)
		if over1 || over2 {
			return anything
		}
		return between(lo, hi)
	case op.IntMul:
		return product(a, b)
	case op.IntAnd:
		return bounds{math.MinInt64, math.MaxInt64, a.zeros | b.zeros, a.ones & b.ones}.tighten()
	case op.IntOr:
		return bounds{math.MinInt64, math.MaxInt64, a.zeros & b.zeros, a.ones | b.ones}.tighten()
	case op.IntXor:
		return bounds{math.MinInt64, math.MaxInt64, a.zeros&b.zeros | a.ones&b.ones, a.zeros&b.ones | a.ones&b.zeros}.tighten()
	case op.IntShl, op.IntShr, op.UintShr:
		return shifted(code, a, b)
	case op.IntDiv, op.UintDiv:
		if a.lo >= 0 && b.lo > 0 {
			return between(a.lo/b.hi, a.hi/b.lo)
		}
	case op.IntMod, op.UintMod: // a result of UintMod is below a positive divisor, whatever the dividend
		if a.lo >= 0 && b.lo > 0 {
			return between(0, min(a.hi, b.hi-1))
		}
		if b.lo > 0 && code == op.IntMod {
			return between(-(b.hi - 1), b.hi-1)
		}
		if b.lo > 0 {
			return between(0, b.hi-1)
		}
	}
	return anything
}

func product(a, b bounds) bounds {
	lo, hi := int64(math.MaxInt64), int64(math.MinInt64)
	for _, x := range [2]int64{a.lo, a.hi} {
		for _, y := range [2]int64{b.lo, b.hi} {
			z, over := mulOverflows(x, y)
			if over {
				return anything
			}
			lo, hi = min(lo, z), max(hi, z)
		}
	}
	return between(lo, hi)
}

// shifted handles shifts by a known count, and right shifts of numbers that are not negative.
func shifted(code op.Code, a, count bounds) bounds {
	if !count.isConst() {
		if code != op.IntShl && a.lo >= 0 {
			return between(0, a.hi)
		}
		return anything
	}
	n := uint64(count.lo)
	switch {
	case code == op.IntShl && n < 64:
		b := bounds{math.MinInt64, math.MaxInt64, a.zeros<<n | (1<<n - 1), a.ones << n}
		if lo, hi := a.lo<<n, a.hi<<n; lo>>n == a.lo && hi>>n == a.hi {
			b.lo, b.hi = lo, hi
		}
		return b.tighten()
	case code == op.IntShr:
		return between(a.lo>>n, a.hi>>n)
	case code == op.UintShr && n < 64 && n > 0:
		return bounds{0, math.MaxInt64, a.zeros>>n | ^(^uint64(0) >> n), a.ones >> n}.tighten()
	}
	return anything
}

// compare is the result of a comparison as far as operands' bounds decide it.
func (r *run) compare(p *operation) bounds {
	const unknown, no, yes = -1, 0, 1
	answer := unknown
	x := p.Args[0]
	switch p.Code {
	case op.IntIsZero, op.IntIsTrue:
		if disjoint(r.boundsOf(x), exactly(0)) {
			answer = no
		}
		if answer == no && p.Code == op.IntIsTrue {
			answer = yes
		}
	case op.IntEq, op.IntNe:
		if r.apart(x, p.Args[1]) {
			answer = no
		} else if x == p.Args[1] {
			answer = yes
		}
		if answer != unknown && p.Code == op.IntNe {
			answer = 1 - answer
		}
	case op.IntAddFits, op.IntSubFits, op.IntMulFits:
		if binary(op.IntAdd+p.Code-op.IntAddFits, r.boundsOf(x), r.boundsOf(p.Args[1])) != anything {
			answer = yes
		}
	case op.IntLt, op.IntLe, op.IntGt, op.IntGe, op.UintLt, op.UintLe, op.UintGt, op.UintGe:
		answer = order(p.Code, r.boundsOf(x), r.boundsOf(p.Args[1]), x == p.Args[1])
	}
	if answer == unknown {
		return between(0, 1)
	}
	return exactly(int64(answer))
}

// order decides x CODE y: 1, 0, or -1 for unknown.
func order(code op.Code, a, b bounds, same bool) int {
	switch code {
	case op.IntGt, op.IntGe, op.UintGt, op.UintGe:
		return order(op.Swapped(code), b, a, same)
	case op.IntLe, op.UintLe: // x <= y is not y < x
		if lt := order(op.Swapped(op.Negated(code)), b, a, same); lt >= 0 {
			return 1 - lt
		}
		return -1
	case op.UintLt:
		if (a.lo >= 0) != (a.hi >= 0) || (b.lo >= 0) != (b.hi >= 0) {
			return -1 // a range across zero is two unsigned ranges
		}
		switch {
		case same:
			return 0
		case uint64(a.hi) < uint64(b.lo):
			return 1
		case uint64(a.lo) >= uint64(b.hi):
			return 0
		}
		return -1
	}
	switch {
	case same:
		return 0
	case a.hi < b.lo:
		return 1
	case a.lo >= b.hi:
		return 0
	}
	return -1
}

func disjoint(a, b bounds) bool {
	return a.hi < b.lo || b.hi < a.lo || a.ones&b.zeros != 0 || a.zeros&b.ones != 0
}

func addOverflows(x, y int64) (int64, bool) {
	z := x + y
	return z, (x^z)&(y^z) < 0
}

func subOverflows(x, y int64) (int64, bool) {
	z := x - y
	return z, (x^y)&(x^z) < 0
}

func mulOverflows(x, y int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(x), uint64(y))
	h := int64(hi)
	if x < 0 {
		h -= y
	}
	if y < 0 {
		h -= x
	}
	return int64(lo), h != int64(lo)>>63
}
