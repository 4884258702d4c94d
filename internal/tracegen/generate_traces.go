package tracegen

import (
	"fmt"
	"strconv"
	"strings"

	"kiln/jitgen/backend"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Whole traces: runs of one that exists, loops, bridges.

// makeRun runs a loop, and may give the guard where it ends a bridge.
func (g *Generator) makeRun() {
	n := g.rng.IntN(len(g.entries))
	words := g.arguments(g.entries[n])
	text := strings.Join(append([]string{"run", strconv.Itoa(n)}, words...), " ") + "\n"
	g.add(text)
	var exit *backend.Exit
	peek := *g.side
	peek.peek = func(x *backend.Exit) { exit = x }
	g.w.run(strings.TrimPrefix(strings.TrimSpace(text), "run "), &peek)
	if exit != nil && !g.bridged[exit.Guard.ID] && g.rng.IntN(3) > 0 {
		g.bridged[exit.Guard.ID] = true
		g.makeBridge(exit, n)
	}
}

// start begins a trace whose inputs have these facts and words.
func (g *Generator) start(name string, facts []fact, words []uint64) {
	kinds := make([]op.Kind, len(facts))
	for i, f := range facts {
		kinds[i] = f.kind
	}
	g.t = trace.New(name, trace.NewPool(), kinds...)
	g.vals = g.vals[:0]
	for i, f := range facts {
		g.vals = append(g.vals, val{g.t.Inputs[i], f, words[i]})
	}
	g.fuel = 0
}

func (g *Generator) makeLoop() {
	facts := []fact{{kind: op.Int}}
	for range g.rng.IntN(9) {
		facts = append(facts, g.randomFact())
	}
	g.loop = len(g.entries)
	g.start(fmt.Sprintf("loop%d", g.loop), facts, g.w.parseArgs(g.arguments(facts)))
	g.entries = append(g.entries, facts)
	entry := g.label(g.vals)
	g.body(3 + g.rng.IntN(30))
	target := entry
	if g.rng.IntN(2) == 0 {
		target = g.label(g.someVals(12))
		g.body(3 + g.rng.IntN(30))
		if g.rng.IntN(6) == 0 {
			target = entry
		}
	}
	g.close(target)
	g.install()
}

// makeBridge continues where a guard failed.
func (g *Generator) makeBridge(exit *backend.Exit, loop int) {
	facts := g.guards[exit.Guard.ID]
	if facts == nil {
		panic("tracegen: unknown guard " + exit.Guard.String())
	}
	g.loop = loop
	g.start(fmt.Sprintf("bridge %d of %d", exit.Guard.ID, loop), facts, exit.Values)
	g.body(1 + g.rng.IntN(15))
	g.close(nil)
	g.install()
}

func (g *Generator) randomFact() fact {
	switch g.rng.IntN(10) {
	case 0, 1, 2:
		return fact{kind: op.Int}
	case 3, 4:
		return fact{kind: op.Float}
	case 5, 6:
		return fact{kind: op.Ref, shape: node, nonnil: g.rng.IntN(3) > 0}
	}
	return fact{kind: op.Ref, shape: shape(1 + g.rng.IntN(int(numShapes)-1)), nonnil: g.rng.IntN(4) > 0}
}

// someVals chooses values in scope, the fuel first.
func (g *Generator) someVals(most int) []val {
	out := []val{g.vals[g.fuel]}
	for _, i := range g.rng.Perm(len(g.vals)) {
		if i != g.fuel && len(out) < 1+most && g.rng.IntN(3) > 0 {
			out = append(out, g.vals[i])
		}
	}
	return out
}

// label opens a new scope with these values.
func (g *Generator) label(args []val) *trace.Target {
	target := g.w.Names.Target(g.nextTarget)
	g.nextTarget++
	facts := make([]fact, len(args))
	refs := make([]trace.Ref, len(args))
	target.Kinds = nil
	for i, v := range args {
		facts[i], refs[i] = v.fact, v.ref
		target.Kinds = append(target.Kinds, v.kind)
	}
	g.labels[target] = facts
	g.t.Add(op.Label, target, refs...)
	g.vals = append(g.vals[:0], append([]val(nil), args...)...)
	g.fuel = 0
	return target
}

// close ends the trace: mostly by a jump to target (any, if nil), after fuel was found to be left.
func (g *Generator) close(target *trace.Target) {
	if g.rng.IntN(8) == 0 {
		var refs []trace.Ref
		for _, v := range g.someVals(5) {
			refs = append(refs, v.ref)
		}
		if g.rng.IntN(2) == 0 {
			refs = append(refs, g.int(randomInt(g.rng)))
		}
		g.t.Add(op.Finish, nil, refs...)
		return
	}
	if target == nil {
		target = g.w.Names.Target(g.rng.IntN(g.nextTarget))
	}
	args := []trace.Ref{trace.None}
	for _, f := range g.labels[target][1:] {
		args = append(args, g.find(f))
	}
	args[0] = g.countDown()
	g.t.Add(op.Jump, target, args...)
}

// countDown takes one from the fuel and guards that some is left. It comes right before the jump: that is how
// shrinking knows this guard from others.
func (g *Generator) countDown() trace.Ref {
	left := g.emit(op.IntSub, nil, anInt, g.vals[g.fuel].ref, g.int(1))
	g.guard(op.GuardTrue, g.emit(op.IntGt, nil, aBool, left, g.int(0)))
	return left
}
