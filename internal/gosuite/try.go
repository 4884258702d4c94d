package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"kiln/gc"
	"kiln/internal/batch"
	"kiln/translator"
	"kiln/translator/flow"
	"kiln/translator/interp"
	"kiln/translator/load"
	"kiln/translator/lower"
)

// try loads, checks and translates one program, as kiln build does, and in mode interp runs the lowered graphs, in mode jit its forms under the JIT.
func try(q request, mode string, steps, seed int64) (r reply) {
	defer func() {
		if e := recover(); e != nil {
			r = reply{Crash: fmt.Sprintf("%v\n%s", e, debug.Stack())}
		}
	}()
	if q.Program.Excluded != "" {
		return reply{Refused: []problem{{"constraint", "build constraints exclude all Go files: " + q.Program.Excluded}}}
	}
	if q.Program.Foreign != "" {
		return reply{Refused: []problem{{"flag", "kiln build has no flag " + q.Program.Foreign + ", which makes Go's compiler change the program"}}}
	}
	texts, err := q.Program.texts()
	if err != nil {
		return reply{Crash: err.Error()}
	}
	if mode == jitMode {
		if err := r.underJit(q.Program, texts, steps, seed); err != nil {
			if r.Accepted {
				return reply{Crash: err.Error()} // in one form it had no problem
			}
			return refusal(err)
		}
		return r
	}
	last := ""
	if mode == "interp" {
		last = "lower"
	}
	t, err := translator.Translate(translator.Options{Files: texts, NoJit: true, OnePackage: true}, last)
	if err != nil {
		return refusal(err)
	}
	r.Accepted = true
	for _, f := range t.Program.Funcs {
		if f.Graph != nil {
			if err := flow.Verify(f.Graph, flow.Low); err != nil {
				return reply{Crash: err.Error()}
			}
		}
	}
	if mode == "interp" {
		r.interpret(t.Program, q.Program.Args, steps)
		return r
	}
	r.Files = q.Dir
	if r.Hash, err = batch.Write(q.Dir, "", t.Files); err != nil {
		return reply{Crash: err.Error()}
	}
	return r
}

// refusal tells problems of the program from those of the translator.
func refusal(err error) (r reply) {
	var found load.Problems
	var lowered lower.Errors
	switch {
	case errors.As(err, &found):
		for _, p := range found {
			r.Refused = append(r.Refused, problem{p.Rule, p.Error()})
		}
	case errors.As(err, &lowered):
		for _, p := range lowered {
			rule := "lower"
			if strings.Contains(p.What, "internal error") {
				rule = "internal"
			}
			r.Refused = append(r.Refused, problem{rule, p.Error()})
		}
	default:
		r.Crash = err.Error()
	}
	return r
}

// interpret runs lowered graphs.
func (r *reply) interpret(p *flow.Program, args []string, steps int64) {
	var out, errs bytes.Buffer
	m := interp.New(p, interp.Options{GC: gc.Config{}, Stdout: &out, Stderr: &errs, Stdin: strings.NewReader(""), Args: args, MaxSteps: steps})
	status, err := m.RunMain()
	var pe *interp.PanicError
	if err != nil && !errors.As(err, &pe) {
		r.Crash = err.Error()
		return
	}
	if pe != nil {
		var se *interp.StepsError
		if e, ok := pe.Value.(error); ok && (errors.As(e, &se) || strings.HasPrefix(e.Error(), "interp: stack overflow")) {
			r.TooLong = true
			return
		}
		fmt.Fprintf(&errs, "panic: %v\n", pe.Value)
	}
	r.Interpreted = &outcome{Out: printable(out.String()), Status: status}
	r.Interpreted.Err, r.Interpreted.Panic = splitErrors(errs.String())
}

// runOne is gosuite -run.
func runOne(file string, steps int64) int {
	r := try(request{Program: &program{File: file}}, "interp", steps, 0)
	for _, p := range r.Refused {
		fmt.Fprintln(os.Stderr, p.Text)
	}
	if r.Crash != "" {
		fmt.Fprintln(os.Stderr, r.Crash)
	}
	if r.Interpreted == nil {
		return 1
	}
	fmt.Print(r.Interpreted.Out)
	fmt.Fprint(os.Stderr, r.Interpreted.Err)
	if r.Interpreted.Panic != "" {
		fmt.Fprintln(os.Stderr, r.Interpreted.Panic)
	}
	return r.Interpreted.Status
}
