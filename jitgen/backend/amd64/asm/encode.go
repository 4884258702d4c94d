package asm

import "encoding/binary"

// RR emits an instruction with two register operands: reg in ModRM.reg, rm in ModRM.rm.
func (a *Asm) RR(i Inst, reg, rm Reg) {
	f := &forms[i]
	rex := f.w | byte(reg>>3)<<2 | byte(rm>>3)
	if f.byteReg && reg >= RSP || f.byteRM && rm >= RSP {
		rex |= 0x40
	}
	b := a.open(f, rex)
	a.Code = append(b, f.op, 0xc0|byte(reg&7)<<3|byte(rm&7))
}

// RM emits an instruction with a register and a memory operand.
func (a *Asm) RM(i Inst, reg Reg, m Mem) {
	f := &forms[i]
	rex := f.w | byte(reg>>3)<<2 | rexMem(m)
	if f.byteReg && reg >= RSP {
		rex |= 0x40
	}
	b := a.open(f, rex)
	a.Code = append(b, f.op)
	a.mem(byte(reg&7), m, 0)
}

// R emits a unary instruction on a register, M on memory.
func (a *Asm) R(i Inst, rm Reg) { a.RR(i, Reg(forms[i].ext), rm) }
func (a *Asm) M(i Inst, m Mem)  { a.RM(i, Reg(forms[i].ext), m) }

// open emits the bytes before the opcode.
func (a *Asm) open(f *form, rex byte) []byte {
	b := a.Code
	if f.pre != 0 {
		b = append(b, f.pre)
	}
	if rex != 0 {
		b = append(b, 0x40|rex)
	}
	if f.esc {
		b = append(b, 0x0f)
	}
	return b
}

func rexMem(m Mem) byte {
	var rex byte
	if m.Base < 16 {
		rex = byte(m.Base >> 3)
	}
	if m.Index < 16 {
		rex |= byte(m.Index>>3) << 1
	}
	return rex
}

// mem emits ModRM, SIB and displacement. immLen is the length of the immediate that will follow:
// RIP-relative displacements count from the end of the instruction.
func (a *Asm) mem(reg byte, m Mem, immLen int) {
	reg <<= 3
	if m.Base == RIP {
		pos := int32(len(a.Code) + 1)
		a.Code = append(a.Code, reg|5, 0, 0, 0, 0)
		a.fixups = append(a.fixups, fixup{fixLiteral, pos, pos + 4 + int32(immLen), uint64(m.Disp)})
		return
	}
	if m.Base > R15 {
		panic("asm: memory operand without base")
	}
	base := byte(m.Base & 7)
	// Base 5 (RBP, R13) has no form without displacement: mod 0 means RIP-relative there.
	mod := byte(0x80)
	switch {
	case m.Disp == 0 && base != 5:
		mod = 0
	case m.Disp == int32(int8(m.Disp)):
		mod = 0x40
	}
	switch {
	case m.Index != NoReg:
		if m.Index == RSP {
			panic("asm: RSP as index")
		}
		a.Code = append(a.Code, mod|reg|4, m.Shift<<6|byte(m.Index&7)<<3|base)
	case base == 4: // RSP, R12: only with a SIB byte
		a.Code = append(a.Code, mod|reg|4, 0x24)
	default:
		a.Code = append(a.Code, mod|reg|base)
	}
	switch mod {
	case 0x40:
		a.Code = append(a.Code, byte(m.Disp))
	case 0x80:
		a.Code = binary.LittleEndian.AppendUint32(a.Code, uint32(m.Disp))
	}
}

// header emits the prefixes of an integer instruction of a size in bytes.
func (a *Asm) header(size uint8, rex byte, byteRegs bool) {
	if size == 2 {
		a.Code = append(a.Code, 0x66)
	}
	if size == 8 {
		rex |= 8
	}
	if rex != 0 || byteRegs {
		a.Code = append(a.Code, 0x40|rex)
	}
}

// wide is the low opcode bit: 0 for bytes, 1 for words of any size.
func wide(size uint8) byte {
	if size == 1 {
		return 0
	}
	return 1
}

