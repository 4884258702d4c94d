// Package resume turns the interpreter state recorded at a guard (trace.Snapshot) into what compiled
// code must keep for the moment the guard fails (FailArgs) and what can be rebuilt without it (Data:
// constants, virtual objects, pending stores), and back.
//
// Input of numbering: a snapshot of the recorded trace and the optimiser's knowledge (Env) at the point
// where it emits the guard. Output: fail arguments and a *Data for trace.Guard. Decoding hands Data and
// the words of the fail arguments to the blackhole interpreter or, for a bridge, to the metainterpreter.
//
// The idea follows RPython's resume.py: frames are numbered from the outermost inwards, so guards
// with the same outer frames get the same numbers for them and share their encoding (see Memo).
//
// Imports trace, descr, op and exec; linked into translated binaries. Must not import opt or metainterp.
package resume

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/trace"
)

// Env is what the optimiser knows at the guard it is about to emit.
type Env interface {
	// Resolve says what an operand of the recorded trace (or of a Virtual's fields) stands for now.
	Resolve(r trace.Ref) Item
}

// Item is an operand as the optimiser sees it: a value of the optimised trace, a constant, or a
// virtual object.
type Item struct {
	// Ref is the value or constant. For a virtual object it is only its identity: operands that denote
	// the same virtual must resolve to the same Ref, and no two virtuals may share one.
	Ref trace.Ref
	// Virtual is set if the object has no allocation in the trace (yet).
	Virtual *Virtual
}

// Virtual describes an object that exists in the optimiser's mind only.
type Virtual struct {
	// Descr is *descr.Size for an object, *descr.Array for an array (also an array of structs).
	Descr descr.Descr
	// Length is the number of items of an array.
	Length int
	// Fields are the known contents; what is absent is zero. They are resolved in turn, so they may be
	// virtual as well, and cyclic.
	Fields []Field
}

// Field is one known field or item of a Virtual.
type Field struct {
	Loc   descr.Location // *descr.Field, *descr.Array (item) or *descr.Interior
	Index int            // of the item, for arrays
	Value trace.Ref
}

// Pending is a store that the optimiser holds back: it happens at failure, after virtual objects
// are built. Operands go through Resolve.
type Pending struct {
	Loc    descr.Location
	Object trace.Ref
	Index  trace.Ref // items only; else trace.None
	Value  trace.Ref
}
