package flow

import (
	"go/types"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
)

// Program is everything under translation.
type Program struct {
	Name    string  // import path of the language's main package
	Main    *Func   // main.main
	Init    []*Func // package initialisers in dependency order, then init functions
	Funcs   []*Func // by Index; deterministic order
	Globals []*Global
	Drivers []*Driver
	// ThreadTop calls the function of a thread and gives its panics their text; nil if Go does.
	ThreadTop *Func
	// Uncaught is the text of a panic that leaves the program for the host; nil if Go has it.
	Uncaught *Func
	// ThreadEnds are told the number of each thread that has ended.
	ThreadEnds []*Func
	// FixedArrays are the named slice types marked //kiln:array: one reference, never re-sliced.
	FixedArrays map[*types.TypeName]bool
	// Records are the layouts of structs and package variables, as far as nothing but graphs accesses their fields; filled by lower.
	Records map[*layout.Type]bool
	// FrameArrays are the arrays in virtualizable fields (package hints).
	FrameArrays map[*descr.Array]bool
	// Dynamic lists the types that are converted to an interface somewhere, in a stable order.
	Dynamic []types.Type
	// Sources are the packages that are translated; types of others are foreign (boundary.go). Nil: there are no others.
	Sources map[*types.Package]bool
	// Closers are the foreign types with a //kiln:finalizer directive: the method that releases what a handle stands for.
	Closers map[*types.TypeName]string
	// Handles are the layouts of foreign types, in a stable order; filled by lower.
	Handles []Handle
	keeps   uint8 // of Opens: 0 not known yet, 1 no, 2 yes
	// Table is filled by lower: types, locations, calls ... as the run time sees them.
	Table *descr.Program
}

// Handle is the layout of the objects that stand for values of one foreign type.
type Handle struct {
	Type   types.Type // the foreign type itself, not the pointer to it
	Layout *layout.Type
}

// Hints are the directives on a function.
type Hints struct {
	Elidable        bool
	ElidablePromote bool
	UnrollSafe      bool
	DontLookInside  bool
	LoopInvariant   bool
	NotInTrace      bool
	// Conditional: made for a conditional call, see descr.Effects.
	Conditional bool
	// LookInsideIff is the function that says, for given arguments, whether traces go through.
	LookInsideIff *Func
}

// Func is a function of the program: translated (Graph), or host (Host set, Graph nil).
type Func struct {
	Index int
	Name  string // as go/ssa prints it: "main.run", "(*main.Frame).push"
	Sig   *types.Signature
	// Recv is true if Params of the graph start with a receiver; FreeVars is the number of captured
	// variables, passed as fields of the closure object that is then the first parameter. (In the high-level
	// graph the captured variables themselves are the entry's first parameters.)
	Recv     bool
	FreeVars []types.Type
	Graph    *Graph
	Hints    Hints
	Pos      descr.Pos

	// Unit is the package of the source that the function belongs to: its import path, "std" for all of the standard library, "instances" for its generic functions, "kiln"
	// for Kiln's own; "" for helpers that lowering has made.
	Unit string

	// Intrinsic is set instead of a graph for functions of the standard library that lowering maps to
	// operations: the full name, "math.Float64bits".
	Intrinsic string

	// Recovers: it contains a call of recover.
	Recovers bool
	// Runtime names what every executor implements itself, instead of a graph: "try" (of package unwind: calls its
	// argument, a function value, and says whether that panicked), "addFinalizer", "nextFinalizer" (of package framework).
	Runtime string

	// Host functions: implemented by ordinary Go behind the host boundary.
	Host     bool
	HostPkg  string // import path
	HostName string
	Blocking bool
	Borrow   bool

	// Low level.
	Call *descr.Call // signature and effects of a direct call
}

// Global is a package variable.
type Global struct {
	Name string // "main.table"
	Type types.Type
	Pos  descr.Pos
	// Constant: never assigned after package initialisation (nor its address taken), so the JIT may fold loads.
	Constant bool
	// Escapes: its address is used as a value somewhere (not only to load, store or access parts).
	Escapes bool
}

// Driver is a framework.NewJitDriver at build time.
type Driver struct {
	Index  int
	Name   string // variable name
	Label  string // option Name: what logs call it
	Global *Global
	Portal *Func
	Greens []string
	Hooks  [descr.NumHooks]*Func // the functions of greens that options name, nil for none
	// Virtualizable is the red with virtualizable fields, "" if none; Recursive: entries of the portal count.
	Virtualizable string
	Recursive     bool
	Pos           descr.Pos
	Desc          *descr.Driver
}

// PartsShown says whether values of type t are printed by their parts; those of package fmt itself, whose printer is a
// value in an interface too, never are.
func PartsShown(t types.Type) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != "fmt" && n.Obj().Pkg().Path() != "reflect"
}
