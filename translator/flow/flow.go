// Package flow is the translator's intermediate representation: flow graphs in SSA form with block
// parameters (instead of phi nodes), from Go-level operations as loaded down to the low-level
// operations of jitgen/op.
//
// A graph is in one of two levels. High level (after load): values have Go types, operations are
// the Go* codes of ops.go. Low level (after lower): values have kinds, operations are those of
// jitgen/op plus Call, CallIndirect and the portal operations of ops.go. Verify checks either.
//
// Imports go/types, jitgen/op and jitgen/descr; build time only.
package flow

import (
	"go/types"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// Value is an SSA value: a block parameter, a result of an operation, or a constant.
type Value struct {
	ID    int        // unique in its graph; 0 for constants
	Type  types.Type // high level
	Kind  op.Kind    // low level
	Name  string     // source name if known (debugging, names of greens and reds)
	Const *Const     // constants; nil otherwise
}

// Const is a constant operand. Exactly one way of saying it is used.
type Const struct {
	// Low level: integer or float bits; a reference constant is nil unless Prebuilt is set.
	Bits     uint64
	Prebuilt *descr.Prebuilt

	// High level.
	Value  any     // go/constant.Value, of the Value's Type; nil means the zero value of Type (nil, struct zero)
	Global *Global // address of a package variable
	Func   *Func   // function used as a value
}

// Op is one operation. Args may hold nil where an operand is absent (bounds of GoSlice).
type Op struct {
	Code    op.Code
	Args    []*Value
	Results []*Value
	Descr   descr.Descr // low level
	Aux     any         // see ops.go
	Pos     descr.Pos
	// Roots are the reference values live across an operation that may collect (set by gcxform).
	Roots []*Value
}

// TermKind is how a block ends.
type TermKind uint8

const (
	Jump   TermKind = iota // Succs[0]
	Branch                 // Args[0] true: Succs[0], else Succs[1]
	Switch                 // Args[0] (int) equals Cases[i]: Succs[i]; else the last successor
	Return                 // Args are the results
	Panic                  // run-time panic of kind Trap; Args by kind
)

// Trap names what a Panic terminator or a failing check raises.
type Trap uint8

const (
	TrapExplicit    Trap = iota // high level: Args[0] the interface value; low level: Args[0] the reference (a boxed value)
	TrapAssert                  // failed type assertion; Args[0] the dynamic value, Aux of the terminator the wanted type's name
	TrapUnreachable             // control cannot come here
	TrapNil                     // nil dereference
	TrapMessage                 // a run-time error; Aux is the text
	TrapRefuse                  // the dialect refuses to go on (nil *T to interface ...), and nobody recovers that; Aux is the text
)

// Edge is a jump to a block with arguments for its parameters.
type Edge struct {
	To   *Block
	Args []*Value
}

// Block is a basic block.
type Block struct {
	ID     int
	Params []*Value
	Ops    []*Op
	Term   TermKind
	Trap   Trap
	Aux    any // of the terminator, see Trap
	Args   []*Value
	Cases  []int64
	Succs  []Edge
	Pos    descr.Pos // of the terminator
	// Comment shows in printed graphs (source construct the block came from).
	Comment string
}

// Graph is the body of one function. Blocks[0] is the entry; its parameters are the function's.
type Graph struct {
	Func    *Func
	Blocks  []*Block
	Results []op.Kind    // low level
	ResType []types.Type // high level
	nextVal int
	nextBlk int
}

// Entry is the first block.
func (g *Graph) Entry() *Block { return g.Blocks[0] }

// NewBlock appends an empty block.
func (g *Graph) NewBlock() *Block {
	b := &Block{ID: g.nextBlk}
	g.nextBlk++
	g.Blocks = append(g.Blocks, b)
	return b
}

// NewValue makes a high-level value of a Go type.
func (g *Graph) NewValue(t types.Type) *Value {
	g.nextVal++
	return &Value{ID: g.nextVal, Type: t}
}

// NewKind makes a low-level value.
func (g *Graph) NewKind(k op.Kind) *Value {
	g.nextVal++
	return &Value{ID: g.nextVal, Kind: k}
}

// NumValues is one more than the largest value id in use.
func (g *Graph) NumValues() int { return g.nextVal + 1 }

// IntConst, FloatBits and NilRef are low-level constants.
func IntConst(v int64) *Value { return &Value{Kind: op.Int, Const: &Const{Bits: uint64(v)}} }

// FloatBits is the float constant with these IEEE 754 bits.
func FloatBits(bits uint64) *Value { return &Value{Kind: op.Float, Const: &Const{Bits: bits}} }

// NilRef is the nil reference.
func NilRef() *Value { return &Value{Kind: op.Ref, Const: &Const{}} }

// PrebuiltRef is the reference to an object made at start-up.
func PrebuiltRef(p *descr.Prebuilt) *Value {
	return &Value{Kind: op.Ref, Const: &Const{Prebuilt: p}}
}
