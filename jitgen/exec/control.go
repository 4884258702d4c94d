package exec

import (
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/gc/trap"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// checks: Go's run-time panics.
var checks = map[op.Code]Func{
	op.CheckIndex: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		if a[0] >= a[1] {
			trap.Index(int(a[0]), int(a[1]))
		}
		return 0
	},
	op.CheckSlice: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		// Unsigned comparisons also reject what is negative: max is not.
		if a[0] > a[1] || a[1] > a[2] {
			trap.Slice(int(a[0]), int(a[1]), int(a[2]))
		}
		return 0
	},
	op.CheckSliceLen: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		if a[0] > a[1] || a[1] > a[2] {
			trap.SliceLen(int(a[0]), int(a[1]), int(a[2]))
		}
		return 0
	},
	op.CheckNil: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		if a[0] == 0 {
			trap.Nil()
		}
		return 0
	},
	op.CheckZero: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		if a[0] == 0 {
			trap.Divide()
		}
		return 0
	},
	op.CheckShift: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		if int64(a[0]) < 0 {
			trap.Shift()
		}
		return 0
	},
	op.CheckLen: func(_ *Machine, _ descr.Descr, a []uint64) uint64 {
		if a[0] > layout.MaxLen {
			trap.MakeSlice()
		}
		return 0
	},
}

// hintOps: what hints mean where nobody records.
var hintOps = map[op.Code]Func{
	op.PromoteI: same, op.PromoteR: same, op.PromoteF: same, op.PromoteString: same,
	op.IsConstantI: zero, op.IsConstantR: zero, op.IsConstantF: zero, op.IsVirtual: zero,
	op.WeAreJitted: func(m *Machine, _ descr.Descr, _ []uint64) uint64 { return word(m.Jitted) },
	op.IdentityHash: func(m *Machine, _ descr.Descr, a []uint64) uint64 {
		return uint64(m.RT.IdentityHash(m.T, uintptr(a[0])))
	},
	op.RecordExactClass: zero, op.JitDebug: zero, op.DebugNote: zero,
	op.Own:    func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return setOwned(a[0], layout.FlagOwned) },
	op.Disown: func(_ *Machine, _ descr.Descr, a []uint64) uint64 { return setOwned(a[0], 0) },
	op.QuasiWrite: func(m *Machine, d descr.Descr, a []uint64) uint64 {
		if obj := uintptr(a[0]); mem.LoadU64(obj, 0)&layout.FlagWatched != 0 {
			m.RT.QuasiWrite(m.T, obj, d.(*descr.Field))
		}
		return 0
	},
}

// Owned says whether compiled code keeps virtualizable fields of an object to itself; Disown ends that.
func Owned(obj uint64) bool { return mem.LoadU64(uintptr(obj), 0)&layout.FlagOwned != 0 }
func Disown(obj uint64)     { setOwned(obj, 0) }

// Own says that the fields are kept.
func Own(obj uint64) { setOwned(obj, layout.FlagOwned) }

func setOwned(obj, flag uint64) uint64 {
	mem.StoreU64(uintptr(obj), 0, mem.LoadU64(uintptr(obj), 0)&^layout.FlagOwned|flag)
	return 0
}

func zero(*Machine, descr.Descr, []uint64) uint64 { return 0 }

// callOps: residual calls by the adapter protocol, and their further results.
var callOps = map[op.Code]Func{
	op.CallI: call, op.CallR: call, op.CallF: call, op.CallN: call,
	op.CallPureI: call, op.CallPureR: call, op.CallPureF: call, op.CallPureN: call,
	op.GetResultI: func(m *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(m.T.ResI[a[0]]) },
	op.GetResultR: func(m *Machine, _ descr.Descr, a []uint64) uint64 { return uint64(m.T.ResR[a[0]]) },
	op.GetResultF: func(m *Machine, _ descr.Descr, a []uint64) uint64 { return bitsOf(m.T.ResF[a[0]]) },
}

func call(m *Machine, d descr.Descr, a []uint64) uint64 {
	c := d.(*descr.Call)
	PutArgs(m.T, c.Args, a[1:])
	m.RT.Call(m.T, int(a[0]))
	if len(c.Results) == 0 {
		return 0
	}
	return FirstResult(m.T, c.Results[0])
}

// FirstResult is the first result of a call made by the adapter protocol, of kind k.
func FirstResult(t *thread.Thread, k op.Kind) uint64 {
	switch k {
	case op.Int:
		return uint64(t.ResI[0])
	case op.Ref:
		return uint64(t.ResR[0])
	case op.Float:
		return bitsOf(t.ResF[0])
	}
	return 0
}

// PutArgs fills the argument slots of t with words of the given kinds; it returns the number of reference slots.
func PutArgs(t *thread.Thread, kinds []op.Kind, words []uint64) (refs uint64) {
	return put(kinds, words, &t.ArgI, &t.ArgR, &t.ArgF)
}

// TakeArgs reads the argument slots of t into words.
func TakeArgs(t *thread.Thread, kinds []op.Kind, words []uint64) {
	take(kinds, words, &t.ArgI, &t.ArgR, &t.ArgF)
}

// TakeResults reads the result slots of t into words.
func TakeResults(t *thread.Thread, kinds []op.Kind, words []uint64) {
	take(kinds, words, &t.ResI, &t.ResR, &t.ResF)
}

// PutResults fills the result slots of t with words of the given kinds; it returns the number of reference slots.
func PutResults(t *thread.Thread, kinds []op.Kind, words []uint64) (refs uint64) {
	return put(kinds, words, &t.ResI, &t.ResR, &t.ResF)
}

func put(kinds []op.Kind, words []uint64, ints *[thread.NumSlots]int64, refs *[thread.NumSlots]uintptr, floats *[thread.NumSlots]float64) uint64 {
	i, r, f := 0, 0, 0
	for n, k := range kinds {
		switch k {
		case op.Int:
			ints[i] = int64(words[n])
			i++
		case op.Ref:
			refs[r] = uintptr(words[n])
			r++
		case op.Float:
			floats[f] = f64(words[n])
			f++
		}
	}
	return uint64(r)
}

func take(kinds []op.Kind, words []uint64, ints *[thread.NumSlots]int64, refs *[thread.NumSlots]uintptr, floats *[thread.NumSlots]float64) {
	i, r, f := 0, 0, 0
	for n, k := range kinds {
		switch k {
		case op.Int:
			words[n] = uint64(ints[i])
			i++
		case op.Ref:
			words[n] = uint64(refs[r])
			r++
		case op.Float:
			words[n] = bitsOf(floats[f])
			f++
		}
	}
}
