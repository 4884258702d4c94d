package flow

import (
	"slices"

	"kiln/jitgen/op"
)

// Needs finds out which values of a graph others need.
type Needs struct {
	g     *Graph
	mark  []int32 // by value: 0 for none, or the search that found it first
	def   []*Op
	param []parameter
	edges [][]incoming // by block
	work  []*Value
}

type parameter struct {
	b *Block
	i int
}

// incoming is an edge into a block.
type incoming struct {
	from *Block
	succ int
}

// NewNeeds prepares a search. It is good until the graph changes.
func NewNeeds(g *Graph) *Needs {
	n := &Needs{g: g, mark: make([]int32, g.NumValues()), def: make([]*Op, g.NumValues()), param: make([]parameter, g.NumValues()),
		edges: make([][]incoming, g.NumBlocks())}
	for _, b := range g.Blocks {
		for i := range b.Succs {
			to := b.Succs[i].To
			n.edges[to.ID] = append(n.edges[to.ID], incoming{b, i})
		}
		for i, p := range b.Params {
			n.param[p.ID] = parameter{b, i}
		}
		for _, o := range b.Ops {
			for _, r := range o.Results {
				n.def[r.ID] = o
			}
		}
	}
	return n
}

// Roots finds what the graph needs for its effects: operands of operations for which removable is false, of terminators, and what is fixed.
func (n *Needs) Roots(removable func(*Op) bool) {
	for _, b := range n.g.Blocks {
		for _, o := range b.Ops {
			if !removable(o) {
				n.Find(o.Args, 1, nil)
			}
		}
		n.Find(b.Args, 1, nil)
		if b == n.g.Entry() || pinned(b) {
			n.Find(b.Params, 1, nil)
		}
	}
}

// Find finds what vs need, and tells found the operations among that, those apart that this search or the search of Roots has found before. The number of a
// search is 2 or more, and each has its own.
func (n *Needs) Find(vs []*Value, search int32, found func(*Op)) {
	use := func(vs []*Value) {
		for _, v := range vs {
			if v != nil && v.Const == nil && n.mark[v.ID] != 1 && n.mark[v.ID] != search {
				n.mark[v.ID] = search
				n.work = append(n.work, v)
			}
		}
	}
	use(vs)
	for len(n.work) > 0 {
		v := n.work[len(n.work)-1]
		n.work = n.work[:len(n.work)-1]
		if o := n.def[v.ID]; o != nil {
			if found != nil {
				found(o)
			}
			use(o.Args)
		} else if p := n.param[v.ID]; p.b != nil {
			for _, e := range n.edges[p.b.ID] {
				use(e.from.Succs[e.succ].Args[p.i : p.i+1])
			}
		}
	}
}

// Needed says whether a result of an operation was found by Roots.
func (n *Needs) Needed(o *Op) bool {
	return slices.ContainsFunc(o.Results, func(r *Value) bool { return n.mark[r.ID] == 1 })
}

// RemoveDead removes operations without effect whose results nobody uses, and block parameters that nobody
// uses, and says whether there were any. Low-level graphs; of high-level operations only the pure ones go.
func RemoveDead(g *Graph) bool {
	n := NewNeeds(g)
	n.Roots(Removable)
	needed := func(r *Value) bool { return n.mark[r.ID] != 0 }
	changed := false
	for _, b := range g.Blocks {
		before := len(b.Ops)
		b.Ops = slices.DeleteFunc(b.Ops, func(o *Op) bool {
			return Removable(o) && !slices.ContainsFunc(o.Results, needed)
		})
		changed = changed || len(b.Ops) != before
		for i := len(b.Params) - 1; i >= 0; i-- {
			if needed(b.Params[i]) {
				continue
			}
			b.Params = slices.Delete(slices.Clone(b.Params), i, i+1)
			for _, e := range n.edges[b.ID] {
				s := &e.from.Succs[e.succ]
				s.Args = slices.Delete(slices.Clone(s.Args), i, i+1)
			}
			changed = true
		}
	}
	return changed
}

// Removable says whether an operation may be dropped when its results are unused: no effect, no failure.
func Removable(o *Op) bool {
	c := o.Code
	switch c {
	case GoChangeType, GoChangeInterface, GoField, GoMakeClosure, GoAlloc:
		return true
	case GoUnOp, OrElse:
		return true
	}
	if c >= firstPrivate {
		return false
	}
	if c.Has(op.Pure) {
		return true
	}
	f := c.Info().Flags
	return f&op.ReadsHeap != 0 && f&(op.WritesHeap|op.Call|op.Check) == 0 || c == op.New || c == op.WeAreJitted || c == op.IsVirtual
}
