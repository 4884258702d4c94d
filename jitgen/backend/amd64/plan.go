package amd64

import (
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// plan is what is known about a trace before code is emitted: which operations are folded into a
// later one, and where values are used.
type plan struct {
	uses     []int32 // by value: number of operations that use it
	def      []int32 // by value: operation that computes it, -1 for inputs
	lastUse  []int32 // by value
	deferred []bool  // by operation: emitted with its only user
	sums     []bool  // by operation: never emitted, see sums.go
	section  []int32 // by operation: number of labels up to it
}

func (p *plan) last(v int32) int { return int(p.lastUse[v]) }

func (p *plan) make(c *compiler) {
	t := c.tr
	p.uses, p.def, p.lastUse = p.uses[:0], p.def[:0], p.lastUse[:0]
	p.deferred, p.section = p.deferred[:0], p.section[:0]
	for range t.Kinds {
		p.uses, p.def, p.lastUse = append(p.uses, 0), append(p.def, -1), append(p.lastUse, -1)
	}
	labels := int32(0)
	for i := range t.Ops {
		o := &t.Ops[i]
		if o.Code == op.Label {
			labels++
		}
		p.deferred, p.section = append(p.deferred, false), append(p.section, labels)
		for _, r := range o.Args {
			p.count(r)
		}
		for _, r := range o.FailArgs {
			p.count(r)
		}
		if o.Res >= 0 {
			p.def[o.Res] = int32(i)
		}
	}
	for i := range t.Ops {
		p.foldGuard(c, i)
		p.foldBits(c, i)
	}
	p.foldSums(c)
	for i := range t.Ops {
		if !p.deferred[i] {
			p.record(c, i, i)
		}
	}
}

func (p *plan) count(r trace.Ref) {
	if r >= 0 {
		p.uses[r]++
	}
}

// foldGuard decides whether the operand of a guard is computed with it: a comparison whose only use is the guard sets
// flags, never a register. Comparisons are pure, so they may move down to the guard, but not across a label, whose
// arguments are all that lives on.
//
// The guard's own fail arguments do not count: when it fails, they are 0 (guard_true) or 1. Unless guards are made to
// fail whatever their condition.
func (p *plan) foldGuard(c *compiler, i int) {
	o := &c.tr.Ops[i]
	if o.Code != op.GuardTrue && o.Code != op.GuardFalse {
		return
	}
	r, own := o.Args[0], int32(0)
	if c.b.opts.GuardFail == 0 {
		for _, f := range o.FailArgs {
			if f == r {
				own++
			}
		}
	}
	d := p.only(c, r, i, 1+own)
	if d >= 0 && c.tr.Ops[d].Code.Has(op.Compare) {
		p.deferred[d] = true
	}
}

// failArgs are the fail arguments of the current operation, a comparison that was folded into it as a constant.
func (c *compiler) failArgs() []trace.Ref {
	if c.o.Code != op.GuardTrue && c.o.Code != op.GuardFalse {
		return c.o.FailArgs
	}
	r, value := c.o.Args[0], int64(0)
	if c.o.Code == op.GuardFalse {
		value = 1
	}
	if r < 0 || c.plan.def[r] < 0 || !c.plan.deferred[c.plan.def[r]] {
		return c.o.FailArgs
	}
	c.failed = append(c.failed[:0], c.o.FailArgs...)
	for i := range c.failed {
		if c.failed[i] == r {
			c.failed[i] = c.tr.Int(value)
		}
	}
	return c.failed
}

// foldBits: what a comparison with zero tests is often computed for it alone: x & mask, and x % 2^k. Both become a test
// of bits.
func (p *plan) foldBits(c *compiler, i int) {
	if !c.tr.Ops[i].Code.Has(op.Compare) {
		return
	}
	if e := p.only(c, p.zeroTest(c, i), i, 1); e >= 0 {
		if _, _, ok := c.bits(&c.tr.Ops[e]); ok {
			p.deferred[e] = true
		}
	}
}

// bits says of which bits of what o computes zero or not zero: x & y.
func (c *compiler) bits(o *trace.Op) (x, y trace.Ref, ok bool) {
	switch o.Code {
	case op.IntAnd:
		return o.Args[0], o.Args[1], true
	case op.IntMod, op.UintMod:
		d, ok := c.imm(o.Args[1])
		if ok && d > 0 && d&(d-1) == 0 && !o.Args[0].IsConst() {
			return o.Args[0], c.tr.Int(int64(d) - 1), true
		}
	}
	return 0, 0, false
}

// zeroTest returns the value that comparison d compares with zero, or None.
func (p *plan) zeroTest(c *compiler, d int) trace.Ref {
	o := &c.tr.Ops[d]
	switch o.Code {
	case op.IntIsZero, op.IntIsTrue:
		return o.Args[0]
	case op.IntEq, op.IntNe:
		if imm, ok := c.imm(o.Args[1]); ok && imm == 0 {
			return o.Args[0]
		}
	}
	return trace.None
}

// only returns the operation that computes r if `user` has all of its uses, a number, and no label is in between, else -1.
func (p *plan) only(c *compiler, r trace.Ref, user int, uses int32) int {
	if r < 0 || p.uses[r] != uses {
		return -1
	}
	d := p.def[r]
	if d < 0 || p.section[d] != p.section[user] {
		return -1
	}
	return int(d)
}

// record notes the uses of operation i, which is emitted at position at.
func (p *plan) record(c *compiler, i, at int) {
	o := &c.tr.Ops[i]
	for n, r := range o.Args {
		if r < 0 {
			continue
		}
		if d := p.def[r]; d >= 0 && p.deferred[d] && o.Code != op.Label {
			p.record(c, int(d), at)
			continue
		}
		p.use(c, o, n, int32(r), at)
	}
	for _, r := range o.FailArgs {
		if x, _ := c.sum(r); x >= 0 && (p.def[x] < 0 || !p.deferred[p.def[x]]) {
			p.keep(c, int32(x), at)
		}
	}
	if o.Res >= 0 && i == at {
		p.keep(c, int32(o.Res), at)
	}
}

func (p *plan) use(c *compiler, o *trace.Op, n int, v int32, at int) {
	switch {
	case o.Code == op.Label || o.Code == op.Finish || o.Code == op.DebugMergePoint || o.Code.Has(op.Call) || isHelper(o.Code) || isBulk(o.Code):
		p.keep(c, v, at)
	case o.Code == op.Jump:
		p.jumpUse(c, o, n, v, at)
	default:
		c.ra.NeedReg(v, at)
		p.lastUse[v] = max(p.lastUse[v], int32(at))
	}
}

func (p *plan) keep(c *compiler, v int32, at int) {
	c.ra.Need(v, at)
	p.lastUse[v] = max(p.lastUse[v], int32(at))
}

// jumpUse: a value is wanted in a register at the jump if its target has it in one. The places of a
// label of this trace are not known yet; values that change around the loop get the benefit of the doubt.
func (p *plan) jumpUse(c *compiler, o *trace.Op, n int, v int32, at int) {
	p.keep(c, v, at)
	target, _ := o.Descr.(*trace.Target)
	if target == nil {
		return
	}
	if ts, ok := target.State.(*targetState); ok {
		if n < len(ts.locs) && ts.locs[n].IsReg() {
			c.ra.NeedReg(v, at)
			c.ra.Hint(v, ts.locs[n])
		}
		return
	}
	if l := c.labelOp(target); l != nil && n < len(l.Args) && l.Args[n] != trace.Ref(v) {
		c.ra.NeedReg(v, at)
	}
}

// labelOp finds the label of this trace that defines a target.
func (c *compiler) labelOp(target *trace.Target) *trace.Op {
	for i := range c.tr.Ops {
		if o := &c.tr.Ops[i]; o.Code == op.Label && o.Descr == target {
			return o
		}
	}
	return nil
}

// hintFrom lets the arguments of the jump that ends the trace be computed into the places of label l, at position pos,
// if the jump goes there; and what they are computed from in place likewise.
func (c *compiler) hintFrom(target *trace.Target, locs []loc, pos int) {
	last := &c.tr.Ops[len(c.tr.Ops)-1]
	if last.Code != op.Jump || last.Descr != target {
		return
	}
	for n, r := range last.Args {
		if r >= 0 && n < len(locs) && c.plan.def[r] > int32(pos) {
			c.ra.Hint(int32(r), locs[n])
		}
	}
	c.spreadHints(pos)
}

// spreadHints passes hints from results to the operands they overwrite.
func (c *compiler) spreadHints(pos int) {
	for i := len(c.tr.Ops) - 1; i > pos; i-- {
		o := &c.tr.Ops[i]
		if o.Res < 0 || len(o.Args) == 0 || o.Args[0] < 0 || !o.Code.Has(op.Pure) {
			continue
		}
		v := int32(o.Args[0])
		if c.plan.def[v] > int32(pos) && c.plan.last(v) == i && c.ra.HintOf(int32(o.Res)) >= 0 {
			c.ra.HintLike(v, int32(o.Res))
		}
	}
}
