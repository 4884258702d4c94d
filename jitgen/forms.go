package jitgen

import (
	"time"

	"kiln/gc/thread"
	"kiln/jitgen/exec"
	"kiln/jitgen/metainterp"
	"kiln/jitgen/opt"
	"kiln/jitgen/trace"
	"kiln/jitgen/warm"
)

// Calls of compiled code that hand over objects as their contents: see package opt, form.go. The token of a form has a
// warm.Form as owner.

// formToken is the token of a form of tok's code, nil if its cell has enough of them. A hook of the optimiser.
func (j *JIT) formToken(tok *trace.Token, f *opt.Form) *trace.Token {
	c := tok.Owner.(*warm.Cell)
	for _, have := range c.Forms {
		if have.Token.Form.String() == f.String() {
			return have.Token
		}
	}
	if len(c.Forms) >= warm.MaxForms {
		return nil
	}
	j.tokens++
	form := &warm.Form{Cell: c, Data: f.Data()}
	form.Token = &trace.Token{ID: j.tokens, Name: tok.Name + " as " + f.String(), Kinds: f.Kinds(), Call: tok.Call, Form: f, Of: tok, Owner: form}
	c.Forms = append(c.Forms, form)
	j.be.Redirect(form.Token, nil)
	return form.Token
}

// callForm serves a call of a form without code, or without room for it: it makes the objects, and records the form if it is hot.
func (j *JIT) callForm(t *thread.Thread, f *warm.Form, values []uint64) {
	c := f.Cell
	j.beginVariables(c)
	j.bh.Objects(f.Data, f.Token.Kinds, values, func(_ int, word uint64) { j.words = append(j.words, word) })
	t.RefArgs = exec.PutArgs(t, j.kinds, j.words)
	if t.TraceDepth == 0 && j.tables[c.Driver].HotForm(f) {
		j.toEnd(t, func() (next, int) { return j.recordForm(f) })
		return
	}
	j.RunPortal(t, c.Driver)
}

// recordForm records from the merge point in the slots, to compile it for a form.
func (j *JIT) recordForm(f *warm.Form) (next, int) {
	c := f.Cell
	name := j.name("loop", c.Driver, c.Greens)
	before := j.Counters.Work()
	j.away = 0
	start := time.Now()
	r := j.recordFrom(name, c)
	j.recorded(start, r)
	if r.End == metainterp.EndAbort {
		if !r.Blamed {
			j.formAborted(f)
		}
		j.pause(name, before)
		return j.aborted(name, r)
	}
	if !j.compileForm(f, r) {
		j.formAborted(f)
	}
	j.pause(name, before)
	return j.release(r)
}

// recordFrom records with c as the cell to come back to.
func (j *JIT) recordFrom(name string, c *warm.Cell) *metainterp.Recording {
	j.forming, j.recording = c, c
	defer func() { j.forming, j.recording = nil, nil }()
	return j.meta.TraceLoop(name, c.Driver)
}

// compileForm compiles a recording for a form. One that found a loop elsewhere is compiled for that, if it has no code.
func (j *JIT) compileForm(f *warm.Form, r *metainterp.Recording) bool {
	c := f.Cell
	if r.End == metainterp.EndLoop {
		if found := j.tables[r.Driver].Make(r.Greens); found != c {
			if found.State != warm.Compiled {
				j.compileLoop(found, r)
			}
			return false
		}
	}
	_, loop, res := j.compileEntry(c, r, f)
	if loop == nil {
		return false
	}
	f.State, f.Loop, f.Targets = warm.Compiled, loop, res.Targets
	j.be.Redirect(f.Token, loop)
	return true
}

// formAborted notes that a form got no code. In the end its calls make the objects and go to the general code, in machine code.
func (j *JIT) formAborted(f *warm.Form) {
	if !j.tables[f.Cell.Driver].FormAborted(f) || f.Cell.Loop == nil {
		return
	}
	form := f.Token.Form.(*opt.Form)
	if loop := j.enter(f.Token.Name, f, j.opt.Adapt(f.Token.Name, form, f.Cell.Loop.Entry)); loop != nil {
		j.be.Redirect(f.Token, loop)
	}
}
