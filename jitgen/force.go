package jitgen

import (
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/blackhole"
	"kiln/jitgen/exec"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
	"kiln/jitgen/warm"
)

// Forcing. A call made by compiled code runs while that keeps the contents of virtualizable objects in its frame on the machine stack. Who
// accesses such an object calls kiln.force first, which comes here:
//
//	compiled code     own p0; call f; guard_not_forced p0; ...
//	f                 kiln.force(p0): the flag is set, so JIT.Force
//	JIT.Force         finds the activation, builds what is virtual and does the pending stores of its guard_not_forced; clears the flag
//	compiled code     back from f the guard fails: the interpreter goes on behind the call. What was built is not built again, since f may
//	                  have changed it.

// forced are the objects built by Force, by activation, until the activation leaves at its guard.
type forced struct{ built map[uintptr][]uint64 }

// WalkRoots visits them.
func (f *forced) WalkRoots(visit func(*uintptr)) {
	for _, words := range f.built {
		blackhole.WalkWords(words, visit)
	}
}

// Force implements Portal. An object that no activation owns has the flag from one that a panic has ended, or is being traced: memory
// is as it has to be.
func (j *JIT) Force(t *thread.Thread, obj uintptr) {
	var o backend.Owner
	found := false
	if j.be != nil {
		o, found = j.be.Owner(obj)
	}
	if !found {
		exec.Disown(uint64(obj))
		return
	}
	j.Counters.ForcedObjects++
	j.forced.built[o.Activation] = j.of(t).bh.Force(o.Guard.Data.(*resume.Data), o.Values)
	for _, owned := range o.Objects() {
		exec.Disown(owned)
	}
}

// notForcedFailed goes on behind a call at whose guard_not_forced compiled code has left: because objects were forced, or at random.
func (j *JIT) notForcedFailed(d *resume.Data, exit *backend.Exit) (next, int) {
	built, ok := j.forced.built[exit.Activation]
	delete(j.forced.built, exit.Activation)
	for _, s := range d.Owned {
		if i, isArg := s.Arg(); isArg && exec.Owned(exit.Values[i]) {
			ok = false // what is there is of an activation that a panic has ended
			exec.Disown(exit.Values[i])
		}
	}
	if ok {
		j.forcedAgain(exit.Guard)
	}
	mark := j.bh.Mark()
	if ok {
		j.bh.ResumeForced(d, exit.Values, built)
	} else {
		j.bh.Resume(d, exit.Values)
	}
	return j.blackhole(mark)
}

// maxForced is how often a loop is recorded anew because a call in it turned out to force. A call that forces now and then may force in no
// recording, and it is better to be left now and then than to have no code.
const maxForced = 2

// forcedAgain throws code away whose guard_not_forced fails often: recorded anew, it writes objects back before the call.
func (j *JIT) forcedAgain(g *trace.Guard) {
	owner := g.Owner.(*warm.Guard)
	u := j.units[owner.Loop]
	if g.Fails < j.settings.Warm.Bridge || u == nil || u.cell == nil || u.cell.Forced >= maxForced {
		return
	}
	u.cell.Forced++
	j.invalidate(u, "a call in it forces objects")
}
