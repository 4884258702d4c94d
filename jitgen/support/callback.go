package support

import (
	"runtime"
	"unsafe"

	"kiln/gc/layout"
	"kiln/gc/thread"
	"kiln/gc/threads"
)

// Leave gives up the turn around a host function that may block; Back waits for it, also when the function panics.
func Leave(t *thread.Thread) (returned *bool) {
	Threads.Leave(t)
	return new(bool)
}

// Back waits for the turn.
func Back(t *thread.Thread, returned *bool) {
	Threads.Back(t)
	*returned = true
}

// BackIfNot is deferred between Leave and Back.
func BackIfNot(t *thread.Thread, returned *bool) {
	if !*returned {
		Threads.Back(t)
	}
}

// Raise goes on with a panic of a function that the host has called.
func Raise(t *thread.Thread) {
	if value, ok := Threads.Failed(t); ok {
		panic(value)
	}
}

// Kept is a reference that Go code keeps: of function values and errors.
type Kept struct{ number int }

// Keep keeps a reference until Go's collector finds that nobody has the Kept.
func Keep(p unsafe.Pointer) *Kept {
	k := &Kept{Heap.Hold(uintptr(p))}
	runtime.AddCleanup(k, Heap.Release, k.number)
	return k
}

// Lend is Keep until End, for functions that promise not to keep it.
func Lend(p unsafe.Pointer) *Kept { return &Kept{Heap.Hold(uintptr(p))} }

// End ends Lend.
func (k *Kept) End() {
	Heap.Release(k.number)
	k.number = -1
}

// Object is the reference, now.
func (k *Kept) Object() unsafe.Pointer {
	p := unsafe.Pointer(Heap.Held(k.number))
	runtime.KeepAlive(k)
	return p
}

// FromHost is a call of a function of the program by the host.
type FromHost struct {
	T             *thread.Thread
	how           threads.Entry
	shadow, frame uintptr
}

// Enter begins it. ok is false if the thread is on its way out of the host with a panic: then nothing shall run.
func (c *FromHost) Enter() (ok bool) {
	c.T, c.how = Threads.Enter()
	c.shadow, c.frame = c.T.ShadowTop, c.T.JitFrame
	return !Threads.HasFailed(c.T)
}

// Exit ends it, with the value of recover. A panic does not pass through the frames of the host: it goes on where the program has called
// the host. On a goroutine of the host's own there is no such place, and the panic goes on into the host.
func (c *FromHost) Exit(failed any) {
	if failed == nil {
		Threads.Exit(c.T, c.how)
		return
	}
	c.T.ShadowTop, c.T.JitFrame, c.T.RefArgs, c.T.RefResults = c.shadow, c.frame, 0, 0
	if c.how == threads.Attached {
		if failed == "" && Uncaught != nil {
			failed = HostString(Uncaught(c.T))
		}
		Threads.Exit(c.T, c.how)
		panic(failed)
	}
	Threads.Fail(c.T, failed)
	Threads.Exit(c.T, c.how)
}

// Code is where the Go function of a function value is.
func Code(f unsafe.Pointer) unsafe.Pointer {
	return unsafe.Add(Functions, *(*int)(unsafe.Add(f, layout.HeaderSize))*8)
}

// Top, if not nil, calls the function value of a thread and gives its panics their text. Set by the main package.
var Top func(t *thread.Thread, f unsafe.Pointer)

// Uncaught, if not nil, is the text of the program's panic on its way. Set by the main package.
var Uncaught func(t *thread.Thread) unsafe.Pointer

// Ends tell the program that the thread with a number has ended. Filled by the main package.
var Ends []func(t *thread.Thread, number int)

// Act does what Thread.Actions asks for, at a merge point: the variables are in the slots.
func Act(t *thread.Thread) { Threads.Act(t) }

// StartThread runs a function value on a thread of its own.
func StartThread(f unsafe.Pointer) {
	number := Heap.Hold(uintptr(f))
	Threads.Start(func(t *thread.Thread) {
		f := unsafe.Pointer(Heap.Held(number))
		Heap.Release(number)
		if Top != nil {
			Top(t, f)
			return
		}
		(*(*func(*thread.Thread, unsafe.Pointer))(Code(f)))(t, f)
	})
}
