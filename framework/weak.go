package framework

import "weak"

// WeakRef refers to an object without keeping it alive. It is an object itself: keep the *WeakRef.
type WeakRef[T any] struct{ pointer weak.Pointer[T] }

// NewWeakRef makes a weak reference to what p points to, which is a whole object or variable.
func NewWeakRef[T any](p *T) *WeakRef[T] { return &WeakRef[T]{weak.Make(p)} }

// Get returns the object, nil once it is dead. When that is, is up to the collector, and differs between the two
// worlds.
func (w *WeakRef[T]) Get() *T { return w.pointer.Value() }
