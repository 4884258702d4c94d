package amd64

import (
	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

// Operations on ranges of arrays call subroutines (bulkstubs.go) on the machine stack: they neither collect nor leave.

// fixedArgs collects operands that an instruction wants in certain registers.
type fixedArgs struct {
	c        *compiler
	dst, src []loc
}

func (f *fixedArgs) add(to asm.Reg, r trace.Ref) {
	f.dst = append(f.dst, regalloc.RegLoc(regalloc.GPR, uint8(to)))
	at := loc(r)
	if r >= 0 {
		at = f.c.ra.Where(int32(r))
	}
	f.src = append(f.src, at)
}

// load moves all of them; destroyed are the registers that will not survive, theirs included.
func (f *fixedArgs) load(destroyed ...asm.Reg) {
	var set uint16
	for _, r := range destroyed {
		set |= 1 << r
	}
	f.c.ra.Fixed(f.dst, f.src, set, spare)
}

// item is the address of an item, to be computed when the array and, if it is no constant, the index are in registers.
type item struct {
	arr, index asm.Reg // index is NoReg if it is part of disp
	disp       int32
	size       int
}

// item asks for array and index in registers.
func (f *fixedArgs) item(t *descr.Array, arr asm.Reg, array trace.Ref, index asm.Reg, start trace.Ref) item {
	f.add(arr, array)
	it := item{arr, index, int32(t.Type.Size), t.Type.ItemSize}
	if k, ok := f.c.constant(start); ok && k.Bits < 1<<20 {
		if at := int64(t.Type.Size) + int64(k.Bits)*int64(it.size); at == int64(int32(at)) {
			it.index, it.disp = asm.NoReg, int32(at)
			return it
		}
	}
	f.add(index, start)
	return it
}

// address replaces the array in its register by the address.
func (c *compiler) address(it item) {
	if it.index == asm.NoReg {
		c.a.ALUImm(asm.Add, 8, it.arr, it.disp)
		return
	}
	shift, ok := scaleShift(it.size)
	if !ok {
		c.a.ImulImm(it.index, it.index, int32(it.size))
	}
	c.a.RM(asm.Lea, it.arr, asm.Indexed(it.arr, it.index, shift, it.disp))
}

// bytes asks for a number of items in RCX; scale turns it into bytes.
func (f *fixedArgs) bytes(n trace.Ref, size int) (scale func()) {
	if k, ok := f.c.constant(n); ok && k.Bits < 1<<40 {
		f.add(asm.RCX, f.c.tr.Int(int64(k.Bits)*int64(size)))
		return func() {}
	}
	f.add(asm.RCX, n)
	return func() {
		if shift, ok := scaleShift(size); !ok {
			f.c.a.ImulImm(asm.RCX, asm.RCX, int32(size))
		} else if shift > 0 {
			f.c.a.ShiftImm(asm.Shl, asm.RCX, shift)
		}
	}
}

func emitArrayCopy(c *compiler) {
	d := c.o.Descr.(*descr.Array)
	if len(d.Type.ItemRefs) > 0 {
		c.barrierRange(c.o.Args[2])
	}
	f := fixedArgs{c: c}
	src := f.item(d, asm.RSI, c.o.Args[0], asm.RAX, c.o.Args[1])
	dst := f.item(d, asm.RDI, c.o.Args[2], asm.RDX, c.o.Args[3])
	scale := f.bytes(c.o.Args[4], d.Type.ItemSize)
	f.load(asm.RAX, asm.RCX, asm.RDX, asm.RSI, asm.RDI, asm.R8)
	c.address(src)
	c.address(dst)
	scale()
	c.a.CallTo(c.b.stubs.copyBytes)
}

// barrierRange is the write barrier of a copy of references to array dst. An old array is rare: it leaves, for Go
// code that collects nothing.
func (c *compiler) barrierRange(dst trace.Ref) {
	arr := c.in(dst)
	resume := c.a.NewLabel()
	c.a.RR(asm.Test, arr, arr) // nil is fine where nothing is copied
	c.a.Jcc(asm.E, resume)
	c.a.TestMemImm(1, asm.At(arr, 0), layout.FlagBarrier)
	s := c.newSite(siteHelper, resume)
	s.do = rangeBarrier
	s.places = c.placesOf(c.o.Args)
	c.a.Jcc(asm.NE, c.coldExit(s))
	c.a.Bind(resume)
}

func rangeBarrier(m *execMachine, _ descr.Descr, a []uint64) uint64 {
	barrier.Range(m.T, mem.Ptr(uintptr(a[2])), int(a[3]), int(a[4]))
	return 0
}

func emitArrayClear(c *compiler) {
	d := c.o.Descr.(*descr.Array)
	f := fixedArgs{c: c}
	dst := f.item(d, asm.RDI, c.o.Args[0], asm.RAX, c.o.Args[1])
	scale := f.bytes(c.o.Args[2], d.Type.ItemSize)
	f.load(asm.RAX, asm.RCX, asm.RDI)
	c.address(dst)
	scale()
	c.a.CallTo(c.b.stubs.clearBytes)
}

func emitBytesEqual(c *compiler) {
	if c.equalShort() {
		return
	}
	d := c.o.Descr.(*descr.Array)
	f := fixedArgs{c: c}
	a := f.item(d, asm.RSI, c.o.Args[0], asm.RAX, c.o.Args[1])
	b := f.item(d, asm.RDI, c.o.Args[2], asm.RDX, c.o.Args[3])
	f.add(asm.RCX, c.o.Args[4])
	f.load(asm.RAX, asm.RCX, asm.RDX, asm.RSI, asm.RDI)
	c.address(a)
	c.address(b)
	c.a.CallTo(c.b.stubs.equalBytes)
	c.ra.OutFixed(int32(c.o.Res), uint8(asm.RAX))
}

func emitBytesCompare(c *compiler) {
	d := c.o.Descr.(*descr.Array)
	f := fixedArgs{c: c}
	a := f.item(d, asm.RSI, c.o.Args[0], asm.RAX, c.o.Args[1])
	f.add(asm.RCX, c.o.Args[2])
	b := f.item(d, asm.RDI, c.o.Args[3], asm.R8, c.o.Args[4])
	f.add(asm.RDX, c.o.Args[5])
	f.load(asm.RAX, asm.RCX, asm.RDX, asm.RSI, asm.RDI, asm.R8)
	c.address(a)
	c.address(b)
	c.a.CallTo(c.b.stubs.compareBytes)
	c.ra.OutFixed(int32(c.o.Res), uint8(asm.RAX))
}

func emitBytesIndex(c *compiler) {
	d := c.o.Descr.(*descr.Array)
	f := fixedArgs{c: c}
	f.add(asm.RSI, c.o.Args[0])
	f.add(asm.RAX, c.o.Args[1])
	f.add(asm.RCX, c.o.Args[2])
	f.add(asm.RDX, c.o.Args[3])
	f.load(asm.RAX, asm.RCX, asm.RDX, asm.RSI)
	c.a.ALUImm(asm.Add, 8, asm.RSI, int32(d.Type.Size))
	c.a.CallTo(c.b.stubs.indexByte)
	c.ra.OutFixed(int32(c.o.Res), uint8(asm.RAX))
}

// maxInlineArray is the size in bytes up to which arrays of variable length are allocated in machine code.
const maxInlineArray = 4096

// emitMallocArray bumps the nursery pointer by (16-aligned free + length * item + base + 15) & -16. Long arrays and
// negative lengths go the slow way.
func emitMallocArray(c *compiler) {
	d := c.o.Descr.(*descr.Array)
	t := d.Type
	if c.o.Args[0].IsConst() || t.ItemSize == 0 {
		emitHelper(c)
		return
	}
	n := c.in(c.o.Args[0])
	dst := c.out()
	resume, slow := c.a.NewLabel(), c.a.NewLabel()
	c.a.ALUImm(asm.Cmp, 8, n, int32((maxInlineArray-t.Size)/t.ItemSize))
	c.a.Jcc(asm.A, slow)
	c.a.RM(asm.Mov, dst, thr(thread.OffNurseryFree))
	round := int32(t.Size + 15)
	if shift, ok := scaleShift(t.ItemSize); ok {
		c.a.RM(asm.Lea, scratch, asm.Indexed(dst, n, shift, round))
	} else {
		c.a.ImulImm(scratch, n, int32(t.ItemSize))
		c.a.RM(asm.Lea, scratch, asm.Indexed(scratch, dst, 0, round))
	}
	c.a.ALUImm(asm.And, 8, scratch, -16)
	c.a.ALULoad(asm.Cmp, 8, scratch, thr(thread.OffNurseryTop))
	c.a.Jcc(asm.A, slow)
	c.a.RM(asm.MovStore, scratch, thr(thread.OffNurseryFree))
	c.a.StoreImm(4, asm.At(dst, typeIDOffset), int32(t.ID))
	c.a.RM(asm.MovStore, n, asm.At(dst, int32(t.LenOffset)))
	c.a.Bind(resume)
	s := c.helperSite(resume)
	c.stubs = append(c.stubs, stub{label: slow, site: s})
}

// isBulk says whether an operation takes its operands wherever they are and moves them by fixedArgs.
func isBulk(code op.Code) bool {
	switch code {
	case op.ArrayCopy, op.ArrayClear, op.BytesEqual, op.BytesCompare, op.BytesIndex:
		return true
	}
	return false
}
