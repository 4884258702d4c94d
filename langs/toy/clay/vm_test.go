package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kiln/internal/vmtest"
)

// TestMatrix runs every program of testdata on plain Go and on all variants of the translated
// interpreter. NAME.in is the standard input of NAME.clay. Programs whose name starts with "slow-" skip the stress variants.
func TestMatrix(t *testing.T) {
	files, err := filepath.Glob("testdata/*.clay")
	if err != nil {
		t.Fatal(err)
	}
	var programs []vmtest.Program
	for _, file := range files {
		abs, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		stdin, _ := os.ReadFile(strings.TrimSuffix(abs, ".clay") + ".in")
		name := filepath.Base(file)
		programs = append(programs, vmtest.Program{
			Name: name, Args: []string{abs}, Stdin: string(stdin),
			Slow: strings.HasPrefix(name, "slow-"),
		})
	}
	vmtest.Matrix(t, "./langs/toy/clay", programs)
}
