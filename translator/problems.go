package translator

import (
	"errors"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"kiln/jitgen/codewriter"
	"kiln/jitgen/descr"
	"kiln/translator/check"
	"kiln/translator/emit"
	"kiln/translator/flow"
	"kiln/translator/load"
	"kiln/translator/lower"
	"kiln/translator/portal"
)

// Refusal is the error for a program that cannot be translated: everything that is wrong with it, with positions.
// errors.As finds the load.Problems in it, or the InternalError.
type Refusal struct {
	Problems load.Problems
	// ModuleDir is the folder that file names in positions are relative to, if known.
	ModuleDir string

	cause error
}

func (r *Refusal) Error() string { return r.Problems.Error() }

// Unwrap gives the problems, and what they were made from.
func (r *Refusal) Unwrap() []error { return []error{r.Problems, r.cause} }

// refusal makes a Refusal of an error that is about the program, and leaves others alone.
func (t *Translation) refusal(err error) error {
	problems, ok := asProblems(err)
	if !ok {
		return err
	}
	r := &Refusal{Problems: problems, cause: err}
	if t.Loaded != nil {
		r.ModuleDir = t.Loaded.ModuleDir
		r.Problems = t.Loaded.Exact(problems)
	}
	return r
}

// Check finds everything that is wrong with a program, without emitting code: what package check finds, and if that is
// nothing, what lowering and the split of the portals refuse. It is a Refusal then; other errors are about the environment
// (no go command, no such folder). Notes are what looks like a mistake in a right program, and with hot what hurts in code that the JIT traces.
func Check(opts Options, hot bool) (notes load.Problems, moduleDir string, err error) {
	t := &Translation{Options: opts}
	for _, p := range passes {
		if err := t.runPass(p); err != nil {
			return nil, "", t.refusal(err)
		}
		switch p.name {
		case "check":
			notes = t.Loaded.Notes
			if hot {
				notes = append(notes, check.Hot(t.Loaded)...)
			}
			notes = notes.Sort()
		case "lower":
			if hot {
				notes = append(notes, t.elidableEffects()...)
			}
		case "portal":
			notes = append(notes, t.framesNotFound()...).Sort()
			return t.Loaded.Exact(notes), t.Loaded.ModuleDir, nil
		}
	}
	return t.Loaded.Exact(notes), t.Loaded.ModuleDir, nil
}

// elidableEffects notes elidable functions that write or call what may: their calls are left out where the arguments are the same.
func (t *Translation) elidableEffects() (notes load.Problems) {
	own := map[string]bool{}
	for _, p := range t.Loaded.Packages {
		for _, name := range p.FileNames {
			own[t.Loaded.FileName(name)] = p.Dialect()
		}
	}
	for _, f := range t.Program.Funcs {
		if !(f.Hints.Elidable || f.Hints.ElidablePromote) || f.Call == nil || f.Host || !own[f.Pos.File] {
			continue
		}
		what := ""
		switch e := f.Call.Effects; {
		case e.Arbitrary:
			what = "calls functions that may do anything (of the host, say)"
		case len(e.Writes) > 0:
			what = "writes " + writes(t.Program.Table, e.Writes)
		}
		if what != "" {
			notes = append(notes, problem("hot-elidable", f.Pos, f.Name+" is elidable, but "+what+": calls with equal arguments are made once, or not at all",
				"leave the effect out, unless nobody can see it (a cache)"))
		}
	}
	return notes
}

