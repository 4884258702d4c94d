package amd64

import (
	"kiln/gc/layout"
	"kiln/gc/thread"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

// typeIDOffset is where the type id is in an object: the high half of the header.
const typeIDOffset = layout.TypeIDShift / 8

// newSite makes a site; its number is its position in Backend.sites once the piece is published.
func (c *compiler) newSite(kind siteKind, resume asm.Label) *site {
	s := &site{
		id: int32(len(*c.b.sites.Load()) + len(c.sites)), kind: kind, code: c.o.Code, descr: c.o.Descr, pos: c.o.Pos,
	}
	s.floats = resume != noLabel && c.ra.UsesBank(regalloc.XMM)
	c.sites = append(c.sites, s)
	c.fixes = append(c.fixes, siteFix{s, resume})
	return s
}

// placeOf is where an operand is now.
func (c *compiler) placeOf(r trace.Ref) place {
	switch {
	case r == trace.None:
		return place{loc: -1, kind: op.Int}
	case r.IsConst():
		k := c.tr.Consts.Get(r)
		p := place{loc: loc(r), kind: k.Kind, bits: k.Bits}
		if k.Kind == op.Ref && k.Bits != 0 {
			c.literal(r) // publish finds its address
		}
		return p
	}
	x, add := c.sum(r)
	return place{loc: c.ra.Where(int32(x)), kind: c.tr.Kinds[r], add: add}
}

func (c *compiler) placesOf(refs []trace.Ref) []place {
	out := make([]place, len(refs))
	for i, r := range refs {
		out[i] = c.placeOf(r)
		if r >= 0 && out[i].loc == regalloc.Nowhere {
			c.reject("value %d has no place", r)
		}
	}
	return out
}

// coldExit is the label of a stub that leaves at s with a register dump.
func (c *compiler) coldExit(s *site) asm.Label {
	l := c.a.NewLabel()
	c.stubs = append(c.stubs, stub{label: l, site: s})
	return l
}

// slowPath emits code out of line, after the body.
func (c *compiler) slowPath(l asm.Label, code func()) {
	c.stubs = append(c.stubs, stub{label: l, warm: code})
}

func (c *compiler) emitStub(s *stub) {
	c.a.Bind(s.label)
	if s.warm != nil {
		s.warm()
		return
	}
	c.dumpExit(s.site)
}

// dumpExit leaves at a site with a register dump; code resumes at the site's resume label. Floating point registers
// are left out if nobody asks for them.
func (c *compiler) dumpExit(s *site) {
	c.a.StoreImm(4, asm.At(asm.RBP, frameSite), s.id)
	for i := range s.places {
		s.kinds = append(s.kinds, s.places[i].kind)
		s.floats = s.floats || s.places[i].loc.IsReg() && s.places[i].loc.Bank() == regalloc.XMM
	}
	if s.floats {
		c.a.JmpTo(c.b.stubs.exitDump)
	} else {
		c.a.JmpTo(c.b.stubs.exitDumpInts)
	}
}

// guardExit is a guard in the making: where it leaves, and the jumps that do.
type guardExit struct {
	c       *compiler
	site    *site
	label   asm.Label
	patches []int
	cc      asm.Cond // of the last jump
	bound   bool     // a label is bound behind the last jump
}

// beginGuard fixes where the fail arguments are, after the operands of the guard are in place. In the
// stress mode it also counts down to the next forced failure: here, before the compare sets its flags.
func (c *compiler) beginGuard() *guardExit {
	s := c.newSite(siteGuard, noLabel)
	g, ok := c.o.Descr.(*trace.Guard)
	if !ok {
		c.reject("guard without descriptor")
	}
	s.guard = g
	s.places = c.placesOf(c.failArgs())
	x := &guardExit{c: c, site: s, label: c.coldExit(s)}
	if c.b.opts.GuardFail > 0 {
		c.a.ALUMemImm(asm.Sub, 8, thr(thread.OffForceFail), 1)
		c.a.Jcc(asm.S, x.label)
	}
	return x
}

// failIf leaves on a condition of flags set by the code from offset start on.
func (x *guardExit) failIf(cc asm.Cond, start int) {
	x.patches = append(x.patches, x.c.a.JccPatch(cc, x.label, start))
	x.cc = cc
}

func (x *guardExit) end() {
	x.c.guards = append(x.c.guards, guardFix{x.site.guard, x.site, x.patches})
	x.c.exit = x
}

// loopBack turns a guard that was emitted just now, before a jump to a label of this piece, around: it jumps there if it
// holds, and falls through to the way out. It reports false if it cannot.
func (x *guardExit) loopBack(l asm.Label) bool {
	a := &x.c.a
	if x.bound || len(x.patches) != 1 || !a.UndoJccPatch(x.patches[0]) {
		return false
	}
	a.Jcc(x.cc^1, l)
	x.patches[0] = a.JmpPatch(x.label)
	return true
}

// guard leaves unless test t comes out as want.
func (c *compiler) guard(t test, want bool) {
	x := c.beginGuard()
	start := c.a.Len()
	c.emitTest(&t)
	x.failUnless(&t, want, start)
	x.end()
}

func (x *guardExit) failUnless(t *test, want bool, start int) {
	cc, parity := t.cc, t.parity
	if !want {
		cc, parity = cc^1, -parity
	}
	// Now the guard holds if cc, and (parity +1) not P, or (parity -1) or P.
	switch parity {
	case 0:
		x.failIf(cc^1, start)
	case 1:
		x.failIf(cc^1, start)
		x.failIf(asm.P, x.c.a.Len())
	case -1:
		holds := x.c.a.NewLabel()
		x.c.a.JccShort(asm.P, holds)
		x.failIf(cc^1, x.c.a.Len())
		x.c.a.Bind(holds)
		x.bound = true
	}
}

// emitGuardBool is guard_true and guard_false.
func emitGuardBool(want bool) func(*compiler) {
	return func(c *compiler) {
		r := c.o.Args[0]
		if r >= 0 {
			if d := c.plan.def[r]; d >= 0 && c.plan.deferred[d] {
				t := c.prepare(&c.tr.Ops[d])
				if c.err == nil {
					c.guard(t, want)
				}
				return
			}
		}
		c.guard(c.compareImm(r, 0, asm.NE), want)
	}
}

// emitGuardZero is guard_nonnull and guard_isnull.
func emitGuardZero(cc asm.Cond) func(*compiler) {
	return func(c *compiler) { c.guard(c.compareImm(c.o.Args[0], 0, cc), true) }
}

func emitGuardValue(c *compiler) { c.guard(c.compare(c.o.Args[0], c.o.Args[1], asm.E), true) }

// emitGuardValueF compares bits: a constant NaN equals itself, 0 and -0 differ.
func emitGuardValueF(c *compiler) {
	x := c.inX(c.o.Args[0])
	tmp := asm.Reg(c.ra.Temp(regalloc.GPR))
	y := c.operand(c.o.Args[1])
	if !y.isM {
		c.a.RR(asm.MovqFromX, y.reg, scratch)
		y = regOperand(scratch)
	}
	c.a.RR(asm.MovqFromX, x, tmp)
	c.guard(test{kind: testCmp, reg: tmp, x: y, cc: asm.E}, true)
}

func (c *compiler) classTest(obj asm.Reg, id trace.Ref) test {
	imm, ok := c.imm(id)
	if !ok {
		c.reject("type id is not a constant")
	}
	return test{kind: testCmpImm, x: memOperand(asm.At(obj, typeIDOffset)), imm: imm, size: 4, cc: asm.E}
}

func emitGuardClass(c *compiler) {
	obj := c.in(c.o.Args[0])
	c.guard(c.classTest(obj, c.o.Args[1]), true)
}

func emitGuardNonnullClass(c *compiler) {
	obj := c.in(c.o.Args[0])
	x := c.beginGuard()
	start := c.a.Len()
	c.a.RR(asm.Test, obj, obj)
	x.failIf(asm.E, start)
	t := c.classTest(obj, c.o.Args[1])
	start = c.a.Len()
	c.emitTest(&t)
	x.failIf(asm.NE, start)
	x.end()
}

// emitGuardNotInvalidated is a no-operation, which Invalidate turns into a jump.
func emitGuardNotInvalidated(c *compiler) {
	x := c.beginGuard()
	at := c.a.NopPatch(x.label)
	x.patches = append(x.patches, at)
	x.bound = true
	c.valid = append(c.valid, at)
	x.end()
}

// emitGuardNoAction tests a word of the Thread that others set.
func emitGuardNoAction(c *compiler) {
	c.guard(test{kind: testCmpImm, x: memOperand(thr(thread.OffActions)), imm: 0, size: 8, cc: asm.E}, true)
}

// emitGuardAlwaysFails is a jump, conditional in form because guards are patched by the displacement of such.
func emitGuardAlwaysFails(c *compiler) {
	x := c.beginGuard()
	start := c.a.Len()
	c.a.Zero(scratch)
	x.failIf(asm.E, start)
	x.end()
}

// trap leaves to raise the panic of the current check operation.
func (c *compiler) trap() asm.Label {
	s := c.newSite(siteTrap, noLabel)
	s.do = exec.Lookup(c.o.Code)
	s.places = c.placesOf(c.o.Args)
	return c.coldExit(s)
}

func emitCheckIndex(c *compiler) {
	t := c.compare(c.o.Args[0], c.o.Args[1], asm.AE)
	bad := c.trap()
	c.emitTest(&t)
	c.a.Jcc(t.cc, bad)
}

// emitCheckSlice: 0 <= low <= high <= max. Unsigned comparisons do, because max is not negative.
func emitCheckSlice(c *compiler) {
	low, high, limit := c.o.Args[0], c.o.Args[1], c.o.Args[2]
	upper := c.compare(high, limit, asm.A)
	lower := c.compare(low, high, asm.A)
	bad := c.trap()
	c.emitTest(&upper)
	c.a.Jcc(upper.cc, bad)
	c.emitTest(&lower)
	c.a.Jcc(lower.cc, bad)
}

// emitCheckZero returns the emitter of a check that fails on a condition of comparing with 0.
func emitCheckZero(cc asm.Cond) func(*compiler) {
	return func(c *compiler) {
		t := c.compareImm(c.o.Args[0], 0, cc)
		bad := c.trap()
		c.emitTest(&t)
		c.a.Jcc(cc, bad)
	}
}

func emitCheckLen(c *compiler) {
	x := c.in(c.o.Args[0])
	bad := c.trap()
	c.a.MovImm(scratch, layout.MaxLen)
	c.a.ALU(asm.Cmp, 8, x, scratch)
	c.a.Jcc(asm.A, bad)
}
