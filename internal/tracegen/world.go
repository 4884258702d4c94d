// Package tracegen makes random traces and compares what executes them: one backend with another, or a
// trace with what the optimiser made of it.
//
// A case (case.go) is text: loops and bridges over the types and functions of one fixed little world, and the
// arguments of some runs. A World executes a case on one backend; two outcomes are equal if exit, values, the
// graph of objects reachable from them and from all named objects are (dump.go). A case that fails is shrunk
// (shrink.go) and printed.
//
// The generator (generate.go) works like a tracer: it executes what it emits, so that guards are on the
// path taken and checks hold at first; memory safety rests on what it knows for every iteration (shapes.go).
//
// Used by tests only.
package tracegen

import (
	"math"
	"math/rand/v2"

	"kiln/gc"
	"kiln/gc/layout"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/trace"
)

// declarations are the types and functions that traces work with. Arrays in this world have at least minLen
// items. See function.go for what the functions do.
const declarations = `
type Node { val int; next ref; left ref; f float; b uint8; s int16; w int32; g float32; u uint32; c int8; h uint16 }
type Pair : Node { extra int; mate ref; frac float }
array []int of int
array []uint8 of uint8
array []int16 of int16
array []uint32 of uint32
array []float of float
array []float32 of float32
array []ref of ref
array []Pt of { x int32; y float32; p ref; q int8; z float }
call add(int, int) (int) elidable
call mix(float, int) (float) elidable
call alloc(int) (ref) collects
call churn() collects
call multi(int, ref, float) (int, ref, float, int) collects
call many(int, int, int, int, int, int, int, int, float, float, float, float, float, float, float, float, float, ref, ref, ref) (float) collects
call setval(ref, int) writes(Node.val)
call swap(ref, ref) (ref, ref) collects
call boom(int) (int) panics
call reenter(int) (int) collects panics arbitrary entersjit
call touch(ref) invalidates
call note(int, ref) collects writes(Node.val) conditional
call other(ref, int) (ref) collects conditional
call nonzero(int, ref) (int) collects elidable conditional
dispatch Area { Node add; Pair mix }
typeset Big { Pair }
`

const minLen = 8

// fixture is a named object of the world: an argument of runs, or (if immortal) a constant of traces.
type fixture struct {
	name     string
	shape    shape
	immortal bool
}

var fixtures = []fixture{
	{"node0", node, false}, {"node1", node, false}, {"pair0", pair, false}, {"pair1", pair, false},
	{"ints", arrayInt, false}, {"bytes", arrayUint8, false}, {"shorts", arrayInt16, false}, {"words", arrayUint32, false},
	{"floats", arrayFloat, false}, {"singles", arrayFloat32, false}, {"refs", arrayRef, false}, {"points", arrayPt, false},
	{"knode", node, true}, {"kpair", pair, true}, {"kints", arrayInt, true}, {"kfloats", arrayFloat, true},
	{"krefs", arrayRef, true}, {"kpoints", arrayPt, true},
}

// World is a heap with the named objects and functions, and the backend under test on it.
type World struct {
	Names  *trace.Namespace
	Heap   *gc.Heap
	Thread *thread.Thread

	be    backend.Backend
	loops []*backend.Loop
	// again are the arguments that reenter gives to the first loop.
	again func() []uint64
	depth int // of reenter

	recorded *trace.Trace // what loops[0] was made from, if its side is Recorded
	invalid  bool
	// making: the generator is executing a trace that it makes, which nothing invalidates.
	making bool

	named []uint64 // by index in fixtures: roots
	saved []uint64 // roots of functions
}

// NewWorld makes a world with a heap of its own.
func NewWorld(config gc.Config) *World {
	w := &World{Names: trace.NewNamespace(nil)}
	if err := w.Names.Declare(declarations); err != nil {
		panic(err)
	}
	w.Heap = gc.New(config, w.Names.Program.Types)
	w.Thread = w.Heap.NewThread()
	w.Heap.AddRoots(w)
	w.named = make([]uint64, len(fixtures))
	for i, f := range fixtures {
		if f.immortal {
			w.named[i] = uint64(w.Heap.NewImmortal(w.typ(f.shape).ID, minLen+i))
			w.Names.SetObject(f.name, w.named[i])
		}
	}
	return w
}

