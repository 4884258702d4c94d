// Package jittest runs programs under the JIT in one process, without go build: Go source through load,
// check, lower, portal and codewriter; then translator/interp as the emitted program, with the JIT of package
// jitgen as its portal.
//
// The oracle is the same program with the JIT off. To add a program, put a main package into testdata of the package
// under test, or call Build with the text, and then Matrix: it runs the program with low thresholds, random
// guard failures, stressed collector, with and without optimiser, and compares what it prints.
//
// For tests only.
package jittest

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"kiln/gc"
	"kiln/gc/thread"
	"kiln/internal/textdiff"
	"kiln/jitgen"
	"kiln/jitgen/codewriter"
	"kiln/jitgen/exec"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/jitlog"
	"kiln/translator/check"
	"kiln/translator/flow"
	"kiln/translator/hints"
	"kiln/translator/interp"
	"kiln/translator/load"
	"kiln/translator/lower"
	"kiln/translator/portal"
)

// Program is a lowered program with its jitcode.
type Program struct {
	Flow  *flow.Program
	Image *jitcode.Image
}

// Build translates a program given as text: file name to contents; or one file.
func Build(t testing.TB, files map[string]string) *Program {
	t.Helper()
	r, err := load.Source(files)
	if err != nil {
		t.Fatal(err)
	}
	return must(t, r)
}

// BuildDir translates the package in a folder of this module ("./langs/toy/bf" from the module's root).
func BuildDir(t testing.TB, root, pkg string) *Program {
	t.Helper()
	r, err := load.NewSession(root, "").Load(pkg)
	if err != nil {
		t.Fatal(err)
	}
	return must(t, r)
}

