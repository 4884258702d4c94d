package interp

import (
	"fmt"

	"kiln/gc/thread"
	"kiln/gc/trap"
	"kiln/jitgen"
	"kiln/jitgen/exec"
	"kiln/translator/flow"
)

// frame is one activation. Its reference words always hold valid references or 0: they start as 0 and every
// collection updates them, dead or not.
type frame struct {
	code  *code
	words []uint64
}

// maxDepth bounds the recursion of interpreted functions, far below where Go's own stack ends.
const maxDepth = 100_000

func (m *Machine) push(c *code) *frame {
	if len(m.frames) >= maxDepth {
		panic(fmt.Errorf("interp: stack overflow in %s", c.fn.Name))
	}
	var f *frame
	if n := len(m.spare); n > 0 {
		f = m.spare[n-1]
		m.spare = m.spare[:n-1]
	} else {
		f = &frame{}
	}
	f.code = c
	if cap(f.words) < c.words {
		f.words = make([]uint64, c.words, c.words*2)
	}
	f.words = f.words[:c.words]
	clear(f.words[:c.values])
	copy(f.words[c.values:], c.consts)
	m.frames = append(m.frames, f)
	return f
}

// unwind drops the frames above a depth.
func (m *Machine) unwind(depth int) {
	for len(m.frames) > depth {
		n := len(m.frames) - 1
		m.spare = append(m.spare, m.frames[n])
		m.frames = m.frames[:n]
	}
}

// WalkRoots visits the references in frames.
func (m *Machine) WalkRoots(visit func(*uintptr)) {
	for _, f := range m.frames {
		for _, r := range f.code.refs {
			if w := &f.words[r]; *w != 0 {
				at := uintptr(*w)
				visit(&at)
				*w = uint64(at)
			}
		}
	}
}

// call runs a function. args may be anything but the words of its own frame; the results stay valid until the
// next call returns.
func (m *Machine) call(index int, args []uint64) []uint64 {
	c := m.code(index)
	if c.host != nil {
		return c.host(m, args)
	}
	f := m.push(c)
	for i, p := range c.params {
		f.words[p] = args[i]
	}
	m.run(f)
	m.unwind(len(m.frames) - 1)
	return m.results
}

// run executes a frame to its return; the results are in m.results.
func (m *Machine) run(f *frame) {
	at := 0
	for {
		b := &f.code.blocks[at]
		m.count(f)
		for i := range b.ops {
			if m.step(f, &b.ops[i]) {
				return
			}
		}
		var e *edge
		switch b.term {
		case flow.Jump:
			e = &b.succs[0]
		case flow.Branch:
			if f.words[b.args[0]] != 0 {
				e = &b.succs[0]
			} else {
				e = &b.succs[1]
			}
		case flow.Switch:
			e = &b.succs[b.choose(int64(f.words[b.args[0]]))]
		case flow.Return:
			m.results = gather(m.results[:0], f, b.args)
			return
		default:
			m.panics(f, b)
		}
		m.follow(f, e)
		at = e.to
	}
}

func (m *Machine) count(f *frame) {
	if m.steps++; m.opts.MaxSteps > 0 && m.steps > m.opts.MaxSteps {
		panic(&StepsError{f.code.fn.Name})
	}
}

// follow assigns the parameters of an edge's target, in parallel.
func (m *Machine) follow(f *frame, e *edge) {
	switch len(e.at) {
	case 0:
	case 1:
		f.words[e.at[0]] = f.words[e.from[0]]
	default:
		m.moves = gather(m.moves[:0], f, e.from)
		for i, w := range e.at {
			f.words[w] = m.moves[i]
		}
	}
}

// step executes one operation; it is true if the function returned in it (the JIT finished the portal).
func (m *Machine) step(f *frame, in *instruction) (returned bool) {
	switch in.action {
	case doExec:
		var args []uint64
		switch len(in.args) { // most have one or two operands
		case 1:
			m.buf[0] = f.words[in.args[0]]
			args = m.buf[:1]
		case 2:
			m.buf[0], m.buf[1] = f.words[in.args[0]], f.words[in.args[1]]
			args = m.buf[:2]
		default:
			args = gather(m.buf[:0], f, in.args)
		}
		v := in.f(&m.exec, in.d, args)
		if len(in.res) > 0 {
			f.words[in.res[0]] = v
		}
	case doCall:
		m.finish(f, in, m.call(in.callee, m.arguments(f, in.args)))
	case doCallIndirect:
		fn := f.words[in.args[0]]
		if fn >= uint64(len(m.codes)) {
			panic(fmt.Sprintf("interp: indirect call of function %d in %s", int64(fn), f.code.fn.Name))
		}
		m.finish(f, in, m.call(int(fn), m.arguments(f, in.args[1:])))
	case doEnterJit:
		return m.enterJit(f, in, jitgen.Portal.Tick)
	case doEnterPortal:
		return m.enterJit(f, in, jitgen.Portal.TickCall)
	case doResumePortal:
		m.resumePortal(f, in)
	}
	return false
}

