package portal

import (
	"fmt"
	"strings"
	"testing"

	"kiln/internal/filetest"
	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

// program is the graphs of a text as a program with the drivers "driver" and "other".
func program(t *testing.T, text string) *flow.Program {
	t.Helper()
	env := flow.NewEnv(nil)
	env.Table = &descr.Program{}
	p := &flow.Program{Table: env.Table}
	for _, name := range []string{"driver", "other"} {
		d := &flow.Driver{Name: name, Pos: descr.Pos{File: "vm.go", Line: 1}}
		env.Drivers[name] = d
		if strings.Contains(text, ": "+name) {
			p.Drivers = append(p.Drivers, d)
		}
	}
	graphs, err := flow.Parse(text, env)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range graphs {
		g.Func.Index, g.Func.Graph = len(p.Funcs), g
		p.Funcs = append(p.Funcs, g.Func)
	}
	return p
}

func TestPortals(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		p := program(t, c.Input)
		if err := Program(p); err != nil {
			return err.Error() + "\n"
		}
		var out strings.Builder
		for _, d := range p.Table.Drivers {
			fmt.Fprintf(&out, "driver %s in %s: greens %s; reds %s\n", d.Name, p.Funcs[d.Portal].Name, vars(d.Greens), vars(d.Reds))
		}
		for _, f := range p.Funcs {
			if err := flow.Verify(f.Graph, flow.Low); err != nil {
				t.Fatalf("%v\n%s", err, f.Graph)
			}
			flow.Renumber(f.Graph)
			out.WriteString(f.Graph.String())
		}
		return out.String()
	})
}

func vars(vs []descr.Var) string {
	var names []string
	for _, v := range vs {
		names = append(names, v.Name+":"+v.Kind.Letter())
	}
	return strings.Join(names, " ")
}
