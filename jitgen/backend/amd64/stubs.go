package amd64

import (
	"kiln/gc/thread"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/regalloc"
)

// stubs are the addresses of the code that all pieces share.
type stubs struct {
	enter    uintptr // JitPC to start the code at Scratch[0] in the frame JitFrame
	exitCall uintptr // leave at a call exit
	exitSite uintptr // leave with nothing in registers
	exitDump uintptr // dump all registers and leave
	restore  uintptr // JitPC to restore all registers and go on at Scratch[0]
	// The same for general registers only.
	exitDumpInts, restoreInts uintptr
	spin                      uintptr // of the self-test
	fault                     uintptr // leave after a fault
	// Subroutines, see bulkstubs.go.
	copyBytes, clearBytes, equalBytes, compareBytes, indexByte uintptr
	// Subroutines, see emit_barrier.go.
	barrierObject, barrierItem uintptr
}

const (
	ctx      = asm.RBX
	gReg     = asm.R14
	scratch  = asm.R11
	xscratch = asm.Reg(15)
)

// Go's runtime constants, checked by the self-test.
const (
	stackGuardOffset = 16
	stackPreempt     = -1314
)

// order lists the allocatable registers. RCX, RDX and RAX stand behind: divisions and shifts want them.
// RBX, RBP, RSP and R14 are reserved, R11 and XMM15 scratch.
var order = [2][]uint8{
	regalloc.GPR: {uint8(asm.RSI), uint8(asm.RDI), uint8(asm.R8), uint8(asm.R9), uint8(asm.R10),
		uint8(asm.RAX), uint8(asm.RDX), uint8(asm.RCX), uint8(asm.R15), uint8(asm.R13), uint8(asm.R12)},
	regalloc.XMM: {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14},
}

func thr(off int) asm.Mem { return asm.At(ctx, int32(off)) }

// emitSwitchIn saves where Go's stack is (it moves, so on every way in) and goes to the machine stack.
func emitSwitchIn(a *asm.Asm) {
	a.RM(asm.MovStore, asm.RSP, thr(thread.OffGoSP))
	a.RM(asm.MovStore, asm.RBP, thr(thread.OffGoBP))
	a.RM(asm.Mov, asm.RSP, thr(thread.OffJitSP))
	a.RM(asm.Mov, asm.RBP, thr(thread.OffJitFrame))
}

// emitSwitchOut returns to the Go code that called enter. The frame is that of a callee, maybe.
func emitSwitchOut(a *asm.Asm) {
	a.RM(asm.MovStore, asm.RBP, thr(thread.OffJitFrame))
	a.RM(asm.MovStore, asm.RSP, thr(thread.OffJitSP))
	a.RM(asm.Mov, asm.RSP, thr(thread.OffGoSP))
	a.RM(asm.Mov, asm.RBP, thr(thread.OffGoBP))
	a.Ret()
}

func (b *Backend) makeStubs() error {
	for _, s := range []struct {
		at   *uintptr
		emit func(*asm.Asm)
	}{
		{&b.stubs.enter, emitEnter},
		{&b.stubs.exitCall, emitExitCall},
		{&b.stubs.exitSite, emitExitSite},
		{&b.stubs.exitDump, func(a *asm.Asm) { emitDump(a, order[regalloc.XMM]) }},
		{&b.stubs.exitDumpInts, func(a *asm.Asm) { emitDump(a, nil) }},
		{&b.stubs.restore, func(a *asm.Asm) { emitRestore(a, order[regalloc.XMM]) }},
		{&b.stubs.restoreInts, func(a *asm.Asm) { emitRestore(a, nil) }},
		{&b.stubs.spin, emitSpin},
		{&b.stubs.fault, emitFault},
		{&b.stubs.barrierObject, emitBarrierObject},
		{&b.stubs.barrierItem, emitBarrierItemStub},
		{&b.stubs.copyBytes, emitCopyBytes},
		{&b.stubs.clearBytes, emitClearBytes},
		{&b.stubs.equalBytes, emitEqualBytes},
		{&b.stubs.compareBytes, emitCompareBytes},
		{&b.stubs.indexByte, emitIndexByte},
	} {
		var a asm.Asm
		s.emit(&a)
		at, err := b.install(&a)
		if err != nil {
			return err
		}
		*s.at = at
	}
	return nil
}

// install links code at a fresh address.
func (b *Backend) install(a *asm.Asm) (uintptr, error) {
	at, err := b.code.Alloc(a.Size())
	if err != nil {
		return 0, err
	}
	code, err := a.Link(at)
	if err != nil {
		return 0, err
	}
	b.code.Write(at, code)
	return at, nil
}

func emitEnter(a *asm.Asm) {
	emitSwitchIn(a)
	a.JmpMem(thr(thread.OffScratch))
}

// emitExitCall leaves for a residual call: the function is in ExitArg, the address to resume at in JitPC, and the site
// in the frame holds the gcmap.
func emitExitCall(a *asm.Asm) {
	a.StoreImm(8, thr(thread.OffExitCode), exitCall)
	emitSwitchOut(a)
}

// emitExitSite leaves at the site in the frame; what it needs is in slots.
func emitExitSite(a *asm.Asm) {
	a.StoreImm(8, thr(thread.OffExitCode), exitSite)
	emitSwitchOut(a)
}

func emitDump(a *asm.Asm, xmm []uint8) {
	for _, r := range order[regalloc.GPR] {
		a.RM(asm.MovStore, asm.Reg(r), thr(thread.OffRegsI+8*int(r)))
	}
	for _, r := range xmm {
		a.RM(asm.MovsdStore, asm.Reg(r), thr(thread.OffRegsF+8*int(r)))
	}
	a.StoreImm(8, thr(thread.OffExitCode), exitSite)
	emitSwitchOut(a)
}

func emitRestore(a *asm.Asm, xmm []uint8) {
	emitSwitchIn(a)
	for _, r := range order[regalloc.GPR] {
		a.RM(asm.Mov, asm.Reg(r), thr(thread.OffRegsI+8*int(r)))
	}
	for _, r := range xmm {
		a.RM(asm.Movsd, asm.Reg(r), thr(thread.OffRegsF+8*int(r)))
	}
	a.JmpMem(thr(thread.OffScratch))
}

// emitSpin polls until Go asks for a yield, at most ExitArg times, leaving g in Scratch[1] and ExitCode 1 if it was asked.
func emitSpin(a *asm.Asm) {
	a.RM(asm.MovStore, gReg, thr(thread.OffScratch+8))
	a.RM(asm.Mov, asm.RAX, thr(thread.OffExitArg))
	loop, hit := a.NewLabel(), a.NewLabel()
	a.Bind(loop)
	a.ALUMemImm(asm.Cmp, 8, asm.At(gReg, stackGuardOffset), stackPreempt)
	a.Jcc(asm.E, hit)
	a.ALUImm(asm.Sub, 8, asm.RAX, 1)
	a.Jcc(asm.NE, loop)
	a.StoreImm(8, thr(thread.OffExitCode), 0)
	a.Ret()
	a.Bind(hit)
	a.StoreImm(8, thr(thread.OffExitCode), 1)
	a.Ret()
}
