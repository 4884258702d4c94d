package jitgen

import (
	"math"
	"time"

	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/blackhole"
	"kiln/jitgen/exec"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/jitlog"
	"kiln/jitgen/metainterp"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/warm"
)

// Into the JIT and out again: what happens from a merge point that is hot to the one where emitted code goes on.

// Compiled says whether there is compiled code at a merge point; it is a hook of the metainterpreter.
func (j *JIT) Compiled(driver int, greens []uint64) bool {
	c := j.tables[driver].Find(greens)
	return c != nil && c.State == warm.Compiled && c != j.forming
}

// Tick implements Portal.
func (j *JIT) Tick(t *thread.Thread, driver int) bool { return j.tables[driver].Tick(t) }

// next is what Enter does next.
type next uint8

const (
	atMergePoint next = iota // look for compiled code at the merge point in the slots
	leave                    // back to emitted code at the merge point in the slots
	finished                 // the portal returned
)

// Enter implements Portal.
func (j *JIT) Enter(t *thread.Thread, driver int) Outcome {
	j = j.of(t)
	n, _ := j.advance(t, func() (next, int) { return j.first(driver) })
	t.RefArgs = 0
	if n == finished {
		return Done
	}
	return Continue
}

// first handles the entry from emitted code: Tick said that the merge point is compiled or hot, or that its
// greens shall get a cell.
func (j *JIT) first(driver int) (next, int) {
	j.Counters.Entered++
	table := j.tables[driver]
	c := table.Ticked()
	if c == nil {
		shared := table.Shared()
		j.keepGreensStill(driver)
		isNew := false
		c, isNew = table.At(j.t)
		if isNew && !shared {
			table.Heat(c) // it was hot before it had a cell
		}
	}
	j.here = c
	if c.State == warm.Compiled {
		return atMergePoint, driver
	}
	if !table.Hot(c) || j.t.TraceDepth != 0 || !j.confirmed(c) {
		return leave, driver
	}
	return j.recordLoop(c)
}

// keepGreensStill makes green objects immortal.
func (j *JIT) keepGreensStill(driver int) {
	r := 0
	for _, g := range j.im.Prog.Drivers[driver].Greens {
		if g.Kind != op.Ref {
			continue
		}
		if !j.rt.Still(j.t.ArgR[r]) {
			j.rt.KeepStill(j.t, &j.t.ArgR[r])
			j.Counters.Promoted++
		}
		r++
	}
}

// continueAt runs compiled code at the merge point in the slots, if there is any.
func (j *JIT) continueAt(driver int) (next, int) {
	c := j.cell(driver)
	if c.State != warm.Compiled || j.be.StackLow(j.t) || !j.confirmed(c) || c.State != warm.Compiled { // the program's answer may take a while
		return leave, driver
	}
	exit := j.be.Execute(j.t, c.Loop, j.reds(driver))
	if exit.Kind == backend.ExitFinish {
		exec.PutResults(j.t, exit.Kinds, exit.Values)
		return finished, driver
	}
	return j.guardFailed(exit)
}

// cell is the cell of the merge point in the slots. It is often the guess: the one that was there the last time.
func (j *JIT) cell(driver int) *warm.Cell {
	c, guard := j.here, j.failed
	j.here, j.failed = nil, nil
	if guard != nil {
		c = guard.After
	}
	if table := j.tables[driver]; !table.Is(c, j.t) {
		j.keepGreensStill(driver)
		c, _ = table.At(j.t)
	}
	if guard != nil {
		guard.After = c
	}
	return c
}

// reds takes the reds out of the slots, in the driver's order.
func (j *JIT) reds(driver int) []uint64 {
	d := j.im.Prog.Drivers[driver]
	var n [jitcode.NumBanks]int
	for _, g := range d.Greens {
		n[g.Kind]++
	}
	j.words = j.words[:0]
	for _, r := range d.Reds {
		var word uint64
		switch r.Kind {
		case op.Int:
			word = uint64(j.t.ArgI[n[op.Int]])
		case op.Ref:
			word = uint64(j.t.ArgR[n[op.Ref]])
		case op.Float:
			word = math.Float64bits(j.t.ArgF[n[op.Float]])
		}
		n[r.Kind]++
		j.words = append(j.words, word)
	}
	j.t.RefArgs = 0
	return j.words
}

// guardFailed goes on from a failed guard.
func (j *JIT) guardFailed(exit *backend.Exit) (next, int) {
	g := exit.Guard
	g.Fails++
	j.Counters.GuardFailures++
	if exit.Forced {
		j.Counters.Forced++
	}
	owner := g.Owner.(*warm.Guard)
	if d := g.Data.(*resume.Data); len(d.Owned) > 0 {
		n, driver := j.notForcedFailed(d, exit)
		j.failed = owner
		return n, driver
	}
	if j.t.TraceDepth == 0 && j.settings.Warm.WantsBridge(owner, g.Fails) && j.units[owner.Loop] != nil {
		return j.recordBridge(g, owner, exit.Values)
	}
	mark := j.bh.Mark()
	j.bh.Resume(g.Data.(*resume.Data), exit.Values)
	n, driver := j.blackhole(mark)
	j.failed = owner
	return n, driver
}

// blackhole runs the frames above mark to the next merge point.
func (j *JIT) blackhole(mark blackhole.Mark) (next, int) {
	j.Counters.Blackholed++
	r := j.bh.Run(mark)
	j.bh.Release(mark)
	if r.Done {
		return finished, 0
	}
	return atMergePoint, r.Driver
}

// aborted goes on after a recording that was given up.
func (j *JIT) aborted(what string, r *metainterp.Recording) (next, int) {
	j.Counters.Abort(r.Reason.String(), what)
	j.log.Printf(jitlog.Aborts, "abort %s: %s at %s in %s after %d operations", what, r.Reason, r.Pos, r.Func, len(r.Trace.Ops))
	return j.handOver()
}

// handOver goes on with the frames of a recording in the blackhole interpreter.
func (j *JIT) handOver() (next, int) {
	mark := j.bh.Mark()
	j.meta.HandOver(j.bh)
	j.meta.Release()
	return j.blackhole(mark)
}

// recorded counts a recording and logs its trace.
func (j *JIT) recorded(start time.Time, r *metainterp.Recording) {
	j.Counters.Tracing += time.Since(start) - j.away
	j.Counters.OpsRecorded += len(r.Trace.Ops)
	j.Counters.Steps += r.Steps
	j.Counters.InlinedCalls += r.Calls
	if r.End == metainterp.EndSegment {
		j.Counters.Segments++
	}
	if r.End != metainterp.EndAbort {
		j.log.Trace(jitlog.Recorded, "recorded "+r.Trace.Name, r.Trace)
	}
}

// after is where the program is when a recording has been compiled.
func after(r *metainterp.Recording) (next, int) {
	if r.End == metainterp.EndFinish {
		return finished, 0
	}
	return atMergePoint, r.Driver
}
