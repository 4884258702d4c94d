package hints

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Virtualizable fields. Compiled code may keep what is in the tagged fields of an object (and the items of the arrays in them) to itself while it
// calls other functions: it owns the object. So whoever else accesses them has to have them written back first, by a call of the function
// force. What never meets an owned object needs none:
//
//   - an object that the function has just made, or got from a function that had;
//   - the portal's own frame: an activation that runs in emitted code, or is traced, owns it itself;
//   - a parameter, if every caller passes such an object. Compiled code that passes an object that it owns writes it back for
//     the call (package opt), and a caller that has it from elsewhere forces it before the call.
//
// That leaves objects found in memory: those of other activations, on some chain of frames. Arrays of tagged fields have to stay
// reachable through the field only, or an access of an item could not be recognised.
//
// An analysis over the whole program: of each reference, where it may come from.

// origin says where a reference may come from: parameters of the function, by bits, or elsewhere. None of both: made here, or nil.
type origin struct {
	params uint64
	other  bool
}

func (o origin) union(p origin) origin { return origin{o.params | p.params, o.other || p.other} }

// FrameError is an array of a virtualizable field that can be reached in another way.
type FrameError struct {
	Pos         descr.Pos
	Func, Field string
	What        string
}

// Remedy is what to write instead.
func (e *FrameError) Remedy() string {
	return "make the array where its frame is made, and reach it through the field " + e.Field + " only"
}

// Frames puts calls of the function force before accesses to virtualizable fields that may meet an object that compiled code owns. It makes
// that function by newForce if it is needed.
func Frames(p *flow.Program, newForce func() *flow.Func) []*FrameError {
	a := &frames{prog: p, funcs: make([]*frameFunc, len(p.Funcs)), newForce: newForce}
	if !a.any() {
		return nil
	}
	indirect := indirectFuncs(p)
	portals := map[*flow.Func]bool{}
	for _, d := range p.Drivers {
		portals[d.Portal] = true
	}
	for i, f := range p.Funcs {
		a.funcs[i] = &frameFunc{fn: f, results: make([]origin, len(f.Call.Results)), tainted: map[*flow.Value]*descr.Field{}}
		a.funcs[i].unknown = indirect[f] && !portals[f]
	}
	for a.changed = true; a.changed; {
		a.changed = false
		for _, f := range a.funcs {
			if f.fn.Graph != nil {
				a.origins(f)
				a.uses(f)
				a.taint(f)
			}
		}
	}
	var errs []*FrameError
	for _, f := range a.funcs {
		if f.fn.Graph != nil {
			errs = append(errs, a.escapes(f)...)
		}
	}
	if len(errs) > 0 {
		return errs
	}
	p.FrameArrays = map[*descr.Array]bool{}
	for _, f := range a.funcs {
		if f.fn.Graph != nil {
			a.insert(f)
		}
	}
	return nil
}

type frames struct {
	prog     *flow.Program
	funcs    []*frameFunc // by index
	changed  bool
	newForce func() *flow.Func
	force    *flow.Func
}

// frameFunc is what is known about one function.
type frameFunc struct {
	fn      *flow.Func
	unknown bool // called through values: its parameters come from anywhere
	from    map[*flow.Value]origin
	results []origin
	// frames are the parameters that are accessed as virtualizable objects without a check; items those that become arrays of such objects.
	frames, items uint64
	// tainted are the arrays of virtualizable fields, by field.
	tainted       map[*flow.Value]*descr.Field
	taintedResult []*descr.Field
}

// any says whether the program has virtualizable fields.
func (a *frames) any() bool {
	for _, l := range a.prog.Table.Locs {
		if f, ok := l.(*descr.Field); ok && f.Virtualizable {
			return true
		}
	}
	return false
}

// indirectFuncs are the functions that calls through values or dispatch tables may reach.
func indirectFuncs(p *flow.Program) map[*flow.Func]bool {
	a := &analysis{prog: p}
	a.findValues()
	out := map[*flow.Func]bool{}
	for _, f := range a.values {
		out[f] = true
	}
	for _, d := range p.Table.Dispatches {
		for _, i := range d.Table {
			if i >= 0 {
				out[p.Funcs[i]] = true
			}
		}
	}
	return out
}

