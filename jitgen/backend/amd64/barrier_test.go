package amd64

import (
	"fmt"
	"testing"

	"kiln/gc"
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/jitgen/backend"
)

// Stores of young objects into old ones by machine code: a field, items of an array, and items of one with cards. The verifier
// of the heap finds what a barrier has missed, and the collection after it what it has noted wrongly.
func TestBarriers(t *testing.T) {
	rt, ns := newHeap(t, gc.Config{Collector: gc.Generational, Verify: true})
	b, err := New(rt, backend.Options{})
	if err != nil {
		t.Fatal(err)
	}
	loop := compileText(t, b, ns, `
[p0, p1, p2, p3, i4]
label(p0, p1, p2, p3, i4, descr=Target1)
write_barrier(p0)
setfield(p0, p3, descr=Node.next)
write_barrier_item(p1, i4)
setarrayitem(p1, i4, p3, descr=[]ref)
write_barrier_item(p2, i4)
setarrayitem(p2, i4, p3, descr=[]ref)
write_barrier_item(p2, 1000)
setarrayitem(p2, 1000, p3, descr=[]ref)
finish(i4)
`)
	roots := &exitRoots{}
	rt.Heap.AddRoots(roots)
	node, array := ns.Type("Node").ID, ns.Type("[]ref").ID
	roots.list = append(roots.list, rt.Heap.New(rt.th, node))
	roots.list = append(roots.list, rt.Heap.NewArray(rt.th, array, 500))
	roots.list = append(roots.list, rt.Heap.NewArray(rt.th, array, 20_000))
	rt.Heap.Collect(rt.th)
	for round := range 5 {
		// Several stores between two collections: the second finds the object listed.
		for _, i := range []int{0, 127, 128, 300 + round, 300 + round} {
			young := rt.Heap.New(rt.th, node)
			mem.Store64(young, 8, int64(1000*round+i))
			l := roots.list
			b.Execute(rt.th, loop, []uint64{uint64(l[0]), uint64(l[1]), uint64(l[2]), uint64(young), uint64(i)})
			if err := rt.Heap.Verify(); err != nil {
				t.Fatalf("round %d, index %d: %v", round, i, err)
			}
		}
		rt.Heap.Collect(rt.th)
		l := roots.list
		want := fmt.Sprint(1000*round+127, 1000*round+127, 1000*round+300+round)
		at := func(arr uintptr, i int) int64 {
			return mem.LoadI64(mem.LoadRef(arr, layout.ArrayBaseOffset+8*uintptr(i)), 8)
		}
		if got := fmt.Sprint(at(l[1], 127), at(l[2], 127), at(l[2], 1000)); got != want {
			t.Errorf("round %d: %s, want %s", round, got, want)
		}
	}
}

type exitRoots struct{ list []uintptr }

func (r *exitRoots) WalkRoots(visit func(*uintptr)) {
	for i := range r.list {
		visit(&r.list[i])
	}
}
