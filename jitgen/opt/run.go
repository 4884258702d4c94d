package opt

import (
	"errors"
	"slices"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// run is one forward pass over a recorded trace. Operands of the recorded trace are translated by m to
// operands of the result ("values"), whose numbers and pool (out) the runs of one result share.
type run struct {
	o     *Optimizer
	in    *trace.Trace
	out   *trace.Trace
	memo  *resume.Memo
	stats *Stats

	m    []trace.Ref // by recorded value
	info []info      // by value
	ops  []trace.Op  // emitted so far
	refs []trace.Ref // the arena operand lists are cut from

	inFlight []*operation // memory of operations on their way, which nest
	depth    int          // how many of them are in use
	words    [8]uint64    // operands of an operation being folded

	heap    heapCache
	ranges  []inRange
	readers []reader
	// demands of the guards emitted so far, and that of the guard in flight, if demanding.
	demands   []demand
	demand    demand
	demanding bool
	pure      pureTable
	entry     *imports // what a peeled body takes over from the preamble; nil in other runs
	// existing are places where the preamble stores objects that exist; wasted is how many objects the body makes where two
	// iterations of preamble may save them.
	existing []location
	wasted   int

	bounds         bounds      // of the operation in flight, from intbounds' before to its after
	lastCall       trace.Ref   // first result of the elidable call just emitted, for its further results
	now            int         // operation of the recorded trace in flight
	last           []int32     // see lastUses
	owning         []trace.Ref // objects that the call just emitted must not force
	guarded        bool        // the call in flight may force
	skip           int         // operations of the recorded trace below it are settled
	notInvalidated bool        // guard_not_invalidated holds since the last call
	err            error
}

// operation is an operation on its way through the passes.
type operation struct {
	trace.Op
}

// newRun starts a run. An Optimizer has two, for the preamble and the body, and reuses their memory; operations and
// operand lists go into the result, so those of a finished run are copied or given away.
func (o *Optimizer) newRun(which int, in, out *trace.Trace, memo *resume.Memo, stats *Stats) *run {
	r := o.runs[which]
	if r == nil {
		r = &run{o: o}
		r.heap.init(len(o.prog.Locs))
		o.runs[which] = r
	}
	r.in, r.out, r.memo, r.stats = in, out, memo, stats
	r.entry, r.err, r.lastCall, r.skip, r.notInvalidated = nil, nil, trace.None, 0, false
	r.m = r.m[:0]
	for range in.Kinds {
		r.m = append(r.m, trace.None)
	}
	r.info = r.info[:0]
	r.grow()
	r.ops, r.last, r.owning = r.ops[:0], nil, nil
	r.depth = 0
	r.ranges, r.readers = r.ranges[:0], r.readers[:0]
	r.demands, r.demanding = r.demands[:0], false
	r.wasted = 0
	r.heap.reset()
	r.pure.reset()
	return r
}

// all runs the operations of the recorded trace, except the last (a Jump or Finish, the drivers' business).
func (r *run) all() error {
	for i := 0; i < len(r.in.Ops)-1 && r.err == nil; i++ {
		if i >= r.skip {
			r.record(i)
		}
	}
	return r.err
}

// begin is an operation on its way, until the end that belongs to it. Nothing may keep it longer.
func (r *run) begin(o trace.Op) *operation {
	if r.depth == len(r.inFlight) {
		r.inFlight = append(r.inFlight, new(operation))
	}
	p := r.inFlight[r.depth]
	r.depth++
	p.Op = o
	return p
}

func (r *run) end() { r.depth-- }

// record pushes operation i of the recorded trace through the passes.
func (r *run) record(i int) {
	r.now = i
	in := &r.in.Ops[i]
	p := r.begin(trace.Op{Code: in.Code, Descr: in.Descr, Pos: in.Pos, Res: trace.None, Snapshot: in.Snapshot})
	p.Args = r.list(len(in.Args))
	for j, a := range in.Args {
		p.Args[j] = r.value(a)
	}
	if !isGetResult(p.Code) {
		r.lastCall = trace.None
	}
	if p.Code.Has(op.Call) && r.sharedCall(i, p) {
		r.end()
		return
	}
	res := r.process(p)
	r.end()
	if in.Res != trace.None {
		r.m[in.Res] = res
	}
}

// process pushes an operation with resolved operands through the passes and returns its value.
func (r *run) process(p *operation) trace.Ref {
restart:
	code := p.Code
	for _, f := range r.o.pipe.before[code] {
		switch f(r, p) {
		case done:
			return p.Res
		case again:
			goto restart
		}
		if p.Code != code {
			goto restart // the other handlers here are those of the old operation
		}
	}
	if r.err == nil {
		r.emit(p)
	}
	return p.Res
}

// build makes a new operation and returns its value, which may be an old value or a constant.
func (r *run) build(code op.Code, d descr.Descr, pos descr.Pos, args ...trace.Ref) trace.Ref {
	p := r.begin(trace.Op{Code: code, Descr: d, Pos: pos, Res: trace.None, Args: r.list(len(args))})
	copy(p.Args, args)
	res := r.process(p)
	r.end()
	return res
}

// emit appends an operation that no pass could settle.
func (r *run) emit(p *operation) {
	if p.Code == op.ForceObject {
		return
	}
	for i, a := range p.Args {
		p.Args[i] = r.force(a)
		r.use(p.Args[i])
	}
	if p.Code.Has(op.Guard) {
		r.number(p)
	}
	if k := p.Code.Info().Result; k != op.Void {
		p.Res = r.newValue(k)
		r.info[p.Res].def = int32(len(r.ops)) + 1
	}
	r.ops = append(r.ops, p.Op)
	for _, f := range r.o.pipe.after[p.Code] {
		f(r, p)
	}
}

// raw appends an operation as it is; passes do not see it. res is its value or None.
func (r *run) raw(code op.Code, d descr.Descr, pos descr.Pos, res trace.Ref, args ...trace.Ref) {
	list := r.list(len(args))
	for i, a := range args {
		list[i] = a
		r.use(a)
	}
	r.ops = append(r.ops, trace.Op{Code: code, Descr: d, Pos: pos, Args: list, Res: res})
}

// settle makes v the value of an operation that is not emitted.
func (p *operation) settle(v trace.Ref) verdict {
	p.Res = v
	return done
}

// fail stops the run.
func (r *run) fail(p *operation, err error) verdict {
	if r.err == nil {
		r.err = &Error{Trace: r.in.Name, Op: p.Code.String(), Pos: p.Pos, Err: err}
	}
	p.Res = trace.None
	return done
}

// value is what an operand of the recorded trace stands for now.
func (r *run) value(a trace.Ref) trace.Ref {
	if a >= 0 {
		return r.resolve(r.m[a])
	}
	return a
}

// resolve follows what became known about a value: the constant or value it equals.
func (r *run) resolve(v trace.Ref) trace.Ref {
	for v >= 0 && r.info[v].is(forwarded) {
		v = r.info[v].to
	}
	return v
}

func (r *run) newValue(k op.Kind) trace.Ref {
	v := r.out.NewValue(k)
	r.grow()
	return v
}

// grow makes room for facts about all values; another run on the same result may have made some.
func (r *run) grow() {
	for len(r.info) < len(r.out.Kinds) {
		r.info = append(r.info, info{})
	}
}

// list returns an operand list of n.
func (r *run) list(n int) []trace.Ref {
	if len(r.refs) < n {
		r.refs = make([]trace.Ref, 512+n)
	}
	l := r.refs[:n:n]
	r.refs = r.refs[n:]
	return l
}

// use notes that an emitted operation or a guard's fail arguments need value v. In a peeled body
// that makes a value of the preamble an argument of the body's label.
func (r *run) use(v trace.Ref) {
	if r.entry != nil && v >= 0 && v < r.entry.own {
		r.entry.activate(v)
	}
}

// def is the operation of this run that computes v, or nil.
func (r *run) def(v trace.Ref) *trace.Op {
	if v < 0 || r.info[v].def == 0 {
		return nil
	}
	return &r.ops[r.info[v].def-1]
}

func (r *run) int(v int64) trace.Ref { return r.out.Int(v) }

func (r *run) zero(k op.Kind) trace.Ref { return r.out.Consts.Intern(trace.Const{Kind: k}) }

// constInt is the value of an integer constant.
func (r *run) constInt(v trace.Ref) (int64, bool) {
	if !v.IsConst() {
		return 0, false
	}
	c := r.out.Consts.Get(v)
	return int64(c.Bits), c.Kind == op.Int
}

func (r *run) isNil(v trace.Ref) bool {
	if !v.IsConst() {
		return false
	}
	c := r.out.Consts.Get(v)
	return c.Kind == op.Ref && c.Bits == 0
}

// class is the exact type of the object v, if known; 0 if not.
func (r *run) class(v trace.Ref) layout.TypeID {
	if v >= 0 {
		return r.info[v].class
	}
	return r.constClass(v)
}

// nonnull says whether v is known not to be nil.
func (r *run) nonnull(v trace.Ref) bool {
	if v >= 0 {
		return r.info[v].is(nonnull)
	}
	return v.IsConst() && !r.isNil(v)
}

var errNoSnapshot = errors.New("guard without snapshot")

// outer marks operands of the result in what is handed to package resume, whose operands are those of
// the recorded trace: snapshots name recorded values, pending stores and virtual fields name values.
const outer trace.Ref = 1 << 30

// Resolve implements resume.Env.
func (r *run) Resolve(a trace.Ref) resume.Item {
	if a >= outer {
		a = r.resolve(a - outer)
	} else {
		a = r.value(a)
	}
	if a >= 0 && r.info[a].virt != nil {
		return resume.Item{Ref: a, Virtual: r.describe(r.info[a].virt)}
	}
	return resume.Item{Ref: a}
}

// mark is the inverse of what Resolve does to operands of the result.
func mark(v trace.Ref) trace.Ref {
	if v >= 0 {
		return v + outer
	}
	return v
}

// number gives a guard its fail arguments and its descriptor. The guard's id comes at the end (finish.go).
func (r *run) number(p *operation) {
	if p.Snapshot == nil {
		r.fail(p, errNoSnapshot)
		return
	}
	var owned []trace.Ref
	if p.Code == op.GuardNotForced {
		for _, v := range p.Args {
			owned = append(owned, mark(v))
		}
	}
	args, data := r.memo.Number(p.Snapshot, r, r.heap.pending(r), owned...)
	for _, a := range args {
		r.use(a)
	}
	guard := resume.NewGuard(0, r.out, args, data)
	known := r.factsAbout(args)
	if r.o.cfg.ExactFailures {
		known = r.failed(p, args, known)
	}
	if known != nil {
		guard.Facts = known
	}
	p.FailArgs = args
	p.Descr = guard
	p.Snapshot = nil
}

// failed adds to the facts about a guard's fail arguments what its failing says about its condition.
func (r *run) failed(p *operation, args []trace.Ref, known *argFacts) *argFacts {
	if p.Code != op.GuardTrue && p.Code != op.GuardFalse {
		return known // others may have no operand
	}
	isBool := p.Code == op.GuardFalse && r.boundsOf(p.Args[0]).within(0, 1)
	if p.Code != op.GuardTrue && !isBool {
		return known
	}
	i := slices.Index(args, p.Args[0])
	if i < 0 {
		return known
	}
	if known == nil {
		known = &argFacts{n: len(args)}
	}
	f := known.get(i)
	f.bounds = exactly(boolInt(p.Code == op.GuardFalse))
	known.set(i, f)
	return known
}
