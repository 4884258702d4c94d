package jitgen

import (
	"time"

	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/metainterp"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
	"kiln/jitgen/warm"
)

// Calls of portals from compiled code: what metainterpreter, blackhole interpreter and backend need of the JIT for
// them. See docs/architecture.md, Calls.

// TickCall implements Portal.
func (j *JIT) TickCall(t *thread.Thread, driver int) bool { return j.tables[driver].TickCall(t) }

// Loops says whether there is a compiled loop at a merge point; a hook of the metainterpreter.
func (j *JIT) Loops(driver int, greens []uint64) bool {
	c := j.tables[driver].Find(greens)
	return c != nil && c.State == warm.Compiled && c.Loops
}

// Inline says whether calls that come to a merge point first are traced through; a hook of the metainterpreter.
func (j *JIT) Inline(driver int, greens []uint64, at metainterp.Nesting) bool {
	table := j.tables[driver]
	c, w := table.Find(greens), &j.settings.Warm
	switch {
	case c != nil && c.NeverInline, j.answer(descr.HookNeverInline, driver, greens, false):
		return false
	case c != nil && c.Recursive:
		return c == j.recording && at.Portals <= w.Nested && at.Ops < w.NestedOps
	case at.Same >= w.Unroll:
		// Recursion that deep will be met again, and has code of its own to be called.
		table.Recursive(table.Make(greens))
		return false
	}
	return true
}

// NeverInline ends that; a hook of the metainterpreter.
func (j *JIT) NeverInline(driver int, greens []uint64) {
	table := j.tables[driver]
	table.NeverInline(table.Make(greens))
}

// Token is the token of a merge point; a hook of the metainterpreter.
func (j *JIT) Token(driver int, greens []uint64) *trace.Token {
	c := j.tables[driver].Make(greens)
	if c.Token == nil {
		j.tokens++
		c.Token = metainterp.NewToken(j.tokens, j.name("call", driver, greens), j.im.Prog, j.im.Prog.Drivers[driver])
		c.Token.Owner = c
		j.be.Redirect(c.Token, c.Loop)
	}
	return c.Token
}

// compiled makes loop the code of a merge point, for those who come there and for those who call it.
func (j *JIT) compiled(c *warm.Cell, loop *backend.Loop, targets []*trace.Target, loops bool) {
	c.Loop, c.Targets, c.Loops, c.State = loop, targets, loops, warm.Compiled
	j.tables[c.Driver].Compiled()
	if c.Token != nil {
		j.be.Redirect(c.Token, loop)
	}
}

// RunPortal runs a portal from its merge point to its end. It counts as a call. A hook of the metainterpreter.
func (j *JIT) RunPortal(t *thread.Thread, driver int) {
	if t.TraceDepth == 1 {
		defer func(start time.Time) { j.away += time.Since(start) }(time.Now())
	}
	j.toEnd(t, func() (next, int) {
		if !j.TickCall(t, driver) {
			return leave, driver
		}
		return j.first(driver)
	})
}

// beginVariables sets kinds to those of the variables at a cell's merge point, and words to its greens; the reds' words come behind.
func (j *JIT) beginVariables(c *warm.Cell) {
	d := j.im.Prog.Drivers[c.Driver]
	j.kinds, j.words = j.kinds[:0], append(j.words[:0], c.Greens...)
	for _, g := range d.Greens {
		j.kinds = append(j.kinds, g.Kind)
	}
	for _, r := range d.Reds {
		j.kinds = append(j.kinds, r.Kind)
	}
}

// Call implements backend.Assistant: the code that a token stands for does not exist, or cannot be entered.
func (j *JIT) Call(t *thread.Thread, owner any, reds []uint64) {
	j = j.of(t)
	if f, ok := owner.(*warm.Form); ok {
		j.callForm(t, f, reds)
		return
	}
	c := owner.(*warm.Cell)
	j.beginVariables(c)
	j.words = append(j.words, reds...)
	t.RefArgs = exec.PutArgs(t, j.kinds, j.words)
	j.RunPortal(t, c.Driver)
}

// Finish implements backend.Assistant: a call of compiled code has left it at a guard.
func (j *JIT) Finish(t *thread.Thread, exit *backend.Exit) {
	j = j.of(t)
	j.toEnd(t, func() (next, int) { return j.guardFailed(exit) })
}

// toEnd runs an activation of a portal that no emitted code has begun to its end; the results are in the result slots.
func (j *JIT) toEnd(t *thread.Thread, start func() (next, int)) {
	n, driver := j.advance(t, start)
	if n == leave {
		t.ResumePortal = uint64(driver) + 1
		j.rt.Call(t, j.im.Prog.Drivers[driver].Portal)
	}
}

// advance goes from one merge point to the next, as long as there is compiled code.
func (j *JIT) advance(t *thread.Thread, start func() (next, int)) (n next, driver int) {
	mark := j.bh.Mark()
	depth := t.TraceDepth
	ok := false
	defer func() {
		if !ok {
			// A Go panic goes through: drop what this activation holds.
			j.bh.Release(mark)
			t.RefArgs = 0
			if depth == 0 {
				j.meta.Release()
			}
		}
	}()
	n, driver = start()
	for n == atMergePoint {
		if t.Actions != 0 {
			j.rt.Act(t) // also while recording, which has got here by a call that may do anything
		}
		n, driver = j.continueAt(driver)
	}
	ok = true
	return n, driver
}

// countCalls counts the calls of compiled code in a trace.
func (j *JIT) countCalls(t *trace.Trace) {
	for i := range t.Ops {
		if c := t.Ops[i].Code; c >= op.CallAssemblerI && c <= op.CallAssemblerN {
			j.Counters.CallAssembler++
		}
	}
}
