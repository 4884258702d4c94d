package main

import (
	"bufio"
	"io"
	"os/exec"
	"testing"
	"time"

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

// Who waits for input lets others compute: they print before there is any.
func TestWaitingForInput(t *testing.T) {
	cmd := exec.Command(vmtest.BuildTranslated(t, "./langs/toy/outside"), "input")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer time.AfterFunc(time.Minute, func() { cmd.Process.Kill() }).Stop()
	out := bufio.NewReader(stdout)
	for _, want := range []string{"== input\n", "computed\n"} {
		if got, err := out.ReadString('\n'); got != want || err != nil {
			t.Fatalf("%q %v, want %q", got, err, want)
		}
	}
	io.WriteString(stdin, "a line\n")
	rest, _ := io.ReadAll(out)
	if err := cmd.Wait(); string(rest) != "a line yes\n" || err != nil {
		t.Errorf("%q %v", rest, err)
	}
}
