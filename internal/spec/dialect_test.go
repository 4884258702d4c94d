package spec

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kiln/gc"
	"kiln/translator"
)

// row is a line of a table of docs/dialect.md that has a column of tests.
type row struct{ construct, tests string }

// tables reads the rows of the tables whose last column is called test.
func tables(t *testing.T) (rows []row) {
	t.Helper()
	text, err := os.ReadFile("../../docs/dialect.md")
	if err != nil {
		t.Fatal(err)
	}
	inside := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			inside = false
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		last := strings.TrimSpace(cells[len(cells)-1])
		switch {
		case last == "test":
			inside = true
		case inside && !strings.HasPrefix(last, "---"):
			rows = append(rows, row{strings.TrimSpace(cells[0]), last})
		}
	}
	if len(rows) < 50 {
		t.Fatalf("%d rows with tests in docs/dialect.md", len(rows))
	}
	return rows
}

var (
	reference  = regexp.MustCompile("`([^`]+)`")
	corpusCase = regexp.MustCompile(`(?m)^-- (.*)/input --$`)
)

// TestEveryRowHasTests holds docs/dialect.md to the tests that exist, and these to it.
func TestEveryRowHasTests(t *testing.T) {
	known := map[string]bool{"test: TestBuildTags": true, "test: TestModules": true, "test: TestRefusalIsNotRecovered": true}
	unnamed := map[string]bool{}
	for _, a := range areas(t) {
		for _, rule := range a.rules {
			known[a.name+"/"+rule], unnamed[a.name+"/"+rule] = true, true
		}
	}
	for _, pattern := range []string{"../../translator/testdata/corpus/*.txtar", "../../translator/check/testdata/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range corpusCase.FindAllStringSubmatch(string(text), -1) {
				known["corpus: "+m[1]] = true
			}
		}
	}
	for _, r := range tables(t) {
		refs := reference.FindAllStringSubmatch(r.tests, -1)
		if len(refs) == 0 {
			t.Errorf("docs/dialect.md: the row of %q has no test", r.construct)
		}
		for _, m := range refs {
			if !known[m[1]] {
				t.Errorf("docs/dialect.md: the row of %q names %q, which does not exist", r.construct, m[1])
			}
			delete(unnamed, m[1])
		}
	}
	for rule := range unnamed {
		t.Errorf("docs/dialect.md: no row names the test %s", rule)
	}
}

// TestBuildTags: build constraints and names of files choose the files of a package, as for go build.
func TestBuildTags(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":     "module example.org/tags\n\ngo 1.26.0\n\nrequire kiln v0.0.0\n\nreplace kiln => " + root + "\n",
		"main.go":    "package main\n\nfunc main() { println(speed, system, old) }\n",
		"fast.go":    "//go:build fast && !slow\n\npackage main\n\nconst speed = \"fast\"\n",
		"slow.go":    "//go:build !fast || slow\n\npackage main\n\nconst speed = \"slow\"\n",
		"x_linux.go": "package main\n\nconst system = \"linux\"\n",
		"x_plan9.go": "package main\n\nconst system = \"plan9\"\n",
		"ignored.go": "//go:build ignore\n\npackage other\n",
		"go121.go":   "//go:build go1.21\n\npackage main\n\nvar old = func() int {\n\tvar fs []func() int\n\tfor i := 0; i < 3; i++ {\n\t\tfs = append(fs, func() int { return i })\n\t}\n\treturn fs[0]()\n}()\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, tags := range []string{"", "fast", "fast,slow"} {
		cmd := exec.Command("go", "run", "-mod=mod", "-tags="+tags, ".")
		cmd.Dir = dir
		want, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, want)
		}
		tr, err := translator.Translate(translator.Options{Dir: dir, Package: ".", Tags: tags, NoJit: true}, "lower")
		if err != nil {
			t.Fatal(err)
		}
		if got := interpret(tr.Program, gc.Config{}); got != string(want) {
			t.Errorf("tags %q: %q, plain Go prints %q", tags, got, want)
		}
	}
}

// TestModules: a program whose module does not know Kiln, with the loops that the Go version of go.mod says. Without a version it
// is Go 1.16; translated loops once had variables for each iteration all the same.
func TestModules(t *testing.T) {
	t.Setenv("KILNCACHE", t.TempDir())
	for _, version := range []string{"", "go 1.20\n", "go 1.22\n"} {
		dir := t.TempDir()
		for name, text := range map[string]string{
			"go.mod":  "module plain.example\n\n" + version,
			"main.go": "package main\n\nfunc main() {\n\tvar fs []func() int\n\tfor i := 0; i < 3; i++ {\n\t\tfs = append(fs, func() int { return i })\n\t}\n\tprintln(fs[0](), fs[2]())\n}\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command("go", "run", ".")
		cmd.Dir = dir
		want, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, want)
		}
		tr, err := translator.Translate(translator.Options{Dir: dir, Package: ".", NoJit: true}, "lower")
		if err != nil {
			t.Fatal(err)
		}
		if got := interpret(tr.Program, gc.Config{}); got != string(want) {
			t.Errorf("%q: %q, plain Go prints %q", version, got, want)
		}
	}
}

// TestRefusalIsNotRecovered: where translated code refuses to go on, because it would differ from plain Go, recover does not
// hide it.
func TestRefusalIsNotRecovered(t *testing.T) {
	const text = `package main

import "kiln/langs/toy/outside/file"

var none *file.File

func main() {
	defer println("deferred")
	func() {
		defer func() { recover() }()
		var x any = none
		println(x == nil)
	}()
	println("not reached")
}
`
	opts := translator.Options{Files: map[string]string{"main.go": text}, NoJit: true}
	tr, err := translator.Translate(opts, "")
	if err != nil {
		t.Fatal(err)
	}
	programs := collect(t)
	programs.add("refusal", tr.Files)
	bin := programs.build()
	lowered, err := translator.Translate(opts, "lower")
	if err != nil {
		t.Fatal(err)
	}
	for how, out := range map[string]string{"translated": run(bin, "refusal"), "interpreted": interpret(lowered.Program, gc.Config{})} {
		if !strings.Contains(out, "it is a handle of a host package") || strings.Contains(out, "not reached") {
			t.Errorf("%s: %s", how, out)
		}
	}
}
