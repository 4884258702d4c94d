package hints

import (
	"strings"

	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

// PortalUnderTry says whether a merge point may be reached inside a function that defers. Run-time checks of compiled code
// raise panics without writing back what lives in registers, so whoever recovers, or runs deferred, would see an old heap:
// in such programs they are guards (descr.Program.Recovers).
func PortalUnderTry(p *flow.Program) bool {
	seen := make([]bool, len(p.Funcs))
	var work []*flow.Func
	mark := func(f *flow.Func) {
		if !seen[f.Index] {
			seen[f.Index] = true
			work = append(work, f)
		}
	}
	// Functions that are called through tables and values, by the kinds of their words.
	isIndirect := indirectFuncs(p)
	var indirect []*flow.Func
	for _, f := range p.Funcs {
		if strings.Contains(f.Name, "$body") || strings.Contains(f.Name, "$defer") {
			mark(f)
		} else if isIndirect[f] {
			indirect = append(indirect, f)
		}
	}
	for len(work) > 0 {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		if f.Graph == nil {
			continue // of try, all callees are marked
		}
		for _, b := range f.Graph.Blocks {
			for _, o := range b.Ops {
				switch o.Code {
				case flow.MergePoint, flow.CanEnterJit:
					return true
				case flow.Call:
					mark(o.Aux.(*flow.Func))
				case flow.CallIndirect:
					c := o.Descr.(*descr.Call)
					for _, g := range indirect {
						if g.Call.SameKinds(c) && !strings.HasSuffix(g.Name, "$top") {
							mark(g)
						}
					}
				}
			}
		}
	}
	return false
}
