package interp

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"kiln/gc"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

// A Go panic that comes out of an interpreted program is the program's, unless the machine itself has failed: a nil pointer of its own,
// an operation on memory that no check guards, a corrupt heap. Both are Go panics with values of the same types. What tells them
// apart is where they begin: the program's in package trap, which every executor uses for them, or in a host function.
//
// Rejected: a note before each operation that may panic of its own right, as the blackhole interpreter has it; this one is here to be fast.

// InternalError is a failure of the machine, or of what it runs on, rather than a panic of the program.
type InternalError struct {
	Func  string    // the innermost interpreted function, if known
	Pos   descr.Pos // where that function is
	Cause any       // the panic value
	Stack []byte    // of the machine
}

func (e *InternalError) Error() string {
	text := fmt.Sprintf("internal error of the flow interpreter: %v", e.Cause)
	if e.Func != "" {
		text = fmt.Sprintf("%s: %s: %s", e.Pos, e.Func, text)
	}
	return fmt.Sprintf("%s\n%s\n%s", text, flow.ReportRemedy, e.Stack)
}

// blame is called by deferred functions with the panic value that they have recovered; it returns what to go on with: an
// *InternalError if the machine is to blame. depth is how many frames there are below the work that has panicked.
func (m *Machine) blame(r any, depth int) any {
	switch r.(type) {
	case runtime.Error, string:
		if fromProgram() {
			return r
		}
	case *gc.HeapError:
	default: // an exit, the end of the steps, what is wrong with a host function, or another InternalError
		return r
	}
	e := &InternalError{Cause: r, Stack: debug.Stack()}
	if n := len(m.frames); n > depth {
		f := m.frames[n-1].code.fn
		e.Func, e.Pos = f.Name, f.Pos
	}
	return e
}

// raise panics with a value that has been judged before.
//
//go:noinline
func raise(value any) { panic(value) }

// fromProgram says whether the panic in progress began in package trap or in a host function.
func fromProgram() bool {
	const here = "kiln/translator/interp."
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	begun := false // past the functions that handle the panic
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			begun = true
		case !begun:
		case strings.HasPrefix(f.Function, "kiln/gc/trap."), f.Function == here+"raise", f.Function == here+"(*Machine).callHost":
			return true
		case f.Function == here+"(*Machine).run":
			return false
		}
		if !more {
			return false
		}
	}
}

// asError is the error of a panic value that has been judged.
func asError(r any, where string) error {
	switch e := r.(type) {
	case *InternalError:
		return e
	case *backend.InternalError:
		return e
	}
	return &PanicError{Value: r, Func: where}
}
