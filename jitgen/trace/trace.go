// Package trace is the trace IR: what the metainterpreter records, the optimiser rewrites and the
// backends compile. Operations come from the table of jitgen/op; the text form (print.go, parse.go)
// follows RPython's syntax.
//
// A trace is a straight line of operations in SSA form: values are numbered, operands are Refs. A
// loop starts with a Label (after an optional preamble) and ends with a Jump to one; a bridge has
// input arguments and ends with a Jump or a Finish.
//
// Imports jitgen/op and jitgen/descr only; linked into translated binaries.
package trace

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// Ref names an operand: 0 and above a value of the trace, below 0 a constant (see Const).
type Ref int32

// None is the absent operand or result.
const None Ref = -1 << 31

// IsConst says whether r is a constant. None is not.
func (r Ref) IsConst() bool { return r < 0 && r != None }

// Const is a constant operand. Constants of kind Ref are objects; the pool is a root array, so Bits follows moves.
type Const struct {
	Kind op.Kind
	Bits uint64 // int64 as uint64, float64 bits, or the address of an object
}

// Op is one operation.
type Op struct {
	Code  op.Code
	Args  []Ref
	Res   Ref // None if Void
	Descr descr.Descr
	Pos   descr.Pos

	// Guards. Before optimisation Snapshot is set; numbering it (package resume) sets FailArgs, whose
	// values the backend must be able to find on failure, and Descr to a *Guard.
	Snapshot *Snapshot
	FailArgs []Ref
}

// Snapshot is the state of the interpreter at a guard: a chain of frames, innermost first.
type Snapshot struct {
	JitCode int
	PC      int   // where the blackhole interpreter resumes in that jitcode
	Values  []Ref // the live registers in the jitcode's liveness order (ints, refs, floats)
	Outer   *Snapshot
}

// Guard is the descriptor of a numbered guard; one per guard of compiled code.
type Guard struct {
	ID    int        // unique in the process
	Kinds []op.Kind  // of FailArgs
	Data  ResumeData // how to rebuild the interpreter's state from the fail arguments
	Fails int        // how often it failed
	Facts Facts      // of package opt: what is known about the fail arguments, for bridges; may be nil
	State any        // of the backend: where the fail arguments are, where to patch
	Owner any        // of package warm: loop or bridge it belongs to, bridge attached
}

// Facts are what is known about a guard's fail arguments when it fails.
type Facts interface {
	// Arg is what is known about fail argument i: its type id (0 if that is not known), that it is not nil, and the
	// smallest and the largest integer it can be.
	Arg(i int) (class uint32, nonnull bool, lo, hi int64)
}

// Place may be the descriptor of a debug_merge_point: what the interpreter calls the position in its program.
type Place string

func (p Place) String() string { return string(p) }

// ResumeData is owned by package resume.
type ResumeData interface{ String() string }

func (g *Guard) String() string { return "Guard" + itoa(g.ID) }

// Target is the descriptor of a Label: something a Jump can go to, of this or another compiled loop.
type Target struct {
	ID    int
	Kinds []op.Kind // of the label's arguments
	State any       // of the backend: address and argument locations
	// Virtual is owned by package opt: what the optimiser assumed about the arguments (virtual state).
	Virtual any
	Owner   any // of package warm: the loop token
}

func (t *Target) String() string { return "Target" + itoa(t.ID) }

// Trace is a sequence of operations with its values and constants.
type Trace struct {
	Name   string
	Inputs []Ref // values 0..n-1
	Ops    []Op
	Kinds  []op.Kind // by value
	Consts *Pool

	frame Ref // 1 + the frame, 0 if there is none
}

// Frame is the value that is the virtualizable object of the portal's activation, None if there is none.
func (t *Trace) Frame() Ref {
	if t.frame == 0 {
		return None
	}
	return t.frame - 1
}

// SetFrame says which value that is.
func (t *Trace) SetFrame(r Ref) {
	if t.frame = 0; r >= 0 {
		t.frame = r + 1
	}
}

// New returns an empty trace with inputs of the given kinds.
func New(name string, pool *Pool, inputs ...op.Kind) *Trace {
	t := &Trace{Name: name, Consts: pool}
	for _, k := range inputs {
		t.Inputs = append(t.Inputs, t.NewValue(k))
	}
	return t
}

// NewValue numbers a new value.
func (t *Trace) NewValue(k op.Kind) Ref {
	if k == op.Void {
		return None
	}
	t.Kinds = append(t.Kinds, k)
	return Ref(len(t.Kinds) - 1)
}

// Kind is the kind of an operand.
func (t *Trace) Kind(r Ref) op.Kind {
	if r.IsConst() {
		return t.Consts.Get(r).Kind
	}
	if r == None {
		return op.Void
	}
	return t.Kinds[r]
}

// Add appends an operation, numbering its result by the table (or, for calls, by the code's kind).
func (t *Trace) Add(code op.Code, d descr.Descr, args ...Ref) *Op {
	t.Ops = append(t.Ops, Op{Code: code, Args: args, Res: t.NewValue(code.Info().Result), Descr: d})
	return &t.Ops[len(t.Ops)-1]
}

// Int is the constant operand of an integer.
func (t *Trace) Int(v int64) Ref { return t.Consts.Intern(Const{op.Int, uint64(v)}) }

func itoa(n int) string {
	if n < 0 {
		return "-" + itoa(-n)
	}
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}
