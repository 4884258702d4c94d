// Package mem reads and writes memory of the Kiln heap from Go run-time code (collector, exec,
// blackhole interpreter), and maps memory off Go's heap.
//
// An address is a uintptr: the collector rewrites references behind Go's back, so they must not look
// like pointers to Go. Every access here is small enough for Go's inliner. Values are widened as
// everywhere in Kiln (docs/architecture.md, Values): integers to int64 by their signedness,
// float32 to float64. References are stored as plain words, so Go's own write barriers stay out.
//
// `go vet` (the unsafeptr check) objects to turning a uintptr into a pointer; the memory here is
// mapped once, never moves and never goes away, which is what that check cannot know.
//
// Leaf package: must not import anything of Kiln.
package mem

import "unsafe"

// Ptr is the address p as a pointer. It must be nil or lie in mapped memory.
func Ptr(p uintptr) unsafe.Pointer { return unsafe.Pointer(p) }

// LoadI8 reads a signed byte.
func LoadI8(p, off uintptr) int64 { return int64(*(*int8)(unsafe.Pointer(p + off))) }

// LoadU8 reads an unsigned byte.
func LoadU8(p, off uintptr) int64 { return int64(*(*uint8)(unsafe.Pointer(p + off))) }

// LoadI16 reads a signed 16-bit integer.
func LoadI16(p, off uintptr) int64 { return int64(*(*int16)(unsafe.Pointer(p + off))) }

// LoadU16 reads an unsigned 16-bit integer.
func LoadU16(p, off uintptr) int64 { return int64(*(*uint16)(unsafe.Pointer(p + off))) }

// LoadI32 reads a signed 32-bit integer.
func LoadI32(p, off uintptr) int64 { return int64(*(*int32)(unsafe.Pointer(p + off))) }

// LoadU32 reads an unsigned 32-bit integer.
func LoadU32(p, off uintptr) int64 { return int64(*(*uint32)(unsafe.Pointer(p + off))) }

// LoadI64 reads a signed 64-bit integer.
func LoadI64(p, off uintptr) int64 { return *(*int64)(unsafe.Pointer(p + off)) }

// LoadU64 reads a 64-bit word.
func LoadU64(p, off uintptr) uint64 { return *(*uint64)(unsafe.Pointer(p + off)) }

// LoadF32 reads a float32.
func LoadF32(p, off uintptr) float64 { return float64(*(*float32)(unsafe.Pointer(p + off))) }

// LoadRef reads a reference.
func LoadRef(p, off uintptr) uintptr { return *(*uintptr)(unsafe.Pointer(p + off)) }

// Store8 writes the low byte of v.
func Store8(p, off uintptr, v int64) { *(*uint8)(unsafe.Pointer(p + off)) = uint8(v) }

// Store16 writes the low 16 bits of v.
func Store16(p, off uintptr, v int64) { *(*uint16)(unsafe.Pointer(p + off)) = uint16(v) }

// Store32 writes the low 32 bits of v.
func Store32(p, off uintptr, v int64) { *(*uint32)(unsafe.Pointer(p + off)) = uint32(v) }

// Store64 writes a signed 64-bit integer.
func Store64(p, off uintptr, v int64) { *(*int64)(unsafe.Pointer(p + off)) = v }

// StoreU64 writes a 64-bit word.
func StoreU64(p, off uintptr, v uint64) { *(*uint64)(unsafe.Pointer(p + off)) = v }

// StoreF32 writes v rounded to a float32.
func StoreF32(p, off uintptr, v float64) { *(*float32)(unsafe.Pointer(p + off)) = float32(v) }

// StoreRef writes a reference.
func StoreRef(p, off, ref uintptr) { *(*uintptr)(unsafe.Pointer(p + off)) = ref }

// Bytes is the n bytes of memory at p, aliased: valid until the next collection.
func Bytes(p, n uintptr) []byte {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(p)), n)
}

// Words is the n 64-bit words of memory at p, aliased: valid until the next collection.
func Words(p, n uintptr) []uint64 {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*uint64)(unsafe.Pointer(p)), n)
}

// Copy copies n bytes from src to dst; the areas may overlap.
func Copy(dst, src, n uintptr) { copy(Bytes(dst, n), Bytes(src, n)) }

// Zero clears n bytes at p.
func Zero(p, n uintptr) { clear(Bytes(p, n)) }
