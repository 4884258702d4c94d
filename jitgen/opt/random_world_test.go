package opt

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// The world of random traces: types, functions, a memory that is made anew and can be compared.

const randomDeclarations = `
type Box { val int }
type Node { val int; next ref; box ref }
type Frame { sum int; small uint8; half int16; f32 float32; f float; box ref; node ref; arr ref; boxes ref; fixed int immutable }
array []int of int
array []uint8 of uint8
array []ref of ref
array []Pt of { x int32; y float; z int }
array text of uint8 immutable
view []int
view []Pt
copy text from []uint8
copy []uint8 from text
call opaque() arbitrary
call sum(ref) (int) reads(Frame.sum)
call poke(ref, int) writes(Frame.sum, Box.val)
call hash(int, int) (int, int) elidable
call keep(ref) (ref) collects
call pair(int) (int, int) collects
`

// The types of references in random traces. Those named with a question mark may be nil.
type vtype uint8

const (
	tInt vtype = iota
	tFloat
	tBox
	tNode
	tNodeOrNil
	tFrame
	tInts
	tBytes
	tBoxes
	numTypes
)

func (v vtype) kind() op.Kind {
	switch v {
	case tInt:
		return op.Int
	case tFloat:
		return op.Float
	}
	return op.Ref
}

// world is a small heap with the descriptors of the traces in it.
type world struct {
	ns     *trace.Namespace
	base   uintptr
	free   uintptr
	high   uintptr // memory above it was never used
	start  uintptr // above the objects that exist before a run
	image  []byte  // their contents
	roots  []uint64
	m      exec.Machine
	events []string // calls
}

const worldSize = 1 << 18

func newWorld(t *testing.T) *world {
	w := &world{ns: trace.NewNamespace(nil)}
	if err := w.ns.Declare(randomDeclarations); err != nil {
		t.Fatal(err)
	}
	base, err := mem.Map(worldSize)
	if err != nil {
		t.Fatal(err)
	}
	th, err := mem.Map(thread.Size)
	if err != nil {
		t.Fatal(err)
	}
	w.base, w.free = base, base+16
	w.m = exec.Machine{RT: w, T: (*thread.Thread)(mem.Ptr(th)), Jitted: true}
	return w
}

func (w *world) Program() *descr.Program { return w.ns.Program }

func (w *world) AddRoots(backend.RootWalker) {}

func (w *world) IdentityHash(*thread.Thread, uintptr) int64 { return 1 }

func (w *world) QuasiWrite(*thread.Thread, uintptr, *descr.Field) { panic("nobody watches") }

func (w *world) Alloc(_ *thread.Thread, n int64) uintptr {
	p := w.free
	w.free += uintptr(layout.Round(int(n)))
	if w.free > w.base+worldSize {
		panic("the test's heap is full")
	}
	return p
}

func (w *world) New(t *thread.Thread, id uint32) uintptr {
	p := w.Alloc(t, int64(w.ns.Program.Types[id].ObjectSize(0)))
	*(*uint64)(mem.Ptr(p)) = layout.Header(layout.TypeID(id))
	return p
}

func (w *world) NewArray(t *thread.Thread, id uint32, n int64) uintptr {
	typ := w.ns.Program.Types[id]
	p := w.Alloc(t, int64(typ.ObjectSize(int(n))))
	*(*uint64)(mem.Ptr(p)) = layout.Header(layout.TypeID(id))
	*(*int64)(mem.Ptr(p + uintptr(typ.LenOffset))) = n
	return p
}

func (w *world) field(name string) *descr.Field { return w.ns.Lookup("field", name).(*descr.Field) }
func (w *world) array(name string) *descr.Array { return w.ns.Lookup("array", name).(*descr.Array) }
func (w *world) callDescr(name string) *descr.Call {
	return w.ns.Lookup("call", name).(*descr.Call)
}

// Call runs a function of the traces.
func (w *world) Call(t *thread.Thread, fn int) {
	sum, val := w.field("Frame.sum"), w.field("Box.val")
	root := w.roots[0]
	switch fn {
	case 0: // opaque: changes what it can get at
		w.events = append(w.events, "opaque")
		exec.StoreField(root, sum, exec.LoadField(root, sum)+3)
		box := exec.LoadField(root, w.field("Frame.box"))
		exec.StoreField(box, val, exec.LoadField(box, val)^5)
		arr := exec.LoadField(root, w.field("Frame.arr"))
		exec.StoreItem(arr, 1, w.array("[]int"), exec.LoadItem(arr, 0, w.array("[]int"))+1)
	case 1:
		t.ResI[0] = int64(exec.LoadField(uint64(t.ArgR[0]), sum))
		// No event: a call that only reads may be done once instead of twice.
	case 2:
		obj := uint64(t.ArgR[0])
		exec.StoreField(root, sum, uint64(t.ArgI[0]))
		exec.StoreField(obj, val, exec.LoadField(obj, val)+uint64(t.ArgI[0]))
		w.events = append(w.events, fmt.Sprint("poke ", t.ArgI[0]))
	case 3:
		t.ResI[0], t.ResI[1] = t.ArgI[0]*31+t.ArgI[1], t.ArgI[0]^t.ArgI[1]
	case 5:
		t.ResI[0], t.ResI[1] = t.ArgI[0]+2, t.ArgI[0]*3
		w.events = append(w.events, fmt.Sprint("pair ", t.ArgI[0]))
	case 4:
		t.ResR[0] = t.ArgR[0]
		w.events = append(w.events, "keep")
	}
}

