package gcxform

import (
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/internal/filetest"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// TestFiles runs the graphs of testdata through the pass. Commands: "test barriers" prints the graphs with barriers, "test
// roots" only the roots of each operation that may collect. main.quiet does not collect, other functions do.
func TestFiles(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		env := environment()
		graphs, err := flow.Parse(c.Input, env)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, g := range graphs {
			for _, b := range g.Blocks {
				for _, o := range b.Ops {
					if o.Code == flow.Call {
						f := o.Aux.(*flow.Func)
						o.Descr = &descr.Call{Name: f.Name, Args: []op.Kind{op.Int}, Effects: descr.Effects{Collects: f.Name != "main.quiet"}}
					}
				}
			}
			Barriers(g)
			Graph(g)
			if err := flow.Verify(g, flow.Low); err != nil {
				t.Error(err)
			}
			if c.Command == "barriers" {
				out.WriteString(strings.TrimPrefix(g.String(), "low "))
				continue
			}
			for _, b := range g.Blocks {
				for _, o := range b.Ops {
					if Collects(o) {
						out.WriteString(flow.OpName(o.Code) + ":")
						for _, r := range o.Roots {
							out.WriteString(" " + r.String())
						}
						out.WriteString("\n")
					}
				}
			}
		}
		return out.String()
	})
}

// environment has main.T {a, b ref; n int}, []ref, and []Pair of {x, y ref}.
func environment() *flow.Env {
	typ := &layout.Type{ID: 2, Name: "main.T", Size: 32, Refs: []int{8, 16}}
	refs := &layout.Type{ID: 3, Name: "[]ref", Size: 16, LenOffset: 8, ItemSize: 8, ItemRefs: []int{0}}
	ref := descr.Access{Kind: op.Ref, Width: 8}
	array := &descr.Array{Loc: 3, Access: ref, Type: refs}
	env := flow.NewEnv(nil)
	env.Table = &descr.Program{
		Types: []*layout.Type{nil, nil, typ, refs},
		Locs: []descr.Location{
			&descr.Field{Loc: 0, Access: ref, Owner: typ, Name: "a", Offset: 8},
			&descr.Field{Loc: 1, Access: ref, Owner: typ, Name: "b", Offset: 16},
			&descr.Field{Loc: 2, Access: descr.Access{Kind: op.Int, Width: 8}, Owner: typ, Name: "n", Offset: 24},
			array,
		},
		Sizes:    []*descr.Size{nil, nil, {Type: typ}},
		Prebuilt: []*descr.Prebuilt{{Index: 0, Name: "hello", Type: layout.StringType, String: "hello"}},
	}
	return env
}
