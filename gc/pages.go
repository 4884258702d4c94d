package gc

import (
	"math/bits"

	"kiln/gc/mem"
)

// pages hands out runs of pages of one reservation, for blocks and large objects of the old generation. Pages that come
// back are found again by a bitmap of free pages, lowest address first, which merges neighbours by itself and keeps the
// used part of the reservation dense. Rejected: free lists by length, which need neighbours merged by hand; searches are
// rare, as small objects take whole blocks.
//
//	base ............ top ............ committed ............ end
//	  used, free          never used,       not accessible
//	  and free+clean      zero
//
// A free page is clean if its memory is not there: never touched, or given back to the system. It reads as zero.
type pages struct {
	base, end uintptr
	committed uintptr
	top       int      // pages in use at some time
	free      []uint64 // bitmap: not in use
	clean     []uint64 // bitmap: free, zero, and without memory
	lowest    int      // no free page is below it
	missing   int      // a run of this length was not to be found since pages came back last
	nfree     int      // number of free pages
	nclean    int      // of those, clean ones
}

const noneMissing = int(^uint(0) >> 1)

func newPages(size uintptr) (*pages, error) {
	size = (size + commitStep - 1) &^ (commitStep - 1)
	base, err := mem.Reserve(size)
	if err != nil {
		return nil, err
	}
	mem.Huge(base, size)
	return &pages{base: base, end: base + size, committed: base, missing: noneMissing}, nil
}

// used is the address that everything in use is below.
func (s *pages) used() uintptr { return s.base + uintptr(s.top)*mem.Page }

// take returns n pages, and whether they are zero; 0 if there is no room.
func (s *pages) take(n int) (p uintptr, zero bool) {
	if n <= s.nfree && n < s.missing {
		if at := s.find(n); at >= 0 {
			return s.reuse(at, n)
		}
		s.missing = n
	}
	p = s.used()
	size := uintptr(n) * mem.Page
	if size > s.end-p {
		return 0, false
	}
	s.top += n
	for len(s.free) < (s.top+63)/64 {
		s.free, s.clean = append(s.free, 0), append(s.clean, 0)
	}
	if top := p + size; top > s.committed {
		top = min((top+commitStep-1)&^(commitStep-1), s.end)
		if err := mem.Commit(s.committed, top-s.committed); err != nil {
			panic(err)
		}
		s.committed = top
	}
	return p, true
}

// find is the first of n free pages in a row, or -1.
func (s *pages) find(n int) int {
	run := 0
	for i := s.lowest &^ 63; i < s.top; i += 64 {
		switch w := s.free[i/64]; w {
		case 0:
			run = 0
		case ^uint64(0):
			if run += 64; run >= n {
				return i + 64 - run
			}
		default:
			for bit := 0; bit < 64; {
				rest := w >> bit
				if rest&1 == 0 {
					run = 0
					bit += min(bits.TrailingZeros64(rest), 64-bit)
					continue
				}
				ones := min(bits.TrailingZeros64(^rest), 64-bit)
				if run += ones; run >= n {
					return i + bit + ones - run
				}
				bit += ones
			}
		}
	}
	return -1
}

func (s *pages) reuse(at, n int) (p uintptr, zero bool) {
	zero = true
	for i := at; i < at+n; i++ {
		s.free[i/64] &^= 1 << (i % 64)
		if s.clean[i/64]>>(i%64)&1 != 0 {
			s.clean[i/64] &^= 1 << (i % 64)
			s.nclean--
		} else {
			zero = false
		}
	}
	s.nfree -= n
	if at <= s.lowest {
		s.lowest = at + n
	}
	return s.base + uintptr(at)*mem.Page, zero
}

// giveBack takes n pages back.
func (s *pages) giveBack(p uintptr, n int) {
	at := int((p - s.base) / mem.Page)
	for i := at; i < at+n; i++ {
		s.free[i/64] |= 1 << (i % 64)
	}
	s.nfree += n
	s.lowest, s.missing = min(s.lowest, at), noneMissing
}

// trim gives the memory of free pages to the system, highest addresses first, until at most keep of them have memory.
func (s *pages) trim(keep int) {
	for i := s.top; i > 0 && s.nfree-s.nclean > keep; {
		i--
		end := i + 1
		for ; i >= 0 && s.dirtyFree(i); i-- {
			s.clean[i/64] |= 1 << (i % 64)
			s.nclean++
		}
		i++
		if i < end {
			if err := mem.Release(s.base+uintptr(i)*mem.Page, uintptr(end-i)*mem.Page); err != nil {
				panic(err)
			}
		} else {
			i--
		}
	}
}

func (s *pages) dirtyFree(i int) bool {
	return s.free[i/64]>>(i%64)&1 != 0 && s.clean[i/64]>>(i%64)&1 == 0
}
