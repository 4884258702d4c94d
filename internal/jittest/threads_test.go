package jittest

import (
	"path/filepath"
	"testing"

	"kiln/langs/toy/threads/clock"
)

// Threads that pass their turns on at every merge point, in all variants: each has recordings, failed guards and collections while
// others are in the middle of theirs.
func TestThreads(t *testing.T) {
	register("langs/toy/threads/clock", map[string]any{"Sleep": clock.Sleep})
	p := BuildDir(t, "../..", "./langs/toy/threads")
	files, err := filepath.Glob("../../langs/toy/threads/testdata/*.thr")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if filepath.Base(file) == "end.thr" {
			continue // its threads do not end with the machine
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			p.Matrix(t, Config{Args: []string{file}, Host: outside, Stress: 5})
		})
	}
}
