package main

import (
	"testing"

	"kiln/internal/vmtest"
)

// TestVM runs all examples everywhere.
func TestVM(t *testing.T) {
	vmtest.Matrix(t, "./langs/toy/outside", []vmtest.Program{
		{Name: "examples", Args: []string{"pattern", "file", "digest", "web"}},
		{Name: "boundary", Args: []string{"scalars", "slices", "errors", "handles", "callbacks", "panics"}},
		{Name: "loop", Args: []string{"loop"}},
		{Name: "together", Args: []string{"--threads", "interval=0", "together"}},
	})
}

// Handles that nobody refers to are closed and forgotten, functions and errors that the host has dropped are not kept, and values that
// nothing closes are left to Go.
func TestLeaks(t *testing.T) {
	vm := vmtest.BuildTranslated(t, "./langs/toy/outside")
	for _, gc := range []string{"nursery=4M", "nursery=64K", "nursery=64K,stress=20", "collector=semispace,nursery=64K"} {
		r, err := vmtest.Run(vm, []string{"--stats", "--gc", gc, "leaks"}, "")
		if err != nil || r.Exit != 0 {
			t.Fatalf("%s: %v %s", gc, err, r.Stderr)
		}
		if r.Stdout != "== leaks\nopen at a time: few\nopen counters: few, open files: few\n" {
			t.Errorf("%s: %s", gc, r.Stdout)
		}
		c := vmtest.Counters(r.Stderr)
		if c["gc handles made"] < 1200 || c["gc handles"] > 100 || c["gc held"] > 100 {
			t.Errorf("%s: of %d handles %d are left, %d references are held", gc, c["gc handles made"], c["gc handles"], c["gc held"])
		}
	}
}