// arguments gathers operands for a call, which copies them before anything else happens.
func (m *Machine) arguments(f *frame, at []int32) []uint64 {
	m.moves = gather(m.moves[:0], f, at)
	return m.moves
}

func (m *Machine) finish(f *frame, in *instruction, results []uint64) {
	for i, r := range in.res {
		f.words[r] = results[i]
	}
}

func gather(buf []uint64, f *frame, at []int32) []uint64 {
	for _, w := range at {
		buf = append(buf, f.words[w])
	}
	return buf
}

// resumePortal is what emitted code does at a ResumePortal.
func (m *Machine) resumePortal(f *frame, in *instruction) {
	t := m.Thread
	f.words[in.res[0]] = 0
	if t.ResumePortal != uint64(in.driver.Index)+1 {
		return
	}
	f.words[in.res[0]] = 1
	t.ResumePortal, t.RefArgs = 0, 0
	kinds := driverKinds(in.driver)
	m.moves = append(m.moves[:0], make([]uint64, len(kinds))...)
	exec.TakeArgs(t, kinds, m.moves)
	for i, r := range in.res[1:] {
		f.words[r] = m.moves[i]
	}
}

// enterJit is what emitted code does at a CanEnterJit or EnterPortal, which count by tick (docs/architecture.md, Merge
// points).
func (m *Machine) enterJit(f *frame, in *instruction, tick func(jitgen.Portal, *thread.Thread, int) bool) (returned bool) {
	t := m.Thread
	vars := m.arguments(f, in.args)
	m.finish(f, in, vars)
	portal := m.opts.Portal
	d := in.driver
	if d == nil {
		return false // graphs before package portal has seen them: nobody knows the variables' kinds, and nobody needs them
	}
	kinds := driverKinds(d)
	if t.Actions != 0 && m.Prog.Table.Threads {
		t.RefArgs = exec.PutArgs(t, kinds, vars)
		m.Threads.Act(t)
		t.RefArgs = 0
		exec.TakeArgs(t, kinds, vars)
		m.finish(f, in, vars)
	}
	if t.JitOn == 0 || portal == nil {
		return false
	}
	exec.PutArgs(t, kinds[:len(d.Greens)], vars)
	if !tick(portal, t, d.Index) {
		return false
	}
	t.RefArgs = exec.PutArgs(t, kinds, vars)
	if portal.Enter(t, d.Index) == jitgen.Done {
		m.results = append(m.results[:0], make([]uint64, len(f.code.results))...)
		exec.TakeResults(t, f.code.results, m.results)
		return true
	}
	m.moves = append(m.moves[:0], make([]uint64, len(kinds))...)
	exec.TakeArgs(t, kinds, m.moves)
	m.finish(f, in, m.moves)
	return false
}

// panics executes a Panic terminator.
func (m *Machine) panics(f *frame, b *block) {
	value := uint64(0)
	if len(b.args) > 0 {
		value = f.words[b.args[0]]
	}
	text, _ := b.aux.(string)
	m.Raise(int(b.trap), uintptr(value), text)
	panic("interp: control reached the unreachable in " + f.code.fn.Name)
}

// Raise raises the panic of a Panic terminator, flow.Trap as a number, unless that is TrapUnreachable. The
// blackhole interpreter asks for it, too.
func (m *Machine) Raise(kind int, value uintptr, text string) {
	switch flow.Trap(kind) {
	case flow.TrapExplicit:
		m.explicitPanic(uint64(value))
	case flow.TrapAssert:
		dynamic := ""
		if value != 0 {
			dynamic = m.Heap.TypeOf(value).Name
		}
		trap.Assert(dynamic, text)
	case flow.TrapNil:
		trap.Nil()
	case flow.TrapMessage:
		trap.Message(text)
	case flow.TrapRefuse:
		trap.Refuse(text)
	}
}
