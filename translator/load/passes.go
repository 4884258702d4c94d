package load

import (
	"kiln/translator/flow"
)

// passes tidies a fresh graph, in this order:
//
//	slices    constant makes and slice literals: an array and a slice of it become GoMakeSlice
//	switches  chains of comparisons of one value with constants become Switch
//	simplify  trivial parameters and jumps go
func passes(f *flow.Func) {
	makeSlices(f.Graph)
	flow.SimplifyCFG(f.Graph)
	if recoverSwitches(f.Graph) {
		flow.SimplifyCFG(f.Graph)
	}
	flow.Renumber(f.Graph)
}
