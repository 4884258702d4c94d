package load

import (
	"go/token"
	"go/types"
	"slices"

	"kiln/translator/flow"
)

// minSwitch is the number of cases from which a chain of comparisons becomes a Switch. Shorter ones stay branches:
// those are what `if` statements look like, and two compares cost no more than a jump table.
const minSwitch = 3

// recoverSwitches finds chains of blocks that compare one integer with constants, which is what go/ssa makes of
// a switch statement, and replaces each by one Switch terminator:
//
//	b0: ... v1 = x == 1          b0: ...
//	    branch v1, b1, b2            switch x, 1 => b1, 2 => b3, default => b4
//	b2: v2 = x == 2        =>
//	    branch v2, b3, b4
//
// A block inside the chain holds nothing but its comparison and has one predecessor. Working on flow graphs
// rather than with ssautil.Switches keeps edges and their arguments together, and finds chains with != too.
func recoverSwitches(g *flow.Graph) bool {
	uses := map[*flow.Value]int{}
	g.EachUse(func(v **flow.Value) { uses[*v]++ })
	preds := flow.Preds(g)
	changed := false
	inChain := map[*flow.Block]bool{}
	for _, b := range flow.ReversePostorder(g) {
		if inChain[b] {
			continue
		}
		x, _, _, _ := comparison(b, uses)
		if x == nil {
			continue
		}
		var cases []int64
		var succs []flow.Edge
		at := b
		var rest flow.Edge
		for {
			y, k, equal, other := comparison(at, uses)
			if len(cases) > 0 && at == b { // for { switch x {...} } without a default comes back here
				break
			}
			if y != x || at != b && (len(at.Ops) != 1 || len(at.Params) > 0 || len(preds[at.ID]) != 1) {
				break
			}
			inChain[at] = true
			if !slices.Contains(cases, k) {
				cases = append(cases, k)
				succs = append(succs, equal)
			}
			rest = other
			at = other.To
		}
		if len(cases) < minSwitch {
			continue
		}
		b.Ops = b.Ops[:len(b.Ops)-1]
		b.Term, b.Args, b.Cases, b.Succs = flow.Switch, []*flow.Value{x}, cases, append(succs, rest)
		changed = true
	}
	return changed
}

// comparison recognises a block that ends by comparing x with an integer constant k and branching on that; the
// comparison has no other use.
func comparison(b *flow.Block, uses map[*flow.Value]int) (x *flow.Value, k int64, equal, other flow.Edge) {
	if b.Term != flow.Branch || len(b.Ops) == 0 {
		return
	}
	o := b.Ops[len(b.Ops)-1]
	if o.Code != flow.GoBinOp || len(o.Results) != 1 || b.Args[0] != o.Results[0] || uses[o.Results[0]] != 1 {
		return
	}
	equal, other = b.Succs[0], b.Succs[1]
	switch o.Aux.(token.Token) {
	case token.EQL:
	case token.NEQ:
		equal, other = other, equal
	default:
		return
	}
	if basic, ok := o.Args[0].Type.Underlying().(*types.Basic); !ok || basic.Info()&types.IsInteger == 0 {
		return
	}
	for i, a := range o.Args {
		if n, ok := flow.IntValue(a); ok && o.Args[1-i].Const == nil {
			return o.Args[1-i], n, equal, other
		}
	}
	return
}
