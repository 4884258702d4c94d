package amd64

import (
	"sync/atomic"

	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/trace"
)

// SetAssistant says who serves calls that machine code cannot; see backend.Assistant.
func (b *Backend) SetAssistant(a backend.Assistant) { b.assistant = a }

// Redirect changes where calls through token go; see backend.Backend. Activations in progress go on where they are.
func (b *Backend) Redirect(token *trace.Token, loop *backend.Loop) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if token.State == nil && b.makeToken(token) != nil {
		return // a trace that calls it cannot be compiled, either
	}
	st := token.State.(*tokenState)
	if loop == nil {
		st.set(st.stub)
		st.loop = nil
		return
	}
	st.loop = loop.State.(*loopState)
	st.set(st.loop.call)
}

func (st *tokenState) set(to uintptr) { atomic.StoreUint64((*uint64)(mem.Ptr(st.word)), uint64(to)) }

// StackLow says that the machine stack is nearly full: Execute would panic.
func (b *Backend) StackLow(t *thread.Thread) bool {
	b.threadState(t)
	return t.JitSP < t.JitStackLimit+maxFrame
}

// callee serves an exit in the frame of a callee that only the assistant can go on from: machine code was left at a guard, or
// there is none. The frame is gone before the assistant starts, so its operands are read first; the caller is resumed
// behind its call.
func (b *Backend) callee(ts *threadState, t *thread.Thread, s *site, frame uintptr) {
	exit := b.leave(ts, t, s, frame)
	caller, sp := *(*uintptr)(mem.Ptr(frame - 8)), frame+frameTop
	t.JitFrame, t.JitSP = caller, sp
	if s.kind == sitePortal {
		b.assistant.Call(t, s.owner, exit.Values)
	} else {
		b.assistant.Finish(t, exit)
	}
	t.JitFrame, t.JitSP, t.JitPC = caller, sp, (*b.sites.Load())[siteOf(caller)].resume
}
