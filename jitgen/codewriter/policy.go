package codewriter

import (
	"slices"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// selection is which functions get jitcode and which need adapters.
type selection struct {
	prog    *flow.Program
	funcs   []*flow.Func // with jitcode, in order of discovery from the portals
	chosen  []bool       // by function index
	adapter []bool
	portal  []bool
	bySig   map[string][]*flow.Func
	indirOk map[string]bool // signatures of indirect calls already followed
}

// choose finds everything a trace can reach. An indirect call may reach any function of the same
// signature: the table of method dispatch and closures give no better bound yet.
func choose(prog *flow.Program) *selection {
	n := len(prog.Funcs)
	s := &selection{
		prog: prog, chosen: make([]bool, n), adapter: make([]bool, n), portal: make([]bool, n),
		bySig: map[string][]*flow.Func{}, indirOk: map[string]bool{},
	}
	for _, d := range prog.Drivers {
		s.portal[d.Portal.Index] = true
		for _, f := range d.Hooks {
			if f != nil {
				s.adapter[f.Index] = true
			}
		}
	}
	for _, f := range prog.Funcs {
		if f.Call != nil && (f.Graph != nil || f.Host) { // an intrinsic is no value
			sig := signature(f.Call)
			s.bySig[sig] = append(s.bySig[sig], f)
		}
	}
	for _, d := range prog.Drivers {
		s.add(d.Portal)
	}
	for i := 0; i < len(s.funcs); i++ {
		s.follow(s.funcs[i].Graph)
	}
	return s
}

// Adapted lists the functions that jitcode may call, which takes an adapter each.
func Adapted(prog *flow.Program) []*flow.Func {
	var out []*flow.Func
	for i, yes := range choose(prog).adapter {
		if yes {
			out = append(out, prog.Funcs[i])
		}
	}
	return out
}

func signature(c *descr.Call) string {
	key := make([]byte, 0, len(c.Args)+len(c.Results)+1)
	for _, k := range c.Args {
		key = append(key, k.Letter()[0])
	}
	key = append(key, '>')
	for _, k := range c.Results {
		key = append(key, k.Letter()[0])
	}
	return string(key)
}

func (s *selection) add(f *flow.Func) {
	if !s.chosen[f.Index] {
		s.chosen[f.Index] = true
		s.funcs = append(s.funcs, f)
	}
}

// follow looks at the calls of a function with jitcode.
func (s *selection) follow(g *flow.Graph) {
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			switch o.Code {
			case flow.Call:
				s.callee(o.Aux.(*flow.Func))
			case flow.CallIndirect:
				sig := signature(o.Descr.(*descr.Call))
				if s.indirOk[sig] {
					continue
				}
				s.indirOk[sig] = true
				for _, f := range s.bySig[sig] {
					s.callee(f)
				}
			}
		}
	}
}

// callee notes a function that jitcode may call. It needs an adapter in any case: the blackhole
// interpreter runs every call as a residual one.
func (s *selection) callee(f *flow.Func) {
	s.adapter[f.Index] = true
	if f.Call != nil {
		e := &f.Call.Effects
		e.Elidable = e.Elidable || f.Hints.Elidable
		e.LoopInvariant, e.NotInTrace = f.Hints.LoopInvariant, f.Hints.NotInTrace
		e.Conditional = f.Hints.Conditional
	}
	if s.lookInside(f) {
		s.add(f)
	}
}

// lookInside says whether calls of f may be inlined into traces.
func (s *selection) lookInside(f *flow.Func) bool {
	h := &f.Hints
	switch {
	case f.Host || f.Graph == nil || len(f.Graph.Blocks) == 0:
		return false
	case s.portal[f.Index]:
		return false // gets its jitcode as a portal
	case h.DontLookInside || h.NotInTrace || h.Elidable || h.ElidablePromote || h.LoopInvariant:
		return false
	case f.Call != nil && f.Call.Effects.Elidable:
		return false
	case len(f.Graph.Results) > maxResults || tooMany(f.Graph.Entry().Params):
		return false
	}
	return h.UnrollSafe || !hasLoop(f.Graph)
}

// maxResults bounds the results of a call; more do not fit the slots of one kind.
const maxResults = 32

func tooMany(params []*flow.Value) bool {
	var n [4]int
	for _, v := range params {
		n[v.Kind]++
	}
	return slices.Max(n[op.Int:]) > maxResults
}

// hasLoop says whether the reachable part of the graph has a cycle: an edge to a block that is not
// later in reverse postorder.
func hasLoop(g *flow.Graph) bool {
	num := make([]int, g.NumBlocks())
	order := flow.ReversePostorder(g)
	for i, b := range order {
		num[b.ID] = i
	}
	for _, b := range order {
		for i := range b.Succs {
			if num[b.Succs[i].To.ID] <= num[b.ID] {
				return true
			}
		}
	}
	return false
}
