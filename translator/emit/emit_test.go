package emit

import (
	"bytes"
	"go/format"
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/internal/filetest"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
	"kiln/translator/gcxform"
)

// testProgram is a program of the given graphs over a few types:
//
//	main.T struct { x int; next *T; b uint8; f float32; s int16 }
//	[]uint8, []*main.T, []int32, []main.P (P struct { a int; r *T }), string
func testProgram(t *testing.T, text string) *flow.Program {
	t.Helper()
	types := []*layout.Type{nil,
		{ID: 1, Name: "string", Size: layout.StringBaseOffset, ItemSize: 1, LenOffset: layout.StringLenOffset},
		{ID: 2, Name: "main.T", Size: 40, Refs: []int{16}},
		{ID: 3, Name: "[]uint8", Size: 24, ItemSize: 1, LenOffset: 16},
		{ID: 4, Name: "[]*main.T", Size: 16, ItemSize: 8, LenOffset: 8, ItemRefs: []int{0}},
		{ID: 5, Name: "[]int32", Size: 16, ItemSize: 4, LenOffset: 8},
		{ID: 6, Name: "[]main.P", Size: 16, ItemSize: 16, LenOffset: 8, ItemRefs: []int{8}},
	}
	number := func(k op.Kind, width int, signed bool) descr.Access {
		return descr.Access{Kind: k, Width: width, Signed: signed}
	}
	arrayP := &descr.Array{Loc: 9, Type: types[6]}
	table := &descr.Program{
		Types: types,
		Locs: []descr.Location{
			&descr.Field{Loc: 0, Access: number(op.Int, 8, true), Owner: types[2], Name: "x", Offset: 8},
			&descr.Field{Loc: 1, Access: number(op.Ref, 8, false), Owner: types[2], Name: "next", Offset: 16},
			&descr.Field{Loc: 2, Access: number(op.Int, 1, false), Owner: types[2], Name: "b", Offset: 24},
			&descr.Field{Loc: 3, Access: number(op.Float, 4, false), Owner: types[2], Name: "f", Offset: 28},
			&descr.Field{Loc: 4, Access: number(op.Int, 2, true), Owner: types[2], Name: "s", Offset: 32},
			&descr.Array{Loc: 5, Access: number(op.Int, 1, false), Type: types[3]},
			&descr.Array{Loc: 6, Access: number(op.Ref, 8, false), Type: types[4]},
			&descr.Array{Loc: 7, Access: number(op.Int, 4, true), Type: types[5]},
			&descr.Array{Loc: 8, Access: number(op.Int, 1, false), Type: types[1]},
			arrayP,
			&descr.Interior{Loc: 10, Access: number(op.Int, 8, true), Array: arrayP, Name: "a"},
			&descr.Interior{Loc: 11, Access: number(op.Ref, 8, false), Array: arrayP, Name: "r", Offset: 8},
		},
		Sizes:      []*descr.Size{nil, nil, {Type: types[2]}, nil, nil, nil, nil},
		Dispatches: []*descr.Dispatch{{Name: "Area", Table: []int32{-1, -1, 0, -1, -1, -1, -1}}},
		TypeSets:   []*descr.TypeSet{{Name: "Shape", Has: []bool{false, false, true, false, false, false, false}}},
		Prebuilt:   []*descr.Prebuilt{{Index: 0, Name: "hi", Type: layout.StringType, String: "hi"}},
	}
	for _, l := range table.Locs {
		if a, ok := l.(*descr.Array); ok {
			table.Arrays = append(table.Arrays, a)
		}
	}
	env := flow.NewEnv(nil)
	env.Table = table
	driver := &flow.Driver{Name: "driver", Desc: &descr.Driver{Greens: []descr.Var{{Name: "pc", Kind: op.Int}}}}
	env.Drivers["driver"] = driver
	graphs, err := flow.Parse(text, env)
	if err != nil {
		t.Fatal(err)
	}
	p := &flow.Program{Name: "test", Table: table}
	for _, g := range graphs {
		f := g.Func
		f.Index, f.Graph = len(p.Funcs), g
		p.Funcs = append(p.Funcs, f)
		d := &descr.Func{Index: f.Index, Name: f.Name, JitCode: -1, Results: g.Results}
		for _, v := range g.Entry().Params {
			d.Args = append(d.Args, v.Kind)
		}
		table.Funcs = append(table.Funcs, d)
		for _, b := range g.Blocks {
			for _, o := range b.Ops {
				if o.Code == flow.CanEnterJit || o.Code == flow.MergePoint {
					driver.Portal = f
					p.Drivers = []*flow.Driver{driver}
				}
				if o.Code == flow.CallIndirect {
					o.Descr = &descr.Call{Name: "indirect", Func: -1, Args: kinds(o.Args[1:]), Results: kinds(o.Results),
						Effects: descr.Effects{Collects: true}}
				}
			}
		}
	}
	for _, f := range p.Funcs {
		if err := flow.Verify(f.Graph, flow.Low); err != nil {
			t.Fatal(err)
		}
		gcxform.Graph(f.Graph)
	}
	return p
}

func kinds(vs []*flow.Value) []op.Kind {
	var out []op.Kind
	for _, v := range vs {
		out = append(out, v.Kind)
	}
	return out
}

// functions renders the functions of a program as one formatted text.
func functions(t *testing.T, p *flow.Program, opts Options) string {
	text, err := source(t, p, opts)
	if err != nil {
		return err.Error() + "\n"
	}
	return text[strings.Index(text, "\nfunc ")+1:]
}

// source renders the functions of a program as one formatted file.
func source(t *testing.T, p *flow.Program, opts Options) (string, error) {
	t.Helper()
	u := &pack{unit: newUnit(p, opts), prebuilt: map[int]int{}, foreign: map[*flow.Func]bool{}, tablesUsed: map[string]string{}}
	file := u.newFile("main")
	for _, f := range p.Funcs {
		if err := u.function(file, f); err != nil {
			return "", err
		}
	}
	var buf bytes.Buffer
	if err := file.Render(&buf); err != nil {
		t.Fatal(err)
	}
	src, err := format.Source(buf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return string(src), nil
}

func TestFunctions(t *testing.T) {
	filetest.Run(t, "testdata/*.txtar", func(t *testing.T, c *filetest.Case) string {
		p := testProgram(t, c.Input)
		without := map[string]bool{}
		for _, a := range c.Args {
			if names, ok := strings.CutPrefix(a, "-without="); ok {
				for _, name := range strings.Split(names, ",") {
					without[name] = true
				}
			}
		}
		return functions(t, p, Options{NoJit: c.Arg("-nojit"), Lines: c.Arg("-lines"), Without: without})
	})
}
