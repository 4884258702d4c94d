package main

import (
	"bytes"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"kiln/translator"
)

// small writes an interpreter with two domain packages.
func small(t *testing.T, seed int64) (dir string, files map[string]string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	files = generate(3000, seed, root)
	dir = t.TempDir()
	if err := write(dir, files); err != nil {
		t.Fatal(err)
	}
	return dir, files
}

// The program, which uses every instruction and every builtin, prints the same in both worlds, with the JIT off and on.
func TestSameOutput(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles two programs")
	}
	dir, _ := small(t, 7)
	plain, vm := filepath.Join(t.TempDir(), "plain"), filepath.Join(t.TempDir(), "vm")
	build := exec.Command("go", "build", "-o", plain, ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := translator.Build(translator.Options{Dir: dir, Package: ".", Output: vm, CacheDir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	var want []byte
	for _, args := range [][]string{{plain}, {vm, "--jit", "off"}, {vm, "--jit", "threshold=2,bridge=2"}, {vm, "--jit", "threshold=2", "--gc", "nursery=64K,verify=on"}} {
		cmd := exec.Command(args[0], append(args[1:], "demo.big", "40")...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		if want == nil {
			want = out
			if bytes.Count(out, []byte("\n")) < 5 || bytes.Contains(out, []byte("no instruction")) {
				t.Fatalf("plain Go printed\n%s", out)
			}
		} else if !bytes.Equal(out, want) {
			t.Errorf("%v printed\n%s\nwant\n%s", args, out, want)
		}
	}
}

// An edit changes the generated packages that it is about and no others, which Go's build cache then has.
func TestEditsStayInTheirPackages(t *testing.T) {
	if testing.Short() {
		t.Skip("translates a large program several times")
	}
	dir, files := small(t, 7)
	translate := func() map[string][]byte {
		t.Helper()
		tr, err := translator.Translate(translator.Options{Dir: dir, Package: "."}, "")
		if err != nil {
			t.Fatal(err)
		}
		return tr.Files
	}
	before := translate()
	for _, c := range []struct{ name, file, from, to, want string }{
		{"a comment", "kernel/values.go", "// Int is an integer.", "// Int is a whole number.", ""},
		{"a string", "machine/code.go", "no builtin is called", "there is no builtin", ""}, // data
		{"the dispatch loop", "machine/run.go", "& 0xffffff", "& 0x7fffff", "p_machine"},
	} {
		text := strings.Replace(files[c.file], c.from, c.to, 1)
		if text == files[c.file] {
			t.Fatalf("%s: nothing to edit", c.name)
		}
		if err := os.WriteFile(filepath.Join(dir, c.file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		changed := map[string]bool{}
		for name, text := range translate() {
			if strings.HasSuffix(name, ".go") && !bytes.Equal(text, before[name]) {
				changed[path.Dir(name)] = true
			}
		}
		if len(changed) != len(strings.Fields(c.want)) || c.want != "" && !changed[c.want] {
			t.Errorf("an edit in %s changed the packages %v, want %q", c.name, changed, c.want)
		}
		if err := os.WriteFile(filepath.Join(dir, c.file), []byte(files[c.file]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// The same seed makes the same bytes.
func TestGeneratorIsDeterministic(t *testing.T) {
	a, b := generate(3000, 5, "/kiln"), generate(3000, 5, "/kiln")
	if len(a) != len(b) {
		t.Fatalf("%d files, then %d", len(a), len(b))
	}
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s differs", name)
		}
	}
}
