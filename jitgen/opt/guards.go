package opt

// guards: guards that hold already are removed, facts are taken from those that stay.
//
// requires:  virtual objects, which answer guards by themselves
// preserves: what is known at each later operation
// breaks:    nothing
//
// A guard_class of an object that a guard before it proved not nil, with nothing between them that
// could be seen, strengthens that guard to guard_nonnull_class: it fails earlier, in the same state.

import (
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

func installGuards(l *pipeline) {
	l.onBefore(guardTruth, op.GuardTrue, op.GuardFalse)
	l.onBefore(guardValue, op.GuardValueI, op.GuardValueR, op.GuardValueF)
	l.onBefore(guardClass, op.GuardClass, op.GuardNonnullClass)
	l.onBefore(recordedClass, op.RecordExactClass)
	l.onBefore(guardNil, op.GuardNonnull, op.GuardIsnull)
	l.onBefore(guardValid, op.GuardNotInvalidated)
	l.onBefore(checkNil, op.CheckNil)
	l.onBefore(nilTest, op.PtrIsZero, op.PtrNonzero)
	l.onAfter(learnTruth, op.GuardTrue, op.GuardFalse)
	l.onAfter(learnValue, op.GuardValueI, op.GuardValueR, op.GuardValueF)
	l.onAfter(learnClass, op.GuardClass, op.GuardNonnullClass)
	l.onAfter(learnNil, op.GuardNonnull, op.GuardIsnull)
	l.onAfter(func(r *run, _ *operation) { r.notInvalidated = true }, op.GuardNotInvalidated)
	l.onAfter(func(r *run, _ *operation) { r.notInvalidated = false }, op.QuasiWrite)
	l.each(has(op.Call), func(c op.Code) { l.onAfter(mayInvalidate, c) })
	l.onAfter(func(r *run, p *operation) { r.setNonnull(p.Args[0]) }, op.CheckNil)
}

// mayInvalidate: after a call that may store to a quasi-immutable field, validity is to be tested again.
func mayInvalidate(r *run, p *operation) {
	if d := trace.CallOf(p.Descr); d == nil || d.Effects.Arbitrary || d.Effects.Invalidates {
		r.notInvalidated = false
	}
}

// decide settles a guard whose outcome is known.
func (r *run) decide(p *operation, holds bool) verdict {
	if holds {
		return p.settle(trace.None)
	}
	return r.fail(p, ErrInvalid)
}

func guardTruth(r *run, p *operation) verdict {
	b := r.boundsOf(p.Args[0])
	if b.isConst() || !b.impossible() && (b.lo > 0 || b.hi < 0) {
		return r.decide(p, (b.lo != 0) == (p.Code == op.GuardTrue))
	}
	if e := r.pure.find(op.IntIsTrue, nil, p.Args); e != nil {
		if c, ok := r.constInt(r.hit(e)); ok {
			return r.decide(p, (c != 0) == (p.Code == op.GuardTrue))
		}
	}
	// A test of a comparison's 0 or 1 became that comparison in rewrite; is_true of any integer is the guard itself.
	if def := r.def(p.Args[0]); def != nil && def.Code == op.IntIsZero && r.boundsOf(r.resolve(def.Args[0])).within(0, 1) {
		p.Args[0] = r.resolve(def.Args[0])
		p.Code = op.GuardTrue + op.GuardFalse - p.Code
		return again
	}
	if x := r.opposite(p.Args[0]); x >= 0 && x < p.Args[0] {
		p.Args[0] = x
		p.Code = op.GuardTrue + op.GuardFalse - p.Code
		return again
	}
	return next
}

// opposite is a value of this run that is 1 where the comparison x is 0 and the other way round, or None.
func (r *run) opposite(x trace.Ref) trace.Ref {
	def := r.def(x)
	if def == nil || !def.Code.Has(op.Compare) || op.Negated(def.Code) == op.Invalid {
		return trace.None
	}
	code, args := op.Negated(def.Code), r.list(len(def.Args))
	copy(args, def.Args)
	if code >= op.IntLt && code <= op.UintGe {
		code = canonical(code, args)
	}
	if e := r.pure.find(code, nil, args); e != nil && e.imported == none {
		return r.peek(e)
	}
	return trace.None
}

func guardValue(r *run, p *operation) verdict {
	x, c := p.Args[0], p.Args[1]
	if x == c {
		return r.decide(p, true)
	}
	if x.IsConst() && c.IsConst() {
		return r.decide(p, false)
	}
	if p.Code == op.GuardValueI {
		if disjoint(r.boundsOf(x), r.boundsOf(c)) {
			return r.decide(p, false)
		}
		return r.guardBoolean(p, x, c)
	}
	if p.Code == op.GuardValueR && r.isNil(c) {
		p.Code, p.Args = op.GuardIsnull, p.Args[:1]
		return again
	}
	return next
}

// guardBoolean turns a guard on the value of a comparison into one on its truth.
func (r *run) guardBoolean(p *operation, x, c trace.Ref) verdict {
	v, ok := r.constInt(c)
	if !ok || !r.boundsOf(x).within(0, 1) {
		return next
	}
	p.Code, p.Args = op.GuardFalse, p.Args[:1]
	if v == 1 {
		p.Code = op.GuardTrue
	}
	return again
}

func guardClass(r *run, p *operation) verdict {
	x := p.Args[0]
	want, ok := r.constInt(p.Args[1])
	if have := r.class(x); have != 0 && ok {
		return r.decide(p, int64(have) == want)
	}
	if r.isNil(x) {
		return r.decide(p, false)
	}
	if p.Code == op.GuardNonnullClass && r.nonnull(x) {
		p.Code = op.GuardClass
	}
	if p.Code == op.GuardClass && r.strengthen(p) {
		return p.settle(trace.None)
	}
	return next
}

// strengthen makes a guard_nonnull of the same object that was emitted immediately before into
// guard_nonnull_class. Both resume where the nil test does; nothing happened since.
func (r *run) strengthen(p *operation) bool {
	if len(r.ops) == 0 {
		return false
	}
	last := &r.ops[len(r.ops)-1]
	if last.Code != op.GuardNonnull || last.Args[0] != p.Args[0] {
		return false
	}
	last.Code = op.GuardNonnullClass
	args := r.list(2)
	args[0], args[1] = p.Args[0], p.Args[1]
	last.Args = args
	learnClass(r, p)
	return true
}

// recordedClass takes in what the interpreter says, and drops it.
func recordedClass(r *run, p *operation) verdict {
	if r.class(p.Args[0]) == 0 && !p.Args[0].IsConst() {
		learnClass(r, p)
	}
	return p.settle(trace.None)
}

func guardNil(r *run, p *operation) verdict {
	x := p.Args[0]
	if r.nonnull(x) {
		return r.decide(p, p.Code == op.GuardNonnull)
	}
	if r.isNil(x) {
		return r.decide(p, p.Code == op.GuardIsnull)
	}
	return next
}

func guardValid(r *run, p *operation) verdict {
	if r.notInvalidated {
		return p.settle(trace.None)
	}
	return next
}

func checkNil(r *run, p *operation) verdict {
	if r.nonnull(p.Args[0]) {
		return p.settle(trace.None)
	}
	return next
}

func nilTest(r *run, p *operation) verdict {
	if r.nonnull(p.Args[0]) {
		return p.settle(r.int(boolInt(p.Code == op.PtrNonzero)))
	}
	return next
}

func learnTruth(r *run, p *operation) {
	x := p.Args[0]
	def := r.def(x)
	if y := r.opposite(x); y >= 0 {
		r.known(y, r.int(boolInt(p.Code == op.GuardFalse)))
	}
	isCompare := def != nil && def.Code.Has(op.Compare)
	if def != nil && def.Code == op.BytesEqual && p.Code == op.GuardTrue {
		r.known(x, r.int(1))
		r.sameString(def)
		return
	}
	switch {
	case p.Code == op.GuardFalse:
		r.known(x, r.int(0))
	case isCompare || r.boundsOf(x).within(0, 1):
		r.known(x, r.int(1))
	default:
		r.notEqual(x, 0)
		r.outcome(op.IntIsTrue, p.Args, 1)
		return
	}
	if !isCompare {
		return
	}
	if neg := op.Negated(def.Code); neg != op.Invalid {
		r.outcome(neg, def.Args, boolInt(p.Code == op.GuardFalse))
	}
}

// sameString takes in that bytes are equal: if they are all of a string and all of a constant one, the string is the constant from now on.
// Nobody can tell strings of equal contents apart.
func (r *run) sameString(def *trace.Op) {
	d := def.Descr.(*descr.Array)
	zero := r.int(0)
	if d.Type.ID != layout.StringType || r.resolve(def.Args[1]) != zero || r.resolve(def.Args[3]) != zero {
		return
	}
	x, c := r.resolve(def.Args[0]), r.resolve(def.Args[2])
	if x.IsConst() {
		x, c = c, x
	}
	n, ok := r.constInt(r.resolve(def.Args[4]))
	if !ok || x.IsConst() || r.constClass(c) != layout.StringType || exec.Length(r.out.Consts.Get(c).Bits, d.Type) != uint64(n) {
		return
	}
	if e := r.pure.find(op.ArrayLen, d, []trace.Ref{x}); e != nil && r.hit(e) == r.int(n) {
		r.known(x, c)
	}
}

// outcome notes the result of a comparison that was not done, in the form that one would have when it is looked up.
func (r *run) outcome(code op.Code, args []trace.Ref, outcome int64) {
	if !r.o.enabled("pure") {
		return
	}
	list := r.list(len(args))
	copy(list, args)
	if code >= op.IntLt && code <= op.UintGe {
		code = canonical(code, list)
	}
	r.pure.add(code, nil, list, r.int(outcome), none)
}

func learnValue(r *run, p *operation) { r.known(p.Args[0], p.Args[1]) }

func learnClass(r *run, p *operation) {
	if id, ok := r.constInt(p.Args[1]); ok {
		r.setClass(p.Args[0], layout.TypeID(id))
	}
}

func learnNil(r *run, p *operation) {
	if p.Code == op.GuardNonnull {
		r.setNonnull(p.Args[0])
	} else {
		r.known(p.Args[0], r.zero(op.Ref))
	}
}
