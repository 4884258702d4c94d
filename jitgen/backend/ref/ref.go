// Package ref is the reference backend: it executes traces one operation at a time with jitgen/exec.
// It is slow, simple, and the oracle for backend/amd64.
//
// Input: numbered traces, before or after gcrewrite. Output: the state in which a trace is left, as
// backend.Exit.
//
// Invariant: every reference that a running trace holds is a word of an environment (environment.go), or
// a constant of compiled code, or a value of the last Exit of its thread; the backend visits all of them
// when the collector asks. Go locals hold words only between operations that cannot collect.
//
// Imports exec, trace, op, descr, backend and gc/thread; linked into translated binaries.
package ref

import (
	"fmt"
	"math/rand/v2"

	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Backend implements backend.Backend. Like the code it runs, it is used by one thread at a time.
type Backend struct {
	rt      backend.Runtime
	opts    backend.Options
	rand    *rand.Rand
	codes   []*code
	threads map[uint64]*threadState
	// assistant serves calls of code that there is none of.
	assistant backend.Assistant
	// MaxSteps, if above 0, bounds the operations of one Execute; running over panics with *StepsError.
	MaxSteps int
}

// StepsError is the panic value when a trace runs for more than Backend.MaxSteps operations.
type StepsError struct{ Loop string }

func (e *StepsError) Error() string { return "ref: trace " + e.Loop + " does not end" }

// New makes a backend and registers its roots with rt.
func New(rt backend.Runtime, opts backend.Options) *Backend {
	b := &Backend{rt: rt, opts: opts, threads: map[uint64]*threadState{}}
	b.rand = rand.New(rand.NewPCG(uint64(opts.Seed), 0))
	rt.AddRoots(b)
	return b
}

// Name is the name users select the backend by.
func (b *Backend) Name() string { return "ref" }

// WantsRewrite says that traces need not go through gcrewrite. They may.
func (b *Backend) WantsRewrite() bool { return false }

// loopState is backend.Loop.State.
type loopState struct{ invalid bool }

// guardState is trace.Guard.State.
type guardState struct{ bridge *code }

// targetState is trace.Target.State: the label's place.
type targetState struct {
	code *code
	pc   int
}

// CompileLoop translates a loop; see backend.Backend.
func (b *Backend) CompileLoop(loop *backend.Loop, t *trace.Trace) error {
	if len(t.Ops) == 0 || t.Ops[0].Code != op.Label || t.Ops[0].Descr != loop.Entry {
		return fmt.Errorf("ref: loop %s does not start with its entry's label", loop.Name)
	}
	state := &loopState{}
	c, err := b.compile(t, state)
	if err != nil {
		return err
	}
	loop.State = state
	b.install(c, t)
	return nil
}

// CompileBridge translates a bridge and attaches it to its guard; see backend.Backend.
func (b *Backend) CompileBridge(g *trace.Guard, loop *backend.Loop, t *trace.Trace) error {
	gs, ok := g.State.(*guardState)
	if !ok {
		return fmt.Errorf("ref: bridge for %v, which this backend did not compile", g)
	}
	if len(t.Inputs) != len(g.Kinds) {
		return fmt.Errorf("ref: bridge for %v has %d inputs, not %d", g, len(t.Inputs), len(g.Kinds))
	}
	state, _ := loop.State.(*loopState)
	if state == nil {
		return fmt.Errorf("ref: bridge for %v of loop %s, which is not compiled", g, loop.Name)
	}
	c, err := b.compile(t, state)
	if err != nil {
		return err
	}
	b.install(c, t)
	gs.bridge = c
	return nil
}

// install publishes what a new piece of code defines. The descriptors of a trace that did not compile are untouched.
func (b *Backend) install(c *code, t *trace.Trace) {
	b.codes = append(b.codes, c)
	for pc := range t.Ops {
		switch d := t.Ops[pc].Descr.(type) {
		case *trace.Guard:
			d.State = &guardState{}
		case *trace.Target:
			if t.Ops[pc].Code == op.Label {
				d.State = &targetState{c, pc}
			}
		}
	}
	if b.opts.Log != nil {
		b.opts.Log("ref: compiled %s: %d operations, %d words\n%s", c.name, len(c.ops), c.words, t)
	}
}

// Release does nothing: Go's collector frees code here.
func (b *Backend) Release(*backend.Loop) {}

// Invalidate makes the GuardNotInvalidated of loop and its bridges fail.
func (b *Backend) Invalidate(loop *backend.Loop) {
	if s, ok := loop.State.(*loopState); ok {
		s.invalid = true
	}
}

// WalkRoots visits every reference that compiled and running traces hold.
func (b *Backend) WalkRoots(visit func(*uintptr)) {
	for _, c := range b.codes {
		c.walkConstants(visit)
	}
	for _, s := range b.threads {
		s.walk(visit)
	}
}

func (b *Backend) thread(t *thread.Thread) *threadState {
	s := b.threads[t.ID]
	if s == nil {
		s = &threadState{}
		b.threads[t.ID] = s
	}
	return s
}

var _ backend.Backend = (*Backend)(nil)
