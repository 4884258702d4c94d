package support

import (
	"unsafe"

	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/thread"
)

// The host boundary: copies between our heap and Go's.

// hostString is a string object as a Go string.
func hostString(p unsafe.Pointer) string { return heap.GoString(uintptr(p)) }

// hostStringBorrowed is hostString without a copy, for functions that do not keep it.
func hostStringBorrowed(p unsafe.Pointer) string {
	if p == nil {
		return ""
	}
	return unsafe.String((*byte)(unsafe.Add(p, layout.StringBaseOffset)), *(*int)(unsafe.Add(p, layout.StringLenOffset)))
}

// hostSliceBorrowed is a slice of scalars whose items start size bytes into the array, without a copy.
func hostSliceBorrowed[T any](array unsafe.Pointer, size, offset, length int) []T {
	if array == nil || length == 0 {
		return nil
	}
	var item T
	return unsafe.Slice((*T)(unsafe.Add(array, size+offset*int(unsafe.Sizeof(item)))), length)
}

// hostSlice is a copy of a slice of scalars.
func hostSlice[T any](array unsafe.Pointer, size, offset, length int) []T {
	if array == nil {
		return nil
	}
	return append([]T{}, hostSliceBorrowed[T](array, size, offset, length)...)
}

// hostStrings is a copy of a slice of strings.
func hostStrings[T ~string](array unsafe.Pointer, offset, length int) []T {
	if array == nil {
		return nil
	}
	out := make([]T, length)
	for i := range out {
		out[i] = T(hostString(*(*unsafe.Pointer)(unsafe.Add(array, layout.ArrayBaseOffset+(offset+i)*8))))
	}
	return out
}

// push saves a reference on the shadow stack; pushed reads the i-th one from base on.
func push(t *thread.Thread, p unsafe.Pointer) {
	*(*uintptr)(unsafe.Pointer(t.ShadowTop)) = uintptr(p)
	t.ShadowTop += 8
}

func pushed(base uintptr, i int) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(base + uintptr(i)*8))
}

// newString copies a Go string to our heap.
func newString(t *thread.Thread, s string) unsafe.Pointer {
	return unsafe.Pointer(heap.NewString(t, s))
}

// newItems copies a slice of scalars to an array of type typ, whose items start size bytes into it.
func newItems[T any](t *thread.Thread, typ, size int, items []T) unsafe.Pointer {
	if items == nil {
		return nil
	}
	p := heap.AllocArraySlow(t, layout.TypeID(typ), len(items))
	copy(hostSliceBorrowed[T](p, size, 0, len(items)), items)
	return p
}

// newStrings copies a slice of strings.
func newStrings[T ~string](t *thread.Thread, typ, size int, items []T) unsafe.Pointer {
	if items == nil {
		return nil
	}
	base := t.ShadowTop
	push(t, heap.AllocArraySlow(t, layout.TypeID(typ), len(items)))
	for i, s := range items {
		p := newString(t, string(s))
		barrier.Item(t, pushed(base, 0), i)
		*(*uintptr)(unsafe.Add(pushed(base, 0), size+i*8)) = uintptr(p)
	}
	t.ShadowTop = base
	return pushed(base, 0)
}

// newError makes the framework.Error of a Go error: the text crosses the boundary, the type does not.
func newError(t *thread.Thread, typ, field int, err error) unsafe.Pointer {
	if err == nil {
		return nil
	}
	base := t.ShadowTop
	push(t, newString(t, err.Error()))
	p := unsafe.Pointer(heap.New(t, layout.TypeID(typ)))
	t.ShadowTop = base
	*(*uintptr)(unsafe.Add(p, field)) = uintptr(pushed(base, 0)) // fresh: no barrier
	return p
}

// newErrorText stands for the errors of programs that never look into one.
func newErrorText(t *thread.Thread, err error) unsafe.Pointer {
	if err == nil {
		return nil
	}
	return newString(t, "error")
}
