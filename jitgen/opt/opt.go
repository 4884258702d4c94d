// Package opt optimises recorded traces.
//
// Input: a recorded trace, whose guards carry snapshots of the interpreter's state: a loop (input
// arguments, operations, a Jump back to its own start), or a bridge (ending in a Jump to a compiled
// target, or in a Finish). Output: a trace for gcrewrite and the backends. Guards carry fail arguments and
// a *trace.Guard; a loop has the shape
//
//	label(entry); preamble; label(loop); body; jump(loop)
//
// One forward run pushes each operation through the enabled passes of the table in passes.go; a run
// keeps facts about values (info.go), the contents of memory (heap.go) and virtual objects
// (virtualize.go). A loop is run twice: the second time, the body, starts with what the first one, the preamble,
// knew at its end (unroll.go). All transformations are semantics-preserving for any trace, not
// only for those that the metainterpreter makes.
//
// Requirements on the caller: the pool of an optimised loop stays a registered root array for as long as
// its targets can be jumped to, because a target's virtual state refers to it. Nothing here allocates on
// the Kiln heap, runs code of the program, or collects.
//
// Imports trace, op, descr, exec (folding), resume (numbering of guards) and gc/layout; linked into translated
// binaries. Must not import metainterp, warm or a backend.
package opt

import (
	"errors"
	"fmt"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Config are the switches of an Optimizer.
type Config struct {
	// Off has the names of passes that are switched off, see Passes and ParseConfig.
	Off map[string]bool
	// MaxPending is how many stores a guard's resume data may hold back; 0 is the default of 8.
	MaxPending int
	// ReadHeap says that constants of kind Ref are addresses of live objects, which may be looked into.
	ReadHeap bool
	// ExactFailures says that guard_true and guard_false fail only if their condition does not hold: no random failures.
	// Then a bridge knows the condition.
	ExactFailures bool
	// NextGuard and NextTarget number guards and targets, uniquely in the process. If nil the optimiser counts itself.
	NextGuard  func() int
	NextTarget func() int
	// FormToken is the token of a form of tok's code; nil if there are to be no more. If it is nil, all calls are of the general form.
	FormToken func(tok *trace.Token, f *Form) *trace.Token
}

// Input is a recorded trace. It is not changed, except that constants may be added to its pool, which
// the result shares.
type Input struct {
	Trace *trace.Trace
	// Targets are, for a bridge that ends in a Jump, the labels of the compiled loop at that merge point, best first:
	// Result.Targets of the loop. The last one must be an entry label without assumptions.
	Targets []*trace.Target
	// Form is, for a loop or a trace that is entered, the form of the inputs; nil for the general one.
	Form *Form
	// From is the guard a bridge starts from, optimised by this package: what was known there about its fail arguments
	// holds for the inputs. It may be nil.
	From *trace.Guard
	// Merge is the interpreter's state at the merge point that a bridge's Jump goes to. Without it the state at the
	// last guard serves, if nothing with an effect was recorded after that.
	Merge *trace.Snapshot
	// Live are the words that the arguments of the closing Jump have right now, at the end of recording (the caller
	// keeps references among them rooted). With them and Merge a bridge may test
	// what a target assumes. Without them it uses a target only if it provably fits.
	Live []uint64
}

// Result is an optimised trace.
type Result struct {
	Trace *trace.Trace
	// Entry is the label at the start of a loop, Body the label of its peeled body (nil if it was not peeled).
	Entry, Body *trace.Target
	// Targets are the loop's labels, best first: the Input.Targets of bridges.
	Targets []*trace.Target
	// Jumped is the target a bridge jumps to, nil if it finishes.
	Jumped *trace.Target
	// Relies are the quasi-immutable fields whose contents the trace takes for constants. Whoever compiles it must call
	// Backend.Invalidate when one of them is stored to.
	Relies []Reliance
	Stats  Stats

	wasted int // objects of the body that a longer preamble may save
}

// Reliance is a field of a constant object: the operand is one of the trace's constants.
type Reliance struct {
	Object trace.Ref
	Field  *descr.Field
}

// Stats counts what happened to a trace.
type Stats struct {
	OpsIn, OpsOut       int
	GuardsIn, GuardsOut int
	Attempts            int // at a peeled body
	Virtuals, Forced    int // allocations made virtual, and of those forced to exist again
}

// ErrForm: the body of a loop could not be peeled, so that there is none to be entered with this form.
var ErrForm = errors.New("the loop has no body in this form")

// ErrInvalid: a guard of the trace is known to fail always, so that the trace is never worth compiling.
var ErrInvalid = errors.New("a guard of the trace always fails")

// Error is an optimisation that could not be done.
type Error struct {
	Trace string
	Op    string
	Pos   descr.Pos
	Err   error
}

func (e *Error) Error() string {
	return fmt.Sprintf("opt: %s: %s at %s: %v", e.Trace, e.Op, e.Pos, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Optimizer optimises traces of one program, one at a time.
type Optimizer struct {
	prog      *descr.Program
	cfg       Config
	pipe      *pipeline
	leaf      []bool                       // by type id: no other type embeds it first
	interiors map[*descr.Array][]descr.Loc // fields of the items of arrays of structs
	under     map[descr.Loc]descr.Loc      // the locations under those of immutable views
	runs      [2]*run                      // reused, see newRun
	// ownable are the types with virtualizable fields, itemFields those of these fields that hold arrays.
	ownable    map[layout.TypeID]bool
	itemFields []*descr.Field

	maxEntries int // of the list of a location class, see heap.go
	guards     int
	targets    int
}

// New returns an optimiser for traces of program p.
func New(p *descr.Program, cfg Config) *Optimizer {
	o := &Optimizer{prog: p, cfg: cfg, pipe: newPipeline(cfg), maxEntries: maxEntries}
	if o.cfg.MaxPending == 0 {
		o.cfg.MaxPending = 8
	}
	o.leaf = make([]bool, len(p.Types))
	for i, t := range p.Types {
		o.leaf[i] = t != nil
	}
	for _, t := range p.Types {
		if t != nil && t.Base != 0 {
			o.leaf[t.Base] = false
		}
	}
	o.interiors = map[*descr.Array][]descr.Loc{}
	for _, l := range p.Locs {
		if l, ok := l.(*descr.Interior); ok {
			o.interiors[l.Array] = append(o.interiors[l.Array], l.Loc)
		}
	}
	o.under = p.Under()
	o.findVirtualizable()
	return o
}

func (o *Optimizer) nextGuard() int {
	if o.cfg.NextGuard != nil {
		return o.cfg.NextGuard()
	}
	o.guards++
	return o.guards
}

func (o *Optimizer) newTarget(t *trace.Trace, args []trace.Ref) *trace.Target {
	o.targets++
	target := &trace.Target{ID: o.targets, Kinds: make([]op.Kind, len(args))}
	if o.cfg.NextTarget != nil {
		target.ID = o.cfg.NextTarget()
	}
	for i, a := range args {
		target.Kinds[i] = t.Kind(a)
	}
	return target
}

func (o *Optimizer) enabled(name string) bool { return !o.cfg.Off[name] }
