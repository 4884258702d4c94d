package opt

import (
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// assumptions are what a label's code takes for granted: Target.Virtual. Without a state there are none.
type assumptions struct {
	pool    *trace.Pool // of the constants in state and imports
	state   *state
	imports []imported // those used, in an order in which each one's operands come before it
	facts   map[trace.Ref]facts
	args    []trace.Ref // of the label
}

func newAssumptions(pool *trace.Pool, s *state, m *imports, args []trace.Ref) *assumptions {
	a := &assumptions{pool: pool, state: s, args: append([]trace.Ref(nil), args...), facts: map[trace.Ref]facts{}}
	for _, e := range m.list {
		if e.isUsed {
			e.args = append([]trace.Ref(nil), e.args...)
			a.imports = append(a.imports, e)
			if e.value >= 0 {
				a.facts[e.value] = m.facts[e.value]
			}
		}
	}
	return a
}

func (a *assumptions) renumber(n *renumbering) {
	if a.state == nil {
		return
	}
	for i := range a.state.nodes {
		a.state.nodes[i].ref = n.ref(a.state.nodes[i].ref)
	}
	for i := range a.imports {
		n.all(a.imports[i].args)
		a.imports[i].value = n.ref(a.imports[i].value)
	}
	renamed := map[trace.Ref]facts{}
	for v, f := range a.facts {
		renamed[n.ref(v)] = f
	}
	a.facts = renamed
	n.all(a.args)
}

// Bridge optimises the trace of a bridge. It ends in a Finish, or in a Jump to a merge point with compiled
// labels in.Targets; the first one whose assumptions hold, or can be made to hold, is taken.
func (o *Optimizer) Bridge(in *Input) (*Result, error) { return o.bridge(in, false) }

// Simple is Bridge for a trace that is entered from the interpreter: the result starts with a label of its own.
func (o *Optimizer) Simple(in *Input) (*Result, error) { return o.bridge(in, true) }

func (o *Optimizer) bridge(in *Input, entry bool) (*Result, error) {
	res := &Result{}
	r := o.start(in.Trace, res)
	if entry {
		res.Entry = r.enter(in)
		res.Targets = []*trace.Target{res.Entry}
	} else {
		r.inputs(in.Trace)
	}
	if in.From != nil {
		if known, ok := in.From.Facts.(*argFacts); ok && known.n == len(r.out.Inputs) {
			for i, v := range r.out.Inputs {
				r.assume(v, known.get(i))
			}
		}
	}
	last := &in.Trace.Ops[len(in.Trace.Ops)-1]
	if err := r.all(); err != nil {
		return nil, err
	}
	args := r.values(last.Args)
	if last.Code == op.Jump {
		res.Jumped, args = r.choose(in, args)
		if res.Jumped == nil {
			return nil, &Error{Trace: in.Trace.Name, Op: "jump", Pos: last.Pos, Err: errNoTarget}
		}
	} else {
		r.flushAll()
		for i, v := range args {
			args[i] = r.force(v)
		}
	}
	if res.Jumped != nil {
		r.raw(last.Code, res.Jumped, last.Pos, trace.None, args...)
	} else {
		r.raw(last.Code, nil, last.Pos, trace.None, args...)
	}
	return o.finish(r.out, r.strengthenGuards(r.ops), res), nil
}
