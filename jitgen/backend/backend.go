// Package backend is the interface between the JIT and what executes traces: backend/ref (slow,
// the oracle) and backend/amd64.
//
// Imports trace, op, descr and gc/thread only; linked into translated binaries.
package backend

import (
	"kiln/gc/thread"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Adapter runs one function of the program on arguments in Thread.ArgI/ArgR/ArgF (by kind, in order)
// and leaves its results in ResI/ResR/ResF. It may collect and may raise a Go panic.
type Adapter func(t *thread.Thread)

// Runtime is what compiled traces need of the program around them.
type Runtime interface {
	Program() *descr.Program
	// Call runs function fn by the adapter protocol above.
	Call(t *thread.Thread, fn int)
	// New and NewArray allocate zeroed objects with header (and length) set; they may collect.
	New(t *thread.Thread, typ uint32) uintptr
	NewArray(t *thread.Thread, typ uint32, length int64) uintptr
	// Alloc returns n bytes of zeroed memory from a fresh nursery position (slow path of MallocNursery).
	Alloc(t *thread.Thread, n int64) uintptr
	// IdentityHash is op.IdentityHash: a deterministic sequence number of the object, from 1.
	IdentityHash(t *thread.Thread, obj uintptr) int64
	// QuasiWrite is op.QuasiWrite for an object with layout.FlagWatched. It invalidates compiled code, and does not collect.
	QuasiWrite(t *thread.Thread, obj uintptr, field *descr.Field)
	// AddRoots registers a walker for the life of the process.
	AddRoots(w RootWalker)
}

// AdapterTable is a Runtime that shows its adapters: none is nil, and Call(t, fn) is the same as calling number fn. A
// function whose number is outside goes through Call.
type AdapterTable interface{ Adapters() []Adapter }

// RootWalker visits references held outside the heap; visit may change them.
type RootWalker interface{ WalkRoots(visit func(*uintptr)) }

// Loop is compiled code with an entry: the loop token.
type Loop struct {
	ID    int
	Name  string
	Entry *trace.Target // its first label; Execute enters here
	Kinds []op.Kind     // of the entry's arguments
	State any           // of the backend
	Owner any           // of package warm
}

// ExitKind says why Execute returned.
type ExitKind uint8

const (
	ExitGuard  ExitKind = iota // Guard failed; Values are its FailArgs
	ExitFinish                 // the portal returned; Values are its results
)

// Exit is the state in which machine code was left. Values' references are roots until the next
// Execute on the thread, or until Release.
type Exit struct {
	Kind   ExitKind
	Guard  *trace.Guard
	Kinds  []op.Kind
	Values []uint64
	// Forced: the guard was made to fail (Options.GuardFail), whatever its condition.
	Forced bool
	// Activation names the activation that was left, as Owner does.
	Activation uintptr
}

// Owner is an activation of compiled code that owns virtualizable objects, during a call.
type Owner struct {
	Activation uintptr
	Guard      *trace.Guard // the guard_not_forced behind the call
	// Values are its fail arguments, as far as they exist yet, and Objects its operands; good until the next collection.
	Values, Objects func() []uint64
}

// Options are switches of a backend.
type Options struct {
	// GuardFail, if above 0, makes each executed guard fail at random about once in GuardFail (stress mode).
	GuardFail int64
	// Seed of that randomness.
	Seed int64
	// Stack is the size in bytes of a thread's stack of activations; 0 is a generous default.
	Stack int
	// Log, if not nil, receives disassembly and addresses.
	Log func(format string, args ...any)
}

// Assistant finishes what a call_assembler cannot. Both run a portal to its end and leave its results in the result slots
// of the thread; they may collect, execute compiled code and raise Go panics.
type Assistant interface {
	// Call runs the portal from the merge point of a token or loop (its Owner), with the reds given.
	Call(t *thread.Thread, owner any, reds []uint64)
	// Finish goes on where a callee's code has left at a guard. The exit is valid until the next Execute on t.
	Finish(t *thread.Thread, exit *Exit)
}

// Backend compiles and runs traces. Traces passed in are optimised and have gone through gcrewrite if
// WantsRewrite says so. A failed check operation raises the Go run-time panic it stands for out of Execute.
type Backend interface {
	Name() string
	WantsRewrite() bool
	// CompileLoop compiles a trace that starts with its entry's Label (further labels inside are
	// targets too). Guards have FailArgs and *trace.Guard descriptors. Sets State of loop, targets, guards.
	CompileLoop(loop *Loop, t *trace.Trace) error
	// CompileBridge compiles a trace whose inputs are guard's FailArgs, and patches the guard to go there.
	CompileBridge(guard *trace.Guard, loop *Loop, t *trace.Trace) error
	// Execute enters loop with arguments by Kinds. The Exit is valid until the next Execute on t.
	Execute(t *thread.Thread, loop *Loop, args []uint64) *Exit
	// Redirect makes calls through token go to the entry of loop; if that is nil, to the assistant.
	Redirect(token *trace.Token, loop *Loop)
	// Owner finds the activation, of any thread, that owns an object with layout.FlagOwned.
	Owner(obj uintptr) (o Owner, found bool)
	// SetAssistant says who serves calls that compiled code cannot.
	SetAssistant(a Assistant)
	// StackLow says that there is no room for another activation: Execute must not be called.
	StackLow(t *thread.Thread) bool
	// Invalidate makes the GuardNotInvalidated of loop and of its bridges fail.
	Invalidate(loop *Loop)
	// Release says that from now on nobody enters loop, makes traces that jump to its targets, makes bridges for guards in
	// it, or redirects tokens to it. Its code is freed when nothing runs in it and nothing else goes there. Whoever
	// calls it has the program to itself: all other threads are in Go code.
	Release(loop *Loop)
}
