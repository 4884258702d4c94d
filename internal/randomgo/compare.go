package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"

	"kiln/gc"
	"kiln/internal/jittest"
	"kiln/internal/randomgo/generate"
	"kiln/internal/textdiff"
	"kiln/translator"
	"kiln/translator/fields"
)

// counters say what the JIT had to do.
type counters struct {
	mu                                     sync.Mutex
	loops, bridges, failures, runs, aborts int64
	removed                                int64 // fields that nobody reads
}

var count counters

func (c *counters) add(r *jittest.Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.runs++
	c.loops += int64(r.Counters.Loops)
	c.bridges += int64(r.Counters.Bridges)
	c.failures += int64(r.Counters.GuardFailures)
}

func (c *counters) fields(s fields.Stats) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.removed += int64(s.Fields)
}

// difference is a program that does something else than plain Go, or that the translator has trouble with.
type difference struct {
	program int // in its batch
	where   string
	text    string
}

func (d difference) String() string { return d.where + ": " + d.text }

// options are what to do with each batch.
type options struct {
	binary bool // compile translated programs
	jit    int  // variants under the JIT in process
	// quick runs the graphs behind the last pass only, and under the JIT; what differs is looked at again, stage by stage.
	quick bool
	// until, if not empty, is the last stage to run.
	until string
	// without are optimisations to leave out, separated by commas; "random" chooses some, by the seed.
	without string
}

// left is the set of optimisations to leave out.
func (o *options) left(seed uint64) map[string]bool {
	if o.without != "random" {
		return translator.Without(o.without)
	}
	rng := rand.New(rand.NewPCG(seed, 11))
	out := map[string]bool{}
	for _, name := range translator.Optimisations() {
		if rng.IntN(3) == 0 {
			out[name] = true
		}
	}
	return out
}

// where names a way to run a batch, apart from random settings: differences of one kind shrink together.
func stageOf(where string) string {
	stage, _, _ := strings.Cut(where, " ")
	return stage
}

// check runs a batch in all ways and returns the first difference of each program. Programs that the translator refuses
// are differences, too. Should the translator fail without saying why, the batch is divided.
func (b *batch) check(dir string, o options, seed uint64) ([]difference, error) {
	want, err := b.plain(dir)
	if err != nil {
		return nil, err
	}
	for i, text := range want {
		if strings.HasPrefix(text, notBegun) { // a mistake of the generator, which hides everything else
			return nil, fmt.Errorf("%s:%d does not begin: %s", b.kind, b.programs[i].Seed, text)
		}
	}
	found := map[int]difference{}
	c := &comparison{b: b, want: want, found: found}
	err = c.all(dir, o, seed)
	if o.quick && (err != nil || len(found) > 0) {
		o.quick = false
		found = map[int]difference{}
		c = &comparison{b: b, want: want, found: found}
		err = c.all(dir, o, seed)
	}
	if err != nil {
		se, ok := err.(*stageError)
		if !ok {
			return nil, err
		}
		if len(se.programs) == 0 && len(b.programs) > 1 {
			return b.divide(dir, o, seed)
		}
		if len(se.programs) == 0 {
			se.programs = map[int]string{0: se.err.Error()}
		}
		rest := []int{}
		for i := range b.programs {
			if text := se.programs[i]; text != "" {
				found[i] = difference{i, se.stage, text}
			} else {
				rest = append(rest, i)
			}
		}
		if len(rest) > 0 && len(rest) < len(b.programs) {
			more, err := b.part(rest).check(dir, o, seed)
			if err != nil {
				return nil, err
			}
			for _, d := range more {
				d.program = rest[d.program]
				found[d.program] = d
			}
		}
	}
	var list []difference
	for i := range b.programs {
		if d, ok := found[i]; ok {
			list = append(list, d)
		}
	}
	return list, nil
}

// part is a batch of some of the programs.
func (b *batch) part(which []int) *batch {
	var programs []*generate.Program
	for _, i := range which {
		programs = append(programs, b.programs[i])
	}
	return newBatch(b.kind, programs)
}

