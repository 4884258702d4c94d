package amd64

import (
	"fmt"
	"unsafe"

	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/op"
)

// enter runs machine code at ctx.JitPC until it leaves. In enter_amd64.s.
//
//go:noescape
func enter(ctx uintptr)

func ptrOf[T any](p *T) unsafe.Pointer { return unsafe.Pointer(p) }

// stackSize is the size of a thread's machine stack unless Options say otherwise; memory is used as it is touched.
const stackSize = 64 << 20

// guardSize is the size of the inaccessible memory below it: no frame may step over it.
const guardSize = 2 * maxFrame

// StackError is the panic value when nested activations of compiled code fill the machine stack.
type StackError struct{ Size int }

func (e *StackError) Error() string {
	return fmt.Sprintf("kiln: stack overflow in compiled code (%d MB)", e.Size>>20)
}

// Execute enters a loop; see backend.Backend.
//
// A panic of a callee unwinds through here. The machine stack then still holds the frames of every
// Execute it skips, so each puts back what it found.
func (b *Backend) Execute(t *thread.Thread, loop *backend.Loop, args []uint64) *backend.Exit {
	ls := loop.State.(*loopState)
	ts := b.threadState(t)
	sp, pc, outer, scratch := t.JitSP, t.JitPC, t.JitFrame, t.Scratch[0]
	frame := sp&^15 - frameTop
	size := ls.main.frame
	if frame-uintptr(size) < t.JitStackLimit {
		panic(&StackError{b.stackSize()})
	}
	for i, v := range args {
		*(*uint64)(mem.Ptr(slotAddr(frame, i))) = v
	}
	*(*uintptr)(mem.Ptr(frame + frameReturn)) = 0
	*(*uintptr)(mem.Ptr(frame - 8)) = outer
	*(*uint64)(mem.Ptr(frame - 16)) = 0
	ts.exit.Kinds, ts.exit.Values = nil, ts.exit.Values[:0]
	defer func() { t.JitSP, t.JitPC, t.JitFrame, t.Scratch[0] = sp, pc, outer, scratch }()

	t.JitFrame = frame
	t.JitSP = frame - uintptr(size)
	t.JitPC = b.stubs.enter
	t.Scratch[0] = uint64(ls.entry)
	if b.opts.GuardFail > 0 && t.ForceFail <= 0 {
		t.ForceFail = b.nextFailure()
	}
	return b.run(ts, t, frame)
}

// What Thread.ExitCode says: a residual call of function ExitArg, or an exit with a register dump at the site of
// the frame.
const (
	exitSite  = 0
	exitCall  = 1
	exitFault = 2 // see fault.go
)

// run enters and serves exits until one ends the activation. It does not allocate. Residual calls come first and
// look nothing up: they are what compiled code leaves for most.
//
// Exits are of the frame base of the activation, or of its callees' (emit_assembler.go).
func (b *Backend) run(ts *threadState, t *thread.Thread, base uintptr) *backend.Exit {
	c := uintptr(unsafe.Pointer(t))
	for {
		enter(c)
		if t.ExitCode == exitCall {
			// Machine code has left the way back in JitPC, JitSP and JitFrame, and so does a nested Execute.
			if fn := uint64(t.ExitArg); fn < uint64(len(b.adapters)) {
				b.adapters[fn](t)
			} else {
				b.rt.Call(t, int(t.ExitArg))
			}
			continue
		}
		if t.ExitCode == exitFault {
			panic(b.fault(ts))
		}
		frame := t.JitFrame
		s := (*b.sites.Load())[siteOf(frame)]
		switch s.kind {
		case sitePoll:
			yield()
			b.resumeDumped(t, s)
		case siteHelper:
			v := s.do(&ts.machine, s.descr, b.operands(ts, t, s, frame))
			s.result.write(t, frame, v)
			b.resumeDumped(t, s)
		case siteTrap:
			s.do(&ts.machine, s.descr, b.operands(ts, t, s, frame))
			panic(&backend.InternalError{Doing: "in machine code", Cause: fmt.Sprintf("%v at %v failed but holds", s.code, s.pos)})
		default:
			if frame == base {
				return b.leave(ts, t, s, frame)
			}
			b.callee(ts, t, s, frame)
		}
	}
}

func (b *Backend) resumeDumped(t *thread.Thread, s *site) {
	t.JitPC = b.stubs.restoreInts
	if s.floats {
		t.JitPC = b.stubs.restore
	}
	t.Scratch[0] = uint64(s.resume)
}

// operands reads the operands of a helper into the thread's buffer.
func (b *Backend) operands(ts *threadState, t *thread.Thread, s *site, frame uintptr) []uint64 {
	args := ts.args[:len(s.places)]
	for i := range s.places {
		args[i] = s.places[i].read(t, frame)
	}
	return args
}

