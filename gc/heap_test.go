package gc

import (
	"runtime/debug"
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/gc/mem"
)

func TestCollectMovesAndUpdates(t *testing.T) { both(t, testCollectMovesAndUpdates) }

func testCollectMovesAndUpdates(t *testing.T, collector string) {
	h, th := newHeap(t, collector+",verify=on")
	pair := h.New(th, tPair)
	push(th, pair)
	push(th, 0)
	leaf := h.New(th, tLeaf)
	mem.Store64(leaf, 8, 42)
	set(th, pair, 8, leaf)
	set(th, pair, 24, pair)
	mem.Store64(pair, 16, 7)
	h.Collect(th)
	moved := root(th, 0)
	if moved == pair {
		t.Fatal("the object did not move")
	}
	if mem.LoadI64(moved, 16) != 7 || mem.LoadRef(moved, 24) != moved || root(th, 1) != 0 {
		t.Error("contents after the move")
	}
	if mem.LoadI64(mem.LoadRef(moved, 8), 8) != 42 {
		t.Error("object reached through a field")
	}
	if s := h.Stats(); s.Used != 48 || s.Major != 1 {
		t.Errorf("stats %+v", s)
	}
}

// A reference that is in no root is stale after a collection, and reading through it faults.
func TestPoisonProtect(t *testing.T) { both(t, testPoisonProtect) }

func testPoisonProtect(t *testing.T, collector string) {
	h, th := newHeap(t, collector+",poison=protect")
	p := h.New(th, tLeaf)
	h.Collect(th)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() == nil {
			t.Error("reading a stale reference did not fault")
		}
	}()
	mem.LoadI64(p, 8)
}

// Writing through a stale reference is found by the next collection, reading gives nonsense.
func TestPoisonFill(t *testing.T) { both(t, testPoisonFill) }

func testPoisonFill(t *testing.T, collector string) {
	h, th := newHeap(t, collector+",stress=1000")
	p := h.New(th, tLeaf)
	h.Collect(th)
	if mem.LoadU64(p, 8) != poisonWord {
		t.Errorf("stale object reads %#x", mem.LoadU64(p, 8))
	}
	h.Collect(th) // nothing written: fine
	q := h.New(th, tLeaf)
	h.Collect(th)
	mem.Store64(q, 8, 5)
	defer func() {
		if err, _ := recover().(*HeapError); err == nil || err.Object != q+8 {
			t.Errorf("writing through a stale reference: %v", err)
		}
	}()
	h.Collect(th)
	h.Collect(th)
}

func TestRootsOfThreadAndWalkers(t *testing.T) { both(t, testRootsOfThreadAndWalkers) }

func testRootsOfThreadAndWalkers(t *testing.T, collector string) {
	h, th := newHeap(t, collector+",verify=on")
	words := &words{}
	h.AddRoots(words)
	mark := func(n int64) uintptr {
		p := h.New(th, tLeaf)
		mem.Store64(p, 8, n)
		return p
	}
	th.ArgR[0], th.ArgR[1], th.RefArgs = mark(1), mark(2), 1
	th.ResR[0], th.ResR[1], th.RefResults = mark(3), mark(4), 2
	words.list = []uintptr{mark(5), 0, mark(6)}
	second := h.NewThread()
	push(second, mark(7))
	beyond := th.ArgR[1]
	h.Collect(th)
	for i, p := range []uintptr{th.ArgR[0], th.ResR[0], th.ResR[1], words.list[0], words.list[2], root(second, 0)} {
		want := []int64{1, 3, 4, 5, 6, 7}[i]
		if !h.Contains(p) || mem.LoadI64(p, 8) != want {
			t.Errorf("root %d lost", want)
		}
	}
	if th.ArgR[1] != beyond {
		t.Error("a slot beyond RefArgs was treated as a root")
	}
	if used := h.Stats().Used; used != 6*16 {
		t.Errorf("%d bytes survive", used)
	}
	h.RemoveRoots(words)
	th.RefArgs, th.RefResults, second.ShadowTop = 0, 0, second.ShadowBase
	h.Collect(th)
	if used := h.Stats().Used; used != 0 {
		t.Errorf("%d bytes survive without roots", used)
	}
}

type words struct{ list []uintptr }

func (w *words) WalkRoots(visit func(*uintptr)) {
	for i := range w.list {
		visit(&w.list[i])
	}
}

// Inline allocation, as emitted code does it, meets AllocSlow at chunk ends and collects on time.
func TestInlineAllocation(t *testing.T) { both(t, testInlineAllocation) }

