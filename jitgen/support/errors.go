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
	// Text calls the method Error, Unwrap the method of this name, if there is one; nil if the host gets no errors of the program.
	Text, Unwrap func(t *thread.Thread, err unsafe.Pointer) unsafe.Pointer
}

// programError is an error of the program on the host's side.
type programError struct {
	text   string
	object *Kept
	// host is the first error of the host that it wraps, directly or not; nil if there is none.
	host error
}

func (e *programError) Error() string { return e.text }

// Unwrap is for errors.Is and errors.As.
func (e *programError) Unwrap() error { return e.host }

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
	if err := ofHost(p); err != nil {
		return err
	}
	base := t.ShadowTop
	Push(t, p)
	e := &programError{text: HostString(Errors.Text(t, p))}
	for inner, n := Pushed(base, 0), 0; n < maxWrapped; n++ {
		if inner = Errors.Unwrap(t, inner); inner == nil {
			break
		}
		if e.host = ofHost(inner); e.host != nil {
			break
		}
	}
	t.ShadowTop = base
	e.object = Keep(Pushed(base, 0))
	return e
}

// maxWrapped bounds the search for an error of the host in what an error wraps.
const maxWrapped = 100

// ofHost is the Go error that an object stands for, nil if it is an error of the program.
func ofHost(p unsafe.Pointer) error {
	if int(Heap.TypeOf(uintptr(p)).ID) != Errors.ID {
		return nil
	}
	err, _ := Heap.StandsFor(uintptr(p), *(*int)(unsafe.Add(p, Errors.Host))).(error)
	return err
}
