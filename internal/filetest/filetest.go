// Package filetest runs tests that are text files: an input and the output expected for it, readable in a
// review and rewritten by `go test PACKAGE -update`.
//
// A file is a txtar archive (golang.org/x/tools/txtar). Its first line, comments apart, names the test
// command; then come the cases, one behaviour each:
//
//	# why this file exists
//	test bounds -unroll
//
//	-- addition wraps/input --
//	i1 = int_add(i0, 9223372036854775807)
//	-- addition wraps/output --
//	i1: [-9223372036854775808, 9223372036854775807]
//
// The part of a section's name before the last slash is the name of the case; a file with one case may leave it out
// ("-- input --"). A case has an "output" and usually an "input"; a test may ask for further sections by name.
//
// Used by tests only; must not import anything of Kiln but internal/textdiff.
package filetest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"kiln/internal/textdiff"
)

var update = flag.Bool("update", false, "rewrite the outputs of file tests to what the code does now")

// Update says that tests shall rewrite the outputs they compare with: for tests on files that are not cases.
func Update() bool { return *update }

// Case is one test case of a file.
type Case struct {
	File    string   // path of the file
	Name    string   // "" if the file has one nameless case
	Command string   // first word after "test" on the file's first line
	Args    []string // the other words
	Input   string   // section "input"

	sections map[string]string
	order    []string
}

// Section returns the text of another section of the case, "" if there is none.
func (c *Case) Section(name string) string { return c.sections[name] }

// Has says whether the case has a section of this name.
func (c *Case) Has(name string) bool { _, ok := c.sections[name]; return ok }

// Arg says whether word is among the arguments of the test command.
func (c *Case) Arg(word string) bool {
	for _, a := range c.Args {
		if a == word {
			return true
		}
	}
	return false
}

// Run runs f as a subtest for each case of the files that match pattern, and compares what it returns with
// the case's output. It is an error if no file matches.
func Run(t *testing.T, pattern string, f func(t *testing.T, c *Case) string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("no file matches %s", pattern)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)), func(t *testing.T) {
			runFile(t, name, f)
		})
	}
}

func runFile(t *testing.T, name string, f func(t *testing.T, c *Case) string) {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(data)
	cases, err := Cases(name, archive)
	if err != nil {
		t.Fatal(err)
	}
	changed := false
	for _, c := range cases {
		run := func(t *testing.T) {
			got := withNewline(f(t, c))
			if got == c.sections["output"] && c.Has("output") {
				return
			}
			if *update {
				if !t.Failed() {
					setOutput(archive, c, got)
					changed = true
				}
				return
			}
			t.Errorf("%s: output differs (- wanted, + got; -update accepts it)\n%s", c.title(), textdiff.All(c.sections["output"], got))
		}
		if c.Name == "" {
			run(t)
		} else {
			t.Run(c.Name, run)
		}
	}
	if changed {
		if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func (c *Case) title() string {
	if c.Name == "" {
		return c.File
	}
	return c.File + ": " + c.Name
}

// Cases reads the cases of an archive, in order. The name is for messages.
func Cases(name string, archive *txtar.Archive) ([]*Case, error) {
	command, err := commandLine(archive.Comment)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var cases []*Case
	byName := map[string]*Case{}
	for _, file := range archive.Files {
		caseName, section := splitName(file.Name)
		c := byName[caseName]
		if c == nil {
			c = &Case{File: name, Name: caseName, Command: command[0], Args: command[1:], sections: map[string]string{}}
			byName[caseName] = c
			cases = append(cases, c)
		}
		if c.Has(section) {
			return nil, fmt.Errorf("%s: section %q occurs twice", name, file.Name)
		}
		c.sections[section] = string(file.Data)
		c.order = append(c.order, section)
	}
	for _, c := range cases {
		c.Input = c.sections["input"]
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("%s: no case: want sections like \"-- input --\" and \"-- output --\"", name)
	}
	return cases, nil
}

// commandLine finds the line "test COMMAND ..." above the sections.
func commandLine(comment []byte) ([]string, error) {
	for _, line := range bytes.Split(comment, []byte("\n")) {
		words := strings.Fields(string(line))
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if words[0] != "test" || len(words) == 1 {
			return nil, fmt.Errorf("the first line is %q, want \"test COMMAND\"", line)
		}
		return words[1:], nil
	}
	return nil, fmt.Errorf("the first line must be \"test COMMAND\"")
}

func splitName(name string) (caseName, section string) {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return "", name
}

// setOutput replaces the output of a case, or adds it after the case's last section.
func setOutput(archive *txtar.Archive, c *Case, output string) {
	last := 0
	for i, file := range archive.Files {
		caseName, section := splitName(file.Name)
		if caseName != c.Name {
			continue
		}
		if section == "output" {
			archive.Files[i].Data = []byte(output)
			return
		}
		last = i + 1
	}
	name := "output"
	if c.Name != "" {
		name = c.Name + "/output"
	}
	rest := append([]txtar.File{{Name: name, Data: []byte(output)}}, archive.Files[last:]...)
	archive.Files = append(archive.Files[:last:last], rest...)
}

func withNewline(s string) string {
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	return s
}
