package support

import (
	"unsafe"

	"kiln/gc/layout"
	"kiln/gc/thread"
)

// Errors cross the boundary as what they are to the other side: a Go error becomes a framework.Error, which remembers it; an error of
// the program becomes an error with the same text, which remembers the object. Both come home as what they were.

// Errors says where things are in a framework.Error, and how the text of an error is found. Set by the main package.
var Errors ErrorLayout

// ErrorLayout is the type id and the offsets of the fields of framework.Error; ID is 0 if the program has none.
type ErrorLayout struct {
	ID, Msg, Host int
	// Text calls the method Error; nil if the host gets no errors of the program.
	Text func(t *thread.Thread, err unsafe.Pointer) unsafe.Pointer
}

// programError is an error of the program on the host's side.
type programError struct {
	text   string
	object *Kept
}

func (e *programError) Error() string { return e.text }

// NewError makes the object of a Go error.
func NewError(t *thread.Thread, err error) unsafe.Pointer {
	if err == nil {
		return nil
	}
	if e, ok := err.(*programError); ok {
		return e.object.Object()
	}
	if Errors.ID == 0 {
		return NewString(t, "error") // the program never looks into one
	}
	base := t.ShadowTop
	Push(t, NewString(t, err.Error()))
	p := unsafe.Pointer(Heap.New(t, layout.TypeID(Errors.ID)))
	t.ShadowTop = base
	*(*uintptr)(unsafe.Add(p, Errors.Msg)) = uintptr(Pushed(base, 0)) // fresh: no barrier
	*(*int)(unsafe.Add(p, Errors.Host)) = Heap.Stand(uintptr(p), err)
	return p
}

// HostError is an error of the program as a Go error. May run code of the program.
func HostError(t *thread.Thread, p unsafe.Pointer) error {
	if p == nil {
		return nil
	}
	if int(Heap.TypeOf(uintptr(p)).ID) == Errors.ID {
		if err, ok := Heap.StandsFor(uintptr(p), *(*int)(unsafe.Add(p, Errors.Host))).(error); ok {
			return err
		}
	}
	base := t.ShadowTop
	Push(t, p)
	s := HostString(Errors.Text(t, p))
	t.ShadowTop = base
	return &programError{s, Keep(Pushed(base, 0))}
}
