package opt

// strengthen: of several guards that bound the same value, the first one tests for all.
//
// requires:  the finished list of operations, and what runs noted about their guards (bounds known then)
// preserves: the order of effects, and the state each remaining guard resumes in
// breaks:    a guard may fail although its own condition holds
//
//	guard x-1 != 0             guard x > 9
//	...                        ...
//	guard x-2 != 0      ==>    ...
//	...                        ...
//	guard x-9 != 0             ...
//
// Interpreters that move step by step test each step. The first of these guards can as well fail for the others: it
// resumes at its own instruction, which is executed again, so leaving early is slower at worst and
// never wrong. Checks (traps) of an index are implied in the same way but cannot do the testing. Groups end at labels.
//
// The idea is that of the guard strengthening in RPython's vectoriser, which works on array indices only.

import (
	"math"
	"slices"

	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

type demandKind uint8

const (
	atLeast demandKind = iota // base >= bound
	atMost                    // base <= bound
	below                     // 0 <= base + bound < n
)

// demand is what a guard asks of base. Demands of a kind on the same base (and n) are comparable by bound.
type demand struct {
	kind    demandKind
	base, n trace.Ref
	bound   int64
	at      int // the guard's place in the list of operations
	def     int // the place of base + bound, kind below; -1 if it is base itself or computed otherwise
	// sure: base + bound was known not to be negative, so that kind below is about the upper end only.
	sure bool
}

// maxBound keeps sums of bounds and offsets away from overflow.
const maxBound = 1 << 40

func installStrengthen(l *pipeline) {
	l.onBefore(noteDemand, op.GuardTrue, op.GuardFalse)
	l.onAfter(func(r *run, _ *operation) {
		if r.demanding {
			r.demand.at = len(r.ops) - 1
			r.demands = append(r.demands, r.demand)
		}
	}, op.GuardTrue, op.GuardFalse)
}

// noteDemand looks at a guard about to be emitted. What it relies on must be known without the guard itself.
func noteDemand(r *run, p *operation) verdict {
	r.demanding = false
	def := r.def(p.Args[0])
	if def == nil || !def.Code.Has(op.Compare) || r.out.Kind(def.Args[0]) != op.Int {
		return next
	}
	x := r.resolve(def.Args[0])
	code := def.Code
	if p.Code == op.GuardFalse {
		code = op.Negated(code)
	}
	base, off, via := r.linear(x)
	if via != 0 || base < 0 || off > maxBound || off < -maxBound {
		return next
	}
	d := demand{base: base, n: trace.None, def: -1}
	if code == op.UintLt {
		if d.n = r.resolve(def.Args[1]); !r.boundsOf(d.n).within(0, math.MaxInt64/4) {
			return next
		}
		d.kind, d.bound, d.sure = below, off, r.boundsOf(x).lo >= 0
		if sum := r.def(x); sum != nil && sum.Code == op.IntAdd && sum.Args[0] == base && sum.Args[1].IsConst() {
			d.def = int(r.info[x].def) - 1
		}
		r.demand, r.demanding = d, true
		return next
	}
	kind, limit, ok := r.demanded(code, x, def)
	if !ok || limit > maxBound || limit < -maxBound || !r.sumExact(kind, base, off) {
		return next
	}
	d.kind, d.bound = kind, limit-off
	r.demand, r.demanding = d, true
	return next
}

// demanded is what a comparison that holds says about its first operand x alone.
func (r *run) demanded(code op.Code, x trace.Ref, def *trace.Op) (demandKind, int64, bool) {
	if code == op.IntIsTrue { // x != 0 is a limit if x is known not to be negative
		return atLeast, 1, r.boundsOf(x).lo >= 0
	}
	if len(def.Args) < 2 {
		return 0, 0, false
	}
	c, ok := r.constInt(def.Args[1])
	if !ok || c > maxBound || c < -maxBound {
		return 0, 0, false
	}
	switch code {
	case op.IntGe:
		return atLeast, c, true
	case op.IntGt:
		return atLeast, c + 1, true
	case op.IntLe:
		return atMost, c, true
	case op.IntLt:
		return atMost, c - 1, true
	}
	return 0, 0, false
}

// sumExact says whether base + off does not wrap, for all values of base that a limit of the kind lets through.
func (r *run) sumExact(kind demandKind, base trace.Ref, off int64) bool {
	b := r.boundsOf(base)
	if kind == atLeast && off > 0 {
		_, over := addOverflows(b.hi, off)
		return !over
	}
	if kind == atMost && off < 0 {
		_, over := addOverflows(b.lo, off)
		return !over
	}
	return true
}

// demandGroup is a guard and what it is going to test for.
type demandGroup struct {
	leader, strongest demand
	followers         int
}

// strengthenGuards rewrites the operations of the result by the demands of this run.
func (r *run) strengthenGuards(ops []trace.Op) []trace.Op {
	groups, dropped := groupDemands(ops, r.demands)
	if len(dropped) == 0 {
		return ops
	}
	out := make([]trace.Op, 0, len(ops)+2*len(groups))
	moved := map[int]bool{}
	for i := range ops {
		if dropped[i] || moved[i] {
			continue
		}
		g := groups[i]
		if g == nil || g.followers == 0 {
			out = append(out, ops[i])
			continue
		}
		code, x, y := op.IntGe, g.leader.base, trace.None
		switch d := &g.strongest; d.kind {
		case atLeast:
			y = r.int(d.bound)
		case atMost:
			code, y = op.IntLe, r.int(d.bound)
		case below:
			code, y = op.UintLt, d.n
			out, x = r.sumOf(out, ops, i, d, moved)
		}
		test := r.out.NewValue(op.Int)
		out = append(out, trace.Op{Code: code, Args: []trace.Ref{x, y}, Res: test, Pos: ops[i].Pos})
		guard := ops[i]
		forgetCondition(&guard)
		guard.Code, guard.Args = op.GuardTrue, []trace.Ref{test}
		out = append(out, guard)
	}
	return out
}

// forgetCondition: the guard may fail although its old condition holds.
func forgetCondition(guard *trace.Op) {
	d, ok := guard.Descr.(*trace.Guard)
	if !ok {
		return
	}
	if known, ok := d.Facts.(*argFacts); ok {
		if i := slices.Index(guard.FailArgs, guard.Args[0]); i >= 0 {
			known.set(i, nothing)
		}
	}
}

// sumOf makes base + bound available before operation i: it is there already, moves here, or is computed.
func (r *run) sumOf(out, ops []trace.Op, i int, d *demand, moved map[int]bool) ([]trace.Op, trace.Ref) {
	switch {
	case d.bound == 0:
		return out, d.base
	case d.def >= 0 && (d.def < i || moved[d.def]): // another group may have moved it already
		return out, ops[d.def].Res
	case d.def >= 0:
		moved[d.def] = true
		return append(out, ops[d.def]), ops[d.def].Res
	}
	x := r.out.NewValue(op.Int)
	return append(out, trace.Op{Code: op.IntAdd, Args: []trace.Ref{d.base, r.int(d.bound)}, Res: x, Pos: ops[i].Pos}), x
}

// groupDemands finds, for each group of demands between two labels, the guard that tests for all, and those
// that can go. Both are keyed by place.
func groupDemands(ops []trace.Op, demands []demand) (map[int]*demandGroup, map[int]bool) {
	groups, dropped := map[int]*demandGroup{}, map[int]bool{}
	var open []*demandGroup
	at := 0
	for _, d := range demands {
		for ; at < d.at; at++ {
			if ops[at].Code == op.Label {
				open = open[:0]
			}
		}
		g := findGroup(open, &d)
		if d.kind == below && !d.sure {
			continue // it tests the lower end as well
		}
		if g == nil {
			g = &demandGroup{leader: d, strongest: d}
			open = append(open, g)
			groups[d.at] = g
			continue
		}
		if d.strongerThan(&g.strongest) {
			g.strongest = d
		}
		g.followers++
		dropped[d.at] = true
	}
	return groups, dropped
}

func findGroup(open []*demandGroup, d *demand) *demandGroup {
	for _, g := range open {
		l := &g.leader
		if l.kind == d.kind && l.base == d.base && l.n == d.n && d.bound-l.bound <= maxSpan && l.bound-d.bound <= maxSpan {
			return g
		}
	}
	return nil
}

func (d *demand) strongerThan(e *demand) bool {
	if d.kind == atMost {
		return d.bound < e.bound
	}
	return d.bound > e.bound
}