// ALU is dst op= src on registers. size is 1, 2, 4 or 8.
func (a *Asm) ALU(op Alu, size uint8, dst, src Reg) {
	a.header(size, byte(src>>3)<<2|byte(dst>>3), size == 1 && (dst >= RSP || src >= RSP))
	a.Code = append(a.Code, byte(op)<<3|wide(size), 0xc0|byte(src&7)<<3|byte(dst&7))
}

// ALULoad is dst op= [m]; ALUStore is [m] op= src.
func (a *Asm) ALULoad(op Alu, size uint8, dst Reg, m Mem)  { a.aluMem(byte(op)<<3|2, size, dst, m) }
func (a *Asm) ALUStore(op Alu, size uint8, m Mem, src Reg) { a.aluMem(byte(op)<<3, size, src, m) }

func (a *Asm) aluMem(opcode byte, size uint8, reg Reg, m Mem) {
	a.header(size, byte(reg>>3)<<2|rexMem(m), size == 1 && reg >= RSP)
	a.Code = append(a.Code, opcode|wide(size))
	a.mem(byte(reg&7), m, 0)
}

// ALUImm is dst op= imm on a register; the immediate is sign-extended (size 1: its low byte).
func (a *Asm) ALUImm(op Alu, size uint8, dst Reg, imm int32) {
	a.header(size, byte(dst>>3), size == 1 && dst >= RSP)
	modrm := 0xc0 | byte(op)<<3 | byte(dst&7)
	switch {
	case size == 1:
		a.Code = append(a.Code, 0x80, modrm, byte(imm))
	case imm == int32(int8(imm)):
		a.Code = append(a.Code, 0x83, modrm, byte(imm))
	case dst == RAX:
		a.imm(append(a.Code, byte(op)<<3|5), size, imm)
	default:
		a.imm(append(a.Code, 0x81, modrm), size, imm)
	}
}

// ALUMemImm is [m] op= imm.
func (a *Asm) ALUMemImm(op Alu, size uint8, m Mem, imm int32) {
	a.header(size, rexMem(m), false)
	switch {
	case size == 1:
		a.Code = append(a.Code, 0x80)
		a.mem(byte(op), m, 1)
		a.Code = append(a.Code, byte(imm))
	case imm == int32(int8(imm)):
		a.Code = append(a.Code, 0x83)
		a.mem(byte(op), m, 1)
		a.Code = append(a.Code, byte(imm))
	default:
		a.Code = append(a.Code, 0x81)
		a.mem(byte(op), m, immLen(size))
		a.imm(a.Code, size, imm)
	}
}

func immLen(size uint8) int { return int(min(size, 4)) }

// imm appends an immediate of an instruction of a size: at most 4 bytes.
func (a *Asm) imm(b []byte, size uint8, imm int32) {
	switch size {
	case 1:
		a.Code = append(b, byte(imm))
	case 2:
		a.Code = append(b, byte(imm), byte(imm>>8))
	default:
		a.Code = binary.LittleEndian.AppendUint32(b, uint32(imm))
	}
}

