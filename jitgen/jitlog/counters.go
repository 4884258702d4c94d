package jitlog

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"kiln/jitgen/resume"
)

// Counters count what the JIT did. They are printed by --stats and at the end of the log.
type Counters struct {
	Loops         int            // compiled from a merge point back to it
	EntryBridges  int            // compiled from a merge point into other code
	EntryTraces   int            // compiled from a merge point to the end of the portal
	Segments      int            // recordings cut off for being too long, to go on in a bridge
	InlinedCalls  int            // calls of portals traced through
	CallAssembler int            // calls of compiled code in compiled code
	Forms         int            // compiled for calls that hand over objects as their contents
	Bridges       int            // compiled from a guard
	Aborts        map[string]int // recordings given up, by reason
	Invalidated   int            // loops thrown away, with their bridges, because a quasi-immutable field changed
	CompileFailed map[string]int // traces that the optimiser or the backend refused, by reason
	GuardFailures int            // guards that left compiled code, forced ones included
	ForcedObjects int            // objects that compiled code had to write back during a call
	Forced        int            // those made to fail by guardfail=N
	Entered       int            // entries from emitted code
	Blackholed    int            // runs of the blackhole interpreter
	Refused       int            // entries and recordings that the driver's option Confirm did not allow
	Promoted      int            // objects moved to the non-moving space for being green
	OpsRecorded   int
	OpsOptimised  int // after optimisation
	Guards        int // after optimisation
	Steps         int // instructions executed while recording
	Resume        resume.Sizes
	Tracing       time.Duration
	Optimising    time.Duration
	Compiling     time.Duration
	// Pauses are how long the program waited for each recording: tracing, optimising, compiling. Longest is the name of what took
	// longest.
	Pauses  []time.Duration
	Longest string
	longest time.Duration
	// Last is the name of the recording given up, or refused, last, by reason.
	Last map[string]string
}

// Pause notes how long the program waited for a recording.
func (c *Counters) Pause(name string, d time.Duration) {
	c.Pauses = append(c.Pauses, d)
	if d > c.longest {
		c.longest, c.Longest = d, name
	}
}

// Abort notes a recording given up.
func (c *Counters) Abort(reason, name string) {
	c.failure(&c.Aborts, reason, name)
}

// CompileFailure notes a trace that was refused.
func (c *Counters) CompileFailure(reason, name string) {
	c.failure(&c.CompileFailed, reason, name)
}

func (c *Counters) failure(in *map[string]int, reason, name string) {
	if *in == nil {
		*in = map[string]int{}
	}
	if c.Last == nil {
		c.Last = map[string]string{}
	}
	(*in)[reason]++
	c.Last[reason] = name
}

// Work is the time spent on recordings.
func (c *Counters) Work() time.Duration { return c.Tracing + c.Optimising + c.Compiling }

// pauses emits the median and the longest pause, and the time per recorded operation.
func (c *Counters) pauses(emit func(name, value string)) {
	if len(c.Pauses) == 0 || c.OpsRecorded == 0 {
		return
	}
	sorted := slices.Clone(c.Pauses)
	slices.Sort(sorted)
	emit("pause median", sorted[len(sorted)/2].Round(time.Microsecond).String())
	emit("pause longest", sorted[len(sorted)-1].Round(time.Microsecond).String()+" ("+c.Longest+")")
	emit("time per operation", (c.Work() / time.Duration(c.OpsRecorded)).String())
}

// Aborted is the number of recordings given up for any reason.
func (c *Counters) Aborted() int { return total(c.Aborts) }

func total(m map[string]int) int {
	n := 0
	for _, a := range m {
		n += a
	}
	return n
}

// failures emits a total, and the numbers by reason with the last one's name.
func (c *Counters) failures(name string, by map[string]int, emit func(name, value string)) {
	emit(name, fmt.Sprint(total(by)))
	for _, r := range slices.Sorted(maps.Keys(by)) {
		emit(name+": "+r, fmt.Sprintf("%d (last: %s)", by[r], c.Last[r]))
	}
}

// Lines calls emit for each counter: name and value.
func (c *Counters) Lines(emit func(name, value string)) {
	number := func(name string, n int) { emit(name, fmt.Sprint(n)) }
	number("loops", c.Loops)
	number("entry bridges", c.EntryBridges)
	number("entry traces", c.EntryTraces)
	number("forms", c.Forms)
	number("bridges", c.Bridges)
	number("segments", c.Segments)
	number("inlined calls", c.InlinedCalls)
	number("call_assembler", c.CallAssembler)
	number("entered", c.Entered)
	number("not confirmed", c.Refused)
	number("guard failures", c.GuardFailures)
	number("forced failures", c.Forced)
	number("objects forced", c.ForcedObjects)
	number("blackholed", c.Blackholed)
	c.failures("aborts", c.Aborts, emit)
	number("invalidated", c.Invalidated)
	c.failures("compile failures", c.CompileFailed, emit)
	number("objects kept still", c.Promoted)
	number("operations recorded", c.OpsRecorded)
	number("operations compiled", c.OpsOptimised)
	number("guards compiled", c.Guards)
	number("instructions traced", c.Steps)
	if r := &c.Resume; r.Guards > 0 {
		emit("resume data", fmt.Sprintf("%d bytes, %d a guard: frames %d, virtual objects %d, stores %d, facts %d", r.Bytes(), r.Bytes()/r.Guards,
			r.Frames/r.Guards, r.Virtuals/r.Guards, r.Stores/r.Guards, r.Facts/r.Guards))
	}
	for _, d := range []struct {
		name string
		t    time.Duration
	}{{"tracing", c.Tracing}, {"optimising", c.Optimising}, {"compiling", c.Compiling}} {
		emit("time "+d.name, d.t.Round(time.Microsecond).String())
	}
	c.pauses(emit)
}

// Print writes the counters, one a line.
func (c *Counters) Print(w io.Writer) {
	c.Lines(func(name, value string) { fmt.Fprintf(w, "%-22s %s\n", "jit "+name+":", value) })
}
