package metainterp

import (
	"kiln/jitgen/blackhole"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
)

// Promotions of too many values. Each value that a promotion has not met yet fails its guard, and gets a bridge that promotes it, behind
// the bridges of the values before: a list that is searched from its beginning each time. That is fast for a few values. A call of any of
// a thousand functions would be a thousand times slower than without JIT. So after some bridges the next one is general: its
// promotion does nothing, and the value stays unknown.
//
// What needs the value as a constant then is a call of the program: elidable functions of it are recorded, and a portal whose greens
// it decides is called as a whole, by its number, as if it could not be traced through.

// generalPlace is an instruction of a frame; the zero value is none.
type generalPlace struct {
	depth int
	code  *jitcode.JitCode
	pc    int
}

// unknownCallee says whether the innermost frame, a portal's that was called in the trace and comes to its merge point first, has a green that is
// not constant, and has done nothing yet but what may be done again.
func (m *MetaInterp) unknownCallee(f *frame, v *vars) bool {
	if len(m.frames) == 1 || f.entered {
		return false
	}
	known := true
	for _, g := range v.greens {
		known = known && isConst(m.box(f, g.kind, g.reg))
	}
	if known {
		return false
	}
	for i := f.began; i < len(m.tr.Ops); i++ {
		flags := m.tr.Ops[i].Code.Info().Flags
		if flags&(op.Call|op.WritesHeap) != 0 || flags&(op.Pure|op.ReadsHeap|op.Check|op.Guard|op.Allocates) == 0 {
			return false
		}
	}
	return true
}

// callWhole takes back the innermost frame and executes and records its call instead.
func (m *MetaInterp) callWhole() {
	m.popFrame()
	f := m.top()
	f.snap = nil
	c := blackhole.DecodeCall(f.code, f.pc)
	fn, d := c.Descr.Func, c.Descr
	if c.Fn != jitcode.NoReg {
		fn = int(m.word(f, op.Int, c.Fn))
		if direct := m.callOf[fn]; direct != nil {
			d = direct
		}
	}
	m.residual(f, fn, d, &c)
}
