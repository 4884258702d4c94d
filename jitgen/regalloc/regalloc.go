package regalloc

import (
	"fmt"
	"math/bits"
)

// Config says which registers may be handed out.
type Config struct {
	// Order lists the allocatable registers of each bank, preferred ones first.
	Order [2][]uint8
}

const none = -1

// Allocator is the state of one pass over a trace. The protocol:
//
//	Reset; NeedReg and Need for every use, ascending; Seal; then per instruction
//	At(pos); In, Where, Temp ... for operands; Out ... for the result; Done.
type Allocator struct {
	out  Mover
	life lifetimes
	pos  int32

	bank []Bank  // by value
	reg  []int8  // by value: its register, or none
	slot []int32 // by value: its valid slot, or none
	hint []int8  // by value: the register its consumer wants it in, or none

	order  [2][]uint8
	holder [2][16]Value // by register: its value, or none
	free   [2]uint16    // registers without value that may be handed out
	pinned [2]uint16    // registers of operands, result and temporaries of the current instruction
	temps  [2]uint16    // those of pinned that hold no value: returned by Done

	slots []Value // by slot: its value, or none
	moves Moves
}

// Reset starts a pass over a trace of instructions numbered 0 to positions-1. bank is by value and is kept.
func (a *Allocator) Reset(cfg Config, bank []Bank, positions int, out Mover) {
	n := len(bank)
	a.out, a.bank, a.order, a.pos = out, bank, cfg.Order, 0
	a.life.reset(n, positions)
	a.slot = fill(a.slot, n)
	a.reg, a.hint = fill8(a.reg, n), fill8(a.hint, n)
	a.slots = a.slots[:0]
	for b := range a.holder {
		a.free[b], a.pinned[b], a.temps[b] = 0, 0, 0
		for r := range a.holder[b] {
			a.holder[b][r] = none
		}
		for _, r := range cfg.Order[b] {
			a.free[b] |= 1 << r
		}
	}
}

func fill8(s []int8, n int) []int8 {
	if cap(s) < n {
		s = make([]int8, n+n/4)
	}
	s = s[:n]
	for i := range s {
		s[i] = none
	}
	return s
}

// NeedReg records a use of v in a register at pos; Need one that is content with any place.
func (a *Allocator) NeedReg(v Value, pos int) { a.life.needReg(v, pos) }
func (a *Allocator) Need(v Value, pos int)    { a.life.need(v, pos) }

// Hint asks for v to be computed into a register, if that is free then.
func (a *Allocator) Hint(v Value, l Loc) {
	if l.IsReg() && l.Bank() == a.bank[v] {
		a.hint[v] = int8(l.Reg())
	}
}

// HintLike passes the hint of v on to w, which v is computed from in place.
func (a *Allocator) HintLike(w, v Value) {
	if a.hint[w] == none && a.bank[w] == a.bank[v] {
		a.hint[w] = a.hint[v]
	}
}

// HintOf is the register v is wanted in, or -1.
func (a *Allocator) HintOf(v Value) int { return int(a.hint[v]) }

// Seal ends the recording of uses.
func (a *Allocator) Seal() { a.life.seal() }

// At starts an instruction.
func (a *Allocator) At(pos int) { a.pos = int32(pos) }

// Done ends an instruction: temporaries are free again, and values that were needed here for the last time die.
func (a *Allocator) Done() {
	for b := range a.pinned {
		a.free[b] |= a.temps[b]
		a.pinned[b], a.temps[b] = 0, 0
	}
	for v := a.life.dieHead[a.pos]; v >= 0; v = a.life.dieNext[v] {
		a.kill(v)
	}
}

func (a *Allocator) kill(v Value) {
	if a.reg[v] != none {
		a.detach(v)
	}
	a.dropSlot(v)
}

// detach takes v's register away; the register is free unless it is pinned.
func (a *Allocator) detach(v Value) {
	b, r := a.bank[v], a.reg[v]
	a.holder[b][r] = none
	a.reg[v] = none
	if a.pinned[b]&(1<<r) == 0 {
		a.free[b] |= 1 << r
	} else {
		a.temps[b] |= 1 << r
	}
}

func (a *Allocator) dropSlot(v Value) {
	if s := a.slot[v]; s != none {
		a.slots[s] = none
		a.slot[v] = none
	}
}

