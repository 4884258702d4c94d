package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"kiln/internal/textdiff"
)

// outcome is what a program did.
type outcome struct {
	Out    string `json:"out,omitempty"`
	Err    string `json:"err,omitempty"`   // standard error in front of a panic: print and println
	Panic  string `json:"panic,omitempty"` // its text, or that of a fatal error
	Status int    `json:"status"`          // -1: killed, or not built
}

// runCommand runs a program in a folder of its own.
func runCommand(cmd *exec.Cmd, dir string, timeout time.Duration) outcome {
	cmd.Dir = dir
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Start(); err != nil {
		return outcome{Panic: "cannot be started: " + err.Error(), Status: -1}
	}
	var killed atomic.Bool
	timer := time.AfterFunc(timeout, func() {
		killed.Store(true)
		cmd.Process.Kill()
	})
	cmd.Wait()
	timer.Stop()
	o := outcome{Out: printable(out.String()), Status: cmd.ProcessState.ExitCode()}
	o.Err, o.Panic = splitErrors(printable(errs.String()))
	if killed.Load() {
		o.Panic = "killed after " + timeout.String()
	}
	return o
}

// printable writes bytes that are not UTF-8 as \xNN: JSON, in which outcomes are kept, has no such bytes.
func printable(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var sb strings.Builder
	for _, r := range strings.SplitAfter(s, "") {
		if utf8.ValidString(r) {
			sb.WriteString(r)
		} else {
			fmt.Fprintf(&sb, `\x%02x`, r[0])
		}
	}
	return sb.String()
}

var address = regexp.MustCompile(`0x[0-9a-f]+`)

// splitErrors takes what a program printed to standard error apart: its own lines, and the text of a panic up to the stack
// trace. Addresses, which print shows, are different in each run.
func splitErrors(errs string) (own, text string) {
	lines := strings.SplitAfter(errs, "\n")
	n := 0
	for n < len(lines) && !strings.HasPrefix(lines[n], "panic: ") && !strings.HasPrefix(lines[n], "fatal error: ") {
		n++
	}
	own = strings.Join(lines[:n], "")
	if n < len(lines) {
		text = panicText(strings.Join(lines[n:], ""))
	}
	return address.ReplaceAllString(own, "0x?"), address.ReplaceAllString(text, "0x?")
}

// panicText is the text of a panic without what Go adds: the signal, and the trace.
func panicText(s string) string {
	var kept []string
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "goroutine ") {
			break
		}
		if strings.HasPrefix(line, "[signal ") {
			continue
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "\n")
}

// difference says in a line how two outcomes differ, "" if they do not.
func difference(want, got outcome) string {
	switch {
	case want == got:
		return ""
	case want.Status != got.Status:
		return fmt.Sprintf("status %d, plain Go's is %d (%q, plain %q)", got.Status, want.Status, cut(got.Panic+got.Err+got.Out), cut(want.Panic+want.Err+want.Out))
	case want.Out != got.Out:
		return "output " + textdiff.First(want.Out, got.Out)
	case want.Err != got.Err:
		return "standard error " + textdiff.First(want.Err, got.Err)
	}
	return "panic " + textdiff.First(want.Panic, got.Panic)
}

func cut(s string) string {
	if len(s) > 200 {
		return s[:200] + "..."
	}
	return s
}
