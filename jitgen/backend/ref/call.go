package ref

import (
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// tokenState is trace.Token.State: the code that calls go to, nil if there is none.
type tokenState struct{ loop *backend.Loop }

// maxDepth bounds nested activations, as the machine stack does in machine code; one counts for activationSize
// bytes of Options.Stack.
const (
	maxDepth       = 20000
	activationSize = 1024
)

// SetAssistant says who serves calls of code that there is none of.
func (b *Backend) SetAssistant(a backend.Assistant) { b.assistant = a }

// Redirect changes where calls through token go.
func (b *Backend) Redirect(token *trace.Token, loop *backend.Loop) { token.State = &tokenState{loop} }

// StackLow says that activations are nested too deeply.
func (b *Backend) StackLow(t *thread.Thread) bool {
	limit := maxDepth
	if b.opts.Stack > 0 {
		limit = b.opts.Stack / activationSize
	}
	return b.thread(t).depth >= limit
}

// callAssembler runs the code of a token in an activation of its own.
func (r *run) callAssembler(in *instruction) {
	tok, t := in.d.(*trace.Token), r.m.T
	r.buf = r.env.gather(r.buf[:0], in.args)
	st, _ := tok.State.(*tokenState)
	if st == nil || st.loop == nil || r.b.StackLow(t) {
		r.b.assistant.Call(t, tok.Owner, r.buf)
	} else if exit := r.b.Execute(t, st.loop, r.buf); exit.Kind == backend.ExitGuard {
		r.b.assistant.Finish(t, exit)
	} else {
		exec.PutResults(t, exit.Kinds, exit.Values)
	}
	if in.res >= 0 {
		exec.TakeResults(t, []op.Kind{in.code.Info().Result}, r.env.words[in.res:in.res+1])
	}
}
