package metainterp

import (
	"slices"

	"kiln/jitgen/blackhole"
	"kiln/jitgen/descr"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Calls of portals: functions of the interpreted language. Such a call is traced through like any other, so that the
// callee's frame is an object of the trace, virtual if it does not escape. What to do with the callee is decided
// at its merge points, where its greens are known:
//
//	caller  --call-->  beginning of the portal  -->  merge point  -->  ... merge point behind a loop header
//	                   (always inlined)              |                 |
//	                                                 +-- inlined       |
//	                                                 '-- the rest is a call_assembler
//
// The rest of the callee becomes a call_assembler of the code for the merge point's greens if the callee is not to be
// inlined (too long once, or recursive, or the driver's option NeverInline says so), and where the callee loops: loops get code of
// their own, behind one iteration if UnrollOneIteration says so. The concrete execution of the rest is left to compiled and emitted code.
//
// Rejected: deciding at the call, as RPython does. Its portals begin at the merge point; ours may do work before.

// inlining is what is known about the portal calls of a recording.
type inlining struct {
	count int
	// The longest call that was traced through to its end.
	longest int
	driver  int
	greens  []uint64
}

// innerMergePoint executes a merge point of a portal that was called in the trace.
func (m *MetaInterp) innerMergePoint(f *frame, v *vars, greens []uint64) Reason {
	header, first := f.header, !f.entered
	f.header = false
	loop := header || m.hooks.Loops(v.driver, greens)
	if loop && !f.unrolled && m.ask(m.hooks.UnrollOneIteration, v.driver, greens) {
		f.unrolled, loop = true, false
	}
	switch {
	case loop:
		return m.callRest(f, v, greens)
	case first:
		at := Nesting{Portals: m.portals(), Same: m.activations(v.driver, greens), Ops: len(m.tr.Ops)}
		if len(m.frames) > m.cfg.Depth || !m.ask(func(driver int, greens []uint64) bool { return m.hooks.Inline(driver, greens, at) }, v.driver, greens) {
			return m.callRest(f, v, greens)
		}
		f.entered, f.driver, f.greens, f.start = true, v.driver, slices.Clone(greens), len(m.tr.Ops)
		m.calls.count++
	}
	m.note(f, v)
	f.pc = v.next
	return 0
}

// ask calls a hook that may run a function of the program.
func (m *MetaInterp) ask(hook func(int, []uint64) bool, driver int, greens []uint64) bool {
	m.away = true
	answer := hook(driver, greens)
	m.away = false
	return answer
}

// portals is how many calls of portals the trace is in.
func (m *MetaInterp) portals() int {
	n := -1
	for i := range m.frames {
		if m.isPortal[m.frames[i].code.Func] {
			n++
		}
	}
	return n
}

// activations is how many frames came to the merge point first.
func (m *MetaInterp) activations(driver int, greens []uint64) int {
	n := 0
	for i := range m.frames {
		if f := &m.frames[i]; f.greens != nil && f.driver == driver && slices.Equal(f.greens, greens) {
			n++
		}
	}
	return n
}

// callRest executes the rest of a portal's frame, which is at its merge point, and records it as a call of
// compiled code. The results go to the frame outside, whose call ends with it.
func (m *MetaInterp) callRest(f *frame, v *vars, greens []uint64) Reason {
	tok := m.hooks.Token(v.driver, greens)
	args := m.list(len(v.reds))
	for i, r := range v.reds {
		args[i] = m.operand(f, r.kind, r.reg)
		if r.kind == op.Ref {
			m.cache.escape(args[i])
		}
	}
	m.putVars(f, v)
	m.measure(f)
	m.popFrame()
	m.away = true
	m.lend(&tok.Call.Effects)
	m.hooks.RunPortal(m.t, v.driver)
	m.takeBack(&tok.Call.Effects)
	m.away = false
	outer := m.top()
	c := blackhole.DecodeCall(outer.code, outer.pc)
	m.cache.call(&tok.Call.Effects)
	m.quasi.call(&tok.Call.Effects)
	m.takeResults(outer, &c, m.recordResults(op.CallAssemblerI, tok, tok.Call.Results, args, &c))
	outer.pc = c.Next
	outer.snap = nil
	m.guardForced(&tok.Call.Effects)
	return 0
}

// putVars puts greens and reds into the argument slots.
func (m *MetaInterp) putVars(f *frame, v *vars) {
	var n [jitcode.NumBanks]int
	for _, list := range [][]variable{v.greens, v.reds} {
		for _, x := range list {
			m.putArg(x.kind, n[x.kind], m.word(f, x.kind, x.reg))
			n[x.kind]++
		}
	}
	m.t.RefArgs = uint64(n[op.Ref])
}

// measure notes the length of a portal call that ends.
func (m *MetaInterp) measure(f *frame) {
	if n := len(m.tr.Ops) - f.start; f.greens != nil && len(m.frames) > 1 && n > m.calls.longest {
		m.calls.longest, m.calls.driver, m.calls.greens = n, f.driver, f.greens
	}
}

// blame chooses the longest portal call of a trace that is too long, and has it not inlined any more. It is false if
// there is none that matters.
func (m *MetaInterp) blame() bool {
	for i := 1; i < len(m.frames); i++ {
		m.measure(&m.frames[i])
	}
	if m.calls.longest < m.cfg.Limit/blameShare {
		return false
	}
	m.hooks.NeverInline(m.calls.driver, m.calls.greens)
	return true
}

// tooLong ends a recording at a merge point: given up, if the calls traced through made it so long; else it goes on in a
// bridge of a guard that fails here always.
func (m *MetaInterp) tooLong(f *frame) Reason {
	if m.blame() {
		m.abort(TooLong)
		m.end.Blamed = true
		return 0
	}
	m.guard(op.GuardAlwaysFails)
	args := m.list(len(m.frames[0].code.Results))
	for i, k := range m.frames[0].code.Results {
		args[i] = m.constant(k, 0)
	}
	m.recordList(op.Finish, nil, args)
	m.end = &Recording{End: EndSegment, Pos: f.code.Pos(f.pc), Func: f.code.Name}
	return 0
}

// blameShare: a call is to blame for the length of a trace if it is at least that part of it.
const blameShare = 10

// portalCall is the descriptor of a call of a portal.
func portalCall(p *descr.Program, d *descr.Driver) *descr.Call {
	for _, c := range p.Calls {
		if c.Func == d.Portal {
			return c
		}
	}
	f := p.Funcs[d.Portal]
	return &descr.Call{Name: f.Name, Func: d.Portal, Args: f.Args, Results: f.Results,
		Effects: descr.Effects{Arbitrary: true, Collects: true, Panics: true, EntersJit: true}}
}

// NewToken makes the token of a driver's merge point with certain greens.
func NewToken(id int, name string, p *descr.Program, d *descr.Driver) *trace.Token {
	t := &trace.Token{ID: id, Name: name, Call: portalCall(p, d)}
	for _, r := range d.Reds {
		t.Kinds = append(t.Kinds, r.Kind)
	}
	return t
}
