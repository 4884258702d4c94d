package tracegen

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// Recorded traces test the optimiser. It may fail a guard earlier than the recorded trace would (a guard made
// stronger, a store held back), as long as execution that resumes there ends the same. So
// snapshots hold everything that the rest of the trace needs, and after each exit of either side the recorded
// trace is interpreted from the guard on, until it leaves itself (interpret.go). The ends are compared.

// RecordedCase makes a case of one recorded loop, `trace rec`, and runs of it.
func (g *Generator) RecordedCase(seed uint64) *Case {
	g.begin(seed, 3, "stress=0", "stress=0", "stress=1,verify=on")
	facts := []fact{{kind: op.Int}}
	for range g.rng.IntN(8) {
		facts = append(facts, g.randomFact())
	}
	g.recording = true
	words := g.arguments(facts)
	g.start("rec", facts, g.w.parseArgs(words))
	g.body(4 + g.rng.IntN(40))
	g.closeRecorded(facts)
	g.recording = false
	g.vals = g.vals[:0]
	split := func(n int) int {
		if g.rng.IntN(3) == 0 {
			return g.rng.IntN(n + 1)
		}
		return n
	}
	snapshots(g.t, split)
	g.keepGoing(words, split)
	g.add(g.printer().Print(g.t))
	for range 3 + g.rng.IntN(5) {
		if g.rng.IntN(3) == 0 {
			words = g.arguments(facts)
		}
		words[0] = strconv.Itoa(1 + g.rng.IntN(12))
		g.add("run 0 " + strings.Join(words, " ") + "\n")
	}
	return g.c
}

// keepGoing drops most guards that end the loop before the fuel does: a loop that does not loop tests little.
func (g *Generator) keepGoing(words []string, split func(int) int) {
	side := RefSide()
	side.Prepare, side.Recorded = Numbered, true
	for range 30 {
		g.w.Reset(g.c.Seed)
		if err := g.w.compile(g.printer().Print(g.t), side); err != nil {
			panic(fmt.Sprintf("tracegen: %v\n%s", err, g.t))
		}
		outcome := g.w.run("0 20 "+strings.Join(words[1:], " "), side)
		pc := -1
		fmt.Sscanf(outcome, "guard at %d:", &pc)
		if pc < 0 || pc >= len(g.t.Ops)-2 || g.rng.IntN(8) == 0 || !droppable(g.t, pc) {
			break
		}
		g.t.Ops = slices.Delete(g.t.Ops, pc, pc+1)
		snapshots(g.t, split)
	}
	g.w.Reset(g.c.Seed)
}

func (g *Generator) closeRecorded(facts []fact) {
	args := []trace.Ref{trace.None}
	for i, f := range facts[1:] {
		if g.rng.IntN(5) < 3 {
			args = append(args, g.t.Inputs[i+1]) // loop-invariant
		} else {
			args = append(args, g.find(f))
		}
	}
	args[0] = g.countDown()
	g.t.Add(op.Jump, nil, args...)
}

// snapshots gives each guard what the trace uses after it; PC is the guard's position. split says how many of
// n values are in the inner frame.
func snapshots(t *trace.Trace, split func(n int) int) {
	live := map[trace.Ref]bool{}
	for i := len(t.Ops) - 1; i >= 0; i-- {
		o := &t.Ops[i]
		if o.Res != trace.None {
			delete(live, o.Res)
		}
		for _, r := range o.Args {
			if !r.IsConst() {
				live[r] = true
			}
		}
		if !o.Code.Has(op.Guard) {
			continue
		}
		values := slices.Sorted(maps.Keys(live))
		at := split(len(values))
		o.Snapshot = &trace.Snapshot{PC: i, Values: values[:at]}
		if at < len(values) {
			o.Snapshot.Outer = &trace.Snapshot{JitCode: 1, Values: values[at:]}
		}
	}
}

// flatten lists the values of a snapshot's frames.
func flatten(s *trace.Snapshot) (values []trace.Ref) {
	for ; s != nil; s = s.Outer {
		values = append(values, s.Values...)
	}
	return values
}

// Numbered turns a recorded loop into one that backends compile, changing nothing.
func Numbered(w *World, rec *trace.Trace) (*trace.Trace, error) {
	t := trace.New(rec.Name, rec.Consts)
	t.Kinds, t.Inputs = slices.Clone(rec.Kinds), rec.Inputs
	entry := w.Names.Target(0)
	entry.Kinds = nil
	for _, r := range rec.Inputs {
		entry.Kinds = append(entry.Kinds, rec.Kind(r))
	}
	t.Add(op.Label, entry, rec.Inputs...)
	for i, o := range rec.Ops {
		if o.Code.Has(op.Guard) {
			args, data := resume.Number(t, o.Snapshot, resume.Identity{}, nil)
			o.FailArgs, o.Descr, o.Snapshot = args, resume.NewGuard(i, t, args, data), nil
		} else if o.Code == op.Jump {
			o.Descr = entry
		}
		t.Ops = append(t.Ops, o)
	}
	return t, nil
}

// CompareOptimised makes n recorded loops from a seed on and fails the test where the optimised one ends
// differently. optimise gets a fresh recorded trace; what it returns starts with its entry label.
func CompareOptimised(t *testing.T, seed uint64, n int, optimise func(w *World, t *trace.Trace) (*trace.Trace, error)) {
	t.Helper()
	b := RefSide()
	b.Name, b.Prepare = "optimised", optimise
	CompareRecorded(t, seed, n, b)
}

// CompareRecorded is CompareOptimised with any backend; its guards may also fail at random, since what happens
// after a guard is the same as if it had not failed.
func CompareRecorded(t *testing.T, seed uint64, n int, b *Side) {
	t.Helper()
	a := RefSide()
	a.Name, a.Prepare, a.Recorded = "recorded", Numbered, true
	b.Recorded = true
	compareMany(t, seed, n, a, b, (*Generator).RecordedCase, describeOptimised(b.Prepare))
}

// describeOptimised adds the optimised trace to the report of a mismatch.
func describeOptimised(optimise func(w *World, t *trace.Trace) (*trace.Trace, error)) func(c *Case) string {
	return func(c *Case) string {
		w := NewWorld(c.Config())
		w.Reset(c.Seed)
		rec, err := trace.Parse(c.Items[0], w.Names)
		if err == nil {
			if rec, err = optimise(w, rec); err == nil {
				return "optimised:\n" + trace.Printer{Names: w.Names, Data: true}.Print(rec)
			}
		}
		return fmt.Sprint("optimised: ", err)
	}
}
