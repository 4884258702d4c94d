package lower

import (
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// analyseNil finds the references that are never nil, by a whole-program analysis, so that their checks can be left out; and
// the types of pointers that may be nil where they are converted to interfaces.
//
// Idea: assume that every reference is non-nil and strike out those that may be nil until nothing changes (the
// greatest fixpoint, so that a loop variable is non-nil if what enters the loop is and each turn keeps it so). What a
// function is given is the meet over its direct calls, unless it may also be called in another way; what it gives back
// the meet over its returns. Loads may yield nil. A check that dominates a call makes its operand non-nil there.
//
// Rejected: tracking fields. Objects are zeroed when made, so a field is non-nil only behind its first store.
func (l *lowerer) analyseNil() *nilAnalysis {
	a := &nilAnalysis{l: l, mayNil: map[value]bool{}, feeds: map[value][]value{}, params: map[*flow.Func][]value{}, converted: map[value][]*dynamicType{}, wrapped: map[*dynamicType]bool{}}
	a.entries()
	for _, f := range l.prog.Funcs {
		if f.Graph != nil {
			a.scan(f.Graph)
		}
	}
	a.solve()
	return a
}

type nilAnalysis struct {
	l      *lowerer
	mayNil map[value]bool
	work   []value
	feeds  map[value][]value // v may be nil: so may these
	params map[*flow.Func][]value
	result map[*flow.Func][]value // stand-ins for the results of a function
	// converted lists the conversions of a pointer to an interface that ask whether it is nil; wrapped are the types of those that may be.
	converted map[value][]*dynamicType
	wrapped   map[*dynamicType]bool
}

func (a *nilAnalysis) strike(v value) {
	if v.Kind == op.Ref && !a.mayNil[v] {
		a.mayNil[v] = true
		a.work = append(a.work, v)
	}
}

// flowTo notes that v's value becomes to's.
func (a *nilAnalysis) flowTo(v, to value) {
	switch {
	case to.Kind != op.Ref:
	case v.Const != nil:
		if v.Const.Prebuilt == nil {
			a.strike(to)
		}
	default:
		a.feeds[v] = append(a.feeds[v], to)
	}
}

// entries strikes out the parameters of functions that are called in ways not seen here: through tables (the receiver
// apart, whose type was looked up), as values (the closure apart), and by the run time.
func (a *nilAnalysis) entries() {
	a.result = map[*flow.Func][]value{}
	open := func(f *flow.Func, from int) {
		if f == nil || f.Graph == nil {
			return
		}
		for i, p := range f.Graph.Entry().Params {
			if i >= from {
				a.strike(p)
			}
		}
	}
	for _, f := range a.l.prog.Funcs {
		for _, k := range f.Call.Results {
			a.result[f] = append(a.result[f], &flow.Value{Kind: k})
		}
		if f.Graph == nil { // host functions
			for _, r := range a.result[f] {
				a.strike(r)
			}
		}
		if len(f.FreeVars) > 0 || a.l.isValue[f] {
			open(f, 1)
		}
	}
	for _, d := range a.l.dispatches {
		for _, i := range d.desc.Table {
			if i >= 0 {
				open(a.l.prog.Funcs[i], 1)
			}
		}
	}
	for _, d := range a.l.prog.Drivers {
		for _, f := range d.Hooks {
			open(f, 0)
		}
	}
}

func (a *nilAnalysis) scan(g *flow.Graph) {
	checks := newCheckedAt(g)
	for _, b := range g.Blocks {
		for i, o := range b.Ops {
			a.operation(o, checks, b, i)
		}
		for _, e := range b.Succs {
			for k, v := range e.Args {
				to := e.To.Params[k]
				if a.l.wraps.asserted[to] && a.l.wraps.contents[v] == nil {
					continue // the object in an interface, whose type was looked at
				}
				if !checks.covers(v, b, len(b.Ops)) {
					a.flowTo(v, to)
				}
			}
		}
		if b.Term == flow.Return {
			for k, v := range b.Args {
				if !checks.covers(v, b, len(b.Ops)) {
					a.flowTo(v, a.result[g.Func][k])
				}
			}
		}
	}
}

func (a *nilAnalysis) operation(o *flow.Op, checks *checkedAt, b *flow.Block, i int) {
	switch o.Code {
	case flow.Call:
		f := o.Aux.(*flow.Func)
		for k, v := range o.Args {
			if f.Graph != nil && !checks.covers(v, b, i) {
				a.flowTo(v, f.Graph.Entry().Params[k])
			}
		}
		for k, r := range o.Results {
			a.flowTo(a.result[f][k], r)
		}
		return
	case op.New, op.NewArray:
		return
	case op.PtrIsZero:
		if d := a.l.wraps.nilTests[o.Results[0]]; d != nil {
			if isNilConst(o.Args[0]) {
				a.wrapped[d] = true
			}
			a.converted[o.Args[0]] = append(a.converted[o.Args[0]], d)
		}
		return
	case op.GetFieldR:
		if d := a.l.wraps.contents[o.Results[0]]; d != nil && d.wrap.box == nil {
			return // there is no box yet; if there will be one, the analysis starts again
		}
	case op.PromoteR, op.SameAsR:
		a.flowTo(o.Args[0], o.Results[0])
		return
	}
	for _, r := range o.Results {
		a.strike(r)
	}
}

func (a *nilAnalysis) solve() {
	for len(a.work) > 0 {
		v := a.work[len(a.work)-1]
		a.work = a.work[:len(a.work)-1]
		for _, d := range a.converted[v] {
			a.wrapped[d] = true
		}
		for _, to := range a.feeds[v] {
			a.strike(to)
		}
	}
}

func (a *nilAnalysis) never(v value) bool {
	if v.Const != nil {
		return v.Const.Prebuilt != nil
	}
	return !a.mayNil[v]
}

// rewrite drops checks and some operations, and folds tests, those in repl too. It says whether there were any.
func (a *nilAnalysis) rewrite(g *flow.Graph, repl map[value]value, drop map[*flow.Op]bool) bool {
	changed := false
	for _, b := range g.Blocks {
		kept := b.Ops[:0]
		for _, o := range b.Ops {
			if drop[o] {
				changed = true
				continue
			}
			if len(o.Args) == 0 || o.Args[0].Kind != op.Ref || !a.never(o.Args[0]) {
				kept = append(kept, o)
				continue
			}
			switch o.Code {
			case op.CheckNil:
				changed = true
				continue
			case op.PtrIsZero:
				repl[o.Results[0]] = flow.IntConst(0)
			case op.PtrNonzero:
				repl[o.Results[0]] = flow.IntConst(1)
			}
			kept = append(kept, o)
		}
		b.Ops = kept
	}
	flow.ReplaceUses(g, repl)
	return changed || len(repl) > 0
}

// checkedAt knows where check_nil has been done on which value.
type checkedAt struct {
	dom *flow.DomTree
	at  map[value][]checkSite
}

type checkSite struct {
	block *flow.Block
	op    int
}

func newCheckedAt(g *flow.Graph) *checkedAt {
	c := &checkedAt{dom: flow.Dominators(g), at: map[value][]checkSite{}}
	for _, b := range g.Blocks {
		for i, o := range b.Ops {
			if o.Code == op.CheckNil && o.Args[0].Const == nil {
				c.at[o.Args[0]] = append(c.at[o.Args[0]], checkSite{b, i})
			}
		}
	}
	return c
}

// covers says whether v was checked on every path to an operation.
func (c *checkedAt) covers(v value, b *flow.Block, i int) bool {
	for _, s := range c.at[v] {
		if s.block == b && s.op < i || s.block != b && c.dom.Dominates(s.block, b) {
			return true
		}
	}
	return false
}
