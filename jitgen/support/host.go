package support

import (
	"unsafe"

	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/thread"
)

// The host boundary: copies between our heap and Go's.

// HostString is a string object as a Go string.
func HostString(p unsafe.Pointer) string { return Heap.GoString(uintptr(p)) }

// HostStringBorrowed is HostString without a copy, for functions that do not keep it.
func HostStringBorrowed(p unsafe.Pointer) string {
	if p == nil {
		return ""
	}
	return unsafe.String((*byte)(unsafe.Add(p, layout.StringBaseOffset)), *(*int)(unsafe.Add(p, layout.StringLenOffset)))
}

// HostSliceBorrowed is a slice of scalars whose items start size bytes into the array, without a copy.
func HostSliceBorrowed[T any](array unsafe.Pointer, size, offset, length int) []T {
	if array == nil || length == 0 {
		return nil
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

// Push saves a reference on the shadow stack; Pushed reads the i-th one from base on.
func Push(t *thread.Thread, p unsafe.Pointer) {
	*(*uintptr)(unsafe.Pointer(t.ShadowTop)) = uintptr(p)
	t.ShadowTop += 8
}

func Pushed(base uintptr, i int) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(base + uintptr(i)*8))
}

// NewString copies a Go string to our heap.
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

// NewError makes the framework.Error of a Go error: the text crosses the boundary, the type does not.
func NewError(t *thread.Thread, typ, field int, err error) unsafe.Pointer {
	if err == nil {
		return nil
	}
	base := t.ShadowTop
	Push(t, NewString(t, err.Error()))
	p := unsafe.Pointer(Heap.New(t, layout.TypeID(typ)))
	t.ShadowTop = base
	*(*uintptr)(unsafe.Add(p, field)) = uintptr(Pushed(base, 0)) // fresh: no barrier
	return p
}

// NewErrorText stands for the errors of programs that never look into one.
func NewErrorText(t *thread.Thread, err error) unsafe.Pointer {
	if err == nil {
		return nil
	}
	return NewString(t, "error")
}
