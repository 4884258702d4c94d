package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kiln/internal/vmtest"
	"kiln/langs/toy/bf/internal/bfgen"
)

var update = flag.Bool("update", false, "rewrite testdata from package bfgen")

// TestGenerated holds testdata/NAME.b, NAME.in and NAME.out to what package bfgen makes.
func TestGenerated(t *testing.T) {
	for _, p := range bfgen.Programs() {
		name := filepath.Join("testdata", p.Name)
		hold(t, name+".b", p.Source)
		hold(t, name+".out", p.Want)
		if p.Input != "" {
			hold(t, name+".in", p.Input)
		}
	}
}

func hold(t *testing.T, name, want string) {
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != want {
		t.Errorf("%s is not what bfgen makes (%v); run go test ./langs/toy/bf -run TestGenerated -update", name, err)
	}
}

// TestPlain runs the programs of testdata that have a NAME.out in plain Go.
func TestPlain(t *testing.T) {
	binary := vmtest.BuildPlain(t, "./langs/toy/bf")
	files, err := filepath.Glob("testdata/*.out")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".out")
		if testing.Short() && name == "testdata/mandelbrot" {
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		stdin, _ := os.ReadFile(name + ".in")
		r, err := vmtest.Run(binary, []string{name + ".b"}, string(stdin))
		if err != nil || r.Exit != 0 || r.Stdout != string(want) || r.Stderr != "" {
			t.Errorf("%s: %v, exit %d, %q, prints\n%.1000s", name, err, r.Exit, r.Stderr, r.Stdout)
		}
	}
}

// TestErrors: messages with position and exit status; what was printed before is not lost.
func TestErrors(t *testing.T) {
	binary := vmtest.BuildPlain(t, "./langs/toy/bf")
	dir := t.TempDir()
	for name, c := range map[string]struct {
		source, stdout, stderr string
		exit                   int
	}{
		"left end":      {"comment\n+++++[>+++++++++++++<-]>.\n <<", "A", "FILE:3:3: there is no cell left of the first one\n", 1},
		"unopened":      {".\n\n []]", "", "FILE:3:4: ] without [\n", 1},
		"unclosed":      {"[[]\n[", "", "FILE:2:1: [ without ]\n", 1},
		"unclosed loop": {"+[", "", "FILE:1:2: [ without ]\n", 1},
		"empty":         {"", "", "", 0},
		"only comment":  {"nothing to do", "", "", 0},
		"far right":     {strings.Repeat(">", 5000) + "+." + strings.Repeat(">", 10_000) + ".+++.", "\x01\x00\x03", "", 0},
		"wraps":         {"-[>+>+<<-]>[>.[-]<[-]]", "\xff", "", 0},
	} {
		file := filepath.Join(dir, "p.b")
		if err := os.WriteFile(file, []byte(c.source), 0o666); err != nil {
			t.Fatal(err)
		}
		r, err := vmtest.Run(binary, []string{file}, "")
		stderr := strings.ReplaceAll(r.Stderr, file, "FILE")
		if err != nil || r.Exit != c.exit || r.Stdout != c.stdout || stderr != c.stderr {
			t.Errorf("%s: %v, exit %d, %q, %q", name, err, r.Exit, r.Stdout, stderr)
		}
	}
	for _, args := range [][]string{{}, {"a", "b"}} {
		if r, err := vmtest.Run(binary, args, ""); err != nil || r.Exit != 2 || r.Stderr != "usage: bf FILE.b\n" {
			t.Errorf("%q: %v, %+v", args, err, r)
		}
	}
	if r, _ := vmtest.Run(binary, []string{"no such file"}, ""); r.Exit != 1 || !strings.HasPrefix(r.Stderr, "bf: open no such file: ") {
		t.Errorf("missing file: %+v", r)
	}
	// Kiln's switches are accepted and ignored in plain Go.
	if r, err := vmtest.Run(binary, []string{"--jit", "off", "--gc", "stress=1", "--stats", "testdata/hello.b"}, ""); err != nil || r.Exit != 0 || r.Stderr != "" {
		t.Errorf("switches: %v %+v", err, r)
	}
}

// The location in logs.
func TestLocation(t *testing.T) {
	prog, problem := load("x.b", "one\n+ [-]")
	if problem != "" {
		t.Fatal(problem)
	}
	if got := location(2, prog); got != "x.b:2:4 -" {
		t.Error(got)
	}
}
