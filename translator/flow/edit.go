package flow

import (
	"slices"

	"kiln/jitgen/descr"
)

// EachUse calls f for every place of the graph that holds an operand: arguments of operations, of
// terminators and of edges, and saved roots. Absent operands are skipped.
func (g *Graph) EachUse(f func(use **Value)) {
	each := func(vs []*Value) {
		for i := range vs {
			if vs[i] != nil {
				f(&vs[i])
			}
		}
	}
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			each(o.Args)
			each(o.Roots)
		}
		each(b.Args)
		for i := range b.Succs {
			each(b.Succs[i].Args)
		}
	}
}

// ReplaceUses replaces every use of a key of the map by what it maps to. A replacement that is itself
// a key is followed; cycles must not exist.
func ReplaceUses(g *Graph, repl map[*Value]*Value) {
	if len(repl) == 0 {
		return
	}
	g.EachUse(func(use **Value) {
		for {
			to, ok := repl[*use]
			if !ok {
				return
			}
			*use = to
		}
	})
}

// MakeDirect makes a direct call of a call_indirect that reaches one function only, and says whether it did: the two have to agree on the
// kinds of words.
func (o *Op) MakeDirect(callee *Func) bool {
	c, ok := o.Descr.(*descr.Call)
	if !ok || callee.Call == nil || !callee.Call.SameKinds(c) {
		return false
	}
	o.Code, o.Aux, o.Args, o.Descr = Call, callee, o.Args[1:], callee.Call
	return true
}

// Clone copies a graph: new blocks, operations and values with the same ids; constants, descriptors and
// Aux are shared.
func Clone(g *Graph) *Graph {
	n := &Graph{Func: g.Func, Results: slices.Clone(g.Results), ResType: slices.Clone(g.ResType),
		nextVal: g.nextVal, nextBlk: g.nextBlk}
	c := copier{dst: n, values: map[*Value]*Value{}, blocks: map[*Block]*Block{}, keepIDs: true}
	c.copy(g.Blocks)
	return n
}

// CopyBlocks appends a copy of all blocks of src to dst, with fresh ids, and returns what became of blocks and
// values. Return terminators are copied as they are; the caller (an inliner) replaces them.
func CopyBlocks(dst, src *Graph) (map[*Block]*Block, map[*Value]*Value) {
	c := copier{dst: dst, values: map[*Value]*Value{}, blocks: map[*Block]*Block{}}
	c.copy(src.Blocks)
	return c.blocks, c.values
}

type copier struct {
	dst     *Graph
	values  map[*Value]*Value
	blocks  map[*Block]*Block
	keepIDs bool
}

func (c *copier) copy(blocks []*Block) {
	// Definitions first: a use may come before its definition in block order.
	for _, b := range blocks {
		n := &Block{ID: b.ID, Term: b.Term, Trap: b.Trap, Aux: b.Aux, Cases: slices.Clone(b.Cases), Pos: b.Pos, Comment: b.Comment}
		if !c.keepIDs {
			n.ID = c.dst.nextBlk
			c.dst.nextBlk++
		}
		c.dst.Blocks = append(c.dst.Blocks, n)
		c.blocks[b] = n
		n.Params = c.define(b.Params)
		for _, o := range b.Ops {
			no := *o
			no.Results = c.define(o.Results)
			n.Ops = append(n.Ops, &no)
		}
	}
	for _, b := range blocks {
		n := c.blocks[b]
		for i, o := range b.Ops {
			n.Ops[i].Args = c.use(o.Args)
			n.Ops[i].Roots = c.use(o.Roots)
		}
		n.Args = c.use(b.Args)
		for _, e := range b.Succs {
			n.Succs = append(n.Succs, Edge{To: c.blocks[e.To], Args: c.use(e.Args)})
		}
	}
}

func (c *copier) define(vs []*Value) []*Value {
	if vs == nil {
		return nil
	}
	out := make([]*Value, len(vs))
	for i, v := range vs {
		n := *v
		if !c.keepIDs {
			c.dst.nextVal++
			n.ID = c.dst.nextVal
		}
		out[i] = &n
		c.values[v] = &n
	}
	return out
}

func (c *copier) use(vs []*Value) []*Value { return Renamed(vs, c.values) }

// Renamed is a copy of a list of operands with some of them replaced; nil stays nil.
func Renamed(vs []*Value, to map[*Value]*Value) []*Value {
	out := slices.Clone(vs)
	for i, v := range vs {
		if n, ok := to[v]; ok {
			out[i] = n
		}
	}
	return out
}

// Definitions maps values to the operations that make them; parameters of blocks have none.
func Definitions(g *Graph) map[*Value]*Op {
	defs := map[*Value]*Op{}
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			for _, r := range o.Results {
				defs[r] = o
			}
		}
	}
	return defs
}

// RemoveUnreachable drops the blocks that cannot be reached from the entry and says whether there were any.
func RemoveUnreachable(g *Graph) bool {
	seen := make([]bool, g.NumBlocks())
	for _, b := range ReversePostorder(g) {
		seen[b.ID] = true
	}
	n := len(g.Blocks)
	g.Blocks = slices.DeleteFunc(g.Blocks, func(b *Block) bool { return !seen[b.ID] })
	return len(g.Blocks) != n
}

// Renumber gives blocks and values consecutive ids in order of appearance, so that printed graphs do not
// depend on the history of a graph.
func Renumber(g *Graph) {
	g.nextVal, g.nextBlk = 0, 0
	number := func(vs []*Value) {
		for _, v := range vs {
			g.nextVal++
			v.ID = g.nextVal
		}
	}
	for _, b := range g.Blocks {
		b.ID = g.nextBlk
		g.nextBlk++
		number(b.Params)
		for _, o := range b.Ops {
			number(o.Results)
		}
	}
}
