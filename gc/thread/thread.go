// Package thread defines the Thread record: everything that emitted code, machine code and the
// collector share about one thread of a translated program.
//
// A Thread lives off Go's heap (its memory is mapped, never freed) because machine code keeps its
// address in RBX and the collector rewrites references in it while Go code runs. It therefore
// holds no Go pointer: Go-side state that belongs to a thread is found by Thread.ID.
//
// References in it are plain addresses of the Kiln heap, typed uintptr so that Go's own write
// barriers stay out. Field order and offsets are ABI: the amd64 backend and the stubs read them
// through the Off* constants below, and a test holds those against unsafe.Offsetof.
//
// Must not import anything of Kiln.
package thread

import "unsafe"

// NumSlots is the number of argument slots and of result slots of each kind. A call or a merge
// point that needs more of one kind is rejected by the translator.
const NumSlots = 64

// NumRegs is the number of registers of each bank in a register dump.
const NumRegs = 16

// Thread is the per-thread record ("ctx" of the JIT). All offsets are bytes.
type Thread struct {
	// Machine-code switch (see jitgen/backend/amd64). GoSP and GoBP are written by generated code on
	// every entry and resume, JitSP and JitPC by generated code on every exit.
	GoSP  uintptr // 0
	GoBP  uintptr // 8
	JitSP uintptr // 16
	JitPC uintptr // 24

	// Why machine code returned to Go, and one operand of that reason.
	ExitCode uint64 // 32
	ExitArg  uint64 // 40

	// JitFrame is the base address (RBP) of the innermost machine-code frame; frames are chained.
	JitFrame uintptr // 48
	// JitStackLimit is the lowest address the machine stack pointer may reach; compiled entries check it.
	JitStackLimit uintptr // 56

	// Nursery: [NurseryFree, NurseryTop) is zeroed memory ready for bump allocation.
	NurseryFree uintptr // 64
	NurseryTop  uintptr // 72

	// ShadowTop points one past the last saved root. Emitted code saves live references upward from
	// its caller's ShadowTop around calls that may collect.
	ShadowTop  uintptr // 80
	ShadowBase uintptr // 88
	ShadowEnd  uintptr // 96

	// Actions is nonzero when something wants the thread's attention at its next merge point.
	Actions uint64 // 104
	// JitOn is 1 when back edges of emitted code shall count (the JIT is enabled), else 0.
	JitOn uint64 // 112
	// ForceFail counts down guards until the next forced failure, in the stress mode "guardfail".
	ForceFail int64 // 120
	// ID is the index of this thread; Go-side tables are keyed by it.
	ID uint64 // 128
	// TraceDepth is nonzero while the metainterpreter of this thread is recording.
	TraceDepth uint64 // 136

	// Scratch words of the backend.
	Scratch [6]uint64 // 144

	// Call protocol by slots: arguments of adapters and of merge points, by kind, in order.
	ArgI [NumSlots]int64
	ArgR [NumSlots]uintptr
	ArgF [NumSlots]float64
	// Results by kind, in order. RefSlots of both areas are roots only while RefArgs/RefResults say so.
	ResI [NumSlots]int64
	ResR [NumSlots]uintptr
	ResF [NumSlots]float64

	// RefArgs and RefResults: how many leading entries of ArgR and ResR the collector must treat as roots.
	RefArgs    uint64
	RefResults uint64

	// Register dump of the last guard failure or poll: general registers by number, then XMM.
	RegsI [NumRegs]uint64
	RegsF [NumRegs]float64

	// RememberedTop points one past the last entry of the list of old objects written to since the last
	// collection (gc/barrier). The list has room for every object the heap can hold.
	RememberedTop  uintptr
	RememberedBase uintptr

	// ResumePortal, if it is 1 + a driver's index, makes that driver's portal, which is called next, start at its merge point
	// with the variables in the argument slots, instead of at its beginning. The portal clears it.
	ResumePortal uint64

	// Lease is how many passages of the merge point with LeaseKey (see package warm) have been counted ahead: emitted code takes one
	// instead of calling the portal.
	Lease, LeaseKey uint64

	// Finalizers is nonzero when gc.Heap.NextFinalizer has something.
	Finalizers uint64
}

// LeaseFactor is for lease keys: that of a merge point is 1 + the driver's index, multiplied by LeaseFactor and combined with a green by
// exclusive or, for each green in turn. Drivers with greens that are floats have no leases.
const LeaseFactor uint64 = 0x9E3779B97F4A7C15

// Offsets that machine code uses. Held against the struct by a test.
const (
	OffGoSP          = 0
	OffGoBP          = 8
	OffJitSP         = 16
	OffJitPC         = 24
	OffExitCode      = 32
	OffExitArg       = 40
	OffJitFrame      = 48
	OffJitStackLimit = 56
	OffNurseryFree   = 64
	OffNurseryTop    = 72
	OffShadowTop     = 80
	OffActions       = 104
	OffJitOn         = 112
	OffForceFail     = 120
	OffScratch       = 144
	OffArgI          = 192
	OffArgR          = OffArgI + 8*NumSlots
	OffArgF          = OffArgR + 8*NumSlots
	OffResI          = OffArgF + 8*NumSlots
	OffResR          = OffResI + 8*NumSlots
	OffResF          = OffResR + 8*NumSlots
	OffRefArgs       = OffResF + 8*NumSlots
	OffRefResults    = OffRefArgs + 8
	OffRegsI         = OffRefResults + 8
	OffRegsF         = OffRegsI + 8*NumRegs
	OffRememberedTop = OffRegsF + 8*NumRegs
)

// Bits of Thread.Actions. They are set and cleared by atomic operations: other threads may set some at any time.
const (
	// ActionClose: gc.Heap.RunDue has something.
	ActionClose = 1 << 0
	// ActionSwitch: others wait for their turns (gc/threads).
	ActionSwitch = 1 << 1
)

// Size is the size of a Thread in bytes.
const Size = unsafe.Sizeof(Thread{})