// tagged is the virtualizable field that an operation accesses, and the object.
func tagged(o *flow.Op) (*descr.Field, *flow.Value) {
	switch o.Code {
	case op.GetFieldI, op.GetFieldR, op.GetFieldF, op.SetField:
		if f := o.Descr.(*descr.Field); f.Virtualizable {
			return f, o.Args[0]
		}
	}
	return nil, nil
}

// of is the origin of a value.
func (f *frameFunc) of(v *flow.Value) origin {
	if v.Const != nil {
		return origin{other: v.Const.Prebuilt != nil}
	}
	return f.from[v]
}

// origins finds where the function's references come from.
func (a *frames) origins(f *frameFunc) {
	f.from = map[*flow.Value]origin{}
	for i, p := range f.fn.Graph.Entry().Params {
		if p.Kind == op.Ref {
			f.from[p] = origin{params: 1 << i, other: f.unknown || i > 63}
		}
	}
	for grown := true; grown; {
		grown = false
		add := func(v *flow.Value, o origin) {
			if v.Kind == op.Ref && f.from[v].union(o) != f.from[v] {
				f.from[v] = f.from[v].union(o)
				grown = true
			}
		}
		for _, b := range f.fn.Graph.Blocks {
			for _, o := range b.Ops {
				for r, v := range o.Results {
					if v.Kind == op.Ref {
						add(v, a.made(f, o, r))
					}
				}
			}
			for _, e := range b.Succs {
				for i, arg := range e.Args {
					add(e.To.Params[i], f.of(arg))
				}
			}
		}
	}
	for _, b := range f.fn.Graph.Blocks {
		if b.Term != flow.Return {
			continue
		}
		for r, v := range b.Args {
			if v.Kind == op.Ref && f.results[r].union(f.of(v)) != f.results[r] {
				f.results[r] = f.results[r].union(f.of(v))
				a.changed = true
			}
		}
	}
}

// made is the origin of result r of an operation.
func (a *frames) made(f *frameFunc, o *flow.Op, r int) origin {
	switch o.Code {
	case op.New, op.NewArray:
		return origin{}
	case op.SameAsR, op.PromoteR:
		return f.of(o.Args[0])
	case flow.MergePoint, flow.CanEnterJit:
		if r < len(o.Args) {
			return f.of(o.Args[r])
		}
	case flow.Call:
		callee := a.funcs[o.Aux.(*flow.Func).Index]
		if callee.fn.Graph == nil {
			break
		}
		res := callee.results[r]
		out := origin{other: res.other}
		for i, arg := range o.Args {
			if arg.Kind == op.Ref && i < 64 && res.params&(1<<i) != 0 {
				out = out.union(f.of(arg))
			}
		}
		return out
	}
	return origin{other: true}
}

// uses finds the parameters that are virtualizable objects, or arrays that become theirs.
func (a *frames) uses(f *frameFunc) {
	frames, items := f.frames, f.items
	for _, b := range f.fn.Graph.Blocks {
		for _, o := range b.Ops {
			if field, obj := tagged(o); field != nil {
				frames |= f.of(obj).params
				if o.Code == op.SetField && field.VirtualItems {
					items |= f.of(o.Args[1]).params
				}
			}
			if o.Code == flow.Call {
				callee := a.funcs[o.Aux.(*flow.Func).Index]
				for i, arg := range o.Args {
					if arg.Kind == op.Ref && i < 64 {
						if callee.frames&(1<<i) != 0 {
							frames |= f.of(arg).params
						}
						if callee.items&(1<<i) != 0 {
							items |= f.of(arg).params
						}
					}
				}
			}
		}
	}
	if frames != f.frames || items != f.items {
		f.frames, f.items, a.changed = frames, items, true
	}
}

