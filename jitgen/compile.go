package jitgen

import (
	"errors"
	"time"

	"kiln/jitgen/backend"
	"kiln/jitgen/jitlog"
	"kiln/jitgen/metainterp"
	"kiln/jitgen/op"
	"kiln/jitgen/opt"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
	"kiln/jitgen/warm"
)

// recordLoop records from the merge point in the slots, whose cell is c, and compiles what comes of it.
func (j *JIT) recordLoop(c *warm.Cell) (next, int) {
	if j.be == nil {
		if err := j.begin(); err != nil { // settings that name the backend have begun at once
			panic(backend.Internal("making the backend", err))
		}
	}
	name := j.name("loop", c.Driver, c.Greens)
	before := j.Counters.Work()
	j.away = 0
	start := time.Now()
	r := j.meta.TraceLoop(name, c.Driver)
	j.recorded(start, r)
	if r.End == metainterp.EndAbort {
		switch {
		case r.Blamed:
		case r.Reason == metainterp.Invalidated:
			j.tables[c.Driver].Invalidated(c)
		default:
			j.tables[c.Driver].Aborted(c)
		}
		j.pause(name, before)
		return j.aborted(name, r)
	}
	// From here to the release nothing collects: the recording's words are in the slots, or in its frames.
	if !j.compileLoop(c, r) {
		j.tables[c.Driver].Aborted(c)
	}
	j.pause(name, before)
	return j.release(r)
}

// pause notes the work since before as one pause of the program.
func (j *JIT) pause(name string, before time.Duration) {
	j.Counters.Pause(name, j.Counters.Work()-before)
}

// release goes on after a recording has been compiled.
func (j *JIT) release(r *metainterp.Recording) (next, int) {
	if r.End == metainterp.EndSegment {
		return j.handOver()
	}
	j.meta.Release()
	return after(r)
}

// compileLoop compiles a recording made from c's merge point: a loop there or at a later merge point, or
// code that ends somewhere else.
func (j *JIT) compileLoop(start *warm.Cell, r *metainterp.Recording) bool {
	cell, loop, res := j.compileEntry(start, r, nil)
	if loop == nil {
		return false
	}
	j.compiled(cell, loop, res.Targets, r.End == metainterp.EndLoop)
	return true
}

// compileEntry compiles code that is entered at a merge point, in a form or, if that is nil, in general; the cell it is for may be a later one.
func (j *JIT) compileEntry(start *warm.Cell, r *metainterp.Recording, form *warm.Form) (cell *warm.Cell, loop *backend.Loop, res *opt.Result) {
	cell = start
	in := &opt.Input{Trace: r.Trace}
	optimise := j.opt.Simple
	counter := &j.Counters.EntryBridges
	switch r.End {
	case metainterp.EndLoop:
		cell = j.tables[r.Driver].Make(r.Greens)
		r.Trace.Name = j.name("loop", r.Driver, r.Greens)
		optimise = j.opt.Loop
		counter = &j.Counters.Loops
	case metainterp.EndJump:
		j.target(in, r)
	case metainterp.EndFinish:
		counter = &j.Counters.EntryTraces
	case metainterp.EndSegment:
		counter = &j.Counters.EntryBridges
	}
	owner := any(cell)
	if form != nil {
		in.Form = form.Token.Form.(*opt.Form)
		r.Trace.Name += " as " + in.Form.String()
		owner = form
		counter = &j.Counters.Forms
	}
	if res = j.optimise(optimise, in); res == nil {
		return nil, nil, nil
	}
	if loop = j.enter(r.Trace.Name, owner, res); loop != nil {
		*counter++
	}
	return cell, loop, res
}

// enter compiles a trace that starts with an entry.
func (j *JIT) enter(name string, owner any, res *opt.Result) *backend.Loop {
	j.loops++
	loop := &backend.Loop{ID: j.loops, Name: name, Entry: res.Entry, Kinds: res.Entry.Kinds, Owner: owner}
	u := &unit{loop: loop}
	if u.form, _ = owner.(*warm.Form); u.form == nil {
		u.cell = owner.(*warm.Cell)
	}
	j.units[loop] = u
	if !j.install(loop, nil, res) {
		delete(j.units, loop)
		return nil
	}
	return loop
}

// target tells the optimiser what the recording jumps to.
func (j *JIT) target(in *opt.Input, r *metainterp.Recording) {
	in.Targets = j.tables[r.Driver].Find(r.Greens).AllTargets()
	in.Live = append([]uint64(nil), j.redWords(r.Driver)...)
}

// redWords reads the reds in the slots and leaves them there as roots.
func (j *JIT) redWords(driver int) []uint64 {
	refs := j.t.RefArgs
	words := j.reds(driver)
	j.t.RefArgs = refs
	return words
}

