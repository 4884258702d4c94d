package amd64

import (
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

type loc = regalloc.Loc

type execMachine = exec.Machine

type siteKind uint8

const (
	siteGuard  siteKind = iota // a guard failed
	siteFinish                 // the trace finished
	sitePoll                   // Go wants the thread to yield
	siteHelper                 // run an operation through package exec, resume after it
	siteTrap                   // a check failed: the operation in package exec panics
	siteCall                   // a residual call (a call exit; most others are dump exits)
	siteNested                 // a call of compiled code: no exit, but one out of the callee resumes here
	sitePortal                 // a callee has no code, or no room on the stack (a call exit)
)

// site is one place where machine code leaves to Go.
type site struct {
	piece  *piece // where it is, nil outside of traces
	id     int32
	kind   siteKind
	code   op.Code
	guard  *trace.Guard
	descr  descr.Descr
	do     exec.Func
	places []place   // operands, fail arguments or results
	kinds  []op.Kind // of places
	floats bool      // the register dump has the floating point registers, too
	result place     // where the result of a helper goes
	owner  any       // of the token or loop of a sitePortal
	resume uintptr
	// The gcmap: live references in slots, and in dumped registers.
	refSlots []int32
	refRegs  uint16
	pos      descr.Pos
	forced   *forcedSite // of a call that may force; else nil
}

// place is where a word is when code has left at a site.
type place struct {
	loc  loc
	kind op.Kind
	add  int32   // to the word there: a sum that was not computed
	bits uint64  // constants
	lit  uintptr // reference constants: the writable address of the literal
}

// read fetches the word at a place, in a frame whose registers have been dumped.
func (p *place) read(t *thread.Thread, frame uintptr) uint64 {
	return p.stored(t, frame) + uint64(int64(p.add))
}

func (p *place) stored(t *thread.Thread, frame uintptr) uint64 {
	switch {
	case p.loc.IsSlot():
		return *(*uint64)(mem.Ptr(slotAddr(frame, p.loc.Slot())))
	case p.loc.IsReg() && p.loc.Bank() == regalloc.GPR:
		return t.RegsI[p.loc.Reg()]
	case p.loc.IsReg():
		return *(*uint64)(ptrOf(&t.RegsF[p.loc.Reg()]))
	case p.lit != 0:
		return *(*uint64)(mem.Ptr(p.lit))
	}
	return p.bits
}

// write stores a result where resumed code will find it.
func (p *place) write(t *thread.Thread, frame uintptr, v uint64) {
	switch {
	case p.loc.IsSlot():
		*(*uint64)(mem.Ptr(slotAddr(frame, p.loc.Slot()))) = v
	case p.loc.IsReg() && p.loc.Bank() == regalloc.GPR:
		t.RegsI[p.loc.Reg()] = v
	case p.loc.IsReg():
		*(*uint64)(ptrOf(&t.RegsF[p.loc.Reg()])) = v
	}
}

// Frame layout, relative to RBP.
const (
	frameTop    = 16 // above the frame: the caller's RSP
	frameReturn = 8  // return address, 0 in the frame of an Execute
	framePrev   = -8
	frameSite   = -16
	frameSlots  = -24
	// frameFixed is the part of a frame that is not slots.
	frameFixed = 16
	// maxFrame bounds frames, so that a bridge may make a frame deeper without checking the stack's limit.
	maxFrame = 64 << 10
)

func slotAddr(frame uintptr, i int) uintptr { return frame + uintptr(slotOffset(i)) }
func slotOffset(i int) int                  { return frameSlots - 8*i }

// frameSize is the size of a frame with n slots.
func frameSize(n int) int32 { return int32((frameFixed + 8*n + 15) &^ 15) }

// siteOf is the number of the site where a frame left last. Machine code stores 32 bits: reading more would
// miss the CPU's store buffer and stall.
func siteOf(frame uintptr) uint32 { return *(*uint32)(mem.Ptr(frame - 16)) }
