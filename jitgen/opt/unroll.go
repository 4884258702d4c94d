package opt

// unroll: loop peeling.
//
// requires:  the recorded trace of a loop
// preserves: the meaning of the loop
// breaks:    one label into two: the entry, and the body's with a virtual state
//
// The recorded operations are run twice. The first run, the preamble, starts at the entry label and knows nothing. At
// its end the variables have a state (state.go): some are virtual objects, some have known classes, bounds or values. The
// second run, the body, starts with that state and may take over what the preamble computed (imports.go). It ends
// with a jump to its own start, if there the variables still have that state and the imports it used are
// there for the new variables. If not, state and imports are weakened by what is missing, and the body is run again.
//
//	label(entry inputs)            -- Target without assumptions
//	preamble
//	force what the state does not have as virtual
//	label(state's values, used imports)
//	body
//	jump(the same for the next iteration)
//
// What is invariant is an import that is its own next value, so it is computed in the preamble only. A field updated in
// each iteration is an import whose next value is what was stored.
//
// A preamble of one iteration may end with objects that were there before the loop where later iterations have virtual ones: the
// slot of a frame that is not used any more holds the argument of the last call. Then a body would have to make an object
// for the slot in each iteration, although the next one overwrites it. So if a body made such objects, the preamble is tried with
// two iterations: at its end, the slot holds a virtual object already.
//
// Rejected: a short preamble that computes imports anew at the jump, as in RPython. It needs proof that its loads are
// safe for the new variables, and what must be computed in each iteration is better computed where it is used.

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// maxAttempts bounds how often a body is run. Two or three are common.
const maxAttempts = 16

// maxTwice is the length of a trace up to which a preamble of two iterations is tried: longer loops are not worth the code.
const maxTwice = 1000

// Loop optimises the trace of a loop: inputs, operations, and a Jump whose arguments are the inputs of the
// next iteration.
func (o *Optimizer) Loop(in *Input) (*Result, error) {
	once, err := o.loop(in, 1)
	if err != nil || once.wasted == 0 || len(in.Trace.Ops) > maxTwice {
		return once, err
	}
	twice, err := o.loop(in, 2)
	if err != nil || twice.Body == nil || twice.allocations() >= once.allocations() {
		return once, nil
	}
	return twice, nil
}

// allocations is how many objects the body makes.
func (res *Result) allocations() int {
	n := 0
	for i := len(res.Trace.Ops) - 1; i >= 0 && res.Trace.Ops[i].Code != op.Label; i-- {
		if res.Trace.Ops[i].Code.Has(op.Allocates) {
			n++
		}
	}
	return n
}

// loop is Loop with a preamble of some iterations.
func (o *Optimizer) loop(in *Input, iterations int) (*Result, error) {
	res := &Result{}
	pre := o.start(in.Trace, res)
	res.Entry = pre.enter(in)
	if err := pre.all(); err != nil {
		return nil, err
	}
	last := &in.Trace.Ops[len(in.Trace.Ops)-1]
	for vars := pre.values(last.Args); iterations > 1; iterations-- {
		for i, v := range in.Trace.Inputs {
			pre.m[v] = vars[i]
		}
		pre.skip, pre.lastCall = 0, trace.None
		if err := pre.all(); err != nil {
			return nil, err
		}
	}
	vars := pre.values(last.Args)
	if o.enabled("unroll") {
		if ops := pre.peel(in, res, vars, last.Pos); ops != nil {
			return o.finish(pre.out, pre.strengthenGuards(ops), res), nil
		}
	}
	if in.Form != nil {
		return nil, &Error{Trace: in.Trace.Name, Op: "jump", Pos: last.Pos, Err: ErrForm}
	}
	pre.flushAll()
	for i, v := range vars {
		vars[i] = pre.force(v)
	}
	pre.raw(op.Jump, res.Entry, last.Pos, trace.None, vars...)
	res.Targets = []*trace.Target{res.Entry}
	return o.finish(pre.out, pre.strengthenGuards(pre.ops), res), nil
}

// start makes the run of a trace and the trace of its result.
func (o *Optimizer) start(in *trace.Trace, res *Result) *run {
	out := trace.New(in.Name, in.Consts)
	res.Stats.OpsIn = len(in.Ops)
	for i := range in.Ops {
		if in.Ops[i].Code.Has(op.Guard) {
			res.Stats.GuardsIn++
		}
	}
	memo := resume.NewMemo(out)
	memo.Frame = in.Frame()
	return o.newRun(0, in, out, memo, &res.Stats)
}

