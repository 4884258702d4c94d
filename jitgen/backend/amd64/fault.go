package amd64

import (
	"fmt"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// A fault in machine code would kill the process with a dump that says nothing: Go's handler of SIGSEGV does not know the
// code. So a filter stands in front of it. It is machine code, too (Go code cannot run on a signal without Go's own
// preparations), and does this:
//
//	pc of the fault in the code of a backend?
//	yes: note pc, address and stack pointer in the Thread (RBX), go on at the backend's recovery stub
//	no:  jump to Go's handler, registers and stack as the kernel made them
//
// The recovery stub leaves as any exit does, and Execute panics: with a StackError if the address is in the guard
// below the machine stack, else with a FaultError.

// FaultError is the panic value for a fault in machine code: a bug in Kiln, or memory that something else has spoilt.
type FaultError struct {
	Trace  string // whose code faulted, "" if unknown
	Op     int    // index of the operation in it
	Code   op.Code
	Pos    descr.Pos // in the interpreter
	PC     uintptr
	Addr   uintptr // that was accessed
	Within string  // a subroutine, or ""
}

func (e *FaultError) Error() string {
	where := "in code of no trace"
	if e.Trace != "" {
		where = fmt.Sprintf("in %s, operation %d (%v) at %v", e.Trace, e.Op, e.Code, e.Pos)
	}
	return fmt.Sprintf("kiln: fault in machine code (please report): address %#x %s, pc %#x%s", e.Addr, where, e.PC, e.Within)
}

// Where the filter leaves what it knows, in Thread.Scratch. Word 0 belongs to ways in.
const (
	faultPC   = thread.OffScratch + 8
	faultAddr = thread.OffScratch + 16
	faultSP   = thread.OffScratch + 24
)

// Offsets in the kernel's ucontext_t and siginfo_t.
const (
	ucontextRBX = 128
	ucontextRSP = 160
	ucontextRIP = 168
	siginfoAddr = 16
)

// filtered are the signals that the filter is installed for. Freed code is full of breakpoints, hence SIGTRAP.
var filtered = []syscall.Signal{syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGTRAP}

// filter is the process-wide registration: signals belong to the process. table has an entry for each backend: first
// address, size, address of the recovery stub; the list ends with a zero.
var filter struct {
	mu    sync.Mutex
	table uintptr
	used  int
}

const (
	filterEntry = 24
	filterSize  = 1 << 16
)

// watchFaults puts the code of this backend under the filter, and installs that with the first backend. Without filter
// everything works but faults.
func (b *Backend) watchFaults() error {
	filter.mu.Lock()
	defer filter.mu.Unlock()
	if filter.table == 0 {
		table, err := unix.MmapPtr(-1, 0, nil, filterSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
		if err != nil {
			return fmt.Errorf("amd64: signal filter: %w", err)
		}
		filter.table = uintptr(table)
		for _, sig := range filtered {
			if err := b.installFilter(sig); err != nil {
				return err
			}
		}
	}
	at := filter.table + uintptr(filter.used)*filterEntry
	if filter.used+2 > filterSize/filterEntry {
		return nil
	}
	base, size := b.code.Range()
	mem.StoreU64(at, 16, uint64(b.stubs.fault))
	mem.StoreU64(at, 8, uint64(size))
	mem.StoreU64(at, 0, uint64(base)) // last: a signal sees the whole entry or none
	filter.used++
	return nil
}

// sigaction is the kernel's struct of rt_sigaction.
type sigaction struct{ handler, flags, restorer, mask uint64 }

func rtSigaction(sig syscall.Signal, set, old *sigaction) error {
	_, _, e := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), 8, 0, 0)
	if e != 0 {
		return fmt.Errorf("amd64: signal filter: rt_sigaction: %w", e)
	}
	return nil
}

