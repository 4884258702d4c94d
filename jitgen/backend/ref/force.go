package ref

import (
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// activation names the environment of a thread at a depth.
func activation(t *thread.Thread, depth int) uintptr { return uintptr(t.ID)<<32 | uintptr(depth+1) }

// Owner finds the activation that owns an object; see backend.Backend.
func (b *Backend) Owner(obj uintptr) (o backend.Owner, found bool) {
	for id, s := range b.threads {
		for depth, e := range s.environments[:s.depth] {
			in := e.notForced()
			if in == nil {
				continue
			}
			for _, w := range in.args {
				if uintptr(e.words[w]) == obj {
					return backend.Owner{Activation: uintptr(id)<<32 | uintptr(depth+1), Guard: in.d.(*trace.Guard),
						Values:  func() []uint64 { return e.gather(nil, in.fail) },
						Objects: func() []uint64 { return e.gather(nil, in.args) }}, true
				}
			}
		}
	}
	return backend.Owner{}, false
}

// notForced is the guard_not_forced behind the call in progress, nil if there is none.
func (e *environment) notForced() *instruction {
	for pc := e.pc; pc < len(e.code.ops); pc++ {
		switch in := &e.code.ops[pc]; in.code {
		case op.GetResultI, op.GetResultR, op.GetResultF:
		case op.GuardNotForced:
			return in
		default:
			return nil
		}
	}
	return nil
}
