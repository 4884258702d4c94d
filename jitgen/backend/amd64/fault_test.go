package amd64

import (
	"errors"
	"strings"
	"testing"
	"unsafe"

	"kiln/gc"
	"kiln/jitgen/backend"
)

// faulting compiles a loop that reads through its argument, directly and in a subroutine.
func faulting(t *testing.T) (*heapRuntime, *Backend, func(addr uintptr) error) {
	rt, ns := newHeap(t, gc.Config{})
	b, err := New(rt, backend.Options{})
	if err != nil {
		t.Fatal(err)
	}
	loop := compileText(t, b, ns, `
trace "loop under test"
[p0, i1]
label(p0, i1, descr=Target1)
i2 = int_eq(i1, 0)
guard_true(i2, descr=Guard1) [p0]
i3 = getfield_i(p0, descr=Node.val)  # vm.go:77
finish(i3)
`)
	return rt, b, func(addr uintptr) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = r.(error)
			}
		}()
		b.Execute(rt.th, loop, []uint64{uint64(addr), 0})
		return nil
	}
}

// TestFault: a bad address in machine code is a panic that says where; the thread goes on afterwards, and Go's own faults are
// Go's as before.
func TestFault(t *testing.T) {
	rt, _, read := faulting(t)
	for range 3 {
		var fault *FaultError
		if err := read(0x1000); !errors.As(err, &fault) || fault.Addr != 0x1008 || fault.Trace != "loop under test" || fault.Op != 3 {
			t.Fatalf("%v", err)
		}
		if text := fault.Error(); !strings.Contains(text, "operation 3 (getfield_i)") {
			t.Error(text)
		}
		if rt.th.JitFrame != 0 {
			t.Error("a frame is left")
		}
		var local [2]uint64
		if err := read(uintptr(unsafe.Pointer(&local))); err != nil {
			t.Error(err)
		}
	}
	defer func() {
		if err, ok := recover().(error); !ok || !strings.Contains(err.Error(), "nil pointer") {
			t.Errorf("Go's own fault: %v", err)
		}
	}()
	var p *backend.Loop
	p.ID = 1
}

// TestGuardPage: running into the guard below the machine stack is a stack overflow.
func TestGuardPage(t *testing.T) {
	rt, b, read := faulting(t)
	ts := b.threadState(rt.th)
	for _, addr := range []uintptr{ts.guard, ts.guard + guardSize - 16} {
		var overflow *StackError
		if err := read(addr); !errors.As(err, &overflow) {
			t.Errorf("%v", err)
		}
	}
}

// TestFaultInSubroutine: the report names the operation that called it.
func TestFaultInSubroutine(t *testing.T) {
	rt, ns := newHeap(t, gc.Config{})
	b, err := New(rt, backend.Options{})
	if err != nil {
		t.Fatal(err)
	}
	loop := compileText(t, b, ns, `
[p0, p1]
label(p0, p1, descr=Target1)
array_clear(p0, 0, 40, descr=[]uint8)
finish(p0)
`)
	defer func() {
		fault, ok := recover().(*FaultError)
		if !ok || fault.Op != 1 || fault.Within == "" {
			t.Errorf("%v", fault)
		}
	}()
	b.Execute(rt.th, loop, []uint64{0x2000, 0})
}
