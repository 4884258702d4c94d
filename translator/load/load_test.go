package load

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kiln/internal/filetest"
	"kiln/internal/textdiff"
	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

// TestFiles loads the programs of testdata. The output is the graphs of the main package's functions, or the
// problems. Arguments: "globals" lists the package variables too, "names" only the functions.
func TestFiles(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		p, err := Program("package main\n\n" + c.Input)
		if err != nil {
			return err.Error()
		}
		fixpoint(t, p)
		var sb strings.Builder
		if c.Arg("globals") {
			for _, g := range p.Globals {
				fmt.Fprintf(&sb, "%s %s constant=%v escapes=%v\n", g.Name, flow.TypeString(g.Type), g.Constant, g.Escapes)
			}
		}
		for _, f := range p.Funcs {
			switch {
			case strings.HasPrefix(f.Name, RTPath):
			case c.Arg("names"):
				fmt.Fprintf(&sb, "%s%s\n", f.Name, describe(f))
			case f.Graph != nil && strings.Contains(f.Name, "main."):
				sb.WriteString(withoutPositions(f.Graph.String()))
			}
		}
		return sb.String()
	})
}

func describe(f *flow.Func) string {
	s := ""
	if f.Host {
		s += " host " + f.HostPkg + " " + f.HostName
	}
	if f.Intrinsic != "" {
		s += " intrinsic " + f.Intrinsic
	}
	if f.Hints != (flow.Hints{}) {
		s += fmt.Sprintf(" %+v", f.Hints)
	}
	return s
}

// withoutPositions drops "  ; main.go:12" from the lines of a graph's text.
func withoutPositions(text string) string {
	var sb strings.Builder
	for line := range strings.Lines(text) {
		if i := strings.LastIndex(line, "  ; main.go:"); i >= 0 {
			line = line[:i] + "\n"
		}
		sb.WriteString(line)
	}
	return sb.String()
}

// fixpoint holds the text form against every graph of a program: parsing what was printed gives the same text.
func fixpoint(t *testing.T, p *flow.Program) {
	t.Helper()
	env := flow.NewEnv(p)
	graphs := map[*flow.Func]*flow.Graph{}
	for _, f := range p.Funcs {
		graphs[f] = f.Graph
	}
	for _, f := range p.Funcs {
		if f.Graph == nil {
			continue
		}
		for _, b := range f.Graph.Blocks {
			if b.Pos.Line == 0 {
				t.Errorf("%s b%d: no position", f.Name, b.ID)
			}
			for _, o := range b.Ops {
				if o.Pos.Line == 0 {
					t.Errorf("%s b%d: %s has no position", f.Name, b.ID, flow.OpName(o.Code))
				}
			}
		}
		want := f.Graph.String()
		parsed, err := flow.Parse(want, env)
		f.Graph = graphs[f]
		if err != nil {
			t.Errorf("%s: %v\n%s", f.Name, err, want)
			continue
		}
		if got := parsed[0].String(); got != want {
			t.Errorf("%s: printed again:\n%s\nwant:\n%s", f.Name, got, want)
		}
		if err := flow.Verify(parsed[0], flow.High); err != nil {
			t.Errorf("%s: after parsing: %v", f.Name, err)
		}
	}
}

// TestFolder loads a language from its folder, twice in sessions of their own: same functions, same graphs.
func TestFolder(t *testing.T) {
	text := func() string {
		r, err := NewSession("../..", "").Load("./langs/toy/bf")
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Err(); err != nil {
			t.Fatal(err)
		}
		if filepath.Base(r.Dir) != "bf" || r.Module != "kiln" || len(r.Program.Drivers) != 1 {
			t.Errorf("folder %s, module %s, %d drivers", r.Dir, r.Module, len(r.Program.Drivers))
		}
		d := r.Program.Drivers[0]
		if d.Portal == nil || d.Portal.Name != "main.run" || d.Hooks[descr.HookLocation] == nil || strings.Join(d.Greens, " ") != "pc prog" {
			t.Errorf("driver %+v", d)
		}
		var sb strings.Builder
		for _, f := range r.Program.Funcs {
			sb.WriteString(f.Name + "\n")
			if f.Graph != nil {
				sb.WriteString(f.Graph.String())
			}
		}
		return sb.String()
	}
	first := text()
	if !strings.Contains(first, "; langs/toy/bf/run.go:") {
		t.Error("positions are not relative to the module")
	}
	if second := text(); second != first {
		t.Error("loading twice gives different programs:\n" + textdiff.All(first, second))
	}
}

// TestBadFolder: what is wrong with a package is a problem; what is wrong with the environment an error.
func TestBadFolder(t *testing.T) {
	s := NewSession("../..", "")
	for _, c := range []struct{ pattern, want string }{
		{"./gc", "is package gc, not a main package"},
		{"./nosuch", "nosuch"},
		{"kiln/nosuch", "kiln/nosuch"},
		{"./docs", "docs"},
		{"./gc/...", "packages: a language is one main package"},
	} {
		r, err := s.Load(c.pattern)
		if err == nil {
			err = r.Err()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Load(%q) = %v, want an error with %q", c.pattern, err, c.want)
		}
	}
}

// TestModule loads a language in a module of its own that requires kiln.
func TestModule(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.org/lang\n\ngo 1.26.0\n\nrequire kiln v0.0.0\n\nreplace kiln => "+root+"\n")
	write("main.go", "package main\n\nimport (\n\t\"example.org/lang/text\"\n\t\"example.org/lang/parts\"\n)\n\nfunc main() { parts.Run(text.Upper(\"x\")) }\n")
	write("text/text.go", "// Package text is compiled Go.\n//\n//kiln:host\npackage text\n\nimport \"strings\"\n\n//kiln:borrow\nfunc Upper(s string) string { return strings.ToUpper(s) }\n")
	write("parts/parts.go", "package parts\n\nfunc Run(s string) int { return len(s) }\n")
	r, err := NewSession(dir, "").Load(".")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Program.Funcs {
		if !strings.HasPrefix(f.Name, RTPath) {
			got = append(got, f.Name+describe(f))
		}
		if f.Host && !f.Borrow {
			t.Errorf("%s: directive of a host function is not seen", f.Name)
		}
	}
	want := "main.main, example.org/lang/text.Upper host example.org/lang/text Upper, example.org/lang/parts.Run"
	if strings.Join(got, ", ") != want {
		t.Errorf("functions %s, want %s", strings.Join(got, ", "), want)
	}
}

// A switch without default as the whole body of an endless loop made switch recovery run in circles.
func TestEndlessSwitch(t *testing.T) {
	p, err := Program("package main\n\nimport \"kiln/framework/host\"\n\nfunc main() {\n\tn := len(host.Args())\n\tfor {\n" +
		"\t\tswitch n {\n\t\tcase 1:\n\t\t\tn = 3\n\t\tcase 2:\n\t\t\tn = 7\n\t\tcase 4:\n\t\t\treturn\n\t\t}\n\t}\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	switches := 0
	for _, b := range p.Main.Graph.Blocks {
		if b.Term == flow.Switch {
			switches++
		}
	}
	if switches != 1 {
		t.Errorf("%d switches, want 1:\n%s", switches, p.Main.Graph)
	}
}
