package support

import (
	"runtime"
	"unsafe"

	"kiln/gc/layout"
	"kiln/gc/thread"
)

// Try calls a function value without parameters and says whether it panicked; text is set for panics that Go's
// run-time checks raised, and behind a zero byte for strings that the host has panicked with. The panics of the program itself are empty
// strings, and their values wait elsewhere (package unwind); anything else ends the program.
func Try(t *thread.Thread, f unsafe.Pointer) (caught int, text unsafe.Pointer) {
	shadow, frame := t.ShadowTop, t.JitFrame
	defer func() {
		message := ""
		switch r := recover().(type) {
		case nil:
			return
		case runtime.Error:
			message = r.Error()
		case string:
			if r != "" {
				message = "\x00" + r
			}
		default:
			panic(r)
		}
		t.ShadowTop, t.JitFrame = shadow, frame
		caught, text = 1, unsafe.Pointer(Heap.NewString(t, message))
	}()
	number := *(*int)(unsafe.Add(f, layout.HeaderSize))
	call := *(*func(*thread.Thread, unsafe.Pointer))(unsafe.Add(Functions, number*8))
	call(t, f)
	return
}

// NextFinalizer is the next finalizer that is due: its object and what to do, nil if none is.
func NextFinalizer(t *thread.Thread) (object, x unsafe.Pointer) {
	Heap.RunDue()
	o, f, _ := Heap.NextFinalizer(t)
	return unsafe.Pointer(o), unsafe.Pointer(f)
}

// Force writes back what compiled code keeps to itself of an object, which may be nil. It may collect.
func Force(t *thread.Thread, object unsafe.Pointer) {
	if object != nil && *(*uint32)(object)&layout.FlagOwned != 0 {
		Portal.Force(t, uintptr(object))
	}
}
