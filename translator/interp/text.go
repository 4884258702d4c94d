package interp

import (
	"fmt"

	"kiln/jitgen/descr"
	"kiln/jitgen/trace"
	"kiln/translator/flow"
)

// FromText makes a low-level program of declarations in the form of trace texts (types and arrays; see
// docs/formats.md, Trace) and graphs in the form of flow texts. Functions are numbered in order of the text;
// main.main, if there is one, is the main function, and main.init an initialiser.
func FromText(declarations, graphs string) (*flow.Program, error) {
	ns := trace.NewNamespace(nil)
	if err := ns.Declare(declarations); err != nil {
		return nil, err
	}
	env := flow.NewEnv(nil)
	env.Table = ns.Program
	parsed, err := flow.Parse(graphs, env)
	if err != nil {
		return nil, err
	}
	p := &flow.Program{Name: "main", Table: ns.Program}
	for _, g := range parsed {
		f := g.Func
		f.Index, f.Graph = len(p.Funcs), g
		d := &descr.Func{Index: f.Index, Name: f.Name, JitCode: -1, Results: g.Results, Adapter: true}
		for _, v := range g.Entry().Params {
			d.Args = append(d.Args, v.Kind)
		}
		if f.Call == nil {
			f.Call = &descr.Call{Name: f.Name, Args: d.Args, Results: d.Results}
		}
		f.Call.Func = f.Index
		p.Funcs = append(p.Funcs, f)
		ns.Program.Funcs = append(ns.Program.Funcs, d)
		switch f.Name {
		case "main.main":
			p.Main = f
		case "main.init":
			p.Init = append(p.Init, f)
		}
	}
	for _, f := range p.Funcs {
		if err := flow.Verify(f.Graph, flow.Low); err != nil {
			return nil, fmt.Errorf("interp: %w", err)
		}
	}
	return p, nil
}
