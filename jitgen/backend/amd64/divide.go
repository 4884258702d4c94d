package amd64

import (
	"math/bits"

	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Divisions by constants are multiplications and shifts. After H. Warren, "Hacker's Delight", chapter 10, and T. Granlund
// and P. Montgomery, "Division by Invariant Integers using Multiplication", 1994.

// divideConst emits the current division if its divisor is a constant that can be avoided.
func (c *compiler) divideConst() bool {
	x, y := c.o.Args[0], c.o.Args[1]
	k, ok := c.constant(y)
	if !ok || x.IsConst() {
		return false
	}
	mod := c.o.Code == op.IntMod || c.o.Code == op.UintMod
	if c.o.Code == op.UintDiv || c.o.Code == op.UintMod {
		return c.divideUnsigned(x, k.Bits, mod)
	}
	d := int64(k.Bits)
	size := uint64(d)
	if d < 0 {
		size = -size
	}
	switch {
	case size < 2 || size >= 1<<62:
		return false
	case size&(size-1) == 0 && (!mod || size <= 1<<31):
		c.dividePower(x, uint8(bits.TrailingZeros64(size)), d < 0, mod)
	default:
		c.divideMagic(x, size, d < 0, mod)
	}
	return true
}

// dividePower: x / 2^k rounds towards zero, so negative numbers get 2^k-1 added first.
//
//	bias = x < 0 ? 2^k-1 : 0    (sar, shr)
//	x / 2^k = (x + bias) >> k
//	x % 2^k = ((x + bias) & (2^k-1)) - bias
func (c *compiler) dividePower(x trace.Ref, k uint8, negative, mod bool) {
	c.load(scratch, c.operand(x))
	if k > 1 {
		c.a.ShiftImm(asm.Sar, scratch, 63)
	}
	c.a.ShiftImm(asm.Shr, scratch, 64-k)
	dst := c.copyOf(x)
	c.a.ALU(asm.Add, 8, dst, scratch)
	switch {
	case mod:
		c.a.ALUImm(asm.And, 8, dst, int32(uint32(1)<<k-1))
		c.a.ALU(asm.Sub, 8, dst, scratch)
	default:
		c.a.ShiftImm(asm.Sar, dst, k)
		if negative {
			c.a.R(asm.Neg, dst)
		}
	}
}

// takePair copies x to R11 and takes RAX and RDX.
func (c *compiler) takePair(x trace.Ref) {
	c.fetch(scratch, x)
	c.takeFixed(asm.RAX, x, trace.None, raxRdx)
	c.takeFixed(asm.RDX, x, trace.None, raxRdx)
}

// divideMagic: x / d = (x * m >> 64+s) + (x < 0 ? 1 : 0), d at least 3.
func (c *compiler) divideMagic(x trace.Ref, d uint64, negative, mod bool) {
	m, s := magic(d)
	c.takePair(x)
	c.a.MovImm(asm.RAX, m)
	c.a.R(asm.ImulWide, scratch)
	if m < 0 { // the multiplier is m + 2^64
		c.a.ALU(asm.Add, 8, asm.RDX, scratch)
	}
	if s > 0 {
		c.a.ShiftImm(asm.Sar, asm.RDX, s)
	}
	c.mov(asm.RAX, scratch)
	c.a.ShiftImm(asm.Sar, asm.RAX, 63)
	switch {
	case mod:
		c.a.ALU(asm.Sub, 8, asm.RDX, asm.RAX)
		c.remainder(asm.RDX, asm.RAX, d)
	case negative:
		c.a.ALU(asm.Sub, 8, asm.RAX, asm.RDX)
		c.ra.OutFixed(int32(c.o.Res), uint8(asm.RAX))
	default:
		c.a.ALU(asm.Sub, 8, asm.RDX, asm.RAX)
		c.ra.OutFixed(int32(c.o.Res), uint8(asm.RDX))
	}
}

// remainder makes R11 - q*d the result, in t.
func (c *compiler) remainder(q, t asm.Reg, d uint64) {
	if d < 1<<31 {
		c.a.ImulImm(q, q, int32(d))
	} else {
		c.a.RM(asm.Imul, q, c.a.Lit(d))
	}
	c.mov(t, scratch)
	c.a.ALU(asm.Sub, 8, t, q)
	c.ra.OutFixed(int32(c.o.Res), uint8(t))
}

// magic is the multiplier and shift of a signed division by d, 3 <= d < 2^62: with the smallest s for which
// m = floor(2^(64+s) / d) + 1 is exact enough, that is 0 < m*d - 2^(64+s) <= 2^(s+1).
func magic(d uint64) (m int64, s uint8) {
	for s = 0; ; s++ {
		// 2^(64+s) / d, by long division: the quotient is below 2^64 because d > 2^s then.
		q, r := bits.Div64(1<<s, 0, d)
		if d-r <= 1<<(s+1) {
			return int64(q + 1), s
		}
	}
}

// divideUnsigned: with l = ceil(log2 d) and m = floor(2^64 * (2^l - d) / d) + 1, and t = m*x >> 64,
//
//	x / d = (t + (x - t >> 1)) >> (l - 1)
func (c *compiler) divideUnsigned(x trace.Ref, d uint64, mod bool) bool {
	switch {
	case d < 2 || d >= 1<<62:
		return false
	case d&(d-1) == 0:
		dst := c.copyOf(x)
		switch {
		case !mod:
			c.a.ShiftImm(asm.Shr, dst, uint8(bits.TrailingZeros64(d)))
		case d <= 1<<31:
			c.a.ALUImm(asm.And, 8, dst, int32(uint32(d)-1))
		default:
			c.a.ALULoad(asm.And, 8, dst, c.a.Lit(d-1))
		}
		return true
	}
	l := bits.Len64(d - 1)
	m, _ := bits.Div64(1<<l-d, 0, d)
	c.takePair(x)
	c.a.MovImm(asm.RAX, int64(m+1))
	c.a.R(asm.Mul, scratch)
	c.mov(asm.RAX, scratch)
	c.a.ALU(asm.Sub, 8, asm.RAX, asm.RDX)
	c.a.ShiftImm(asm.Shr, asm.RAX, 1)
	c.a.ALU(asm.Add, 8, asm.RAX, asm.RDX)
	c.a.ShiftImm(asm.Shr, asm.RAX, uint8(l-1))
	if mod {
		c.remainder(asm.RAX, asm.RDX, d)
	} else {
		c.ra.OutFixed(int32(c.o.Res), uint8(asm.RAX))
	}
	return true
}