func (w *World) typ(s shape) *layout.Type { return w.Names.Type(shapeNames[s]) }

// Reset gives the named objects fresh contents, the same for the same seed in every world. Movable ones are
// new objects.
func (w *World) Reset(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	w.loops, w.again, w.depth, w.saved = nil, nil, 0, w.saved[:0]
	w.Names.Forget()
	w.recorded, w.invalid = nil, false
	w.Thread.RefArgs, w.Thread.RefResults = 0, 0
	for i, f := range fixtures {
		if t := w.typ(f.shape); !f.immortal {
			w.named[i] = 0
			if t.IsArray() {
				w.named[i] = uint64(w.Heap.NewArray(w.Thread, t.ID, minLen+rng.IntN(4)))
			} else {
				w.named[i] = uint64(w.Heap.New(w.Thread, t.ID))
			}
		}
	}
	for i, f := range fixtures {
		w.fill(w.named[i], f.shape, rng)
		if f.immortal && f.shape.is(node) {
			w.Heap.Watch(uintptr(w.named[i]), true)
		}
	}
}

// fill sets every location of an object. References go to named objects, or are nil. Does not collect.
func (w *World) fill(obj uint64, s shape, rng *rand.Rand) {
	for _, l := range w.Names.Program.Locs {
		value := func() uint64 {
			return w.content(shapeOf(l), l.Acc(), rng)
		}
		switch l := l.(type) {
		case *descr.Field:
			if shapeNames[s] == l.Owner.Name || s == pair && l.Owner.Name == "Node" {
				exec.Store(w.Thread, obj, l, 0, value())
			}
		case *descr.Array:
			if l.Type.Name == shapeNames[s] && l.Width > 0 {
				for i := range exec.Length(obj, l.Type) {
					exec.Store(w.Thread, obj, l, i, value())
				}
			}
		case *descr.Interior:
			if l.Array.Type.Name == shapeNames[s] {
				for i := range exec.Length(obj, l.Array.Type) {
					exec.Store(w.Thread, obj, l, i, value())
				}
			}
		}
	}
}

// content is a value for a location; of is the shape a reference must have.
func (w *World) content(of shape, acc *descr.Access, rng *rand.Rand) uint64 {
	switch acc.Kind.Letter() {
	case "i":
		return uint64(randomInt(rng))
	case "f":
		return math.Float64bits(randomFloat(rng))
	}
	if rng.IntN(4) == 0 {
		return 0
	}
	for {
		i := rng.IntN(len(fixtures))
		if fixtures[i].shape.is(of) {
			return w.named[i]
		}
	}
}

// WalkRoots visits the named objects and what functions hold.
func (w *World) WalkRoots(visit func(*uintptr)) {
	for _, list := range [][]uint64{w.named, w.saved} {
		for i := range list {
			at := uintptr(list[i])
			visit(&at)
			list[i] = uint64(at)
		}
	}
}

// Program, New, NewArray, Alloc, IdentityHash and AddRoots make World a backend.Runtime.
func (w *World) Program() *descr.Program { return w.Names.Program }

// New allocates.
func (w *World) New(t *thread.Thread, typ uint32) uintptr { return w.Heap.New(t, layout.TypeID(typ)) }

// NewArray allocates.
func (w *World) NewArray(t *thread.Thread, typ uint32, length int64) uintptr {
	return w.Heap.NewArray(t, layout.TypeID(typ), int(length))
}

// Alloc allocates.
func (w *World) Alloc(t *thread.Thread, n int64) uintptr { return w.Heap.Alloc(t, n) }

// IdentityHash numbers objects.
func (w *World) IdentityHash(_ *thread.Thread, obj uintptr) int64 { return w.Heap.IdentityHash(obj) }

// QuasiWrite invalidates all loops, once for each watched object.
func (w *World) QuasiWrite(_ *thread.Thread, obj uintptr, _ *descr.Field) {
	if w.making {
		return
	}
	w.Heap.Watch(obj, false)
	w.invalid = true
	for _, l := range w.loops {
		w.be.Invalidate(l)
	}
}

// AddRoots registers roots.
func (w *World) AddRoots(r backend.RootWalker) { w.Heap.AddRoots(r) }

var _ backend.Runtime = (*World)(nil)
