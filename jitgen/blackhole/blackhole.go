// Package blackhole is the interpreter that goes on after compiled code or a recording has left off:
// it rebuilds frames from resume data and runs jitcode until the portal reaches a merge point or
// returns, where emitted code (or compiled code) can take over.
//
// Input: resume data and the words of a guard's fail arguments, or frames copied from the
// metainterpreter. Output: greens and reds in the argument slots of the thread, or the portal's results in
// its result slots. Calls run emitted code through adapters; failing checks and panics are Go panics
// that leave Run.
//
// Frames wait at their call instruction: the results of an inner frame go into the registers that instruction
// names. Register files are stacks in root arrays (Registers), so references in them survive
// collections; a word taken out of a register is good until the next operation that may collect.
//
// Imports exec, jitcode, resume; linked into translated binaries. Must not import metainterp or warm.
package blackhole

import (
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/exec"
	"kiln/jitgen/jitcode"
)

// Interp runs jitcode for one thread. Activations nest: a residual call may enter the JIT again.
type Interp struct {
	// Portal runs the portal of a driver from its merge point, with the variables in the argument slots, to its end,
	// with the results in the result slots.
	Portal func(driver int)

	m        exec.Machine
	im       *jitcode.Image
	regs     Registers
	frames   []frame
	built    []uint64       // objects being rebuilt; roots
	operands []uint64       // of Objects; roots
	args     [8]uint64      // operands of the operation in progress: operations do not keep them, nor nest
	infos    []jitcode.Info // by op.Code, of the shared operations
}

type frame struct {
	code *jitcode.JitCode
	pc   int
	base Base
}

// New returns an interpreter for thread t and registers its roots.
func New(rt backend.Runtime, t *thread.Thread, im *jitcode.Image) *Interp {
	b := &Interp{m: exec.Machine{RT: rt, T: t, Jitted: true}, im: im, infos: jitcode.Infos()}
	rt.AddRoots(b)
	return b
}

// WalkRoots visits the references of all activations.
func (b *Interp) WalkRoots(visit func(*uintptr)) {
	b.regs.WalkRoots(visit)
	WalkWords(b.built, visit)
	WalkWords(b.operands, visit)
}

// Result is why Run returned.
type Result struct {
	// Done: the portal returned, results are in the result slots. Else the portal is at the merge point of
	// Driver, greens and reds are in the argument slots.
	Done   bool
	Driver int
}

// Mark is a state of the stack of activations, to be released to.
type Mark struct {
	frames int
	base   Base
}

// Mark notes the current state: take it before frames are pushed.
func (b *Interp) Mark() Mark { return Mark{len(b.frames), b.regs.Top()} }

// Release drops all frames above the mark. It is called on every way out of an activation, panics too.
func (b *Interp) Release(m Mark) {
	b.frames = b.frames[:m.frames]
	b.regs.Pop(m.base)
	b.built = b.built[:0]
}

// PushFrame adds a frame inside the frames pushed so far, at pc, whose registers are copied from words (by bank, all registers of the frame).
func (b *Interp) PushFrame(code *jitcode.JitCode, pc int, words [jitcode.NumBanks][]uint64) {
	base := b.regs.Push(code)
	b.frames = append(b.frames, frame{code, pc, base})
	for _, k := range jitcode.Banks {
		copy(b.regs.Words[k][base[k]:], words[k][:code.NumRegs[k]])
	}
}
