// Package descr holds the descriptors that operations carry (fields, arrays, calls, dispatch tables)
// and the whole-program tables they live in.
//
// A descriptor is made once by the translator, has an index in its table of Program, and is written
// into the program file that a translated binary embeds; identity of pointers is identity of
// descriptors within one Program.
//
// Imports gc/layout and jitgen/op only; linked into translated binaries.
package descr

import (
	"fmt"
	"slices"

	"kiln/gc/layout"
	"kiln/jitgen/op"
)

// Descr is any descriptor an operation may carry. String is its name in text formats, e.g.
// "main.Frame.pc" for a field, "[]uint8" for an array; unique among descriptors of its kind.
type Descr interface{ String() string }

// Loc is the index of a memory location class (field, array items, interior field) in Program.Locs;
// effects of calls are sets of them.
type Loc int32

// Access says how a location's bytes become a value of a bank.
type Access struct {
	Kind op.Kind
	// Width is the size in memory in bytes: 1, 2, 4, 8. A Float of width 4 is a float32.
	Width  int
	Signed bool // Int of width below 8: sign-extended on load, else zero-extended
	// Immutable: once set before the object is published, never changes; loads from a constant object fold.
	Immutable bool
	// Quasi: hardly ever changes. Code compiled for a constant object takes the contents for a constant, and is invalidated
	// by op.QuasiWrite, which stands before every store to the location. Fields only.
	Quasi bool
	// Virtualizable: compiled code that has the object as its frame, or has made it, may keep the contents to itself over calls
	// (docs/architecture.md, Virtualizables); VirtualItems: those of the array in it, too. Fields only.
	Virtualizable, VirtualItems bool
}

// Location is a descriptor of a class of memory locations: *Field, *Array or *Interior.
type Location interface {
	Descr
	Location() Loc
	Acc() *Access
}

// Field is one field of the fixed part of an object type.
type Field struct {
	Loc
	Access
	Owner  *layout.Type
	Name   string
	Offset int // bytes from the header
}

// Array is the items of an array type. For arrays of structs Kind is Void and items are reached by Interior.
type Array struct {
	Loc
	Access
	Type *layout.Type
	// Of is set on the immutable view of an array (fields tagged immutable[]): the array whose items these are,
	// seen through a field that promises they do not change any more. Same objects, a location of its own: a store
	// still pending to Of must be done before a load through the view.
	Of *Array
	// From is set on the descriptor of copies between arrays of two types with the same layout, strings and []byte: op.ArrayCopy
	// with it reads items of From and writes items of Of. It is no location, only listed among them; nothing else carries it.
	From *Array
}

// Base is the array whose items an array descriptor is about: that under a view, the destination of copies.
func (a *Array) Base() *Array {
	if a.Of != nil {
		return a.Of
	}
	return a
}

// Interior is one field of the items of an array of structs.
type Interior struct {
	Loc
	Access
	Array  *Array
	Name   string
	Offset int // bytes from the start of the item
}

// Size is the descriptor of op.New.
type Size struct{ Type *layout.Type }

// Dispatch maps type ids to function indices for one method name and signature.
type Dispatch struct {
	Index int
	Name  string
	Table []int32 // by type id; -1: the type has no such method
}

// TypeSet is the set of concrete types that implement an interface type.
type TypeSet struct {
	Index int
	Name  string
	Has   []bool // by type id
}

// Call describes a residual call: signature and effects.
type Call struct {
	Index   int
	Name    string
	Func    int // function index, or -1 if called through a value
	Args    []op.Kind
	Results []op.Kind
	Effects Effects
}

// SameKinds says whether two calls pass and return the same kinds of words.
func (c *Call) SameKinds(d *Call) bool {
	return slices.Equal(c.Args, d.Args) && slices.Equal(c.Results, d.Results)
}

// Text is a text that an operation carries for logs.
type Text struct{ S string }

func (t *Text) String() string { return t.S }

// Effects is what a call may do, computed over the whole program.
type Effects struct {
	Elidable  bool // result depends on operands only; may be folded and merged
	Collects  bool // may run the collector: references move
	Panics    bool // may raise a Go panic
	Arbitrary bool // may read and write anything (host code, unknown callee)
	EntersJit bool // may reach a portal
	// LoopInvariant: within an iteration of a loop the result is always the same; calls are merged, but not folded.
	LoopInvariant bool
	// Conditional: nothing happens if the first argument is 0 (a bool). With a result: that is the first argument, and nothing
	// else happens, unless that is 0.
	Conditional bool
	// NotInTrace: traces do not call it.
	NotInTrace bool
	// Invalidates: may write a quasi-immutable field, so that guard_not_invalidated may fail after it.
	Invalidates bool
	// Forces: may access virtualizable fields of objects that the caller owns and does not pass.
	Forces bool
	Reads  []Loc // ascending; only when not Arbitrary
	Writes []Loc
}

func (f *Field) String() string    { return f.Owner.Name + "." + f.Name }
func (i *Interior) String() string { return i.Array.String() + "." + i.Name }
func (s *Size) String() string     { return s.Type.Name }
func (d *Dispatch) String() string { return d.Name }
func (t *TypeSet) String() string  { return t.Name }
func (c *Call) String() string     { return c.Name }

func (a *Array) String() string {
	switch {
	case a.From != nil:
		return a.Type.Name + "<-" + a.From.Type.Name
	case a.Of != nil:
		return a.Type.Name + "@immutable"
	}
	return a.Type.Name
}

func (l Loc) Location() Loc    { return l }
func (a *Access) Acc() *Access { return a }

// Pos is a source position. The zero value is unknown.
type Pos struct {
	File string
	Line int
	// Column is for messages of the translator: 0 if unknown, and always so in translated binaries.
	Column int
}

func (p Pos) String() string {
	if p.Line == 0 {
		return "-"
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}
