package tracegen

import (
	"math"

	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
)

// boomAt is what boom panics at: its argument's low bits.
const boomAt = 61

// maxReenter bounds the nesting of compiled code through reenter.
const maxReenter = 2

// Call runs a function of the world by the adapter protocol.
func (w *World) Call(t *thread.Thread, fn int) {
	switch f := w.Names.Program.Funcs[fn]; f.Name {
	case "add":
		t.ResI[0] = t.ArgI[0]*3 + t.ArgI[1]
	case "mix":
		t.ResF[0] = t.ArgF[0]/2 + float64(t.ArgI[0])
	case "alloc":
		val := t.ArgI[0]
		obj := w.New(t, uint32(w.typ(node).ID))
		exec.StoreField(uint64(obj), w.field("Node.val"), uint64(val))
		t.ResR[0] = obj
	case "churn":
		w.collect()
	case "multi":
		w.multi(t)
	case "many":
		w.many(t)
	case "setval":
		exec.StoreField(uint64(t.ArgR[0]), w.field("Node.val"), uint64(t.ArgI[0]))
	case "swap":
		mark := w.save(t.ArgR[0], t.ArgR[1])
		w.collect()
		t.ResR[0], t.ResR[1] = uintptr(w.saved[mark+1]), uintptr(w.saved[mark])
		w.saved = w.saved[:mark]
	case "boom":
		if t.ArgI[0]&63 == boomAt {
			panic("boom")
		}
		t.ResI[0] = t.ArgI[0] ^ 5
	case "note":
		if n, r := t.ArgI[0], t.ArgR[0]; n != 0 && r != 0 {
			exec.StoreField(uint64(r), w.field("Node.val"), uint64(n))
			w.collect()
		}
	case "other":
		if t.ResR[0] = t.ArgR[0]; t.ArgR[0] == 0 {
			n := t.ArgI[0]
			obj := w.New(t, uint32(w.typ(node).ID))
			exec.StoreField(uint64(obj), w.field("Node.val"), uint64(n))
			t.ResR[0] = obj
		}
	case "nonzero":
		if t.ResI[0] = t.ArgI[0]; t.ArgI[0] == 0 {
			w.collect()
			t.ResI[0] = 41
		}
	case "touch":
		if r := t.ArgR[0]; r != 0 {
			exec.Do(&exec.Machine{RT: w, T: t}, op.QuasiWrite, w.field("Node.val"), []uint64{uint64(r)})
		}
	case "reenter":
		t.ResI[0] = w.reenter(t.ArgI[0])
	default:
		panic("tracegen: no function " + f.Name)
	}
	w.scribble(t)
}

// scribble spoils the argument slots: who calls must not count on them afterwards.
func (w *World) scribble(t *thread.Thread) {
	for i := range t.ArgI {
		t.ArgI[i], t.ArgR[i], t.ArgF[i] = -0x5a5a5a5a, 0xdead, math.NaN()
	}
}

func (w *World) field(name string) *descr.Field {
	return w.Names.Lookup("field", name).(*descr.Field)
}

func (w *World) save(refs ...uintptr) (mark int) {
	mark = len(w.saved)
	for _, r := range refs {
		w.saved = append(w.saved, uint64(r))
	}
	return mark
}

func (w *World) collect() {
	w.Heap.Collect(w.Thread)
}

func (w *World) multi(t *thread.Thread) {
	n, f := t.ArgI[0], t.ArgF[0]
	mark := w.save(t.ArgR[0])
	obj := uint64(w.New(t, uint32(w.typ(node).ID)))
	exec.StoreField(obj, w.field("Node.val"), uint64(n))
	exec.Store(t, obj, w.field("Node.left"), 0, w.saved[mark])
	w.saved = w.saved[:mark]
	t.ResI[0], t.ResR[0], t.ResF[0], t.ResI[1] = n+1, uintptr(obj), f*2, n>>3
}

// many depends on every argument.
func (w *World) many(t *thread.Thread) {
	sum := 0.0
	for i := range 8 {
		sum = sum*3 + float64(t.ArgI[i]%1000)
	}
	for i := range 9 {
		if f := t.ArgF[i]; math.Abs(f) < 1e6 {
			sum = sum/2 + f
		}
	}
	mark := w.save(t.ArgR[:3]...)
	w.collect()
	for _, r := range w.saved[mark:] {
		if sum *= 2; r != 0 {
			sum += float64(int8(exec.LoadField(r, w.field("Node.val"))))
		}
	}
	w.saved = w.saved[:mark]
	t.ResF[0] = sum
}

// reenter runs the case's first loop in the middle of whatever runs, and hashes how it ended.
func (w *World) reenter(n int64) int64 {
	if w.depth >= maxReenter || w.again == nil {
		return n
	}
	w.depth++
	defer func() { w.depth-- }()
	exit := w.be.Execute(w.Thread, w.loops[0], w.again())
	finished, kinds, values := exit.Kind == backend.ExitFinish, exit.Kinds, exit.Values
	hash := n
	if !finished && w.recorded != nil {
		_, kinds, values = w.resume(exit)
	} else if !finished {
		hash = hash*31 + int64(exit.Guard.ID)
	}
	for i, k := range kinds {
		if k == op.Int {
			hash = hash*31 + int64(values[i])
		}
	}
	return hash
}
