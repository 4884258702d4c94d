// Package bench measures a language's benchmark programs in several variants - plain Go, translated
// without and with the JIT, straight Go, any other command - one after the other in turns, so that what
// disturbs the machine disturbs all of them.
//
// Input: programs (see Find) and variants. Output: a Report with every sample, as a table, as JSON or as
// a page. Outputs of all variants are compared (see compare.go): a fast wrong answer is an error.
//
// Imports nothing of Kiln: who builds the binaries is the caller's business.
package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// Variant is one way of running the programs.
type Variant struct {
	Name string
	// Command is the command line; "{}" stands for the program's file. Nil means that each program has an
	// executable of its own, Program.Straight.
	Command []string
}

// Clock says which time of a run counts.
type Clock string

// User time is least disturbed by other processes; it counts all threads, Go's collector too.
const (
	UserTime Clock = "user"
	CPUTime  Clock = "cpu" // user and system
	WallTime Clock = "wall"
)

// Options of a measurement.
type Options struct {
	Count   int           // runs of each program in each variant
	Timeout time.Duration // of one run; 0 is none
	Clock   Clock
	Base    string         // the variant that others are compared with
	Ignore  *regexp.Regexp // lines of output that are not compared; nil ignores none
	// Progress, if not nil, is told what runs.
	Progress func(Step)
}

// Step is a run about to begin.
type Step struct {
	Program, Variant string
	Done, Total      int
}

// Result is what the runs of one program in one variant showed.
type Result struct {
	Program string    `json:"program"`
	Variant string    `json:"variant"`
	Seconds []float64 `json:"seconds,omitempty"` // every run, in order
	Min     float64   `json:"min,omitempty"`
	// Ratio is Min divided by that of the base variant; 0 if there is none.
	Ratio float64 `json:"ratio,omitempty"`
	Error string  `json:"error,omitempty"`

	outputs []string
}

// run is one execution.
type run struct {
	stdout, stderr string
	exit           int
	seconds        float64
}

// Run measures. What goes wrong with one program in one variant is noted in the Report and does not stop the others.
func Run(ctx context.Context, programs []Program, variants []Variant, opts Options) (*Report, error) {
	if opts.Count < 1 {
		return nil, fmt.Errorf("each program must run at least once, not %d times", opts.Count)
	}
	rep := &Report{Base: opts.Base, Clock: opts.Clock, Count: opts.Count}
	for _, v := range variants {
		rep.Variants = append(rep.Variants, v.Name)
	}
	total, done := len(programs)*len(variants)*opts.Count, 0
	for _, p := range programs {
		rep.Programs = append(rep.Programs, p.Name)
		results := make([]*Result, len(variants))
		for i, v := range variants {
			results[i] = &Result{Program: p.Name, Variant: v.Name}
		}
		for round := 0; round < opts.Count; round++ {
			for i := range variants {
				// Each round begins with another variant, so that none always follows the same one.
				at := (i + round) % len(variants)
				if v := variants[at]; v.has(p) && results[at].Error == "" {
					if opts.Progress != nil {
						opts.Progress(Step{p.Name, v.Name, done, total})
					}
					results[at].add(measure(ctx, v, p, opts))
				}
				done++
				if err := ctx.Err(); err != nil {
					return nil, err
				}
			}
		}
		compareOutputs(ctx, p, variants, results, opts)
		rep.Results = append(rep.Results, results...)
	}
	rep.compute()
	return rep, nil
}

// has says whether the variant can run a program.
func (v Variant) has(p Program) bool { return v.Command != nil || p.Straight != "" }

// line is the command line for a program. Straight Go versions are the program; others get its file.
func (v Variant) line(p Program) []string {
	if v.Command == nil {
		return append([]string{p.Straight}, p.Args...)
	}
	line := make([]string, 0, len(v.Command)+len(p.Args))
	for _, word := range v.Command {
		line = append(line, strings.ReplaceAll(word, "{}", p.File))
	}
	return append(line, p.Args...)
}

// add notes a run.
func (r *Result) add(x run, err error) {
	switch {
	case err != nil:
		r.Error = err.Error()
	case x.exit != 0:
		r.Error = fmt.Sprintf("exit status %d%s", x.exit, lastLines(x.stderr))
	default:
		r.Seconds = append(r.Seconds, x.seconds)
		r.outputs = append(r.outputs, x.stdout)
	}
}

// lastLines is the end of a program's error output, for a message.
func lastLines(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	lines := strings.Split(s, "\n")
	if len(lines) > 3 {
		lines = lines[len(lines)-3:]
	}
	return ": " + strings.Join(lines, " | ")
}

// measure runs a program once.
func measure(ctx context.Context, v Variant, p Program, opts Options) (run, error) {
	if opts.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, opts.Timeout)
		defer cancel()
	}
	line := v.line(p)
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if p.Stdin != "" {
		in, err := os.Open(p.Stdin)
		if err != nil {
			return run{}, err
		}
		defer in.Close()
		cmd.Stdin = in
	}
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return run{}, fmt.Errorf("took more than %v", opts.Timeout)
	case ctx.Err() != nil:
		return run{}, ctx.Err()
	case err != nil && !errors.As(err, &exit):
		return run{}, err
	}
	state := cmd.ProcessState
	if state.ExitCode() < 0 {
		return run{}, fmt.Errorf("%v%s", state, lastLines(stderr.String()))
	}
	took := state.UserTime()
	switch opts.Clock {
	case CPUTime:
		took += state.SystemTime()
	case WallTime:
		took = wall
	}
	return run{stdout.String(), stderr.String(), state.ExitCode(), took.Seconds()}, nil
}
