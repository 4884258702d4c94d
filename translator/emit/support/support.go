// Package support is the part of a generated program that does not depend on the program: small
// functions that Go inlines. Its source is copied into every generated package (see emit.supportSource).
//
// Must import gc packages and Go's standard library only.
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
	"kiln/gc/trap"
	"kiln/jitgen"
)

// heap and portal are set once, by start.
var (
	heap   *gc.Heap
	portal jitgen.Portal
)

// codeOf is a Go function value as a word, for the table of functions.
func codeOf[F any](f F) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&f)) }

// object is a panic value of the interpreted program.
type object struct {
	text string
}

func (o object) String() string { return o.text }

// explicitPanic raises the panic of panic(v), v being a boxed value.
func explicitPanic(v unsafe.Pointer) {
	if v == nil {
		trap.Explicit(nil)
	}
	if t := heap.TypeOf(uintptr(v)); t.ID != layout.StringType {
		trap.Explicit(object{"(" + t.Name + ")"})
	}
	trap.Explicit(heap.GoString(uintptr(v)))
}

// assertPanic raises the panic of a failed type assertion.
func assertPanic(v unsafe.Pointer, want string) {
	dynamic := ""
	if v != nil {
		dynamic = heap.TypeOf(uintptr(v)).Name
	}
	trap.Assert(dynamic, want)
}

// b2i is the Int of a Go bool; Go makes a SETcc of it.
func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// hideInt and its kin keep Go from evaluating expressions of constants exactly: ours wrap and round.
func hideInt(n int) int                       { return n }
func hideFloat(x float64) float64             { return x }
func hideRef(p unsafe.Pointer) unsafe.Pointer { return p }

// mulHi is the high word of an unsigned product.
func mulHi(a, b int) int {
	hi, _ := bits.Mul64(uint64(a), uint64(b))
	return int(hi)
}

func floatBits(x float64) int       { return int(math.Float64bits(x)) }
func floatFromBits(n int) float64   { return math.Float64frombits(uint64(n)) }
func floatBits32(x float64) int     { return int(math.Float32bits(float32(x))) }
func floatFromBits32(n int) float64 { return float64(math.Float32frombits(uint32(n))) }
func uintToFloat(n int) float64     { return float64(uint(n)) }
func floatToUint(x float64) int     { return int(uint(x)) }

// items is the memory of n bytes that start off bytes into an object, nil if there are none (the
// object may be nil then, and an address computed from it must not get into a Go pointer).
func items(p unsafe.Pointer, off, n int) []byte {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Add(p, off)), n)
}

// copyItems moves n bytes; the areas may overlap.
func copyItems(dst unsafe.Pointer, dstOff int, src unsafe.Pointer, srcOff, n int) {
	if n != 0 {
		copy(items(dst, dstOff, n), items(src, srcOff, n))
	}
}

// copyRefs is copyItems for arrays with references: n items of itemSize bytes, which start base bytes into each array.
func copyRefs(t *thread.Thread, dst unsafe.Pointer, dstStart int, src unsafe.Pointer, srcStart, n, base, itemSize int) {
	if n != 0 {
		barrier.Range(t, dst, dstStart, n)
		copy(items(dst, base+dstStart*itemSize, n*itemSize), items(src, base+srcStart*itemSize, n*itemSize))
	}
}

// clearItems zeroes n bytes.
func clearItems(p unsafe.Pointer, off, n int) { clear(items(p, off, n)) }

// bytesEqual compares n bytes of two objects.
func bytesEqual(a unsafe.Pointer, aOff int, b unsafe.Pointer, bOff, n int) bool {
	return bytes.Equal(items(a, aOff, n), items(b, bOff, n))
}

// bytesCompare orders the bytes of two objects.
func bytesCompare(a unsafe.Pointer, aOff, aLen int, b unsafe.Pointer, bOff, bLen int) int {
	return bytes.Compare(items(a, aOff, aLen), items(b, bOff, bLen))
}

// bytesIndex finds a byte in items [start, end) of an array whose items begin base bytes into it.
func bytesIndex(p unsafe.Pointer, base, start, end int, c byte) int {
	if start >= end {
		return -1
	}
	i := bytes.IndexByte(items(p, base+start, end-start), c)
	if i < 0 {
		return -1
	}
	return start + i
}
