package inline

import (
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/internal/filetest"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// program is the graphs of a text as a program over main.T {code string (immutable); n int}, strings, and the interfaces Shape and Reader; the
// first graph is main.
func program(t *testing.T, text string) *flow.Program {
	t.Helper()
	str := &layout.Type{ID: 1, Name: "string", Size: layout.StringBaseOffset, ItemSize: 1, LenOffset: layout.StringLenOffset}
	typ := &layout.Type{ID: 2, Name: "main.T", Size: 24, Refs: []int{8}}
	env := flow.NewEnv(nil)
	env.Table = &descr.Program{
		Types: []*layout.Type{nil, str, typ},
		Locs: []descr.Location{
			&descr.Field{Loc: 0, Access: descr.Access{Kind: op.Ref, Width: 8, Immutable: true}, Owner: typ, Name: "code", Offset: 8},
			&descr.Field{Loc: 1, Access: descr.Access{Kind: op.Int, Width: 8}, Owner: typ, Name: "n", Offset: 16},
			&descr.Array{Loc: 2, Access: descr.Access{Kind: op.Int, Width: 1, Immutable: true}, Type: str},
		},
		Sizes:    []*descr.Size{nil, nil, {Type: typ}},
		TypeSets: []*descr.TypeSet{{Name: "Shape", Has: []bool{false, false, true}}, {Index: 1, Name: "Reader", Has: []bool{false, true, false}}},
		Prebuilt: []*descr.Prebuilt{{Index: 0, Name: "hello", Type: layout.StringType, String: "hello"}},
	}
	driver := &flow.Driver{Name: "driver"}
	env.Drivers["driver"] = driver
	graphs, err := flow.Parse(text, env)
	if err != nil {
		t.Fatal(err)
	}
	p := &flow.Program{Table: env.Table}
	for _, g := range graphs {
		f := g.Func
		f.Index, f.Graph = len(p.Funcs), g
		f.Call = &descr.Call{Name: f.Name, Func: f.Index, Results: g.Results, Effects: descr.Effects{Collects: true}}
		for _, v := range g.Entry().Params {
			f.Call.Args = append(f.Call.Args, v.Kind)
		}
		p.Funcs = append(p.Funcs, f)
		for _, b := range g.Blocks {
			for _, o := range b.Ops {
				if o.Code == flow.MergePoint {
					driver.Portal = f
					p.Drivers = []*flow.Driver{driver}
				}
			}
		}
	}
	for _, f := range p.Funcs {
		for _, b := range f.Graph.Blocks {
			for _, o := range b.Ops {
				if o.Code == flow.Call {
					o.Descr = o.Aux.(*flow.Func).Call
				}
				if o.Code == flow.CallIndirect { // of the second function's kind
					o.Descr = &descr.Call{Func: -1, Args: p.Funcs[1].Call.Args, Results: p.Funcs[1].Call.Results}
				}
			}
		}
		if err := flow.Verify(f.Graph, flow.Low); err != nil {
			t.Fatal(err)
		}
	}
	p.Main = p.Funcs[0]
	return p
}

// The output is the first function after all of Prepare.
func TestPrepare(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		p := program(t, c.Input)
		Prepare(p, c.Arg("-nojit"), nil)
		for _, f := range p.Funcs {
			if err := flow.Verify(f.Graph, flow.Low); err != nil {
				t.Fatalf("%v\n%s", err, f.Graph)
			}
		}
		g := p.Funcs[0].Graph
		flow.Renumber(g)
		return strings.TrimPrefix(g.String(), "low ")
	})
}
