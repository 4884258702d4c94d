package jitgen

import "kiln/gc/thread"

// Outcome says where emitted code goes on after Portal.Enter.
type Outcome int

const (
	// Continue: greens and reds are in the argument slots (greens first, then reds, by kind); go on at
	// the body of the merge point.
	Continue Outcome = iota
	// Done: the portal's results are in the result slots; return from the portal function.
	Done
)

// Portal is what emitted code (and translator/interp) calls at a CanEnterJit, if Thread.JitOn is
// nonzero. It is implemented by Runtime.
type Portal interface {
	// Tick counts one passage of the driver's merge point with the greens in the argument slots. It is
	// true if Enter should be called. It neither collects nor allocates.
	Tick(t *thread.Thread, driver int) bool
	// TickCall is Tick for the passage that follows a call of the portal.
	TickCall(t *thread.Thread, driver int) bool
	// Force writes back what compiled code keeps to itself of an object with layout.FlagOwned, and clears the flag. It may collect.
	Force(t *thread.Thread, obj uintptr)
	// QuasiWrite invalidates the code that relies on a quasi-immutable field of an object with layout.FlagWatched; field is
	// the index of its descriptor among the program's locations. It neither collects nor panics.
	QuasiWrite(obj uintptr, field int)
	// Enter runs compiled code, or records a trace, from the merge point whose greens and reds are in
	// the argument slots, with RefArgs set. It consumes the slots and resets RefArgs. It may collect, and
	// raise Go panics of the interpreted program.
	Enter(t *thread.Thread, driver int) Outcome
}
