package main

import (
	"strings"
	"testing"

	"kiln/internal/randomgo/generate"
	"kiln/translator"
)

// TestRandomPrograms compares 200 random programs with plain Go, after stages, under the JIT, and translated.
func TestRandomPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles programs")
	}
	dir := t.TempDir()
	for kind := range generate.Kind(generate.Kinds) {
		var programs []*generate.Program
		for seed := range uint64(50) {
			programs = append(programs, generate.New(1+seed, kind))
		}
		// One kind is compiled as translated, which takes most of the time; half of them run after the last stage and under the JIT only.
		o := options{jit: 2, binary: kind == generate.Bare, quick: kind == generate.Uncaught || kind == generate.Bare}
		found, err := newBatch(kind, programs).check(dir, o, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range found {
			t.Errorf("%s:%d differs in %s", kind, programs[d.program].Seed, d)
		}
	}
	if count.loops < 100 || count.bridges < 100 || count.failures < 1000 {
		t.Errorf("the JIT had little to do: %d loops, %d bridges, %d guard failures", count.loops, count.bridges, count.failures)
	}
}

// TestWithout compares random programs with plain Go when each optimisation, or all of them, are left out; as graphs.
func TestWithout(t *testing.T) {
	if testing.Short() {
		t.Skip("loads many programs")
	}
	var programs []*generate.Program
	for seed := range uint64(12) {
		programs = append(programs, generate.New(1000+seed, generate.Caught))
	}
	b := newBatch(generate.Caught, programs)
	want, err := b.plain(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(translator.Optimisations(), translator.Everything) {
		c := &comparison{b: b, want: want, found: map[int]difference{}}
		if err := c.all(t.TempDir(), options{quick: true, without: name, until: "gcxform"}, 1); err != nil {
			t.Errorf("without %s: %v", name, err)
		}
		for i, d := range c.found {
			t.Errorf("without %s: %s:%d differs in %s", name, b.kind, programs[i].Seed, d)
		}
	}
	if count.removed == 0 {
		t.Error("no program has fields that nobody reads")
	}
}

// The same seed gives the same program.
func TestDeterministic(t *testing.T) {
	for kind := range generate.Kind(generate.Kinds) {
		for seed := range uint64(20) {
			if generate.New(seed, kind).Source("p") != generate.New(seed, kind).Source("p") {
				t.Errorf("%s:%d: two programs", kind, seed)
			}
		}
	}
}

// Programs shrink to what makes them fail and what Go needs for that: here, a call of copy.
func TestShrink(t *testing.T) {
	if testing.Short() {
		t.Skip("loads many programs")
	}
	fails := func(p *generate.Program) bool { return strings.Contains(p.Source("p"), ", copy(") }
	for seed := uint64(1); ; seed++ {
		p := generate.New(seed, generate.Caught)
		if !fails(p) {
			continue
		}
		small := smaller(p, candidates, func(programs []*generate.Program) (failing []bool) {
			for _, p := range programs {
				failing = append(failing, fails(p))
			}
			return failing
		})
		text := small.Source("p")
		if len(validOnly([]*generate.Program{small})) != 1 || !fails(small) || strings.Count(text, "\n") > 60 {
			t.Errorf("shrunk to\n%s", text)
		}
		return
	}
}
