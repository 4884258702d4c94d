// Package regalloc assigns registers and frame slots to the values of a straight-line trace.
//
// Idea: one forward pass, driven by whoever emits code. A trace has no joins, so at each instruction
// the allocator knows the whole state (which register holds what), and it knows the future: the
// positions where every value is used were recorded beforehand. Where a register is needed and
// none is free, the value whose next use is farthest away loses its register (Belady's rule, which is optimal
// for loads on a straight line).
//
//	pos:        3          4           5 ...
//	            v2=v0+v1   guard(v2)   v3=load(v0)
//	state:      rax=v0     rax=v0      rax=v0 dies
//	            rcx=v1     rdx=v2      ...
//
// Invariants: a value is in at most one register and at most one slot; values never change, so a slot once written
// stays valid until the value dies, and a second eviction costs nothing; constants are not values (they
// are encoded as operands again at every use).
//
// At a label every argument has exactly one place. A jump moves its arguments to the places of its
// label, all at once (see Moves). Hints flow back from the jump, so that most of these moves vanish.
//
// Rejected: graph colouring and interval-based linear scan with splitting; both need liveness over
// branches that a trace does not have, and both see the future no better.
//
// After M. Poletto and V. Sarkar, "Linear Scan Register Allocation", 1999; L. Belady, "A study of replacement algorithms",
// 1966.
//
// Must not import anything of Kiln: banks, registers and values are small numbers.
package regalloc

import "fmt"

// Bank is a register bank.
type Bank uint8

const (
	GPR Bank = iota
	XMM
)

// Value names an SSA value of the trace.
type Value = int32

// Loc is a place: a register, a frame slot, or a constant of the client (negative; passed through).
type Loc int32

// Nowhere is the absent place.
const Nowhere Loc = 0

const (
	firstReg  Loc = 1
	firstSlot Loc = 64
)

// RegLoc is the place of register r of a bank.
func RegLoc(b Bank, r uint8) Loc { return firstReg + Loc(b)*16 + Loc(r) }

// SlotLoc is the place of frame slot i.
func SlotLoc(i int) Loc { return firstSlot + Loc(i) }

func (l Loc) IsReg() bool   { return l >= firstReg && l < firstReg+32 }
func (l Loc) IsSlot() bool  { return l >= firstSlot }
func (l Loc) IsConst() bool { return l < 0 }
func (l Loc) Bank() Bank    { return Bank((l - firstReg) / 16) }
func (l Loc) Reg() uint8    { return uint8((l - firstReg) % 16) }
func (l Loc) Slot() int     { return int(l - firstSlot) }

func (l Loc) String() string {
	switch {
	case l == Nowhere:
		return "-"
	case l.IsConst():
		return fmt.Sprintf("const%d", -l-1)
	case l.IsSlot():
		return fmt.Sprintf("slot%d", l.Slot())
	case l.Bank() == XMM:
		return fmt.Sprintf("xmm%d", l.Reg())
	}
	return fmt.Sprintf("r%d", l.Reg())
}

// Mover emits a move between two places of the same bank's kind of value. Slot to slot is possible and
// must not disturb any allocatable register.
type Mover interface{ Move(dst, src Loc) }
