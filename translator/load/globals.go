package load

import (
	"go/constant"
	"strings"

	"kiln/translator/flow"
)

func constInt(n int64) constant.Value { return constant.MakeInt64(n) }

// constantGlobals finds the package variables that no function assigns once package initialisation is over, and those
// whose address escapes. Functions that only initialisers reach may assign.
func constantGlobals(p *flow.Program) {
	late := lateFuncs(p)
	assigned := map[*flow.Global]bool{}
	for _, f := range p.Funcs {
		if f.Graph == nil {
			continue
		}
		addr := map[*flow.Value]*flow.Global{} // values that are addresses inside a global
		root := func(v *flow.Value) *flow.Global {
			if v == nil {
				return nil
			}
			if v.Const != nil {
				return v.Const.Global
			}
			return addr[v]
		}
		escape := func(vs []*flow.Value) {
			for _, v := range vs {
				if g := root(v); g != nil {
					g.Escapes = true
				}
			}
		}
		for _, b := range flow.ReversePostorder(f.Graph) {
			for _, o := range b.Ops {
				switch o.Code {
				case flow.GoLoad, flow.GoCheckAddr:
				case flow.GoStore:
					if g := root(o.Args[0]); g != nil && late[f] {
						assigned[g] = true
					}
					escape(o.Args[1:])
				case flow.GoBuiltin:
					if o.Aux != flow.CheckPlace {
						escape(o.Args)
					}
				case flow.GoFieldAddr, flow.GoIndexAddr:
					if g := root(o.Args[0]); g != nil {
						addr[o.Results[0]] = g
					}
				default:
					escape(o.Args)
				}
			}
			escape(b.Args)
			for _, e := range b.Succs {
				escape(e.Args)
			}
		}
	}
	for _, g := range p.Globals {
		g.Constant = !assigned[g] && !g.Escapes
	}
}

// lateFuncs are the functions that may run after package initialisation: what main reaches, through calls, values
// of function type, and interfaces (any method may be called then).
func lateFuncs(p *flow.Program) map[*flow.Func]bool {
	late := map[*flow.Func]bool{}
	var work []*flow.Func
	add := func(f *flow.Func) {
		if f != nil && !late[f] {
			late[f] = true
			work = append(work, f)
		}
	}
	add(p.Main)
	for _, d := range p.Drivers {
		for _, f := range d.Hooks {
			add(f)
		}
	}
	for _, f := range p.Funcs {
		// Methods and closures may be called through values that initialisers made.
		if f.Recv || len(f.FreeVars) > 0 || strings.Contains(f.Name, "$") {
			add(f)
		}
		if f.Graph == nil {
			continue
		}
		f.Graph.EachUse(func(v **flow.Value) {
			if c := (*v).Const; c != nil {
				add(c.Func)
			}
		})
	}
	for len(work) > 0 {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		if f.Graph == nil {
			continue
		}
		for _, b := range f.Graph.Blocks {
			for _, o := range b.Ops {
				if callee, ok := o.Aux.(*flow.Func); ok {
					add(callee)
				}
			}
		}
	}
	return late
}
