package amd64

import (
	"kiln/gc/thread"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// emitCall passes arguments through the Thread, saves what lives on, leaves to Go, and reads the first result.
func emitCall(c *compiler) {
	s := c.newSite(siteCall, c.a.NewLabel())
	resume := c.fixes[len(c.fixes)-1].resume
	done := c.a.NewLabel()
	conditional := isConditional(c.o)
	if conditional && c.o.Res >= 0 {
		c.storeTo(firstSlot(thread.OffResI, thread.OffResR, c.tr.Kind(c.o.Args[1])), c.o.Args[1])
	}
	c.storeTo(thread.OffExitArg, c.o.Args[0])
	c.callArgs(c.o.Args[1:])
	c.ra.Flush()
	c.gcmap(s)
	c.forcible(s)
	if conditional { // the callee would find that there is nothing to do
		c.a.ALUMemImm(asm.Cmp, 8, thr(firstSlot(thread.OffArgI, thread.OffArgR, c.tr.Kind(c.o.Args[1]))), 0)
		cc := asm.E
		if c.o.Code != op.CallN {
			cc = asm.NE
		}
		c.a.Jcc(cc, done)
	}
	c.a.StoreImm(4, asm.At(asm.RBP, frameSite), s.id)
	c.a.LeaLabel(scratch, resume)
	c.a.RM(asm.MovStore, scratch, thr(thread.OffJitPC))
	c.a.JmpTo(c.b.stubs.exitCall)
	c.a.Bind(resume)
	emitSwitchIn(&c.a)
	c.a.Bind(done)
	if c.o.Res >= 0 {
		c.loadResult(c.o.Res, 0)
	}
}

// isConditional says whether an operation is a call that does nothing if its first argument is 0, or, with a result, if it is not.
func isConditional(o *trace.Op) bool {
	d, ok := o.Descr.(*descr.Call)
	return ok && d != nil && d.Effects.Conditional && len(o.Args) > 1
}

// firstSlot is the first slot of a kind.
func firstSlot(ints, refs int, k op.Kind) int {
	if k == op.Ref {
		return refs
	}
	return ints
}

func (c *compiler) callArgs(args []trace.Ref) {
	next := [4]int{op.Int: thread.OffArgI, op.Ref: thread.OffArgR, op.Float: thread.OffArgF}
	count := [4]int{}
	for _, r := range args {
		k := c.tr.Kind(r)
		if count[k]++; count[k] > thread.NumSlots {
			c.reject("more than %d arguments of one kind", thread.NumSlots)
			return
		}
		c.storeTo(next[k], r)
		next[k] += 8
	}
}

// storeTo stores an operand, wherever it is, to a field of the Thread.
func (c *compiler) storeTo(off int, r trace.Ref) { c.storeArg(thr(off), r) }

// loadResult reads a result slot.
func (c *compiler) loadResult(res trace.Ref, slot int) {
	dst := asm.Reg(c.ra.Out(int32(res)))
	switch c.tr.Kinds[res] {
	case op.Float:
		c.a.RM(asm.Movsd, dst, thr(thread.OffResF+8*slot))
	case op.Ref:
		c.a.RM(asm.Mov, dst, thr(thread.OffResR+8*slot))
	default:
		c.a.RM(asm.Mov, dst, thr(thread.OffResI+8*slot))
	}
}

func emitGetResult(c *compiler) {
	k, ok := c.constant(c.o.Args[0])
	if !ok || k.Bits >= thread.NumSlots {
		c.reject("slot is not a constant below %d", thread.NumSlots)
		return
	}
	c.loadResult(c.o.Res, int(k.Bits))
}
