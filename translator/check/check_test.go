package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"kiln/internal/filetest"
	"kiln/internal/textdiff"
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

// TestHostBoundary checks programs that misuse host packages, each a module with a host package of its own: the files of a case are
// main.go and those of package h; the output is the list of problems.
func TestHostBoundary(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/host/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			write := func(name string, text []byte) {
				name = filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, text, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			write("go.mod", []byte("module lang\n\ngo 1.26.0\n\nrequire kiln v0.0.0\n\nreplace kiln => "+root+"\n"))
			want := ""
			for _, f := range archive.Files {
				if f.Name == "output" {
					want = string(f.Data)
				} else {
					write(f.Name, f.Data)
				}
			}
			r, err := load.NewSession(dir, "").Load(".")
			if err != nil {
				t.Fatal(err)
			}
			got := Program(r).Error() + "\n"
			if got == want {
				return
			}
			if filetest.Update() {
				for i := range archive.Files {
					if archive.Files[i].Name == "output" {
						archive.Files[i].Data = []byte(got)
					}
				}
				if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("problems differ:\n%s", textdiff.All(want, got))
		})
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
