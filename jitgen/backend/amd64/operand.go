package amd64

import (
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

// spare is where parallel moves park a value.
var spare = regalloc.RegLoc(regalloc.GPR, uint8(scratch))

// operand is a register or memory operand of an instruction.
type operand struct {
	reg asm.Reg
	mem asm.Mem
	isM bool
}

func regOperand(r asm.Reg) operand { return operand{reg: r} }
func memOperand(m asm.Mem) operand { return operand{mem: m, isM: true} }

func slotMem(l loc) asm.Mem { return asm.At(asm.RBP, int32(slotOffset(l.Slot()))) }

// Move implements regalloc.Mover. Slot to slot goes through XMM15, so that it may happen while R11
// holds a parked value.
func (c *compiler) Move(dst, src loc) {
	switch {
	case src.IsConst():
		c.moveConst(dst, trace.Ref(src))
	case dst.IsSlot() && src.IsSlot():
		c.a.RM(asm.Movsd, xscratch, slotMem(src))
		c.a.RM(asm.MovsdStore, xscratch, slotMem(dst))
	case dst.IsSlot():
		i := asm.MovStore
		if src.Bank() == regalloc.XMM {
			i = asm.MovsdStore
		}
		c.a.RM(i, asm.Reg(src.Reg()), slotMem(dst))
	case src.IsSlot():
		i := asm.Mov
		if dst.Bank() == regalloc.XMM {
			i = asm.Movsd
		}
		c.a.RM(i, asm.Reg(dst.Reg()), slotMem(src))
	default:
		c.moveRegs(dst, src)
	}
}

func (c *compiler) moveRegs(dst, src loc) {
	d, s := asm.Reg(dst.Reg()), asm.Reg(src.Reg())
	switch dx, sx := dst.Bank() == regalloc.XMM, src.Bank() == regalloc.XMM; {
	case dx && sx:
		c.a.RR(asm.Movapd, d, s)
	case dx:
		c.a.RR(asm.MovqToX, d, s)
	case sx:
		c.a.RR(asm.MovqFromX, s, d)
	default:
		c.mov(d, s)
	}
}

// mov copies a general register, in the encoding with the source in ModRM.reg.
func (c *compiler) mov(d, s asm.Reg) {
	if d != s {
		c.a.RR(asm.MovStore, s, d)
	}
}

// moveConst sets a place to a constant. It may be part of a parallel move, after everything else.
func (c *compiler) moveConst(dst loc, r trace.Ref) {
	switch {
	case dst.IsReg() && dst.Bank() == regalloc.XMM:
		c.loadFloat(asm.Reg(dst.Reg()), r)
	case dst.IsReg():
		c.loadConst(asm.Reg(dst.Reg()), r)
	default:
		c.storeConst(8, slotMem(dst), r)
	}
}

// constant is the constant behind an operand; ok is false for values.
func (c *compiler) constant(r trace.Ref) (k trace.Const, ok bool) {
	if !r.IsConst() {
		return trace.Const{}, false
	}
	return c.tr.Consts.Get(r), true
}

// imm is the operand as a sign-extended 32-bit immediate, if it is one: integers and nil.
func (c *compiler) imm(r trace.Ref) (int32, bool) {
	k, ok := c.constant(r)
	if !ok || k.Kind == op.Float || k.Kind == op.Ref && k.Bits != 0 {
		return 0, false
	}
	v := int64(k.Bits)
	return int32(v), v == int64(int32(v))
}

// literal is a constant as a memory operand. References have a literal each, which the collector updates.
func (c *compiler) literal(r trace.Ref) asm.Mem {
	k := c.tr.Consts.Get(r)
	if k.Kind != op.Ref || k.Bits == 0 {
		return c.a.Lit(k.Bits)
	}
	lit, ok := c.refLits[r]
	if !ok {
		_, lit = c.a.NewLit(k.Bits)
		c.refLits[r] = lit
	}
	return asm.Mem{Base: asm.RIP, Index: asm.NoReg, Disp: int32(lit)}
}

// loadConst loads an integer or reference constant. Flags survive.
func (c *compiler) loadConst(dst asm.Reg, r trace.Ref) {
	k := c.tr.Consts.Get(r)
	if k.Kind == op.Ref && k.Bits != 0 {
		c.a.RM(asm.Mov, dst, c.literal(r))
		return
	}
	c.a.MovImm(dst, int64(k.Bits))
}

// loadFloat loads a float constant.
func (c *compiler) loadFloat(dst asm.Reg, r trace.Ref) {
	if c.tr.Consts.Get(r).Bits == 0 {
		c.a.RR(asm.Xorps, dst, dst)
		return
	}
	c.a.RM(asm.Movsd, dst, c.literal(r))
}

// storeConst stores a constant of any kind, through R11 if it is no immediate.
func (c *compiler) storeConst(size uint8, m asm.Mem, r trace.Ref) {
	if k := c.tr.Consts.Get(r); k.Kind != op.Ref || k.Bits == 0 {
		v := int64(k.Bits)
		if v == int64(int32(v)) || size < 8 {
			c.a.StoreImm(size, m, int32(v))
			return
		}
	}
	c.loadConst(scratch, r)
	c.a.RM(asm.MovStore, scratch, m)
}

// in brings an int or ref operand into a register for the instruction; constants into a temporary.
func (c *compiler) in(r trace.Ref) asm.Reg {
	if r.IsConst() {
		t := asm.Reg(c.ra.Temp(regalloc.GPR))
		c.loadConst(t, r)
		return t
	}
	return asm.Reg(c.ra.In(int32(r)))
}

// inX is in for floats.
func (c *compiler) inX(r trace.Ref) asm.Reg {
	if r.IsConst() {
		t := asm.Reg(c.ra.Temp(regalloc.XMM))
		c.loadFloat(t, r)
		return t
	}
	return asm.Reg(c.ra.In(int32(r)))
}

// operand makes an operand readable in place: a register, or memory for constants that are no immediates
// and for spilled values that no later instruction wants in a register.
func (c *compiler) operand(r trace.Ref) operand {
	if r.IsConst() {
		return memOperand(c.literal(r))
	}
	v := int32(r)
	if at := c.ra.Where(v); at.IsSlot() && c.ra.NextUse(v) == 1<<31-1 {
		return memOperand(slotMem(at))
	}
	return regOperand(asm.Reg(c.ra.In(v)))
}

// ins emits an instruction with a register and an operand.
func (c *compiler) ins(i asm.Inst, reg asm.Reg, x operand) {
	if x.isM {
		c.a.RM(i, reg, x.mem)
	} else {
		c.a.RR(i, reg, x.reg)
	}
}

// alu emits dst op= x.
func (c *compiler) alu(k asm.Alu, dst asm.Reg, x operand) {
	if x.isM {
		c.a.ALULoad(k, 8, dst, x.mem)
	} else {
		c.a.ALU(k, 8, dst, x.reg)
	}
}

// load copies an operand to a general register.
func (c *compiler) load(dst asm.Reg, x operand) {
	if x.isM {
		c.a.RM(asm.Mov, dst, x.mem)
	} else {
		c.mov(dst, x.reg)
	}
}

// dying says whether operand r is a value in a register that dies here, so that the result may overwrite it.
func (c *compiler) dying(r trace.Ref) bool {
	return r >= 0 && c.ra.Where(int32(r)).IsReg() && c.ra.Dies(int32(r))
}

// out gives the result a register; over gives it that of a dying operand.
func (c *compiler) out() asm.Reg { return asm.Reg(c.ra.Out(int32(c.o.Res))) }
func (c *compiler) over(r trace.Ref) asm.Reg {
	return asm.Reg(c.ra.OutOver(int32(c.o.Res), int32(r)))
}

// outAfter is out for instructions that read their operands before they write: it may be the register of an operand.
func (c *compiler) outAfter(args ...trace.Ref) asm.Reg {
	for _, r := range args {
		if r >= 0 {
			c.ra.Unpin(int32(r))
		}
	}
	return c.out()
}

// isMemShift says whether n is 1, 2, 4 or 8, and which shift that is.
func scaleShift(n int) (uint8, bool) {
	switch n {
	case 1:
		return 0, true
	case 2:
		return 1, true
	case 4:
		return 2, true
	case 8:
		return 3, true
	}
	return 0, false
}
