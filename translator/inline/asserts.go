package inline

import (
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Type assertions. x, ok := r.(*T) makes a number of the type, compares it, and chooses x; what asks for ok comes later, often
// behind another assertion:
//
//	b0: z = ptr_is_zero r; branch z, b2(0), b1
//	b1: t = typeid_of r; jump b2(t)
//	b2(p): ok = int_eq p, 7; branch ok, b3(r), b3(nil)        b0: ...; z = ptr_is_zero r; branch z, b9, b1
//	b3(x): ...; branch ok, b8, b9                       =>    b1: t = typeid_of r; ok = int_eq t, 7; branch ok, b8, b9
//	b8: ... x ...                                             b8: ... r ...
//
// Two steps. A parameter that a branch chooses is, where another branch on the same condition has decided, what was chosen for that; if that is
// so for all its uses, nothing is chosen (chosenLater). A type that is only compared, for one branch, is asked for at that branch
// (lateTypes); a type never changes. Both before: two tests, two compares, a jump and a move for each operand of an addition.
//
// Requires SSA and tidy graphs. Preserves SSA; leaves dead operations and blocks to Tidy. Where the branch follows at once, threading has been there before.

func assertLate(g *flow.Graph) bool {
	changed := chosenLater(g)
	if changed {
		Tidy(g)
	}
	return lateTypes(g) || changed
}

// choice is a block whose parameters a branch chooses: all its ways in are the two sides of one branch.
type choice struct {
	block *flow.Block
	sides [2][]*flow.Value
	cond  *flow.Value
}

func choicesOf(g *flow.Graph, preds [][]*flow.Block) (list []choice) {
	for _, b := range g.Blocks {
		if b.Term != flow.Branch || b.Args[0].Const != nil {
			continue
		}
		to := b.Succs[0].To
		if to == b.Succs[1].To && len(preds[to.ID]) == 2 && to != g.Entry() {
			list = append(list, choice{to, [2][]*flow.Value{b.Succs[0].Args, b.Succs[1].Args}, b.Args[0]})
		}
	}
	return list
}

// chosenLater replaces parameters that are used only where their condition is known.
func chosenLater(g *flow.Graph) bool {
	preds := flow.Preds(g)
	list := choicesOf(g, preds)
	if len(list) == 0 {
		return false
	}
	branches := map[*flow.Value][]*flow.Block{}
	for _, b := range g.Blocks {
		if b.Term == flow.Branch && b.Succs[0].To != b.Succs[1].To {
			branches[b.Args[0]] = append(branches[b.Args[0]], b)
		}
	}
	var dom *flow.DomTree
	changed := false
	for _, c := range list {
		if len(branches[c.cond]) == 0 || len(c.block.Ops) > 0 && c.block.Ops[0].Code == flow.MergePoint {
			continue
		}
		if dom == nil {
			dom = flow.Dominators(g)
		}
		d := decided{g: g, dom: dom, preds: preds, branches: branches[c.cond], from: c.block}
		for i, p := range c.block.Params {
			if c.sides[0][i] != c.sides[1][i] && d.replace(p, [2]*flow.Value{c.sides[0][i], c.sides[1][i]}) {
				changed = true
			}
		}
	}
	return changed
}

// decided knows where a condition has been decided by branches that a block dominates.
type decided struct {
	g        *flow.Graph
	dom      *flow.DomTree
	preds    [][]*flow.Block
	branches []*flow.Block
	from     *flow.Block
}

// side is the side that the condition has decided for in a block, -1 if it is open there. The value of the condition is that of the choice: whoever
// comes to the block comes through the choice, and from there through the branch.
func (d *decided) side(b *flow.Block) int {
	for _, at := range d.branches {
		if !d.dom.Reachable(at) || !d.dom.Dominates(d.from, at) {
			continue
		}
		for side, s := range at.Succs {
			if len(d.preds[s.To.ID]) == 1 && d.dom.Dominates(s.To, b) {
				return side
			}
		}
	}
	return -1
}

// onEdge is side for an edge of a block.
func (d *decided) onEdge(b *flow.Block, i int) int {
	for _, at := range d.branches {
		if at == b && d.dom.Dominates(d.from, at) {
			return i
		}
	}
	return d.side(b)
}

// replace replaces all uses of a parameter by what was chosen, or none.
func (d *decided) replace(p *flow.Value, values [2]*flow.Value) bool {
	type use struct {
		at   **flow.Value
		side int
	}
	var uses []use
	open := false
	visit := func(vs []*flow.Value, side func() int) {
		for i := range vs {
			if vs[i] == p && !open {
				s := side()
				open = s < 0
				uses = append(uses, use{&vs[i], s})
			}
		}
	}
	for _, b := range d.g.Blocks {
		if open {
			return false
		}
		if !d.dom.Reachable(b) {
			continue
		}
		here := func() int { return d.side(b) }
		for _, o := range b.Ops {
			visit(o.Args, here)
		}
		visit(b.Args, here)
		for i := range b.Succs {
			visit(b.Succs[i].Args, func() int { return d.onEdge(b, i) })
		}
	}
	if open || len(uses) == 0 {
		return false
	}
	for _, u := range uses {
		*u.at = values[u.side]
	}
	return true
}

// lateTypes asks for a type where a branch needs it.
func lateTypes(g *flow.Graph) bool {
	preds, defs := flow.Preds(g), flow.Definitions(g)
	changed := false
	var uses map[*flow.Value][]typeUse
	var often []float64 // a test does not move into a loop
	for _, b := range g.Blocks {
		if len(preds[b.ID]) != 2 || b == g.Entry() || len(b.Ops) > 0 && b.Ops[0].Code == flow.MergePoint {
			continue
		}
		for i, p := range b.Params {
			object := typeOrZero(b, i, preds, defs)
			if object == nil {
				continue
			}
			if uses == nil {
				uses, often = typeUses(g), flow.Frequencies(g)
			}
			if at := onlyBranch(p, uses); at != nil && often[at.block.ID] <= often[b.ID] {
				moveTest(g, object, at)
				changed = true
			}
		}
	}
	return changed
}

// typeOrZero is the object that a parameter is the type of, or 0 if there is none; nil if the parameter is something else.
func typeOrZero(b *flow.Block, i int, preds [][]*flow.Block, defs map[*flow.Value]*flow.Op) *flow.Value {
	for k, p := range preds[b.ID] {
		other := preds[b.ID][1-k]
		if p.Term != flow.Branch || other.Term != flow.Jump {
			continue
		}
		object, zero := nilTest(defs[p.Args[0]])
		if object == nil {
			continue
		}
		side := 1
		if zero {
			side = 0
		}
		to, t := p.Succs[side], other.Succs[0].Args[i]
		if to.To != b || to.Args[i].Const == nil || to.Args[i].Const.Bits != 0 {
			continue
		}
		if o := defs[t]; o != nil && o.Code == op.TypeIDOf && o.Args[0] == object {
			return object
		}
	}
	return nil
}

// typeUse is a use of a value: by an operation, or in a block for something else.
type typeUse struct {
	op    *flow.Op
	block *flow.Block
	// branches: the block's branch is on the value.
	branches bool
}

func typeUses(g *flow.Graph) map[*flow.Value][]typeUse {
	uses := map[*flow.Value][]typeUse{}
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			for _, a := range o.Args {
				uses[a] = append(uses[a], typeUse{op: o, block: b})
			}
		}
		for _, a := range b.Args {
			uses[a] = append(uses[a], typeUse{block: b, branches: b.Term == flow.Branch})
		}
		for _, s := range b.Succs {
			for _, a := range s.Args {
				uses[a] = append(uses[a], typeUse{block: b})
			}
		}
	}
	return uses
}