func testInlineAllocation(t *testing.T, collector string) {
	for _, config := range []string{"nursery=16K", "nursery=64K,verify=on", "stress=3,verify=on"} {
		h, th := newHeap(t, collector+","+config)
		const n = 5000
		slow := 0
		push(th, 0)
		for i := 0; i < n; i++ {
			p := th.NurseryFree
			if np := p + 32; np > th.NurseryTop {
				p = uintptr(h.AllocSlow(th, 32, layout.Header(tPair)))
				slow++
			} else {
				th.NurseryFree = np
				mem.StoreU64(p, 0, layout.Header(tPair))
			}
			if mem.LoadU64(p, 8) != 0 || mem.LoadU64(p, 16) != 0 || mem.LoadU64(p, 24) != 0 {
				t.Fatalf("%s: memory is not zero", config)
			}
			mem.Store64(p, 16, int64(i))
			if i%10 == 0 { // a list of every tenth
				set(th, p, 8, root(th, 0))
				mem.StoreRef(th.ShadowBase, 0, p)
			} else {
				set(th, p, 8, p)
			}
		}
		verify(t, h)
		want := int64(n - 10)
		for p := root(th, 0); p != 0; p = mem.LoadRef(p, 8) {
			if mem.LoadI64(p, 16) != want {
				t.Fatalf("%s: item %d instead of %d", config, mem.LoadI64(p, 16), want)
			}
			want -= 10
		}
		s := h.Stats()
		if want != -10 || s.Collections == 0 {
			t.Errorf("%s: list ends before %d; %v", config, want, s)
		}
		if h.config.Stress == 3 && (slow != n || max(s.Minor, s.Major) != n/3) {
			t.Errorf("%s: %d slow allocations, %d collections", config, slow, s.Collections)
		}
		if h.config.Stress == 0 && slow > n/20 {
			t.Errorf("%s: %d slow allocations", config, slow)
		}
	}
}

func TestLargeObjects(t *testing.T) { both(t, testLargeObjects) }

func testLargeObjects(t *testing.T, collector string) {
	h, th := newHeap(t, collector+",nursery=64K,verify=on")
	push(th, h.NewArray(th, tBytes, 1_000_000))
	push(th, h.NewArray(th, tRefs, 100_000))
	small := h.New(th, tLeaf)
	mem.Store64(small, 8, 11)
	set(th, root(th, 1), 16+8*99_999, small)
	mem.Store8(root(th, 0), 16+999_999, 5)
	for i := 0; i < 50; i++ {
		p := h.NewArray(th, tBytes, 300_000)
		if b := mem.Bytes(p+16, 300_000); strings.Trim(string(b), "\x00") != "" {
			t.Fatal("large array is not zero")
		} else {
			b[0], b[len(b)-1] = 1, 1
		}
	}
	if h.Stats().Collections == 0 {
		t.Error("15 MB of garbage without a collection")
	}
	if mem.LoadU8(root(th, 0), 16+999_999) != 5 || h.Len(root(th, 1)) != 100_000 {
		t.Error("large object damaged")
	}
	if mem.LoadI64(mem.LoadRef(root(th, 1), 16+8*99_999), 8) != 11 {
		t.Error("item of a large array")
	}
}

func TestArrayLengths(t *testing.T) { both(t, testArrayLengths) }

func testArrayLengths(t *testing.T, collector string) {
	h, th := newHeap(t, collector)
	if p := h.NewArray(th, tBytes, 0); h.Len(p) != 0 || h.TypeOf(p).Name != "[]byte" {
		t.Error("empty array")
	}
	for _, n := range []int{-1, 1 << 62} {
		func() {
			defer func() {
				if err, ok := recover().(error); !ok || err.Error() != "runtime error: makeslice: len out of range" {
					t.Errorf("length %d: %v", n, err)
				}
			}()
			h.AllocArraySlow(th, tRefs, n)
		}()
	}
}

// Blocks for machine code: several objects, headers written afterwards.
func TestAllocBlock(t *testing.T) { both(t, testAllocBlock) }

