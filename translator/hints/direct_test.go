package hints

import (
	"go/types"
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/internal/filetest"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// TestFiles makes direct calls in the graphs of testdata. Functions 0 and 1 are the first two graphs. The method table Area has
// function 0 for all types that have the method, Name has 0 and 1. An indirect call without a lookup is of a function value from int to int;
// -value= numbers the functions that closures hold.
func TestFiles(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		closure := &layout.Type{ID: 2, Name: "func", Size: 16}
		fn := &descr.Field{Loc: 0, Access: descr.Access{Kind: op.Int, Width: 8, Signed: true}, Owner: closure, Name: "fn", Offset: 8}
		env := flow.NewEnv(nil)
		env.Table = &descr.Program{
			Types: []*layout.Type{nil, {ID: 1, Name: "string"}, closure, {ID: 3, Name: "main.T", Size: 16}}, Locs: []descr.Location{fn},
			Dispatches: []*descr.Dispatch{{Name: "Area", Table: []int32{-1, -1, -1, 0}}, {Index: 1, Name: "Name", Table: []int32{0, -1, 1, -1}}},
		}
		for _, a := range c.Args {
			if numbers, ok := strings.CutPrefix(a, "-value="); ok {
				for _, n := range numbers {
					env.Table.Prebuilt = append(env.Table.Prebuilt, &descr.Prebuilt{Type: 2, Words: []descr.Word{{Field: fn, Bits: uint64(n - '0')}}})
				}
			}
		}
		graphs, err := flow.Parse(c.Input, env)
		if err != nil {
			t.Fatal(err)
		}
		p := &flow.Program{Table: env.Table}
		kinds := func(vs []*flow.Value) (out []op.Kind) {
			for _, v := range vs {
				out = append(out, v.Kind)
			}
			return out
		}
		for _, g := range graphs {
			g.Func.Index, g.Func.Graph = len(p.Funcs), g
			g.Func.Call = &descr.Call{Name: g.Func.Name, Args: kinds(g.Entry().Params), Results: g.Results}
			p.Funcs = append(p.Funcs, g.Func)
		}
		signature := types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewVar(0, nil, "", types.Typ[types.Int])), nil, false)
		for _, g := range graphs {
			lookups := methodLookups(g)
			for _, b := range g.Blocks {
				for _, o := range b.Ops {
					if o.Code == flow.CallIndirect {
						o.Descr = &descr.Call{Func: -1, Args: kinds(o.Args[1:]), Results: kinds(o.Results)}
						if lookups[o.Args[0]] == nil {
							o.Aux = signature
						}
					}
				}
			}
		}
		DirectCalls(p)
		var out strings.Builder
		for _, g := range graphs[2:] {
			if err := flow.Verify(g, flow.Low); err != nil {
				t.Error(err)
			}
			out.WriteString(strings.TrimPrefix(g.String(), "low "))
		}
		return out.String()
	})
}
