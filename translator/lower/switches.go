package lower

import (
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// switches turns chains of comparisons of one word with constants into Switch terminators: type switches become jump
// tables of type ids. (Switches on integers in the source were found by load.)
//
// Requires a tidied graph. A chain is a block that ends in a branch on int_eq of a word and a constant, whose false
// edge goes to a block that consists of such a comparison of the same word only, and so on. Two comparisons are
// left alone: a branch each is as good.
func switches(g *flow.Graph) bool {
	f := &switchFinder{preds: flow.Preds(g), uses: map[value]int{}}
	g.EachUse(func(v **flow.Value) { f.uses[*v]++ })
	changed := false
	for _, b := range g.Blocks {
		word, _, ok := f.test(b)
		if !ok || f.continues(b, word) {
			continue
		}
		cases, succs := f.collect(b, word)
		if len(cases) < 3 {
			continue
		}
		b.Ops = b.Ops[:len(b.Ops)-1]
		b.Term, b.Args, b.Cases, b.Succs = flow.Switch, []value{word}, cases, succs
		changed = true
	}
	return changed
}

type switchFinder struct {
	preds [][]*flow.Block
	uses  map[value]int
}

// test recognises a block that ends in a branch on the comparison just before, which is used for nothing else.
func (f *switchFinder) test(b *flow.Block) (word value, constant int64, ok bool) {
	if b.Term != flow.Branch || len(b.Ops) == 0 {
		return nil, 0, false
	}
	o := b.Ops[len(b.Ops)-1]
	if o.Code != op.IntEq || o.Results[0] != b.Args[0] || f.uses[o.Results[0]] != 1 || o.Args[0].Const != nil {
		return nil, 0, false
	}
	constant, ok = constInt(o.Args[1])
	return o.Args[0], constant, ok
}

// link says whether the block only compares the word with a constant.
func (f *switchFinder) link(b *flow.Block, word value) bool {
	w, _, ok := f.test(b)
	return ok && w == word && len(b.Ops) == 1 && len(b.Params) == 0 && len(f.preds[b.ID]) == 1
}

// continues says whether the block is a later link of a chain.
func (f *switchFinder) continues(b *flow.Block, word value) bool {
	if !f.link(b, word) {
		return false
	}
	p := f.preds[b.ID][0]
	w, _, ok := f.test(p)
	return ok && w == word && p.Succs[1].To == b
}

func (f *switchFinder) collect(b *flow.Block, word value) (cases []int64, succs []flow.Edge) {
	seen := map[int64]bool{}
	for {
		_, c, _ := f.test(b)
		if !seen[c] { // an earlier case of the same value wins
			seen[c] = true
			cases = append(cases, c)
			succs = append(succs, b.Succs[0])
		}
		next := b.Succs[1].To
		if !f.link(next, word) {
			return cases, append(succs, b.Succs[1])
		}
		b = next
	}
}
