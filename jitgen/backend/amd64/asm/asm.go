// Package asm is a table-driven encoder of the x86-64 instructions that compiled traces need.
//
// Input: calls such as a.ALU(Add, 8, RAX, RCX). Output: machine code in Asm.Code, with jumps to labels,
// literals and other pieces of code resolved by Link. Nothing is allocated per instruction; an
// instruction costs about 10 ns, thirty times less than golang-asm, which is the byte-for-byte
// oracle of the tests.
//
// The encoder chooses the shortest form that golang-asm would choose, and never checks what the CPU
// means by an instruction: operands that have no encoding (RSP as index, an unaligned scale) panic.
//
// Must not import anything of Kiln.
package asm

import (
	"encoding/binary"
	"fmt"
)

// Reg is a general or an XMM register, by number. Which bank it is in follows from the instruction.
type Reg uint8

const (
	RAX Reg = iota
	RCX
	RDX
	RBX
	RSP
	RBP
	RSI
	RDI
	R8
	R9
	R10
	R11
	R12
	R13
	R14
	R15
)

// NoReg is the absent base or index of a Mem. RIP as base makes Disp the number of a literal.
const (
	NoReg Reg = 0x40
	RIP   Reg = 0x41
)

// Mem is the address Base + Index<<Shift + Disp. Base must be a register, or RIP.
type Mem struct {
	Base  Reg
	Index Reg
	Shift uint8
	Disp  int32
}

// At is the address base+disp.
func At(base Reg, disp int32) Mem { return Mem{base, NoReg, 0, disp} }

// Indexed is the address base + index<<shift + disp.
func Indexed(base, index Reg, shift uint8, disp int32) Mem { return Mem{base, index, shift, disp} }

// Label is a position in the code, named by NewLabel and placed by Bind.
type Label int32

type fixupKind uint8

const (
	fixLabel32  fixupKind = iota // displacement to a label of this piece
	fixLabel8                    // the same in one byte
	fixLiteral                   // RIP-relative displacement to a literal
	fixAbsolute                  // displacement to an absolute address
)

// fixup is a displacement to be filled in by Link. Displacements count from end.
type fixup struct {
	kind     fixupKind
	pos, end int32
	target   uint64
}

// Asm assembles one piece of code. Reset makes it ready for another and keeps its buffers.
type Asm struct {
	Code   []byte
	labels []int32 // offset by Label, -1 while unbound
	fixups []fixup
	lits   []uint64
	litIDs map[uint64]int32
}

// Reset forgets everything.
func (a *Asm) Reset() {
	a.Code = a.Code[:0]
	a.labels = a.labels[:0]
	a.fixups = a.fixups[:0]
	a.lits = a.lits[:0]
	if a.litIDs == nil {
		a.litIDs = map[uint64]int32{}
	}
	clear(a.litIDs)
}

// Len is the number of bytes assembled so far.
func (a *Asm) Len() int { return len(a.Code) }

// NewLabel makes a label that is not bound yet.
func (a *Asm) NewLabel() Label {
	a.labels = append(a.labels, -1)
	return Label(len(a.labels) - 1)
}

// Bind places a label here.
func (a *Asm) Bind(l Label) {
	if a.labels[l] >= 0 {
		panic("asm: label bound twice")
	}
	a.labels[l] = int32(len(a.Code))
}

// Offset is where a label is bound.
func (a *Asm) Offset(l Label) int { return int(a.labels[l]) }

// Lit is the address of a 64-bit literal holding bits; equal literals are shared.
func (a *Asm) Lit(bits uint64) Mem {
	if a.litIDs == nil {
		a.litIDs = map[uint64]int32{}
	}
	id, ok := a.litIDs[bits]
	if !ok {
		id = int32(len(a.lits))
		a.lits = append(a.lits, bits)
		a.litIDs[bits] = id
	}
	return Mem{RIP, NoReg, 0, id}
}

