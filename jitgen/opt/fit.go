package opt

import (
	"errors"

	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

var errNoTarget = errors.New("no target for the jump, not even an entry label")

// choose finds the first target that the variables fit, and the arguments of the jump to it.
func (r *run) choose(in *Input, vars []trace.Ref) (*trace.Target, []trace.Ref) {
	targets := in.Targets
	merge := in.Merge
	if merge == nil {
		merge = lastState(in.Trace)
	}
	if d, ok := in.Trace.Ops[len(in.Trace.Ops)-1].Descr.(*trace.Target); ok && d != nil && len(targets) == 0 {
		targets = []*trace.Target{d}
	}
	for _, t := range targets {
		a, _ := t.Virtual.(*assumptions)
		if a == nil || a.state == nil {
			r.flushAll()
			for i, v := range vars {
				vars[i] = r.force(v)
			}
			return t, vars
		}
		f := &fitting{r: r, a: a, in: in, merge: merge, jump: map[trace.Ref]trace.Ref{}, words: map[trace.Ref]uint64{},
			nodeOf: map[trace.Ref]int32{}, refOf: map[int32]trace.Ref{}}
		if len(a.state.pending) == 0 {
			r.flushAll()
		}
		if args := f.arguments(vars); args != nil {
			return t, args
		}
	}
	return nil, nil
}

// lastState is the state at the last guard of a recorded trace, if a guard at its end may resume there too: nothing
// recorded since has an effect, so that the interpreter does it again from there.
func lastState(t *trace.Trace) *trace.Snapshot {
	for i := len(t.Ops) - 2; i >= 0; i-- {
		p := &t.Ops[i]
		if p.Code.Has(op.Guard) {
			return p.Snapshot
		}
		flags := p.Code.Info().Flags
		if p.Code != op.DebugMergePoint && p.Code != op.DebugNote && p.Code != op.QuasiRead && (flags&(op.Pure|op.ReadsHeap|op.Check|op.Allocates) == 0 || flags&(op.WritesHeap|op.Call) != 0) {
			return nil
		}
	}
	return nil
}

// fitting makes the variables at the end of a bridge fit a label's assumptions. What does not hold for certain is
// tested by a guard, if the words that the variables have now pass it and the caller gave a snapshot to resume with;
// imports that the bridge did not compute are computed, if that is safe. A fitting that fails half-way leaves
// harmless operations behind.
type fitting struct {
	r      *run
	a      *assumptions
	in     *Input
	merge  *trace.Snapshot
	jump   map[trace.Ref]trace.Ref // value of the label's trace -> value of the bridge
	words  map[trace.Ref]uint64    // by value of the bridge: what it is now, where known
	nodeOf map[trace.Ref]int32
	refOf  map[int32]trace.Ref
	listed []location // of the stores that wait
}

func (f *fitting) arguments(vars []trace.Ref) []trace.Ref {
	if len(vars) != len(f.a.state.vars) {
		return nil
	}
	for i, v := range vars {
		if i < len(f.in.Live) && v >= 0 {
			f.words[v] = f.in.Live[i]
		}
	}
	for i, n := range f.a.state.vars {
		if !f.node(n, f.r.resolve(vars[i])) {
			return nil
		}
	}
	late, ok := f.importAll(f.a.imports, true)
	if !ok || !f.pending() || f.shared() {
		return nil
	}
	for v, b := range f.jump {
		if f.r.virtualOf(f.r.resolve(b)) != nil {
			f.jump[v] = f.r.force(b)
		}
	}
	if _, ok := f.importAll(late, false); !ok || !f.finish() {
		return nil
	}
	args := make([]trace.Ref, len(f.a.args))
	for i, v := range f.a.args {
		b, ok := f.jump[v]
		if !ok {
			return nil
		}
		if args[i] = f.r.resolve(b); f.r.virtualOf(args[i]) != nil {
			return nil
		}
	}
	return args
}

// node fits one variable or one content of a virtual object.
func (f *fitting) node(i int32, v trace.Ref) bool {
	n := &f.a.state.nodes[i]
	switch n.kind {
	case constNode:
		return f.equals(v, f.constant(n.ref))
	case valueNode:
		if old, ok := f.jump[n.ref]; ok {
			return old == v
		}
		f.jump[n.ref] = v
		return f.facts(v, n.facts)
	}
	virt := f.r.virtualOf(v)
	if virt == nil || virt.size != n.size || virt.array != n.array || len(virt.items) != len(n.items) {
		return false
	}
	other, taken := f.nodeOf[v]
	owner, owned := f.refOf[i]
	if taken || owned {
		return taken && owned && other == i && owner == v
	}
	f.nodeOf[v], f.refOf[i] = i, v
	return f.contents(n, virt)
}

func (f *fitting) contents(n *node, virt *virtual) bool {
	for _, have := range n.fields {
		value, ok := virt.get(have.field)
		if !ok {
			value = f.r.zero(have.field.Access.Kind)
		}
		if !f.node(have.node, f.r.resolve(value)) {
			return false
		}
	}
	for _, have := range virt.fields {
		if n.field(have.field) == nil && f.r.resolve(have.value) != f.r.zero(have.field.Access.Kind) {
			return false
		}
	}
	for j, item := range n.items {
		if !f.node(item, f.r.orZero(virt.items[j], virt.array)) {
			return false
		}
	}
	return true
}

// shared says whether an object that is to be virtual after the jump is reachable from one that has to exist.
func (f *fitting) shared() bool {
	seen := map[trace.Ref]bool{}
	var reach func(v trace.Ref) bool
	reach = func(v trace.Ref) bool {
		v = f.r.resolve(v)
		virt := f.r.virtualOf(v)
		if virt == nil || seen[v] {
			return false
		}
		seen[v] = true
		if _, taken := f.nodeOf[v]; taken {
			return true
		}
		for _, field := range virt.fields {
			if reach(field.value) {
				return true
			}
		}
		for _, value := range virt.items {
			if value != trace.None && reach(value) {
				return true
			}
		}
		return false
	}
	found := false
	f.stored(func(v trace.Ref) { found = found || reach(v) })
	for _, v := range f.jump {
		found = found || reach(v)
	}
	return found
}

// constant is a constant of the label's trace in this one's pool.
func (f *fitting) constant(c trace.Ref) trace.Ref { return f.r.out.Consts.Intern(f.a.pool.Get(c)) }

// word is what a value is now.
func (f *fitting) word(v trace.Ref) (uint64, bool) {
	if v.IsConst() {
		return f.r.out.Consts.Get(v).Bits, true
	}
	w, ok := f.words[v]
	return w, ok
}

// equals makes v equal the constant c.
func (f *fitting) equals(v, c trace.Ref) bool {
	if v == c {
		return true
	}
	w, ok := f.word(v)
	if !ok || v.IsConst() || w != f.r.out.Consts.Get(c).Bits {
		return false
	}
	code := op.GuardValueI + op.Code(f.r.out.Kind(v)-op.Int)
	return f.guard(code, v, c)
}

// guard emits a guard that holds now.
func (f *fitting) guard(code op.Code, args ...trace.Ref) bool {
	if f.merge == nil {
		return false
	}
	p := operation{trace.Op{Code: code, Res: trace.None, Snapshot: f.merge, Args: f.r.list(len(args))}}
	p.Pos = f.in.Trace.Ops[len(f.in.Trace.Ops)-1].Pos
	copy(p.Args, args)
	f.r.process(&p)
	return f.r.err == nil
}

// facts makes the facts hold for v.
func (f *fitting) facts(v trace.Ref, want facts) bool {
	have := f.r.factsOf(v)
	if have.implies(want) {
		return true
	}
	w, ok := f.word(v)
	if !ok || v.IsConst() || !f.r.o.cfg.ReadHeap {
		return false
	}
	if want.class != 0 && have.class != want.class {
		if w == 0 || exec.TypeID(w) != uint64(want.class) || !f.guard(op.GuardNonnullClass, v, f.r.int(int64(want.class))) {
			return false
		}
	} else if want.nonnull && !have.nonnull && (w == 0 || !f.guard(op.GuardNonnull, v)) {
		return false
	}
	return f.within(v, int64(w), want.bounds)
}

// within makes v lie within bounds.
func (f *fitting) within(v trace.Ref, now int64, want bounds) bool {
	if now < want.lo || now > want.hi {
		return false
	}
	pos := f.in.Trace.Ops[len(f.in.Trace.Ops)-1].Pos
	have := f.r.boundsOf(v)
	if have.lo < want.lo && !f.guard(op.GuardTrue, f.r.build(op.IntLe, nil, pos, f.r.int(want.lo), v)) {
		return false
	}
	return have.hi <= want.hi || f.guard(op.GuardTrue, f.r.build(op.IntLe, nil, pos, v, f.r.int(want.hi)))
}
