package gc

import (
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

type file struct{ name int }

// A handle lives as long as its object; one pointer has one handle at a time; what is closed explicitly is not closed again.
func TestHandles(t *testing.T) {
	both(t, func(t *testing.T, config string) {
		h, th := newHeap(t, config+",stress=1,verify=on")
		var closed []int
		closer := func(v any) { closed = append(closed, v.(*file).name) }
		files := []*file{{0}, {1}, {2}, {3}}
		for _, f := range files {
			push(th, h.NewHandle(th, tLeaf, f, closer))
		}
		for i, f := range files {
			if p := h.NewHandle(th, tLeaf, f, closer); p != root(th, i) || h.HandleValue(p) != any(f) {
				t.Errorf("%d has another handle", i)
			}
		}
		if h.NewHandle(th, tLeaf, nil, nil) != 0 || h.NewHandle(th, tLeaf, (*file)(nil), nil) != 0 || h.HandleValue(0) != nil {
			t.Error("nil is nil")
		}
		h.Closed(root(th, 2))
		th.ShadowTop -= 24 // 1, 2 and 3 are dead
		h.Collect(th)
		if len(closed) > 0 {
			t.Error("closed inside a collection")
		}
		h.RunDue()
		if len(closed) != 2 || closed[0]+closed[1] != 4 || h.Handles() != 1 || h.HandleValue(root(th, 0)) != any(files[0]) {
			t.Errorf("closed %v, %d handles left", closed, h.Handles())
		}
		// A number is used again, and the value gets another handle.
		push(th, h.NewHandle(th, tLeaf, files[2], nil))
		if h.HandleValue(root(th, 1)) != any(files[2]) || len(h.handles.table) > 6 {
			t.Error("a number is used again")
		}
	})
}

// Handles that are dropped as they are made die though next to nothing is allocated; those that live on do not make each collection one of the
// whole heap.
func TestHandlesCollect(t *testing.T) {
	both(t, func(t *testing.T, config string) {
		h, th := newHeap(t, config+",nursery=4M")
		open, most := 0, 0
		make := func(n int) uintptr {
			open++
			most = max(most, open)
			return h.NewHandle(th, tLeaf, &file{n}, func(any) { open-- })
		}
		const alive = 2000
		for i := range alive {
			push(th, make(i))
		}
		for i := range 50_000 {
			make(i)
		}
		if most > 3*alive+2*handlesPerCollection {
			t.Errorf("%d are open at a time", most)
		}
		if s := h.Stats(); strings.HasSuffix(config, Generational) && s.Major > 20 {
			t.Errorf("%d collections of the whole heap", s.Major)
		}
	})
}

// Values that are not pointers have a handle each time, and dead ones are found in whatever state they are.
func TestHandlesAtRandom(t *testing.T) {
	both(t, func(t *testing.T, config string) {
		h, th := newHeap(t, config+",nursery=16K")
		r := rand.New(rand.NewPCG(1, 2))
		live, made, closed := map[int]bool{}, 0, 0
		var slots []int
		for range 64 {
			push(th, 0)
			slots = append(slots, -1)
		}
		for range 20_000 {
			i := r.IntN(len(slots))
			if slots[i] >= 0 {
				if got := h.HandleValue(root(th, i)); got != any(slots[i]) {
					t.Fatalf("slot %d has %v, want %d", i, got, slots[i])
				}
				delete(live, slots[i])
			}
			p := h.NewHandle(th, tLeaf, made, func(v any) {
				if closed++; live[v.(int)] {
					t.Fatalf("%v closed while alive", v)
				}
			})
			*slotOf(th, i) = p
			slots[i], live[made] = made, true
			made++
			for range r.IntN(8) {
				h.New(th, tLeaf)
			}
			if r.IntN(1000) == 0 {
				h.Collect(th)
			}
		}
		h.Collect(th)
		h.RunDue()
		if h.Handles() != len(live) || closed != made-len(live) {
			t.Errorf("%d handles and %d closed, want %d and %d", h.Handles(), closed, len(live), made-len(live))
		}
	})
}

// What Go code holds is a root until it is released, by whatever goroutine.
func TestHeld(t *testing.T) {
	both(t, func(t *testing.T, config string) {
		h, th := newHeap(t, config+",stress=1,verify=on")
		n := h.Hold(h.New(th, tLeaf))
		m := h.Hold(h.NewString(th, "abc"))
		h.Collect(th)
		if h.TypeOf(h.Held(n)).ID != tLeaf || h.GoString(h.Held(m)) != "abc" || h.HeldCount() != 2 {
			t.Error("held objects are gone")
		}
		done := make(chan bool)
		go func() { h.Release(n); close(done) }()
		<-done
		runtime.Gosched()
		h.Collect(th)
		if h.HeldCount() != 1 || h.Hold(h.New(th, tLeaf)) != n || h.GoString(h.Held(m)) != "abc" {
			t.Error("a number is used again")
		}
	})
}
