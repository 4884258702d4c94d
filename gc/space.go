package gc

import (
	"kiln/gc/mem"
)

// commitStep is the unit in which address space becomes usable. Memory behind it is taken page by page
// when touched, so the step only saves system calls.
const commitStep = 16 << 20

// space is one reservation, used from its base upward.
//
//	base ........ free ........ dirty ........ committed ........ end
//	  objects       may be       zero, never      not accessible
//	                non-zero     written
type space struct {
	name      string
	base, end uintptr
	committed uintptr
	free      uintptr
	dirty     uintptr
	poisoned  bool // made inaccessible by poison
}

func newSpace(name string, size uintptr) (*space, error) {
	size = (size + commitStep - 1) &^ (commitStep - 1)
	base, err := mem.Reserve(size)
	if err != nil {
		return nil, err
	}
	return &space{name: name, base: base, end: base + size, committed: base, free: base, dirty: base}, nil
}

// contains says whether p is an address in the used part.
func (s *space) contains(p uintptr) bool { return p-s.base < s.free-s.base }

func (s *space) used() uintptr { return s.free - s.base }

// room is how many bytes can still be taken.
func (s *space) room() uintptr { return s.end - s.free }

// commit makes the space usable up to the address top. Failing to is an exhausted machine, or a bug.
func (s *space) commit(top uintptr) {
	if top <= s.committed {
		return
	}
	top = min((top+commitStep-1)&^(commitStep-1), s.end)
	if err := mem.Commit(s.committed, top-s.committed); err != nil {
		panic(err)
	}
	s.committed = top
}

// take returns n zeroed bytes; the caller has checked room.
func (s *space) take(n uintptr) uintptr {
	p := s.free
	s.free += n
	s.commit(s.free)
	if p < s.dirty {
		mem.Zero(p, min(n, s.dirty-p))
	}
	s.dirty = max(s.dirty, s.free)
	return p
}

// open prepares an empty space for n bytes that will be written by copying, without zeroing.
func (s *space) open(n uintptr) {
	if s.poisoned {
		if err := mem.Commit(s.base, s.committed-s.base); err != nil {
			panic(err)
		}
		s.poisoned = false
	}
	s.free = s.base
	s.commit(s.base + n)
}

// close empties a space. Memory beyond keep bytes goes back to the system.
func (s *space) close(keep uintptr, poison bool) {
	s.free = s.base
	if s.dirty-s.base > keep {
		if err := mem.Release(s.base+mem.PageRound(keep), mem.PageRound(s.dirty)-s.base-mem.PageRound(keep)); err != nil {
			panic(err)
		}
		s.dirty = s.base + mem.PageRound(keep)
	}
	if poison {
		if err := mem.Protect(s.base, s.committed-s.base); err != nil {
			panic(err)
		}
		s.poisoned = true
	}
}
