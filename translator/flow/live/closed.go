package live

import "kiln/translator/flow"

// Closed form: every block receives all it uses as parameters and defines the rest itself, so that
// no value is used outside its block. Blocks can then be copied, split and re-connected freely; what
// would need repair of SSA form in general is nothing but edge arguments here. Close brings a graph
// into that form and Open removes the parameters that turn out to be superfluous:
//
//	  b1: v = ...                      b1: v = ...; jump b2(v)
//	  b2: jump b3           <=>        b2(p): jump b3(p)
//	  b3: use v                        b3(q): use q
//
// Open is the usual removal of trivial phi nodes, iterated (Braun et al., "Simple and efficient
// construction of SSA form", CC 2013, section 3.1): it reaches minimal form for reducible graphs and
// is correct for all.

// Close brings g into closed form. Unreachable blocks are dropped.
func Close(g *flow.Graph) {
	g.Blocks = Order(g)
	in := In(g)
	need := make(map[*flow.Block][]*flow.Value, len(g.Blocks))
	for _, b := range g.Blocks {
		need[b] = in[b].Sorted()
	}
	for _, b := range g.Blocks {
		rename := make(map[*flow.Value]*flow.Value, len(need[b]))
		for _, v := range need[b] {
			p := Twin(g, v)
			rename[v] = p
			b.Params = append(b.Params, p)
		}
		// Renaming comes first: the new edge arguments are then named in b's own terms.
		for i := range b.Succs {
			e := &b.Succs[i]
			e.Args = append(append([]*flow.Value(nil), e.Args...), need[e.To]...)
		}
		Rename(b, rename)
	}
}

// Twin is a new value like v.
func Twin(g *flow.Graph, v *flow.Value) *flow.Value {
	n := g.NewKind(v.Kind)
	n.Type, n.Name = v.Type, v.Name
	return n
}

// Rename replaces uses (not definitions) in b.
func Rename(b *flow.Block, to map[*flow.Value]*flow.Value) {
	if len(to) == 0 {
		return
	}
	for _, o := range b.Ops {
		renameAll(o.Args, to)
		renameAll(o.Roots, to)
	}
	renameAll(b.Args, to)
	for i := range b.Succs {
		renameAll(b.Succs[i].Args, to)
	}
}

func renameAll(vs []*flow.Value, to map[*flow.Value]*flow.Value) {
	for i, v := range vs {
		if n, ok := to[v]; ok {
			vs[i] = n
		}
	}
}

// CopyBlocks appends copies of the given blocks with all values they define renewed. Edges between
// copied blocks go to the copies, edges out of the region to the originals. In closed form nothing
// else is needed; otherwise the region's values must not be used outside it. Returns copy by original,
// and value by original value.
func CopyBlocks(g *flow.Graph, region []*flow.Block) (map[*flow.Block]*flow.Block, map[*flow.Value]*flow.Value) {
	return CopyInto(g, region)
}

// CopyInto is CopyBlocks for blocks of another graph: the copies become blocks of g.
func CopyInto(g *flow.Graph, region []*flow.Block) (map[*flow.Block]*flow.Block, map[*flow.Value]*flow.Value) {
	blocks := make(map[*flow.Block]*flow.Block, len(region))
	values := map[*flow.Value]*flow.Value{}
	for _, b := range region {
		blocks[b] = g.NewBlock()
		for _, p := range b.Params {
			values[p] = Twin(g, p)
		}
		for _, o := range b.Ops {
			for _, r := range o.Results {
				values[r] = Twin(g, r)
			}
		}
	}
	get := func(vs []*flow.Value) []*flow.Value {
		if vs == nil {
			return nil
		}
		out := make([]*flow.Value, len(vs))
		for i, v := range vs {
			if n, ok := values[v]; ok {
				v = n
			}
			out[i] = v
		}
		return out
	}
	for _, b := range region {
		c := blocks[b]
		c.Term, c.Trap, c.Aux, c.Pos, c.Comment = b.Term, b.Trap, b.Aux, b.Pos, b.Comment
		c.Cases = append([]int64(nil), b.Cases...)
		c.Params, c.Args = get(b.Params), get(b.Args)
		for _, o := range b.Ops {
			c.Ops = append(c.Ops, &flow.Op{Code: o.Code, Args: get(o.Args), Results: get(o.Results),
				Descr: o.Descr, Aux: o.Aux, Pos: o.Pos, Roots: get(o.Roots)})
		}
		for _, e := range b.Succs {
			to := e.To
			if n, ok := blocks[to]; ok {
				to = n
			}
			c.Succs = append(c.Succs, flow.Edge{To: to, Args: get(e.Args)})
		}
	}
	return blocks, values
}

// Open removes the parameters that always receive the same value (or themselves). Blocks for which
// keep says true, and the entry, keep theirs. Unreachable blocks are dropped.
func Open(g *flow.Graph, keep func(*flow.Block) bool) {
	g.Blocks = Order(g)
	preds := Preds(g)
	alias := map[*flow.Value]*flow.Value{}
	find := func(v *flow.Value) *flow.Value {
		for alias[v] != nil {
			v = alias[v]
		}
		return v
	}
	for changed := true; changed; {
		changed = false
		for _, b := range g.Blocks {
			if b == g.Entry() || keep != nil && keep(b) {
				continue
			}
			for i, p := range b.Params {
				if alias[p] != nil {
					continue
				}
				if same := onlySource(preds[b], i, p, find); same != nil {
					alias[p] = same
					changed = true
				}
			}
		}
	}
	for _, b := range g.Blocks {
		dropParams(b, preds[b], func(p *flow.Value) bool { return alias[p] == nil })
	}
	resolved := make(map[*flow.Value]*flow.Value, len(alias))
	for v := range alias {
		resolved[v] = find(v)
	}
	for _, b := range g.Blocks {
		Rename(b, resolved)
	}
}

// onlySource is the one value that parameter number i (p) ever receives, or nil.
func onlySource(preds []Pred, i int, p *flow.Value, find func(*flow.Value) *flow.Value) *flow.Value {
	var same *flow.Value
	for _, e := range preds {
		a := find(e.Edge().Args[i])
		if a == p || sameValue(a, same) {
			continue
		}
		if same != nil {
			return nil
		}
		same = a
	}
	return same
}

// sameValue compares values; constants by what they say.
func sameValue(a, b *flow.Value) bool {
	if a == b {
		return true
	}
	return a != nil && b != nil && a.Const != nil && b.Const != nil && a.Kind == b.Kind && a.Type == b.Type && *a.Const == *b.Const
}

// dropParams removes the parameters of b for which keep says no, and their arguments.
func dropParams(b *flow.Block, preds []Pred, keep func(*flow.Value) bool) {
	var at []int
	for i, p := range b.Params {
		if keep(p) {
			at = append(at, i)
		}
	}
	if len(at) == len(b.Params) {
		return
	}
	b.Params = pick(b.Params, at)
	for _, e := range preds {
		e.Edge().Args = pick(e.Edge().Args, at)
	}
}

func pick(vs []*flow.Value, at []int) []*flow.Value {
	out := make([]*flow.Value, len(at))
	for i, j := range at {
		out[i] = vs[j]
	}
	return out
}
