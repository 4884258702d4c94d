package flow

import (
	"slices"
)

// SimplifyCFG tidies the control flow of a graph of either level and says whether anything changed:
// unreachable blocks go, branches on constants and branches whose edges are equal become jumps, a
// block whose only predecessor ends in a jump is merged into it, jumps to empty blocks are threaded, and block parameters that
// always receive the same value are replaced by it.
//
// Requires a verified graph. Preserves SSA, levels, positions of the operations. A block that starts with
// MergePoint keeps its parameters and is never merged into another (see Portal in docs/architecture.md);
// the entry keeps its parameters, which are the function's.
func SimplifyCFG(g *Graph) bool {
	any := RemoveUnreachable(g)
	// What a step cuts off goes before values are replaced: in a loop that nothing enters they may be each other's arguments.
	cuts := func(step func(*Graph) bool) bool {
		changed := step(g)
		if changed {
			RemoveUnreachable(g)
		}
		return changed
	}
	for {
		changed := cuts(foldBranches)
		changed = trivialParams(g) || changed
		changed = cuts(threadJumps) || changed
		changed = mergeBlocks(g) || changed
		if !changed {
			return any
		}
		any = true
	}
}

// pinned says whether the block's parameters are an interface that must stay.
func pinned(b *Block) bool { return len(b.Ops) > 0 && b.Ops[0].Code == MergePoint }

// sameValue compares operands: the same value, or constants that say the same.
func sameValue(a, b *Value) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.Const == nil || b.Const == nil || a.Kind != b.Kind || a.Type != b.Type {
		return false
	}
	x, y := a.Const, b.Const
	return x.Bits == y.Bits && x.Prebuilt == y.Prebuilt && x.Global == y.Global && x.Func == y.Func && x.Value == nil && y.Value == nil
}

func foldBranches(g *Graph) bool {
	changed := false
	for _, b := range g.Blocks {
		switch b.Term {
		case Branch:
			if v, ok := IntValue(b.Args[0]); ok {
				pick := 0
				if v == 0 {
					pick = 1
				}
				toJump(b, b.Succs[pick])
				changed = true
			} else if sameEdge(b.Succs[0], b.Succs[1]) {
				toJump(b, b.Succs[0])
				changed = true
			}
		case Switch:
			if v, ok := IntValue(b.Args[0]); ok {
				i := slices.Index(b.Cases, v)
				if i < 0 {
					i = len(b.Succs) - 1
				}
				toJump(b, b.Succs[i])
				changed = true
			} else if len(b.Cases) == 0 {
				toJump(b, b.Succs[0])
				changed = true
			}
		}
	}
	return changed
}

func toJump(b *Block, e Edge) {
	b.Term, b.Args, b.Cases, b.Succs = Jump, nil, nil, []Edge{e}
}

func sameEdge(a, b Edge) bool { return a.To == b.To && slices.EqualFunc(a.Args, b.Args, sameValue) }

// trivialParams replaces parameters that receive one value on all edges (themselves apart).
func trivialParams(g *Graph) bool {
	type incoming struct {
		from *Block
		succ int
	}
	edges := make([][]incoming, g.NumBlocks())
	for _, b := range g.Blocks {
		for i := range b.Succs {
			to := b.Succs[i].To
			edges[to.ID] = append(edges[to.ID], incoming{b, i})
		}
	}
	repl := map[*Value]*Value{}
	resolve := func(v *Value) *Value {
		for {
			to, ok := repl[v]
			if !ok {
				return v
			}
			v = to
		}
	}
	for _, b := range g.Blocks[1:] {
		if pinned(b) {
			continue
		}
		for i := 0; i < len(b.Params); i++ {
			var only *Value
			trivial := true
			for _, e := range edges[b.ID] {
				v := resolve(e.from.Succs[e.succ].Args[i])
				if v == b.Params[i] || only != nil && sameValue(v, only) {
					continue
				}
				if only != nil {
					trivial = false
					break
				}
				only = v
			}
			if !trivial || only == nil {
				continue
			}
			repl[b.Params[i]] = only
			b.Params = slices.Delete(slices.Clone(b.Params), i, i+1)
			for _, e := range edges[b.ID] {
				s := &e.from.Succs[e.succ]
				s.Args = slices.Delete(slices.Clone(s.Args), i, i+1)
			}
			i--
		}
	}
	ReplaceUses(g, repl)
	return len(repl) > 0
}

