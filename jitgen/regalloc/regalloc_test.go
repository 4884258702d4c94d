package regalloc

import (
	"errors"
	"math/rand/v2"
	"testing"
)

// small has three registers of each bank: everything spills.
var small = Config{Order: [2][]uint8{{0, 1, 2}, {0, 1, 2}}}

// four is what an instruction with two operands, a temporary and a result needs.
var four = Config{Order: [2][]uint8{{0, 1, 2, 3}, {0, 1, 2, 3}}}

// instruction of the mock program: result computed from operands, in registers if reg.
type instruction struct {
	args   []Value
	keep   []Value // needed in any place, like fail arguments
	result Value
	shape  int
}

const (
	plain   = iota // operands in, result out
	inPlace        // result over the first operand if it dies
	fixed          // register 1 is taken, result in it
	call           // everything is flushed, result out
	after          // operands that die are unpinned before the result
)

// program is a random straight line over values of both banks.
func program(r *rand.Rand, n int) (ins []instruction, banks []Bank) {
	for range 3 {
		banks = append(banks, Bank(r.IntN(2)))
	}
	for range n {
		in := instruction{shape: r.IntN(5), result: Value(len(banks))}
		for range r.IntN(3) {
			in.args = append(in.args, Value(r.IntN(len(banks))))
		}
		for range r.IntN(3) {
			in.keep = append(in.keep, Value(r.IntN(len(banks))))
		}
		bank := Bank(r.IntN(2))
		if in.shape == fixed {
			bank = GPR
		}
		banks = append(banks, bank)
		ins = append(ins, in)
	}
	return ins, banks
}

// run allocates and executes a program on the mock machine, checking every operand where it is used.
func run(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	ins, banks := program(r, 40)
	m := newMachine()
	var a Allocator
	a.Reset(four, banks, len(ins)+1, m)
	for pos, in := range ins {
		for _, v := range in.args {
			a.NeedReg(v, pos+1)
		}
		for _, v := range in.keep {
			a.Need(v, pos+1)
		}
		a.Need(in.result, pos+1)
	}
	a.Seal()
	inputs := []Value{0, 1, 2}
	a.PlaceArgs(inputs, 1)
	for _, v := range inputs {
		if at := a.Where(v); at != Nowhere {
			m.at[at] = content(v)
		}
	}
	a.At(0)
	a.Done()
	check := func(pos int, v Value, at Loc) {
		if m.at[at] != content(v) {
			t.Fatalf("seed %d, instruction %d: value %d at %v is %d", seed, pos, v, at, m.at[at])
		}
	}
	for i, in := range ins {
		pos := i + 1
		a.At(pos)
		step(&a, m, pos, in, banks, check)
		a.Done()
		invariants(t, &a, banks)
	}
}

func content(v Value) int { return 1000 + int(v) }

func step(a *Allocator, m *machine, pos int, in instruction, banks []Bank, check func(int, Value, Loc)) {
	if in.shape == fixed {
		was := map[Value]bool{}
		for _, v := range in.args {
			was[v] = true
		}
		a.TakeFixed(1, 0)
		m.at[RegLoc(GPR, 1)] = -1
	}
	for _, v := range in.args {
		at := RegLoc(banks[v], a.In(v))
		check(pos, v, at)
	}
	for _, v := range in.args { // all at once, too
		check(pos, v, a.Where(v))
	}
	for _, v := range in.keep {
		check(pos, v, a.Where(v))
	}
	var to uint8
	switch {
	case in.shape == fixed:
		to = 1
		a.OutFixed(in.result, 1)
	case in.shape == call:
		a.Flush()
		for b := range 2 {
			for r := range 4 { // the callee destroys all registers
				m.at[RegLoc(Bank(b), uint8(r))] = -2
			}
		}
		to = a.Out(in.result)
	case in.shape == inPlace && len(in.args) > 0 && a.Dies(in.args[0]) && banks[in.args[0]] == banks[in.result]:
		to = a.OutOver(in.result, in.args[0])
	case in.shape == after:
		for _, v := range in.args {
			a.Unpin(v)
		}
		to = a.Out(in.result)
	default:
		tmp := a.Temp(GPR)
		to = a.Out(in.result)
		m.at[RegLoc(GPR, tmp)] = -3
	}
	m.at[RegLoc(banks[in.result], to)] = content(in.result)
}

