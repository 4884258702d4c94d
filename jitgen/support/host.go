package support

import (
	"unsafe"

	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/thread"
)

// The host boundary: copies between our heap and Go's. While a host function may call back or block ("open"), objects move:
// the wrapper keeps those it needs afterwards on the shadow stack.

// HostString is a string object as a Go string.
func HostString(p unsafe.Pointer) string { return Heap.GoString(uintptr(p)) }

// HostStringBorrowed is HostString without a copy, for functions that do not keep it.
func HostStringBorrowed(p unsafe.Pointer) string {
	if p == nil {
		return ""
	}
	return unsafe.String((*byte)(unsafe.Add(p, layout.StringBaseOffset)), *(*int)(unsafe.Add(p, layout.StringLenOffset)))
}

// HostStringStill is HostStringBorrowed in open calls: what would move is copied.
func HostStringStill(p unsafe.Pointer) string {
	if Heap.Stays(uintptr(p)) {
		return HostStringBorrowed(p)
	}
	return HostString(p)
}

// HostSliceBorrowed is a slice of scalars whose items start size bytes into the array, without a copy.
func HostSliceBorrowed[T any](array unsafe.Pointer, size, offset, length int) []T {
	if array == nil {
		return nil
	}
	if length == 0 {
		return []T{}
	}
	var item T
	return unsafe.Slice((*T)(unsafe.Add(array, size+offset*int(unsafe.Sizeof(item)))), length)
}

// HostSlice is a copy of a slice of scalars.
func HostSlice[T any](array unsafe.Pointer, size, offset, length int) []T {
	if array == nil {
		return nil
	}
	return append([]T{}, HostSliceBorrowed[T](array, size, offset, length)...)
}

// HostSliceStill is HostSliceBorrowed in open calls.
func HostSliceStill[T any](array unsafe.Pointer, size, offset, length int) []T {
	if Heap.Stays(uintptr(array)) {
		return HostSliceBorrowed[T](array, size, offset, length)
	}
	return HostSlice[T](array, size, offset, length)
}

// HostSliceBack copies back what the host function has written into the copy of a slice.
func HostSliceBack[T any](array unsafe.Pointer, size, offset int, items []T) {
	copy(HostSliceBorrowed[T](array, size, offset, len(items)), items)
}

// HostStrings is a copy of a slice of strings.
func HostStrings[T ~string](array unsafe.Pointer, offset, length int) []T {
	if array == nil {
		return nil
	}
	out := make([]T, length)
	for i := range out {
		out[i] = T(HostString(*(*unsafe.Pointer)(unsafe.Add(array, layout.ArrayBaseOffset+(offset+i)*8))))
	}
	return out
}

// HostStringsBack is HostSliceBack for strings; the array is on the shadow stack at slot.
func HostStringsBack[T ~string](t *thread.Thread, slot uintptr, offset int, items []T) {
	for i, s := range items {
		at := layout.ArrayBaseOffset + (offset+i)*8
		if HostStringBorrowed(*(*unsafe.Pointer)(unsafe.Add(Pushed(slot, 0), at))) == string(s) {
			continue
		}
		p := NewString(t, string(s))
		barrier.Item(t, Pushed(slot, 0), offset+i)
		*(*uintptr)(unsafe.Add(Pushed(slot, 0), at)) = uintptr(p)
	}
}

// Push saves a reference on the shadow stack; Pushed reads the i-th one from base on.
func Push(t *thread.Thread, p unsafe.Pointer) {
	*(*uintptr)(unsafe.Pointer(t.ShadowTop)) = uintptr(p)
	t.ShadowTop += 8
}

func Pushed(base uintptr, i int) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(base + uintptr(i)*8))
}

// NewString copies a Go string to our Heap.
func NewString(t *thread.Thread, s string) unsafe.Pointer {
	return unsafe.Pointer(Heap.NewString(t, s))
}

// NewItems copies a slice of scalars to an array of type typ, whose items start size bytes into it.
func NewItems[T any](t *thread.Thread, typ, size int, items []T) unsafe.Pointer {
	if items == nil {
		return nil
	}
	p := Heap.AllocArraySlow(t, layout.TypeID(typ), len(items))
	copy(HostSliceBorrowed[T](p, size, 0, len(items)), items)
	return p
}

// NewStrings copies a slice of strings.
func NewStrings[T ~string](t *thread.Thread, typ, size int, items []T) unsafe.Pointer {
	if items == nil {
		return nil
	}
	base := t.ShadowTop
	Push(t, Heap.AllocArraySlow(t, layout.TypeID(typ), len(items)))
	for i, s := range items {
		p := NewString(t, string(s))
		barrier.Item(t, Pushed(base, 0), i)
		*(*uintptr)(unsafe.Add(Pushed(base, 0), size+i*8)) = uintptr(p)
	}
	t.ShadowTop = base
	return Pushed(base, 0)
}
