package gc

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
)

// The sizes that the collector is meant for; the defaults keep the tests short.
var (
	ringTotal = flag.String("ring", "600M", "bytes allocated through the ring of 50 MB (full size: 10G)")
	treeSize  = flag.String("tree", "32M", "bytes of the live tree (full size: 1G)")
)

func flagSize(t testing.TB, text string) uintptr {
	n, err := parseSize(text, 1)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// resident is the memory of the process that is in use.
func resident(t testing.TB) uintptr {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip(err)
	}
	var size, pages uintptr
	fmt.Sscan(string(text), &size, &pages)
	return pages * mem.Page
}

// TestRing keeps a ring of 50 MB of objects alive, of sizes from 32 bytes to 64 KB, replacing the oldest by new ones: none dies
// young, all escape. Resident memory must stay within three times the live data and 64 MB.
func TestRing(t *testing.T) {
	total := flagSize(t, *ringTotal)
	c, _ := ParseConfig("collector=generational,max=1G")
	h := New(c, testTypes())
	th := h.NewThread()
	const live = 50 << 20
	const slots = 24_000
	before := resident(t)
	push(th, h.NewArray(th, tRefs, slots))
	var held, most, allocated uintptr
	sizes := make([]uintptr, slots)
	for i := 0; allocated < total; i = (i + 1) % slots {
		n := 100 + (i*7919)%4000
		if i%1000 == 0 {
			n = 64 << 10
		}
		held -= sizes[i]
		sizes[i] = 0
		if held+uintptr(n) < live {
			p := h.NewArray(th, tBytes, n)
			mem.Store64(p, 16, int64(n))
			setItem(th, root(th, 0), i, p)
			sizes[i] = uintptr(n)
			held += uintptr(n)
			allocated += uintptr(n)
		} else {
			setItem(th, root(th, 0), i, 0)
		}
		if i%4096 == 0 {
			most = max(most, resident(t)-before)
		}
	}
	verify(t, h)
	for i := range uintptr(slots) {
		if p := mem.LoadRef(root(th, 0), 16+8*i); p != 0 && mem.LoadI64(p, 16) != int64(h.Len(p)) {
			t.Fatal("contents changed")
		}
	}
	s := h.Stats()
	t.Logf("%v; resident at most %s for %s live", s, size(most), size(held))
	if limit := uintptr(3*live + 64<<20); most > limit {
		t.Errorf("%s resident, limit %s", size(most), size(limit))
	}
	if want := int(total / (4 << 20) * 9 / 10); s.Minor < want || s.Major < int(total>>20)/100 {
		t.Errorf("too few collections (want %d minor ones): %v", want, s)
	}
}

// TestLiveTree: a binary tree far larger than the nursery survives, while garbage is made beside it.
func TestLiveTree(t *testing.T) {
	want := flagSize(t, *treeSize)
	depth := 0
	for 32<<(depth+2) <= want {
		depth++
	}
	c, _ := ParseConfig("collector=generational")
	h := New(c, testTypes())
	th := h.NewThread()
	push(th, tree(h, th, depth))
	h.Collect(th)
	verify := func(p uintptr) (n int) {
		stack := []uintptr{p}
		for len(stack) > 0 {
			p := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if h.TypeOf(p).ID != tPair || mem.LoadI64(p, 16) != 77 {
				t.Fatal("a node is damaged")
			}
			n++
			if l := mem.LoadRef(p, 8); l != 0 {
				stack = append(stack, l, mem.LoadRef(p, 24))
			}
		}
		return n
	}
	if n := verify(root(th, 0)); n != 1<<(depth+1)-1 {
		t.Errorf("%d nodes", n)
	}
	t.Log(h.Stats())
}

// tree makes a binary tree of pairs, recursively as a program would.
func tree(h *Heap, th *thread.Thread, depth int) uintptr {
	if depth == 0 {
		p := h.New(th, tPair)
		mem.Store64(p, 16, 77)
		return p
	}
	push(th, tree(h, th, depth-1))
	push(th, tree(h, th, depth-1))
	p := th.NurseryFree
	if p+32 > th.NurseryTop {
		p = uintptr(h.AllocSlow(th, 32, layout.Header(tPair)))
	} else {
		th.NurseryFree = p + 32
		mem.StoreU64(p, 0, layout.Header(tPair))
	}
	th.ShadowTop -= 16
	mem.StoreRef(p, 8, mem.LoadRef(th.ShadowTop, 0))
	mem.StoreRef(p, 24, mem.LoadRef(th.ShadowTop, 8))
	mem.Store64(p, 16, 77)
	return p
}
