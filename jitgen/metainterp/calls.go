package metainterp

import (
	"math"

	"kiln/gc/thread"
	"kiln/jitgen/blackhole"
	"kiln/jitgen/descr"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// call executes a call: inlined if the function has jitcode, else residual. The index of a function called
// through a value is promoted.
func (m *MetaInterp) call(f *frame) Reason {
	c := blackhole.DecodeCall(f.code, f.pc)
	if tooMany(c.Args) || tooMany(c.Results) {
		return TooManySlots
	}
	fn, d := c.Descr.Func, c.Descr
	if c.Fn != jitcode.NoReg {
		m.promoteReg(f, op.Int, c.Fn)
		fn = int(m.word(f, op.Int, c.Fn))
		if direct := m.callOf[fn]; direct != nil {
			d = direct // knows the effects of this one function
		}
	}
	if fn == m.im.Prog.Force-1 && m.owns(m.box(f, op.Ref, c.Args[op.Ref][0])) {
		f.pc = c.Next // an object of the trace's own
		return 0
	}
	if code := m.inlinable(fn, d); code != nil {
		m.enter(f, code, &c)
		return 0
	}
	m.residual(f, fn, d, &c)
	return 0
}

func tooMany(lists [jitcode.NumBanks][]uint16) bool {
	for _, k := range jitcode.Banks {
		if len(lists[k]) > thread.NumSlots {
			return true
		}
	}
	return false
}

// inlinable is the jitcode of a function whose calls are traced through, or nil.
func (m *MetaInterp) inlinable(fn int, d *descr.Call) *jitcode.JitCode {
	code := m.im.Of(fn)
	if code == nil {
		return nil
	}
	if m.isPortal[fn] {
		if !m.cfg.Inline {
			return nil
		}
		return code // decided at its merge point, where the greens are known
	}
	limit := m.cfg.Depth
	if m.cfg.Inline && d.Effects.EntersJit {
		limit += toPortal // portals stop at the limit; what leads to one should come to one
	}
	if len(m.frames) >= limit {
		return nil
	}
	// Helpers recur with the portals that they call; what is counted is recursion of their own.
	same := 0
	for i := len(m.frames) - 1; i >= 0 && !m.isPortal[m.frames[i].code.Func]; i-- {
		if m.frames[i].code == code {
			same++
		}
	}
	if same >= m.cfg.Recursion {
		return nil
	}
	return code
}

// toPortal is how many frames more there may be between two portals.
const toPortal = 16

// enter pushes the frame of an inlined call. The caller's frame waits at the call instruction.
func (m *MetaInterp) enter(f *frame, code *jitcode.JitCode, c *blackhole.Call) {
	f.snap = nil
	caller := len(m.frames) - 1
	callee := m.pushFrame(code, 0)
	f = &m.frames[caller]
	for _, k := range jitcode.Banks {
		for i, r := range c.Args[k] {
			m.set(callee, k, uint16(i), m.word(f, k, r), m.raw(f, k, r))
		}
	}
}

// leave returns from the innermost frame, or from the portal.
func (m *MetaInterp) leave(f *frame) {
	regs, _ := jitcode.Lists(f.code.Code, f.pc+1)
	if len(m.frames) == 1 {
		m.finish(f, regs)
		return
	}
	outer := &m.frames[len(m.frames)-2]
	c := blackhole.DecodeCall(outer.code, outer.pc)
	for _, k := range jitcode.Banks {
		for i, r := range c.Results[k] {
			m.set(outer, k, r, m.word(f, k, regs[k][i]), m.raw(f, k, regs[k][i]))
		}
	}
	outer.pc = c.Next
	outer.snap = nil
	m.measure(f)
	m.popFrame()
}

// finish ends the trace: the portal returns. Its results go into the result slots.
func (m *MetaInterp) finish(f *frame, regs [jitcode.NumBanks][]uint16) {
	args := m.list(len(f.code.Results))
	var n [jitcode.NumBanks]int
	for i, k := range f.code.Results {
		r := regs[k][n[k]]
		args[i] = m.operand(f, k, r)
		m.putResult(k, n[k], m.word(f, k, r))
		n[k]++
	}
	m.t.RefResults = uint64(n[op.Ref])
	m.recordList(op.Finish, nil, args)
	m.end = &Recording{End: EndFinish, Pos: f.code.Pos(f.pc), Func: f.code.Name}
}

func (m *MetaInterp) putResult(k op.Kind, slot int, word uint64) {
	switch k {
	case op.Int:
		m.t.ResI[slot] = int64(word)
	case op.Ref:
		m.t.ResR[slot] = uintptr(word)
	case op.Float:
		m.t.ResF[slot] = math.Float64frombits(word)
	}
}

// unrecorded runs a call that traces leave out.
func (m *MetaInterp) unrecorded(f *frame, fn int, d *descr.Call, c *blackhole.Call) {
	var n [jitcode.NumBanks]int
	for _, k := range d.Args {
		m.putArg(k, n[k], m.word(f, k, c.Args[k][n[k]]))
		n[k]++
	}
	m.rt.Call(m.t, fn)
	f.pc = c.Next
}

// residual runs a call through its adapter and records it. An elidable call of constants is folded.
func (m *MetaInterp) residual(f *frame, fn int, d *descr.Call, c *blackhole.Call) {
	if d.Effects.NotInTrace {
		m.unrecorded(f, fn, d, c)
		return
	}
	if d.Effects.Conditional && len(d.Results) == 0 && m.isFalse(f, c) {
		f.pc = c.Next
		return
	}
	args := m.list(1 + len(d.Args))
	args[0] = m.constant(op.Int, uint64(fn))
	fold := d.Effects.Elidable
	var n [jitcode.NumBanks]int
	for i, k := range d.Args {
		r := c.Args[k][n[k]]
		fold = fold && isConst(m.box(f, k, r))
		args[1+i] = m.operand(f, k, r)
		m.putArg(k, n[k], m.word(f, k, r))
		n[k]++
	}
	m.lend(&d.Effects)
	m.away = true
	m.rt.Call(m.t, fn)
	m.away = false
	m.takeBack(&d.Effects)
	if fold {
		m.takeResults(f, c, nil)
		f.pc = c.Next
		return
	}
	m.quasi.call(&d.Effects)
	if !d.Effects.Elidable && !d.Effects.LoopInvariant {
		for i, k := range d.Args {
			if k == op.Ref {
				m.cache.escape(args[1+i])
			}
		}
		m.cache.call(&d.Effects)
	}
	m.takeResults(f, c, m.recordCall(d, args, c))
	f.pc = c.Next
	m.guardForced(&d.Effects)
}

// isFalse says whether the first argument of a conditional call is known to be false.
func (m *MetaInterp) isFalse(f *frame, c *blackhole.Call) bool {
	r := c.Args[op.Int][0]
	return isConst(m.box(f, op.Int, r)) && m.word(f, op.Int, r) == 0
}

// recordCall records the call and the operations that read its further results. It returns the boxes of the
// results, by bank.
func (m *MetaInterp) recordCall(d *descr.Call, args []trace.Ref, c *blackhole.Call) *[jitcode.NumBanks][]trace.Ref {
	code := op.CallI
	if d.Effects.Elidable || d.Effects.LoopInvariant {
		code = op.CallPureI
	}
	return m.recordResults(code, d, d.Results, args, c)
}

// recordResults records a call of the family of code and the operations that read its further results.
func (m *MetaInterp) recordResults(code op.Code, d descr.Descr, results []op.Kind, args []trace.Ref, c *blackhole.Call) *[jitcode.NumBanks][]trace.Ref {
	first := op.Void
	if len(results) > 0 {
		first = results[0]
	}
	var boxes [jitcode.NumBanks][]trace.Ref
	for i, k := range results {
		if i == 0 {
			boxes[k] = append(boxes[k], m.recordList(familyOf(code, first), d, args))
			continue
		}
		slot := len(boxes[k])
		box := trace.None
		if c.Results[k][slot] != jitcode.NoReg {
			box = m.record(op.ForKind(op.GetResultI, k), nil, m.constant(op.Int, uint64(slot)))
		}
		boxes[k] = append(boxes[k], box)
	}
	if len(results) == 0 {
		m.recordList(familyOf(code, op.Void), d, args)
	}
	return &boxes
}

func familyOf(code op.Code, k op.Kind) op.Code { return op.ForKind(code, k) }

// takeResults moves the results of a call from the slots into registers at once: they are not roots there.
// Without boxes they are constants.
func (m *MetaInterp) takeResults(f *frame, c *blackhole.Call, boxes *[jitcode.NumBanks][]trace.Ref) {
	for _, k := range jitcode.Banks {
		for i, r := range c.Results[k] {
			box := trace.None
			if boxes != nil {
				box = boxes[k][i]
			}
			m.set(f, k, r, m.slotWord(k, i), box)
		}
	}
}

func (m *MetaInterp) slotWord(k op.Kind, slot int) uint64 {
	switch k {
	case op.Ref:
		return uint64(m.t.ResR[slot])
	case op.Float:
		return math.Float64bits(m.t.ResF[slot])
	}
	return uint64(m.t.ResI[slot])
}

func (m *MetaInterp) putArg(k op.Kind, slot int, word uint64) {
	switch k {
	case op.Int:
		m.t.ArgI[slot] = int64(word)
	case op.Ref:
		m.t.ArgR[slot] = uintptr(word)
	case op.Float:
		m.t.ArgF[slot] = math.Float64frombits(word)
	}
}
