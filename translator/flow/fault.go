package flow

import (
	"fmt"
	"runtime/debug"
)

// ReportRemedy ends messages about mistakes that are not the program's.
const ReportRemedy = "this is a bug of Kiln, not of your program: please report it with the program and what kiln prints with -trace"

// Fault is what a panic of a pass becomes on its way out of Locate: it says which function was being worked on.
type Fault struct {
	Func  *Func  // nil if unknown
	Value any    // what was panicked with
	Stack []byte // of the panic
}

func (f *Fault) Error() string {
	if f.Func == nil {
		return fmt.Sprint(f.Value)
	}
	return fmt.Sprintf("%s: %s: %v", f.Func.Pos, f.Func.Name, f.Value)
}

// Locate is deferred by passes around their work on one function, so that their mistakes can be told with a position.
func Locate(f *Func) {
	switch v := recover().(type) {
	case nil:
	case *Fault:
		panic(v) // from further in
	default:
		panic(&Fault{f, v, debug.Stack()})
	}
}

// Catch is deferred by what passes run beside each other: a panic becomes the error, which is a Fault.
func Catch(err *error) {
	switch v := recover().(type) {
	case nil:
	case *Fault:
		*err = v
	default:
		*err = &Fault{Value: v, Stack: debug.Stack()}
	}
}
