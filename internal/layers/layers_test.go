package layers

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
)

func TestModule(t *testing.T) {
	text, err := os.ReadFile("../../docs/layers.txt")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Parse(string(text))
	if err != nil {
		t.Fatalf("docs/layers.txt: %v", err)
	}
	packages, standard := list(t)
	if len(packages) < 10 {
		t.Fatalf("only %d packages", len(packages))
	}
	for _, problem := range rules.Check(packages, func(path string) bool { return standard[path] }) {
		t.Error(problem)
	}
}

// list asks the go command for the module's packages, and which imports are of the standard library.
func list(t *testing.T) (packages []Package, standard map[string]bool) {
	cmd := exec.Command("go", "list", "-e", "-deps", "-json=ImportPath,Imports,Standard,Module", "kiln/...")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	standard = map[string]bool{"C": true, "unsafe": true}
	for d := json.NewDecoder(out); ; {
		var p struct {
			ImportPath string
			Imports    []string
			Standard   bool
			Module     *struct{ Main bool }
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		switch {
		case p.Standard:
			standard[p.ImportPath] = true
		case p.Module != nil && p.Module.Main:
			q := Package{Path: strings.TrimPrefix(p.ImportPath, "kiln/")}
			for _, path := range p.Imports {
				q.Imports = append(q.Imports, strings.TrimPrefix(path, "kiln/"))
			}
			packages = append(packages, q)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return packages, standard
}

func TestCheck(t *testing.T) {
	rules, err := Parse(`
# comment
allow a: -
allow b: a
allow tree/...: a
allow tree/special: b
never tree/...: bad/... go/...
allow bad: -
allow bad/deep: -
`)
	if err != nil {
		t.Fatal(err)
	}
	got := rules.Check([]Package{
		{"a", []string{"fmt", "b"}},
		{"b", []string{"a", "bad/deep"}},
		{"bad/deep", nil},
		{"tree/x", []string{"a", "tree/x/below", "fmt"}},
		{"tree/x/below", []string{"tree/x"}},
		{"tree/special", []string{"b"}},
		{"new", nil},
	}, func(path string) bool { return path == "fmt" })
	want := []string{
		"a imports b, which line 3 does not allow",
		"b imports bad/deep, which line 4 does not allow",
		"new has no allow rule: say in docs/layers.txt what it may import",
		"tree/special depends on b, which imports bad/deep, which line 7 forbids",
		"tree/x depends on a, which imports b, which imports bad/deep, which line 7 forbids",
		"tree/x/below depends on tree/x, which imports a, which imports b, which imports bad/deep, which line 7 forbids",
		"tree/x/below imports tree/x, which line 5 does not allow",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"allow a":       "want \"VERB PATTERN: LIST\"",
		"allow a:":      "want \"VERB PATTERN: LIST\"",
		"allow : a":     "want \"VERB PATTERN: LIST\"",
		"\nforbid a: b": "line 2: unknown verb",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
