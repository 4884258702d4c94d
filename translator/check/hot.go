package check

import (
	"go/token"
	"go/types"
	"strings"

	"kiln/translator/flow"
	"kiln/translator/load"
)

// Hot lists what hurts in code that the JIT traces: nothing of it is wrong. The program has no problems, and its graphs
// are those that load made. hot_fields.go, hot_loops.go, hot_calls.go and hot_greens.go say what is noted.
//
// Traced are the portals and the functions they call, through interfaces and closures too, as far as traces follow calls:
// not into functions that loop and are not unroll_safe, nor where a directive says so. Those functions themselves count
// as called: what is slow without any JIT is noted there, too. Notes are about the language's own code only, and name a field or
// a function once.
func Hot(r *load.Result) load.Problems {
	h := &hot{r: r, fields: map[token.Pos]*fieldFacts{}, traced: map[*flow.Func]bool{}, called: map[*flow.Func]bool{},
		once: map[string]bool{}, own: map[string]bool{}, defers: map[string]bool{}, methods: map[string][]*flow.Func{}}
	for _, p := range r.Packages {
		if p.Dialect() {
			for _, name := range p.FileNames {
				h.own[r.FileName(name)] = true
			}
		}
	}
	for _, f := range r.Program.Funcs {
		h.stores(f)
		if outer, ok := strings.CutSuffix(f.Name, "$body"); ok {
			h.defers[outer] = true
		}
		if f.Recv && f.Sig != nil && f.Sig.Recv() != nil {
			h.methods[methodName(f)] = append(h.methods[methodName(f)], f)
		}
	}
	for _, d := range r.Program.Drivers {
		if d.Portal != nil {
			h.trace(d.Portal)
		}
	}
	for _, f := range r.Program.Funcs {
		if (h.traced[f] || h.called[f]) && h.isOwn(f.Pos.File) {
			h.function(f)
		}
	}
	for _, d := range r.Program.Drivers {
		if d.Portal != nil {
			h.greens(d)
		}
	}
	return h.found.Sort()
}

type hot struct {
	r       *load.Result
	fields  map[token.Pos]*fieldFacts // by declaration
	traced  map[*flow.Func]bool
	called  map[*flow.Func]bool // from traced code, but not traced
	own     map[string]bool     // files of interpreter code
	defers  map[string]bool     // names of functions that defer
	methods map[string][]*flow.Func
	once    map[string]bool
	found   load.Problems
}

func (h *hot) isOwn(file string) bool { return h.own[file] }

func (h *hot) note(o *flow.Op, rule, msg, remedy string) {
	pos := token.Position{Filename: o.Pos.File, Line: o.Pos.Line, Column: o.Pos.Column}
	h.found = append(h.found, load.Problem{Pos: pos, Rule: rule, Msg: msg, Remedy: remedy})
}

// noteOnce is a note about something that is to be named once.
func (h *hot) noteOnce(key string, o *flow.Op, rule, msg, remedy string) {
	if !h.once[rule+key] {
		h.once[rule+key] = true
		h.note(o, rule, msg, remedy)
	}
}

// trace marks a function and those that traces of it follow.
func (h *hot) trace(f *flow.Func) {
	if h.traced[f] || f.Graph == nil {
		return
	}
	h.traced[f] = true
	for _, b := range f.Graph.Blocks {
		for _, o := range b.Ops {
			for _, callee := range h.callees(o) {
				switch {
				case followed(callee) && !loops(callee) && !h.defers[callee.Name] || isPortal(h.r, callee):
					h.trace(callee)
				case callee.Graph != nil:
					h.called[callee] = true
				}
			}
		}
	}
}

// callees are the functions that an operation calls, or makes a closure of.
func (h *hot) callees(o *flow.Op) []*flow.Func {
	switch o.Code {
	case flow.GoCall, flow.GoMakeClosure:
		return []*flow.Func{o.Aux.(*flow.Func)}
	case flow.GoCallInterface:
		m := o.Aux.(*types.Func)
		iface, ok := o.Args[0].Type.Underlying().(*types.Interface)
		if !ok {
			return nil
		}
		var out []*flow.Func
		for _, f := range h.methods[m.Name()] {
			if types.Implements(f.Sig.Recv().Type(), iface) {
				out = append(out, f)
			}
		}
		return out
	}
	return nil
}

// methodName is the name of a method without its receiver.
func methodName(f *flow.Func) string { return f.Name[strings.LastIndexByte(f.Name, '.')+1:] }

func followed(f *flow.Func) bool {
	return f.Graph != nil && !f.Hints.DontLookInside && !f.Hints.NotInTrace && !f.Hints.Elidable && !f.Hints.LoopInvariant
}

func loops(f *flow.Func) bool {
	if f.Hints.UnrollSafe {
		return false
	}
	for _, b := range f.Graph.Blocks {
		if reaches(b, b) {
			return true
		}
	}
	return false
}

func isPortal(r *load.Result, f *flow.Func) bool {
	for _, d := range r.Program.Drivers {
		if d.Portal == f {
			return true
		}
	}
	return false
}

// body is a function being looked at.
type body struct {
	f     *flow.Func
	made  map[*flow.Value]*flow.Op    // by result
	block map[*flow.Value]*flow.Block // where a value is defined
	dom   *flow.DomTree
	loops []loop
}

func newBody(f *flow.Func) *body {
	b := &body{f: f, made: map[*flow.Value]*flow.Op{}, block: map[*flow.Value]*flow.Block{}, dom: flow.Dominators(f.Graph)}
	for _, blk := range f.Graph.Blocks {
		for _, p := range blk.Params {
			b.block[p] = blk
		}
		for _, o := range blk.Ops {
			for _, v := range o.Results {
				b.made[v], b.block[v] = o, blk
			}
		}
	}
	b.loops = naturalLoops(f.Graph, b.dom)
	return b
}

// def is the operation that defines a value, nil for parameters and constants.
func (b *body) def(v *flow.Value) *flow.Op { return b.made[v] }

func (h *hot) function(f *flow.Func) {
	b := newBody(f)
	for _, blk := range b.dom.Order() {
		for _, o := range blk.Ops {
			if h.traced[f] {
				h.access(b, o)
				h.call(b, blk, o)
				h.values(b, o)
			}
			h.loop(b, blk, o)
		}
	}
}
