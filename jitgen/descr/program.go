package descr

import (
	"kiln/gc/layout"
	"kiln/jitgen/op"
)

// Program is the set of whole-program tables that the collector, the JIT and the generated program
// share. The translator fills it; the file embedded in a translated binary is its serialised form
// (with jitcode beside it).
type Program struct {
	Types      []*layout.Type // by type id; [0] is nil, [1] is string
	Locs       []Location     // by Loc
	Sizes      []*Size        // by type id (nil for arrays)
	Arrays     []*Array       // by type id (nil for structs)
	Calls      []*Call
	Dispatches []*Dispatch
	TypeSets   []*TypeSet
	Funcs      []*Func
	Prebuilt   []*Prebuilt
	Drivers    []*Driver
	// Recovers: a portal may run where its panics are recovered. Then a run-time check of a trace is a guard, which
	// leaves an exact state behind, and not a trap.
	Recovers bool
	// Threads: several threads may run the program, so that merge points ask whether somebody else wants the turn.
	Threads bool
	// Force is 1 + the index of the function that writes back what compiled code keeps of a virtualizable object; 0: nothing in the
	// program needs it.
	Force int
}

// Under maps the locations of immutable views, those of the fields of their items too, to the locations of the arrays themselves: a store to the
// latter is seen through the former.
func (p *Program) Under() map[Loc]Loc {
	type part struct {
		array  *Array
		offset int
	}
	fields := map[part]Loc{}
	for _, l := range p.Locs {
		if in, ok := l.(*Interior); ok && in.Array.Of == nil {
			fields[part{in.Array, in.Offset}] = in.Loc
		}
	}
	under := map[Loc]Loc{}
	for _, l := range p.Locs {
		switch l := l.(type) {
		case *Array:
			if l.Of != nil && l.From == nil {
				under[l.Loc] = l.Of.Loc
			}
		case *Interior:
			if loc, ok := fields[part{l.Array.Of, l.Offset}]; ok {
				under[l.Loc] = loc
			}
		}
	}
	return under
}

// Func is one function of the program. Its index is what calls, closures and dispatch tables hold.
type Func struct {
	Index   int
	Name    string // package path, receiver and name, as go/ssa prints it
	Args    []op.Kind
	Results []op.Kind
	Pos     Pos
	// JitCode is the index of its jitcode, or -1: calls stay residual.
	JitCode int
	// Adapter: an emitted adapter exists (called from jitcode, the blackhole or traces).
	Adapter bool
}

// Prebuilt is an object made at start-up, before any package initialiser runs, in the non-moving space.
type Prebuilt struct {
	Index int
	Type  layout.TypeID
	// String is the contents, for Type == layout.StringType.
	String string
	// Length is the number of items of an array (zeroed).
	Length int
	// Words are initial values of fields (closures of plain functions): field location, value.
	Words []Word
	Name  string // what it is: "string", "globals of main", "func main.f"
}

// Word is one initialised field of a prebuilt object.
type Word struct {
	Field *Field
	Bits  uint64 // value; for Ref fields 1 + index of another prebuilt object, or 0 for nil
}

// Var is a named green or red variable of a driver.
type Var struct {
	Name string
	Kind op.Kind
}

// Driver is one JitDriver: a portal and its merge point.
type Driver struct {
	Index   int
	Name    string
	Portal  int // function index
	Greens  []Var
	Reds    []Var
	Results []op.Kind // of the portal function
	// Frame is 1 + the index of the red whose virtualizable fields compiled code keeps to itself; 0 is none.
	Frame int
	// Hooks are the indices of the functions that the driver's options name, -1 for none.
	Hooks [NumHooks]int
}

// Hook is a function of the program, from greens to an answer, that the JIT asks. What it answers may depend on the greens and on
// what does not change, and it changes nothing.
type Hook uint8

const (
	HookLocation           Hook = iota // a string: how logs call the position
	HookNeverInline                    // a bool: calls that come to the position first are not traced through
	HookUnrollOneIteration             // a bool: in a call traced through, one iteration of the loop there is
	HookConfirm                        // a bool: compiled code may be made and entered there
	NumHooks
)

var hookNames = [NumHooks]string{"Location", "NeverInline", "UnrollOneIteration", "Confirm"}

// String is the name of the option.
func (h Hook) String() string { return hookNames[h] }

// NoHooks are the hooks of a driver without any.
func NoHooks() (hooks [NumHooks]int) {
	for i := range hooks {
		hooks[i] = -1
	}
	return hooks
}
