package support

import (
	"reflect"
	"unsafe"

	"kiln/gc/layout"
	"kiln/gc/thread"
)

// handles are the types of handles that the program knows by themselves. Filled by the main package.
var handles = map[reflect.Type]handleType{}

type handleType struct {
	id    layout.TypeID
	close func(any)
}

// HandleType says that values of Go type T, a pointer, have handles of type id, and how they are closed when those die; nil: they are not.
func HandleType[T any](id int, close func(T)) {
	h := handleType{id: layout.TypeID(id)}
	if close != nil {
		h.close = func(v any) { close(v.(T)) }
	}
	handles[reflect.TypeFor[T]()] = h
}

// NewHandle is the handle of a host value, of type otherwise if the program does not know it by its own type.
func NewHandle(t *thread.Thread, otherwise int, v any) unsafe.Pointer {
	if v == nil {
		return nil
	}
	h, ok := handles[reflect.TypeOf(v)]
	if !ok {
		h.id = layout.TypeID(otherwise)
	}
	return unsafe.Pointer(Heap.NewHandle(t, h.id, v, h.close))
}

// HostHandle is what a handle stands for.
func HostHandle[T any](p unsafe.Pointer) (v T) {
	if p != nil {
		v = Heap.HandleValue(uintptr(p)).(T)
	}
	return v
}
