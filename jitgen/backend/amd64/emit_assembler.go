package amd64

import (
	"fmt"

	"kiln/gc/thread"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

// Calls of compiled code: call_assembler.
//
// The callee gets a frame of its own below the caller's, on the same machine stack, by a call through the token's word:
//
//	caller's RSP ->  (caller's frame above)
//	            -8   return address
//	RBP     -> -16   0; the return address is at RBP+8, which is 0 in the frame of an Execute
//	RBP-8            caller's RBP: the chain of frames
//	RBP-16           site
//	RBP-24-8i        slot i: the caller has put the arguments here
//
// The word of the token (tokenState) holds the address of a loop's call entry, or of the token's stub, which leaves to Go for
// the assistant to run the portal. Finish stores the results into the Thread and returns to the caller, or, in the frame of
// an Execute, leaves. Every other way out of a callee ends in Go with JitFrame naming the callee's frame; a guard
// that fails there pops the frame, has the assistant finish the portal, and resumes the caller behind its call.
//
// Rejected: results in registers. Callers would have to know which, and a finished portal would have to load them; a store and a
// load are a few cycles.

// callSlot is the memory of slot i of a callee's frame, before the call.
func callSlot(i int) asm.Mem { return asm.At(asm.RSP, int32(-16+slotOffset(i))) }

// emitCallAssembler saves what lives on, as for a residual call, and calls.
func emitCallAssembler(c *compiler) {
	tok, ok := c.o.Descr.(*trace.Token)
	if !ok {
		c.reject("call_assembler without token")
		return
	}
	ts, ok := tok.State.(*tokenState)
	if !ok {
		c.reject("%v has no code memory", tok)
		return
	}
	s := c.newSite(siteNested, c.a.NewLabel())
	resume := c.fixes[len(c.fixes)-1].resume
	for i, r := range c.o.Args {
		c.storeArg(callSlot(i), r)
	}
	c.ra.Flush()
	c.gcmap(s)
	c.forcible(s)
	c.a.StoreImm(4, asm.At(asm.RBP, frameSite), s.id)
	c.a.MovImm(scratch, int64(ts.read))
	c.a.Code = append(c.a.Code, 0x41, 0xff, 0x13) // call [r11]
	back := c.a.NewLabel()
	c.a.Bind(back)
	c.slowPath(resume, func() {
		emitSwitchIn(&c.a)
		c.a.Jmp(back)
	})
	if c.o.Res >= 0 {
		c.loadResult(c.o.Res, 0)
	}
}

// storeArg stores an operand, wherever it is.
func (c *compiler) storeArg(m asm.Mem, r trace.Ref) {
	if r.IsConst() {
		c.storeConst(8, m, r)
		return
	}
	switch at := c.ra.Where(int32(r)); {
	case at.IsSlot():
		c.a.RM(asm.Mov, scratch, slotMem(at))
		c.a.RM(asm.MovStore, scratch, m)
	case at.Bank() == regalloc.XMM:
		c.a.RM(asm.MovsdStore, asm.Reg(at.Reg()), m)
	default:
		c.a.RM(asm.MovStore, asm.Reg(at.Reg()), m)
	}
}

// emitCallEntry begins a loop that is called: it makes the frame, leaves if the stack is too low, and goes on at the
// loop's entry.
func (c *compiler) emitCallEntry() {
	emitFrame(&c.a)
	c.frameFix = append(c.frameFix, c.leaRSP(0))
	c.a.ALULoad(asm.Cmp, 8, asm.RSP, thr(thread.OffJitStackLimit))
	c.o = &c.tr.Ops[0]
	s := c.newSite(sitePortal, noLabel)
	s.owner = c.loop.Owner
	for i, r := range c.o.Args {
		s.argument(i, c.tr.Kind(r))
	}
	low := c.a.NewLabel()
	c.a.Jcc(asm.B, low)
	c.slowPath(low, func() {
		c.a.StoreImm(4, asm.At(asm.RBP, frameSite), s.id)
		c.a.JmpTo(c.b.stubs.exitSite)
	})
}

// emitFrame makes the frame of a callee, without its slots.
func emitFrame(a *asm.Asm) {
	a.RM(asm.MovStore, asm.RBP, asm.At(asm.RSP, -16))
	a.RM(asm.Lea, asm.RBP, asm.At(asm.RSP, -8))
	a.StoreImm(4, asm.At(asm.RBP, frameSite), 0)
}

// argument says that argument i is in slot i.
func (s *site) argument(i int, k op.Kind) {
	s.places = append(s.places, place{loc: regalloc.SlotLoc(i), kind: k})
	s.kinds = append(s.kinds, k)
	if k == op.Ref {
		s.refSlots = append(s.refSlots, int32(i))
	}
}

// emitReturn returns to the caller, behind a test that there is one.
func (c *compiler) emitReturn(outermost asm.Label) {
	c.a.ALUMemImm(asm.Cmp, 8, asm.At(asm.RBP, frameReturn), 0)
	c.a.Jcc(asm.E, outermost)
	next := [4]int{op.Int: thread.OffResI, op.Ref: thread.OffResR, op.Float: thread.OffResF}
	for _, r := range c.o.Args {
		k := c.tr.Kind(r)
		c.storeTo(next[k], r)
		next[k] += 8
	}
	c.a.RM(asm.Lea, asm.RSP, asm.At(asm.RBP, frameReturn))
	c.a.RM(asm.Mov, asm.RBP, asm.At(asm.RBP, framePrev))
	c.a.Ret()
}

// tokenState is trace.Token.State.
type tokenState struct {
	word uintptr    // writable address of the word that calls go through
	read uintptr    // where machine code reads it
	stub uintptr    // leaves to Go for the assistant
	loop *loopState // that is called, nil for the stub
}

// makeToken gives a token its word and its stub.
func (b *Backend) makeToken(tok *trace.Token) error {
	size := frameSize(len(tok.Kinds))
	if size > maxFrame {
		return fmt.Errorf("amd64: %s: %d arguments are too many", tok.Name, len(tok.Kinds))
	}
	at, err := b.code.Alloc(8)
	if err != nil {
		return err
	}
	s := &site{id: int32(len(*b.sites.Load())), kind: sitePortal, owner: tok.Owner}
	for i, k := range tok.Kinds {
		s.argument(i, k)
	}
	var a asm.Asm
	emitFrame(&a)
	a.RM(asm.Lea, asm.RSP, asm.At(asm.RBP, -size))
	a.StoreImm(4, asm.At(asm.RBP, frameSite), s.id)
	a.JmpTo(b.stubs.exitSite)
	stub, err := b.install(&a)
	if err != nil {
		return err
	}
	b.addSites([]*site{s})
	st := &tokenState{word: b.code.Writable(at), read: at, stub: stub}
	st.set(stub)
	b.tokens = append(b.tokens, st)
	tok.State = st
	return nil
}

// makeTokens does that for the tokens of a trace that have none.
func (b *Backend) makeTokens(t *trace.Trace) error {
	for i := range t.Ops {
		if tok, ok := t.Ops[i].Descr.(*trace.Token); ok && tok.State == nil {
			if err := b.makeToken(tok); err != nil {
				return err
			}
		}
	}
	return nil
}
