package jitlog

import (
	"fmt"
	"io"
	"slices"
	"sort"
	"time"
)

// Counters count what the JIT did. They are printed by --stats and at the end of the log.
type Counters struct {
	Loops         int            // compiled from a merge point back to it
	EntryBridges  int            // compiled from a merge point into other code
	EntryTraces   int            // compiled from a merge point to the end of the portal
	Segments      int            // recordings cut off for being too long, to go on in a bridge
	InlinedCalls  int            // calls of portals traced through
	CallAssembler int            // calls of compiled code in compiled code
	Bridges       int            // compiled from a guard
	Aborts        map[string]int // recordings given up, by reason
	CompileFailed int            // traces that the optimiser or the backend refused
	GuardFailures int            // guards that left compiled code, forced ones included
	Forced        int            // those made to fail by guardfail=N
	Entered       int            // entries from emitted code
	Blackholed    int            // runs of the blackhole interpreter
	Promoted      int            // objects moved to the non-moving space for being green
	OpsRecorded   int
	OpsOptimised  int // after optimisation
	Guards        int // after optimisation
	Steps         int // instructions executed while recording
	Tracing       time.Duration
	Optimising    time.Duration
	Compiling     time.Duration
	// Pauses are how long the program waited for each recording: tracing, optimising, compiling.
	Pauses []time.Duration
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
	emit("pause longest", sorted[len(sorted)-1].Round(time.Microsecond).String())
	emit("time per operation", (c.Work() / time.Duration(c.OpsRecorded)).String())
}

// Aborted is the number of recordings given up for any reason.
func (c *Counters) Aborted() int {
	n := 0
	for _, a := range c.Aborts {
		n += a
	}
	return n
}

// Lines calls emit for each counter: name and value.
func (c *Counters) Lines(emit func(name, value string)) {
	number := func(name string, n int) { emit(name, fmt.Sprint(n)) }
	number("loops", c.Loops)
	number("entry bridges", c.EntryBridges)
	number("entry traces", c.EntryTraces)
	number("bridges", c.Bridges)
	number("segments", c.Segments)
	number("inlined calls", c.InlinedCalls)
	number("call_assembler", c.CallAssembler)
	number("entered", c.Entered)
	number("guard failures", c.GuardFailures)
	number("forced failures", c.Forced)
	number("blackholed", c.Blackholed)
	number("aborts", c.Aborted())
	var reasons []string
	for r := range c.Aborts {
		reasons = append(reasons, r)
	}
	sort.Strings(reasons)
	for _, r := range reasons {
		number("aborts: "+r, c.Aborts[r])
	}
	number("compile failures", c.CompileFailed)
	number("objects kept still", c.Promoted)
	number("operations recorded", c.OpsRecorded)
	number("operations compiled", c.OpsOptimised)
	number("guards compiled", c.Guards)
	number("instructions traced", c.Steps)
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
