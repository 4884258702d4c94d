// Command gosuite runs the programs of Go's own test suite ($(go env GOROOT)/test and its folders, those that begin with
// "// run") as plain Go and through Kiln, and counts: accepted, with the same output and exit status; refused, with the
// reasons; accepted and wrong; crashes of the translator. The last two must be empty.
//
//	go run ./internal/gosuite [-interp|-jit] [-root DIR] [-match REGEXP] [-sample N [-seed S]] [-v] [-json FILE] [-cache DIR]
//	go run ./internal/gosuite -interp -run FILE
//
// Programs are translated and compiled, several dozen to a binary (batch.go); with -interp they run in the flow interpreter.
// Output and exit status must be the same; of what goes to standard error, what the program prints itself and the text of
// a panic are compared (outcome.go). Programs run in processes of their own, so one that overflows the stack takes nothing else
// with it.
//
// The cache folder holds results by the hash of what they depend on (store.go): a run that was cut off goes on where it
// was, and the next one builds only what has changed.
//
// For development and continuous integration; nothing imports it.
package main

import (
	"flag"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"
)

// suite is one run of this command.
type suite struct {
	interp  bool
	jit     bool
	steps   int64
	seed    int64
	batch   int
	timeout time.Duration
	root    string // $(go env GOROOT)/test
	store   *store
	start   time.Time
}

func main() {
	s := &suite{start: time.Now()}
	verbose := flag.Bool("v", false, "print one line for each program")
	folder := flag.String("cache", "", "folder of results; default gosuite in kiln's folder of the user's cache")
	flag.StringVar(&s.root, "root", "", "folder of the programs, in the form of Go's suite; default Go's suite")
	match := flag.String("match", "", "only programs whose name, relative to the suite, matches")
	sample := flag.Int("sample", 0, "only as many programs, chosen at random")
	flag.Int64Var(&s.seed, "seed", 1, "of that choice, and of settings under the JIT")
	asJSON := flag.String("json", "", "write one line of JSON for each program to this file")
	flag.BoolVar(&s.interp, "interp", false, "run lowered graphs in the flow interpreter; build nothing")
	flag.BoolVar(&s.jit, "jit", false, "run under the JIT, in process: with main in a loop that has a merge point, and with merge points in the program's own loops")
	flag.Int64Var(&s.steps, "steps", 30e6, "blocks the flow interpreter executes before a program is given up")
	flag.IntVar(&s.batch, "batch", 30, "programs in one binary")
	flag.DurationVar(&s.timeout, "timeout", time.Minute, "for the run of one program")
	worker := flag.String("worker", "", "internal: read programs, print verdicts; translate or interp")
	one := flag.String("run", "", "run this one program in the flow interpreter")
	flag.Parse()
	if *worker != "" {
		work(*worker, s.steps, s.seed)
		return
	}
	if *one != "" {
		os.Exit(runOne(*one, s.steps))
	}
	if s.root == "" {
		s.root = filepath.Join(goroot(), "test")
	}
	programs := findPrograms(s.root, regexp.MustCompile(*match))
	if *sample > 0 && *sample < len(programs) {
		rand.New(rand.NewSource(s.seed)).Shuffle(len(programs), func(i, j int) { programs[i], programs[j] = programs[j], programs[i] })
		programs = programs[:*sample]
		sort.Slice(programs, func(i, j int) bool { return programs[i].Name < programs[j].Name })
	}
	s.store = openStore(*folder)
	verdicts := s.run(programs)
	r := newReport(verdicts)
	if *verbose {
		r.lines(os.Stdout)
	}
	r.print(os.Stdout)
	if *asJSON != "" {
		r.writeJSON(*asJSON)
	}
	if r.bad() {
		os.Exit(1)
	}
}

// run gives every program its verdict.
func (s *suite) run(programs []*program) []*verdict {
	mode := "translate"
	switch {
	case s.jit:
		mode = jitMode
	case s.interp:
		mode = "interp"
	}
	verdicts := s.translate(programs, mode)
	var accepted []*verdict
	for _, v := range verdicts {
		if v.Accepted {
			accepted = append(accepted, v)
		}
	}
	s.plain(accepted)
	switch {
	case s.jit:
		s.plainRepeated(accepted)
	case !s.interp:
		s.binaries(accepted)
	}
	for _, v := range verdicts {
		v.judge()
		if v.Class == wrong && s.jit { // names of packages differ in a binary of many programs
			v.Repeated = s.repeatedAlone(v.program)
			v.judge()
		}
	}
	return verdicts
}

// progress tells how far a stage is.
func (s *suite) progress(stage string, done, all int) {
	fmt.Fprintf(os.Stderr, "gosuite %4.0fs: %s %d of %d\n", time.Since(s.start).Seconds(), stage, done, all)
}

func goroot() string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "gosuite:", err)
	os.Exit(1)
}