// onlyBranch is the branch that a type is compared for, with the comparison, if that is all that is done with it.
func onlyBranch(typ *flow.Value, uses map[*flow.Value][]typeUse) *typeUse {
	if len(uses[typ]) != 1 {
		return nil
	}
	compare := uses[typ][0].op
	if compare == nil || compare.Code != op.IntEq || compare.Args[0] != typ || compare.Args[1].Const == nil || compare.Args[1].Const.Bits == 0 {
		return nil
	}
	asked := uses[compare.Results[0]]
	if len(asked) != 1 || !asked[0].branches {
		return nil
	}
	return &typeUse{op: compare, block: asked[0].block, branches: true}
}

// moveTest makes a branch ask for the type of an object by itself.
func moveTest(g *flow.Graph, object *flow.Value, at *typeUse) {
	b, compare := at.block, at.op
	none, id, is := g.NewKind(op.Int), g.NewKind(op.Int), g.NewKind(op.Int)
	there := g.NewBlock()
	there.Pos, there.Term, there.Args, there.Succs = b.Pos, flow.Branch, []*flow.Value{is}, b.Succs
	there.Ops = []*flow.Op{
		{Code: op.TypeIDOf, Args: []*flow.Value{object}, Results: []*flow.Value{id}, Pos: compare.Pos},
		{Code: op.IntEq, Args: []*flow.Value{id, compare.Args[1]}, Results: []*flow.Value{is}, Pos: compare.Pos},
	}
	no := flow.Edge{To: b.Succs[1].To, Args: append([]*flow.Value(nil), b.Succs[1].Args...)}
	b.Ops = append(b.Ops, &flow.Op{Code: op.PtrIsZero, Args: []*flow.Value{object}, Results: []*flow.Value{none}, Pos: compare.Pos})
	b.Args, b.Succs = []*flow.Value{none}, []flow.Edge{no, {To: there}}
}
