package lower

import (
	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

// newCall adds a call descriptor; fn is -1 for calls through a value.
func (l *lowerer) newCall(name string, fn int, args, results []kind) *descr.Call {
	c := &descr.Call{Index: len(l.table.Calls), Name: name, Func: fn, Args: args, Results: results}
	l.table.Calls = append(l.table.Calls, c)
	return c
}

func (fl *funcLowerer) lowerCall(o *flow.Op) {
	f := o.Aux.(*flow.Func)
	if fl.intrinsic(o, f) {
		return
	}
	var args []value
	for _, a := range o.Args {
		args = append(args, fl.get(a)...)
	}
	fl.setResults(o, fl.callFunc(f, args))
}

// callFunc calls a function that is no closure, or a helper of rt that is an operation.
func (fl *funcLowerer) callFunc(f *flow.Func, args []value) []value {
	if isIntrinsic(f) {
		return fl.rtIntrinsic(f.Name[len(rtPath)+1:], args)
	}
	if len(f.FreeVars) > 0 {
		panic("direct call of closure " + f.Name)
	}
	if f.Graph == nil && !f.Host {
		fail(fl.pos, "put it behind a host package", "function %s has no body in Go", f.Name)
	}
	return fl.call(f, args...)
}

// setResults distributes the words of a call's results.
func (fl *funcLowerer) setResults(o *flow.Op, ws []value) {
	for _, r := range o.Results {
		n := len(fl.l.shapeOf(r.Type).leaves)
		fl.set(r, ws[:n:n]...)
		ws = ws[n:]
	}
}