func testAllocBlock(t *testing.T, collector string) {
	h, th := newHeap(t, collector+",stress=1,verify=on")
	for i := 0; i < 10; i++ {
		p := h.Alloc(th, 32+16)
		if th.NurseryFree != p+48 || th.NurseryTop != th.NurseryFree {
			t.Fatalf("block %#x leaves NurseryFree %#x, NurseryTop %#x", p, th.NurseryFree, th.NurseryTop)
		}
		mem.StoreU64(p, 0, layout.Header(tPair))
		mem.StoreU64(p+32, 0, layout.Header(tLeaf))
		set(th, p, 8, p+32)
		th.ArgR[0], th.RefArgs = p, 1
	}
	h.Collect(th)
	if used := h.Stats().Used; used != 48 {
		t.Errorf("%d bytes in use", used)
	}
}

// The heap follows the live data up and, by giving pages back, down.
func TestGrowthAndRelease(t *testing.T) { both(t, testGrowthAndRelease) }

func testGrowthAndRelease(t *testing.T, collector string) {
	h, th := newHeap(t, collector+",nursery=1M")
	push(th, 0)
	for i := 0; i < 200; i++ { // 200 MB in a list
		chunk := h.NewArray(th, tBytes, 1<<20)
		push(th, chunk)
		pair := h.New(th, tPair)
		th.ShadowTop -= 8
		set(th, pair, 8, mem.LoadRef(th.ShadowTop, 0))
		set(th, pair, 24, root(th, 0))
		mem.StoreRef(th.ShadowBase, 0, pair)
	}
	s := h.Stats()
	if s.Live < 100<<20 || s.Major > 20 {
		t.Errorf("growing: %v", s)
	}
	th.ShadowTop = th.ShadowBase
	h.Collect(th)
	if s := h.Stats(); s.Live != 0 || s.Used != 0 {
		t.Errorf("after dropping everything: %v", s)
	}
	for i := 0; i < 100; i++ {
		p := h.NewArray(th, tBytes, 100_000)
		if mem.LoadU64(p, 16) != 0 {
			t.Fatal("recycled memory is not zero")
		}
		mem.Store64(p, 16, -1)
	}
	switch c := h.moving.(type) {
	case *semispace:
		if kept := c.from.dirty - c.from.base; kept > keepDirty {
			t.Errorf("%d bytes kept", kept)
		}
	case *generational:
		if kept := uintptr(c.old.pages.nfree-c.old.pages.nclean) * mem.Page; kept > keepDirty {
			t.Errorf("%d bytes kept", kept)
		}
	}
}

type outOfMemory string

func TestExhausted(t *testing.T) { both(t, testExhausted) }

func testExhausted(t *testing.T, collector string) {
	c, _ := ParseConfig(collector + ",max=1M,nursery=64K")
	c.Fatal = func(m string) { panic(outOfMemory(m)) }
	h := New(c, testTypes())
	th := h.NewThread()
	defer func() {
		m, ok := recover().(outOfMemory)
		if !ok || !strings.Contains(string(m), "out of memory") || !strings.Contains(string(m), "limit 1M (raise it with --gc max=SIZE)") {
			t.Errorf("got %q", m)
		}
		if n := (th.ShadowTop - th.ShadowBase) / 8; n < 8 || n > 10 {
			t.Errorf("%d arrays of 100 KB in 1 MB", n)
		}
	}()
	for {
		push(th, h.NewArray(th, tBytes, 100_000))
	}
}

func TestRemoveUnknownRoots(t *testing.T) {
	h, _ := newHeap(t, "")
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	h.RemoveRoots(&words{})
}

func TestTypeErrors(t *testing.T) {
	for problem, typ := range map[string]*layout.Type{
		"has id 2":        {ID: 2, Size: 16},
		"does not even":   {ID: 1, Size: 4},
		"length at":       {ID: 1, Size: 16, LenOffset: 12, ItemSize: 1},
		"item size":       {ID: 1, Size: 16, ItemSize: 8},
		"not 8-aligned":   {ID: 1, Size: 20, LenOffset: 8, ItemSize: 8, ItemRefs: []int{0}},
		"at offset 4 is":  {ID: 1, Size: 32, Refs: []int{4}},
		"at offset 8 is":  {ID: 1, Size: 32, Refs: []int{16, 8}},
		"weak, but not":   {ID: 1, Size: 16, Weak: true},
		"at offset 32 is": {ID: 1, Size: 32, Refs: []int{32}},
		"of items at":     {ID: 1, Size: 16, LenOffset: 8, ItemSize: 8, ItemRefs: []int{8}},
	} {
		func() {
			defer func() {
				err, ok := recover().(*TypeError)
				if !ok || !strings.Contains(err.Error(), problem) {
					t.Errorf("want %q, got %v", problem, err)
				}
			}()
			New(Config{}, []*layout.Type{nil, typ})
		}()
	}
}
