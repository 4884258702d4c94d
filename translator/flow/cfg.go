package flow

// NumBlocks is one more than the largest block id in use; tables indexed by Block.ID have this length.
func (g *Graph) NumBlocks() int { return g.nextBlk }

// Preds lists the predecessors of each block, indexed by Block.ID; a block that reaches another by two
// edges is listed twice. Unreachable predecessors are included.
func Preds(g *Graph) [][]*Block {
	preds := make([][]*Block, g.NumBlocks())
	for _, b := range g.Blocks {
		for i := range b.Succs {
			to := b.Succs[i].To
			preds[to.ID] = append(preds[to.ID], b)
		}
	}
	return preds
}

// ReversePostorder lists the blocks reachable from the entry so that a block comes before its
// successors, back edges apart. The order is deterministic and follows the order of successors.
func ReversePostorder(g *Graph) []*Block {
	seen := make([]bool, g.NumBlocks())
	post := make([]*Block, 0, len(g.Blocks))
	// An explicit stack: dispatch loops give graphs of thousands of blocks in a row.
	type frame struct {
		b    *Block
		next int
	}
	stack := []frame{{g.Entry(), 0}}
	seen[g.Entry().ID] = true
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if f.next < len(f.b.Succs) {
			// Later successors first, so that the first successor comes first in the reversed order.
			to := f.b.Succs[len(f.b.Succs)-1-f.next].To
			f.next++
			if !seen[to.ID] {
				seen[to.ID] = true
				stack = append(stack, frame{to, 0})
			}
			continue
		}
		post = append(post, f.b)
		stack = stack[:len(stack)-1]
	}
	for i, j := 0, len(post)-1; i < j; i, j = i+1, j-1 {
		post[i], post[j] = post[j], post[i]
	}
	return post
}

// DomTree is the dominator tree of the reachable part of a graph.
type DomTree struct {
	order []*Block // reverse postorder
	num   []int    // by Block.ID: position in order, -1 if unreachable
	idom  []*Block // by Block.ID
	in    []int    // by Block.ID: preorder interval of the tree, for Dominates in constant time
	out   []int
}

// Dominators computes the dominator tree (Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm).
func Dominators(g *Graph) *DomTree {
	t := &DomTree{order: ReversePostorder(g), num: make([]int, g.NumBlocks()), idom: make([]*Block, g.NumBlocks())}
	for i := range t.num {
		t.num[i] = -1
	}
	for i, b := range t.order {
		t.num[b.ID] = i
	}
	preds := Preds(g)
	entry := g.Entry()
	t.idom[entry.ID] = entry
	for changed := true; changed; {
		changed = false
		for _, b := range t.order[1:] {
			var dom *Block
			for _, p := range preds[b.ID] {
				if t.num[p.ID] < 0 || t.idom[p.ID] == nil {
					continue
				}
				if dom == nil {
					dom = p
				} else {
					dom = t.intersect(p, dom)
				}
			}
			if t.idom[b.ID] != dom {
				t.idom[b.ID] = dom
				changed = true
			}
		}
	}
	t.idom[entry.ID] = nil
	t.interval(g)
	return t
}

func (t *DomTree) intersect(a, b *Block) *Block {
	for a != b {
		for t.num[a.ID] > t.num[b.ID] {
			a = t.idom[a.ID]
		}
		for t.num[b.ID] > t.num[a.ID] {
			b = t.idom[b.ID]
		}
	}
	return a
}

// interval numbers the tree in preorder: a dominates b if a's interval contains b's.
func (t *DomTree) interval(g *Graph) {
	t.in, t.out = make([]int, g.NumBlocks()), make([]int, g.NumBlocks())
	children := make([][]*Block, g.NumBlocks())
	for _, b := range t.order[1:] {
		d := t.idom[b.ID]
		children[d.ID] = append(children[d.ID], b)
	}
	clock := 0
	type frame struct {
		b    *Block
		next int
	}
	stack := []frame{{g.Entry(), 0}}
	t.in[g.Entry().ID] = clock
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		if f.next < len(children[f.b.ID]) {
			c := children[f.b.ID][f.next]
			f.next++
			clock++
			t.in[c.ID] = clock
			stack = append(stack, frame{c, 0})
			continue
		}
		t.out[f.b.ID] = clock
		stack = stack[:len(stack)-1]
	}
}

// Order is the reverse postorder of the reachable blocks.
func (t *DomTree) Order() []*Block { return t.order }

// Reachable says whether b can be reached from the entry.
func (t *DomTree) Reachable(b *Block) bool { return t.num[b.ID] >= 0 }

// Idom is the immediate dominator, nil for the entry and unreachable blocks.
func (t *DomTree) Idom(b *Block) *Block { return t.idom[b.ID] }

// Dominates says whether every path from the entry to b goes through a. A block dominates itself.
// Both must be reachable.
func (t *DomTree) Dominates(a, b *Block) bool {
	return t.in[a.ID] <= t.in[b.ID] && t.out[b.ID] <= t.out[a.ID]
}

// IsBackEdge says whether the edge from -> to closes a natural loop (to dominates from).
func (t *DomTree) IsBackEdge(from, to *Block) bool {
	return t.Reachable(from) && t.Reachable(to) && t.Dominates(to, from)
}
