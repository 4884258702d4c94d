package portal

import (
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Entries lets portals that jitcode calls be entered from and by compiled code where their loop begins, not only on the
// edges that count:
//
//	beginning                    beginning: resume? ----------.
//	    |                            | no                     | yes: variables from the slots
//	    |                        beginning as before          |
//	    |                            |                        |
//	    |                        enter_portal (counts)        |
//	    v                            v                        v
//	merge point <-- edges        merge point <----------------' <-- edges
//
// The count finds functions of the interpreted language that are called often (docs/architecture.md, Calls). The way
// past the beginning finishes an activation that compiled code has begun.
//
// Requires portals that Program has split, after jitcode was made: jitcode has neither operation. Preserves SSA form and the
// portal's merge point.
func Entries(p *flow.Program) {
	for _, d := range p.Drivers {
		if d.Portal == nil || !p.Table.Funcs[d.Portal.Index].Adapter {
			continue // no jitcode calls it
		}
		if at := find(p, d, flow.MergePoint); len(at) == 1 {
			s := &splitter{p: p, d: d, g: d.Portal.Graph, head: at[0].block, pos: at[0].op().Pos}
			s.countEntry()
			s.resume()
		}
	}
}

// countEntry leads the edges from the beginning to the head through a block that counts.
func (s *splitter) countEntry() {
	closeGraph(s.g)
	s.separateEntry()
	inLoop := reached(nil, s.successors()...)
	var edges []*flow.Edge
	for _, b := range s.g.Blocks {
		if inLoop[b] || b == s.head {
			continue
		}
		for i := range b.Succs {
			if b.Succs[i].To == s.head {
				edges = append(edges, &b.Succs[i])
			}
		}
	}
	counter := s.entering(flow.EnterPortal, "entered: counts for ")
	for _, e := range edges {
		e.To = counter
	}
	flow.SimplifyCFG(s.g)
	flow.RemoveDead(s.g)
}

// resume begins the portal with the test whether it shall start at its merge point.
func (s *splitter) resume() {
	entry := s.g.Entry()
	rest := cut(s.g, entry, 0)
	o := &flow.Op{Code: flow.ResumePortal, Aux: s.d, Pos: s.pos}
	flag := s.g.NewKind(op.Int)
	o.Results = []*flow.Value{flag}
	for _, p := range s.head.Params {
		o.Results = append(o.Results, twin(s.g, p))
	}
	entry.Ops = []*flow.Op{o}
	entry.Term, entry.Args, entry.Pos = flow.Branch, []*flow.Value{flag}, s.pos
	entry.Succs = []flow.Edge{{To: s.head, Args: o.Results[1:]}, {To: rest}}
}
