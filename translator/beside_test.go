package translator

import (
	"bytes"
	"runtime"
	"testing"
)

// What is emitted does not depend on which functions are worked on at the same time: one after the other, as many as there are
// processors, and more.
func TestEmittedWhateverRunsBeside(t *testing.T) {
	var first *Translation
	for _, procs := range []int{1, 8} {
		before := runtime.GOMAXPROCS(procs)
		tr, err := Translate(Options{Package: "../langs/toy/lox"}, "")
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = tr
			continue
		}
		for name, text := range first.Files {
			if !bytes.Equal(text, tr.Files[name]) {
				t.Errorf("%s is different with %d processors", name, procs)
			}
		}
		if len(first.Files) != len(tr.Files) {
			t.Errorf("%d files, with %d processors %d", len(first.Files), procs, len(tr.Files))
		}
	}
}
