package load

import (
	"go/constant"
	"go/token"
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
		if f.Hints.LookInsideIff == nil || f.Graph == nil {
			continue
		}
		b.split(f)
	}
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

// conditionalCall converts a call of framework.ConditionalCall and its kin: a call of a function made for it, which tests and
// calls. Machine code does the test without leaving.
func (c *converter) conditionalCall(i *ssa.Call, name string, args []ssa.Value) {
	f, ok := args[1].(*ssa.Function)
	if t, is := args[1].(*ssa.ChangeType); is {
		f, ok = t.X.(*ssa.Function)
	}
	if !ok {
		c.problem(i.Pos(), "hint", "framework."+name+" needs the name of a function", "write a function of the package, and pass what it captures as argument")
		c.newValue(i, "")
		return
	}
	elidable := strings.HasPrefix(name, "ConditionalCallElidable")
	callee := c.b.fn(f, i.Pos())
	if elidable {
		if !callee.Hints.Elidable {
			c.problem(i.Pos(), "hint", "framework."+name+" calls "+f.Name()+", which is not marked //kiln:elidable: its result is kept", "mark it, or use an if statement")
		}
		if k := i.Type().Underlying(); !oneWord(k) {
			c.problem(i.Pos(), "hint", "framework."+name+" is about a pointer, an interface or an integer; this is "+typeName(i.Type()), "use an if statement")
		}
	}
	helper := c.b.conditional[callee]
	if helper == nil {
		helper = c.b.newConditional(callee, f.Signature, elidable)
	}
	c.result(i, flow.GoCall, helper, append(c.vals(args[0]), c.vals(args[2:]...)...)...)
}

func oneWord(t types.Type) bool {
	switch t := t.(type) {
	case *types.Pointer, *types.Interface, *types.Map:
		return true
	case *types.Basic:
		return t.Info()&types.IsInteger != 0
	}
	return false
}

// newConditional makes the function for conditional calls of f:
//
//	func(cond bool, args) { if cond { f(args) } }
//	func(value R, args) R { if value == zero { return f(args) }; return value }
func (b *builder) newConditional(f *flow.Func, sig *types.Signature, elidable bool) *flow.Func {
	first := types.Type(types.Typ[types.Bool])
	if elidable {
		first = sig.Results().At(0).Type()
	}
	params := []*types.Var{types.NewParam(0, nil, "", first)}
	for p := range sig.Params().Variables() {
		params = append(params, p)
	}
	h := &flow.Func{Name: f.Name + "$if", Unit: f.Unit, Pos: f.Pos, Sig: types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), false)}
	h.Hints = flow.Hints{DontLookInside: true, Conditional: true, Elidable: elidable}
	g := &flow.Graph{Func: h, ResType: []types.Type{}}
	h.Graph = g
	entry, call, leave := g.NewBlock(), g.NewBlock(), g.NewBlock()
	for _, p := range params {
		entry.Params = append(entry.Params, g.NewValue(p.Type()))
	}
	test, args := entry.Params[0], entry.Params[1:]
	leave.Term, leave.Pos = flow.Return, f.Pos
	if elidable {
		g.ResType = []types.Type{first}
		leave.Args = []*flow.Value{test}
		given := g.NewValue(types.Typ[types.Bool])
		zero := flow.GoConst(first, nil)
		if _, integer := first.Underlying().(*types.Basic); integer {
			zero = flow.GoConst(first, constant.MakeInt64(0))
		}
		entry.Ops = []*flow.Op{{Code: flow.GoBinOp, Aux: token.EQL, Args: []*flow.Value{test, zero}, Results: []*flow.Value{given}, Pos: f.Pos}}
		test = given
	}
	entry.Term, entry.Args, entry.Succs, entry.Pos = flow.Branch, []*flow.Value{test}, []flow.Edge{{To: call}, {To: leave}}, f.Pos
	calls(g, call, f, args, f.Pos)
	b.conditional[f] = h
	b.prog.Funcs = append(b.prog.Funcs, h)
	return h
}
