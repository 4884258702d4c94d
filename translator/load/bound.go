package load

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"kiln/translator/flow"
)

// Method values of fields and elements: f := x.buf.Write binds &x.buf, which is no value. Where the method only looks through
// its receiver, the closure binds x instead, and calls the specialised method (specialise.go):
//
//	f := x.buf.Write        =>  check &x.buf; f := closure(x) of func(p []byte) { Write~2(x, p) }

// boundMethod is the method that a method value calls, and the embedded fields on the way from the value bound to the receiver; nil
// for other closures, and if there is a pointer on the way.
func boundMethod(i *ssa.MakeClosure) (method *ssa.Function, fields []int) {
	wrapper := i.Fn.(*ssa.Function)
	if !strings.HasPrefix(wrapper.Synthetic, "bound method wrapper") || len(wrapper.Blocks) != 1 {
		return nil, nil
	}
	for _, instr := range wrapper.Blocks[0].Instrs {
		call, ok := instr.(*ssa.Call)
		if !ok || call.Call.IsInvoke() {
			continue
		}
		method, ok = call.Call.Value.(*ssa.Function)
		if !ok || len(call.Call.Args) == 0 {
			return nil, nil
		}
		for v := call.Call.Args[0]; ; {
			switch a := v.(type) {
			case *ssa.FreeVar:
				return method, fields
			case *ssa.FieldAddr:
				v, fields = a.X, append([]int{a.Field}, fields...)
			default:
				return nil, nil
			}
		}
	}
	return nil, nil
}

// boundPart converts the method value of a field or an element; it says whether it is one.
func (c *converter) boundPart(i *ssa.MakeClosure) bool {
	method, fields := boundMethod(i)
	if method == nil || !c.isInterior(i.Bindings[0]) || c.b.keeps(method, 0) != nil || c.bad() {
		return false
	}
	at := c.checkedWay(i.Bindings[0])
	w, _ := c.follow(i.Bindings[0])
	w.steps = append(w.steps, fields...)
	ways := make([]*way, len(method.Params))
	ways[0] = w
	callee := c.b.specialised(method, ways, i.Pos())

	outer := c.b.funcs[c.ssa]
	c.b.thunks++
	sig := i.Type().Underlying().(*types.Signature)
	f := &flow.Func{Name: outer.Name + "$bound" + itoa(c.b.thunks), Unit: outer.Unit, Sig: sig, Pos: c.here()}
	g := &flow.Graph{Func: f, ResType: []types.Type{}}
	f.Graph = g
	e := g.NewBlock()
	e.Comment, e.Pos = "entry", c.here()
	call := &flow.Op{Code: flow.GoCall, Aux: callee, Pos: c.here()}
	param := func(t types.Type) {
		p := g.NewValue(t)
		e.Params, call.Args = append(e.Params, p), append(call.Args, p)
	}
	for _, v := range at {
		param(v.Type)
		f.FreeVars = append(f.FreeVars, v.Type)
	}
	for v := range sig.Params().Variables() {
		param(v.Type())
	}
	for v := range sig.Results().Variables() {
		call.Results = append(call.Results, g.NewValue(v.Type()))
		g.ResType = append(g.ResType, v.Type())
	}
	e.Ops = []*flow.Op{call}
	e.Term, e.Args = flow.Return, call.Results
	flow.Renumber(g)
	if err := flow.Verify(g, flow.High); err != nil {
		c.b.r.bug(i.Pos(), "%v", err)
	}
	c.b.prog.Funcs = append(c.b.prog.Funcs, f)
	c.result(i, flow.GoMakeClosure, f, at...)
	return true
}

// checkedWay is what leads to an address of a part as values, after the check that there is such a part.
func (c *converter) checkedWay(addr ssa.Value) []*flow.Value {
	if _, isParam := addr.(*ssa.Parameter); !isParam { // that was checked by the caller
		c.emit(flow.GoCheckAddr, nil, c.val(addr))
	}
	_, at := c.follow(addr)
	return at
}
