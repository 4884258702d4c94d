package main

import (
	"fmt"
	"regexp"
	"strings"
)

// verdict is what Kiln made of a program.
type verdict struct {
	program     *program
	underTheJit bool
	reply

	Plain    outcome
	Repeated outcome // of plain Go that repeats main
	Outcome  outcome
	TooLong  bool // out of steps of the interpreter, or of the program's own stack there

	Class  class
	Detail string
}

// problem is a violation that kiln check reports.
type problem struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// reply is what a worker process finds out about a program.
type reply struct {
	Refused  []problem `json:"refused,omitempty"`
	Crash    string    `json:"crash,omitempty"` // a panic of the translator
	Accepted bool      `json:"accepted,omitempty"`
	Files    string    `json:"files,omitempty"` // folder of the generated program
	Hash     string    `json:"hash,omitempty"`  // of it
	// Result of the flow interpreter.
	Interpreted *outcome `json:"interpreted,omitempty"`
	TooLong     bool     `json:"tooLong,omitempty"`
	// Runs under the JIT, and what it had to do in all of them.
	Ways                     []way `json:"ways,omitempty"`
	Loops, Bridges, Failures int
}

// class is how a program fares.
type class string

const (
	equal     class = "equal"
	rejected  class = "rejected"
	wrong     class = "wrong"
	crashed   class = "crash"
	tooLong   class = "too long"
	skipped   class = "skipped" // plain Go does not build or finish it either
	atRunTime class = "refused at run time"
)

// runTimeRefusal marks the panics by which translated code refuses to go on, where the build could not know.
var runTimeRefusal = regexp.MustCompile(`a translated interface cannot hold a nil pointer|points into a larger object`)

// judge compares.
func (v *verdict) judge() {
	switch {
	case v.Crash != "":
		v.Class, v.Detail = crashed, v.Crash
	case len(v.Refused) > 0:
		v.Class = rejected
		p := v.principal()
		v.Detail = p.Rule + ": " + p.Text
		if p.Rule == "internal" {
			v.Class = crashed
		}
	case v.Plain.Status < 0:
		v.Class, v.Detail = skipped, cut(v.Plain.Panic+v.Plain.Out)
	case v.TooLong:
		v.Class = tooLong
	case v.underTheJit:
		v.compareWays()
	case runTimeRefusal.MatchString(v.Outcome.Panic):
		v.Class, v.Detail = atRunTime, v.Outcome.Panic
	default:
		v.Class = equal
		if v.Detail = difference(v.Plain, v.Outcome); v.Detail != "" {
			v.Class = wrong
		}
	}
}

// forbidden are the rules that the dialect is without for good (docs/dialect.md). A program that breaks one of them is
// counted there, whatever else is wrong with it.
var forbidden = map[string]bool{
	"constraint": true, "flag": true, "import": true, "goroutine": true, "channel": true, "unsafe": true, "interior-pointer": true,
	"pointer-conversion": true, "slice-to-array": true, "directive": true, "assembly": true, "syntax": true, "type": true,
}

// principal is the problem that a refused program is counted under.
func (v *verdict) principal() problem {
	for _, p := range v.Refused {
		if p.Rule == "internal" {
			return p
		}
	}
	for _, p := range v.Refused {
		if forbidden[p.Rule] {
			return p
		}
	}
	return v.Refused[0]
}

var position = regexp.MustCompile(`^[^ :]*:\d+(:\d+)?: (in \S+: )?`)

// reason is a problem without what is particular to the program.
func (p problem) reason() string {
	text := position.ReplaceAllString(p.Text, "")
	switch p.Rule {
	case "flag":
		return "not a program for Kiln: it needs a debugging flag of Go's compiler that changes what programs do"
	case "import":
		if strings.HasPrefix(text, "could not import") {
			return "forbidden by Go's own compiler: a package that is not there"
		}
		text, _, _ = strings.Cut(text, ";")
		text, _, _ = strings.Cut(text, ":")
		text, _, _ = strings.Cut(text, " of the standard library")
		text, _, _ = strings.Cut(text, " is not in the dialect")
		return "forbidden " + strings.TrimSuffix(text, " cannot be translated")
	case "goroutine":
		return "forbidden: goroutines"
	case "channel":
		return "forbidden: channels, select"
	case "interior-pointer":
		return "forbidden: the address of a field or an element as a value"
	case "constraint":
		return "not a program for this machine (build constraint)"
	case "std":
		if name, _, ok := strings.Cut(text, " of the standard library cannot be translated"); ok {
			return "standard library: " + name
		}
		if name, _, ok := strings.Cut(text, " is not in the part of package"); ok {
			return "standard library: " + name
		}
	case "type", "syntax":
		return "forbidden by Go's own compiler: " + p.Rule
	case "lower":
		text, _, _ = strings.Cut(text, ";")
		return "later: " + typeWords.ReplaceAllString(text, "type T")
	}
	text, _, _ = strings.Cut(text, ";")
	if forbidden[p.Rule] {
		return "forbidden: " + p.Rule
	}
	return fmt.Sprintf("%s: %s", p.Rule, text)
}

var typeWords = regexp.MustCompile(`type \S+`)
