package jittest

import (
	"testing"

	"kiln/internal/vmtest"
)

// The hints have no effect on what a program prints, and their programs are compiled.
func TestHints(t *testing.T) {
	p := BuildDir(t, "../..", "./internal/jittest/testdata/hints")
	r := p.Matrix(t, Config{Stress: 97})
	if c := r.Counters; c.Loops < 8 || len(c.CompileFailed) > 0 || c.Aborted() > 0 {
		t.Errorf("counters: %+v", c)
	}
}

// Stores to quasi-immutable fields, wherever they happen, invalidate the code that relies on them; and one that happens all the
// time does not cost a recording each time.
func TestQuasi(t *testing.T) {
	p := BuildDir(t, "../..", "./internal/jittest/testdata/quasi")
	r := p.Matrix(t, Config{Stress: 97})
	if c := r.Counters; c.Loops == 0 || c.Invalidated < 10 || c.Aborts["invalidated"] == 0 {
		t.Errorf("counters: %+v", c)
	}
	if c := r.Counters; c.Loops+c.Bridges+c.EntryBridges > 300 {
		t.Errorf("recorded again and again: %+v", c)
	}
	if c := r.Counters; len(c.CompileFailed) > 0 {
		t.Errorf("refused: %v", c.CompileFailed)
	}
}

// The same programs in plain Go and as translated binaries.
func TestTranslatedHints(t *testing.T) {
	if testing.Short() {
		t.Skip("builds binaries")
	}
	for _, name := range []string{"hints", "quasi"} {
		t.Run(name, func(t *testing.T) {
			vmtest.Matrix(t, "./internal/jittest/testdata/"+name, []vmtest.Program{{Name: name}})
		})
	}
}
