package flow

import (
	"math/bits"
	"slices"
)

// ValueSet is a set of values of one graph, by id.
type ValueSet struct {
	words  []uint64
	values []*Value // by id; shared by all sets of a Live
}

func (s *ValueSet) add(v *Value) bool {
	w, bit := v.ID/64, uint64(1)<<(v.ID%64)
	if s.words[w]&bit != 0 {
		return false
	}
	s.words[w] |= bit
	return true
}

func (s *ValueSet) remove(v *Value) { s.words[v.ID/64] &^= 1 << (v.ID % 64) }

// Has says whether v is in the set. Constants never are.
func (s *ValueSet) Has(v *Value) bool {
	return v != nil && v.Const == nil && s.words[v.ID/64]&(1<<(v.ID%64)) != 0
}

// Values lists the set in order of ids.
func (s *ValueSet) Values() []*Value {
	var out []*Value
	for i, w := range s.words {
		for ; w != 0; w &= w - 1 {
			out = append(out, s.values[i*64+bits.TrailingZeros64(w)])
		}
	}
	return out
}

// Live is the liveness of a graph. Values are live from their definition to their last use; the
// arguments of an edge are used at the end of the block the edge leaves. A block's own parameters are
// not in its live-in set: they are defined at its start.
type Live struct {
	in, out []ValueSet // by Block.ID
	values  []*Value
}

// Liveness computes the live-in and live-out sets of every block (backward data flow over bit sets).
func Liveness(g *Graph) *Live {
	l := &Live{in: make([]ValueSet, g.NumBlocks()), out: make([]ValueSet, g.NumBlocks()), values: make([]*Value, g.NumValues())}
	for _, b := range g.Blocks {
		for _, v := range b.Params {
			l.values[v.ID] = v
		}
		for _, o := range b.Ops {
			for _, v := range o.Results {
				l.values[v.ID] = v
			}
		}
	}
	for _, b := range g.Blocks {
		l.in[b.ID], l.out[b.ID] = l.newSet(), l.newSet()
	}
	preds := Preds(g)
	// Work backward from the last block; a block is visited again when a successor's live-in grew.
	queued := make([]bool, g.NumBlocks())
	var work []*Block
	for _, b := range g.Blocks {
		work = append(work, b)
		queued[b.ID] = true
	}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		queued[b.ID] = false
		if !l.update(b) {
			continue
		}
		for _, p := range preds[b.ID] {
			if !queued[p.ID] {
				queued[p.ID] = true
				work = append(work, p)
			}
		}
	}
	return l
}

func (l *Live) newSet() ValueSet {
	return ValueSet{words: make([]uint64, (len(l.values)+63)/64), values: l.values}
}

// update recomputes b's sets and says whether live-in grew.
func (l *Live) update(b *Block) bool {
	out := &l.out[b.ID]
	for i := range b.Succs {
		for w, bitsIn := range l.in[b.Succs[i].To.ID].words {
			out.words[w] |= bitsIn
		}
	}
	now := ValueSet{words: slices.Clone(out.words), values: l.values}
	l.termUses(b, &now)
	for i := len(b.Ops) - 1; i >= 0; i-- {
		stepOp(b.Ops[i], &now)
	}
	for _, v := range b.Params {
		now.remove(v)
	}
	if slices.Equal(now.words, l.in[b.ID].words) {
		return false
	}
	l.in[b.ID] = now
	return true
}

func (l *Live) termUses(b *Block, s *ValueSet) {
	addUses(b.Args, s)
	for i := range b.Succs {
		addUses(b.Succs[i].Args, s)
	}
}

func addUses(vs []*Value, s *ValueSet) {
	for _, v := range vs {
		if v != nil && v.Const == nil {
			s.add(v)
		}
	}
}

// stepOp moves a live set from after an operation to before it.
func stepOp(o *Op, s *ValueSet) {
	for _, v := range o.Results {
		s.remove(v)
	}
	addUses(o.Args, s)
}

// In is the set of values live at the start of b, its own parameters excluded.
func (l *Live) In(b *Block) *ValueSet { return &l.in[b.ID] }

// Out is the set of values live at the end of b: live into a successor. Edge arguments are not in it
// unless also live in a successor.
func (l *Live) Out(b *Block) *ValueSet { return &l.out[b.ID] }

// Backward walks the operations of b from the last to the first. after holds what is live behind the
// operation (its results included, if used); a value both in after and not a result of the operation is
// live across it. The set is reused between calls: copy what must be kept.
func (l *Live) Backward(b *Block, visit func(i int, o *Op, after *ValueSet)) {
	now := ValueSet{words: slices.Clone(l.out[b.ID].words), values: l.values}
	l.termUses(b, &now)
	for i := len(b.Ops) - 1; i >= 0; i-- {
		visit(i, b.Ops[i], &now)
		stepOp(b.Ops[i], &now)
	}
}
