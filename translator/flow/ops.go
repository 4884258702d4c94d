package flow

import (
	"go/types"

	"kiln/jitgen/op"
)

// Operations private to flow graphs. Comments give: operands -> results; Aux.
const (
	// High level: Go's operations, as go/ssa distinguishes them.

	GoBinOp           = op.FirstPrivate + iota // x, y -> v; Aux token.Token (+ - * / % & | ^ << >> &^ == != < <= > >=)
	GoUnOp                                     // x -> v; Aux token.Token (- ! ^)
	GoConvert                                  // x -> v: numeric, string <-> []byte/[]rune/rune
	GoChangeType                               // x -> v: same underlying type, no code
	GoAlloc                                    // -> pointer to a zeroed variable; Aux AllocAux
	GoLoad                                     // pointer -> v
	GoStore                                    // pointer, v
	GoFieldAddr                                // pointer to struct -> pointer to field; Aux int, field index
	GoField                                    // struct -> v; Aux int
	GoIndexAddr                                // slice or pointer to array, index -> pointer to element
	GoIndex                                    // array or string, index -> v
	GoLookup                                   // map, key -> v [, ok]
	GoMapUpdate                                // map, key, v
	GoSlice                                    // string, slice or pointer to array; low, high, max (nil if absent) -> v
	GoMakeSlice                                // len, cap -> v
	GoMakeMap                                  // reserve (nil if absent) -> v
	GoMakeClosure                              // bindings ... -> func; Aux *Func
	GoMakeInterface                            // x -> interface
	GoChangeInterface                          // interface -> interface (no check needed)
	GoTypeAssert                               // interface -> v [, ok] (as many results as comma-ok says); Aux types.Type asserted
	GoCall                                     // args ... -> results; Aux *Func (static callee, host functions too)
	GoCallInterface                            // receiver, args ... -> results; Aux *types.Func
	GoCallClosure                              // func value, args ... -> results
	GoBuiltin                                  // args ... -> results; Aux string: append len cap copy min max clear delete print println
	GoRange                                    // string or map -> iterator
	GoNext                                     // iterator -> ok, key, value; Aux bool: over a string
	GoSliceToArrayPtr                          // slice -> pointer to array
	GoHint                                     // framework call: args ... -> results; Aux Hint

	// Low level.

	Call         // args ... -> results; Aux *Func, Descr *descr.Call
	CallIndirect // function index, args ... -> results; Descr *descr.Call (Func -1)

	// Portal operations; Aux *Driver.

	MergePoint  // greens ..., reds ...: no results. At the head of the portal's loop.
	CanEnterJit // greens ..., reds ... -> the same variables anew. On edges that count; emitted code counts,
	// may run machine code and comes back with new values, or returns from the portal.

	// High level again (later additions go last, so that codes stay).

	GoAppendItems // slice, items ... -> slice: append(s, x, y) without the array go/ssa makes for the items

	// Low level, in graphs that are only emitted (made by inline).

	OrElse // r, other -> r, or other if r is nil

	// Made by portal.Entries, for portals that compiled code calls; Aux *Driver.

	EnterPortal  // greens ..., reds ... -> the same anew: CanEnterJit on the way from the portal's beginning to its loop
	ResumePortal // -> flag, greens ..., reds ...: whether the portal shall start at its merge point, and with what

	// High level.

	GoCheckAddr // pointer: panics if it is the address of a part of what does not exist (nil, index out of range)
)

// AllocAux says what GoAlloc makes.
type AllocAux struct {
	Elem types.Type
	Heap bool // escapes, as far as go/ssa knows
}

// Hint is a call of package framework in a high-level graph.
type Hint struct {
	Name string // "MergePoint", "CanEnterJit", "Promote", "IsConstant", "WeAreJitted", "IdentityHash" ...
	// Driver is the driver a MergePoint or CanEnterJit is about.
	Driver *Driver
	// Type is the type that a RecordExactClass names.
	Type types.Type
}

// CheckPlace is the Aux of a GoBuiltin that checks at once whether there is anything at an address.
const CheckPlace = "kiln:there"