// populate makes the objects that exist before a run: one value of each type per variable.
func (w *world) make(r *rand.Rand, t vtype) uint64 {
	switch t {
	case tInt:
		return uint64(r.Intn(20))
	case tBox:
		p := uint64(w.New(nil, uint32(w.ns.Type("Box").ID)))
		exec.StoreField(p, w.field("Box.val"), uint64(r.Intn(100)))
		return p
	case tNode, tNodeOrNil:
		p := uint64(w.New(nil, uint32(w.ns.Type("Node").ID)))
		exec.StoreField(p, w.field("Node.val"), uint64(r.Intn(100)))
		exec.StoreField(p, w.field("Node.box"), w.make(r, tBox))
		if r.Intn(2) == 0 {
			exec.StoreField(p, w.field("Node.next"), w.make(r, tNode))
		}
		return p
	case tInts, tBytes, tBoxes:
		name := map[vtype]string{tInts: "[]int", tBytes: "[]uint8", tBoxes: "[]ref"}[t]
		p := uint64(w.NewArray(nil, uint32(w.ns.Type(name).ID), 4))
		for i := uint64(0); i < 4; i++ {
			v := uint64(r.Intn(50))
			if t == tBoxes {
				v = w.make(r, tBox)
			}
			exec.StoreItem(p, i, w.array(name), v)
		}
		return p
	case tFrame:
		p := uint64(w.New(nil, uint32(w.ns.Type("Frame").ID)))
		exec.StoreField(p, w.field("Frame.sum"), uint64(r.Intn(100)))
		exec.StoreField(p, w.field("Frame.fixed"), uint64(r.Intn(100)))
		exec.StoreField(p, w.field("Frame.box"), w.make(r, tBox))
		exec.StoreField(p, w.field("Frame.node"), w.make(r, tNode))
		exec.StoreField(p, w.field("Frame.arr"), w.make(r, tInts))
		exec.StoreField(p, w.field("Frame.boxes"), w.make(r, tBoxes))
		return p
	}
	return 0
}

// seal ends the set-up; reset returns to it.
func (w *world) seal() {
	w.start = w.free
	w.image = append([]byte(nil), mem.Bytes(w.base, w.start-w.base)...)
}

func (w *world) reset() {
	copy(mem.Bytes(w.base, w.start-w.base), w.image)
	w.high = max(w.high, w.free)
	if w.high > w.start {
		clear(mem.Bytes(w.start, w.high-w.start))
	}
	w.free, w.events = w.start, nil
}

// dump prints words and all they reach, objects numbered in the order they are met.
func (w *world) dump(words []uint64, kinds []op.Kind) string {
	var b strings.Builder
	at := map[uint64]int{}
	var queue []uint64
	word := func(v uint64, k op.Kind) {
		switch {
		case k != op.Ref:
			fmt.Fprintf(&b, " %#x", v)
		case v == 0:
			b.WriteString(" nil")
		default:
			if _, ok := at[v]; !ok {
				at[v] = len(at)
				queue = append(queue, v)
			}
			fmt.Fprintf(&b, " #%d", at[v])
		}
	}
	for i, v := range words {
		word(v, kinds[i])
	}
	for _, v := range w.roots {
		word(v, op.Ref)
	}
	for i := 0; i < len(queue); i++ {
		p := queue[i]
		t := w.ns.Program.Types[exec.TypeID(p)]
		fmt.Fprintf(&b, "\n#%d %s", i, t.Name)
		for _, l := range w.ns.Program.Locs {
			switch d := l.(type) {
			case *descr.Field:
				if d.Owner == t {
					word(exec.LoadField(p, d), d.Access.Kind)
				}
			case *descr.Array:
				if d.Type == t && d.Of == nil {
					for j := uint64(0); j < exec.Length(p, t); j++ {
						word(exec.LoadItem(p, j, d), d.Access.Kind)
					}
				}
			}
		}
	}
	return b.String()
}
