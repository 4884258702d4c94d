package amd64

import (
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

// Virtualizable objects over calls. The call of a frame that owns objects is followed by a guard_not_forced; while the call
// runs, all that the guard would need is in slots of the frame, so that the JIT can write the objects back from there, from
// whatever thread. The site of the call says where (forcedSite).

// ownedByte and ownedBit are where layout.FlagOwned is in an object.
const (
	ownedByte       = 1
	ownedBit  int32 = layout.FlagOwned >> 8
)

// forcedSite is, of the site of a call, what its guard_not_forced would need during the call.
type forcedSite struct {
	guard   *trace.Guard
	objects []place // operands of the guard
	values  []place // its fail arguments; results of the call have none
}

func emitOwn(alu asm.Alu, bits int32) func(*compiler) {
	return func(c *compiler) { c.a.ALUMemImm(alu, 1, asm.At(c.in(c.o.Args[0]), ownedByte), bits) }
}

// emitGuardNotForced tests the objects where they are: there may be more of them than registers.
func emitGuardNotForced(c *compiler) {
	x := c.beginGuard()
	for _, r := range c.o.Args {
		obj := asm.Reg(scratch)
		if at := c.ra.Where(int32(r)); at.IsSlot() {
			c.a.RM(asm.Mov, scratch, slotMem(at))
		} else {
			obj = asm.Reg(at.Reg())
		}
		start := c.a.Len()
		c.a.TestMemImm(1, asm.At(obj, ownedByte), ownedBit)
		x.failIf(asm.E, start)
	}
	x.end()
}

// forcible notes at the site of a call, whose values have been flushed, what its guard_not_forced needs.
func (c *compiler) forcible(s *site) {
	i := c.pos + 1
	for i < len(c.tr.Ops) && (c.tr.Ops[i].Code == op.GetResultI || c.tr.Ops[i].Code == op.GetResultR || c.tr.Ops[i].Code == op.GetResultF) {
		i++
	}
	if i == len(c.tr.Ops) || c.tr.Ops[i].Code != op.GuardNotForced || len(c.tr.Ops[i].Args) == 0 {
		return
	}
	o := &c.tr.Ops[i]
	f := &forcedSite{}
	f.guard, _ = o.Descr.(*trace.Guard)
	for _, r := range o.Args {
		f.objects = append(f.objects, c.placeOf(r))
	}
	for _, r := range o.FailArgs {
		p := place{loc: regalloc.Nowhere, kind: c.tr.Kind(r)}
		if r.IsConst() || int(c.plan.def[r]) < c.pos { // not a result
			p = c.placeOf(r)
		}
		f.values = append(f.values, p)
	}
	s.forced = f
}

// Owner finds the activation that owns an object; see backend.Backend.
func (b *Backend) Owner(obj uintptr) (o backend.Owner, found bool) {
	sites := *b.sites.Load()
	for _, ts := range *b.threads.Load() {
		if ts == nil {
			continue
		}
		for f := ts.t.JitFrame; f != 0; f = *(*uintptr)(mem.Ptr(f - 8)) {
			s := sites[siteOf(f)].forced
			if s == nil {
				continue
			}
			for i := range s.objects {
				if uintptr(s.objects[i].read(ts.t, f)) == obj {
					return backend.Owner{Activation: f, Guard: s.guard, Values: func() []uint64 { return s.read(s.values, ts.t, f) },
						Objects: func() []uint64 { return s.read(s.objects, ts.t, f) }}, true
				}
			}
		}
	}
	return backend.Owner{}, false
}

func (s *forcedSite) read(places []place, t *thread.Thread, frame uintptr) []uint64 {
	words := make([]uint64, len(places))
	for i := range places {
		if places[i].loc != regalloc.Nowhere {
			words[i] = places[i].read(t, frame)
		}
	}
	return words
}
