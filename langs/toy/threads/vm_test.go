package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kiln/internal/vmtest"
)

// TestVM runs the programs everywhere, with turns of the usual length and with turns that end at the next merge point.
func TestVM(t *testing.T) {
	var programs []vmtest.Program
	for _, p := range vmtest.Programs(t, "testdata/*.thr") {
		quick := p
		quick.Name += " with short turns"
		quick.Args = append([]string{"--threads", "interval=0"}, p.Args...)
		programs = append(programs, p, quick)
	}
	vmtest.Matrix(t, "./langs/toy/threads", programs)
}

// Turns are passed on by compiled loops, not only where threads block.
func TestTurns(t *testing.T) {
	vm := vmtest.BuildTranslated(t, "./langs/toy/threads")
	file, err := filepath.Abs("testdata/compute.thr")
	if err != nil {
		t.Fatal(err)
	}
	for _, jit := range []string{"off", "threshold=2"} {
		// The threads are short: on a busy machine each may be over before the next has begun, so that nobody waits for a turn.
		var c map[string]int64
		for range 10 {
			r, err := vmtest.Run(vm, []string{"--stats", "--jit", jit, "--threads", "interval=0", "--gc", "nursery=16K,stress=2", file}, "")
			if err != nil || r.Exit != 0 {
				t.Fatalf("%v %s", err, r.Stderr)
			}
			if c = vmtest.Counters(r.Stderr); c["turns passed on"] >= 100 {
				break
			}
		}
		if c["threads"] != 4 || c["turns passed on"] < 100 || jit != "off" && c["jit loops"] == 0 {
			t.Errorf("jit %s: %d threads, %d turns passed on, %d loops", jit, c["threads"], c["turns passed on"], c["jit loops"])
		}
	}
}

// What ends a program with threads early: a deadlock, a panic in a thread.
func TestEnds(t *testing.T) {
	plain, vm := vmtest.BuildPlain(t, "./langs/toy/threads"), vmtest.BuildTranslated(t, "./langs/toy/threads")
	for _, c := range []struct{ name, program, want string }{
		{"deadlock", "func other\n lock 0\n return 0\nfunc main\n lock 0\n start 1 other 0\n join 1 1\n return 0\n", "fatal error: all goroutines are asleep - deadlock!"},
		{"panic", "func other\n set 1 100\nloop:\n set 2 1\n sub 1 1 2\n rem 3 2 1\n if 2 loop\n return 0\nfunc main\n start 1 other 0\n join 1 1\n return 0\n",
			"panic: runtime error: integer divide by zero"},
		{"unlock", "func main\n unlock 0\n return 0\n", "panic: framework: release of a lock that nobody holds"},
	} {
		file := filepath.Join(t.TempDir(), "program.thr")
		if err := os.WriteFile(file, []byte(c.program), 0o666); err != nil {
			t.Fatal(err)
		}
		for _, run := range [][]string{{plain, file}, {vm, "--jit", "off", file}, {vm, "--jit", "threshold=2", "--threads", "interval=0", file}} {
			r, err := vmtest.Run(run[0], run[1:], "")
			if err != nil || r.Exit != 2 || !strings.HasPrefix(r.Stderr, c.want) {
				t.Errorf("%s: %v, status %d, %.300s", c.name, err, r.Exit, r.Stderr)
			}
		}
	}
}
