package amd64

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
	"kiln/gc/mem"
	"kiln/gc/thread"
)

// SelfTestError reports that this Go release keeps its scheduler's data somewhere else.
type SelfTestError struct{ Reason string }

func (e *SelfTestError) Error() string {
	return "amd64: self-test of Go's runtime failed, machine code would stop the collector: " + e.Reason +
		" (built with " + runtime.Version() + "; run with the ref backend, or port stubs.go)"
}

// spins is how often the self-test polls before it gives up: a second or so.
const spins = 1 << 30

// selfTest checks that a thread in machine code notices when Go wants to stop it: a goroutine stops
// the world while machine code spins on g.stackguard0. With a single processor it is the monitor
// thread's 10 ms time slice that asks.
func (b *Backend) selfTest() error {
	record, err := unix.MmapPtr(-1, 0, nil, thread.Size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return fmt.Errorf("amd64: self-test: %w", err)
	}
	t := (*thread.Thread)(record)
	defer unix.MunmapPtr(record, thread.Size)

	var stop atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		var stats runtime.MemStats
		for !stop.Load() {
			runtime.ReadMemStats(&stats) // stops the world
			runtime.Gosched()
		}
	}()
	defer func() { stop.Store(true); <-done }()

	t.ExitArg, t.JitPC, t.ExitCode = spins, b.stubs.spin, 0
	enter(uintptr(unsafe.Pointer(t)))
	if t.ExitCode != 1 {
		return &SelfTestError{"no request to yield was seen"}
	}
	yield()
	g := uintptr(t.Scratch[1])
	var local byte
	here := uintptr(unsafe.Pointer(&local))
	if lo, hi := *(*uintptr)(mem.Ptr(g)), *(*uintptr)(mem.Ptr(g + 8)); here < lo || here >= hi {
		return &SelfTestError{"g does not start with the bounds of the stack"}
	}
	return nil
}

// mapStack maps a stack with inaccessible memory below it.
func mapStack(size int) (low, high uintptr, err error) {
	p, err := unix.MmapPtr(-1, 0, nil, uintptr(size), unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return 0, 0, err
	}
	low = uintptr(p)
	if _, _, e := syscall.Syscall(syscall.SYS_MPROTECT, low, guardSize, 0); e != 0 {
		return 0, 0, e
	}
	return low + guardSize, low + uintptr(size), nil
}