// invariants: registers and values agree with each other, and so do slots.
func invariants(t *testing.T, a *Allocator, banks []Bank) {
	t.Helper()
	for b := range 2 {
		for r := range uint8(4) {
			if v := a.Holder(Bank(b), r); v >= 0 && a.Where(v) != RegLoc(Bank(b), r) {
				t.Fatalf("register %d holds %d, which is at %v", r, v, a.Where(v))
			}
			if free := a.free[b]&(1<<r) != 0; free != (a.holder[b][r] < 0) {
				t.Fatalf("register %d of bank %d: free %v, holder %d", r, b, free, a.holder[b][r])
			}
		}
	}
	for i := range a.NumSlots() {
		if v := a.SlotHolder(i); v >= 0 && a.slot[v] != int32(i) {
			t.Fatalf("slot %d holds %d, which is in slot %d", i, v, a.slot[v])
		}
	}
}

func TestRandomPrograms(t *testing.T) {
	for seed := range uint64(5000) {
		run(t, seed)
	}
}

// TestNextUseDecides: the value used latest loses its register, and a reload brings it back.
func TestNextUseDecides(t *testing.T) {
	m := newMachine()
	var a Allocator
	a.Reset(small, make([]Bank, 4), 10, m)
	a.NeedReg(0, 3)
	a.NeedReg(1, 5)
	a.NeedReg(2, 4)
	a.NeedReg(3, 3)
	a.Seal()
	for v := range Value(3) {
		a.Place(v, RegLoc(GPR, uint8(v)))
	}
	a.At(1)
	if r := a.Out(3); r != 1 {
		t.Errorf("result in %d, want the register of value 1", r)
	}
	a.Done()
	if at := a.Where(1); !at.IsSlot() || m.moves != 1 {
		t.Errorf("value 1 at %v after %v", at, m.log)
	}
	a.At(3)
	a.Done()
	a.At(5)
	a.In(1)
	if m.moves != 2 {
		t.Errorf("moves %v", m.log)
	}
}

// TestSecondEvictionIsFree: a value that was spilled once is in its slot for good.
func TestSecondEvictionIsFree(t *testing.T) {
	m := newMachine()
	var a Allocator
	a.Reset(small, make([]Bank, 1), 10, m)
	a.NeedReg(0, 3)
	a.NeedReg(0, 5)
	a.Seal()
	a.Place(0, RegLoc(GPR, 0))
	a.At(1)
	a.Flush()
	a.Done()
	a.At(3)
	a.In(0)
	a.Done()
	a.At(4)
	a.Flush()
	a.Done()
	if m.moves != 2 {
		t.Errorf("moves %v, want one store and one load", m.log)
	}
}

func TestLabel(t *testing.T) {
	m := newMachine()
	var a Allocator
	a.Reset(small, make([]Bank, 4), 10, m)
	for v := range Value(3) {
		a.NeedReg(v, 5)
	}
	a.Need(3, 1)
	a.Seal()
	a.PlaceArgs([]Value{0, 1, 2, 3}, 1)
	a.At(1)
	locs, err := a.Label(nil, []Value{0, 1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	a.Done()
	if locs[3] != Nowhere || !locs[0].IsReg() || !locs[1].IsReg() || !locs[2].IsSlot() {
		t.Errorf("places %v: want two in registers, one in a slot, one nowhere", locs)
	}
	a.At(2)
	var live *LiveError
	if _, err := a.Label(nil, []Value{0, 1}); !errors.As(err, &live) || live.Value != 2 {
		t.Errorf("value 2 lives on unnoticed: %v", err)
	}
	if _, err := a.Label(nil, []Value{0, 1, 0, 2}); err == nil {
		t.Error("an argument twice is accepted")
	}
}

func TestHint(t *testing.T) {
	m := newMachine()
	var a Allocator
	a.Reset(small, make([]Bank, 3), 10, m)
	for v := range Value(3) {
		a.NeedReg(v, 5)
	}
	a.Seal()
	a.Hint(1, RegLoc(GPR, 2))
	a.HintLike(0, 1)
	a.At(1)
	if !a.HintFree(0) || a.Out(0) != 2 {
		t.Error("the hint was not followed")
	}
	if a.HintFree(1) || a.Out(1) == 2 {
		t.Error("an occupied register was given")
	}
	a.Done()
}