// installFilter replaces the handler of a signal by the filter. Flags, mask and restorer stay Go's: its own stack
// for signals above all.
func (b *Backend) installFilter(sig syscall.Signal) error {
	var action sigaction
	if err := rtSigaction(sig, nil, &action); err != nil {
		return err
	}
	if action.handler <= 1 { // default or ignored: Go does not handle it
		return nil
	}
	var a asm.Asm
	emitFilter(&a, filter.table, uintptr(action.handler))
	at, err := b.install(&a)
	if err != nil {
		return err
	}
	action.handler = uint64(at)
	return rtSigaction(sig, &action, nil)
}

// emitFilter is the handler: RDI signal, RSI siginfo, RDX ucontext; RAX, RCX, R8 to R11 are free.
func emitFilter(a *asm.Asm, table, next uintptr) {
	loop, more, chain := a.NewLabel(), a.NewLabel(), a.NewLabel()
	a.RM(asm.Mov, asm.RAX, asm.At(asm.RDX, ucontextRIP))
	a.MovImm(asm.RCX, int64(table))
	a.Bind(loop)
	a.RM(asm.Mov, asm.R8, asm.At(asm.RCX, 0))
	a.RR(asm.Test, asm.R8, asm.R8)
	a.Jcc(asm.E, chain)
	a.RM(asm.Lea, asm.R9, asm.At(asm.RAX, 0))
	a.ALU(asm.Sub, 8, asm.R9, asm.R8)
	a.ALULoad(asm.Cmp, 8, asm.R9, asm.At(asm.RCX, 8))
	a.Jcc(asm.AE, more)
	a.RM(asm.Mov, asm.R10, asm.At(asm.RDX, ucontextRBX)) // the Thread
	a.RM(asm.MovStore, asm.RAX, asm.At(asm.R10, faultPC))
	a.RM(asm.Mov, asm.RAX, asm.At(asm.RSI, siginfoAddr))
	a.RM(asm.MovStore, asm.RAX, asm.At(asm.R10, faultAddr))
	a.RM(asm.Mov, asm.RAX, asm.At(asm.RDX, ucontextRSP))
	a.RM(asm.MovStore, asm.RAX, asm.At(asm.R10, faultSP))
	a.RM(asm.Mov, asm.RAX, asm.At(asm.RCX, 16))
	a.RM(asm.MovStore, asm.RAX, asm.At(asm.RDX, ucontextRIP))
	a.Ret()
	a.Bind(more)
	a.ALUImm(asm.Add, 8, asm.RCX, filterEntry)
	a.Jmp(loop)
	a.Bind(chain)
	a.MovImm(asm.RAX, int64(next))
	a.JmpReg(asm.RAX)
}

// emitFault is the recovery stub. The stack pointer of machine code is not worth keeping.
func emitFault(a *asm.Asm) {
	a.StoreImm(8, thr(thread.OffExitCode), exitFault)
	a.RM(asm.Mov, asm.RSP, thr(thread.OffGoSP))
	a.RM(asm.Mov, asm.RBP, thr(thread.OffGoBP))
	a.Ret()
}

// fault makes the panic value of a fault.
func (b *Backend) fault(ts *threadState) error {
	t := ts.t
	word := func(off int) uintptr { return uintptr(t.Scratch[(off-thread.OffScratch)/8]) }
	pc, addr, sp := word(faultPC), word(faultAddr), word(faultSP)
	if ts.guard != 0 && addr-ts.guard < guardSize {
		return &StackError{stackSize}
	}
	e := &FaultError{PC: pc, Addr: addr}
	at := pc
	if p, _ := b.pieceOf(pc); p == nil && sp >= ts.guard+guardSize && sp < ts.guard+stackSize {
		at = mem.LoadRef(sp, 0) - 1 // a subroutine was called from there
		e.Within = " (in a subroutine)"
	}
	if p, entry := b.pieceOf(at); p != nil {
		e.Trace, e.Op, e.Code, e.Pos = p.name, int(entry.Op), entry.Code, entry.Pos
	}
	return e
}
