package modules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The go.work made for a folder uses what the one there uses, and Kiln, with the newest Go of all.
func TestWorkspace(t *testing.T) {
	t.Setenv("KILNCACHE", t.TempDir())
	dir := t.TempDir()
	files := map[string]string{
		"a/go.mod": "module example.org/a\n\ngo 1.20\n",
		"b/go.mod": "module example.org/b\n\ngo 1.21\n",
		"go.work":  "go 1.21\n\nuse ./a\n\nuse ./b\n\nreplace example.org/c => ./c\n",
		"c/go.mod": "module example.org/c\n",
	}
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOWORK", filepath.Join(dir, "go.work"))
	s, err := ForSource(filepath.Join(dir, "a"))
	if err != nil || !s.Lent {
		t.Fatalf("%+v, %v", s, err)
	}
	if same, err := ForBuild(filepath.Join(dir, "a")); err != nil || workFile(same) != workFile(s) {
		t.Errorf("for the build: %+v, %v", same, err)
	}
	text, err := os.ReadFile(workFile(s))
	if err != nil {
		t.Fatal(err)
	}
	kiln, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	want := "go 1.26.0\n\nreplace example.org/c => DIR/c\n\nuse (\n\tDIR/a\n\tDIR/b\n\tKILN\n)\n"
	got := strings.NewReplacer(dir, "DIR", kiln, "KILN").Replace(string(text))
	if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
		t.Errorf("go.work is\n%s\nwant\n%s", got, want)
	}
}

func workFile(s *Setting) string {
	name, _ := strings.CutPrefix(s.Env[len(s.Env)-1], "GOWORK=")
	return name
}

// Kiln's own packages, and folders outside of modules, are left as they are.
func TestNothingToLend(t *testing.T) {
	for _, dir := range []string{".", t.TempDir()} {
		for _, f := range []func(string) (*Setting, error){ForSource, ForBuild} {
			if s, err := f(dir); err != nil || s.Env != nil || s.Lent {
				t.Errorf("%s: %+v, %v", dir, s, err)
			}
		}
	}
}

func TestFolder(t *testing.T) {
	want, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if dir, err := Folder(); dir != want || err != nil {
		t.Errorf("%s, %v; want %s", dir, err, want)
	}
	t.Setenv("KILNROOT", t.TempDir())
	if dir, err := Folder(); err == nil {
		t.Errorf("KILNROOT is wrong, and Kiln is in %s", dir)
	}
}
