package support

import (
	"runtime"
	"unsafe"

	"kiln/gc/layout"
	"kiln/gc/thread"
)

// try calls a function value without parameters and says whether it panicked; text is set for panics that Go's
// run-time checks raised. The panics of the program itself are strings, and their values wait elsewhere (package
// unwind); anything else ends the program. functions is the table of functions.
func try(t *thread.Thread, f, functions unsafe.Pointer) (caught int, text unsafe.Pointer) {
	shadow, frame := t.ShadowTop, t.JitFrame
	defer func() {
		message := ""
		switch r := recover().(type) {
		case nil:
			return
		case runtime.Error:
			message = r.Error()
		case string:
		default:
			panic(r)
		}
		t.ShadowTop, t.JitFrame = shadow, frame
		caught, text = 1, unsafe.Pointer(heap.NewString(t, message))
	}()
	number := *(*int)(unsafe.Add(f, layout.HeaderSize))
	call := *(*func(*thread.Thread, unsafe.Pointer))(unsafe.Add(functions, number*8))
	call(t, f)
	return
}

// nextFinalizer is the next finalizer that is due: its object and what to do, nil if none is.
func nextFinalizer(t *thread.Thread) (object, x unsafe.Pointer) {
	o, f, _ := heap.NextFinalizer(t)
	return unsafe.Pointer(o), unsafe.Pointer(f)
}