func must(t testing.TB, r *load.Result) *Program {
	t.Helper()
	p, err := translate(r, false)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Translate is Build for programs that may be wrong. If everything is set, traces go through all functions: see TraceEverything.
func Translate(files map[string]string, everything bool) (*Program, error) {
	r, err := load.Source(files)
	if err != nil {
		return nil, err
	}
	return translate(r, everything)
}

func translate(r *load.Result, everything bool) (*Program, error) {
	if problems := check.Program(r); len(problems) > 0 {
		return nil, problems
	}
	if err := lower.Program(r.Program); err != nil {
		return nil, err
	}
	if everything {
		TraceEverything(r.Program)
	}
	return Lowered(r.Program)
}

// TraceEverything makes traces go through functions with loops, too, those of the run time and of the standard library included.
func TraceEverything(f *flow.Program) {
	for _, fn := range f.Funcs {
		fn.Hints.UnrollSafe = true
	}
}

// Lowered makes jitcode of a lowered program, whose graphs it changes as passes behind lower do.
func Lowered(f *flow.Program) (*Program, error) {
	f.Table.Recovers = hints.PortalUnderTry(f)
	if err := portal.Program(f); err != nil {
		return nil, err
	}
	im, err := codewriter.Build(f)
	if err != nil {
		return nil, err
	}
	portal.Entries(f)
	return &Program{Flow: f, Image: im}, nil
}

// Config is one way to run a program.
type Config struct {
	Jit   string // as --jit; "off" for none
	GC    string // as --gc
	Args  []string
	Stdin string
	// Log, if not nil, receives the sections Sections of the JIT's log; none means all.
	Log      io.Writer
	Sections []string
	// Stress is after how many allocations Matrix's stress variants collect; 0 means at every one. A collection
	// costs as much as there is alive, so long programs need more.
	Stress int
	// Host adds host functions, as interp.Options does.
	Host map[string]any
	// Interval is how long a thread's turn lasts when others wait.
	Interval time.Duration
	// MaxSteps, if above 0, bounds the blocks that are interpreted, as in interp.Options.
	MaxSteps int64
}

// Result is what a run did.
type Result struct {
	Stdout, Stderr string
	Status         int
	Panic          string
	Counters       jitlog.Counters
	GC             gc.Stats
}

// Output is everything of a Result that must not depend on the configuration.
func (r *Result) Output() string {
	return fmt.Sprintf("%s%s[exit %d]%s", r.Stdout, r.Stderr, r.Status, r.Panic)
}

// world adapts interp to jitgen.World.
type world struct{ *interp.Machine }

func (w world) Still(obj uintptr) bool                   { return w.Heap.IsImmortal(obj) }
func (w world) Young(obj uintptr) bool                   { return w.Heap.Young(obj) }
func (w world) KeepStill(t *thread.Thread, obj *uintptr) { w.Heap.MakeImmortal(t, obj) }
func (w world) Watch(obj uintptr, on bool)               { w.Heap.Watch(obj, on) }

// Run runs the program.
func (p *Program) Run(t testing.TB, c Config) *Result {
	t.Helper()
	r, err := p.Execute(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Execute runs the program. The error is one of the configuration or of Kiln itself; a panic of the program is part of the result.
func (p *Program) Execute(c Config) (*Result, error) {
	heap, err := gc.ParseConfig(c.GC)
	if err != nil {
		return nil, err
	}
	settings, err := jitgen.ParseSettings(c.Jit)
	if err != nil {
		return nil, err
	}
	var out, errs bytes.Buffer
	objects := gc.New(heap, p.Image.Prog.Types)
	prebuilt := exec.MakePrebuilt(objects, p.Image.Prog)
	p.Image.Link(func(i int) uintptr { return prebuilt[i] })
	m := interp.New(p.Flow, interp.Options{
		Heap: objects, Prebuilt: func(i int) uintptr { return prebuilt[i] }, Stdout: &out, Stderr: &errs, Stdin: strings.NewReader(c.Stdin), Args: c.Args,
		Host: c.Host, Interval: c.Interval, MaxSteps: c.MaxSteps,
	})
	var jit *jitgen.JIT
	if !settings.Off && len(p.Image.Prog.Drivers) > 0 {
		if jit, err = p.jit(m, c, settings); err != nil {
			return nil, err
		}
	}
	res := &Result{}
	if jit != nil {
		m.Thread.JitOn = 1
		m.Threads.OnAttach(func(t *thread.Thread) { t.JitOn = 1 })
	}
	res.Status, err = m.RunMain()
	if err != nil {
		if res.Panic, err = panicText(err); err != nil {
			return nil, err
		}
	}
	res.Stdout, res.Stderr = out.String(), errs.String()
	res.GC = m.Heap.Stats()
	if jit != nil {
		res.Counters = jit.Counters
	}
	return res, nil
}

// panicText leaves out where the panic happened: under the JIT that may be an outer function.
func panicText(err error) (string, error) {
	if p, ok := err.(*interp.PanicError); ok {
		return fmt.Sprintf("panic: %v", p.Value), nil
	}
	return "", err
}

func (p *Program) jit(m *interp.Machine, c Config, s jitgen.Settings) (*jitgen.JIT, error) {
	w := world{m}
	var log *jitlog.Log
	if c.Log != nil {
		log = jitlog.New(c.Log, c.Sections...)
	}
	jit, err := jitgen.NewJIT(w, m.Thread, p.Image, s, log)
	if err != nil {
		return nil, err
	}
	m.SetPortal(jit)
	return jit, nil
}

// Variants are the configurations of Matrix, by name; N is Config.Stress. Each runs on both backends.
var Variants = []struct{ Name, Jit, GC string }{
	{"jit", "threshold=2,bridge=2", ""},
	{"unoptimised", "threshold=2,bridge=2,opt=none", ""},
	{"guardfail", "threshold=2,bridge=3,guardfail=20", ""},
	{"guardfail without bridges", "threshold=3,bridge=1000000,guardfail=7,seed=5", ""},
	{"stress", "threshold=2,bridge=2", "stress=N,verify=on"},
	{"stress and guardfail", "threshold=2,bridge=2,guardfail=11", "stress=N"},
	{"stress, guardfail, unoptimised", "threshold=2,bridge=2,opt=none,guardfail=30", "stress=N"},
	{"short traces", "threshold=2,bridge=2,tracelimit=40", ""},
	{"calls", "threshold=3,function=2,bridge=2,unroll=0,chain=1", "stress=N"},
	{"calls and guardfail", "threshold=3,function=2,bridge=2,unroll=1,guardfail=13,chain=1", ""},
	{"small stack", "threshold=3,function=2,bridge=2,unroll=2,stack=512", ""},
}

// Backends are those that Matrix uses.
var Backends = []string{"ref", "amd64"}

// Matrix runs the program in every variant and compares the output with that of a run without JIT. It
// returns the result of the first variant.
func (p *Program) Matrix(t *testing.T, c Config) *Result {
	t.Helper()
	c.Jit, c.GC = "off", ""
	want := p.Run(t, c).Output()
	var first *Result
	for _, v := range Variants {
		for _, backend := range Backends {
			t.Run(v.Name+" on "+backend, func(t *testing.T) {
				c := c
				c.Jit = v.Jit + ",backend=" + backend
				c.GC = strings.Replace(v.GC, "stress=N", fmt.Sprintf("stress=%d", max(c.Stress, 1)), 1)
				if c.Stress > 1 {
					c.GC = strings.TrimSuffix(c.GC, ",verify=on") // slower still than the collections
				}
				r := p.Run(t, c)
				if first == nil {
					first = r
				}
				if got := r.Output(); got != want {
					t.Errorf("output differs from the run without JIT: %s", textdiff.First(want, got))
				}
			})
		}
	}
	return first
}
