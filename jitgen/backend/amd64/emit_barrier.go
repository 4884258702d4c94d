package amd64

import (
	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/thread"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/op"
)

// Write barriers (gc/barrier): the test inline, the rest in subroutines that never leave machine code.
//
//	test byte [obj], FlagBarrier
//	jne  slow
//	resume:
//	...
//	slow: mov r11, obj
//	      call barrierObject
//	      jmp  resume

// emitBarrier is a barrier for a whole object.
func emitBarrier(c *compiler) {
	obj := c.in(c.o.Args[0])
	c.barrierTest(obj, func() {
		c.mov(scratch, obj)
		c.a.CallTo(c.b.stubs.barrierObject)
	})
}

// emitBarrierItem marks the card of the item if the array has cards. The index goes through the Thread.
func emitBarrierItem(c *compiler) {
	arr, index := c.in(c.o.Args[0]), c.o.Args[1]
	value := c.valueIn(index)
	c.barrierTest(arr, func() {
		if index.IsConst() {
			c.storeConst(8, thr(barrierIndex), index)
		} else {
			c.a.RM(asm.MovStore, value, thr(barrierIndex))
		}
		c.mov(scratch, arr)
		c.a.CallTo(c.b.stubs.barrierItem)
	})
}

// barrierIndex is where a barrier subroutine finds the index.
const barrierIndex = thread.OffScratch + 40

// barrierTest emits the test and registers the slow path.
func (c *compiler) barrierTest(obj asm.Reg, slow func()) {
	resume, cold := c.a.NewLabel(), c.a.NewLabel()
	c.a.TestMemImm(1, asm.At(obj, 0), layout.FlagBarrier)
	c.a.Jcc(asm.NE, cold)
	c.slowPath(cold, func() {
		slow()
		c.a.Jmp(resume)
	})
	c.a.Bind(resume)
}

// emitQuasiWrite leaves if code relies on a quasi-immutable field of the object.
func emitQuasiWrite(c *compiler) {
	obj := c.in(c.o.Args[0])
	resume, cold := c.a.NewLabel(), c.a.NewLabel()
	c.a.TestMemImm(1, asm.At(obj, 0), layout.FlagWatched)
	c.a.Jcc(asm.NE, cold)
	s := c.helperSite(resume)
	c.slowPath(cold, func() { c.dumpExit(s) })
	c.a.Bind(resume)
}

// emitBarrierObject is the subroutine for the object in R11. No other register changes.
func emitBarrierObject(a *asm.Asm) {
	a.ALUMemImm(asm.And, 1, asm.At(scratch, 0), ^layout.FlagBarrier)
	emitRemember(a)
	a.Ret()
}

// emitBarrierItemStub is the subroutine for an item of the array in R11.
func emitBarrierItemStub(a *asm.Asm) {
	whole, listed, done := a.NewLabel(), a.NewLabel(), a.NewLabel()
	a.TestMemImm(1, asm.At(scratch, 0), layout.FlagCards)
	a.Jcc(asm.E, whole)
	a.Push(asm.RAX)
	a.RM(asm.Mov, asm.RAX, thr(barrierIndex))
	a.ShiftImm(asm.Sar, asm.RAX, barrier.CardShift)
	a.R(asm.Not, asm.RAX) // -1 - card
	a.StoreImm(1, asm.Indexed(scratch, asm.RAX, 0, 0), 1)
	a.Pop(asm.RAX)
	a.TestMemImm(1, asm.At(scratch, 0), layout.FlagCardsMarked)
	a.Jcc(asm.NE, done)
	a.ALUMemImm(asm.Or, 1, asm.At(scratch, 0), layout.FlagCardsMarked)
	a.Jmp(listed)
	a.Bind(whole)
	a.ALUMemImm(asm.And, 1, asm.At(scratch, 0), ^layout.FlagBarrier)
	a.Bind(listed)
	emitRemember(a)
	a.Bind(done)
	a.Ret()
}

// emitRemember appends the object in R11 to the remembered list.
func emitRemember(a *asm.Asm) {
	a.Push(asm.RAX)
	a.RM(asm.Mov, asm.RAX, thr(thread.OffRememberedTop))
	a.RM(asm.MovStore, scratch, asm.At(asm.RAX, 0))
	a.ALUMemImm(asm.Add, 8, thr(thread.OffRememberedTop), 8)
	a.Pop(asm.RAX)
}

var barrierOps = map[op.Code]func(*compiler){
	op.WriteBarrier: emitBarrier, op.WriteBarrierItem: emitBarrierItem, op.QuasiWrite: emitQuasiWrite,
	op.Own: emitOwn(asm.Or, ownedBit), op.Disown: emitOwn(asm.And, ^ownedBit),
}
