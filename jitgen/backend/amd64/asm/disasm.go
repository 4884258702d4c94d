package asm

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Line is one disassembled instruction.
type Line struct {
	Offset int
	Bytes  []byte
	Text   string
}

// Disassemble reads code made by this package back into text, for logs and tests: Intel's syntax, operands
// of a size other than 64 bits marked. What this package does not emit comes out as a "?" of one byte.
// Targets of jumps are offsets from the start of code.
func Disassemble(code []byte) []Line {
	var out []Line
	for at := 0; at < len(code); {
		d := decoder{code: code, at: at, start: at}
		text, ok := d.instruction()
		if !ok {
			d.at, text = at+1, fmt.Sprintf("? %#x", code[at])
		}
		out = append(out, Line{at, code[at:d.at], text})
		at = d.at
	}
	return out
}

// decoder reads one instruction.
type decoder struct {
	code      []byte
	at, start int
	pre, rex  byte
	short     bool // ran out of bytes
}

func (d *decoder) byte() byte {
	if d.at >= len(d.code) {
		d.short = true
		d.at++
		return 0
	}
	d.at++
	return d.code[d.at-1]
}

func (d *decoder) int32() int32 {
	var b [4]byte
	for i := range b {
		b[i] = d.byte()
	}
	return int32(binary.LittleEndian.Uint32(b[:]))
}

// imm reads an immediate of an instruction of a size.
func (d *decoder) imm(size int) string {
	switch size {
	case 1:
		return fmt.Sprint(int8(d.byte()))
	case 2:
		lo := d.byte()
		return fmt.Sprint(int16(lo) | int16(d.byte())<<8)
	}
	return fmt.Sprint(d.int32())
}

var (
	names64 = strings.Fields("rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15")
	names32 = strings.Fields("eax ecx edx ebx esp ebp esi edi r8d r9d r10d r11d r12d r13d r14d r15d")
	names16 = strings.Fields("ax cx dx bx sp bp si di r8w r9w r10w r11w r12w r13w r14w r15w")
	names8  = strings.Fields("al cl dl bl spl bpl sil dil r8b r9b r10b r11b r12b r13b r14b r15b")

	aluNames   = strings.Fields("add or adc sbb and sub xor cmp")
	shiftNames = strings.Fields("rol ror ? ? shl shr ? sar")
	condNames  = strings.Fields("o no b ae e ne be a s ns p np l ge le g")
	unaryNames = strings.Fields("test ? not neg mul imul div idiv")
	sizeNames  = map[int]string{1: "byte ", 2: "word ", 4: "dword ", 8: ""}
)

// xmmSize stands for an XMM operand among operand sizes in bytes.
const xmmSize = 16

func regName(r byte, size int) string {
	switch size {
	case 1:
		return names8[r]
	case 2:
		return names16[r]
	case 4:
		return names32[r]
	case xmmSize:
		return fmt.Sprintf("xmm%d", r)
	}
	return names64[r]
}

// modrm reads a ModRM byte and what belongs to it. rm names the register or address operand of a size.
func (d *decoder) modrm(size int) (reg byte, rm string) {
	b := d.byte()
	reg = b>>3&7 | d.rex&4<<1
	mod, low := b>>6, b&7
	if mod == 3 {
		return reg, regName(low|d.rex&1<<3, size)
	}
	return reg, sizeNames[size] + d.address(mod, low)
}

func (d *decoder) address(mod, low byte) string {
	base := low | d.rex&1<<3
	index := ""
	if low == 4 {
		sib := d.byte()
		base = sib&7 | d.rex&1<<3
		if i := sib>>3&7 | d.rex&2<<2; i != 4 {
			index = fmt.Sprintf("+%s*%d", names64[i], 1<<(sib>>6))
		}
	}
	if mod == 0 && low == 5 {
		return fmt.Sprintf("[rip%+d]", d.int32())
	}
	disp := ""
	switch mod {
	case 1:
		disp = fmt.Sprintf("%+d", int8(d.byte()))
	case 2:
		disp = fmt.Sprintf("%+d", d.int32())
	}
	return "[" + names64[base] + index + disp + "]"
}

// instruction decodes one instruction.
func (d *decoder) instruction() (string, bool) {
	b := d.byte()
	for b == 0x66 || b == 0xf2 || b == 0xf3 {
		d.pre, b = b, d.byte()
	}
	if b>>4 == 4 {
		d.rex, b = b, d.byte()
	}
	var text string
	if b == 0x0f {
		text = d.escaped(d.byte())
	} else {
		text = d.plain(b)
	}
	return text, text != "" && !d.short
}

// size is the operand size that prefixes say.
func (d *decoder) size() int {
	switch {
	case d.rex&8 != 0:
		return 8
	case d.pre == 0x66:
		return 2
	}
	return 4
}

// plain decodes one-byte opcodes.
func (d *decoder) plain(b byte) string {
	size := d.size()
	if b&1 == 0 && (b < 0x40 || b >= 0x80 && b < 0x8a || b >= 0xc0) {
		size = 1
	}
	switch {
	case b < 0x40:
		return d.alu(b, size)
	case b>>3 == 0x50>>3:
		return "push " + names64[b&7|d.rex&1<<3]
	case b>>3 == 0x58>>3:
		return "pop " + names64[b&7|d.rex&1<<3]
	case b>>4 == 7:
		return d.jump("j"+condNames[b&15], int(int8(d.byte())))
	case b>>3 == 0xb8>>3:
		return d.movImm(b&7 | d.rex&1<<3)
	}
	return d.other(b, size)
}

