package gc

import (
	"math/rand"
	"testing"

	"kiln/gc/mem"
)

// Random runs against a model that marks every page: no overlap, zero where promised, neighbours merge.
func TestPages(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	s, err := newPages(commitStep)
	if err != nil {
		t.Fatal(err)
	}
	type run struct {
		p uintptr
		n int
	}
	var held []run
	inUse := map[uintptr]bool{}
	refused, limit := 0, int((s.end-s.base)/mem.Page)
	for step := 0; step < 20_000; step++ {
		if r.Intn(100) < 53 {
			n := 1 + r.Intn(8)
			if r.Intn(20) == 0 {
				n = 1 + r.Intn(300)
			}
			p, zero := s.take(n)
			if p == 0 {
				refused++
				continue
			}
			for i := range uintptr(n) {
				at := p + i*mem.Page
				if inUse[at] || at < s.base || at >= s.end {
					t.Fatalf("step %d: page %#x of %d is in use or outside", step, at, n)
				}
				inUse[at] = true
				if zero && mem.LoadU64(at, 8*uintptr(r.Intn(512))) != 0 {
					t.Fatalf("step %d: page %#x is not zero", step, at)
				}
				for off := uintptr(0); off < mem.Page; off += 8 {
					mem.StoreU64(at, off, ^uint64(0))
				}
			}
			held = append(held, run{p, n})
		} else if len(held) > 0 {
			i := r.Intn(len(held))
			s.giveBack(held[i].p, held[i].n)
			for j := range uintptr(held[i].n) {
				delete(inUse, held[i].p+j*mem.Page)
			}
			held[i] = held[len(held)-1]
			held = held[:len(held)-1]
		}
		if r.Intn(200) == 0 {
			keep := r.Intn(100)
			s.trim(keep)
			if dirty := s.nfree - s.nclean; dirty > keep+300 {
				t.Fatalf("%d dirty pages left of %d", dirty, keep)
			}
		}
		if s.top-s.nfree != len(inUse) {
			t.Fatalf("step %d: %d pages in use, not %d", step, s.top-s.nfree, len(inUse))
		}
	}
	if refused == 0 {
		t.Error("the reservation never was full")
	}
	for _, h := range held {
		s.giveBack(h.p, h.n)
	}
	if p, _ := s.take(s.top); p != s.base || s.top > limit {
		t.Error("free pages do not merge")
	}
	s.giveBack(s.base, s.top)
	s.trim(0)
	if p, zero := s.take(s.top); p != s.base || !zero {
		t.Error("trimmed pages are not zero")
	}
}