// recordBridge records from a failed guard and compiles what comes of it.
func (j *JIT) recordBridge(g *trace.Guard, owner *warm.Guard, values []uint64) (next, int) {
	name := "bridge from " + g.String() + " of " + owner.Loop.Name
	before := j.Counters.Work()
	j.away = 0
	start := time.Now()
	j.recording = formCell(owner.Loop)
	r := j.meta.TraceBridge(name, g, values, owner.Chain >= j.settings.Warm.Chain)
	j.recording = nil
	j.recorded(start, r)
	if r.End == metainterp.EndAbort {
		if !r.Blamed {
			j.settings.Warm.Aborted(owner, g.Fails)
		}
		j.pause(name, before)
		return j.aborted(name, r)
	}
	if !j.compileBridge(g, owner, r) {
		j.settings.Warm.Aborted(owner, g.Fails)
	}
	j.pause(name, before)
	return j.release(r)
}

// formCell is the cell whose form a loop is, nil for general code.
func formCell(loop *backend.Loop) *warm.Cell {
	if f, ok := loop.Owner.(*warm.Form); ok {
		return f.Cell
	}
	return nil
}

// compileBridge compiles a recording made from a guard. One that found a loop of its own leaves the guard as it
// is: when it fails again, the loop is there to jump to.
func (j *JIT) compileBridge(g *trace.Guard, owner *warm.Guard, r *metainterp.Recording) bool {
	if j.units[owner.Loop] == nil || owner.Bridge {
		return true // invalidated while this was recorded, or another thread was faster
	}
	if r.End == metainterp.EndLoop {
		cell := j.tables[r.Driver].Make(r.Greens)
		return cell.State == warm.Compiled || j.compileLoop(cell, r)
	}
	in := &opt.Input{Trace: r.Trace, From: g}
	if r.End == metainterp.EndJump {
		j.target(in, r)
	}
	res := j.optimise(j.opt.Bridge, in)
	if res == nil || !j.install(owner.Loop, g, res) {
		return false
	}
	owner.Bridge = true
	j.Counters.Bridges++
	return true
}

// optimise runs the optimiser; nil means that the trace cannot be used.
func (j *JIT) optimise(run func(*opt.Input) (*opt.Result, error), in *opt.Input) *opt.Result {
	start := time.Now()
	done := false
	defer func() {
		if !done {
			panic(backend.Internal("optimising "+in.Trace.Name, recover()))
		}
	}()
	res, err := run(in)
	done = true
	j.Counters.Optimising += time.Since(start)
	if err != nil {
		j.refused(in.Trace, err)
		return nil
	}
	return res
}

// refused notes a trace that the optimiser or the backend cannot do anything with.
func (j *JIT) refused(t *trace.Trace, err error) {
	reason := "backend"
	var e *opt.Error
	if errors.As(err, &e) {
		reason = e.Err.Error()
	}
	j.Counters.CompileFailure(reason, t.Name)
	j.log.Printf(jitlog.Aborts, "refused %s: %v", t.Name, err)
}

// install hands an optimised trace to the backend: as loop, or as a bridge of loop from guard.
func (j *JIT) install(loop *backend.Loop, guard *trace.Guard, res *opt.Result) bool {
	start := time.Now()
	t := res.Trace
	done := false
	defer func() {
		if !done {
			panic(backend.Internal("compiling "+t.Name, recover()))
		}
	}()
	guards := 0
	for i := range t.Ops {
		if t.Ops[i].Code.Has(op.Guard) {
			g := t.Ops[i].Descr.(*trace.Guard)
			owner := &warm.Guard{Loop: loop, Always: t.Ops[i].Code == op.GuardAlwaysFails, Action: t.Ops[i].Code == op.GuardNoAction}
			if guard != nil && resume.SamePlace(g, guard) {
				owner.Chain = guard.Owner.(*warm.Guard).Chain + 1
			}
			g.Owner = owner
			guards++
			j.Counters.Resume.Add(g)
		}
	}
	j.Counters.Resume.Done()
	j.log.Trace(jitlog.Optimised, "optimised "+t.Name, t)
	if j.be.WantsRewrite() {
		t = j.rewriter.Rewrite(t)
	}
	// The pool is walked from now on: compiled code, resume data and virtual states refer to it.
	j.pools.add(t.Consts)
	var err error
	if guard == nil {
		err = j.be.CompileLoop(loop, t)
	} else {
		err = j.be.CompileBridge(guard, loop, t)
	}
	done = true
	j.Counters.Compiling += time.Since(start)
	if err != nil {
		j.refused(t, err)
		return false
	}
	j.rely(j.units[loop], res)
	t.Consts.Shrink()
	j.countCalls(t)
	j.Counters.OpsOptimised += len(t.Ops)
	j.Counters.Guards += guards
	return true
}
