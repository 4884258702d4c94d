package ref

import (
	"fmt"

	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// run is the state of one Execute.
type run struct {
	b     *Backend
	state *threadState
	env   *environment
	m     exec.Machine
	pc    int
	buf   []uint64
	name  string
	steps int
	// forced: the last guard was made to fail.
	forced bool
	// activation is the number of env, see Owner.
	activation uintptr
}

// Execute enters loop; see backend.Backend. A Go panic of a callee or a check unwinds through here.
func (b *Backend) Execute(t *thread.Thread, loop *backend.Loop, args []uint64) *backend.Exit {
	at, ok := loop.Entry.State.(*targetState)
	if !ok {
		panic("ref: loop " + loop.Name + " is not compiled")
	}
	if len(args) != len(loop.Entry.Kinds) {
		panic(fmt.Sprintf("ref: loop %s entered with %d arguments, not %d", loop.Name, len(args), len(loop.Entry.Kinds)))
	}
	s := b.thread(t)
	defer func(depth int) { s.depth = depth }(s.depth)
	r := &run{b: b, state: s, env: s.push(), m: exec.Machine{RT: b.rt, T: t, Jitted: true}, buf: make([]uint64, 0, 16), name: loop.Name}
	r.activation = activation(t, s.depth-1)
	r.env.enter(at.code, at.code.ops[at.pc].args, args)
	r.pc = at.pc + 1
	for {
		if exit := r.step(); exit != nil {
			return exit
		}
	}
}

// step executes one operation; it returns non-nil where the trace is left.
func (r *run) step() *backend.Exit {
	r.count()
	in := &r.env.code.ops[r.pc]
	r.pc++
	r.env.pc = r.pc
	switch {
	case in.f != nil:
		r.buf = r.env.gather(r.buf[:0], in.args)
		v := in.f(&r.m, in.d, r.buf)
		if in.res >= 0 {
			r.env.words[in.res] = v
		}
	case in.code.Has(op.Guard):
		if !r.holds(in) {
			return r.fail(in)
		}
	case in.code >= op.CallAssemblerI && in.code <= op.CallAssemblerN:
		r.callAssembler(in)
	case in.code == op.Jump:
		r.jump(in)
	case in.code == op.Finish:
		return r.leave(backend.ExitFinish, nil, in.args)
	case in.code == op.Label, in.code == op.DebugMergePoint:
	default:
		panic("ref: cannot execute " + in.code.String())
	}
	return nil
}

func (r *run) count() {
	if r.steps++; r.b.MaxSteps > 0 && r.steps > r.b.MaxSteps {
		panic(&StepsError{r.name})
	}
}

func (r *run) holds(in *instruction) bool {
	if r.forced = r.b.opts.GuardFail > 0 && r.b.rand.Int64N(r.b.opts.GuardFail) == 0; r.forced {
		return false
	}
	switch in.code {
	case op.GuardAlwaysFails:
		return false
	case op.GuardNoAction:
		return r.m.T.Actions == 0
	}
	if in.code == op.GuardNotInvalidated {
		return !r.env.code.loop.invalid
	}
	r.buf = r.env.gather(r.buf[:0], in.args)
	return exec.GuardHolds(in.code, r.buf)
}

// fail goes on in the guard's bridge, or leaves.
func (r *run) fail(in *instruction) *backend.Exit {
	g := in.d.(*trace.Guard)
	bridge := g.State.(*guardState).bridge
	if bridge == nil {
		return r.leave(backend.ExitGuard, g, in.fail)
	}
	r.buf = r.env.gather(r.buf[:0], in.fail)
	r.env.enter(bridge, bridge.inputs, r.buf)
	r.pc = 0
	return nil
}

// jump assigns the arguments of a label in parallel. Within the same code everything but them stays, which the
// verifier forbids to be used.
func (r *run) jump(in *instruction) {
	at, ok := in.d.(*trace.Target).State.(*targetState)
	if !ok {
		panic(fmt.Sprintf("ref: jump to %v, which is not compiled", in.d))
	}
	r.buf = r.env.gather(r.buf[:0], in.args)
	label := at.code.ops[at.pc].args
	if at.code == r.env.code {
		for i, w := range label {
			r.env.words[w] = r.buf[i]
		}
	} else {
		r.env.enter(at.code, label, r.buf)
	}
	r.pc = at.pc + 1
}

func (r *run) leave(kind backend.ExitKind, g *trace.Guard, values []int32) *backend.Exit {
	x := &r.state.exit
	x.Kind, x.Guard, x.Forced, x.Activation = kind, g, kind == backend.ExitGuard && r.forced, r.activation
	x.Values = r.env.gather(x.Values[:0], values)
	x.Kinds = x.Kinds[:0]
	for _, w := range values {
		x.Kinds = append(x.Kinds, r.env.code.kinds[w])
	}
	return x
}