func (d *decoder) alu(b byte, size int) string {
	name := aluNames[b>>3] + " "
	switch b & 7 {
	case 0, 1:
		reg, rm := d.modrm(size)
		return name + rm + ", " + regName(reg, size)
	case 2, 3:
		reg, rm := d.modrm(size)
		return name + regName(reg, size) + ", " + rm
	case 5:
		return name + regName(0, size) + ", " + d.imm(size)
	}
	return ""
}

func (d *decoder) movImm(r byte) string {
	if d.rex&8 == 0 {
		return fmt.Sprintf("mov %s, %d", names32[r], uint32(d.int32()))
	}
	lo, hi := uint32(d.int32()), uint32(d.int32())
	return fmt.Sprintf("mov %s, %#x", names64[r], uint64(hi)<<32|uint64(lo))
}

func (d *decoder) jump(name string, disp int) string {
	return fmt.Sprintf("%s %#x", name, d.at+disp)
}

func (d *decoder) other(b byte, size int) string {
	two := func(name string, regFirst bool, rmSize int) string {
		reg, rm := d.modrm(rmSize)
		if regFirst {
			return name + " " + regName(reg, size) + ", " + rm
		}
		return name + " " + rm + ", " + regName(reg, size)
	}
	switch b {
	case 0x63:
		return two("movsxd", true, 4)
	case 0x69, 0x6b:
		text := two("imul", true, size)
		if b == 0x6b {
			return text + ", " + d.imm(1)
		}
		return text + ", " + d.imm(4)
	case 0x80, 0x81, 0x83:
		reg, rm := d.modrm(size)
		n := size
		if b == 0x83 {
			n = 1
		}
		return aluNames[reg&7] + " " + rm + ", " + d.imm(n)
	case 0x84, 0x85:
		return two("test", false, size)
	case 0x87:
		return two("xchg", false, size)
	case 0x88, 0x89:
		return two("mov", false, size)
	case 0x8b:
		return two("mov", true, size)
	case 0x8d:
		return two("lea", true, 8)
	case 0x90:
		return "nop"
	case 0x99:
		return "cqo"
	case 0xa9:
		return "test " + regName(0, size) + ", " + d.imm(size)
	case 0xc3:
		return "ret"
	case 0xcc:
		return "int3"
	case 0xe8:
		return d.jump("call", int(d.int32()))
	case 0xe9:
		return d.jump("jmp", int(d.int32()))
	case 0xeb:
		return d.jump("jmp", int(int8(d.byte())))
	}
	return d.unary(b, size)
}

// unary decodes opcodes whose ModRM register field is an extension.
func (d *decoder) unary(b byte, size int) string {
	switch b {
	case 0xc1, 0xd1, 0xd3:
		reg, rm := d.modrm(size)
		count := map[byte]string{0xd1: "1", 0xd3: "cl"}[b]
		if b == 0xc1 {
			count = d.imm(1)
		}
		return shiftNames[reg&7] + " " + rm + ", " + count
	case 0xc6, 0xc7:
		_, rm := d.modrm(size)
		return "mov " + rm + ", " + d.imm(size)
	case 0xf6, 0xf7:
		reg, rm := d.modrm(size)
		if reg&7 == 0 {
			return "test " + rm + ", " + d.imm(size)
		}
		return unaryNames[reg&7] + " " + rm
	case 0xff:
		reg, rm := d.modrm(8)
		switch reg & 7 {
		case 0:
			return "inc " + rm
		case 1:
			return "dec " + rm
		case 2:
			return "call " + rm
		case 4:
			return "jmp " + rm
		}
	}
	return ""
}

// escaped decodes opcodes after 0F: conditions here, the others by the encoder's own table.
func (d *decoder) escaped(b byte) string {
	switch {
	case b == 0x1f:
		_, rm := d.modrm(4)
		return "nop " + rm
	case b>>4 == 4:
		reg, rm := d.modrm(8)
		return "cmov" + condNames[b&15] + " " + names64[reg] + ", " + rm
	case b>>4 == 8:
		return d.jump("j"+condNames[b&15], int(d.int32()))
	case b>>4 == 9:
		_, rm := d.modrm(1)
		return "set" + condNames[b&15] + " " + rm
	case b == 0xba:
		_, rm := d.modrm(8)
		return "bt " + rm + ", " + d.imm(1)
	case b>>3 == 0xc8>>3:
		return "bswap " + names64[b&7|d.rex&1<<3]
	}
	for i := range forms {
		if f := &forms[i]; f.esc && f.op == b && f.pre == d.pre && f.w == d.rex&8 {
			return d.form(f)
		}
	}
	return ""
}

func (d *decoder) form(f *form) string {
	regSize, rmSize := xmmSize, xmmSize
	name := f.name
	switch f.op {
	case 0xb6, 0xbe:
		name, regSize, rmSize = name[:5], d.size(), 1
	case 0xb7, 0xbf:
		name, regSize, rmSize = name[:5], d.size(), 2
	case 0xaf, 0xbc, 0xbd, 0xa3:
		regSize, rmSize = 8, 8
	case 0x6e, 0x7e:
		name, rmSize = "mov"+map[byte]string{0: "d", 8: "q"}[f.w], 4+int(f.w)/2
	case 0x2a:
		rmSize = 8
	case 0x2c:
		regSize = 8
	case 0x10, 0x11:
		name = strings.TrimSuffix(name, "st")
	}
	reg, rm := d.modrm(rmSize)
	if f.op == 0x7e || f.op == 0x11 || f.op == 0xa3 {
		return name + " " + rm + ", " + regName(reg, regSize)
	}
	return name + " " + regName(reg, regSize) + ", " + rm
}
