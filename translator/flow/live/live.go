// Package live analyses and rewrites the shape of low-level flow graphs: block order, predecessors,
// liveness of values, closing blocks over their live-in values and opening them again, removal of
// dead code.
//
// Input and output: flow.Graph at the low level (high-level graphs work as far as no kinds are
// asked for). The passes portal, inline, gcxform and emit stand on it.
//
// Imports translator/flow and jitgen/op only; build time only.
package live

import (
	"sort"

	"kiln/translator/flow"
)

// Order returns the reachable blocks in reverse post-order; the entry comes first. The first
// successor of a block comes before the later ones where loops allow it.
func Order(g *flow.Graph) []*flow.Block {
	seen := make(map[*flow.Block]bool, len(g.Blocks))
	var post []*flow.Block
	// An explicit stack: dispatch loops make graphs deep enough to worry about recursion.
	type frame struct {
		b    *flow.Block
		next int
	}
	stack := []frame{{g.Entry(), len(g.Entry().Succs)}}
	seen[g.Entry()] = true
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if f.next == 0 {
			post = append(post, f.b)
			stack = stack[:len(stack)-1]
			continue
		}
		f.next--
		if to := f.b.Succs[f.next].To; !seen[to] {
			seen[to] = true
			stack = append(stack, frame{to, len(to.Succs)})
		}
	}
	for i, j := 0, len(post)-1; i < j; i, j = i+1, j-1 {
		post[i], post[j] = post[j], post[i]
	}
	return post
}

// Reached is the set of blocks that can be reached from the given ones without passing through
// stop (which may be nil); the given ones are in it.
func Reached(stop *flow.Block, from ...*flow.Block) map[*flow.Block]bool {
	seen := map[*flow.Block]bool{}
	work := append([]*flow.Block(nil), from...)
	for _, b := range from {
		seen[b] = true
	}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if b == stop {
			continue
		}
		for _, e := range b.Succs {
			if !seen[e.To] {
				seen[e.To] = true
				work = append(work, e.To)
			}
		}
	}
	return seen
}

// Pred is one edge into a block: successor number Succ of From.
type Pred struct {
	From *flow.Block
	Succ int
}

// Edge is the edge itself.
func (p Pred) Edge() *flow.Edge { return &p.From.Succs[p.Succ] }

// Preds lists the edges into each reachable block.
func Preds(g *flow.Graph) map[*flow.Block][]Pred {
	preds := map[*flow.Block][]Pred{}
	for _, b := range Order(g) {
		for i, e := range b.Succs {
			preds[e.To] = append(preds[e.To], Pred{b, i})
		}
	}
	return preds
}

// Set is a set of values, by id.
type Set map[int]*flow.Value

// Sorted lists the members by id.
func (s Set) Sorted() []*flow.Value {
	list := make([]*flow.Value, 0, len(s))
	for _, v := range s {
		list = append(list, v)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].ID < list[j].ID })
	return list
}

// Add adds v unless it is absent or a constant.
func (s Set) Add(v *flow.Value) {
	if v != nil && v.Const == nil {
		s[v.ID] = v
	}
}

// Remove takes values out.
func (s Set) Remove(vs ...*flow.Value) {
	for _, v := range vs {
		delete(s, v.ID)
	}
}

// In computes the values live on entry to each reachable block, its own parameters excluded: those
// defined elsewhere and used in it or beyond.
func In(g *flow.Graph) map[*flow.Block]Set {
	order := Order(g)
	in := make(map[*flow.Block]Set, len(order))
	for _, b := range order {
		in[b] = Set{}
	}
	for changed := true; changed; {
		changed = false
		for i := len(order) - 1; i >= 0; i-- {
			b := order[i]
			s := Out(b, in)
			for j := len(b.Ops) - 1; j >= 0; j-- {
				Step(s, b.Ops[j])
			}
			s.Remove(b.Params...)
			if len(s) != len(in[b]) { // sets only grow
				in[b], changed = s, true
			}
		}
	}
	return in
}

// Out is the set of values live at the end of b's operations: operands of the terminator and of the
// edges, and what the successors need.
func Out(b *flow.Block, in map[*flow.Block]Set) Set {
	s := Set{}
	for _, a := range b.Args {
		s.Add(a)
	}
	for _, e := range b.Succs {
		for _, a := range e.Args {
			s.Add(a)
		}
		for id, v := range in[e.To] {
			s[id] = v
		}
	}
	return s
}

// Step moves the set of live values from after o to before it.
func Step(s Set, o *flow.Op) {
	s.Remove(o.Results...)
	for _, a := range o.Args {
		s.Add(a)
	}
}
