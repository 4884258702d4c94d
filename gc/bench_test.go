package gc

import (
	"testing"

	"kiln/gc/layout"
	"kiln/gc/mem"
)

// each runs a benchmark on both collectors.
func each(b *testing.B, config Config, run func(b *testing.B, h *Heap)) {
	for _, name := range []string{Semispace, Generational} {
		b.Run(name, func(b *testing.B) {
			config.Collector = name
			run(b, New(config, testTypes()))
		})
	}
}

// Allocation as emitted code does it: 32-byte objects that die at once.
func BenchmarkInlineAllocation(b *testing.B) { each(b, Config{}, benchmarkInlineAllocation) }

func benchmarkInlineAllocation(b *testing.B, h *Heap) {
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

// Allocation with a tree of a million pairs alive, and one in ten objects replacing a leaf of it.
func BenchmarkAllocationBesideTree(b *testing.B) { each(b, Config{}, benchmarkBesideTree) }

func benchmarkBesideTree(b *testing.B, h *Heap) {
	th := h.NewThread()
	push(th, tree(h, th, 19))
	b.SetBytes(32)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		p := th.NurseryFree
		if np := p + 32; np > th.NurseryTop {
			p = uintptr(h.AllocSlow(th, 32, layout.Header(tPair)))
		} else {
			th.NurseryFree = np
			mem.StoreU64(p, 0, layout.Header(tPair))
		}
		if i%10 == 0 {
			at := root(th, 0)
			for bit := 0; bit < 18; bit++ {
				at = mem.LoadRef(at, 8+uintptr(i*2654435761>>bit&1)*16)
			}
			set(th, at, 8, p)
		}
	}
}

// The cost of a full collection per live object: a tree of a million pairs.
func BenchmarkCollectTree(b *testing.B) { each(b, Config{Nursery: 256 << 20}, benchmarkCollectTree) }

func benchmarkCollectTree(b *testing.B, h *Heap) {
	th := h.NewThread()
	push(th, tree(h, th, 19))
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		h.Collect(th)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(1<<20), "ns/object")
}

// Large arrays of references, and of bytes.
func BenchmarkCollectArrays(b *testing.B) {
	each(b, Config{Nursery: 256 << 20}, benchmarkCollectArrays)
}

func benchmarkCollectArrays(b *testing.B, h *Heap) {
	th := h.NewThread()
	push(th, h.NewArray(th, tRefs, 1_000_000))
	push(th, h.NewArray(th, tBytes, 8_000_000))
	leaf := h.New(th, tLeaf)
	for i := range 1_000_000 {
		setItem(th, root(th, 0), i, leaf)
	}
	b.SetBytes(16_000_000)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		h.Collect(th)
	}
}

// A collection with nothing to do, as in stress mode.
func BenchmarkCollectEmpty(b *testing.B) { each(b, Config{}, benchmarkCollectEmpty) }

func benchmarkCollectEmpty(b *testing.B, h *Heap) {
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