func (a *Allocator) attach(v Value, r uint8) {
	b := a.bank[v]
	a.holder[b][r] = v
	a.reg[v] = int8(r)
	a.free[b] &^= 1 << r
	a.temps[b] &^= 1 << r
}

// Dies says whether v is not needed after the current instruction.
func (a *Allocator) Dies(v Value) bool { return a.life.last[v] <= a.pos }

// NextUse is the position of the next register use after the current instruction.
func (a *Allocator) NextUse(v Value) int32 { return a.life.next(v, a.pos+1) }

// Where is the place of v: its register if it has one, else its slot.
func (a *Allocator) Where(v Value) Loc {
	if r := a.reg[v]; r != none {
		return RegLoc(a.bank[v], uint8(r))
	}
	if s := a.slot[v]; s != none {
		return SlotLoc(int(s))
	}
	return Nowhere
}

// In brings v into a register and keeps it there for the instruction.
func (a *Allocator) In(v Value) uint8 {
	b := a.bank[v]
	if a.reg[v] == none {
		if a.slot[v] == none {
			panic(fmt.Sprintf("regalloc: value %d used at %d has no place", v, a.pos))
		}
		r := a.pick(b, a.hint[v])
		a.attach(v, r)
		a.out.Move(RegLoc(b, r), SlotLoc(int(a.slot[v])))
	}
	r := uint8(a.reg[v])
	a.pinned[b] |= 1 << r
	return r
}

// Out gives the result v a register.
func (a *Allocator) Out(v Value) uint8 {
	b := a.bank[v]
	r := a.pick(b, a.hint[v])
	a.attach(v, r)
	a.pinned[b] |= 1 << r
	return r
}

// OutOver gives the result v the register of operand w, which must die here and be in a register.
func (a *Allocator) OutOver(v, w Value) uint8 {
	r := uint8(a.reg[w])
	a.pinned[a.bank[w]] |= 1 << r
	a.detach(w)
	a.attach(v, r)
	return r
}

// OutFixed gives the result v a register taken before with TakeFixed.
func (a *Allocator) OutFixed(v Value, r uint8) { a.attach(v, r) }

// HintFree says whether the register that v is wanted in is free.
func (a *Allocator) HintFree(v Value) bool {
	h := a.hint[v]
	return h != none && a.free[a.bank[v]]&(1<<h) != 0
}

// Unpin frees the registers of operands that die here before the result gets one: for instructions
// that read all operands before they write the result.
func (a *Allocator) Unpin(v Value) {
	if r := a.reg[v]; r != none && a.Dies(v) {
		b := a.bank[v]
		a.pinned[b] &^= 1 << r
		a.detach(v)
	}
}

// Temp takes a register for the time of the instruction.
func (a *Allocator) Temp(b Bank) uint8 {
	r := a.pick(b, none)
	a.free[b] &^= 1 << r
	a.pinned[b] |= 1 << r
	a.temps[b] |= 1 << r
	return r
}

// TakeFixed takes a certain general register for the time of the instruction. A value in it moves
// elsewhere; its bits are in the register still. avoid is a set of registers not to move it to.
func (a *Allocator) TakeFixed(r uint8, avoid uint16) {
	a.pinned[GPR] |= 1 << r
	if v := a.holder[GPR][r]; v != none {
		if a.Dies(v) && a.life.next(v, a.pos) == never {
			// Needed by fail arguments of this very instruction at most: those were read.
			a.save(v)
		} else if to := a.freeReg(GPR, a.hint[v], avoid); to >= 0 {
			a.out.Move(RegLoc(GPR, uint8(to)), RegLoc(GPR, r))
			a.detach(v)
			a.attach(v, uint8(to))
		} else {
			a.save(v)
		}
		if a.reg[v] == int8(r) {
			a.detach(v)
		}
	}
	a.free[GPR] &^= 1 << r
	a.temps[GPR] |= 1 << r
}

