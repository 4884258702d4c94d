// Package layout describes the objects of the Kiln heap: what the collector, the lowering and the
// JIT must agree on about an object's bytes.
//
// Every object starts with a 64-bit header: flags in bits 0-31, type id in bits 32-63. Objects are
// 16-aligned and at least 16 bytes. A reference is the address of the header; nil is 0.
//
// Must not import anything of Kiln.
package layout

// Sizes and offsets common to all objects, in bytes.
const (
	HeaderSize  = 8
	Align       = 16
	MinSize     = 16
	TypeIDShift = 32

	// Plain arrays: header, length, items.
	ArrayLenOffset  = 8
	ArrayBaseOffset = 16

	// Strings: header, hash (0 = not computed), length, bytes.
	StringHashOffset = 8
	StringLenOffset  = 16
	StringBaseOffset = 24
)

// MaxLen is the largest length of an array (op.CheckLen): far above any heap, far below where sizes overflow.
const MaxLen = 1 << 40

// Header flags (bits of the low 32).
const (
	FlagWatched   = 1 << 0 // compiled code relies on the contents of quasi-immutable fields (op.QuasiWrite); the object does not move
	FlagForwarded = 1 << 1 // during a copying collection: the word after the header holds the new address
	FlagImmortal  = 1 << 2 // lives in the non-moving space
	FlagHashed    = 1 << 3 // identity hash was taken; kept in a side table
	FlagPromote   = 1 << 4 // next collection moves it to the non-moving space

	FlagCards       = 1 << 5 // a large array with card bytes in front of its header (gc/barrier)
	FlagCardsMarked = 1 << 6 // one of them is marked, and the array is in a remembered list

	// FlagBarrier says that storing a reference into the object must be noted first (gc/barrier). It is the sign of the first byte,
	// which takes an instruction less to test than any other.
	FlagBarrier = 1 << 7

	// FlagOwned: compiled code keeps the contents of the virtualizable fields to itself, during a call.
	FlagOwned = 1 << 8
)

// TypeID is an index into Table.Types. 0 is no type.
type TypeID uint32

// StringType is the type id of Go's string in every program.
const StringType TypeID = 1

// Type is the layout of one object type.
type Type struct {
	ID   TypeID
	Name string // Go's type string, unique in the program
	// Size of the fixed part in bytes, header included. For arrays: offset of the items.
	Size int
	// Refs are the byte offsets of the reference fields of the fixed part, ascending.
	Refs []int

	// Arrays: LenOffset > 0; the object is Size + length*ItemSize bytes, rounded up to Align.
	ItemSize  int
	LenOffset int
	// ItemRefs are the offsets of references within one item, ascending ({0} for an array of references).
	ItemRefs []int

	// Weak: the references (all in the fixed part of a struct) do not keep alive what they refer to, and become nil
	// when it dies.
	Weak bool

	// Base is the type embedded in first position (its layout is a prefix of this one), or 0.
	Base TypeID
}

// IsArray says whether objects of this type have a length and items.
func (t *Type) IsArray() bool { return t.LenOffset > 0 }

// ObjectSize is the allocated size in bytes of an object with n items (n is ignored for structs).
func (t *Type) ObjectSize(n int) int { return Round(t.Size + n*t.ItemSize) }

// Round rounds an object size up to the allocation granule.
func Round(n int) int {
	if n < MinSize {
		return MinSize
	}
	return (n + Align - 1) &^ (Align - 1)
}

// Header is the header word of a fresh object of type id.
func Header(id TypeID) uint64 { return uint64(id) << TypeIDShift }
