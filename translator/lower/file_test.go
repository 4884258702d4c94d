package lower_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/internal/filetest"
	"kiln/internal/textdiff"
	"kiln/jitgen/descr"
	"kiln/translator/flow"
	"kiln/translator/load"
	"kiln/translator/lower"
)

// The commands of file tests. Input is Go source; "package main" and an empty main may be left out.
//
//	test graph    low-level graphs of the input's functions, main and init apart
//	test effects  effects of calls of the same functions
//	test types    object layouts of the types named in the input
//	test errors   what lowering refuses
func TestFiles(t *testing.T) {
	filetest.Run(t, "testdata/flow/*.txtar", func(t *testing.T, c *filetest.Case) string {
		src := c.Input
		if !strings.Contains(src, "package main") {
			src = "package main\n" + src
		}
		if !strings.Contains(src, "func main()") {
			src += "\n" + mainUsing(src)
		}
		if c.Command == "errors" {
			return refusals(t, src)
		}
		p := lowerSource(t, map[string]string{"main.go": src})
		switch c.Command {
		case "graph":
			return graphs(p)
		case "effects":
			return effects(p)
		case "types":
			return types(p, src)
		}
		t.Fatalf("unknown test command %q", c.Command)
		return ""
	})
}

func refusals(t *testing.T, src string) string {
	r, err := load.Source(map[string]string{"main.go": src})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Err(); err != nil {
		return "load: " + err.Error()
	}
	if err := lower.Program(r.Program); err != nil {
		return err.Error()
	}
	return "no error"
}

var topLevel = regexp.MustCompile(`(?m)^func (\w+)\(`)

// mainUsing makes a main that needs all functions of the source.
func mainUsing(src string) string {
	var sb strings.Builder
	sb.WriteString("func keep[T any](T) {}\nfunc main() {\n")
	for _, m := range topLevel.FindAllStringSubmatch(src, -1) {
		fmt.Fprintf(&sb, "\tkeep(%s)\n", m[1])
	}
	return sb.String() + "}\n"
}

func own(f *flow.Func) bool {
	if strings.Contains(f.Name, "main.keep") || strings.HasSuffix(f.Name, " as value") {
		return false
	}
	return strings.Contains(f.Name, "main.") && f.Name != "main.main" && !strings.HasPrefix(f.Name, "main.init") && f.Graph != nil
}

var position = regexp.MustCompile(`  ; (main\.go|\S*/rt/\S+\.go):\d+`)

// function indices change with every helper of rt.
var function = regexp.MustCompile(`(setfield r\d+), \d+ : func\.fn`)

func graphs(p *flow.Program) string {
	var sb strings.Builder
	for _, f := range p.Funcs {
		if own(f) {
			text := position.ReplaceAllString(f.Graph.String(), "")
			sb.WriteString(function.ReplaceAllString(text, "$1, FUNC : func.fn"))
		}
	}
	return sb.String()
}

func effects(p *flow.Program) string {
	var sb strings.Builder
	show := func(name string, e descr.Effects) {
		fmt.Fprintf(&sb, "%s:", name)
		for _, x := range []struct {
			on   bool
			name string
		}{{e.Elidable, "elidable"}, {e.Collects, "collects"}, {e.Panics, "panics"}, {e.Arbitrary, "arbitrary"}, {e.EntersJit, "enters-jit"}} {
			if x.on {
				sb.WriteString(" " + x.name)
			}
		}
		locs := func(what string, ls []descr.Loc) {
			for i, l := range ls {
				if i == 0 {
					sb.WriteString("\n  " + what)
				}
				sb.WriteString(" " + p.Table.Locs[l].String())
			}
		}
		locs("reads", e.Reads)
		locs("writes", e.Writes)
		sb.WriteString("\n")
	}
	for _, f := range p.Funcs {
		if own(f) || f.Host && f.Name != "" {
			show(f.Name, f.Call.Effects)
		}
	}
	for _, c := range p.Table.Calls {
		if c.Func < 0 {
			show(c.Name, c.Effects)
		}
	}
	return sb.String()
}

// types shows the layouts of objects that belong to the input.
func types(p *flow.Program, src string) string {
	var sb strings.Builder
	for _, typ := range p.Table.Types[1:] {
		if !strings.Contains(typ.Name, "main") {
			continue
		}
		fmt.Fprintf(&sb, "%s: size %d refs %v", typ.Name, typ.Size, typ.Refs)
		if typ.IsArray() {
			fmt.Fprintf(&sb, " length at %d items of %d refs %v", typ.LenOffset, typ.ItemSize, typ.ItemRefs)
		}
		if typ.Base != 0 {
			fmt.Fprintf(&sb, " base %s", p.Table.Types[typ.Base].Name)
		}
		sb.WriteString("\n")
		for _, loc := range p.Table.Locs {
			if owner(loc) == typ {
				fmt.Fprintf(&sb, "  %s%s\n", loc, access(loc))
			}
		}
	}
	return sb.String()
}

func owner(loc descr.Location) *layout.Type {
	switch l := loc.(type) {
	case *descr.Field:
		return l.Owner
	case *descr.Array:
		return l.Type
	case *descr.Interior:
		return l.Array.Type
	}
	return nil
}

func access(loc descr.Location) string {
	a := loc.Acc()
	s := fmt.Sprintf(" %s%d", a.Kind, a.Width)
	switch l := loc.(type) {
	case *descr.Field:
		s += fmt.Sprintf(" at %d", l.Offset)
	case *descr.Interior:
		s += fmt.Sprintf(" at %d", l.Offset)
	}
	if a.Signed {
		s += " signed"
	}
	if a.Immutable {
		s += " immutable"
	}
	return s
}

// TestDeterministic: lowering twice gives the same graphs and tables.
func TestDeterministic(t *testing.T) {
	text := func() string {
		p := lowerDir(t, diffDir+"/ifaces")
		var sb strings.Builder
		for _, f := range p.Funcs {
			fmt.Fprintln(&sb, f.Index, f.Name, f.Call.Effects)
			if f.Graph != nil {
				sb.WriteString(f.Graph.String())
			}
		}
		for _, typ := range p.Table.Types {
			fmt.Fprintln(&sb, typ)
		}
		for _, d := range p.Table.Dispatches {
			fmt.Fprintln(&sb, d.Name, d.Table)
		}
		for _, pb := range p.Table.Prebuilt {
			fmt.Fprintln(&sb, pb.Type, pb.String, pb.Length, len(pb.Words), pb.Name)
		}
		return sb.String()
	}
	if diff := textdiff.First(text(), text()); diff != "" {
		t.Error(diff)
	}
}
