package inline

import (
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Strings in memory may be nil, so reading one is a load and a choice:
//
//	b1: c = ptr_is_zero v; branch c, b2(k), b2(v)        b1: p = or_else v, k; jump b2
//	b2(p): ...                                      =>   b2: ...
//
// As one operation the choice can be numbered and hoisted like any other; as control flow it could not.
//
// Requires tidy graphs. Preserves SSA form; leaves jumps for SimplifyCFG to merge.

func makeOrElse(g *flow.Graph) bool {
	preds := flow.Preds(g)
	defs := flow.Definitions(g)
	changed := false
	for _, b := range g.Blocks {
		if b.Term != flow.Branch {
			continue
		}
		yes, no := b.Succs[0], b.Succs[1]
		to := yes.To
		if no.To != to || len(preds[to.ID]) != 2 || to == g.Entry() {
			continue
		}
		tested, zero := nilTest(defs[b.Args[0]])
		if tested == nil {
			continue
		}
		if !zero {
			yes, no = no, yes
		}
		if !choices(yes.Args, no.Args, tested) {
			continue
		}
		args := append([]*flow.Value(nil), no.Args...)
		for i := range args {
			if args[i] != yes.Args[i] {
				r := g.NewKind(op.Ref)
				b.Ops = append(b.Ops, &flow.Op{Code: flow.OrElse, Args: []*flow.Value{tested, yes.Args[i]}, Results: []*flow.Value{r}, Pos: b.Pos})
				args[i] = r
			}
		}
		b.Term, b.Args, b.Succs = flow.Jump, nil, []flow.Edge{{To: to, Args: args}}
		changed = true
	}
	return changed
}

// nilTest is the reference that a condition compares with nil, and whether the condition is true for nil.
func nilTest(o *flow.Op) (v *flow.Value, zero bool) {
	if o == nil {
		return nil, false
	}
	switch o.Code {
	case op.PtrIsZero:
		return o.Args[0], true
	case op.PtrNonzero:
		return o.Args[0], false
	}
	return nil, false
}

// choices says whether the arguments differ only in being the tested value where it is not nil.
func choices(ifNil, other []*flow.Value, tested *flow.Value) bool {
	for i := range ifNil {
		if ifNil[i] != other[i] && other[i] != tested {
			return false
		}
	}
	return true
}