// writes says what a function writes, in words of the source: two of the places, and that there are more.
func writes(p *descr.Program, locs []descr.Loc) string {
	var names []string
	for _, l := range locs {
		name := fmt.Sprint(p.Locs[l])
		switch {
		case strings.HasPrefix(name, "globals of "):
			name = "variable " + strings.TrimPrefix(name, "globals of ")
		case strings.HasPrefix(name, "rt.Map"):
			name = "a map"
		case strings.HasPrefix(name, "rt."), strings.HasPrefix(name, "[]rt."):
			continue // what maps and strings are made of
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 0:
		return "memory"
	case len(names) > 2:
		return strings.Join(names[:2], ", ") + " and more"
	}
	return strings.Join(names, " and ")
}

// framesNotFound notes drivers whose virtualizable is not among the reds.
func (t *Translation) framesNotFound() (notes load.Problems) {
	for _, d := range t.Program.Drivers {
		if d.Virtualizable != "" && d.Desc != nil && d.Desc.Frame == 0 {
			notes = append(notes, problem("merge-point", d.Pos, "Virtualizable "+d.Virtualizable+" of driver "+d.Name+" is not alive at the merge point under this name, so the option has no effect",
				"make it a parameter of the portal, or a variable that the loop assigns, and use it in the loop"))
		}
	}
	return notes
}

// tooWide reports the functions that jitcode could not call; emission would refuse the first.
func (t *Translation) tooWide() error {
	if t.Options.NoJit || len(t.Program.Drivers) == 0 {
		return nil
	}
	var list load.Problems
	for _, f := range codewriter.Adapted(t.Program) {
		if why := emit.TooWide(f); why != "" {
			list = append(list, problem("wide", f.Pos, "function "+f.Name+" "+why, wideRemedy))
		}
	}
	if list == nil {
		return nil
	}
	return list
}

const wideRemedy = "pass a pointer to a struct"

// asProblems says whether an error is about the program, and lists its parts with their positions.
func asProblems(err error) (load.Problems, bool) {
	var (
		list     load.Problems
		lowering lower.Errors
		portals  portal.Errors
		emitting *emit.EmitError
		host     *emit.HostError
		internal *InternalError
	)
	switch {
	case errors.As(err, &list):
		return list, true
	case errors.As(err, &lowering):
		for _, e := range lowering {
			p := problem("lower", e.Pos, e.What, e.Remedy)
			if p.Stack = e.Stack; e.Stack != "" {
				p.Rule = "internal"
			}
			list = append(list, p)
		}
	case errors.As(err, &portals):
		for _, e := range portals {
			list = append(list, problem("merge-point", e.Pos, "driver "+e.Driver+": "+e.What, e.Remedy))
		}
	case errors.As(err, &emitting):
		remedy := flow.ReportRemedy
		if strings.HasPrefix(emitting.Why, "it is called from code that the JIT traces") {
			remedy = wideRemedy
		}
		list = append(list, problem("emit", emitting.Pos, "cannot emit "+emitting.Func+": "+emitting.Why, remedy))
	case errors.As(err, &host):
		list = append(list, problem("host", host.Pos, "host function "+host.Func+" has a "+host.What,
			"use integers, floats, booleans, strings, slices of these, and error as a result"))
	case errors.As(err, &internal):
		list = append(list, internal.problem())
	default:
		return nil, false
	}
	return list.Sort(), true
}

func problem(rule string, pos descr.Pos, msg, remedy string) load.Problem {
	return load.Problem{Pos: token.Position{Filename: pos.File, Line: pos.Line, Column: pos.Column}, Rule: rule, Msg: msg, Remedy: remedy}
}

// InternalError is a mistake of the translator itself.
type InternalError struct {
	Pass, Package string
	Pos           descr.Pos // of the function being translated, or unknown
	Func          string
	Value         any    // what was panicked with
	Stack         []byte // of the panic
}

func (e *InternalError) Error() string {
	return e.problem().Error()
}

func (e *InternalError) problem() load.Problem {
	msg := fmt.Sprintf("internal error of kiln in pass %q", e.Pass)
	if e.Func != "" {
		msg += " at function " + e.Func
	} else {
		msg += " of " + e.Package
	}
	p := problem("internal", e.Pos, msg+": "+fmt.Sprint(e.Value), flow.ReportRemedy)
	p.Stack = string(e.Stack)
	return p
}

// internalError makes an error of a recovered panic.
func (t *Translation) internalError(pass string, value any, stack []byte) *InternalError {
	e := &InternalError{Pass: pass, Package: t.Options.Package, Value: value, Stack: stack}
	if at, ok := value.(*flow.Fault); ok {
		e.Value, e.Stack = at.Value, at.Stack
		if at.Func != nil {
			e.Pos, e.Func = at.Func.Pos, at.Func.Name
		}
	}
	return e
}
