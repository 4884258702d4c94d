package amd64

import (
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

// Sums that are never computed. A value x + c that only serves as an index, is compared with a constant for equality, or is a
// fail argument, exists as x alone: c goes into the displacement of the access, into the immediate of the comparison, and
// into the place of the fail argument, which who leaves there (or a bridge) adds. Interpreters that walk over arrays make many of
// these, and most of them are needed by guards only.
//
//	i2 = int_add(i1, 4)
//	i3 = getarrayitem_i(p0, i2)               movzx rax, byte [rsi+rdi*1+20]
//	guard_true(i3, descr=Guard1) [i2]         ...                  i2 is rdi + 4
//
// A sum stays within its section of the trace: behind a label only the label's arguments are alive.

// largestSum bounds constants, so that displacements fit.
const largestSum = 1 << 24

// foldSums finds the sums that need not be computed, and defers them for good.
func (p *plan) foldSums(c *compiler) {
	t := c.tr
	p.sums = p.sums[:0]
	for i := range t.Ops {
		p.sums = append(p.sums, p.isSum(c, i))
	}
	for i := range t.Ops {
		o := &t.Ops[i]
		for n, r := range o.Args {
			if d := p.sumAt(r); d >= 0 && (p.section[d] != p.section[i] || !c.sumFits(o, n, d)) {
				p.sums[d] = false
			}
		}
		for _, r := range o.FailArgs {
			if d := p.sumAt(r); d >= 0 && p.section[d] != p.section[i] {
				p.sums[d] = false
			}
		}
	}
	for i, yes := range p.sums {
		if yes {
			p.deferred[i] = true
		}
	}
}

// isSum says whether operation i could be left out at all. Sums of sums are not looked at: the optimiser has merged them.
func (p *plan) isSum(c *compiler, i int) bool {
	o := &c.tr.Ops[i]
	if o.Code != op.IntAdd || o.Args[0] < 0 || p.deferred[i] || p.uses[o.Res] == 0 || p.sumAt(o.Args[0]) >= 0 {
		return false
	}
	k, ok := c.imm(o.Args[1])
	return ok && k != 0 && k > -largestSum && k < largestSum
}

// sumAt is the operation behind a value that is a sum, else -1.
func (p *plan) sumAt(r trace.Ref) int {
	if r < 0 || p.def[r] < 0 || int(p.def[r]) >= len(p.sums) || !p.sums[p.def[r]] {
		return -1
	}
	return int(p.def[r])
}

// sumFits says whether operand n of o can be the sum of operation d.
func (c *compiler) sumFits(o *trace.Op, n, d int) bool {
	add := int64(c.sumConst(d))
	size := 0
	switch o.Code {
	case op.IntIsZero, op.IntIsTrue:
		return true
	case op.IntEq, op.IntNe:
		k, ok := c.imm(o.Args[1])
		return ok && n == 0 && int64(k)-add == int64(int32(int64(k)-add))
	case op.GetArrayItemI, op.GetArrayItemR, op.GetArrayItemF, op.SetArrayItem:
		size = o.Descr.(*descr.Array).Type.ItemSize
	case op.GetInteriorI, op.GetInteriorR, op.GetInteriorF, op.SetInterior:
		size = o.Descr.(*descr.Interior).Array.Type.ItemSize
	default:
		return false
	}
	return n == 1 && size <= 64
}

func (c *compiler) sumConst(d int) int32 {
	k, _ := c.imm(c.tr.Ops[d].Args[1])
	return k
}

// sum takes a value apart: x + add. Other values are themselves.
func (c *compiler) sum(r trace.Ref) (x trace.Ref, add int32) {
	if d := c.plan.sumAt(r); d >= 0 {
		return c.tr.Ops[d].Args[0], c.sumConst(d)
	}
	return r, 0
}

// addTo adds the constant of a fail argument to it, in its place of a bridge.
func (c *compiler) addTo(at loc, add int32) {
	if at.IsSlot() {
		c.a.ALUMemImm(asm.Add, 8, slotMem(at), add)
	} else if at.Bank() == regalloc.GPR {
		c.a.ALUImm(asm.Add, 8, asm.Reg(at.Reg()), add)
	}
}
