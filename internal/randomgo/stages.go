package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"

	"kiln/gc"
	"kiln/internal/jittest"
	"kiln/jitgen/jitcode"
	"kiln/translator/check"
	"kiln/translator/emit"
	"kiln/translator/fields"
	"kiln/translator/flow"
	"kiln/translator/gcxform"
	"kiln/translator/hints"
	"kiln/translator/inline"
	"kiln/translator/interp"
	"kiln/translator/load"
	"kiln/translator/lower"
)

// session keeps the standard library from batch to batch.
var session = sync.OnceValue(func() *load.Session { return load.NewSession(tree(), "") })

// stageError is a failure of the translator: with some of the programs, or with the whole batch.
type stageError struct {
	stage    string
	programs map[int]string // what is wrong, by program; empty if unknown
	err      error
}

func (e *stageError) Error() string { return e.stage + ": " + e.err.Error() }

// guarded runs a stage; a panic of the translator is an error.
func guarded(stage string, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &stageError{stage: stage, err: fmt.Errorf("panic: %v\n%s", r, debug.Stack())}
		}
	}()
	if err := f(); err != nil {
		return blame(stage, err)
	}
	return nil
}

// blame finds the programs that errors with positions are about.
func blame(stage string, err error) *stageError {
	e := &stageError{stage: stage, programs: map[int]string{}, err: err}
	for line := range strings.Lines(err.Error()) {
		var i int
		if at := strings.Index(line, "p0"); at >= 0 {
			if _, err := fmt.Sscanf(line[at:], "p%04d.go", &i); err == nil && e.programs[i] == "" {
				e.programs[i] = strings.TrimSpace(line)
			}
		}
	}
	return e
}

// translation is a batch on its way through the translator.
type translation struct {
	b       *batch
	program *flow.Program
	jit     *jittest.Program // after portal
	// without are the optimisations to leave out.
	without map[string]bool
	// everything has traces go through functions with loops, of the run time and the standard library, too.
	everything bool
}

