package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kiln/internal/filetest"
	"kiln/translator/load"
	"kiln/translator/lower"
)

// TestFiles checks the programs of testdata; the output is the list of problems, empty for a good program.
func TestFiles(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		text := c.Input
		if c.Arg("body") { // the input is what follows the package clause
			text = "package main\n\n" + text
		}
		r, err := load.Source(map[string]string{"main.go": text})
		if err != nil {
			t.Fatal(err)
		}
		if problems := Program(r); len(problems) > 0 {
			return problems.Error()
		}
		if c.Command == "hot" {
			if notes := Hot(r); len(notes) > 0 {
				return notes.Error()
			}
			return ""
		}
		// What only lowering finds comes after everything else is right.
		if err := lower.Program(r.Program); err != nil {
			return err.Error()
		}
		return ""
	})
}

// TestHostBoundary checks what host functions may look like, with a host package of its own.
func TestHostBoundary(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.org/lang\n\ngo 1.26.0\n\nrequire kiln v0.0.0\n\nreplace kiln => " + root + "\n",
		"main.go": `package main

import "example.org/lang/h"

func main() {
	h.Fine(1, "x", []byte{1}, 2.5, []string{"a"})
	h.Handle().Close()
	h.Variadic(1, 2)
	h.Func(func() {})
	h.Map(nil)
	h.Error(nil)
	_ = h.Variable
}
`,
		"h/h.go": `// Package h is a host package.
//
//kiln:host
package h

import "os"

type T struct{ f *os.File }

var Variable = 1

func Fine(a int, b string, c []byte, d float64, e []string) (int, []byte, error) { return 0, nil, nil }
func Handle() *T                { return &T{} }
func (t *T) Close()             {}
func Variadic(x ...int)         {}
func Func(f func())             {}
func Map(m map[string]int)      {}
func Error(err error)           {}
`,
	} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	r, err := load.NewSession(dir, "").Load(".")
	if err != nil {
		t.Fatal(err)
	}
	got := Program(r).Error() + "\n"
	want := `main.go:7:10: host function example.org/lang/h.Handle has a result of type *h.T, which cannot cross the boundary between translated and host code; use numbers, bools, strings and slices of those, and error as result
main.go:7:18: call of method (*T).Close of host package example.org/lang/h: handles are not supported yet; write a function that takes a number for the object
main.go:8:12: host function example.org/lang/h.Variadic is variadic; give it a slice parameter
main.go:9:8: host function example.org/lang/h.Func has a parameter of type func(), which cannot cross the boundary between translated and host code; use numbers, bools, strings and slices of those
main.go:10:7: host function example.org/lang/h.Map has a parameter of type map[string]int, which cannot cross the boundary between translated and host code; use numbers, bools, strings and slices of those
main.go:11:9: host function example.org/lang/h.Error has a parameter of type error, which cannot cross the boundary between translated and host code; use numbers, bools, strings and slices of those
main.go:12:8: use of variable example.org/lang/h.Variable of a package that is not translated; reach it through a function of a host package
`
	if got != want {
		t.Errorf("problems differ:\n%s", filetest.Diff(want, got))
	}
}

// TestDependency: the problems of a package from another module are one problem, where it is imported.
func TestDependency(t *testing.T) {
	r, err := load.Source(map[string]string{"main.go": "package main\n\nimport \"golang.org/x/tools/go/gcexportdata\"\n\nfunc main() { gcexportdata.Find(\"\", \"\") }\n"})
	if err != nil {
		t.Fatal(err)
	}
	ps := Program(r)
	if len(ps) != 1 || ps[0].Rule != "dependency" || ps[0].Pos.Line != 3 || !strings.Contains(ps[0].Msg, "problems, the first is $GOMODCACHE/golang.org/x/tools") || ps[0].Remedy == "" {
		t.Errorf("got\n%v", ps)
	}
}
