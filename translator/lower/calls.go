package lower

import (
	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

// newCall adds a call descriptor; fn is -1 for calls through a value. Its effects are unknown until package hints
// has computed them.
func (l *lowerer) newCall(name string, fn int, args, results []kind) *descr.Call {
	c := &descr.Call{Index: len(l.table.Calls), Name: name, Func: fn, Args: args, Results: results,
		Effects: descr.Effects{Arbitrary: true, Collects: true, Panics: true, EntersJit: true}}
	l.table.Calls = append(l.table.Calls, c)
	return c
}

func (fl *funcLowerer) lowerCall(o *flow.Op) {
	f := o.Aux.(*flow.Func)
	var args []value
	for _, a := range o.Args {
		ws := fl.get(a)
		switch {
		case !f.Hints.ElidablePromote:
		case isString(a.Type):
			ws = []value{fl.promoteString(ws[0])}
		default:
			ws = fl.promote(ws)
		}
		args = append(args, ws...)
	}
	fl.setResults(o, fl.callFunc(f, args))
}

// callFunc calls a function that is no closure, or does what it stands for.
func (b *builder) callFunc(f *flow.Func, args []value) []value {
	switch {
	case isIntrinsic(f):
		return b.rtIntrinsic(f.Name[len(rtPath)+1:], args)
	case f.Intrinsic != "":
		ws := b.standard(f.Intrinsic, args)
		if ws == nil {
			fail(b.pos, "write it in Go", "intrinsic %s is not known to lowering", f.Intrinsic)
		}
		return ws
	case len(f.FreeVars) > 0:
		panic("direct call of closure " + f.Name)
	case f.Graph == nil && !f.Host && f.Runtime == "":
		fail(b.pos, "put it behind a host package", "function %s has no body in Go", f.Name)
	}
	return b.call(f, args...)
}

// setResults distributes the words of a call's results.
func (fl *funcLowerer) setResults(o *flow.Op, ws []value) {
	for _, r := range o.Results {
		n := len(fl.l.shapeOf(r.Type).leaves)
		fl.set(r, ws[:n:n]...)
		ws = ws[n:]
	}
}
