// Package op holds THE table of low-level operations: name, operand kinds, effects.
//
// Lowered flow graphs, jitcode and traces share these operations; package exec gives each its one
// concrete meaning. Printers, parsers, verifiers and executors are driven by the table, and a test
// requires each executor to handle or reject every operation. Operations that exist in one of the
// three representations only carry a flag saying so.
//
// To add an operation: add it to the block below and to the table in table.go, then follow the
// failing tests (exec, emit, codewriter, backends).
//
// Leaf package: must not import anything of Kiln.
package op

// Kind is the register bank of a value.
type Kind uint8

const (
	Void  Kind = iota
	Int        // 64-bit word; narrower Go integers are kept extended by their own signedness; bool is 0 or 1
	Ref        // reference to the header of a heap object, or 0
	Float      // float64; a float32 is kept as the float64 of the same value
)

// Letter is the suffix of the kind in operation names: i, r, f, n.
func (k Kind) Letter() string { return [...]string{"n", "i", "r", "f"}[k] }

func (k Kind) String() string { return [...]string{"void", "int", "ref", "float"}[k] }

// KindOf is the inverse of Letter.
func KindOf(letter byte) (Kind, bool) {
	switch letter {
	case 'n':
		return Void, true
	case 'i':
		return Int, true
	case 'r':
		return Ref, true
	case 'f':
		return Float, true
	}
	return Void, false
}

// Code names an operation. Codes below NumOps are the shared table; other packages (flow, jitcode)
// put operations of their own above FirstPrivate.
type Code uint16

// FirstPrivate is the first code free for operations private to one representation.
const FirstPrivate Code = 1024

// Flag is a property of an operation.
type Flag uint32

const (
	// Pure: the result depends on the operands only, and the operation can neither fail nor have an effect.
	Pure Flag = 1 << iota
	// Commutative: operands 0 and 1 may be exchanged.
	Commutative
	// Compare: result is 0 or 1; see Negated and Swapped.
	Compare
	// ReadsHeap, WritesHeap: through the descriptor (which says whether the location is immutable).
	ReadsHeap
	WritesHeap
	// Allocates: yields a fresh object; may collect.
	Allocates
	// Check: traps (a Go run-time panic) when it fails, else has no effect. No resume data in traces.
	Check
	// Guard: leaves the trace when it fails; carries resume data.
	Guard
	// Call: a residual call; its descriptor holds the effects.
	Call
	// TraceOnly: appears in traces only. FlowOnly: in lowered graphs and jitcode only.
	TraceOnly
	FlowOnly
	// Ends: last operation of a trace.
	Ends
	// Barrier: a write barrier; not in jitcode, nor before the passes that make them.
	Barrier
)

// Info is one row of the table.
type Info struct {
	Name string
	// Args are the operand kinds, one letter each; "?" is the kind the descriptor says; "*" (last) is any number of any kind.
	Args   string
	Result Kind
	// Descr names the kind of descriptor the operation carries: "", "field", "array", "size", "call",
	// "dispatch", "typeset", "guard", "target", "text".
	Descr string
	Flags Flag
}

func (c Code) Info() *Info { return &table[c] }

func (c Code) String() string {
	if int(c) < len(table) {
		return table[c].Name
	}
	return "private"
}

// Has says whether all the flags are set.
func (c Code) Has(f Flag) bool { return int(c) < len(table) && table[c].Flags&f == f }

// ByName finds an operation.
func ByName(name string) (Code, bool) { c, ok := byName()[name]; return c, ok }

// NumOps is the number of operations in the table (code 0 is invalid).
func NumOps() int { return len(table) }

// ForKind returns the variant of a kind-suffixed family (GetFieldI with Ref -> GetFieldR). The
// family is named by its _i member, and its members are consecutive: i, r, f, then n where it exists.
func ForKind(i Code, k Kind) Code {
	switch k {
	case Int:
		return i
	case Ref:
		return i + 1
	case Float:
		return i + 2
	}
	return i + 3
}