// divide checks the halves of a batch.
func (b *batch) divide(dir string, o options, seed uint64) (list []difference, err error) {
	var halves [2][]int
	for i := range b.programs {
		halves[i*2/len(b.programs)] = append(halves[i*2/len(b.programs)], i)
	}
	for _, half := range halves {
		found, err := b.part(half).check(dir, o, seed)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			d.program = half[d.program]
			list = append(list, d)
		}
	}
	return list, nil
}

// comparison compares runs with plain Go.
type comparison struct {
	b     *batch
	want  outputs
	found map[int]difference
}

func (c *comparison) compare(where string, got outputs, err error) error {
	if err != nil {
		return blame(where, err)
	}
	for i := range got {
		if got[i] != c.want[i] && c.found[i] == (difference{}) {
			c.found[i] = difference{i, where, "output, " + textdiff.First(c.want[i], got[i])}
		}
	}
	return nil
}

// all runs every stage.
func (c *comparison) all(dir string, o options, seed uint64) error {
	rng := rand.New(rand.NewPCG(seed, 9))
	t, err := c.b.load(o.left(seed))
	if err != nil {
		return err
	}
	t.everything = rng.IntN(2) == 0
	run := func(where string, cfg gc.Config) error {
		if (where == "lower" || where == "whole") && c.b.kind.HasPortal() {
			// Merge points are as the source has them, which portal makes verifiable.
		} else if err := t.verify(where); err != nil {
			return err
		}
		if o.quick && where != "gcxform" {
			return nil
		}
		got, err := t.interpret(cfg)
		return c.compare(where, got, err)
	}
	small := gc.Config{Nursery: 64 << 10, Max: maxHeap}
	stress := func() gc.Config { return gc.Config{Nursery: 64 << 10, Max: maxHeap, Stress: 30 + rng.IntN(300)} }
	steps := []struct {
		stage string
		run   func() error
	}{
		{"lower", func() error { return run("lower", stress()) }},
		{"whole", t.whole},
		{"whole", func() error { return run("whole", stress()) }},
		{"portal", t.portal},
		{"portal", func() error {
			if !c.b.kind.HasPortal() {
				return nil // nothing has changed
			}
			return run("portal", small)
		}},
		{"jit", func() error { return c.traced(t, o, rng) }},
		{"simplify", t.simplify},
		{"simplify", func() error { return run("simplify", small) }},
		{"inline", t.inline},
		{"inline", func() error { return run("inline", small) }},
		{"gcxform", t.gcxform},
		{"gcxform", func() error { return run("gcxform", stress()) }},
		{"binary", func() error { return c.translated(t, dir, o, rng) }},
	}
	last := len(steps)
	for i, step := range steps {
		if step.stage == o.until {
			last = i
		}
	}
	for _, step := range steps[:min(last+1, len(steps))] {
		if err := step.run(); err != nil {
			return err
		}
	}
	return nil
}

// maxHeap bounds the heaps of runs in process, whose address space is never given back.
const maxHeap = 64 << 20

// traced runs the batch under the JIT, in process.
func (c *comparison) traced(t *translation, o options, rng *rand.Rand) error {
	if !c.b.kind.HasPortal() {
		return nil
	}
	for _, jit := range jitVariants(rng, o.jit) {
		heap := heapVariant(rng)
		got, err := t.traced(jit, heap)
		if err := c.compare(fmt.Sprintf("jit %s --gc %s, everything %t", jit, heap, t.everything), got, err); err != nil {
			return err
		}
	}
	return nil
}

// translated compiles the batch and runs it without JIT, and with it if there is a portal.
func (c *comparison) translated(t *translation, dir string, o options, rng *rand.Rand) error {
	if !o.binary {
		return nil
	}
	bin, err := t.binary(dir)
	if err != nil {
		return err
	}
	variants := [][]string{{"--jit", "off"}, {"--jit", "off", "--gc", heapVariant(rng)}}
	if c.b.kind.HasPortal() {
		for _, jit := range jitVariants(rng, 2) {
			variants = append(variants, []string{"--jit", jit, "--gc", heapVariant(rng)})
		}
	}
	for _, v := range variants {
		got, err := c.b.runBinary(bin, v...)
		if err := c.compare("binary "+strings.Join(v, " "), got, err); err != nil {
			return err
		}
	}
	return nil
}
