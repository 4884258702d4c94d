package check

import (
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"kiln/translator/flow"
	"kiln/translator/load"
)

// Hot lists what hurts in code that the JIT traces: nothing of it is wrong. The program has no problems, and its graphs
// are those that load made.
//
//   - a field of a constant object that is set only while objects are made, but has no immutable tag: it is loaded
//     and tested again and again where it could be a constant
//   - a range over a map
//   - a call of a function of the language that is not traced through, because it loops
//
// Traced are the portals and the functions they call directly, as far as traces follow calls.
func Hot(r *load.Result) load.Problems {
	h := &hot{r: r, changed: map[*types.Var]bool{}, traced: map[*flow.Func]bool{}}
	for _, f := range r.Program.Funcs {
		h.stores(f)
	}
	for _, d := range r.Program.Drivers {
		if d.Portal != nil {
			h.trace(d.Portal)
		}
	}
	for _, f := range r.Program.Funcs {
		if h.traced[f] {
			h.function(f)
		}
	}
	return h.found.Sort()
}

type hot struct {
	r       *load.Result
	changed map[*types.Var]bool // fields stored into after their object was made
	traced  map[*flow.Func]bool
	found   load.Problems
}

func (h *hot) note(o *flow.Op, rule, msg, remedy string) {
	h.found = append(h.found, load.Problem{Pos: token.Position{Filename: o.Pos.File, Line: o.Pos.Line}, Rule: rule, Msg: msg, Remedy: remedy})
}

// fieldOf is the field that a GoFieldAddr addresses, and its tag.
func fieldOf(o *flow.Op) (*types.Var, string) {
	p, ok := o.Args[0].Type.Underlying().(*types.Pointer)
	if !ok {
		return nil, ""
	}
	st := p.Elem().Underlying().(*types.Struct)
	i := o.Aux.(int)
	return st.Field(i), reflect.StructTag(st.Tag(i)).Get("kiln")
}

// stores notes the fields that a function changes in objects it has not made itself.
func (h *hot) stores(f *flow.Func) {
	if f.Graph == nil {
		return
	}
	made := map[*flow.Value]*flow.Op{}
	for _, b := range f.Graph.Blocks {
		for _, o := range b.Ops {
			for _, v := range o.Results {
				made[v] = o
			}
		}
	}
	for _, b := range f.Graph.Blocks {
		for _, o := range b.Ops {
			if o.Code != flow.GoStore {
				continue
			}
			addr := made[o.Args[0]]
			if addr == nil || addr.Code != flow.GoFieldAddr {
				continue
			}
			if base := made[addr.Args[0]]; base == nil || base.Code != flow.GoAlloc {
				if field, _ := fieldOf(addr); field != nil {
					h.changed[field] = true
				}
			}
		}
	}
}

// trace marks a function and those that traces of it follow.
func (h *hot) trace(f *flow.Func) {
	if h.traced[f] || f.Graph == nil {
		return
	}
	h.traced[f] = true
	for _, b := range f.Graph.Blocks {
		for _, o := range b.Ops {
			if callee, ok := o.Aux.(*flow.Func); ok && o.Code == flow.GoCall && followed(callee) && !loops(callee) {
				h.trace(callee)
			}
		}
	}
}

func followed(f *flow.Func) bool {
	return f.Graph != nil && !f.Hints.DontLookInside && !f.Hints.NotInTrace && !f.Hints.Elidable && !f.Hints.LoopInvariant
}

func loops(f *flow.Func) bool {
	if f.Hints.UnrollSafe {
		return false
	}
	for _, b := range f.Graph.Blocks {
		if reaches(b, b) {
			return true
		}
	}
	return false
}

func (h *hot) function(f *flow.Func) {
	constant := h.greens(f)
	made := map[*flow.Value]*flow.Op{}
	for _, b := range flow.ReversePostorder(f.Graph) {
		for _, o := range b.Ops {
			for _, v := range o.Results {
				made[v] = o
			}
			h.operation(o, constant, made)
		}
	}
}

// greens are the values of a portal that are constants in traces.
func (h *hot) greens(f *flow.Func) map[*flow.Value]bool {
	constant := map[*flow.Value]bool{}
	for _, b := range f.Graph.Blocks {
		for _, o := range b.Ops {
			if hint, ok := o.Aux.(flow.Hint); ok && hint.Name == "MergePoint" {
				for _, a := range o.Args {
					constant[a] = true
				}
			}
		}
	}
	return constant
}

func (h *hot) operation(o *flow.Op, constant map[*flow.Value]bool, made map[*flow.Value]*flow.Op) {
	switch o.Code {
	case flow.GoLoad:
		if h.constantLoad(o, constant, made) {
			constant[o.Results[0]] = true
		}
	case flow.GoRange:
		if _, isMap := o.Args[0].Type.Underlying().(*types.Map); isMap {
			h.note(o, "hot-map-range", "a range over a map in traced code: each step is a call", "keep the entries in a slice, too")
		}
	case flow.GoCall:
		if callee := o.Aux.(*flow.Func); followed(callee) && loops(callee) && !strings.HasPrefix(callee.Pos.File, "$") && !isPortal(h.r, callee) {
			h.note(o, "hot-call", callee.Name+" is called, not traced through: it loops", "mark it //kiln:unroll_safe if its loops run a few times only")
		}
	}
}

func isPortal(r *load.Result, f *flow.Func) bool {
	for _, d := range r.Program.Drivers {
		if d.Portal == f {
			return true
		}
	}
	return false
}

// constantLoad says whether a load yields a constant: an immutable or quasi-immutable field of a constant object, or an item of
// one. A field that could be immutable is reported.
func (h *hot) constantLoad(o *flow.Op, constant map[*flow.Value]bool, made map[*flow.Value]*flow.Op) bool {
	addr := made[o.Args[0]]
	if addr == nil || len(addr.Args) == 0 || !constant[addr.Args[0]] {
		return false
	}
	switch addr.Code {
	case flow.GoFieldAddr:
		field, tag := fieldOf(addr)
		if field == nil {
			return false
		}
		if strings.HasPrefix(tag, "immutable") || strings.HasPrefix(tag, "quasi") {
			return true
		}
		if tag == "" && !h.changed[field] {
			h.note(o, "hot-field", "field "+field.Name()+" of a green object is set only where objects are made, but nothing says so: it is loaded in every iteration",
				"tag it `kiln:\"immutable\"`, or \"immutable[]\" if the items do not change either")
		}
	case flow.GoIndexAddr:
		base := made[addr.Args[0]]
		if base == nil || base.Code != flow.GoLoad || !(addr.Args[1].Const != nil || constant[addr.Args[1]]) {
			return false
		}
		if field := made[base.Args[0]]; field != nil && field.Code == flow.GoFieldAddr {
			_, tag := fieldOf(field)
			return tag == "immutable[]" || tag == "quasi[]"
		}
	}
	return false
}
