package jittest

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// buildOptions is the program of TestCalls with all options of its driver.
func buildOptions(t *testing.T) *Program {
	calls, err := os.ReadFile("testdata/calls.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	options, err := os.ReadFile("testdata/options.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	const greens = `Greens: []string{"pc", "fn"}`
	text := strings.Replace(string(calls), greens,
		greens+", Location: location, NeverInline: neverInline, UnrollOneIteration: unrollOne, Confirm: confirm", 1)
	return Build(t, map[string]string{"main.go": text, "options.go": string(options)})
}

// TestOptions: options of a driver change what is compiled, and not what the program does.
func TestOptions(t *testing.T) {
	p := buildOptions(t)
	run := func(t *testing.T, program string) (*Result, string) {
		c := Config{Args: strings.Fields(program), Stress: 5}
		p.Matrix(t, c)
		var log bytes.Buffer
		c.Jit, c.Log, c.Sections = "threshold=3,bridge=3", &log, []string{"jit-recorded"}
		r := p.Run(t, c)
		return r, log.String()
	}
	t.Run("NeverInline", func(t *testing.T) {
		if r, _ := run(t, "25 B.Cl+r h+r Bip+r"); r.Counters.CallAssembler != 0 || r.Counters.InlinedCalls == 0 {
			t.Errorf("without: %d calls of compiled code, %d inlined", r.Counters.CallAssembler, r.Counters.InlinedCalls)
		}
		if r, log := run(t, "25 B.Cl+r h+rN Bip+rN"); r.Counters.CallAssembler == 0 || r.Counters.InlinedCalls != 0 || !strings.Contains(log, "call_assembler") {
			t.Errorf("with: %d calls of compiled code, %d inlined", r.Counters.CallAssembler, r.Counters.InlinedCalls)
		}
	})
	t.Run("Confirm", func(t *testing.T) {
		if r, _ := run(t, "25 i.l+r"); r.Counters.Loops == 0 || r.Counters.Refused != 0 {
			t.Errorf("without: %d loops, %d not confirmed", r.Counters.Loops, r.Counters.Refused)
		}
		r, log := run(t, "25 i.l+rC")
		if r.Counters.Loops != 0 || r.Counters.Refused == 0 || log != "" {
			t.Errorf("with: %d loops, %d not confirmed\n%s", r.Counters.Loops, r.Counters.Refused, log)
		}
	})
	t.Run("UnrollOneIteration", func(t *testing.T) {
		// The callee's loop has code of its own when the caller's is recorded. How often does the callee's first instruction stand in that?
		iterations := func(program string) int {
			_, log := run(t, program)
			_, caller, _ := strings.Cut(log, "# recorded loop calls(pc=0, fn=obj) at instruction 0 of B")
			caller, _, _ = strings.Cut(caller, "# recorded")
			if !strings.Contains(caller, "call_assembler") {
				t.Fatalf("the caller's loop has no call of the callee's\n%s", log)
			}
			return strings.Count(caller, "# instruction 0 of i.l")
		}
		without, with := iterations("9 Bl+r i.lr"), iterations("9 Bl+r i.lrU")
		if with != without+1 {
			t.Errorf("%d iterations without, %d with", without, with)
		}
	})
	t.Run("Location", func(t *testing.T) {
		r, log := run(t, "25 i.l+r")
		if !strings.Contains(log, "# recorded loop calls(pc=0, fn=obj) at instruction 0 of i.l+r\n") || !strings.Contains(log, "  # instruction 1 of i.l+r\n") {
			t.Error(log)
		}
		if r.Counters.Longest == "" {
			t.Error("no name for the longest pause")
		}
	})
}
