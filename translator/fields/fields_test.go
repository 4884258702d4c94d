package fields_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kiln/gc"
	"kiln/gc/layout"
	"kiln/internal/filetest"
	"kiln/jitgen/descr"
	"kiln/translator/fields"
	"kiln/translator/flow"
	"kiln/translator/interp"
	"kiln/translator/load"
	"kiln/translator/lower"
)

// TestFiles removes fields from the programs of testdata: Go source, "package main" left out. The output has the fields of the program itself that went,
// the layouts of its types that have changed, and, for functions whose names begin with "show", the graphs. What the program prints must not change, with
// collections at every allocation.
func TestFiles(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		source := map[string]string{"main.go": "package main\n" + c.Input}
		want := run(t, lowered(t, source))
		p := lowered(t, source)
		before := own(p)
		sizes := map[layout.TypeID]string{}
		for _, typ := range p.Table.Types[1:] {
			sizes[typ.ID] = describe(p, typ)
		}
		fields.Remove(p)
		for _, f := range p.Funcs {
			if f.Graph != nil {
				if err := flow.Verify(f.Graph, flow.Low); err != nil {
					t.Error(err)
				}
			}
		}
		var out strings.Builder
		for _, name := range before {
			if !slices.Contains(own(p), name) {
				fmt.Fprintf(&out, "nobody reads %s\n", name)
			}
		}
		for _, typ := range p.Table.Types[1:] {
			if is := describe(p, typ); is != sizes[typ.ID] && strings.Contains(typ.Name, "main") {
				fmt.Fprintf(&out, "%s\n", is)
			}
		}
		for _, f := range p.Funcs {
			if strings.HasPrefix(f.Name, "main.show") {
				out.WriteString(position.ReplaceAllString(f.Graph.String(), ""))
			}
		}
		if got := run(t, p); got != want {
			t.Errorf("prints\n%s\nbefore:\n%s", got, want)
		}
		return out.String()
	})
}

var position = regexp.MustCompile(`  ; \S+:\d+`)

func lowered(t *testing.T, source map[string]string) *flow.Program {
	t.Helper()
	r, err := load.Source(source)
	if err == nil {
		err = r.Err()
	}
	if err == nil {
		err = lower.Program(r.Program)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r.Program
}

// own lists the locations of the program itself.
func own(p *flow.Program) (names []string) {
	for _, l := range p.Table.Locs {
		if name := l.String(); strings.Contains(name, "main") {
			names = append(names, name)
		}
	}
	return names
}

// describe is a type with what is where.
func describe(p *flow.Program, typ *layout.Type) string {
	var parts []string
	for _, l := range p.Table.Locs {
		switch l := l.(type) {
		case *descr.Field:
			if l.Owner == typ {
				parts = append(parts, fmt.Sprintf("%s %d", l.Name, l.Offset))
			}
		case *descr.Interior:
			if l.Array.Type == typ && l.Array.Of == nil {
				parts = append(parts, fmt.Sprintf("%s +%d", l.Name, l.Offset))
			}
		}
	}
	size, refs := typ.Size, typ.Refs
	if typ.IsArray() {
		size, refs = typ.ItemSize, typ.ItemRefs
	}
	return fmt.Sprintf("%s: %d bytes, references %v: %s", typ.Name, size, refs, strings.Join(parts, ", "))
}

func run(t *testing.T, p *flow.Program) string {
	t.Helper()
	var out bytes.Buffer
	m := interp.New(p, interp.Options{GC: gc.Config{Stress: 1, Verify: true}, Stdout: &out, Stderr: &out, MaxSteps: 1e7})
	if _, err := m.RunMain(); err != nil {
		fmt.Fprintln(&out, err)
	}
	return out.String()
}
