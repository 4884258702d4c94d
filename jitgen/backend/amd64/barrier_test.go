package amd64

import (
	"testing"

	"kiln/gc"
	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
)

// TestBarriers: machine code marks cards and remembers objects as package barrier does.
func TestBarriers(t *testing.T) {
	rt, ns := newHeap(t, gc.Config{})
	be, err := New(rt, backend.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := ns.Lookup("array", "[]ref").(*descr.Array)
	ints := ns.Lookup("array", "[]int").(*descr.Array)
	const items = 5 * barrier.CardItems
	list := rt.NewImmortal(ints.Type.ID, 50) + 16
	// Cards are in front of an array: the last items of another.
	front := rt.NewImmortal(ints.Type.ID, 8)
	arr := rt.NewImmortal(d.Type.ID, items)
	if arr-front != uintptr(ints.Type.ObjectSize(8)) {
		t.Fatal("not neighbours")
	}
	for _, flags := range []uint64{0, layout.FlagBarrier, layout.FlagBarrier | layout.FlagCards, layout.FlagBarrier | layout.FlagCards | layout.FlagCardsMarked} {
		for _, index := range []int{0, 1, 127, 128, 300, items - 1} {
			plain := uint64(layout.Header(d.Type.ID))
			state := func(run func()) [4]uint64 {
				mem.StoreU64(arr, 0, plain|flags)
				mem.StoreU64(arr, ^uintptr(7), 0)
				mem.StoreU64(list, 0, 0)
				rt.th.RememberedTop = list
				run()
				return [4]uint64{mem.LoadU64(arr, 0), mem.LoadU64(arr, ^uintptr(7)), mem.LoadU64(list, 0), uint64(rt.th.RememberedTop - list)}
			}
			want := state(func() { barrier.Item(rt.th, mem.Ptr(arr), index) })
			object := state(func() { barrier.Object(rt.th, mem.Ptr(arr)) })
			for name, text := range map[string]string{
				"variable": "write_barrier_item(p0, i1)", "constant": "write_barrier_item(p0, " + itoa(index) + ")", "object": "write_barrier(p0)",
			} {
				ns.Forget()
				loop := compileText(t, be, ns, "[p0, i1]\nlabel(p0, i1, descr=Target1)\n"+text+"\nfinish(p0, i1)\n")
				got := state(func() {
					if e := be.Execute(rt.th, loop, []uint64{uint64(arr), uint64(index)}); e.Values[1] != uint64(index) {
						t.Error("the index is lost")
					}
				})
				if name == "object" && got != object || name != "object" && got != want {
					t.Errorf("flags %#x, %s %d: %x, want %x (object %x)", flags, name, index, got, want, object)
				}
			}
		}
	}
	mem.StoreU64(arr, 0, layout.Header(d.Type.ID)|layout.FlagImmortal)
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}
