package blackhole

import (
	"slices"

	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
)

// Registers is a stack of register files, one slice for each bank. Its owner registers WalkRoots with the
// heap. Slices move when they grow: an index is good across calls, a slice or pointer is not.
type Registers struct {
	Words [jitcode.NumBanks][]uint64
}

// Base is where a frame's registers start in each bank.
type Base [jitcode.NumBanks]int

// Push appends the registers of a frame of code: zeroed, constants behind them.
func (r *Registers) Push(code *jitcode.JitCode) Base {
	var base Base
	for _, k := range jitcode.Banks {
		w, consts := r.Words[k], code.Consts[k]
		at, n := len(w), code.NumRegs[k]
		base[k] = at
		if at+n+len(consts) > cap(w) {
			w = slices.Grow(w, n+len(consts))
		}
		w = w[:at+n+len(consts)]
		clear(w[at : at+n])
		copy(w[at+n:], consts)
		r.Words[k] = w
	}
	return base
}

// Pop drops everything from base up.
func (r *Registers) Pop(base Base) {
	for _, k := range jitcode.Banks {
		r.Words[k] = r.Words[k][:base[k]]
	}
}

// Top is the base the next frame would get.
func (r *Registers) Top() Base {
	var base Base
	for _, k := range jitcode.Banks {
		base[k] = len(r.Words[k])
	}
	return base
}

// WalkRoots visits the reference registers.
func (r *Registers) WalkRoots(visit func(*uintptr)) { WalkWords(r.Words[op.Ref], visit) }

// WalkWords visits references kept as words.
func WalkWords(words []uint64, visit func(*uintptr)) {
	for i, w := range words {
		if w != 0 {
			at := uintptr(w)
			visit(&at)
			words[i] = uint64(at)
		}
	}
}
