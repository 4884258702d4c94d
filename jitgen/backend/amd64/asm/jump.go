package asm

// Jmp jumps to a label: short if it is bound and near, else with a 32-bit displacement.
func (a *Asm) Jmp(l Label) {
	if a.short(l) {
		a.Code = append(a.Code, 0xeb)
		a.disp8(l)
		return
	}
	a.Code = append(a.Code, 0xe9)
	a.disp32(fixLabel32, uint64(l))
}

// Jcc jumps to a label on a condition.
func (a *Asm) Jcc(c Cond, l Label) {
	if a.short(l) {
		a.Code = append(a.Code, 0x70|byte(c))
		a.disp8(l)
		return
	}
	a.Code = append(a.Code, 0x0f, 0x80|byte(c))
	a.disp32(fixLabel32, uint64(l))
}

// JccShort and JmpShort jump forward at most 127 bytes; Link reports it if the label is farther away.
func (a *Asm) JccShort(c Cond, l Label) {
	a.Code = append(a.Code, 0x70|byte(c))
	a.disp8(l)
}

func (a *Asm) JmpShort(l Label) {
	a.Code = append(a.Code, 0xeb)
	a.disp8(l)
}

// JccPatch emits a conditional jump whose displacement may be changed while other threads run it, and
// returns the offset of the displacement. The code from offset start on belongs to the jump: padding for
// alignment goes before it.
func (a *Asm) JccPatch(c Cond, l Label, start int) int {
	a.AlignPatch(start, 2)
	a.Code = append(a.Code, 0x0f, 0x80|byte(c))
	pos := len(a.Code)
	a.disp32(fixLabel32, uint64(l))
	return pos
}

// UndoJccPatch takes back the JccPatch that was emitted last, with its displacement at pos. It reports false if other
// code follows.
func (a *Asm) UndoJccPatch(pos int) bool {
	n := len(a.fixups) - 1
	if pos+4 != len(a.Code) || n < 0 || a.fixups[n].pos != int32(pos) {
		return false
	}
	a.fixups = a.fixups[:n]
	a.Code = a.Code[:pos-2]
	return true
}

// JmpPatch is JccPatch without a condition.
func (a *Asm) JmpPatch(l Label) int {
	a.AlignPatch(len(a.Code), 1)
	a.Code = append(a.Code, 0xe9)
	pos := len(a.Code)
	a.disp32(fixLabel32, uint64(l))
	return pos
}

// NopPatch emits a no-operation that SwitchedNop's bytes, stored over the three bytes before its displacement, turn into a jump to
// the label. It returns the offset of the displacement, which may then be changed like that of JmpPatch.
func (a *Asm) NopPatch(l Label) int {
	// Both the bytes that change and the displacement lie within an aligned word of 8 bytes.
	a.Code = append(a.Code, nops[[8]int{0, 0, 3, 2, 1, 0, 2, 1}[len(a.Code)&7]]...)
	a.Code = append(a.Code, 0x0f, 0x1f, 0x80) // nop dword [rax+disp32]
	pos := len(a.Code)
	a.disp32(fixLabel32, uint64(l))
	return pos
}

// SwitchedNop are a no-operation of two bytes and the opcode of a jump.
var SwitchedNop = [3]byte{0x66, 0x90, 0xe9}

// JmpTo jumps to an absolute address within reach of a 32-bit displacement.
func (a *Asm) JmpTo(target uintptr) {
	a.Code = append(a.Code, 0xe9)
	a.disp32(fixAbsolute, uint64(target))
}

// CallTo calls an absolute address within reach of a 32-bit displacement.
func (a *Asm) CallTo(target uintptr) {
	a.Code = append(a.Code, 0xe8)
	a.disp32(fixAbsolute, uint64(target))
}

// LeaLabel loads the address of a label.
func (a *Asm) LeaLabel(dst Reg, l Label) {
	a.Code = append(a.Code, 0x48|byte(dst>>3)<<2, 0x8d, byte(dst&7)<<3|5)
	a.disp32(fixLabel32, uint64(l))
}

// CallLabel calls a label.
func (a *Asm) CallLabel(l Label) {
	a.Code = append(a.Code, 0xe8)
	a.disp32(fixLabel32, uint64(l))
}

// JmpReg and JmpMem jump indirectly.
func (a *Asm) JmpReg(r Reg) { a.R(JmpInd, r) }
func (a *Asm) JmpMem(m Mem) { a.M(JmpInd, m) }

// short says whether a bound label is in reach of one byte from a two-byte jump here.
func (a *Asm) short(l Label) bool {
	at := a.labels[l]
	return at >= 0 && int(at)-(len(a.Code)+2) >= -128
}

func (a *Asm) disp8(l Label) {
	pos := int32(len(a.Code))
	a.Code = append(a.Code, 0)
	a.fixups = append(a.fixups, fixup{fixLabel8, pos, pos + 1, uint64(l)})
}

func (a *Asm) disp32(k fixupKind, target uint64) {
	pos := int32(len(a.Code))
	a.Code = append(a.Code, 0, 0, 0, 0)
	a.fixups = append(a.fixups, fixup{k, pos, pos + 4, target})
}
