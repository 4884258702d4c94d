package amd64

import (
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

// emitFloat returns the emitter of a two-operand arithmetic instruction.
func emitFloat(i asm.Inst, commutes bool) func(*compiler) {
	return func(c *compiler) {
		x, y := c.o.Args[0], c.o.Args[1]
		if commutes && (x.IsConst() || !c.canOverwrite(x) && c.canOverwrite(y)) {
			x, y = y, x
		}
		yo := c.operand(y)
		c.ins(i, c.copyOfX(x), yo)
	}
}

// copyOfX gives the result an XMM register that holds x: x's own if it dies.
func (c *compiler) copyOfX(x trace.Ref) asm.Reg {
	if c.dying(x) {
		return c.over(x)
	}
	xo := c.operand(x)
	dst := c.out()
	c.loadX(dst, xo)
	return dst
}

func (c *compiler) loadX(dst asm.Reg, x operand) {
	if x.isM {
		c.a.RM(asm.Movsd, dst, x.mem)
	} else if dst != x.reg {
		c.a.RR(asm.Movapd, dst, x.reg)
	}
}

// emitSign flips or clears the sign bit. The mask goes through a register: as a memory operand it
// would have to be 16 bytes.
func emitSign(i asm.Inst, mask uint64) func(*compiler) {
	return func(c *compiler) {
		dst := c.copyOfX(c.o.Args[0])
		c.a.RM(asm.Movsd, xscratch, c.a.Lit(mask))
		c.a.RR(i, dst, xscratch)
	}
}

func emitSqrt(c *compiler) {
	x := c.inX(c.o.Args[0])
	dst := c.outAfter(c.o.Args[0])
	c.breakDependency(dst, x)
	c.a.RR(asm.Sqrtsd, dst, x)
}

// breakDependency clears a register that an instruction writes only half of, or it would wait for whoever
// wrote the other half.
func (c *compiler) breakDependency(dst, src asm.Reg) {
	if dst != src {
		c.a.RR(asm.Xorps, dst, dst)
	}
}

func emitRound32(c *compiler) {
	x := c.inX(c.o.Args[0])
	c.a.RR(asm.Xorps, xscratch, xscratch)
	c.a.RR(asm.Cvtsd2ss, xscratch, x)
	dst := c.outAfter(c.o.Args[0])
	c.a.RR(asm.Xorps, dst, dst)
	c.a.RR(asm.Cvtss2sd, dst, xscratch)
}

func emitIntToFloat(c *compiler) {
	x := c.operand(c.o.Args[0])
	dst := c.out()
	c.a.RR(asm.Xorps, dst, dst)
	c.ins(asm.Cvtsi2sd, dst, x)
}

// emitUintToFloat: like Go, halve numbers with the top bit set, keeping the lost bit for rounding, and double the result.
func emitUintToFloat(c *compiler) {
	x := c.in(c.o.Args[0])
	tmp := asm.Reg(c.ra.Temp(regalloc.GPR))
	dst := c.out()
	c.a.RR(asm.Xorps, dst, dst)
	big, done := c.a.NewLabel(), c.a.NewLabel()
	c.a.RR(asm.Test, x, x)
	c.a.Jcc(asm.S, big)
	c.a.RR(asm.Cvtsi2sd, dst, x)
	c.a.Bind(done)
	c.slowPath(big, func() {
		c.mov(scratch, x)
		c.mov(tmp, x)
		c.a.ShiftImm(asm.Shr, scratch, 1)
		c.a.ALUImm(asm.And, 8, tmp, 1)
		c.a.ALU(asm.Or, 8, scratch, tmp)
		c.a.RR(asm.Cvtsi2sd, dst, scratch)
		c.a.RR(asm.Addsd, dst, dst)
		c.a.Jmp(done)
	})
}

func emitFloatToInt(c *compiler) {
	x := c.operand(c.o.Args[0])
	c.ins(asm.Cvttsd2si, c.out(), x)
}

// emitFloatToUint: t | (u & t>>63) with t the conversion of x and u that of x - 2^63.
func emitFloatToUint(c *compiler) {
	x := c.inX(c.o.Args[0])
	tmp := asm.Reg(c.ra.Temp(regalloc.GPR))
	dst := c.out()
	c.a.RR(asm.Cvttsd2si, dst, x)
	c.a.RR(asm.Movapd, xscratch, x)
	c.a.RM(asm.Subsd, xscratch, c.a.Lit(0x43e0000000000000)) // 2^63
	c.a.RR(asm.Cvttsd2si, scratch, xscratch)
	c.mov(tmp, dst)
	c.a.ShiftImm(asm.Sar, tmp, 63)
	c.a.ALU(asm.And, 8, scratch, tmp)
	c.a.ALU(asm.Or, 8, dst, scratch)
}

func emitFloatBits(c *compiler) {
	x := c.inX(c.o.Args[0])
	c.a.RR(asm.MovqFromX, x, c.out())
}

func emitFloatFromBits(c *compiler) {
	x := c.in(c.o.Args[0])
	c.a.RR(asm.MovqToX, c.out(), x)
}

func emitFloatBits32(c *compiler) {
	x := c.inX(c.o.Args[0])
	c.a.RR(asm.Xorps, xscratch, xscratch)
	c.a.RR(asm.Cvtsd2ss, xscratch, x)
	c.a.RR(asm.MovdFromX, xscratch, c.out())
}

func emitFloatFromBits32(c *compiler) {
	x := c.in(c.o.Args[0])
	c.a.RR(asm.MovdToX, xscratch, x)
	dst := c.out()
	c.a.RR(asm.Xorps, dst, dst)
	c.a.RR(asm.Cvtss2sd, dst, xscratch)
}

// floatConds says how UCOMISD decides a comparison. It sets CF, ZF and PF if the operands are
// unordered, so "less" has to be asked as "greater" with operands exchanged: A and AE are false then.
var floatConds = [op.FloatGe + 1]struct {
	swap   bool
	cc     asm.Cond
	parity int8
}{
	op.FloatLt: {true, asm.A, 0},
	op.FloatLe: {true, asm.AE, 0},
	op.FloatGt: {false, asm.A, 0},
	op.FloatGe: {false, asm.AE, 0},
	op.FloatEq: {false, asm.E, +1},
	op.FloatNe: {false, asm.NE, -1},
}
