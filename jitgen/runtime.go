package jitgen

import (
	"fmt"

	"kiln/gc"
	"kiln/gc/layout"
	"kiln/gc/thread"
	"kiln/gc/threads"
	"kiln/gc/trap"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/jitlog"
)

// Runtime is one translated program with its heap and its JIT: the World of a translated binary.
type Runtime struct {
	im       *jitcode.Image
	heap     *gc.Heap
	t        *thread.Thread
	threads  *threads.Set
	prebuilt []uintptr
	adapters []backend.Adapter
	jit      *JIT
	jitOn    uint64 // Thread.JitOn of threads that begin
	log      *jitlog.Log
}

// NewRuntime makes heap, main thread and prebuilt objects of a program.
func NewRuntime(im *jitcode.Image, adapters []backend.Adapter, config gc.Config) *Runtime {
	rt := &Runtime{im: im, adapters: adapters, heap: gc.New(config, im.Prog.Types)}
	rt.t = rt.heap.NewThread()
	rt.threads = threads.New(rt.heap, rt.t)
	rt.threads.OnAttach(func(t *thread.Thread) { t.JitOn = rt.jitOn })
	rt.prebuilt = exec.MakePrebuilt(rt.heap, im.Prog)
	im.Link(rt.Prebuilt)
	return rt
}

// Program is the program's tables.
func (rt *Runtime) Program() *descr.Program { return rt.im.Prog }

// Prebuilt is the address of a prebuilt object; it never moves.
func (rt *Runtime) Prebuilt(index int) uintptr { return rt.prebuilt[index] }

// Heap is the program's heap.
func (rt *Runtime) Heap() *gc.Heap { return rt.heap }

// Threads are the threads of the program.
func (rt *Runtime) Threads() *threads.Set { return rt.threads }

// Act does what Thread.Actions asks for.
func (rt *Runtime) Act(t *thread.Thread) { rt.threads.Act(t) }

// Thread is the main thread.
func (rt *Runtime) Thread() *thread.Thread { return rt.t }

// Portal is what emitted code calls at counting edges; nil if the JIT is off (Thread.JitOn is 0 then).
func (rt *Runtime) Portal() Portal {
	if rt.jit == nil {
		return nil
	}
	return rt.jit
}

// Call runs a function through its adapter.
func (rt *Runtime) Call(t *thread.Thread, fn int) {
	if fn < 0 || fn >= len(rt.adapters) || rt.adapters[fn] == nil {
		panic(&backend.InternalError{Doing: "calling the program", Cause: fmt.Sprintf("function %d has no adapter", fn)})
	}
	rt.adapters[fn](t)
}

// Adapters is the table behind Call; functions without adapter have one that panics as Call does.
func (rt *Runtime) Adapters() []backend.Adapter {
	all := make([]backend.Adapter, len(rt.adapters))
	for fn, f := range rt.adapters {
		if all[fn] = f; f == nil {
			all[fn] = func(t *thread.Thread) { rt.Call(t, fn) }
		}
	}
	return all
}

// New allocates an object; may collect.
func (rt *Runtime) New(t *thread.Thread, typ uint32) uintptr {
	return rt.heap.New(t, layout.TypeID(typ))
}

// NewArray allocates an array; may collect.
func (rt *Runtime) NewArray(t *thread.Thread, typ uint32, length int64) uintptr {
	return rt.heap.NewArray(t, layout.TypeID(typ), int(length))
}

// Alloc allocates raw nursery memory; may collect.
func (rt *Runtime) Alloc(t *thread.Thread, n int64) uintptr { return rt.heap.Alloc(t, n) }

// IdentityHash numbers objects.
func (rt *Runtime) IdentityHash(_ *thread.Thread, obj uintptr) int64 {
	return rt.heap.IdentityHash(obj)
}

// AddRoots registers a root walker.
func (rt *Runtime) AddRoots(w backend.RootWalker) { rt.heap.AddRoots(w) }

// QuasiWrite tells the JIT of a store to a field that it watches.
func (rt *Runtime) QuasiWrite(_ *thread.Thread, obj uintptr, field *descr.Field) {
	rt.jit.QuasiWrite(obj, int(field.Loc))
}

// Watch makes stores to the quasi-immutable fields of an object that does not move come to QuasiWrite, or no longer.
func (rt *Runtime) Watch(obj uintptr, on bool) { rt.heap.Watch(obj, on) }

// Young says that the next collection moves an object.
func (rt *Runtime) Young(obj uintptr) bool { return rt.heap.Young(obj) }

// Still says that an object neither moves nor dies.
func (rt *Runtime) Still(obj uintptr) bool { return rt.heap.IsImmortal(obj) }

// KeepStill moves an object to the non-moving space; may collect.
func (rt *Runtime) KeepStill(t *thread.Thread, obj *uintptr) { rt.heap.MakeImmortal(t, obj) }

// Raise raises the panic of a Panic instruction as emitted code does.
func (rt *Runtime) Raise(kind int, value uintptr, text string) {
	if kind == 0 && value != 0 && rt.heap.TypeOf(value).ID == layout.StringType {
		trap.Explicit(rt.heap.GoString(value))
	}
}

var _ World = (*Runtime)(nil)
var _ backend.AdapterTable = (*Runtime)(nil)
