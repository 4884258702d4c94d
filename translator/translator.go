// Package translator is the driver of translation: the table of passes from Go source to a generated
// program, the Go build at the end, and the cache that makes an unchanged build immediate.
//
// Input: Options (the language's package, switches). Output: a Translation, stage by stage, and with Build
// an executable. The passes themselves live in the packages below this one.
//
// Build time only: nothing linked into a translated binary may import it.
package translator

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"kiln/translator/emit"
	"kiln/translator/fields"
	"kiln/translator/flow"
	"kiln/translator/hints"
	"kiln/translator/inline"
	"kiln/translator/load"
)

// Options says what to translate and how.
type Options struct {
	// Dir is the folder that Package is relative to; "" is the current one.
	Dir string
	// Package names the language's main package: a folder (./langs/toy/bf) or an import path.
	Package string
	// Files, if not nil, is the source of the main package by file name, instead of a folder: for tests. What it imports is
	// looked up in Kiln's own module.
	Files map[string]string
	// OnePackage emits one package of functions instead of one for each of the source.
	OnePackage bool
	// Tags are build tags, separated by commas.
	Tags string
	// NoJit leaves the JIT out of the binary.
	NoJit bool
	// Without names optimisations of emitted code to leave out, separated by commas, to measure what they are worth; "all" is all of them.
	// If it is empty, $KILNWITHOUT says so: for tests of everything without them.
	Without string
	// Keep formats the generated source, and leaves it where Build says.
	Keep bool
	// Output is the binary's name; "" is the package folder's name, in the current folder.
	Output string
	// CacheDir is where results are kept; "" is $KILNCACHE, else "kiln" in the user's cache folder.
	CacheDir string
	// After, if not nil, is called after each pass, to look at what it has made; Raw sees each function's graph as it was
	// loaded, before simplification.
	After func(pass string, t *Translation)
	Raw   func(*flow.Func)
	// Lines adds //line comments to emitted code even if it is formatted.
	Lines bool
	// Progress, if not nil, is told what takes time.
	Progress io.Writer
	// Times, if not nil, receives a table of how long each pass took.
	Times io.Writer
}

// Translation is a program on its way through the passes.
type Translation struct {
	Options Options
	Loaded  *load.Result
	Program *flow.Program
	// ProgramFile is the serialised tables and jitcode that the generated program embeds.
	ProgramFile []byte
	// Files is the generated Go source by file name.
	Files map[string][]byte

	times []passTime
	// remark is what the pass that runs has to say, for the table of times.
	remark string
}

type passTime struct {
	name string
	took time.Duration
	note string
}

// Translate runs the passes up to and including the one called until; "" runs them all.
func Translate(opts Options, until string) (*Translation, error) {
	t := &Translation{Options: opts}
	if until != "" && !known(until) {
		return nil, fmt.Errorf("no pass is called %q; the passes are %s", until, PassNames())
	}
	if err := opts.checkWithout(); err != nil {
		return nil, err
	}
	for _, p := range passes {
		opts.step("%s of %s", p.name, opts.Package)
		start := time.Now()
		err := t.runPass(p)
		t.timed(p.name, time.Since(start))
		t.note("%s", t.remark)
		t.remark = ""
		if err != nil {
			return t, t.refusal(err)
		}
		if opts.After != nil {
			opts.After(p.name, t)
		}
		if p.name == until {
			break
		}
	}
	return t, nil
}

// runPass turns a panic of a pass into an error, so that it is told what was being translated.
func (t *Translation) runPass(p pass) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = t.internalError(p.name, v, debug.Stack())
		}
	}()
	err = p.run(t)
	var fault *flow.Fault
	if errors.As(err, &fault) {
		err = t.internalError(p.name, fault, fault.Stack)
	}
	return err
}

func (t *Translation) timed(name string, took time.Duration) {
	t.times = append(t.times, passTime{name: name, took: took})
}

// note adds a remark to the time told last.
func (t *Translation) note(format string, args ...any) {
	t.times[len(t.times)-1].note = fmt.Sprintf(format, args...)
}

// WriteTimes writes how long the passes took.
func (t *Translation) WriteTimes(w io.Writer) {
	total := time.Duration(0)
	for _, p := range t.times {
		fmt.Fprintf(w, "%s\n", strings.TrimRight(fmt.Sprintf("%-12s %8.1f ms   %s", p.name, p.took.Seconds()*1000, p.note), " "))
		total += p.took
	}
	fmt.Fprintf(w, "%-12s %8.1f ms\n", "total", total.Seconds()*1000)
}

// Everything, as the name of an optimisation to leave out, stands for all of them.
const Everything = "all"

// Without is the set that a list of names of optimisations stands for.
func Without(names string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Split(names, ",") {
		switch name {
		case "":
		case Everything:
			for _, name := range Optimisations() {
				set[name] = true
			}
		default:
			set[name] = true
		}
	}
	return set
}

func (o *Options) without() map[string]bool { return Without(o.leftOut()) }

// leftOut is Without, or what the environment says.
func (o *Options) leftOut() string {
	if o.Without == "" {
		return os.Getenv("KILNWITHOUT")
	}
	return o.Without
}

// Optimisations lists the names that Options.Without knows.
func Optimisations() []string {
	return slices.Concat([]string{hints.Direct, fields.Removal}, inline.Optimisations, emit.Optimisations)
}

func (o *Options) checkWithout() error {
	for name := range o.without() {
		if !slices.Contains(Optimisations(), name) {
			return fmt.Errorf("no optimisation is called %q; there are %s, and all", name, strings.Join(Optimisations(), ", "))
		}
	}
	return nil
}
