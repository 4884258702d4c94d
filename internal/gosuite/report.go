package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"
)

// report is the result of a run.
type report struct {
	verdicts []*verdict
	count    map[class]int
	reasons  map[string]int
}

func newReport(verdicts []*verdict) *report {
	r := &report{verdicts: verdicts, count: map[class]int{}, reasons: map[string]int{}}
	for _, v := range verdicts {
		r.count[v.Class]++
		if v.Class == rejected {
			r.reasons[v.principal().reason()]++
		}
	}
	return r
}

// bad says whether there is a program that is accepted and wrong, or that the translator fails on.
func (r *report) bad() bool { return r.count[wrong]+r.count[crashed]+r.count[atRunTime] > 0 }

// lines writes a line for each program.
func (r *report) lines(w io.Writer) {
	for _, v := range r.verdicts {
		fmt.Fprintf(w, "%s: %s", v.program.Name, v.Class)
		if v.Detail != "" {
			fmt.Fprintf(w, ": %s", v.Detail)
		}
		fmt.Fprintln(w)
	}
}

// print writes the counts, the reasons, and the programs that must not be.
func (r *report) print(w io.Writer) {
	n := len(r.verdicts)
	fmt.Fprintf(w, "%d programs: %d accepted and equal (%.1f %%), %d rejected, %d wrong, %d crashes", n, r.count[equal], percent(r.count[equal], n), r.count[rejected], r.count[wrong], r.count[crashed])
	for _, c := range []class{atRunTime, tooLong, skipped} {
		if r.count[c] > 0 {
			fmt.Fprintf(w, ", %d %s", r.count[c], c)
		}
	}
	fmt.Fprintln(w)
	var loops, bridges, failures int
	for _, v := range r.verdicts {
		loops, bridges, failures = loops+v.Loops, bridges+v.Bridges, failures+v.Failures
	}
	if loops > 0 {
		fmt.Fprintf(w, "under the JIT: %d loops, %d bridges, %d guard failures\n", loops, bridges, failures)
	}
	names := make([]string, 0, len(r.reasons))
	for name := range r.reasons {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		if a, b := r.reasons[names[i]], r.reasons[names[j]]; a != b {
			return a > b
		}
		return names[i] < names[j]
	})
	for _, name := range names {
		fmt.Fprintf(w, "%5d  %s\n", r.reasons[name], name)
	}
	for _, v := range r.verdicts {
		if v.Class != equal && v.Class != rejected {
			fmt.Fprintf(w, "%s: %s: %s\n", v.Class, v.program.Name, v.Detail)
		}
	}
}

func percent(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return 100 * float64(a) / float64(b)
}

// writeJSON writes a line for each program.
func (r *report) writeJSON(name string) {
	f, err := os.Create(name)
	if err != nil {
		fatal(err)
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	for _, v := range r.verdicts {
		line := struct {
			Program  string    `json:"program"`
			Class    class     `json:"class"`
			Reason   string    `json:"reason,omitempty"`
			Detail   string    `json:"detail,omitempty"`
			Problems []problem `json:"problems,omitempty"`
		}{v.program.Name, v.Class, "", v.Detail, v.Refused}
		if v.Class == rejected {
			line.Reason = v.principal().reason()
		}
		if err := enc.Encode(line); err != nil {
			fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		fatal(err)
	}
	if err := f.Close(); err != nil {
		fatal(err)
	}
}
