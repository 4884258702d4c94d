package langfuzz

import (
	"strings"
	"testing"
)

// The same seed makes the same program, another seed another one.
func TestDeterministic(t *testing.T) {
	for name, lang := range languages {
		if lang.generate(5).String() != lang.generate(5).String() {
			t.Errorf("%s: two programs of one seed", name)
		}
		if lang.generate(5).String() == lang.generate(6).String() {
			t.Errorf("%s: one program of two seeds", name)
		}
	}
}

// Shrinking leaves what the difference needs, in the shape it needs it, and nothing else.
func TestShrink(t *testing.T) {
	for _, c := range []struct {
		generate func(uint64) *Case
		needs    string
		most     int // length of what is left
	}{
		{Clay, "append", 160},
		{Clay, "while", 160},
		{Bf, ",", 20},
	} {
		for seed := uint64(1); seed < 6; seed++ {
			has := func(p *Case) bool { return strings.Contains(p.Source(), c.needs) }
			big := c.generate(seed)
			if !has(big) {
				continue
			}
			before := big.Source()
			small := Shrink(big, 10_000, has)
			text := strings.TrimLeft(small.Source(), ">") // the way to the cell
			if !has(small) || len(text) > c.most || small.Stdin != "" {
				t.Errorf("seed %d, %s: what is left is\n%s", seed, c.needs, small)
			}
			if big.Source() != before {
				t.Errorf("seed %d: shrinking changed the case it was given", seed)
			}
		}
	}
}

// No part of a switch is lost when a variant is written, and each variant with less has one part less.
func TestVariant(t *testing.T) {
	v := Variant{Jit: []string{"threshold=2", "bridge=1"}, GC: []string{"stress=1"}}
	if v.String() != "--jit threshold=2,bridge=1 --gc stress=1" {
		t.Error(v)
	}
	var all []string
	for _, w := range v.fewer() {
		all = append(all, w.String())
	}
	if got := strings.Join(all, "; "); got != "--jit bridge=1 --gc stress=1; --jit threshold=2 --gc stress=1; --jit threshold=2,bridge=1" {
		t.Error(got)
	}
}
