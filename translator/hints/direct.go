package hints

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Direct is the name of the optimisation, to leave it out.
const Direct = "direct"

// DirectCalls makes direct calls of those through method tables and function values that can reach one function only: nobody
// but the program itself makes objects and closures, so its tables are all there is.
//
//	i2 = typeid_of r1
//	i3 = method_lookup i2 : Shape.Area         =>    f4 = call r1 : main.Square.Area
//	f4 = call_indirect i3, r1
//
// Requires low-level graphs with tables filled. Preserves checks for nil, which are operations of their own. Effects of the calls are
// those of their functions; callers have fewer from then on, so Effects should be computed again.
func DirectCalls(p *flow.Program) (changed bool) {
	a := &analysis{prog: p}
	a.findValues()
	only := map[*descr.Call]*flow.Func{}
	known := map[*descr.Call]bool{}
	for _, f := range p.Funcs {
		if f.Graph == nil {
			continue
		}
		lookups, any := methodLookups(f.Graph), false
		for _, b := range f.Graph.Blocks {
			for _, o := range b.Ops {
				if o.Code != flow.CallIndirect {
					continue
				}
				c, ok := o.Descr.(*descr.Call)
				if ok && !known[c] {
					known[c] = true
					if reached, all := a.reached(o, lookups[o.Args[0]]); all && len(reached) == 1 {
						only[c] = reached[0]
					}
				}
				if callee := only[c]; callee != nil && o.MakeDirect(callee) {
					any = true
				}
			}
		}
		if any {
			flow.RemoveDead(f.Graph)
			changed = true
		}
	}
	return changed
}

// methodLookups are the method tables that function numbers come from.
func methodLookups(g *flow.Graph) map[*flow.Value]*descr.Dispatch {
	lookups := map[*flow.Value]*descr.Dispatch{}
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			if d, ok := o.Descr.(*descr.Dispatch); ok && o.Code == op.MethodLookup {
				lookups[o.Results[0]] = d
			}
		}
	}
	return lookups
}