// NewLit is the address of a literal of its own, never shared, and its number.
func (a *Asm) NewLit(bits uint64) (Mem, int) {
	a.lits = append(a.lits, bits)
	return Mem{RIP, NoReg, 0, int32(len(a.lits) - 1)}, len(a.lits) - 1
}

// LitOffset is the offset of literal i from the start of the piece; valid after the last instruction.
func (a *Asm) LitOffset(i int) int { return a.litBase() + 8*i }

// litBase keeps literals off the cache lines of code: the collector writes them, and a write near code
// that is being executed empties the pipeline.
func (a *Asm) litBase() int { return (len(a.Code) + 63) &^ 63 }

// Size is the size of the piece with its literals.
func (a *Asm) Size() int { return a.litBase() + 8*len(a.lits) }

// Link resolves all displacements for the executable address base and returns code and literals.
func (a *Asm) Link(base uintptr) ([]byte, error) {
	litBase := a.litBase()
	for _, f := range a.fixups {
		var to int64
		switch f.kind {
		case fixLabel32, fixLabel8:
			off := a.labels[f.target]
			if off < 0 {
				return nil, fmt.Errorf("asm: label %d is not bound", f.target)
			}
			to = int64(off)
		case fixLiteral:
			to = int64(litBase) + 8*int64(f.target)
		case fixAbsolute:
			to = int64(f.target) - int64(base)
		}
		if err := a.resolve(f, to-int64(f.end)); err != nil {
			return nil, err
		}
	}
	out := a.Code
	for len(out) < litBase {
		out = append(out, 0xcc)
	}
	for _, bits := range a.lits {
		out = binary.LittleEndian.AppendUint64(out, bits)
	}
	a.Code = out[:len(a.Code)]
	return out, nil
}

func (a *Asm) resolve(f fixup, disp int64) error {
	if f.kind == fixLabel8 {
		if disp != int64(int8(disp)) {
			return fmt.Errorf("asm: short jump at %#x out of range (%d)", f.pos, disp)
		}
		a.Code[f.pos] = byte(disp)
		return nil
	}
	if disp != int64(int32(disp)) {
		return fmt.Errorf("asm: displacement at %#x out of range (%d)", f.pos, disp)
	}
	binary.LittleEndian.PutUint32(a.Code[f.pos:], uint32(disp))
	return nil
}

// AlignPatch moves the code from offset start on by up to three bytes of padding, so that a 4-byte displacement
// that is about to be emitted `ahead` bytes from here lies within an aligned word of 8 bytes. Padding goes before the compare
// rather than between compare and jump, or the CPU would not fuse them. No label may be bound after start.
func (a *Asm) AlignPatch(start, ahead int) {
	at := (len(a.Code) + ahead) & 7
	if at <= 4 {
		return
	}
	pad := 8 - at
	n := len(a.Code)
	a.Code = append(a.Code, 0, 0, 0)[:n+pad]
	copy(a.Code[start+pad:], a.Code[start:n])
	copy(a.Code[start:start+pad], nops[pad])
	for i := len(a.fixups) - 1; i >= 0 && a.fixups[i].pos >= int32(start); i-- {
		a.fixups[i].pos += int32(pad)
		a.fixups[i].end += int32(pad)
	}
}

// Align pads with no-operations so that what comes `ahead` bytes from here is at a multiple of n bytes.
func (a *Asm) Align(n, ahead int) {
	for pad := -(len(a.Code) + ahead) & (n - 1); pad > 0; {
		k := min(pad, len(nops)-1)
		a.Code = append(a.Code, nops[k]...)
		pad -= k
	}
}

// nops are the recommended no-operations by length.
var nops = [...]string{
	"",
	"\x90",
	"\x66\x90",
	"\x0f\x1f\x00",
	"\x0f\x1f\x40\x00",
	"\x0f\x1f\x44\x00\x00",
	"\x66\x0f\x1f\x44\x00\x00",
	"\x0f\x1f\x80\x00\x00\x00\x00",
	"\x0f\x1f\x84\x00\x00\x00\x00\x00",
}