// enter makes the inputs and the entry label.
func (r *run) enter(in *Input) *trace.Target {
	if in.Form != nil {
		return r.enterForm(in.Form)
	}
	r.inputs(in.Trace)
	entry := r.o.newTarget(r.out, r.out.Inputs)
	r.raw(op.Label, entry, descr.Pos{}, trace.None, r.out.Inputs...)
	entry.Virtual = &assumptions{}
	return entry
}

// inputs makes the recorded inputs values of the result.
func (r *run) inputs(in *trace.Trace) {
	for _, v := range in.Inputs {
		r.m[v] = r.newValue(in.Kind(v))
		r.out.Inputs = append(r.out.Inputs, r.m[v])
	}
}

// values are the operands of the recorded trace as values now.
func (r *run) values(args []trace.Ref) []trace.Ref {
	list := make([]trace.Ref, len(args))
	for i, a := range args {
		list[i] = r.value(a)
	}
	return list
}

// peel adds label, body and jump to the preamble and returns all operations, or nil if no body fits.
func (r *run) peel(in *Input, res *Result, vars []trace.Ref, pos descr.Pos) []trace.Op {
	r.noteExisting()
	for res.Stats.Attempts <= maxAttempts {
		r.settleDelayed()
		s := r.export(vars)
		m := r.exportImports(s.leaves())
		ops, lost := r.search(in, res, m, &s, pos)
		if len(lost) == 0 {
			return ops
		}
		r.flushLost(s, lost)
	}
	return nil
}

// search looks for a body. It gives up if stores of the state s, which it weakens, cannot wait.
func (r *run) search(in *Input, res *Result, m *imports, s **state, pos descr.Pos) (ops []trace.Op, lost []int) {
	for res.Stats.Attempts++; res.Stats.Attempts <= maxAttempts; res.Stats.Attempts++ {
		body := r.o.newRun(1, in.Trace, r.out, r.memo, r.stats)
		body.existing = r.existing
		start := m.begin(body, *s)
		for i, v := range in.Trace.Inputs {
			body.m[v] = start[i]
		}
		if err := body.all(); err != nil {
			return nil, nil // a fact of the first iteration makes a guard of the others fail: not to be peeled
		}
		args := in.Trace.Ops[len(in.Trace.Ops)-1].Args
		body.keepPending(*s, body.values(args))
		meeting := body.meet(*s, body.values(args), r.newValue)
		if len(meeting.lost) > 0 {
			return nil, meeting.lost
		}
		if *s = meeting.new; meeting.changed {
			continue
		}
		if body.close(m, meeting) {
			res.wasted = body.wasted
			return r.join(body, m, *s, meeting, res, pos), nil
		}
	}
	return nil, nil
}

// close establishes the label's assumptions at the end of the body: objects exist that have to, imports are there.
func (r *run) close(m *imports, meeting *meeting) bool {
	leaves := meeting.new.leaves()
	for _, v := range leaves {
		if r.virtualOf(r.resolve(meeting.jump[v])) != nil {
			r.wasted++
		}
		meeting.jump[v] = r.force(meeting.jump[v])
	}
	if !m.settleImports(meeting.jump) {
		return false
	}
	for _, v := range leaves {
		r.use(meeting.jump[v])
	}
	// The new value of an argument may be an import that was not an argument so far.
	for i := 0; i < len(m.extra); i++ {
		next, ok := meeting.jump[m.extra[i]]
		if !ok {
			return false
		}
		r.use(r.resolve(next))
	}
	return true
}

// join puts preamble, label, body and jump together.
func (r *run) join(body *run, m *imports, s *state, meeting *meeting, res *Result, pos descr.Pos) []trace.Op {
	r.grow()
	leaves := s.leaves()
	for _, v := range leaves {
		r.force(v)
	}
	for _, c := range s.copies {
		if meeting.named[c.ref] {
			r.raw(op.SameAsI+op.Code(r.out.Kind(c.ref)-op.Int), nil, pos, c.ref, r.force(c.of))
		}
	}
	args := append(leaves, m.extra...)
	target := r.o.newTarget(r.out, args)
	target.Virtual = newAssumptions(r.out.Consts, s, m, args)
	next := make([]trace.Ref, len(args))
	for i, v := range args {
		next[i] = body.resolve(meeting.jump[v])
	}
	r.raw(op.Label, target, pos, trace.None, args...)
	body.raw(op.Jump, target, pos, trace.None, next...)
	res.Body = target
	res.Targets = []*trace.Target{target, res.Entry}
	for _, d := range body.demands {
		d.at += len(r.ops)
		if d.def >= 0 {
			d.def += len(r.ops)
		}
		r.demands = append(r.demands, d)
	}
	return append(r.ops, body.ops...)
}
