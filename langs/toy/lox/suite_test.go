package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"

	"kiln/internal/vmtest"
)

// The published test suite (repository munificent/craftinginterpreters, folder test) states in comments what a program
// prints and which errors it has.
var (
	wantOutput  = regexp.MustCompile(`// expect: ?(.*)`)
	wantError   = regexp.MustCompile(`// (Error.*)`)
	wantErrorAt = regexp.MustCompile(`// \[((java|c) )?line (\d+)\] (Error.*)`)
	wantFailure = regexp.MustCompile(`// expect runtime error: (.+)`)
	syntaxError = regexp.MustCompile(`^\[line (\d+)\] (Error.+)$`)
	traceLine   = regexp.MustCompile(`^\[line (\d+)\] in `)
)

// expectation is what a program's comments say.
type expectation struct {
	output  []string
	errors  []string // "[LINE] Error ..."
	failure string
	line    int // of the failure
}

func expectations(source string) expectation {
	var e expectation
	for i, text := range strings.Split(source, "\n") {
		if m := wantOutput.FindStringSubmatch(text); m != nil {
			e.output = append(e.output, m[1])
		} else if m := wantError.FindStringSubmatch(text); m != nil {
			e.errors = append(e.errors, fmt.Sprintf("[%d] %s", i+1, m[1]))
		} else if m := wantErrorAt.FindStringSubmatch(text); m != nil {
			if m[2] != "java" {
				e.errors = append(e.errors, fmt.Sprintf("[%s] %s", m[3], m[4]))
			}
		} else if m := wantFailure.FindStringSubmatch(text); m != nil {
			e.failure, e.line = m[1], i+1
		}
	}
	return e
}

// check is "" if a run did what is expected.
func (e *expectation) check(r vmtest.Result) string {
	exit := 0
	switch {
	case e.errors != nil:
		exit = exitCompile
	case e.failure != "":
		exit = exitRun
	}
	if r.Exit != exit {
		return fmt.Sprintf("exit status %d, want %d; stderr %.300q", r.Exit, exit, r.Stderr)
	}
	want := ""
	for _, line := range e.output {
		want += line + "\n"
	}
	if r.Stdout != want {
		return fmt.Sprintf("prints %.300q, want %.300q", r.Stdout, want)
	}
	lines := strings.Split(strings.TrimSuffix(r.Stderr, "\n"), "\n")
	if e.failure != "" {
		return e.checkFailure(lines)
	}
	var errors []string
	for _, line := range lines {
		if m := syntaxError.FindStringSubmatch(line); m != nil {
			errors = append(errors, fmt.Sprintf("[%s] %s", m[1], m[2]))
		} else if line != "" {
			return fmt.Sprintf("unexpected on stderr: %q", line)
		}
	}
	sort.Strings(errors)
	sort.Strings(e.errors)
	if got, want := strings.Join(errors, "\n"), strings.Join(e.errors, "\n"); got != want {
		return fmt.Sprintf("errors %q, want %q", got, want)
	}
	return ""
}

func (e *expectation) checkFailure(lines []string) string {
	if len(lines) < 2 || lines[0] != e.failure {
		return fmt.Sprintf("stderr %.300q, want %q and a stack trace", lines, e.failure)
	}
	for _, line := range lines[1:] {
		if m := traceLine.FindStringSubmatch(line); m != nil {
			if m[1] != strconv.Itoa(e.line) {
				return fmt.Sprintf("fails in line %s, want %d", m[1], e.line)
			}
			return ""
		}
	}
	return "no stack trace"
}

// TestSuite runs the published suite in plain Go and on every variant of the translated interpreter, if LOXSUITE
// names its folder. Folders of it that are for other interpreters of the book, or for measuring, are left out.
func TestSuite(t *testing.T) {
	folder := os.Getenv("LOXSUITE")
	if folder == "" {
		t.Skip("LOXSUITE is not set")
	}
	files := suiteFiles(t, folder)
	plain := vmtest.BuildPlain(t, "./langs/toy/lox")
	t.Run("plain", func(t *testing.T) { runSuite(t, files, plain, nil) })
	if os.Getenv("LOXPLAIN") != "" {
		return
	}
	vm := vmtest.BuildTranslated(t, "./langs/toy/lox")
	for _, v := range vmtest.Variants {
		t.Run(v.Name, func(t *testing.T) { runSuite(t, files, vm, v.Switch) })
	}
}

func suiteFiles(t *testing.T, folder string) []string {
	var files []string
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir():
			switch entry.Name() {
			case "scanning", "expressions", "benchmark", "limit":
				return filepath.SkipDir
			}
		case filepath.Ext(path) == ".lox":
			files = append(files, path)
		}
		return nil
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs in %s (%v)", folder, err)
	}
	return files
}

func runSuite(t *testing.T, files []string, binary string, switches []string) {
	passed := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := vmtest.Run(binary, append(append([]string(nil), switches...), file), "")
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		e := expectations(string(source))
		if problem := e.check(r); problem != "" {
			t.Errorf("%s: %s", file, problem)
			continue
		}
		passed++
	}
	t.Logf("%d of %d", passed, len(files))
}
