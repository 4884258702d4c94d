package lower_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kiln/gc"
	"kiln/internal/textdiff"
	"kiln/translator/flow"
	"kiln/translator/interp"
	"kiln/translator/load"
	"kiln/translator/lower"
)

const diffDir = "testdata/diff"

// panicCases is how many arguments the program "panics" knows.
const panicCases = 61

// TestSameAsGo runs every program of testdata/diff as ordinary Go and as lowered graphs on the Kiln heap: the output must
// be the same, whether the collector runs rarely or at every allocation.
func TestSameAsGo(t *testing.T) {
	programs, err := filepath.Glob(diffDir + "/*")
	if err != nil || len(programs) == 0 {
		t.Fatal("no programs", err)
	}
	bin := buildAll(t, programs)
	for _, dir := range programs {
		name := filepath.Base(dir)
		t.Run(name, func(t *testing.T) {
			if name == "panics" {
				comparePanics(t, dir, bin)
				return
			}
			want, err := exec.Command(bin, name).Output()
			if err != nil {
				t.Fatal(err)
			}
			want = bytes.ReplaceAll(want, []byte(name+"."), []byte("main.")) // as packages of one binary they have names of their own
			p := lowerDir(t, dir)
			for _, cfg := range []gc.Config{{}, {Stress: 37, Verify: true}} {
				got, err := interpret(p, cfg)
				if err != nil {
					t.Errorf("%v", err)
				}
				if diff := textdiff.First(string(want), got); diff != "" {
					t.Errorf("gc %+v: %s", cfg, diff)
				}
			}
		})
	}
}

// buildAll compiles all programs into one binary, which linking makes much quicker than sixteen: as packages of an
// overlay, under a main that runs the one its first argument names.
func buildAll(t *testing.T, programs []string) string {
	dir := t.TempDir()
	root, err := filepath.Abs("testdata/all")
	if err != nil {
		t.Fatal(err)
	}
	overlay := map[string]map[string]string{"Replace": {}}
	add := func(path, text string) {
		name := filepath.Join(dir, fmt.Sprintf("f%d.go", len(overlay["Replace"])))
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		overlay["Replace"][filepath.Join(root, path)] = name
	}
	imports, cases := "\"os\"\n", ""
	for _, p := range programs {
		name := filepath.Base(p)
		text, err := os.ReadFile(p + "/main.go")
		if err != nil {
			t.Fatal(err)
		}
		src := strings.Replace(string(text), "\npackage main\n", "\npackage "+name+"\n", 1)
		add(name+"/main.go", strings.Replace(src, "\nfunc main() {\n", "\nfunc Main() {\n", 1))
		imports += fmt.Sprintf("%q\n", "kiln/translator/lower/testdata/all/"+name)
		cases += fmt.Sprintf("case %q:\n%s.Main()\n", name, name)
	}
	add("main.go", "package main\nimport (\n"+imports+")\nfunc main() {\nname := os.Args[1]\n"+
		"os.Args = append(os.Args[:1], os.Args[2:]...)\nswitch name {\n"+cases+"}\n}\n")
	list, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, list, 0o666); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "all")
	if out, err := exec.Command("go", "build", "-overlay", file, "-o", bin, "./testdata/all").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

func comparePanics(t *testing.T, dir, bin string) {
	p := lowerDir(t, dir)
	for n := range panicCases {
		arg := fmt.Sprint(n)
		var stderr bytes.Buffer
		cmd := exec.Command(bin, "panics", arg)
		cmd.Stderr = &stderr
		err := cmd.Run()
		if err == nil {
			t.Fatalf("case %d does not panic in Go", n)
		}
		want, _, _ := strings.Cut(strings.TrimPrefix(stderr.String(), "panic: "), "\n")
		_, err = interpret(p, gc.Config{}, arg)
		var pe *interp.PanicError
		if !errors.As(err, &pe) {
			t.Errorf("case %d: no panic, Go's is %q", n, want)
			continue
		}
		got := fmt.Sprint(pe.Value)
		want = strings.ReplaceAll(want, "panics.", "main.")
		if i := strings.Index(want, ") 0x"); i >= 0 { // an address
			got, want = got[:min(len(got), i+4)], want[:i+4]
		}
		if got != want {
			t.Errorf("case %d: panic %q, Go's is %q", n, got, want)
		}
	}
}

// lowerDir loads and lowers a program; every graph must verify.
func lowerDir(t *testing.T, dir string) *flow.Program {
	t.Helper()
	files := map[string]string{}
	names, _ := filepath.Glob(dir + "/*.go")
	for _, n := range names {
		text, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(n)] = string(text)
	}
	return lowerSource(t, files)
}

func lowerSource(t *testing.T, files map[string]string) *flow.Program {
	t.Helper()
	r, err := load.Source(files)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	if err := lower.Program(r.Program); err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Program.Funcs {
		if f.Graph == nil {
			continue
		}
		if err := flow.Verify(f.Graph, flow.Low); err != nil {
			t.Error(err)
		}
	}
	return r.Program
}

// interpret runs a lowered program and returns what it prints.
func interpret(p *flow.Program, cfg gc.Config, args ...string) (string, error) {
	var out bytes.Buffer
	m := interp.New(p, interp.Options{GC: cfg, Stdout: &out, Stderr: &out, Args: args, MaxSteps: 200e6})
	_, err := m.RunMain()
	return out.String(), err
}
