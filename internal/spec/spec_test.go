// Package spec holds one test for each rule of the Go specification that the dialect keeps: programs in testdata, one for an
// area, whose functions called rule... show one rule each. Each must behave the same as plain Go, in the flow
// interpreter, translated, also when the collector runs often, and in loops that the JIT compiles (jit_test.go). docs/dialect.md names the rules row by row, and a test holds it to that.
//
// For tests only; it runs the go command.
package spec

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"kiln/gc"
	"kiln/internal/batch"
	"kiln/internal/textdiff"
	"kiln/translator"
	"kiln/translator/flow"
	"kiln/translator/interp"
)

// area is a program of testdata.
type area struct {
	name  string
	rules []string // without the prefix
	files map[string]string
}

// areas reads testdata. Each program gets common.go, and a main function that runs its rules.
func areas(t *testing.T) []*area {
	t.Helper()
	names, err := filepath.Glob("testdata/*.go")
	if err != nil || len(names) == 0 {
		t.Fatal("no programs", err)
	}
	common, err := os.ReadFile("testdata/common.go")
	if err != nil {
		t.Fatal(err)
	}
	var list []*area
	for _, name := range names {
		if filepath.Base(name) == "common.go" {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		a := &area{name: strings.TrimSuffix(filepath.Base(name), ".go")}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		run := "// Runs the rules.\npackage main\n\nfunc main() {\n"
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "rule") {
				rule := strings.TrimPrefix(f.Name.Name, "rule")
				a.rules = append(a.rules, rule)
				run += fmt.Sprintf("\tprintln(%q)\n\t%s()\n", "== "+rule, f.Name.Name)
			}
		}
		a.files = map[string]string{a.name + ".go": string(text), "common.go": string(common), "run.go": run + "}\n"}
		list = append(list, a)
	}
	return list
}

// split takes what a program prints apart by rules.
func split(out string) map[string]string {
	parts := map[string]string{}
	for _, part := range strings.Split("\n"+out, "\n== ")[1:] {
		rule, text, _ := strings.Cut(part, "\n")
		parts[rule] = text
	}
	return parts
}

// compare reports the rules of an area that came out differently.
func compare(t *testing.T, a *area, how, want, got string) {
	t.Helper()
	w, g := split(want), split(got)
	for _, rule := range a.rules {
		if w[rule] == "" {
			t.Errorf("%s/%s: plain Go prints nothing", a.name, rule)
		}
		if diff := textdiff.First(w[rule], g[rule]); diff != "" {
			t.Errorf("%s/%s, %s: %s", a.name, rule, how, diff)
		}
	}
}

// left is an optimisation that the area with a number is also translated without, "" for none: each is left out of one area, and all of them
// together of one.
func left(i int) string {
	names := append(translator.Optimisations(), translator.Everything)
	if i%2 == 0 && i/2 < len(names) {
		return names[i/2]
	}
	return ""
}

// TestRules runs every program as plain Go, in the flow interpreter, translated, and translated without an optimisation.
func TestRules(t *testing.T) {
	list := areas(t)
	if n := len(translator.Optimisations()); len(list) <= 2*n {
		t.Errorf("%d areas are too few to leave %d optimisations out", len(list), n+1)
	}
	programs := collect(t)
	graphs := map[string]*flow.Program{}
	for i, a := range list {
		plain := map[string][]byte{}
		for name, text := range a.files {
			plain[name] = []byte(text)
		}
		programs.add("plain_"+a.name, plain)
		lowered, err := translator.Translate(translator.Options{Files: a.files, NoJit: true}, "lower")
		if err != nil {
			t.Errorf("%s: %v", a.name, err)
			continue
		}
		graphs[a.name] = lowered.Program
		// In one package each, but for the area of several packages: that builds twice as fast.
		tr, err := translator.Translate(translator.Options{Files: a.files, NoJit: true, OnePackage: a.name != "initialization"}, "")
		if err != nil {
			t.Fatalf("%s: %v", a.name, err)
		}
		programs.add("translated_"+a.name, tr.Files)
		if left(i) == "" {
			continue
		}
		if tr, err = translator.Translate(translator.Options{Files: a.files, NoJit: true, OnePackage: true, Without: left(i)}, ""); err != nil {
			t.Fatalf("%s without %s: %v", a.name, left(i), err)
		}
		programs.add("without_"+a.name, tr.Files)
	}
	bin := programs.build()
	var wg sync.WaitGroup
	for i, a := range list {
		if graphs[a.name] == nil {
			continue
		}
		wg.Go(func() {
			want := run(bin, "plain_"+a.name)
			want = strings.ReplaceAll(want, batch.Package+".", "main.")
			compare(t, a, "translated", want, run(bin, "translated_"+a.name))
			compare(t, a, "translated, collecting often", want, run(bin, "translated_"+a.name, "KILN_GC=stress=37,verify=on"))
			if left(i) != "" {
				compare(t, a, "translated without "+left(i), want, run(bin, "without_"+a.name))
				compare(t, a, "translated without "+left(i)+", collecting often", want, run(bin, "without_"+a.name, "KILN_GC=stress=37,verify=on"))
			}
			for _, cfg := range []gc.Config{{}, {Stress: 37, Verify: true}} {
				compare(t, a, fmt.Sprintf("interpreted, gc %+v", cfg), want, interpret(graphs[a.name], cfg))
			}
		})
	}
	wg.Wait()
}

// collection is programs on their way into one binary.
type collection struct {
	t    *testing.T
	tmp  string
	list []batch.Program
}

func collect(t *testing.T) *collection { return &collection{t: t, tmp: t.TempDir()} }

func (c *collection) add(name string, files map[string][]byte) {
	c.t.Helper()
	p := batch.Program{Name: name, Dir: filepath.Join(c.tmp, name)}
	if _, err := batch.Write(p.Dir, p.Name, files); err != nil {
		c.t.Fatal(err)
	}
	c.list = append(c.list, p)
}

// build makes the binary, all of whose programs have to compile.
func (c *collection) build() (bin string) {
	c.t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		c.t.Fatal(err)
	}
	bin = filepath.Join(c.tmp, "programs.bin")
	if broken, err := batch.Build(root, c.tmp, bin, c.list); err != nil || len(broken) > 0 {
		c.t.Fatal(err, broken)
	}
	return bin
}

// run is what a program of the batch prints, to either stream.
func run(bin, program string, env ...string) string {
	cmd := batch.Command(bin, program)
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out) + "\n" + err.Error()
	}
	return string(out)
}

func interpret(p *flow.Program, cfg gc.Config) string {
	var out bytes.Buffer
	_, err := interp.New(p, interp.Options{GC: cfg, Stdout: &out, Stderr: &out, MaxSteps: 200e6}).RunMain()
	if err != nil {
		fmt.Fprintf(&out, "\n%v", err)
	}
	return out.String()
}
