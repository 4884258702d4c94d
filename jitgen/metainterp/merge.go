package metainterp

import (
	"slices"

	"kiln/gc/thread"
	"kiln/jitgen/descr"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// vars are the registers of a merge point's variables, in the driver's order.
type vars struct {
	driver       int
	greens, reds []variable
	next         int
	tooMany      bool // for the slots
}

type variable struct {
	kind op.Kind
	reg  uint16
}

type varsKey struct {
	code *jitcode.JitCode
	pc   int
}

// varsAt decodes the merge point a frame is at, once.
func (m *MetaInterp) varsAt(f *frame) *vars {
	key := varsKey{f.code, f.pc}
	v := m.vars[key]
	if v == nil {
		v = m.decodeVars(f)
		m.vars[key] = v
	}
	return v
}

func (m *MetaInterp) decodeVars(f *frame) *vars {
	v := &vars{driver: int(f.code.Code[f.pc+1])}
	d := m.im.Prog.Drivers[v.driver]
	greens, pc := jitcode.Lists(f.code.Code, f.pc+2)
	reds, pc := jitcode.Lists(f.code.Code, pc)
	v.next = pc
	var n [jitcode.NumBanks]int
	for _, g := range d.Greens {
		v.greens = append(v.greens, variable{g.Kind, greens[g.Kind][n[g.Kind]]})
		n[g.Kind]++
	}
	n = [jitcode.NumBanks]int{}
	for _, r := range d.Reds {
		v.reds = append(v.reds, variable{r.Kind, reds[r.Kind][n[r.Kind]]})
		n[r.Kind]++
	}
	v.tooMany = tooManyVars(v)
	return v
}

// TraceLoop records from the driver's merge point; greens (in the non-moving space already) and reds are
// in the argument slots.
func (m *MetaInterp) TraceLoop(name string, driver int) *Recording {
	d := m.im.Prog.Drivers[driver]
	var kinds []op.Kind
	for _, r := range d.Reds {
		kinds = append(kinds, r.Kind)
	}
	m.begin(name, kinds)
	code := m.im.Of(d.Portal)
	f := m.pushFrame(code, code.MergePC(driver))
	v := m.varsAt(f)
	var n [jitcode.NumBanks]int
	var greens []uint64
	for _, g := range v.greens {
		word := m.argWord(g.kind, n[g.kind])
		n[g.kind]++
		greens = append(greens, word)
		m.set(f, g.kind, g.reg, word, trace.None)
	}
	start := mergePoint{driver: driver, greens: greens}
	if d.Frame > 0 {
		m.tr.SetFrame(m.tr.Inputs[d.Frame-1])
	}
	for i, r := range v.reds {
		m.set(f, r.kind, r.reg, m.argWord(r.kind, n[r.kind]), m.tr.Inputs[i])
		n[r.kind]++
		start.reds = append(start.reds, m.tr.Inputs[i])
	}
	if d.Frame > 0 {
		r := v.reds[d.Frame-1]
		m.own(m.tr.Inputs[d.Frame-1], m.word(f, r.kind, r.reg))
	}
	m.t.RefArgs = 0
	f.entered, f.driver, f.greens = true, driver, greens
	m.points = append(m.points, start)
	m.start(f, v)
	return m.run()
}

func (m *MetaInterp) argWord(k op.Kind, slot int) uint64 {
	switch k {
	case op.Ref:
		return uint64(m.t.ArgR[slot])
	case op.Float:
		return bitsOf(m.t.ArgF[slot])
	}
	return uint64(m.t.ArgI[slot])
}

// note records where the trace is, for the log.
func (m *MetaInterp) note(f *frame, v *vars) {
	if !m.cfg.Notes {
		return
	}
	greens := make([]uint64, len(v.greens))
	for i, g := range v.greens {
		greens[i] = m.word(f, g.kind, g.reg)
	}
	var place descr.Descr
	m.away = true
	text := m.hooks.Place(v.driver, greens)
	m.away = false
	if text != "" {
		place = trace.Place(text)
	}
	args := m.list(1 + len(v.greens))
	args[0] = m.constant(op.Int, uint64(v.driver))
	for i, g := range v.greens {
		args[1+i] = m.operand(f, g.kind, g.reg)
	}
	m.recordList(op.DebugMergePoint, place, args)
}

// mergePoint executes a merge point: greens are promoted; behind a loop header the trace may end here.
func (m *MetaInterp) mergePoint(f *frame) Reason {
	v := m.varsAt(f)
	if v.tooMany {
		return TooManySlots
	}
	if len(m.tr.Ops) > m.cfg.Limit {
		return m.tooLong(f)
	}
	if m.unpromoted && m.unknownCallee(f, v) {
		m.callWhole()
		return 0
	}
	m.promoteGreens(f, v)
	greens := m.greens[:0]
	for _, g := range v.greens {
		greens = append(greens, m.word(f, g.kind, g.reg))
	}
	m.greens = greens
	if len(m.frames) > 1 {
		return m.innerMergePoint(f, v, greens)
	}
	// Compiled code is worth a jump at every merge point, not only behind a loop header: a trace that comes to
	// a loop from above would else have the loop's first iteration in it.
	if m.hooks.Compiled(v.driver, greens) {
		m.jump(f, v, slices.Clone(greens), EndJump)
		return 0
	}
	if !f.header {
		m.note(f, v)
		f.pc = v.next
		return 0
	}
	greens = slices.Clone(greens)
	f.header = false
	// Nothing recorded from here on may rely on what the operations before showed: the trace may be cut here.
	m.forget()
	for i := len(m.points) - 1; i >= 0; i-- {
		p := &m.points[i]
		if p.driver == v.driver && slices.Equal(p.greens, greens) {
			return m.close(f, v, p)
		}
	}
	m.pass(f, v, greens)
	return 0
}

func tooManyVars(v *vars) bool {
	var n [jitcode.NumBanks]int
	for _, x := range append(slices.Clone(v.greens), v.reds...) {
		n[x.kind]++
	}
	return slices.Max(n[:]) > thread.NumSlots
}

// promoteGreens makes the greens constants. References are moved to the non-moving space first, so that the
// words stay their identity.
func (m *MetaInterp) promoteGreens(f *frame, v *vars) {
	for _, g := range v.greens {
		if g.kind != op.Ref {
			continue
		}
		if obj := uintptr(m.word(f, op.Ref, g.reg)); !m.rt.Still(obj) {
			moved := obj
			m.rt.KeepStill(m.t, &moved) // updates the register, which is a root
		}
	}
	for _, g := range v.greens {
		m.promoteReg(f, g.kind, g.reg)
	}
}

// pass records that the trace went through a merge point it may come back to. Its reds become distinct
// values, as the inputs of a loop that starts here must be.
func (m *MetaInterp) pass(f *frame, v *vars, greens []uint64) {
	p := mergePoint{driver: v.driver, greens: greens}
	seen := map[trace.Ref]bool{}
	for _, r := range v.reds {
		box := m.operand(f, r.kind, r.reg)
		if isConst(box) || seen[box] {
			box = m.record(op.ForKind(op.SameAsI, r.kind), nil, box)
			m.set(f, r.kind, r.reg, m.word(f, r.kind, r.reg), box)
		}
		seen[box] = true
		p.reds = append(p.reds, box)
	}
	p.at = len(m.tr.Ops)
	m.points = append(m.points, p)
	m.start(f, v)
}

// start begins what may become a trace of its own, behind a merge point that has been noted. If the program has several threads, the
// trace is left whenever something is to be done at merge points: once in each iteration of a loop, and once in each call.
func (m *MetaInterp) start(f *frame, v *vars) {
	m.note(f, v)
	if m.im.Prog.Threads {
		m.guard(op.GuardNoAction)
	}
	f.pc = v.next
}

// jump ends the trace with a Jump whose arguments are the reds, and puts greens and reds into the slots.
func (m *MetaInterp) jump(f *frame, v *vars, greens []uint64, end End) {
	args := m.list(len(v.reds))
	for i, r := range v.reds {
		args[i] = m.operand(f, r.kind, r.reg)
	}
	snap := m.snapshot()
	m.recordList(op.Jump, nil, args)
	m.tr.Ops[len(m.tr.Ops)-1].Snapshot = snap
	m.putVars(f, v)
	m.end = &Recording{End: end, Driver: v.driver, Greens: greens, Pos: f.code.Pos(f.pc), Func: f.code.Name}
}

// close ends the trace as a loop from an earlier merge point; what was recorded before that is cut off.
func (m *MetaInterp) close(f *frame, v *vars, p *mergePoint) Reason {
	m.jump(f, v, p.greens, EndLoop)
	if p.at == 0 && slices.Equal(p.reds, m.tr.Inputs) {
		return 0
	}
	cut, ok := cutTrace(m.tr, p)
	if d := m.im.Prog.Drivers[p.driver]; ok && d.Frame > 0 {
		cut.SetFrame(cut.Inputs[d.Frame-1])
	}
	if !ok {
		m.end = nil
		m.t.RefArgs = 0
		return Leak
	}
	m.tr = cut
	return 0
}

// cutTrace is the part of a trace from a merge point on, with values renumbered so that the reds there are
// the inputs. It fails if another value of before is used.
func cutTrace(t *trace.Trace, p *mergePoint) (*trace.Trace, bool) {
	out := &trace.Trace{Name: t.Name, Consts: t.Consts}
	m := make([]trace.Ref, len(t.Kinds))
	for i := range m {
		m[i] = trace.None
	}
	for _, r := range p.reds {
		m[r] = out.NewValue(t.Kinds[r])
		out.Inputs = append(out.Inputs, m[r])
	}
	ok := true
	rename := func(list []trace.Ref) []trace.Ref {
		renamed := make([]trace.Ref, len(list))
		for i, r := range list {
			renamed[i] = r
			if r >= 0 {
				renamed[i] = m[r]
				ok = ok && m[r] != trace.None
			}
		}
		return renamed
	}
	snaps := map[*trace.Snapshot]*trace.Snapshot{}
	var snapshot func(s *trace.Snapshot) *trace.Snapshot
	snapshot = func(s *trace.Snapshot) *trace.Snapshot {
		if s == nil {
			return nil
		}
		if snaps[s] == nil {
			snaps[s] = &trace.Snapshot{JitCode: s.JitCode, PC: s.PC, Values: rename(s.Values), Outer: snapshot(s.Outer)}
		}
		return snaps[s]
	}
	for _, o := range t.Ops[p.at:] {
		o.Args = rename(o.Args)
		o.Snapshot = snapshot(o.Snapshot)
		if o.Res != trace.None {
			m[o.Res] = out.NewValue(t.Kinds[o.Res])
			o.Res = m[o.Res]
		}
		out.Ops = append(out.Ops, o)
	}
	return out, ok
}
