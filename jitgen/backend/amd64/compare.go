package amd64

import (
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// test is a comparison whose operands are in place: emitting it sets flags and moves nothing.
type test struct {
	kind testKind
	x    operand
	reg  asm.Reg
	imm  int32
	size uint8
	cc   asm.Cond
	// parity: +1 the comparison holds if cc and not P (float equality), -1 if cc or P.
	parity int8
}

type testKind uint8

const (
	testCmp    testKind = iota // cmp reg, x
	testCmpImm                 // cmp x, imm
	testZero                   // test reg, reg
	testBits                   // test reg, x
	testBitImm                 // test x, imm
	testFloat                  // ucomisd reg, x
	testAdd                    // add scratch, x after mov scratch, reg; likewise below
	testSub
	testMul
)

// zeroFlag says that, at offset at, the zero flag tells whether register reg is 0: an arithmetic instruction has just
// computed it.
type zeroFlag struct {
	reg asm.Reg
	at  int
}

func (c *compiler) setsZero(r asm.Reg) { c.zero = zeroFlag{r, c.a.Len()} }

// isZeroSet says whether a test for zero can use flags that are there. Only equality can: the others look at overflow, too.
func (c *compiler) isZeroSet(t *test) bool {
	return c.zero == zeroFlag{t.reg, c.a.Len()} && (t.cc == asm.E || t.cc == asm.NE)
}

// emitTest sets the flags.
func (c *compiler) emitTest(t *test) {
	switch t.kind {
	case testCmp:
		c.alu(asm.Cmp, t.reg, t.x)
	case testCmpImm:
		if t.x.isM {
			c.a.ALUMemImm(asm.Cmp, t.size, t.x.mem, t.imm)
		} else {
			c.a.ALUImm(asm.Cmp, t.size, t.x.reg, t.imm)
		}
	case testZero:
		if !c.isZeroSet(t) {
			c.a.RR(asm.Test, t.reg, t.reg)
		}
	case testBits:
		c.ins(asm.Test, t.reg, t.x)
	case testBitImm:
		c.testImm(t)
	case testFloat:
		c.ins(asm.Ucomisd, t.reg, t.x)
	case testAdd, testSub, testMul:
		c.mov(scratch, t.reg)
		switch t.kind {
		case testAdd:
			c.alu(asm.Add, scratch, t.x)
		case testSub:
			c.alu(asm.Sub, scratch, t.x)
		default:
			c.ins(asm.Imul, scratch, t.x)
		}
	}
}

func (c *compiler) testImm(t *test) {
	size := uint8(8)
	if t.imm >= 0 {
		size = 4 // same flags but for the sign, which nobody asks for
	}
	if t.x.isM {
		c.a.TestMemImm(size, t.x.mem, t.imm)
	} else {
		c.a.TestImm(size, t.x.reg, t.imm)
	}
}

// conds are the condition codes of integer comparisons.
var conds = [op.FloatAdd]asm.Cond{
	op.IntEq: asm.E, op.IntNe: asm.NE, op.IntLt: asm.L, op.IntLe: asm.LE, op.IntGt: asm.G, op.IntGe: asm.GE,
	op.UintLt: asm.B, op.UintLe: asm.BE, op.UintGt: asm.A, op.UintGe: asm.AE,
	op.IntIsZero: asm.E, op.IntIsTrue: asm.NE,
	op.PtrEq: asm.E, op.PtrNe: asm.NE, op.PtrIsZero: asm.E, op.PtrNonzero: asm.NE,
}

// overflowTests are the tests that do arithmetic for its overflow flag.
var overflowTests = [op.FloatAdd]testKind{op.IntAddFits: testAdd, op.IntSubFits: testSub, op.IntMulFits: testMul}

// prepare brings the operands of comparison o into place.
func (c *compiler) prepare(o *trace.Op) test {
	if o.Code >= op.FloatAdd {
		f := &floatConds[o.Code]
		x, y := o.Args[0], o.Args[1]
		if f.swap {
			x, y = y, x
		}
		t := test{kind: testFloat, reg: c.inX(x), cc: f.cc, parity: f.parity}
		t.x = c.operand(y)
		return t
	}
	if k := overflowTests[o.Code]; k != 0 {
		t := test{kind: k, reg: c.in(o.Args[0]), cc: asm.NO}
		t.x = c.operand(o.Args[1])
		return t
	}
	cc := conds[o.Code]
	if x, add := c.sum(o.Args[0]); add != 0 { // x + add == k
		k := int32(0)
		if len(o.Args) == 2 {
			k, _ = c.imm(o.Args[1])
		}
		return c.compareImm(x, k-add, cc)
	}
	if m := c.plan.zeroTest(c, c.indexOf(o)); m >= 0 {
		if d := c.plan.def[m]; d >= 0 && c.plan.deferred[d] {
			return c.prepareBits(&c.tr.Ops[d], cc)
		}
	}
	if len(o.Args) == 1 {
		return c.compareImm(o.Args[0], 0, cc)
	}
	return c.compare(o.Args[0], o.Args[1], cc)
}

// indexOf is the position of an operation of the trace.
func (c *compiler) indexOf(o *trace.Op) int {
	if o == c.o {
		return c.pos
	}
	return int(c.plan.def[o.Res])
}

func (c *compiler) compare(x, y trace.Ref, cc asm.Cond) test {
	if _, ok := c.imm(x); ok {
		if _, both := c.imm(y); !both {
			x, y, cc = y, x, swapped(cc)
		}
	}
	if imm, ok := c.imm(y); ok {
		return c.compareImm(x, imm, cc)
	}
	t := test{kind: testCmp, reg: c.in(x), cc: cc}
	t.x = c.operand(y)
	return t
}

func (c *compiler) compareImm(x trace.Ref, imm int32, cc asm.Cond) test {
	if x.IsConst() {
		return test{kind: testCmpImm, x: regOperand(c.in(x)), imm: imm, size: 8, cc: cc}
	}
	xo := c.operand(x)
	if imm == 0 && !xo.isM {
		return test{kind: testZero, reg: xo.reg, cc: cc}
	}
	return test{kind: testCmpImm, x: xo, imm: imm, size: 8, cc: cc}
}

// prepareBits: the comparison of x & y with zero.
func (c *compiler) prepareBits(and *trace.Op, cc asm.Cond) test {
	x, y, _ := c.bits(and)
	if x.IsConst() {
		x, y = y, x
	}
	if imm, ok := c.imm(y); ok && !x.IsConst() {
		return test{kind: testBitImm, x: c.operand(x), imm: imm, cc: cc}
	}
	t := test{kind: testBits, reg: c.in(x), cc: cc}
	t.x = c.operand(y)
	return t
}

// swapped is the condition with operands exchanged.
func swapped(cc asm.Cond) asm.Cond {
	switch cc {
	case asm.L:
		return asm.G
	case asm.G:
		return asm.L
	case asm.LE:
		return asm.GE
	case asm.GE:
		return asm.LE
	case asm.B:
		return asm.A
	case asm.A:
		return asm.B
	case asm.BE:
		return asm.AE
	case asm.AE:
		return asm.BE
	}
	return cc
}

// emitCompare computes a comparison to 0 or 1.
func emitCompare(c *compiler) {
	t := c.prepare(c.o)
	if c.err != nil {
		return
	}
	c.emitTest(&t)
	dst := asm.Reg(c.ra.Out(int32(c.o.Res)))
	c.a.Setcc(t.cc, dst)
	if t.parity != 0 {
		p, k := asm.NP, asm.And
		if t.parity < 0 {
			p, k = asm.P, asm.Or
		}
		c.a.Setcc(p, scratch)
		c.a.ALU(k, 1, dst, scratch)
	}
	c.a.RR(asm.MovzxB, dst, dst)
}
