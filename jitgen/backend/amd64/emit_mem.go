package amd64

import (
	"kiln/gc/thread"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

// loadAs loads the result of the current operation from memory. args are the operands that the address uses.
func (c *compiler) loadAs(acc *descr.Access, m asm.Mem, args ...trace.Ref) {
	if acc.Kind == op.Float {
		dst := c.out()
		if acc.Width == 4 {
			c.a.RR(asm.Xorps, dst, dst)
			c.a.RM(asm.Cvtss2sd, dst, m)
		} else {
			c.a.RM(asm.Movsd, dst, m)
		}
		return
	}
	c.a.RM(loadInst(acc), c.outAfter(args...), m)
}

// loadInst is the load that widens a location to a register.
func loadInst(acc *descr.Access) asm.Inst {
	switch {
	case acc.Width == 1 && acc.Signed:
		return asm.MovsxB
	case acc.Width == 1:
		return asm.MovzxB
	case acc.Width == 2 && acc.Signed:
		return asm.MovsxW
	case acc.Width == 2:
		return asm.MovzxW
	case acc.Width == 4 && acc.Signed:
		return asm.MovsxL
	case acc.Width == 4:
		return asm.MovL
	}
	return asm.Mov
}

var storeInsts = [9]asm.Inst{1: asm.MovStoreB, 2: asm.MovStoreW, 4: asm.MovStoreL, 8: asm.MovStore}

// storeAs stores an operand to a location; value is in place already if it is no constant.
func (c *compiler) storeAs(acc *descr.Access, m asm.Mem, r trace.Ref, value asm.Reg) {
	switch {
	case acc.Kind == op.Float && acc.Width == 4:
		if r.IsConst() {
			c.a.RM(asm.Movsd, xscratch, c.literal(r))
			value = xscratch
		}
		c.a.RR(asm.Cvtsd2ss, xscratch, value)
		c.a.RM(asm.MovssStore, xscratch, m)
	case r.IsConst():
		c.storeConst(uint8(acc.Width), m, r)
	case acc.Kind == op.Float:
		c.a.RM(asm.MovsdStore, value, m)
	default:
		c.a.RM(storeInsts[acc.Width], value, m)
	}
}

// valueIn brings the operand of a store into a register, if it is no constant.
func (c *compiler) valueIn(r trace.Ref) asm.Reg {
	if r.IsConst() {
		return asm.NoReg
	}
	return asm.Reg(c.ra.In(int32(r)))
}

func emitGetField(c *compiler) {
	d := c.o.Descr.(*descr.Field)
	c.loadAs(&d.Access, asm.At(c.in(c.o.Args[0]), int32(d.Offset)), c.o.Args[0])
}

func emitSetField(c *compiler) {
	d := c.o.Descr.(*descr.Field)
	value := c.valueIn(c.o.Args[1])
	c.storeAs(&d.Access, asm.At(c.in(c.o.Args[0]), int32(d.Offset)), c.o.Args[1], value)
}

// itemMem is the address of item args[1] of array args[0] plus off bytes. An index whose scale has no
// addressing mode is multiplied into a temporary.
func (c *compiler) itemMem(size, item, off int) asm.Mem {
	arr := c.in(c.o.Args[0])
	index := c.o.Args[1]
	base := int64(size + off)
	if k, ok := c.constant(index); ok {
		if at := base + int64(k.Bits)*int64(item); at == int64(int32(at)) && int64(k.Bits) == int64(int32(k.Bits)) {
			return asm.At(arr, int32(at))
		}
	}
	index, add := c.sum(index)
	base += int64(add) * int64(item)
	i := c.in(index)
	if shift, ok := scaleShift(item); ok {
		return asm.Indexed(arr, i, shift, int32(base))
	}
	tmp := asm.Reg(c.ra.Temp(regalloc.GPR))
	c.a.ImulImm(tmp, i, int32(item))
	return asm.Indexed(arr, tmp, 0, int32(base))
}

func emitGetItem(c *compiler) {
	d := c.o.Descr.(*descr.Array)
	m := c.itemMem(d.Type.Size, d.Type.ItemSize, 0)
	c.loadAs(&d.Access, m, c.o.Args[:2]...)
}

func emitSetItem(c *compiler) {
	d := c.o.Descr.(*descr.Array)
	value := c.valueIn(c.o.Args[2])
	c.storeAs(&d.Access, c.itemMem(d.Type.Size, d.Type.ItemSize, 0), c.o.Args[2], value)
}

func emitGetInterior(c *compiler) {
	d := c.o.Descr.(*descr.Interior)
	m := c.itemMem(d.Array.Type.Size, d.Array.Type.ItemSize, d.Offset)
	c.loadAs(&d.Access, m, c.o.Args[:2]...)
}

func emitSetInterior(c *compiler) {
	d := c.o.Descr.(*descr.Interior)
	value := c.valueIn(c.o.Args[2])
	c.storeAs(&d.Access, c.itemMem(d.Array.Type.Size, d.Array.Type.ItemSize, d.Offset), c.o.Args[2], value)
}

func emitArrayLen(c *compiler) {
	d := c.o.Descr.(*descr.Array)
	arr := c.in(c.o.Args[0])
	c.a.RM(asm.Mov, c.outAfter(c.o.Args[0]), asm.At(arr, int32(d.Type.LenOffset)))
}

func emitTypeID(c *compiler) {
	obj := c.in(c.o.Args[0])
	c.a.RM(asm.MovL, c.outAfter(c.o.Args[0]), asm.At(obj, typeIDOffset))
}

// emitMalloc bumps the nursery pointer; the slow path runs the operation in Go with all registers dumped.
func emitMalloc(c *compiler) {
	n, ok := c.imm(c.o.Args[0])
	if !ok || n <= 0 || n%16 != 0 {
		c.reject("size is not a constant multiple of 16")
		return
	}
	resume, slow := c.a.NewLabel(), c.a.NewLabel()
	dst := c.out()
	c.a.RM(asm.Mov, dst, thr(thread.OffNurseryFree))
	c.a.RM(asm.Lea, scratch, asm.At(dst, n))
	c.a.ALULoad(asm.Cmp, 8, scratch, thr(thread.OffNurseryTop))
	c.a.Jcc(asm.A, slow)
	c.a.RM(asm.MovStore, scratch, thr(thread.OffNurseryFree))
	c.a.Bind(resume)
	s := c.helperSite(resume)
	c.stubs = append(c.stubs, stub{label: slow, site: s})
}

func emitNurseryIncrement(c *compiler) {
	n, ok := c.imm(c.o.Args[1])
	if !ok {
		c.reject("size is not a constant")
		return
	}
	c.addImm(c.o.Args[0], n)
}

// emitInitHeader: fresh memory is zero, so the flags are.
func emitInitHeader(c *compiler) {
	id, ok := c.imm(c.o.Args[1])
	if !ok {
		c.reject("type id is not a constant")
		return
	}
	c.a.StoreImm(4, asm.At(c.in(c.o.Args[0]), typeIDOffset), id)
}

// isHelper says whether an operation is run in Go by package exec.
func isHelper(code op.Code) bool {
	switch code {
	case op.New, op.NewArray, op.IdentityHash:
		return true
	}
	return false
}

// helperSite is a dump exit that runs the current operation in Go. The result's register must have been
// chosen; operands are read where they are.
func (c *compiler) helperSite(resume asm.Label) *site {
	s := c.newSite(siteHelper, resume)
	s.do = exec.Lookup(c.o.Code)
	s.places = c.placesOf(c.o.Args)
	if c.o.Res >= 0 {
		s.result = c.placeOf(c.o.Res)
	}
	c.gcmap(s)
	return s
}

func emitHelper(c *compiler) {
	if c.o.Res >= 0 {
		c.out()
	}
	resume := c.a.NewLabel()
	s := c.helperSite(resume)
	c.dumpExit(s)
	c.a.Bind(resume)
}

// gcmap records where the live references are: what the current operation computes is not yet.
func (c *compiler) gcmap(s *site) {
	for i := range c.ra.NumSlots() {
		if v := c.ra.SlotHolder(i); c.liveRef(v) {
			s.refSlots = append(s.refSlots, int32(i))
		}
	}
	for _, r := range order[regalloc.GPR] {
		if c.liveRef(c.ra.Holder(regalloc.GPR, r)) {
			s.refRegs |= 1 << r
		}
	}
}

func (c *compiler) liveRef(v int32) bool {
	return v >= 0 && c.tr.Kinds[v] == op.Ref && trace.Ref(v) != c.o.Res && !c.ra.Dies(v)
}

// emitMethodLookup and emitTypeInSet read whole-program tables.
func emitMethodLookup(c *compiler) {
	d := c.o.Descr.(*descr.Dispatch)
	c.tableLoad(asm.MovsxL, 2, c.b.dispatchTable(d))
}

func emitTypeInSet(c *compiler) {
	d := c.o.Descr.(*descr.TypeSet)
	c.tableLoad(asm.MovzxB, 0, c.b.typeSetTable(d))
}

func (c *compiler) tableLoad(i asm.Inst, shift uint8, table uintptr) {
	if table == 0 {
		c.reject("no memory for the table")
		return
	}
	id := c.in(c.o.Args[0])
	c.a.MovImm(scratch, int64(table))
	c.a.RM(i, c.outAfter(c.o.Args[0]), asm.Indexed(scratch, id, shift, 0))
}

// dispatchTable is the address of a copy of a dispatch table off Go's heap.
func (b *Backend) dispatchTable(d *descr.Dispatch) uintptr {
	data := make([]byte, 0, 4*b.numTypes(len(d.Table)))
	for i := range b.numTypes(len(d.Table)) {
		f := int32(-1)
		if i < len(d.Table) {
			f = d.Table[i]
		}
		data = append(data, byte(f), byte(f>>8), byte(f>>16), byte(f>>24))
	}
	return b.table(d, data)
}

func (b *Backend) typeSetTable(d *descr.TypeSet) uintptr {
	data := make([]byte, b.numTypes(len(d.Has)))
	for i, has := range d.Has {
		if has {
			data[i] = 1
		}
	}
	return b.table(d, data)
}

func (b *Backend) numTypes(n int) int {
	if p := b.rt.Program(); p != nil {
		n = max(n, len(p.Types))
	}
	return n
}

func (b *Backend) table(key any, data []byte) uintptr {
	if at, ok := b.tables[key]; ok {
		return at
	}
	at, err := b.code.Alloc(len(data))
	if err != nil {
		return 0
	}
	b.code.Write(at, data)
	b.tables[key] = at
	return at
}
