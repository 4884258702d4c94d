package load

import (
	"go/token"
	"go/types"

	"kiln/translator/flow"
)

// Conversions of nil pointers to interfaces that are plain to see in the finished program: variables that nobody assigns,
// results of functions that always return nil. Translated code would panic there; see also toInterface.

type nilFinder struct {
	assigned map[*flow.Global]bool // somewhere, or its address is used as a value
	defs     map[*flow.Value]*flow.Op
	results  map[*flow.Func][]answer
	incoming map[*flow.Value][]*flow.Value // of block parameters
}

// answer is what is known of a function's result while it is looked at.
type answer uint8

const (
	unknown answer = iota
	pending
	always
	notAlways
)

// nilConversions reports them.
func (b *builder) nilConversions() {
	n := &nilFinder{assigned: map[*flow.Global]bool{}, defs: map[*flow.Value]*flow.Op{}, results: map[*flow.Func][]answer{}, incoming: map[*flow.Value][]*flow.Value{}}
	for _, f := range b.prog.Funcs {
		if f.Graph != nil {
			n.scan(f.Graph)
		}
	}
	dialect := map[string]bool{}
	for f, ff := range b.funcs {
		if p := b.packageOf(f); p != nil && p.Dialect() {
			dialect[ff.Name], dialect[ff.Name+"$body"] = true, true // see defers.go
		}
	}
	for _, f := range b.prog.Funcs {
		if f.Graph == nil || !dialect[f.Name] {
			continue
		}
		for _, blk := range f.Graph.Blocks {
			for _, o := range blk.Ops {
				if o.Code == flow.GoMakeInterface && o.Args[0].Const == nil && isPointer(o.Args[0].Type) && n.nil(o.Args[0], 0) {
					b.r.Panics = append(b.r.Panics, Problem{Pos: token.Position{Filename: o.Pos.File, Line: o.Pos.Line, Column: o.Pos.Column}, Rule: "nil-interface",
						Msg: nilInterfaceMsg(typeName(o.Args[0].Type)), Remedy: nilInterfaceRemedy})
				}
			}
		}
	}
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// scan notes definitions, and which variables change.
func (n *nilFinder) scan(g *flow.Graph) {
	global := func(vs []*flow.Value) {
		for _, v := range vs {
			if v != nil && v.Const != nil && v.Const.Global != nil {
				n.assigned[v.Const.Global] = true
			}
		}
	}
	for _, blk := range g.Blocks {
		for _, o := range blk.Ops {
			for _, r := range o.Results {
				n.defs[r] = o
			}
			if o.Code != flow.GoLoad {
				global(o.Args)
			}
		}
		global(blk.Args)
		for _, e := range blk.Succs {
			global(e.Args)
			for i, a := range e.Args {
				n.incoming[e.To.Params[i]] = append(n.incoming[e.To.Params[i]], a)
			}
		}
	}
}

// nil says whether a pointer is always nil.
func (n *nilFinder) nil(v *flow.Value, depth int) bool {
	if v.Const != nil {
		return v.Const.Value == nil && v.Const.Func == nil && v.Const.Global == nil
	}
	if depth > 10 {
		return false
	}
	o := n.defs[v]
	if o == nil {
		in := n.incoming[v]
		for _, a := range in {
			if !n.nil(a, depth+1) {
				return false
			}
		}
		return len(in) > 0
	}
	switch o.Code {
	case flow.GoChangeType:
		return n.nil(o.Args[0], depth+1)
	case flow.GoLoad:
		c := o.Args[0].Const
		return c != nil && c.Global != nil && !n.assigned[c.Global]
	case flow.GoCall:
		for i, r := range o.Results {
			if r == v {
				return n.result(o.Aux.(*flow.Func), i, depth+1)
			}
		}
	}
	return false
}

// result says whether a function's k-th result is always nil.
func (n *nilFinder) result(f *flow.Func, k, depth int) bool {
	if f.Graph == nil {
		return false
	}
	if n.results[f] == nil {
		n.results[f] = make([]answer, len(f.Graph.ResType))
	}
	known := n.results[f]
	if known[k] != unknown {
		return known[k] == always
	}
	known[k] = pending
	returns := false
	for _, blk := range f.Graph.Blocks {
		if blk.Term != flow.Return {
			continue
		}
		returns = true
		if !n.nil(blk.Args[k], depth) {
			known[k] = notAlways
			return false
		}
	}
	known[k] = notAlways
	if returns {
		known[k] = always
	}
	return returns
}
