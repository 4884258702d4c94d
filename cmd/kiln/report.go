package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/build"
	"io"
	"os"
	"path/filepath"
	"strings"

	"kiln/translator"
	"kiln/translator/load"
)

// reporting says how errors are shown; its switches belong to all commands that translate.
type reporting struct {
	json, trace bool
}

func (r *reporting) flags(fs *flag.FlagSet, withJSON bool) {
	if withJSON {
		fs.BoolVar(&r.json, "json", false, "print problems as JSON to standard output, one a line")
	}
	fs.BoolVar(&r.trace, "trace", false, "print where in kiln an internal error happened")
}

// failure is an error of a command that has been told how to show it.
type failure struct {
	err error
	how reporting
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// failed makes an error of a command's work; nil stays nil.
func (r *reporting) failed(err error) error {
	if err == nil {
		return nil
	}
	return &failure{err, *r}
}

// report shows an error: problems of the program one a line, as JSON if asked for.
func report(err error, stdout, stderr io.Writer) {
	var f *failure
	var how reporting
	if errors.As(err, &f) {
		how = f.how
	}
	var refusal *translator.Refusal
	if !errors.As(err, &refusal) {
		if how.json {
			writeJSON(stdout, "error", load.Problems{{Rule: "kiln", Msg: err.Error()}}, "")
		}
		fmt.Fprintln(stderr, err)
		return
	}
	if how.json {
		writeJSON(stdout, "error", refusal.Problems, refusal.ModuleDir)
		fmt.Fprintln(stderr, "kiln: "+count(len(refusal.Problems)))
	} else {
		fmt.Fprintln(stderr, forReader(refusal.Problems, refusal.ModuleDir).Error())
	}
	if how.trace {
		for _, p := range refusal.Problems {
			if p.Stack != "" {
				fmt.Fprintln(stderr, p.Stack)
			}
		}
	}
}

func count(n int) string {
	if n == 1 {
		return "1 problem"
	}
	return fmt.Sprintf("%d problems", n)
}

// forReader makes file names relative to the current folder, if they are relative to the module's.
func forReader(problems load.Problems, moduleDir string) load.Problems {
	out := make(load.Problems, len(problems))
	for i, p := range problems {
		p.Pos.Filename = fromHere(p.Pos.Filename, moduleDir)
		out[i] = p
	}
	return out
}

func fromHere(name, moduleDir string) string {
	if name == "" || moduleDir == "" || filepath.IsAbs(name) || strings.HasPrefix(name, "$") {
		return name
	}
	abs := filepath.Join(moduleDir, name)
	here, err := os.Getwd()
	if err != nil {
		return abs
	}
	if here, err = filepath.EvalSymlinks(here); err != nil {
		return abs
	}
	if real, err := filepath.EvalSymlinks(moduleDir); err == nil {
		abs = filepath.Join(real, name)
	}
	rel, err := filepath.Rel(here, abs)
	if err != nil || strings.HasPrefix(rel, "../../..") {
		return abs
	}
	return rel
}

// onDisk is a file name that an editor can open.
func onDisk(name, moduleDir string) string {
	if rest, ok := strings.CutPrefix(name, "$GOROOT/"); ok {
		return filepath.Join(build.Default.GOROOT, rest)
	}
	return fromHere(name, moduleDir)
}

// diagnostic is the shape of problems and notes for editors, see docs/formats.md.
type diagnostic struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Rule     string `json:"rule"`
	Message  string `json:"message"`
	Remedy   string `json:"remedy,omitempty"`
}

func writeJSON(w io.Writer, severity string, problems load.Problems, moduleDir string) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, p := range problems {
		if err := enc.Encode(diagnostic{onDisk(p.Pos.Filename, moduleDir), p.Pos.Line, p.Pos.Column, severity, p.Rule, p.Msg, p.Remedy}); err != nil {
			return err
		}
	}
	return nil
}
