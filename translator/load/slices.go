package load

import (
	"go/types"
	"slices"

	"kiln/translator/flow"
)

// makeSlices turns arrays that exist only to be sliced into slices: go/ssa makes such arrays for
// make with constant capacity, for slice literals and for variadic calls.
//
//	v1:*[3]int = go_alloc                  v3:[]int = go_makeslice 3, 3
//	v2:*int = go_indexaddr v1, 0           v2:*int = go_indexaddr v3, 0
//	go_store v2, x                   =>    go_store v2, x
//	v3:[]int = go_slice v1, _, _, _
//
// The slice then comes into being before the elements are stored, which nobody can see.
func makeSlices(g *flow.Graph) {
	uses := map[*flow.Value][]*flow.Op{}
	other := map[*flow.Value]bool{} // used by terminators or edges
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			for _, a := range o.Args {
				uses[a] = append(uses[a], o)
			}
		}
		for _, a := range b.Args {
			other[a] = true
		}
		for _, e := range b.Succs {
			for _, a := range e.Args {
				other[a] = true
			}
		}
	}
	repl := map[*flow.Value]*flow.Value{}
	gone := map[*flow.Op]bool{}
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			if o.Code != flow.GoAlloc || other[o.Results[0]] {
				continue
			}
			array, ok := o.Aux.(flow.AllocAux).Elem.Underlying().(*types.Array)
			if !ok {
				continue
			}
			slice := onlySlice(o, array.Len(), uses[o.Results[0]])
			if slice == nil {
				continue
			}
			n := flow.GoConst(types.Typ[types.Int], constInt(array.Len()))
			high := slice.Args[2]
			if high == nil {
				high = n
			}
			repl[o.Results[0]] = slice.Results[0]
			o.Code, o.Aux, o.Args, o.Results = flow.GoMakeSlice, nil, []*flow.Value{high, n}, slice.Results
			gone[slice] = true
		}
	}
	if len(repl) == 0 {
		return
	}
	for _, b := range g.Blocks {
		b.Ops = slices.DeleteFunc(b.Ops, func(o *flow.Op) bool { return gone[o] })
	}
	flow.ReplaceUses(g, repl)
}

// onlySlice is the one slicing of an array variable if it covers the array from the start and everything else
// is access to elements.
func onlySlice(alloc *flow.Op, n int64, uses []*flow.Op) *flow.Op {
	var slice *flow.Op
	elements := false
	for _, u := range uses {
		switch {
		case u.Code == flow.GoSlice && slice == nil && u.Args[0] == alloc.Results[0] && u.Args[1] == nil && u.Args[3] == nil:
			slice = u
		case u.Code == flow.GoIndexAddr && u.Args[0] == alloc.Results[0]:
			elements = true
		default:
			return nil
		}
	}
	if slice == nil || slice.Args[2] == nil {
		return slice
	}
	high, isConst := flow.IntValue(slice.Args[2])
	switch {
	case isConst && (high == n || high < n && !elements):
		return slice
	case alloc.Results[0].Name == "makeslice" && !elements:
		return slice // the length is computed before the array is made
	}
	return nil
}