// Fixed loads general registers for an instruction that destroys some: dst[i] gets src[i], a place by Where from before or
// a constant. What is in destroyed registers and needed later moves elsewhere first. dst are among the destroyed; the
// result may be given one of them with OutFixed.
func (a *Allocator) Fixed(dst, src []Loc, destroyed uint16, spare Loc) {
	for _, r := range a.order[GPR] {
		v := a.holder[GPR][r]
		if destroyed&(1<<r) == 0 || v == none {
			continue
		}
		if !a.Dies(v) && a.slot[v] == none {
			if to := a.freeReg(GPR, a.hint[v], destroyed); to >= 0 {
				a.out.Move(RegLoc(GPR, uint8(to)), RegLoc(GPR, r))
				a.detach(v)
				a.attach(v, uint8(to))
				continue
			}
			a.save(v)
		}
		a.detach(v)
	}
	a.pinned[GPR] |= destroyed
	a.temps[GPR] |= destroyed
	a.free[GPR] &^= destroyed
	a.Jump(dst, src, spare)
}

// Steal takes the register of an operand that dies here; its bits stay for the instruction to destroy.
func (a *Allocator) Steal(v Value) uint8 {
	r := uint8(a.reg[v])
	a.pinned[a.bank[v]] |= 1 << r
	a.detach(v)
	return r
}

// pick returns a free register, evicting a value if there is none. hint is preferred if it is free.
func (a *Allocator) pick(b Bank, hint int8) uint8 {
	if r := a.freeReg(b, hint, 0); r >= 0 {
		return uint8(r)
	}
	r := a.victim(b)
	v := a.holder[b][r]
	a.save(v)
	a.detach(v)
	return r
}

func (a *Allocator) freeReg(b Bank, hint int8, avoid uint16) int {
	free := a.free[b] &^ (a.pinned[b] | avoid)
	if free == 0 {
		return -1
	}
	if hint != none && free&(1<<hint) != 0 {
		return int(hint)
	}
	for _, r := range a.order[b] {
		if free&(1<<r) != 0 {
			return int(r)
		}
	}
	return -1
}

// victim chooses the register whose value is needed latest; among equals one that is in its slot already.
func (a *Allocator) victim(b Bank) uint8 {
	best, bestNext, bestSaved := -1, int32(-1), false
	for _, r := range a.order[b] {
		v := a.holder[b][r]
		if v == none || a.pinned[b]&(1<<r) != 0 {
			continue
		}
		next, saved := a.life.next(v, a.pos), a.slot[v] != none
		if next > bestNext || next == bestNext && saved && !bestSaved {
			best, bestNext, bestSaved = int(r), next, saved
		}
	}
	if best < 0 {
		panic(fmt.Sprintf("regalloc: instruction %d needs more registers than there are", a.pos))
	}
	return uint8(best)
}

// save makes sure that v is in a slot, if anybody needs it still.
func (a *Allocator) save(v Value) {
	if a.slot[v] == none && a.life.last[v] >= a.pos {
		s := a.newSlot(v)
		a.out.Move(SlotLoc(s), RegLoc(a.bank[v], uint8(a.reg[v])))
	}
}

func (a *Allocator) newSlot(v Value) int {
	s := 0
	for s < len(a.slots) && a.slots[s] != none {
		s++
	}
	if s == len(a.slots) {
		a.slots = append(a.slots, none)
	}
	a.slots[s] = v
	a.slot[v] = int32(s)
	return s
}

// Flush saves everything needed after the current instruction and empties all registers.
func (a *Allocator) Flush() {
	for b := range a.holder {
		for used := a.used(Bank(b)); used != 0; used &= used - 1 {
			v := a.holder[b][bits.TrailingZeros16(used)]
			if !a.Dies(v) {
				a.save(v)
			}
			a.pinned[b] = 0
			a.detach(v)
		}
	}
}

// UsesBank says whether a register of a bank holds a value.
func (a *Allocator) UsesBank(b Bank) bool { return a.used(b) != 0 }

func (a *Allocator) used(b Bank) uint16 {
	var used uint16
	for _, r := range a.order[b] {
		if a.holder[b][r] != none {
			used |= 1 << r
		}
	}
	return used
}

// Holder is the value in register r of a bank, or -1. SlotHolder is that of a slot.
func (a *Allocator) Holder(b Bank, r uint8) Value { return a.holder[b][r] }
func (a *Allocator) SlotHolder(i int) Value       { return a.slots[i] }

// NumSlots is the number of frame slots used so far in the pass.
func (a *Allocator) NumSlots() int { return len(a.slots) }

// Reserve makes the frame at least n slots deep.
func (a *Allocator) Reserve(n int) {
	for len(a.slots) < n {
		a.slots = append(a.slots, none)
	}
}