// leave builds the Exit of a guard failure or of the end of the trace.
func (b *Backend) leave(ts *threadState, t *thread.Thread, s *site, frame uintptr) *backend.Exit {
	e := &ts.exit
	e.Kind, e.Guard, e.Forced, e.Activation = backend.ExitFinish, nil, false, frame
	if s.kind == siteGuard {
		e.Kind, e.Guard = backend.ExitGuard, s.guard
		if b.opts.GuardFail > 0 {
			e.Forced = t.ForceFail < 0
			t.ForceFail = b.nextFailure()
		}
	}
	if cap(e.Values) < len(s.places) {
		e.Values = make([]uint64, 2*len(s.places))
	}
	e.Values = e.Values[:len(s.places)]
	for i := range e.Values {
		e.Values[i] = s.places[i].read(t, frame)
	}
	e.Kinds = s.kinds
	return e
}

// nextFailure is the number of guards until the next forced failure: at random, GuardFail on average.
func (b *Backend) nextFailure() int64 {
	b.random ^= b.random << 13
	b.random ^= b.random >> 7
	b.random ^= b.random << 17
	return int64(b.random % uint64(2*b.opts.GuardFail))
}

// yield does nothing, but its prologue lets Go's scheduler take the processor: it is an ordinary
// function with a frame large enough that the compiler checks the stack.
//
//go:noinline
func yield() {
	var frame [512]byte
	touch(&frame)
}

//go:noinline
func touch(p *[512]byte) { p[0] = 1 }

func (b *Backend) stackSize() int {
	if b.opts.Stack > 0 {
		return b.opts.Stack
	}
	return stackSize
}

// threadState finds or makes the Go side of a thread, and its machine stack.
func (b *Backend) threadState(t *thread.Thread) *threadState {
	if all := *b.threads.Load(); t.ID < uint64(len(all)) && all[t.ID] != nil {
		if all[t.ID].t != t {
			panic(fmt.Sprintf("amd64: two threads with ID %d", t.ID))
		}
		return all[t.ID]
	}
	return b.newThread(t)
}

func (b *Backend) newThread(t *thread.Thread) *threadState {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := append([]*threadState(nil), *b.threads.Load()...)
	for uint64(len(all)) <= t.ID {
		all = append(all, nil)
	}
	ts := &threadState{t: t, machine: execMachine{RT: b.rt, T: t, Jitted: true}}
	if t.JitSP == 0 {
		low, high, err := mapStack(b.stackSize())
		if err != nil {
			panic(fmt.Errorf("amd64: no machine stack: %w", err))
		}
		// Frames may grow by maxFrame below the place that was checked; the guard page is below that.
		t.JitSP, t.JitStackLimit = high, low+4*maxFrame
		ts.guard = low - guardSize
	}
	all[t.ID] = ts
	b.threads.Store(&all)
	return ts
}

// WalkRoots visits the references that machine code and its exits hold.
func (b *Backend) WalkRoots(visit func(*uintptr)) {
	b.walkThreads(visit)
	b.mu.Lock()
	defer b.mu.Unlock()
	walkConstants(b.pieces, visit)
}

// WalkYoung implements gc.YoungWalker.
func (b *Backend) WalkYoung(visit func(*uintptr)) {
	b.walkThreads(visit)
	b.mu.Lock()
	defer b.mu.Unlock()
	walkConstants(b.young, visit)
	clear(b.young)
	b.young = b.young[:0]
}

func walkConstants(pieces []*piece, visit func(*uintptr)) {
	for _, p := range pieces {
		for _, at := range p.refs {
			visit((*uintptr)(mem.Ptr(at)))
		}
	}
}

func (b *Backend) walkThreads(visit func(*uintptr)) {
	sites := *b.sites.Load()
	for _, ts := range *b.threads.Load() {
		if ts == nil {
			continue
		}
		for i, k := range ts.exit.Kinds {
			if k == op.Ref {
				visit((*uintptr)(unsafe.Pointer(&ts.exit.Values[i])))
			}
		}
		innermost := true
		for f := ts.t.JitFrame; f != 0; f = *(*uintptr)(mem.Ptr(f - 8)) {
			s := sites[siteOf(f)]
			for _, i := range s.refSlots {
				visit((*uintptr)(mem.Ptr(slotAddr(f, int(i)))))
			}
			if innermost && s.refRegs != 0 && s.kind != siteCall {
				walkRegisters(ts.t, s.refRegs, visit)
			}
			innermost = false
		}
	}
}

func walkRegisters(t *thread.Thread, mask uint16, visit func(*uintptr)) {
	for r := range t.RegsI {
		if mask&(1<<r) != 0 {
			visit((*uintptr)(unsafe.Pointer(&t.RegsI[r])))
		}
	}
}
