package backend

import (
	"fmt"
	"runtime/debug"
)

// InternalError is the panic value for a mistake of Kiln's own. Translated programs recover run-time errors of Go and
// their own panics only, so that it ends the program: to go on with what is broken would spoil results.
type InternalError struct {
	Doing string // what the JIT was doing
	Cause any    // the panic value
	Stack []byte // where it happened
}

func (e *InternalError) Error() string {
	return fmt.Sprintf("kiln: internal error of the JIT, %s: %v\nPlease report this, with the program and what KILNLOG=jit:FILE writes. --jit off goes without the JIT.\n%s",
		e.Doing, e.Cause, e.Stack)
}

// Internal makes an InternalError of a panic that a deferred function has recovered and that is no panic of the program.
func Internal(doing string, cause any) *InternalError {
	if e, ok := cause.(*InternalError); ok {
		return e
	}
	return &InternalError{doing, cause, debug.Stack()}
}
