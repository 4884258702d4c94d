package load

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

// Functions marked //kiln:look_inside_iff f. Such a function is split:
//
//	func F(args) results {              in place of the original
//		if WeAreJitted() && !f(args) {
//			return F$called(args)       dont_look_inside: calls F$traced
//		}
//		return F$traced(args)           unroll_safe: the original body
//	}
//
// Outside of traces nothing is asked: WeAreJitted is false there.

// lookInsideIff finds the function that a directive names.
func (b *builder) lookInsideIff(f *ssa.Function, ff *flow.Func) {
	for _, d := range Directives(b.docs[f.Object().Pos()]) {
		if d.Name != "look_inside_iff" || d.Args == "" || strings.Contains(d.Args, " ") {
			continue
		}
		problem := func(msg, remedy string) {
			b.r.Add(d.Pos, "directive", "//kiln:look_inside_iff "+d.Args+": "+msg, remedy)
		}
		if f.Pkg == nil || f.Pkg.Func(d.Args) == nil {
			problem("there is no such function in the package", "name a function of the package that takes the arguments of "+f.Name()+" and returns a bool")
			return
		}
		asked := f.Pkg.Func(d.Args)
		if !answers(asked.Signature, f) {
			problem(d.Args+" is "+typeName(asked.Signature), "it takes the arguments of "+f.Name()+", the receiver first if there is one, and returns a bool")
			return
		}
		ff.Hints.LookInsideIff = b.fn(asked, d.Pos)
	}
}

// answers says whether a function takes the parameters of f, its receiver first, and returns a bool.
func answers(s *types.Signature, f *ssa.Function) bool {
	if s.Results().Len() != 1 || !types.Identical(s.Results().At(0).Type(), types.Typ[types.Bool]) || s.Params().Len() != len(f.Params) {
		return false
	}
	for i, p := range f.Params {
		if !types.Identical(s.Params().At(i).Type(), p.Type()) {
			return false
		}
	}
	return true
}

// splitConditional splits all such functions.
func (b *builder) splitConditional() {
	for _, f := range slices.Clone(b.prog.Funcs) {
		if f.Hints.LookInsideIff == nil || f.Graph == nil || b.isPortal(f) {
			continue // check reports it of portals
		}
		b.split(f)
	}
}

func (b *builder) isPortal(f *flow.Func) bool {
	return slices.ContainsFunc(b.prog.Drivers, func(d *flow.Driver) bool { return d.Portal == f })
}

func (b *builder) split(f *flow.Func) {
	body, called := *f, *f
	body.Name, called.Name = f.Name+"$traced", f.Name+"$called"
	body.Hints, called.Hints = flow.Hints{UnrollSafe: true}, flow.Hints{DontLookInside: true}
	body.Graph.Func = &body
	called.Graph = like(body.Graph, &called)
	calls(called.Graph, called.Graph.Entry(), &body, called.Graph.Entry().Params, f.Pos)

	g := like(body.Graph, f)
	ask, away, through := g.Entry(), g.NewBlock(), g.NewBlock()
	asked := g.NewBlock()
	jitted, answer := g.NewValue(types.Typ[types.Bool]), g.NewValue(types.Typ[types.Bool])
	ask.Ops = []*flow.Op{{Code: flow.GoHint, Aux: flow.Hint{Name: "WeAreJitted"}, Results: []*flow.Value{jitted}, Pos: f.Pos}}
	ask.Term, ask.Args, ask.Succs = flow.Branch, []*flow.Value{jitted}, []flow.Edge{{To: asked}, {To: through}}
	asked.Ops = []*flow.Op{{Code: flow.GoCall, Aux: f.Hints.LookInsideIff, Args: ask.Params, Results: []*flow.Value{answer}, Pos: f.Pos}}
	asked.Term, asked.Args, asked.Succs = flow.Branch, []*flow.Value{answer}, []flow.Edge{{To: through}, {To: away}}
	calls(g, away, &called, ask.Params, f.Pos)
	calls(g, through, &body, ask.Params, f.Pos)
	f.Graph = g
	b.prog.Funcs = append(b.prog.Funcs, &body, &called)
}

// like is a graph with an empty block that has the parameters and results of another.
func like(of *flow.Graph, f *flow.Func) *flow.Graph {
	g := &flow.Graph{Func: f, ResType: of.ResType}
	entry := g.NewBlock()
	for _, p := range of.Entry().Params {
		v := g.NewValue(p.Type)
		v.Name = p.Name
		entry.Params = append(entry.Params, v)
	}
	return g
}

// calls ends a block with a call whose results are returned.
func calls(g *flow.Graph, at *flow.Block, f *flow.Func, args []*flow.Value, pos descr.Pos) {
	o := &flow.Op{Code: flow.GoCall, Aux: f, Args: args, Pos: pos}
	for _, t := range g.ResType {
		o.Results = append(o.Results, g.NewValue(t))
	}
	at.Ops = append(at.Ops, o)
	at.Term, at.Args, at.Pos = flow.Return, o.Results, pos
}
