package amd64

import (
	"encoding/binary"

	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/regalloc"
	"kiln/jitgen/trace"
)

// maxShort is the length up to which bytes are compared with a constant string in place.
const maxShort = 16

// equalShort compares with a few bytes of a constant string, which are immediate operands then:
//
//	xor r11, r11
//	cmp dword [x+24], "name"
//	jne done
//	mov r11, 1
//	done:
//
// It is false if the operands are not like that.
func (c *compiler) equalShort() bool {
	x, start, want := c.o.Args[0], c.o.Args[1], c.constantBytes(c.o.Args[2], c.o.Args[3])
	if x.IsConst() {
		x, start, want = c.o.Args[2], c.o.Args[3], c.constantBytes(c.o.Args[0], c.o.Args[1])
	}
	at, ok := c.imm(start)
	if !ok || at < 0 || at > 1<<20 || x.IsConst() || len(want) == 0 {
		return false
	}
	xr := c.in(x)
	tmp := asm.Reg(c.ra.Temp(regalloc.GPR))
	base := at + int32(c.o.Descr.(*descr.Array).Type.Size)
	done := c.a.NewLabel()
	c.a.Zero(scratch)
	n := len(want)
	chunk := func(from, size int) {
		c.compareChunk(asm.At(xr, base+int32(from)), tmp, want[from:from+size])
		c.a.JccShort(asm.NE, done)
	}
	switch {
	case n == 1 || n == 2 || n == 4 || n == 8:
		chunk(0, n)
	case n == 3:
		chunk(0, 2)
		chunk(2, 1)
	case n < 8:
		chunk(0, 4)
		chunk(n-4, 4)
	default:
		chunk(0, 8)
		chunk(n-8, 8)
	}
	c.a.MovImm(scratch, 1)
	c.a.Bind(done)
	c.mov(c.out(), scratch)
	return true
}

func (c *compiler) compareChunk(m asm.Mem, tmp asm.Reg, want []byte) {
	switch len(want) {
	case 1:
		c.a.ALUMemImm(asm.Cmp, 1, m, int32(int8(want[0])))
	case 2:
		c.a.RM(asm.MovzxW, tmp, m)
		c.a.ALUImm(asm.Cmp, 4, tmp, int32(binary.LittleEndian.Uint16(want)))
	case 4:
		c.a.ALUMemImm(asm.Cmp, 4, m, int32(binary.LittleEndian.Uint32(want)))
	case 8:
		c.a.MovImm(tmp, int64(binary.LittleEndian.Uint64(want)))
		c.a.ALULoad(asm.Cmp, 8, tmp, m)
	}
}

// constantBytes are the bytes to be compared that a constant string has from start on; nil if it is none, or if they are many.
func (c *compiler) constantBytes(r, start trace.Ref) []byte {
	d := c.o.Descr.(*descr.Array)
	k, isConst := c.constant(r)
	from, ok := c.imm(start)
	n, short := c.imm(c.o.Args[4])
	if !isConst || !ok || !short || k.Kind != op.Ref || k.Bits == 0 || !d.Immutable || d.Type.ItemSize != 1 || n < 1 || n > maxShort ||
		exec.TypeID(k.Bits) != uint64(d.Type.ID) || from < 0 || uint64(from)+uint64(n) > exec.Length(k.Bits, d.Type) {
		return nil
	}
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(exec.LoadItem(k.Bits, uint64(from)+uint64(i), d))
	}
	return out
}
