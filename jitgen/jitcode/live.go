package jitcode

import (
	"fmt"

	"kiln/jitgen/op"
)

// Live is the set of live registers at one position, per bank, ascending. Constants are never in it.
type Live struct{ regs []uint16 }

// Each splits the set into its banks.
func (l Live) Each() (ints, refs, floats []uint16) {
	r := l.regs
	n := int(r[0])
	ints, r = r[1:1+n], r[1+n:]
	n = int(r[0])
	refs, r = r[1:1+n], r[1+n:]
	n = int(r[0])
	return ints, refs, r[1 : 1+n]
}

// Bank is the part of the set in one bank.
func (l Live) Bank(k op.Kind) []uint16 {
	i, r, f := l.Each()
	switch k {
	case op.Int:
		return i
	case op.Ref:
		return r
	}
	return f
}

// Len is the number of live registers.
func (l Live) Len() int { return len(l.regs) - 3 }

// liveTable maps positions to sets: pcs ascending, at[i] the offset of set i in regs.
type liveTable struct {
	pcs  []int32
	at   []int32
	regs []uint16 // sets as count and registers for each of int, ref, float
}

func (t *liveTable) find(pc int) (Live, bool) {
	lo, hi := 0, len(t.pcs)
	for lo < hi {
		mid := (lo + hi) / 2
		if int(t.pcs[mid]) < pc {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == len(t.pcs) || int(t.pcs[lo]) != pc {
		return Live{}, false
	}
	at := int(t.at[lo])
	end := at
	for range 3 {
		end += 1 + int(t.regs[end])
	}
	return Live{t.regs[at:end]}, true
}

func (t *liveTable) add(pc int, sets [3][]uint16, seen map[string]int32) {
	start := len(t.regs)
	for _, s := range sets {
		t.regs = append(t.regs, uint16(len(s)))
		t.regs = append(t.regs, s...)
	}
	// Equal sets are stored once: neighbouring instructions often agree.
	key := fmt.Sprint(t.regs[start:])
	at, ok := seen[key]
	if ok {
		t.regs = t.regs[:start]
	} else {
		at = int32(start)
		seen[key] = at
	}
	t.pcs = append(t.pcs, int32(pc))
	t.at = append(t.at, at)
}

// LiveAt is the set of registers live before the instruction at pc, a position a guard resumes at.
func (j *JitCode) LiveAt(pc int) Live {
	l, ok := j.live.find(pc)
	if !ok {
		panic(fmt.Sprintf("jitcode: %s has no liveness at %d", j.Name, pc))
	}
	return l
}

// LiveAcross is the set of registers live across the call at pc: what a frame waiting for the call needs.
func (j *JitCode) LiveAcross(pc int) Live {
	l, ok := j.across.find(pc)
	if !ok {
		panic(fmt.Sprintf("jitcode: %s has no liveness across %d", j.Name, pc))
	}
	return l
}

// CanResume says whether the instruction at pc has liveness.
func (j *JitCode) CanResume(pc int) bool {
	_, ok := j.live.find(pc)
	return ok
}
