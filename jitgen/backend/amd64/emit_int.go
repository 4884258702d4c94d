package amd64

import (
	"math/bits"

	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

func emitAdd(c *compiler) { c.add(c.o.Args[0], c.o.Args[1]) }

// add: LEA where neither operand dies, or where the result is wanted elsewhere.
func (c *compiler) add(x, y trace.Ref) {
	if x.IsConst() {
		x, y = y, x
	}
	if imm, ok := c.imm(y); ok && !x.IsConst() {
		c.addImm(x, imm)
		return
	}
	res := int32(c.o.Res)
	if !y.IsConst() && !x.IsConst() && (c.ra.HintFree(res) || !c.canOverwrite(x) && !c.canOverwrite(y)) {
		xr, yr := c.in(x), c.in(y)
		c.a.RM(asm.Lea, c.outAfter(x, y), asm.Indexed(xr, yr, 0, 0))
		return
	}
	c.twoAddress(asm.Add, x, y, true)
}

func (c *compiler) addImm(x trace.Ref, imm int32) {
	xr := c.in(x)
	if c.dying(x) && !c.ra.HintFree(int32(c.o.Res)) {
		dst := c.over(x)
		c.a.ALUImm(asm.Add, 8, dst, imm)
		c.setsZero(dst)
		return
	}
	c.a.RM(asm.Lea, c.outAfter(x), asm.At(xr, imm))
}

func (c *compiler) canOverwrite(r trace.Ref) bool { return r >= 0 && c.ra.Dies(int32(r)) }

func emitSub(c *compiler) {
	x, y := c.o.Args[0], c.o.Args[1]
	if imm, ok := c.imm(y); ok && imm != -1<<31 && !x.IsConst() {
		c.addImm(x, -imm)
		return
	}
	c.twoAddress(asm.Sub, x, y, false)
}

// twoAddress emits res = x op y with the result in place of an operand that dies, or of a copy.
func (c *compiler) twoAddress(k asm.Alu, x, y trace.Ref, commutes bool) {
	if x.IsConst() && commutes {
		x, y = y, x
	}
	if imm, ok := c.imm(y); ok {
		dst := c.copyOf(x)
		c.a.ALUImm(k, 8, dst, imm)
		c.setsZero(dst)
		return
	}
	if commutes && !c.canOverwrite(x) && c.canOverwrite(y) {
		x, y = y, x
	}
	yo := c.operand(y)
	dst := c.copyOf(x)
	c.alu(k, dst, yo)
	c.setsZero(dst)
}

// copyOf gives the result a register that holds x: x's own if it dies.
func (c *compiler) copyOf(x trace.Ref) asm.Reg {
	if x.IsConst() {
		dst := c.out()
		c.loadConst(dst, x)
		return dst
	}
	xo := c.operand(x)
	if !xo.isM && c.dying(x) {
		return c.over(x)
	}
	dst := c.out()
	c.load(dst, xo)
	return dst
}

func emitAnd(c *compiler) {
	x, y := c.o.Args[0], c.o.Args[1]
	if x.IsConst() {
		x, y = y, x
	}
	if k, ok := c.constant(y); ok && !x.IsConst() {
		switch k.Bits {
		case 0xff:
			c.extend(asm.MovzxB, x)
			return
		case 0xffff:
			c.extend(asm.MovzxW, x)
			return
		case 0xffffffff:
			c.extend(asm.MovL, x)
			return
		}
	}
	c.twoAddress(asm.And, x, y, true)
}

func emitOr(c *compiler)  { c.twoAddress(asm.Or, c.o.Args[0], c.o.Args[1], true) }
func emitXor(c *compiler) { c.twoAddress(asm.Xor, c.o.Args[0], c.o.Args[1], true) }

func emitMul(c *compiler) {
	x, y := c.o.Args[0], c.o.Args[1]
	if x.IsConst() {
		x, y = y, x
	}
	imm, ok := c.imm(y)
	if !ok || x.IsConst() {
		if !c.canOverwrite(x) && c.canOverwrite(y) {
			x, y = y, x
		}
		yo := c.operand(y)
		c.ins(asm.Imul, c.copyOf(x), yo)
		return
	}
	if imm > 1 && bits.OnesCount32(uint32(imm)) == 1 {
		c.a.ShiftImm(asm.Shl, c.copyOf(x), uint8(bits.TrailingZeros32(uint32(imm))))
		return
	}
	xr := c.in(x)
	dst := c.outAfter(x)
	if shift, ok := scaleShift(int(imm) - 1); ok && imm > 2 { // 3, 5, 9
		c.a.RM(asm.Lea, dst, asm.Indexed(xr, xr, shift, 0))
		return
	}
	c.a.ImulImm(dst, xr, imm)
}

func emitNeg(c *compiler) { c.a.R(asm.Neg, c.copyOf(c.o.Args[0])) }
func emitNot(c *compiler) { c.a.R(asm.Not, c.copyOf(c.o.Args[0])) }

// emitExtend returns the emitter of a sign or zero extension.
func emitExtend(i asm.Inst) func(*compiler) {
	return func(c *compiler) { c.extend(i, c.o.Args[0]) }
}

func (c *compiler) extend(i asm.Inst, x trace.Ref) {
	xr := c.in(x)
	c.a.RR(i, c.outAfter(x), xr)
}

// emitShift: Go's counts are unsigned and go beyond 63; the CPU takes them modulo 64.
func emitShift(k asm.Shift) func(*compiler) {
	return func(c *compiler) {
		if n, ok := c.constant(c.o.Args[1]); ok {
			c.shiftConst(k, n.Bits)
		} else {
			c.shiftVar(k)
		}
	}
}

func (c *compiler) shiftConst(k asm.Shift, n uint64) {
	switch {
	case n == 0:
		c.copyOf(c.o.Args[0])
	case n < 64:
		c.a.ShiftImm(k, c.copyOf(c.o.Args[0]), uint8(n))
	case k == asm.Sar:
		c.a.ShiftImm(k, c.copyOf(c.o.Args[0]), 63)
	default:
		c.a.MovImm(c.out(), 0)
	}
}

// shiftVar shifts by CL.
//
//	sar: count = min(count, 63); sar
//	shl: shl; mask = count < 64 ? -1 : 0 (cmp, sbb); and
func (c *compiler) shiftVar(k asm.Shift) {
	x, n := c.o.Args[0], c.o.Args[1]
	c.fixCount(n, x)
	dst := c.copyOf(x)
	if k == asm.Sar {
		c.a.MovImm(scratch, 63)
		c.a.ALU(asm.Cmp, 8, asm.RCX, scratch)
		c.a.Cmov(asm.A, asm.RCX, scratch)
		c.a.ShiftCL(k, dst)
		return
	}
	c.a.ShiftCL(k, dst)
	c.a.ALUImm(asm.Cmp, 8, asm.RCX, 64)
	c.a.ALU(asm.Sbb, 8, scratch, scratch)
	c.a.ALU(asm.And, 8, dst, scratch)
}

// takeFixed takes a register for the instruction. If v is in it and dies, it need not be kept elsewhere, unless
// it is the other operand, too.
func (c *compiler) takeFixed(r asm.Reg, v, other trace.Ref, avoid uint16) {
	if v != other && c.dying(v) && c.ra.Where(int32(v)) == regalloc.RegLoc(regalloc.GPR, uint8(r)) {
		c.ra.Steal(int32(v))
		return
	}
	c.ra.TakeFixed(uint8(r), avoid)
}

// isIn says whether v is a value in register r.
func (c *compiler) isIn(v trace.Ref, r asm.Reg) bool {
	return v >= 0 && c.ra.Where(int32(v)) == regalloc.RegLoc(regalloc.GPR, uint8(r))
}

// fetch loads a value or constant into a register taken before.
func (c *compiler) fetch(r asm.Reg, v trace.Ref) {
	if v.IsConst() {
		c.loadConst(r, v)
		return
	}
	if at := c.ra.Where(int32(v)); at.IsSlot() {
		c.a.RM(asm.Mov, r, slotMem(at))
	} else {
		c.mov(r, asm.Reg(at.Reg()))
	}
}

// fixCount brings the shift count n into RCX, which the instruction may destroy. x is the other operand.
func (c *compiler) fixCount(n, x trace.Ref) {
	there := c.isIn(n, asm.RCX)
	c.takeFixed(asm.RCX, n, x, 0)
	if !there {
		c.fetch(asm.RCX, n)
	}
}

const raxRdx = 1<<asm.RAX | 1<<asm.RDX

// fixPair takes RAX and RDX and loads x into RAX. The other operand y is in neither afterwards.
func (c *compiler) fixPair(x, y trace.Ref) {
	there := c.isIn(x, asm.RAX)
	c.takeFixed(asm.RAX, x, y, raxRdx)
	if !there {
		c.fetch(asm.RAX, x)
	}
	c.takeFixed(asm.RDX, x, y, raxRdx)
}

// emitDiv returns the emitter of a signed division; result is RAX or RDX.
func emitDiv(result asm.Reg) func(*compiler) {
	return func(c *compiler) {
		if c.divideConst() {
			return
		}
		x, y := c.o.Args[0], c.o.Args[1]
		c.fixPair(x, y)
		yo := c.operand(y)
		if k, ok := c.constant(y); ok && int64(k.Bits) != -1 {
			c.a.Cqo()
			c.divide(asm.Idiv, yo)
		} else {
			c.divideChecked(yo)
		}
		c.ra.OutFixed(int32(c.o.Res), uint8(result))
	}
}

// divideChecked: the CPU traps on MinInt / -1, where Go wraps: x / -1 = -x, x % -1 = 0.
func (c *compiler) divideChecked(y operand) {
	minus, done := c.a.NewLabel(), c.a.NewLabel()
	if y.isM {
		c.a.ALUMemImm(asm.Cmp, 8, y.mem, -1)
	} else {
		c.a.ALUImm(asm.Cmp, 8, y.reg, -1)
	}
	c.a.Jcc(asm.E, minus)
	c.a.Cqo()
	c.divide(asm.Idiv, y)
	c.a.Bind(done)
	c.slowPath(minus, func() {
		c.a.R(asm.Neg, asm.RAX)
		c.a.Zero(asm.RDX)
		c.a.Jmp(done)
	})
}

func (c *compiler) divide(i asm.Inst, y operand) {
	if y.isM {
		c.a.M(i, y.mem)
	} else {
		c.a.R(i, y.reg)
	}
}

func emitUdiv(result asm.Reg) func(*compiler) {
	return func(c *compiler) {
		if c.divideConst() {
			return
		}
		c.fixPair(c.o.Args[0], c.o.Args[1])
		y := c.operand(c.o.Args[1])
		c.a.Zero(asm.RDX)
		c.divide(asm.Div, y)
		c.ra.OutFixed(int32(c.o.Res), uint8(result))
	}
}

func emitMulHi(c *compiler) {
	c.fixPair(c.o.Args[0], c.o.Args[1])
	c.divide(asm.Mul, c.operand(c.o.Args[1]))
	c.ra.OutFixed(int32(c.o.Res), uint8(asm.RDX))
}

// emitSame copies a value.
func emitSame(c *compiler) {
	x := c.o.Args[0]
	if c.tr.Kind(x) != op.Float {
		c.copyOf(x)
		return
	}
	if c.dying(x) {
		c.over(x)
		return
	}
	xr := c.inX(x)
	c.a.RR(asm.Movapd, c.out(), xr)
}