// load reads and lowers a batch.
func (b *batch) load(without map[string]bool) (*translation, error) {
	t := &translation{b: b, without: without}
	err := guarded("load", func() error {
		r, err := session().Source(b.files)
		if err != nil {
			return err
		}
		if problems := check.Program(r); len(problems) > 0 {
			return problems
		}
		t.program = r.Program
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = guarded("lower", func() error { return lower.Program(t.program) })
	return t, err
}

// verify checks all graphs.
func (t *translation) verify(stage string) error {
	return guarded("verify after "+stage, func() error {
		for _, f := range t.program.Funcs {
			if f.Graph != nil {
				if err := flow.Verify(f.Graph, flow.Low); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// maxSteps bounds an interpreted run, in blocks.
const maxSteps = 100e6

// interpret runs the graphs as they are.
func (t *translation) interpret(cfg gc.Config) (outputs, error) {
	return t.b.collect(func(args []string) (string, error) {
		var out bytes.Buffer
		m := interp.New(t.program, interp.Options{GC: cfg, Stdout: &out, Stderr: &out, Args: args, MaxSteps: maxSteps, Host: nativeMath})
		status, err := m.RunMain()
		var pe *interp.PanicError
		if errors.As(err, &pe) {
			return out.String() + "panic: " + fmt.Sprint(pe.Value) + "\n", nil
		}
		if status != 0 {
			fmt.Fprintf(&out, "status %d\n", status)
		}
		return out.String(), err
	})
}

// nativeMath are the functions that translated code calls in Go's own form.
var nativeMath = map[string]any{
	"math.Exp": math.Exp, "math.Log": math.Log, "math.Hypot": math.Hypot, "math.Floor": math.Floor, "math.Ceil": math.Ceil,
	"math.Trunc": math.Trunc, "math.Max": math.Max, "math.Min": math.Min,
}

// traced runs the batch under the JIT.
func (t *translation) traced(jit, heap string) (outputs, error) {
	return t.b.collect(func(args []string) (string, error) {
		r, err := t.jit.Execute(jittest.Config{Jit: jit, GC: heap + ",max=64M", Args: args})
		if err != nil {
			return "", err
		}
		count.add(r)
		text := r.Stdout + r.Stderr
		if r.Panic != "" {
			text += r.Panic + "\n"
		}
		return text, nil
	})
}

// jitVariants are settings for runs under the JIT, in process or of binaries.
func jitVariants(rng *rand.Rand, n int) (list []string) {
	for i := range n {
		v := "backend=" + []string{"amd64", "ref"}[i%2]
		v += fmt.Sprintf(",threshold=%d,bridge=%d", 2+rng.IntN(3), 1+rng.IntN(3))
		switch rng.IntN(6) {
		case 0:
			v += fmt.Sprintf(",guardfail=%d,seed=%d", 3+rng.IntN(40), rng.IntN(1000))
		case 1:
			v += fmt.Sprintf(",guardfail=%d,seed=%d,opt=none", 3+rng.IntN(40), rng.IntN(1000))
		case 2:
			v += ",function=2,unroll=" + fmt.Sprint(rng.IntN(3))
		case 3:
			v += fmt.Sprintf(",tracelimit=%d", 30+rng.IntN(300))
		}
		list = append(list, v)
	}
	return list
}

// heapVariant is a setting of the collector: usually a small nursery.
func heapVariant(rng *rand.Rand) string {
	switch rng.IntN(4) {
	case 0:
		return "nursery=16K"
	case 1:
		return fmt.Sprintf("nursery=64K,stress=%d", 20+rng.IntN(200))
	case 2:
		return fmt.Sprintf("nursery=64K,stress=%d,verify=on", 500+rng.IntN(2000))
	}
	return "nursery=256K"
}

// emitted is the generated Go of the batch as the graphs are.
func (t *translation) emitted() (files map[string][]byte, err error) {
	const programFile = "program.kiln"
	err = guarded("emit", func() error {
		files, err = emit.Program(t.program, emit.Options{Lines: true, ProgramFile: programFile, Path: "kiln/" + folder, Without: t.without})
		if err != nil {
			return err
		}
		image := &jitcode.Image{Prog: t.program.Table}
		if t.jit != nil {
			image = t.jit.Image
		}
		files[programFile], err = jitcode.Encode(image)
		return err
	})
	return files, err
}

// binary compiles the generated Go.
func (t *translation) binary(dir string) (string, error) {
	files, err := t.emitted()
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "translated")
	err = guarded("go build", func() error {
		bin, err = build(dir, "translated", files, "-ldflags=-s -w")
		return err
	})
	return bin, err
}

// simplifyOnly leaves out of the preparation for emission what changes more than the form.
var simplifyOnly = map[string]bool{inline.Inlining: true, inline.Numbering: true, inline.Hoisting: true, inline.Threading: true}

// simplify, inline and gcxform are the passes behind portal.
func (t *translation) simplify() error {
	return guarded("simplify", func() error { inline.Prepare(t.program, false, simplifyOnly); return nil })
}

func (t *translation) inline() error {
	return guarded("inline", func() error { inline.Prepare(t.program, false, t.without); return nil })
}

func (t *translation) gcxform() error {
	return guarded("gcxform", func() error { gcxform.Program(t.program); return nil })
}

// whole are the passes over the whole program.
func (t *translation) whole() error {
	return guarded("whole", func() error {
		if !t.without[hints.Direct] && hints.DirectCalls(t.program) {
			hints.Effects(t.program)
		}
		if !t.without[fields.Removal] {
			count.fields(fields.Remove(t.program))
		}
		return nil
	})
}

// portal splits dispatch loops and makes jitcode.
func (t *translation) portal() error {
	return guarded("portal", func() (err error) {
		if t.everything {
			jittest.TraceEverything(t.program)
		}
		t.program.Table.Recovers = hints.PortalUnderTry(t.program)
		t.jit, err = jittest.Lowered(t.program)
		return err
	})
}
