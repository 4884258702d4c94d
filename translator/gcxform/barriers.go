package gcxform

import (
	"slices"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Barriers puts a write barrier (gc/barrier) before the stores of references that need one.
//
// An object is clean where a barrier for it would do nothing: from its allocation, or a barrier for the whole of it,
// until the next operation that may collect. Clean objects are found by forward data flow, as the intersection over
// the paths that lead to a block, so that a barrier also serves what comes after a branch. What is stored matters, too: nil and
// prebuilt objects need none, as objects that never move are roots. Rejected: to follow block parameters
// (an object that is clean in all predecessors under different names); it finds next to nothing.
//
// Requires low-level graphs in their final form. Preserves everything but the positions of operations.
func Barriers(g *flow.Graph) {
	if !slices.ContainsFunc(g.Blocks, func(b *flow.Block) bool { return slices.ContainsFunc(b.Ops, needsBarrier) }) {
		return
	}
	c := &cleanness{in: make([][]uint64, g.NumBlocks()), words: (g.NumValues() + 63) / 64}
	c.solve(g)
	for _, b := range g.Blocks {
		if now := c.in[b.ID]; now != nil { // unreachable otherwise
			now = slices.Clone(now)
			b.Ops = c.insert(b.Ops, now)
		}
	}
}

// needsBarrier says whether an operation stores a reference that may be to a young object.
func needsBarrier(o *flow.Op) bool {
	switch o.Code {
	case op.SetField, op.SetArrayItem, op.SetInterior:
		return o.Descr.(descr.Location).Acc().Kind == op.Ref && o.Args[len(o.Args)-1].Const == nil
	}
	return false
}

// cleanness is the data flow: sets of values by id.
type cleanness struct {
	in    [][]uint64 // by Block.ID, nil while the block has not been reached
	words int
}

// solve finds what is clean at the start of every block: the greatest fixpoint, so that loops do not forget what all ways
// into and around them agree on.
func (c *cleanness) solve(g *flow.Graph) {
	order := flow.ReversePostorder(g)
	c.in[g.Entry().ID] = make([]uint64, c.words)
	for changed := true; changed; {
		changed = false
		for _, b := range order {
			if c.in[b.ID] == nil {
				continue
			}
			now := slices.Clone(c.in[b.ID])
			for _, o := range b.Ops {
				c.step(o, now)
			}
			for i := range b.Succs {
				changed = c.meet(b.Succs[i].To, now) || changed
			}
		}
	}
}

// meet intersects what is known at the start of a block with one way into it.
func (c *cleanness) meet(b *flow.Block, from []uint64) (changed bool) {
	to := c.in[b.ID]
	if to == nil {
		c.in[b.ID] = slices.Clone(from)
		return true
	}
	for i, w := range from {
		changed = changed || to[i]&^w != 0
		to[i] &= w
	}
	return changed
}

// step moves the set of clean objects over an operation, which gets a barrier if it needs one.
func (c *cleanness) step(o *flow.Op, now []uint64) {
	if Collects(o) {
		clear(now)
	}
	switch {
	case o.Code == op.New || o.Code == op.NewArray:
		set(now, o.Results[0])
	case needsBarrier(o) && o.Code == op.SetField:
		set(now, o.Args[0]) // barriers of items leave the other cards
	}
}

// insert puts the barriers into a list of operations.
func (c *cleanness) insert(ops []*flow.Op, now []uint64) []*flow.Op {
	out := make([]*flow.Op, 0, len(ops)+4)
	for _, o := range ops {
		if obj := first(o); needsBarrier(o) && !has(now, obj) {
			b := &flow.Op{Code: op.WriteBarrier, Args: []*flow.Value{obj}, Pos: o.Pos}
			if o.Code != op.SetField {
				b.Code, b.Args = op.WriteBarrierItem, []*flow.Value{obj, o.Args[1]}
			}
			out = append(out, b)
		}
		c.step(o, now)
		out = append(out, o)
	}
	return out
}

func first(o *flow.Op) *flow.Value {
	if len(o.Args) == 0 {
		return nil
	}
	return o.Args[0]
}

// set and has leave constants alone: they have no id.
func set(s []uint64, v *flow.Value) {
	if v.Const == nil {
		s[v.ID/64] |= 1 << (v.ID % 64)
	}
}

func has(s []uint64, v *flow.Value) bool {
	return v.Const == nil && s[v.ID/64]>>(v.ID%64)&1 != 0
}
