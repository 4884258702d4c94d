package regalloc

import (
	"fmt"
	"sort"
)

// LiveError reports a value that is used after a label but is not among its arguments: a jump from
// elsewhere could not provide it.
type LiveError struct {
	Value Value
	Pos   int
}

func (e *LiveError) Error() string {
	return fmt.Sprintf("regalloc: value %d is used after the label at %d but is not an argument of it", e.Value, e.Pos)
}

// Place declares that v is at l when the pass starts (an input of a bridge). It reports false if the place is
// taken by another value already: then v must be moved to a place of its own, with PlaceAnywhere.
func (a *Allocator) Place(v Value, l Loc) bool {
	switch {
	case l.IsReg():
		if a.holder[l.Bank()][l.Reg()] != none || l.Bank() != a.bank[v] || a.free[l.Bank()]&(1<<l.Reg()) == 0 {
			return false
		}
		a.attach(v, l.Reg())
	case l.IsSlot():
		a.Reserve(l.Slot() + 1)
		if a.slots[l.Slot()] != none {
			return false
		}
		a.slots[l.Slot()] = v
		a.slot[v] = int32(l.Slot())
	default:
		return false
	}
	return true
}

// PlaceAnywhere gives v a place of its own, a register if one is free, without emitting anything.
func (a *Allocator) PlaceAnywhere(v Value) Loc {
	if r := a.freeReg(a.bank[v], a.hint[v], 0); r >= 0 {
		a.attach(v, uint8(r))
	} else {
		a.newSlot(v)
	}
	return a.Where(v)
}

// PlaceArgs distributes the arguments of the first label of a loop: registers for those that are used
// soonest, leaving `spare` registers of each bank for what the loop computes, slots for the rest.
// An argument that is never needed gets no place.
func (a *Allocator) PlaceArgs(args []Value, spare int) {
	sorted := make([]Value, 0, len(args))
	for _, v := range args {
		if a.life.last[v] >= 0 {
			sorted = append(sorted, v)
		}
	}
	sort.SliceStable(sorted, func(i, j int) bool {
		return a.life.next(sorted[i], 0) < a.life.next(sorted[j], 0)
	})
	room := [2]int{len(a.order[GPR]) - spare, len(a.order[XMM]) - spare}
	for _, v := range sorted {
		if a.Where(v) != Nowhere {
			continue
		}
		b := a.bank[v]
		if room[b] > 0 && a.life.next(v, 0) != never {
			room[b]--
			a.attach(v, uint8(a.freeReg(b, a.hint[v], 0)))
		} else {
			a.newSlot(v)
		}
	}
}

// Label fixes the places of a label's arguments and returns them, appended to dst. An argument that is not needed
// after the label has no place. Each other has exactly one afterwards: a copy in a slot besides the register is
// forgotten, because jumps to the label will not keep it up to date.
func (a *Allocator) Label(dst []Loc, args []Value) ([]Loc, error) {
	base := len(dst)
	for i, v := range args {
		if v < 0 || a.Dies(v) {
			dst = append(dst, Nowhere)
			continue
		}
		if a.reg[v] != none {
			a.dropSlot(v)
		}
		at := a.Where(v)
		for j := range i {
			if dst[base+j] == at {
				return dst, fmt.Errorf("regalloc: value %d is twice an argument of the label at %d", v, a.pos)
			}
		}
		dst = append(dst, at)
	}
	return dst, a.checkOnly(args)
}

// checkOnly verifies that nothing but args lives on.
func (a *Allocator) checkOnly(args []Value) error {
	known := map[Value]bool{}
	for _, v := range args {
		known[v] = true
	}
	for b := range a.holder {
		for _, v := range a.holder[b] {
			if v != none && !a.Dies(v) && !known[v] {
				return &LiveError{v, int(a.pos)}
			}
		}
	}
	for _, v := range a.slots {
		if v != none && !a.Dies(v) && !known[v] {
			return &LiveError{v, int(a.pos)}
		}
	}
	return nil
}

// Jump moves values (or constants: negative Locs) to the places of a label. Sources are places by Where.
func (a *Allocator) Jump(dst, src []Loc, spare Loc) {
	a.moves.Reset()
	for i := range dst {
		a.moves.Add(dst[i], src[i])
	}
	a.moves.Emit(a.out, spare)
}
