package amd64

import (
	"testing"
	"time"

	"kiln/gc"
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/backend/ref"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// numObjects Nodes exist before a random trace runs: its inputs and constants. refInput marks
// the number of one among random arguments.
const (
	numObjects = 6
	refInput   = 0x0bec << 48
)

// heapPart is what random traces with references need. References in live are Nodes and not nil; arrays have
// their length, a power of two.
type heapPart struct {
	rt     *heapRuntime
	ns     *trace.Namespace
	roots  []uintptr
	pools  []*trace.Pool
	arrays map[string][]array
}

type array struct {
	ref trace.Ref
	len int64
}

func (h *heapPart) WalkRoots(visit func(*uintptr)) {
	for i := range h.roots {
		visit(&h.roots[i])
	}
	for _, p := range h.pools {
		p.WalkRoots(visit)
	}
}

// newHeapPart makes the objects: a ring of Nodes.
func newHeapPart(rt *heapRuntime) *heapPart {
	if rt == nil {
		return nil
	}
	h := &heapPart{rt: rt, ns: trace.NewNamespace(rt.prog)}
	rt.AddRoots(h)
	next := h.ns.Lookup("field", "Node.next").(*descr.Field)
	for range numObjects {
		p := rt.Heap.New(rt.th, h.ns.Type("Node").ID)
		h.roots = append(h.roots, p)
	}
	for i, p := range h.roots {
		exec.Store(rt.th, uint64(p), next, 0, uint64(h.roots[(i+1)%numObjects]))
	}
	return h
}

func (g *generator) pool() *trace.Pool {
	p := trace.NewPool()
	if g.heap != nil {
		g.heap.pools = append(g.heap.pools, p)
	}
	return p
}

func (g *generator) drop() {
	if g.heap != nil {
		g.heap.rt.RemoveRoots(g.heap)
	}
}

func (g *generator) forget() {
	g.live = [4][]trace.Ref{}
	if g.heap != nil {
		g.heap.arrays = map[string][]array{}
	}
}

// bind replaces the marks of references by the objects of this heap.
func (g *generator) bind(args []uint64) []uint64 {
	out := append([]uint64(nil), args...)
	for i, k := range g.loop.Kinds[:len(g.loop.Inputs)] {
		if k == op.Ref {
			out[i] = uint64(g.heap.roots[out[i]&0xffff])
		}
	}
	return out
}

func (g *generator) refConst() trace.Ref {
	return g.t.Consts.Intern(trace.Const{Kind: op.Ref, Bits: uint64(g.heap.roots[g.r.IntN(numObjects)])})
}

// object picks a Node that is not nil.
func (g *generator) object() trace.Ref {
	l := g.live[op.Ref]
	switch {
	case g.r.IntN(8) == 0:
		return g.refConst()
	case len(l) == 0:
		return g.newNode()
	case g.r.IntN(2) == 0:
		return l[len(l)-1-g.r.IntN(min(3, len(l)))]
	}
	return l[g.r.IntN(len(l))]
}

func (g *generator) newNode() trace.Ref {
	t := g.heap.ns.Type("Node")
	size, id := g.t.Int(int64(layout.Round(t.Size))), g.t.Int(int64(t.ID))
	switch g.r.IntN(4) {
	case 0:
		return g.add(op.New, g.heap.ns.Lookup("size", "Node"))
	case 1: // two objects in one block
		a := g.add(op.MallocNursery, nil, g.t.Int(2*int64(layout.Round(t.Size))))
		g.t.Add(op.InitHeader, nil, a, id)
		b := g.add(op.NurseryIncrement, nil, a, size)
		g.t.Add(op.InitHeader, nil, b, id)
		return b
	}
	a := g.add(op.MallocNursery, nil, size)
	g.t.Add(op.InitHeader, nil, a, id)
	return a
}

// nonnull makes a loaded reference usable.
func (g *generator) nonnull(r trace.Ref) {
	g.live[op.Ref] = g.live[op.Ref][:len(g.live[op.Ref])-1]
	code, args := op.GuardNonnull, []trace.Ref{r}
	if g.r.IntN(2) == 0 {
		code, args = op.GuardNonnullClass, append(args, g.t.Int(int64(g.heap.ns.Type("Node").ID)))
	}
	d := &trace.Guard{ID: len(g.guards)}
	o := g.t.Add(code, d, args...)
	g.failArgs(o, d, g.existing(8))
	g.guards = append(g.guards, d)
	g.live[op.Ref] = append(g.live[op.Ref], r)
}

var nodeFields = []string{"val", "f", "b", "s", "w", "f32", "i8", "u16", "i32", "next"}
var arrayTypes = []string{"[]int", "[]ref", "[]uint8", "[]int16", "[]float", "[]f32"}
var structArrays = map[string][]string{"[]Pt": {"x", "y", "p"}, "[]Odd": {"a", "b", "c"}}

func (g *generator) heapOp() {
	switch x := g.r.IntN(24); {
	case x < 7:
		g.field()
	case x < 8:
		g.newNode()
	case x < 9:
		g.anyLength()
	case x < 14:
		g.item()
	case x < 16:
		g.interior()
	case x < 18:
		g.identity()
	case x < 20:
		g.bulk()
	case x < 21:
		g.callNode()
	case x < 22:
		d := &trace.Guard{ID: len(g.guards)}
		o := g.t.Add(op.GuardClass, d, g.object(), g.t.Int(int64(g.heap.ns.Type("Node").ID)))
		g.failArgs(o, d, g.existing(8))
		g.guards = append(g.guards, d)
	default:
		id := g.add(op.TypeIDOf, nil, g.object())
		if g.r.IntN(2) == 0 {
			g.add(op.MethodLookup, g.heap.ns.Lookup("dispatch", "Area"), id)
		} else {
			g.add(op.TypeInSet, g.heap.ns.Lookup("typeset", "Shape"), id)
		}
	}
}

func (g *generator) field() {
	d := g.heap.ns.Lookup("field", "Node."+nodeFields[g.r.IntN(len(nodeFields))]).(*descr.Field)
	if g.r.IntN(2) == 0 {
		g.t.Add(op.SetField, d, g.object(), g.value(d.Kind))
		return
	}
	if r := g.add(op.ForKind(op.GetFieldI, d.Kind), d, g.object()); d.Kind == op.Ref {
		g.nonnull(r)
	}
}

// array finds or makes an array of a type.
func (g *generator) array(name string) array {
	l := g.heap.arrays[name]
	if len(l) > 0 && g.r.IntN(4) != 0 {
		return l[g.r.IntN(len(l))]
	}
	a := array{len: 1 << g.r.IntN(4)}
	if g.r.IntN(4) == 0 {
		a.len <<= 3
	}
	code := []op.Code{op.NewArray, op.MallocArray}[g.r.IntN(2)]
	a.ref = g.t.Add(code, g.heap.ns.Lookup("array", name), g.t.Int(a.len)).Res
	g.heap.arrays[name] = append(l, a)
	return a
}

// anyLength makes an array whose length is known at run time only, short or long, and uses the length.
func (g *generator) anyLength() {
	name := arrayTypes[g.r.IntN(len(arrayTypes))]
	d := g.heap.ns.Lookup("array", name)
	most := int64(15)
	if g.r.IntN(6) == 0 {
		most = 1023 // some do not fit the nursery's fast path
	}
	n := g.add(op.IntAnd, nil, g.value(op.Int), g.t.Int(most))
	a := g.t.Add(op.MallocArray, d, n).Res
	g.add(op.ArrayLen, d, a)
	if name == "[]uint8" {
		g.add(op.BytesIndex, d, a, g.t.Int(0), n, g.value(op.Int))
	}
	if g.r.IntN(2) == 0 {
		b := g.array(name)
		g.t.Add(op.ArrayCopy, d, b.ref, g.t.Int(0), a, g.t.Int(0), g.add(op.IntAnd, nil, n, g.t.Int(b.len/2)))
	}
}

func (g *generator) index(a array) trace.Ref {
	if g.r.IntN(3) == 0 {
		return g.t.Int(int64(g.r.IntN(int(a.len))))
	}
	i := g.add(op.IntAnd, nil, g.value(op.Int), g.t.Int(a.len-1))
	if half := a.len / 2; half > 0 && g.r.IntN(2) == 0 { // sums, which may not be computed at all
		i = g.add(op.IntAnd, nil, i, g.t.Int(half-1))
		k := g.r.Int64N(half + 1)
		if k < half && g.r.IntN(3) == 0 { // through a larger number
			i = g.add(op.IntAdd, nil, g.add(op.IntXor, nil, i, g.t.Int(1<<20)), g.t.Int(k-1<<20))
		} else {
			i = g.add(op.IntAdd, nil, i, g.t.Int(k))
		}
		if g.r.IntN(3) == 0 {
			x := g.add([]op.Code{op.IntEq, op.IntNe}[g.r.IntN(2)], nil, i, g.t.Int(k+g.r.Int64N(3)))
			if g.r.IntN(2) == 0 {
				x = g.add([]op.Code{op.IntIsZero, op.IntIsTrue}[g.r.IntN(2)], nil, g.add(op.IntAdd, nil, i, g.t.Int(-k)))
			}
			d := &trace.Guard{ID: len(g.guards)}
			o := g.t.Add(op.GuardTrue, d, x)
			g.failArgs(o, d, append(g.existing(8), i))
			g.guards = append(g.guards, d)
		}
	}
	if g.r.IntN(3) == 0 {
		g.t.Add(op.CheckIndex, nil, i, g.t.Add(op.ArrayLen, g.anyArray(a), a.ref).Res)
	}
	return i
}

// anyArray is the descriptor of an array made before.
func (g *generator) anyArray(a array) descr.Descr {
	for name, l := range g.heap.arrays {
		for _, b := range l {
			if b.ref == a.ref {
				return g.heap.ns.Lookup("array", name)
			}
		}
	}
	panic("unknown array")
}

func (g *generator) item() {
	name := arrayTypes[g.r.IntN(len(arrayTypes))]
	d := g.heap.ns.Lookup("array", name).(*descr.Array)
	a := g.array(name)
	i := g.index(a)
	if g.r.IntN(2) == 0 {
		g.t.Add(op.SetArrayItem, d, a.ref, i, g.value(d.Kind))
		return
	}
	if r := g.add(op.ForKind(op.GetArrayItemI, d.Kind), d, a.ref, i); d.Kind == op.Ref {
		g.nonnull(r)
	}
}

func (g *generator) interior() {
	name := []string{"[]Pt", "[]Odd"}[g.r.IntN(2)]
	f := structArrays[name][g.r.IntN(3)]
	d := g.heap.ns.Lookup("interior", name+"."+f).(*descr.Interior)
	a := g.array(name)
	i := g.index(a)
	if g.r.IntN(2) == 0 {
		g.t.Add(op.SetInterior, d, a.ref, i, g.value(d.Kind))
		return
	}
	if r := g.add(op.ForKind(op.GetInteriorI, d.Kind), d, a.ref, i); d.Kind == op.Ref {
		g.nonnull(r)
	}
}

func (g *generator) identity() {
	switch g.r.IntN(5) {
	case 0:
		g.add(op.PtrEq, nil, g.object(), g.object())
	case 1:
		g.add(op.PtrNe, nil, g.object(), g.object())
	case 2:
		g.add(op.PtrIsZero, nil, g.object())
	case 3:
		g.add(op.IdentityHash, nil, g.object())
	default:
		d := &trace.Guard{ID: len(g.guards)}
		o := g.t.Add(op.GuardValueR, d, g.object(), g.refConst())
		g.failArgs(o, d, g.existing(8))
		g.guards = append(g.guards, d)
	}
}

// bulk copies, clears and compares ranges, half an array at most.
func (g *generator) bulk() {
	name := arrayTypes[g.r.IntN(len(arrayTypes))]
	if g.r.IntN(2) == 0 {
		name = "[]uint8"
	}
	d := g.heap.ns.Lookup("array", name).(*descr.Array)
	a, b := g.array(name), g.array(name)
	n := min(a.len, b.len) / 2
	size := func() trace.Ref { return g.add(op.IntAnd, nil, g.value(op.Int), g.t.Int(n)) }
	at := func() trace.Ref { return g.t.Int(int64(g.r.IntN(int(n + 1)))) }
	switch x := g.r.IntN(5); {
	case x == 0:
		g.t.Add(op.ArrayClear, d, a.ref, at(), size())
	case x < 3 || name != "[]uint8":
		g.t.Add(op.ArrayCopy, d, a.ref, at(), b.ref, at(), size())
	case x == 3:
		g.add(op.BytesEqual, d, a.ref, at(), b.ref, at(), size())
		g.add(op.BytesCompare, d, a.ref, at(), size(), b.ref, at(), size())
	default:
		g.add(op.BytesIndex, d, a.ref, at(), size(), g.value(op.Int))
	}
}

// callNode calls a function that allocates: a Node whose next is the first reference argument.
func (g *generator) callNode() {
	args := append(g.some(4), g.object())
	d := &descr.Call{Results: []op.Kind{op.Ref, op.Int}, Effects: descr.Effects{Collects: true}}
	for _, r := range args {
		d.Args = append(d.Args, g.t.Kind(r))
	}
	g.add(op.CallR, d, append([]trace.Ref{g.t.Int(2)}, args...)...)
	if g.r.IntN(2) == 0 {
		g.add(op.GetResultI, nil, g.t.Int(0))
	}
}

// makeNode is function 2 of random traces.
func makeNode(rt *heapRuntime, ns *trace.Namespace) func(t *thread.Thread) {
	next := ns.Lookup("field", "Node.next").(*descr.Field)
	val := ns.Lookup("field", "Node.val").(*descr.Field)
	return func(t *thread.Thread) {
		t.ArgR[1], t.RefArgs, t.ResI[0] = t.ArgR[0], 2, 0
		for i := range t.ArgI[:4] {
			t.ResI[0] += t.ArgI[i]
		}
		clear(t.ArgI[:])
		clear(t.ArgF[:])
		p := rt.Heap.New(t, ns.Type("Node").ID)
		t.RefArgs = 0
		exec.Store(t, uint64(p), next, 0, uint64(t.ArgR[1]))
		mem.StoreU64(p, uintptr(val.Offset), uint64(t.ResI[0]))
		t.ResR[0] = p
	}
}

func newHeapPair(t *testing.T, config gc.Config) *pair {
	ha, ns := newHeap(t, config)
	hr, nsr := newHeap(t, config)
	mix := mixRuntime()
	ha.funcs = append(mix.funcs[:2:2], makeNode(ha, ns))
	hr.funcs = append(mix.funcs[:2:2], makeNode(hr, nsr))
	a, err := New(ha, backend.Options{})
	if err != nil {
		t.Fatal(err)
	}
	nestInCalls(t, a, ha.funcs)
	p := &pair{t: t, a: a, r: ref.New(hr, backend.Options{}), th: ha.th, thr: hr.th, ha: ha, hr: hr}
	p.r.MaxSteps = 3000
	return p
}

func TestRandomHeapTraces(t *testing.T) {
	for _, c := range []struct {
		config gc.Config
		share  int // of -traces, in percent
	}{
		{gc.Config{Stress: 1, Verify: true, Max: 64 << 20, Poison: gc.PoisonProtect}, 1},
		{gc.Config{Stress: 1, Max: 64 << 20}, 10},
		{gc.Config{Nursery: 64 << 10, Max: 64 << 20}, 20},
	} {
		start := time.Now()
		p := newHeapPair(t, c.config)
		for seed := range uint64(*randomTraces * c.share / 100) {
			if seed%200 == 199 { // not all code is freed, and each collection visits the constants of all of it
				fresh := newHeapPair(t, c.config)
				fresh.exitCounts = p.exitCounts
				p = fresh
			}
			p.seed(*firstSeed + seed)
			if t.Failed() {
				return
			}
		}
		t.Logf("%+v: %d finished, %d at the last guard, %d earlier; %d bridges; %v", c.config, p.finished, p.lastGuard, p.early, p.bridges, time.Since(start))
	}
}
