// Package support is what generated programs call: conversions and comparisons that Go inlines, copies between the two heaps,
// and the tables that are filled when the program starts.
//
// Generated code is many packages (translator/emit), all of which import this one and none of which imports another; what
// they must have in common is here. There is one program in a process.
//
// Must import gc and jitgen packages and Go's standard library only.
package support

import (
	"bytes"
	"math"
	"math/bits"
	"unsafe"

	"kiln/gc"
	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/thread"
	"kiln/gc/threads"
	"kiln/gc/trap"
	"kiln/jitgen"
	"kiln/jitgen/backend"
)

// Heap and Portal are set once, by Start.
var (
	Heap    *gc.Heap
	Portal  jitgen.Portal
	Threads *threads.Set
	// Functions is where the table of functions begins: Go function values by function index.
	Functions unsafe.Pointer
)

// Package is what a generated package tells about itself; the lists of the main package beside it say which of the program's
// each is.
type Package struct {
	Prebuilt  []*unsafe.Pointer // variables that hold prebuilt objects
	Functions []any
	Adapters  []backend.Adapter
	// Numbers of the above in the program's tables.
	PrebuiltAt, FunctionsAt, AdaptersAt []int32
}

// Start learns where heap, portal and prebuilt objects are, and fills the table of the functions, of which there are n.
// Prebuilt objects never move.
func Start(rt *jitgen.Runtime, packages []Package, n int) {
	Heap, Portal, Threads = rt.Heap(), rt.Portal(), rt.Threads()
	Threads.OnDetach(func(t *thread.Thread, number int) {
		for _, f := range Ends {
			f(t, number)
		}
	})
	functions := make([]unsafe.Pointer, n+1)
	for _, p := range packages {
		for i, at := range p.PrebuiltAt {
			*p.Prebuilt[i] = unsafe.Pointer(rt.Prebuilt(int(at)))
		}
		for i, at := range p.FunctionsAt {
			// A function in an interface is the word that Go calls it by.
			functions[at] = (*[2]unsafe.Pointer)(unsafe.Pointer(&p.Functions[i]))[1]
		}
	}
	Functions = unsafe.Pointer(&functions[0])
}

// Adapters is the table of n adapters, with nil where there is none.
func Adapters(packages []Package, n int) []backend.Adapter {
	table := make([]backend.Adapter, n)
	for _, p := range packages {
		for i, at := range p.AdaptersAt {
			table[at] = p.Adapters[i]
		}
	}
	return table
}

// FillDispatch copies the method table with a number from the program file: function by type id, -1 for none.
func FillDispatch(rt *jitgen.Runtime, number int, table []int32) {
	n := copy(table, rt.Program().Dispatches[number].Table)
	for i := n; i < len(table); i++ {
		table[i] = -1
	}
}

// FillTypeSet does the same for the types that an interface has.
func FillTypeSet(rt *jitgen.Runtime, number int, table []uint8) {
	for i, has := range rt.Program().TypeSets[number].Has {
		if has {
			table[i] = 1
		}
	}
}

// object is a panic value of the interpreted program.
type object struct {
	text string
}

func (o object) String() string { return o.text }

// ExplicitPanic raises the panic of panic(v), v being a boxed value.
func ExplicitPanic(v unsafe.Pointer) {
	if v == nil {
		trap.Explicit(nil)
	}
	if t := Heap.TypeOf(uintptr(v)); t.ID != layout.StringType {
		trap.Explicit(object{"(" + t.Name + ")"})
	}
	trap.Explicit(Heap.GoString(uintptr(v)))
}

// AssertPanic raises the panic of a failed type assertion.
func AssertPanic(v unsafe.Pointer, want string) {
	dynamic := ""
	if v != nil {
		dynamic = Heap.TypeOf(uintptr(v)).Name
	}
	trap.Assert(dynamic, want)
}

// B2i is the Int of a Go bool; Go makes a SETcc of it.
func B2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// HideInt and its kin keep Go from evaluating expressions of constants exactly: ours wrap and round.
func HideInt(n int) int                       { return n }
func HideFloat(x float64) float64             { return x }
func HideRef(p unsafe.Pointer) unsafe.Pointer { return p }

// MulHi is the high word of an unsigned product.
func MulHi(a, b int) int {
	hi, _ := bits.Mul64(uint64(a), uint64(b))
	return int(hi)
}

// AddFits, SubFits and MulFits say whether the exact result is the wrapped one.
func AddFits(a, b int) bool { return (a^(a+b))&(b^(a+b)) >= 0 }
func SubFits(a, b int) bool { return (a^b)&(a^(a-b)) >= 0 }

func MulFits(a, b int) bool {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	hi -= uint64(a>>63)&uint64(b) + uint64(b>>63)&uint64(a)
	return hi == uint64(int(lo)>>63)
}

func FloatBits(x float64) int       { return int(math.Float64bits(x)) }
func FloatFromBits(n int) float64   { return math.Float64frombits(uint64(n)) }
func FloatBits32(x float64) int     { return int(math.Float32bits(float32(x))) }
func FloatFromBits32(n int) float64 { return float64(math.Float32frombits(uint32(n))) }
func UintToFloat(n int) float64     { return float64(uint(n)) }
func FloatToUint(x float64) int     { return int(uint(x)) }

// items is the memory of n bytes that start off bytes into an object, nil if there are none (the
// object may be nil then, and an address computed from it must not get into a Go pointer).
func items(p unsafe.Pointer, off, n int) []byte {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Add(p, off)), n)
}

// CopyItems moves n bytes; the areas may overlap.
func CopyItems(dst unsafe.Pointer, dstOff int, src unsafe.Pointer, srcOff, n int) {
	if n != 0 {
		copy(items(dst, dstOff, n), items(src, srcOff, n))
	}
}

// CopyRefs is CopyItems for arrays with references: n items of itemSize bytes, which start base bytes into each array.
func CopyRefs(t *thread.Thread, dst unsafe.Pointer, dstStart int, src unsafe.Pointer, srcStart, n, base, itemSize int) {
	if n != 0 {
		barrier.Range(t, dst, dstStart, n)
		copy(items(dst, base+dstStart*itemSize, n*itemSize), items(src, base+srcStart*itemSize, n*itemSize))
	}
}

// ClearItems zeroes n bytes.
func ClearItems(p unsafe.Pointer, off, n int) { clear(items(p, off, n)) }

// BytesEqual compares n bytes of two objects.
func BytesEqual(a unsafe.Pointer, aOff int, b unsafe.Pointer, bOff, n int) bool {
	return bytes.Equal(items(a, aOff, n), items(b, bOff, n))
}

// BytesCompare orders the bytes of two objects.
func BytesCompare(a unsafe.Pointer, aOff, aLen int, b unsafe.Pointer, bOff, bLen int) int {
	return bytes.Compare(items(a, aOff, aLen), items(b, bOff, bLen))
}

// BytesIndex finds a byte in items [start, end) of an array whose items begin base bytes into it.
func BytesIndex(p unsafe.Pointer, base, start, end int, c byte) int {
	if start >= end {
		return -1
	}
	i := bytes.IndexByte(items(p, base+start, end-start), c)
	if i < 0 {
		return -1
	}
	return start + i
}
