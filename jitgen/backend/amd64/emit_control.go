package amd64

import (
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/trace"
)

// pollSize is the size of a poll with its jump to the way out.
const pollSize = 14

// emitPoll sets the flags to "equal" if Go wants the thread to yield.
func (c *compiler) emitPoll() {
	c.a.ALUMemImm(asm.Cmp, 8, asm.At(gReg, stackGuardOffset), stackPreempt)
}

// emitLabel fixes the places of the label's arguments and polls: every way around a loop polls. What follows
// the poll is aligned: it is where loops of this piece come back to.
func emitLabel(c *compiler) {
	locs, err := c.ra.Label(nil, values(c.o.Args))
	if err != nil {
		c.reject("%v", err)
		return
	}
	target, _ := c.o.Descr.(*trace.Target)
	c.a.Align(16, pollSize)
	label, resume := c.a.NewLabel(), c.a.NewLabel()
	c.a.Bind(label)
	c.emitPoll()
	c.a.Jcc(asm.E, c.coldExit(c.newSite(sitePoll, resume)))
	c.a.Bind(resume)
	if target != nil {
		c.labels = append(c.labels, labelFix{target, label, resume, locs})
		c.hintFrom(target, locs, c.pos)
	}
}

// emitJump moves the arguments to the places of the target and goes there. Another piece of code may want
// a frame of another depth.
func emitJump(c *compiler) {
	target, ok := c.o.Descr.(*trace.Target)
	if !ok {
		c.reject("jump without target")
		return
	}
	src := make([]loc, len(c.o.Args))
	for i, r := range c.o.Args {
		src[i] = loc(r)
		if r >= 0 {
			src[i] = c.ra.Where(int32(r))
		}
	}
	for _, l := range c.labels {
		if l.target == target {
			c.jumpMoves(l.locs, src)
			if c.exit == nil || !c.exit.loopBack(l.label) {
				c.emitPoll()
				c.a.Jcc(asm.NE, l.body)
				c.a.Jmp(l.label) // polls again, and leaves
			}
			return
		}
	}
	ts, ok := target.State.(*targetState)
	if !ok {
		c.reject("jump to %v, which is not compiled", target)
		return
	}
	if ts.piece.freed {
		c.reject("jump to %v, whose code was freed", target)
		return
	}
	c.reaches(ts.piece)
	c.jumpMoves(ts.locs, src)
	putInt32(c.a.Code[c.leaRSP(0):], -ts.piece.frame)
	c.a.JmpTo(ts.addr)
}

func (c *compiler) jumpMoves(dst, src []loc) {
	if len(dst) != len(src) {
		c.reject("jump with %d arguments to a label with %d", len(src), len(dst))
		return
	}
	c.ra.Jump(dst, src, spare)
}

// leaRSP sets RSP to RBP+disp and returns the offset of the 32-bit displacement.
func (c *compiler) leaRSP(disp int32) int {
	c.a.Code = append(c.a.Code, 0x48, 0x8d, 0xa5, 0, 0, 0, 0) // lea rsp, [rbp+disp32]
	at := c.a.Len() - 4
	putInt32(c.a.Code[at:], disp)
	return at
}

// emitFinish returns to the caller or leaves, with the results.
func emitFinish(c *compiler) {
	s := c.newSite(siteFinish, noLabel)
	s.places = c.placesOf(c.o.Args)
	c.emitReturn(c.coldExit(s))
}

func emitNothing(*compiler) {}
