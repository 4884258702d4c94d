package amd64

import (
	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/thread"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/op"
)

// Write barriers (gc/barrier): the test inline, the rest in a slow path that never leaves machine code.
//
//	test byte [obj], FlagBarrier
//	jne  slow
//	resume:

// emitBarrier is a barrier for a whole object.
func emitBarrier(c *compiler) {
	obj := c.in(c.o.Args[0])
	resume := c.barrierTest(obj, func() {
		c.a.ALUMemImm(asm.And, 1, asm.At(obj, 0), ^layout.FlagBarrier)
		c.remember(obj)
	})
	c.a.Bind(resume)
}

// emitBarrierItem marks the card of the item if the array has cards.
func emitBarrierItem(c *compiler) {
	arr, index := c.in(c.o.Args[0]), c.in(c.o.Args[1])
	resume := c.barrierTest(arr, func() {
		whole, listed, done := c.a.NewLabel(), c.a.NewLabel(), c.a.NewLabel()
		c.a.TestMemImm(1, asm.At(arr, 0), layout.FlagCards)
		c.a.Jcc(asm.E, whole)
		c.mov(scratch, index)
		c.a.ShiftImm(asm.Sar, scratch, barrier.CardShift)
		c.a.R(asm.Not, scratch) // -1 - card
		c.a.StoreImm(1, asm.Indexed(arr, scratch, 0, 0), 1)
		c.a.TestMemImm(1, asm.At(arr, 0), layout.FlagCardsMarked)
		c.a.Jcc(asm.NE, done)
		c.a.ALUMemImm(asm.Or, 1, asm.At(arr, 0), layout.FlagCardsMarked)
		c.a.Jmp(listed)
		c.a.Bind(whole)
		c.a.ALUMemImm(asm.And, 1, asm.At(arr, 0), ^layout.FlagBarrier)
		c.a.Bind(listed)
		c.remember(arr)
		c.a.Bind(done)
	})
	c.a.Bind(resume)
}

// barrierTest emits the test and registers the slow path, which goes on at the label returned.
func (c *compiler) barrierTest(obj asm.Reg, slow func()) (resume asm.Label) {
	resume = c.a.NewLabel()
	cold := c.a.NewLabel()
	c.a.TestMemImm(1, asm.At(obj, 0), layout.FlagBarrier)
	c.a.Jcc(asm.NE, cold)
	c.slowPath(cold, func() {
		slow()
		c.a.Jmp(resume)
	})
	return resume
}

// remember appends an object to the remembered list.
func (c *compiler) remember(obj asm.Reg) {
	c.a.RM(asm.Mov, scratch, thr(thread.OffRememberedTop))
	c.a.RM(asm.MovStore, obj, asm.At(scratch, 0))
	c.a.ALUMemImm(asm.Add, 8, thr(thread.OffRememberedTop), 8)
}

var barrierOps = map[op.Code]func(*compiler){
	op.WriteBarrier: emitBarrier, op.WriteBarrierItem: emitBarrierItem,
}