// MovImm sets a 64-bit register to a constant, in the shortest of three forms. Flags survive (which is
// why 0 is not an xor).
func (a *Asm) MovImm(dst Reg, v int64) {
	b := a.Code
	switch {
	case v == int64(uint32(v)):
		if dst >= R8 {
			b = append(b, 0x41)
		}
		a.Code = binary.LittleEndian.AppendUint32(append(b, 0xb8|byte(dst&7)), uint32(v))
	case v == int64(int32(v)):
		b = append(b, 0x48|byte(dst>>3), 0xc7, 0xc0|byte(dst&7))
		a.Code = binary.LittleEndian.AppendUint32(b, uint32(v))
	default:
		b = append(b, 0x48|byte(dst>>3), 0xb8|byte(dst&7))
		a.Code = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
}

// Zero clears a register and changes the flags.
func (a *Asm) Zero(dst Reg) { a.ALU(Xor, 4, dst, dst) }

// StoreImm is [m] = imm, sign-extended to size.
func (a *Asm) StoreImm(size uint8, m Mem, imm int32) {
	a.header(size, rexMem(m), false)
	a.Code = append(a.Code, 0xc6|wide(size))
	a.mem(0, m, immLen(size))
	a.imm(a.Code, size, imm)
}

// ImulImm is dst = src * imm.
func (a *Asm) ImulImm(dst, src Reg, imm int32) {
	a.Code = append(a.Code, 0x48|byte(dst>>3)<<2|byte(src>>3))
	modrm := 0xc0 | byte(dst&7)<<3 | byte(src&7)
	if imm == int32(int8(imm)) {
		a.Code = append(a.Code, 0x6b, modrm, byte(imm))
	} else {
		a.imm(append(a.Code, 0x69, modrm), 4, imm)
	}
}

// TestImm is dst & imm, for the flags.
func (a *Asm) TestImm(size uint8, dst Reg, imm int32) {
	a.header(size, byte(dst>>3), size == 1 && dst >= RSP)
	if dst == RAX && size > 1 {
		a.imm(append(a.Code, 0xa9), size, imm)
		return
	}
	a.imm(append(a.Code, 0xf6|wide(size), 0xc0|byte(dst&7)), size, imm)
}

// TestMemImm is [m] & imm, for the flags.
func (a *Asm) TestMemImm(size uint8, m Mem, imm int32) {
	a.header(size, rexMem(m), false)
	a.Code = append(a.Code, 0xf6|wide(size))
	a.mem(0, m, immLen(size))
	a.imm(a.Code, size, imm)
}

// ShiftImm shifts by 1 to 63.
func (a *Asm) ShiftImm(op Shift, dst Reg, n uint8) {
	a.Code = append(a.Code, 0x48|byte(dst>>3))
	modrm := 0xc0 | byte(op)<<3 | byte(dst&7)
	if n == 1 {
		a.Code = append(a.Code, 0xd1, modrm)
	} else {
		a.Code = append(a.Code, 0xc1, modrm, n)
	}
}

// ShiftCL shifts by CL modulo 64.
func (a *Asm) ShiftCL(op Shift, dst Reg) {
	a.Code = append(a.Code, 0x48|byte(dst>>3), 0xd3, 0xc0|byte(op)<<3|byte(dst&7))
}

// BtImm copies a bit of a register to the carry flag.
func (a *Asm) BtImm(dst Reg, bit uint8) {
	a.Code = append(a.Code, 0x48|byte(dst>>3), 0x0f, 0xba, 0xe0|byte(dst&7), bit)
}

// Bswap reverses the bytes of a register.
func (a *Asm) Bswap(r Reg) { a.Code = append(a.Code, 0x48|byte(r>>3), 0x0f, 0xc8|byte(r&7)) }

// Cqo sign-extends RAX into RDX.
func (a *Asm) Cqo() { a.Code = append(a.Code, 0x48, 0x99) }

// Setcc sets the low byte of a register to 0 or 1.
func (a *Asm) Setcc(c Cond, dst Reg) {
	a.header(1, byte(dst>>3), dst >= RSP)
	a.Code = append(a.Code, 0x0f, 0x90|byte(c), 0xc0|byte(dst&7))
}

// Cmov is dst = src if c.
func (a *Asm) Cmov(c Cond, dst, src Reg) {
	a.Code = append(a.Code, 0x48|byte(dst>>3)<<2|byte(src>>3), 0x0f, 0x40|byte(c), 0xc0|byte(dst&7)<<3|byte(src&7))
}

// CmovLoad is dst = [m] if c; the load happens in any case.
func (a *Asm) CmovLoad(c Cond, dst Reg, m Mem) {
	a.Code = append(a.Code, 0x48|byte(dst>>3)<<2|rexMem(m), 0x0f, 0x40|byte(c))
	a.mem(byte(dst&7), m, 0)
}

// Push, Pop, Ret, Int3.
func (a *Asm) Push(r Reg) {
	a.header(4, byte(r>>3), false)
	a.Code = append(a.Code, 0x50|byte(r&7))
}

func (a *Asm) Pop(r Reg) {
	a.header(4, byte(r>>3), false)
	a.Code = append(a.Code, 0x58|byte(r&7))
}

func (a *Asm) Ret()  { a.Code = append(a.Code, 0xc3) }
func (a *Asm) Int3() { a.Code = append(a.Code, 0xcc) }
