package jitgen

import (
	"kiln/gc"
	"kiln/gc/thread"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/warm"
)

// The functions of the program that drivers name in their options. They are called with the greens only; the slots, where the
// program's state may be waiting, are put aside meanwhile, and nothing is counted or compiled.

// aside keeps the slots of a thread while a hook runs; roots.
type aside struct {
	used             bool
	argI, resI       [thread.NumSlots]int64
	argR, resR       [thread.NumSlots]uintptr
	argF, resF       [thread.NumSlots]float64
	refArgs, results uint64
	on               uint64
}

// WalkRoots visits the references put aside.
func (a *aside) WalkRoots(visit func(*uintptr)) {
	if !a.used {
		return
	}
	for i := range a.refArgs {
		visit(&a.argR[i])
	}
	for i := range a.results {
		visit(&a.resR[i])
	}
}

func (a *aside) save(t *thread.Thread) {
	a.used, a.on = true, t.JitOn
	a.argI, a.argR, a.argF, a.refArgs = t.ArgI, t.ArgR, t.ArgF, t.RefArgs
	a.resI, a.resR, a.resF, a.results = t.ResI, t.ResR, t.ResF, t.RefResults
	t.JitOn, t.RefArgs, t.RefResults = 0, 0, 0
}

func (a *aside) restore(t *thread.Thread) {
	a.used, t.JitOn = false, a.on
	t.ArgI, t.ArgR, t.ArgF, t.RefArgs = a.argI, a.argR, a.argF, a.refArgs
	t.ResI, t.ResR, t.ResF, t.RefResults = a.resI, a.resR, a.resF, a.results
}

// ask calls a hook of a driver with greens, whose objects do not move. take reads the result out of the slots. It is false if the driver has
// no such hook.
func (j *JIT) ask(h descr.Hook, driver int, greens []uint64, take func(t *thread.Thread)) bool {
	fn := j.im.Prog.Drivers[driver].Hooks[h]
	if fn < 0 {
		return false
	}
	t := j.t
	j.aside.save(t)
	defer j.aside.restore(t)
	t.RefArgs = exec.PutArgs(t, j.im.Prog.Funcs[fn].Args, greens)
	j.rt.Call(t, fn)
	take(t)
	return true
}

// answer is what a hook that returns a bool says; otherwise if there is none.
func (j *JIT) answer(h descr.Hook, driver int, greens []uint64, otherwise bool) bool {
	j.ask(h, driver, greens, func(t *thread.Thread) { otherwise = t.ResI[0] != 0 })
	return otherwise
}

// Place is what the program calls the position of a merge point, "" if it has no name for it. A hook of the metainterpreter.
func (j *JIT) Place(driver int, greens []uint64) (place string) {
	j.ask(descr.HookLocation, driver, greens, func(t *thread.Thread) { place = gc.GoString(t.ResR[0]) })
	return place
}

// UnrollOneIteration is a hook of the metainterpreter.
func (j *JIT) UnrollOneIteration(driver int, greens []uint64) bool {
	return j.answer(descr.HookUnrollOneIteration, driver, greens, false)
}

// confirmed says whether the program allows code at a cell to be made or entered.
func (j *JIT) confirmed(c *warm.Cell) bool {
	if j.im.Prog.Drivers[c.Driver].Hooks[descr.HookConfirm] < 0 || j.answer(descr.HookConfirm, c.Driver, c.Greens, true) {
		return true
	}
	j.Counters.Refused++
	return false
}