// threadJumps redirects edges to blocks that only jump on.
func threadJumps(g *Graph) bool {
	// A parameter of the empty block may be used by its own jump only: elsewhere it would lose its definition.
	usedElsewhere := make([]bool, g.NumValues())
	mark := func(vs []*Value) {
		for _, v := range vs {
			if v != nil && v.Const == nil {
				usedElsewhere[v.ID] = true
			}
		}
	}
	own := make([]map[*Value]int, g.NumBlocks())
	for _, b := range g.Blocks {
		empty := len(b.Ops) == 0 && b.Term == Jump
		if empty {
			own[b.ID] = make(map[*Value]int, len(b.Params))
			for i, p := range b.Params {
				own[b.ID][p] = i
			}
		}
		for _, o := range b.Ops {
			mark(o.Args)
			mark(o.Roots)
		}
		mark(b.Args)
		for _, e := range b.Succs {
			for _, v := range e.Args {
				if v != nil && v.Const == nil && (!empty || !has(own[b.ID], v)) {
					usedElsewhere[v.ID] = true
				}
			}
		}
	}
	changed := false
	for _, b := range g.Blocks {
		for i := range b.Succs {
			mid := b.Succs[i].To
			if own[mid.ID] == nil || mid.Succs[0].To == mid || mid == b || slices.ContainsFunc(mid.Params, func(p *Value) bool { return usedElsewhere[p.ID] }) {
				continue
			}
			next := mid.Succs[0]
			args := make([]*Value, len(next.Args))
			for j, v := range next.Args {
				args[j] = v
				if k, ok := own[mid.ID][v]; ok {
					args[j] = b.Succs[i].Args[k]
				}
			}
			b.Succs[i] = Edge{To: next.To, Args: args}
			// The block may have been threaded through by its own loop: its arguments now count for itself.
			for _, v := range args {
				if v != nil && v.Const == nil {
					if own[b.ID] == nil || !has(own[b.ID], v) {
						usedElsewhere[v.ID] = true
					}
				}
			}
			changed = true
		}
	}
	return changed
}

func has(m map[*Value]int, v *Value) bool { _, ok := m[v]; return ok }

// mergeBlocks joins a block with its successor where neither has another edge to or from it.
func mergeBlocks(g *Graph) bool {
	count := make([]int, g.NumBlocks())
	for _, b := range g.Blocks {
		for i := range b.Succs {
			count[b.Succs[i].To.ID]++
		}
	}
	gone := make([]bool, g.NumBlocks())
	repl := map[*Value]*Value{}
	for _, b := range g.Blocks {
		if gone[b.ID] {
			continue
		}
		for b.Term == Jump {
			to := b.Succs[0].To
			if to == b || to == g.Entry() || count[to.ID] != 1 || pinned(to) {
				break
			}
			for i, p := range to.Params {
				repl[p] = b.Succs[0].Args[i]
			}
			b.Ops = append(b.Ops, to.Ops...)
			b.Term, b.Trap, b.Aux, b.Args, b.Cases, b.Succs, b.Pos = to.Term, to.Trap, to.Aux, to.Args, to.Cases, to.Succs, to.Pos
			if b.Comment == "" {
				b.Comment = to.Comment
			}
			gone[to.ID] = true
		}
	}
	n := len(g.Blocks)
	g.Blocks = slices.DeleteFunc(g.Blocks, func(b *Block) bool { return gone[b.ID] })
	ReplaceUses(g, repl)
	return len(g.Blocks) != n
}
