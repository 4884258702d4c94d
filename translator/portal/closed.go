package portal

import "kiln/translator/flow"

// Closed form: every block receives all it uses as parameters and defines the rest itself, so that
// no value is used outside its block. Blocks can then be copied and re-connected freely; what would
// need repair of SSA form in general is nothing but edge arguments here:
//
//	b1: v = ...                      b1: v = ...; jump b2(v)
//	b2: jump b3           <=>        b2(p): jump b3(p)
//	b3: use v                        b3(q): use q
//
// The way back is flow.SimplifyCFG, which drops parameters that always receive the same value.

// closeGraph brings g into closed form.
func closeGraph(g *flow.Graph) {
	flow.RemoveUnreachable(g)
	live := flow.Liveness(g)
	need := make(map[*flow.Block][]*flow.Value, len(g.Blocks))
	for _, b := range g.Blocks {
		need[b] = live.In(b).Values()
	}
	for _, b := range g.Blocks {
		rename := make(map[*flow.Value]*flow.Value, len(need[b]))
		for _, v := range need[b] {
			p := twin(g, v)
			rename[v] = p
			b.Params = append(b.Params, p)
		}
		// Edges first: their new arguments are then renamed to b's own terms with all the rest.
		for i := range b.Succs {
			e := &b.Succs[i]
			e.Args = append(append([]*flow.Value(nil), e.Args...), need[e.To]...)
		}
		renameIn(b, rename)
	}
}

// twin is a new value like v.
func twin(g *flow.Graph, v *flow.Value) *flow.Value {
	n := g.NewKind(v.Kind)
	n.Name = v.Name
	return n
}

func renameIn(b *flow.Block, to map[*flow.Value]*flow.Value) {
	for _, o := range b.Ops {
		o.Args = flow.Renamed(o.Args, to)
	}
	b.Args = flow.Renamed(b.Args, to)
	for i := range b.Succs {
		b.Succs[i].Args = flow.Renamed(b.Succs[i].Args, to)
	}
}

// reached is the set of blocks that control can come to from the given ones, these included; it does
// not go on behind stop.
func reached(stop *flow.Block, from ...*flow.Block) map[*flow.Block]bool {
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

// reaches says whether there is a path of at least one edge from a to b.
func reaches(a, b *flow.Block) bool {
	var next []*flow.Block
	for _, e := range a.Succs {
		next = append(next, e.To)
	}
	return reached(nil, next...)[b]
}

// region is the set of blocks on paths from the given ones to head, head excluded.
func region(head *flow.Block, from []*flow.Block) map[*flow.Block]bool {
	set := reached(head, from...)
	delete(set, head)
	// Keep what comes to the head.
	keep := map[*flow.Block]bool{}
	for changed := true; changed; {
		changed = false
		for b := range set {
			if keep[b] {
				continue
			}
			for _, e := range b.Succs {
				if e.To == head || keep[e.To] {
					keep[b] = true
					changed = true
					break
				}
			}
		}
	}
	return keep
}

// copyRegion copies blocks of a graph in closed form. Edges between copied blocks go to the copies, edges out of
// the region to the originals.
func copyRegion(g *flow.Graph, set map[*flow.Block]bool) map[*flow.Block]*flow.Block {
	copies := map[*flow.Block]*flow.Block{}
	var order []*flow.Block
	for _, b := range g.Blocks {
		if set[b] {
			order = append(order, b)
		}
	}
	for _, b := range order {
		copies[b] = g.NewBlock()
	}
	for _, b := range order {
		copyBlock(g, b, copies)
	}
	return copies
}

func copyBlock(g *flow.Graph, b *flow.Block, copies map[*flow.Block]*flow.Block) {
	c := copies[b]
	values := map[*flow.Value]*flow.Value{}
	define := func(vs []*flow.Value) []*flow.Value {
		out := make([]*flow.Value, len(vs))
		for i, v := range vs {
			out[i] = twin(g, v)
			values[v] = out[i]
		}
		return out
	}
	use := func(vs []*flow.Value) []*flow.Value {
		out := make([]*flow.Value, len(vs))
		for i, v := range vs {
			if n, ok := values[v]; ok {
				v = n
			}
			out[i] = v
		}
		return out
	}
	c.Term, c.Trap, c.Aux, c.Pos, c.Comment = b.Term, b.Trap, b.Aux, b.Pos, b.Comment
	c.Cases = append([]int64(nil), b.Cases...)
	c.Params = define(b.Params)
	for _, o := range b.Ops {
		n := *o
		n.Args = use(o.Args)
		n.Results = define(o.Results)
		c.Ops = append(c.Ops, &n)
	}
	c.Args = use(b.Args)
	for _, e := range b.Succs {
		to := e.To
		if n, ok := copies[to]; ok {
			to = n
		}
		c.Succs = append(c.Succs, flow.Edge{To: to, Args: use(e.Args)})
	}
}

// inOrder lists the copies in the graph's order: maps have none.
func inOrder(g *flow.Graph, copies map[*flow.Block]*flow.Block) []*flow.Block {
	is := make(map[*flow.Block]bool, len(copies))
	for _, c := range copies {
		is[c] = true
	}
	var out []*flow.Block
	for _, b := range g.Blocks {
		if is[b] {
			out = append(out, b)
		}
	}
	return out
}

// edgesTo lists the edges into b.
func edgesTo(g *flow.Graph, b *flow.Block) []*flow.Edge {
	var out []*flow.Edge
	for _, from := range g.Blocks {
		for i := range from.Succs {
			if from.Succs[i].To == b {
				out = append(out, &from.Succs[i])
			}
		}
	}
	return out
}

func indexOf(vs []*flow.Value, v *flow.Value) int {
	for i, x := range vs {
		if x == v {
			return i
		}
	}
	return -1
}
