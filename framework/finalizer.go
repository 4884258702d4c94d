package framework

import (
	"runtime"

	"kiln/framework/plain"
)

// SetFinalizer asks for f to be called once with p, some time after the object has become unreachable, by RunFinalizers. The
// object lives on until then, and longer if f stores it somewhere. f must not refer to the object otherwise, or it
// never dies. Nothing happens for nil. Whether finalizers run before the program ends is not certain.
func SetFinalizer[T any](p *T, f func(*T)) {
	if p != nil {
		runtime.SetFinalizer(p, func(p *T) { plain.Due(func() { f(p) }) })
	}
}

// RunFinalizers calls the finalizers that are due. Finalizers run nowhere else: call it where it is safe, for example at
// the back edges of the interpreted program.
func RunFinalizers() { plain.RunDue() }
