package gc

import (
	"testing"

	"kiln/gc/layout"
	"kiln/gc/mem"
)

// Allocation as emitted code does it: 32-byte objects that die at once.
func BenchmarkInlineAllocation(b *testing.B) {
	h := New(Config{}, testTypes())
	th := h.NewThread()
	b.SetBytes(32)
	for i := 0; i < b.N; i++ {
		p := th.NurseryFree
		if np := p + 32; np > th.NurseryTop {
			h.AllocSlow(th, 32, layout.Header(tPair))
		} else {
			th.NurseryFree = np
			mem.StoreU64(p, 0, layout.Header(tPair))
		}
	}
}

// The cost of a collection per live object: a tree of a million pairs.
func BenchmarkCollectTree(b *testing.B) {
	h := New(Config{Nursery: 256 << 20}, testTypes())
	th := h.NewThread()
	var build func(depth int) uintptr
	build = func(depth int) uintptr {
		if depth == 0 {
			return h.New(th, tPair)
		}
		push(th, build(depth-1))
		right := build(depth - 1)
		p := h.New(th, tPair)
		th.ShadowTop -= 8
		mem.StoreRef(p, 8, mem.LoadRef(th.ShadowTop, 0))
		mem.StoreRef(p, 24, right)
		return p
	}
	push(th, build(19))
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		h.Collect(th)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(1<<20), "ns/object")
}

// Large arrays of references, and of bytes.
func BenchmarkCollectArrays(b *testing.B) {
	h := New(Config{Nursery: 256 << 20}, testTypes())
	th := h.NewThread()
	push(th, h.NewArray(th, tRefs, 1_000_000))
	push(th, h.NewArray(th, tBytes, 8_000_000))
	leaf := h.New(th, tLeaf)
	for i := uintptr(0); i < 1_000_000; i++ {
		mem.StoreRef(root(th, 0)+16, 8*i, leaf)
	}
	b.SetBytes(16_000_000)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		h.Collect(th)
	}
}

// A collection with nothing to do, as in stress mode.
func BenchmarkCollectEmpty(b *testing.B) {
	h := New(Config{}, testTypes())
	th := h.NewThread()
	for i := 0; i < b.N; i++ {
		h.Collect(th)
	}
}

func BenchmarkCollectPoisonFill(b *testing.B)    { benchmarkPoison(b, PoisonFill) }
func BenchmarkCollectPoisonProtect(b *testing.B) { benchmarkPoison(b, PoisonProtect) }

func benchmarkPoison(b *testing.B, poison Poison) {
	h := New(Config{Poison: poison, Stress: 1}, testTypes())
	th := h.NewThread()
	for i := 0; i < b.N; i++ {
		h.New(th, tPair)
	}
}