// taint follows the arrays of virtualizable fields through variables, parameters and results.
func (a *frames) taint(f *frameFunc) {
	if f.taintedResult == nil {
		f.taintedResult = make([]*descr.Field, len(f.results))
	}
	mark := func(g *frameFunc, v *flow.Value, field *descr.Field) {
		if v.Const == nil && field != nil && g.tainted[v] == nil {
			g.tainted[v] = field
			a.changed = true
		}
	}
	for _, b := range f.fn.Graph.Blocks {
		for _, o := range b.Ops {
			if field, _ := tagged(o); field != nil && field.VirtualItems && o.Code == op.GetFieldR {
				mark(f, o.Results[0], field)
			} else if field != nil && field.VirtualItems && o.Code == op.SetField && !f.of(o.Args[1]).other {
				mark(f, o.Args[1], field)
			}
			switch o.Code {
			case op.SameAsR, op.PromoteR:
				mark(f, o.Results[0], f.tainted[o.Args[0]])
			case flow.Call:
				callee := a.funcs[o.Aux.(*flow.Func).Index]
				if callee.fn.Graph == nil {
					continue
				}
				for i, arg := range o.Args {
					mark(callee, callee.fn.Graph.Entry().Params[i], f.tainted[arg])
				}
				for r, v := range o.Results {
					if r < len(callee.taintedResult) {
						mark(f, v, callee.taintedResult[r])
					}
				}
			}
		}
		for _, e := range b.Succs {
			for i, arg := range e.Args {
				mark(f, e.To.Params[i], f.tainted[arg])
			}
		}
		if b.Term == flow.Return {
			for r, v := range b.Args {
				if field := f.tainted[v]; field != nil && f.taintedResult[r] == nil {
					f.taintedResult[r], a.changed = field, true
				}
			}
		}
	}
}

// escapes finds arrays of virtualizable fields that are stored elsewhere, or come from elsewhere.
func (a *frames) escapes(f *frameFunc) (errs []*FrameError) {
	fail := func(o *flow.Op, field *descr.Field, what string) {
		errs = append(errs, &FrameError{o.Pos, f.fn.Name, field.String(), what})
	}
	for _, b := range f.fn.Graph.Blocks {
		for _, o := range b.Ops {
			field, _ := tagged(o)
			switch o.Code {
			case op.SetField, op.SetArrayItem, op.SetInterior:
				value := o.Args[len(o.Args)-1]
				if value.Kind != op.Ref {
					continue
				}
				into := field != nil && field.VirtualItems
				if into && f.of(value).other {
					fail(o, field, "the array of a virtualizable field comes from elsewhere")
				} else if of := f.tainted[value]; of != nil && !into {
					fail(o, of, "the array of a virtualizable field is stored elsewhere")
				}
			case flow.CallIndirect:
				for _, arg := range o.Args[1:] {
					if of := f.tainted[arg]; of != nil {
						fail(o, of, "the array of a virtualizable field is passed to a function that is not known here")
					}
				}
			case flow.Call:
				callee := a.funcs[o.Aux.(*flow.Func).Index]
				for i, arg := range o.Args {
					if arg.Kind == op.Ref && i < 64 && callee.items&(1<<i) != 0 && f.of(arg).other {
						fail(o, itemsField(callee, i), "the array of a virtualizable field comes from elsewhere")
					}
				}
			}
		}
	}
	return errs
}

// itemsField is the field whose array parameter i becomes.
func itemsField(f *frameFunc, i int) *descr.Field {
	if f.fn.Graph != nil {
		if field := f.tainted[f.fn.Graph.Entry().Params[i]]; field != nil {
			return field
		}
	}
	return &descr.Field{}
}

// insert puts the calls of force into the function.
func (a *frames) insert(f *frameFunc) {
	for _, b := range f.fn.Graph.Blocks {
		var out []*flow.Op
		forced := map[*flow.Value]bool{} // since the last call
		force := func(v *flow.Value, pos descr.Pos) {
			if !f.of(v).other || forced[v] {
				return
			}
			if a.force == nil {
				a.force = a.newForce()
			}
			forced[v] = true
			out = append(out, &flow.Op{Code: flow.Call, Aux: a.force, Descr: a.force.Call, Args: []*flow.Value{v}, Pos: pos})
		}
		for _, o := range b.Ops {
			if field, obj := tagged(o); field != nil {
				force(obj, o.Pos)
			}
			if arr, ok := o.Descr.(*descr.Array); ok && len(o.Args) > 0 && f.tainted[o.Args[0]] != nil {
				a.prog.FrameArrays[arr] = true
			}
			switch o.Code {
			case flow.Call:
				if callee := o.Aux.(*flow.Func).Index; callee < len(a.funcs) {
					for i, arg := range o.Args {
						if arg.Kind == op.Ref && i < 64 && a.funcs[callee].frames&(1<<i) != 0 {
							force(arg, o.Pos)
						}
					}
				}
				clear(forced)
			case flow.CallIndirect, flow.MergePoint, flow.CanEnterJit, flow.EnterPortal:
				clear(forced)
			}
			out = append(out, o)
		}
		b.Ops = out
	}
}
