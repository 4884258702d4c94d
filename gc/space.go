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
	poison    Poison  // how it was made unusable when it was closed
	poisoned  uintptr // how many bytes of it
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

// untake gives back what take returned last, from the address from on; nothing was written there. It says whether to
// is the end of that.
func (s *space) untake(from, to uintptr) bool {
	if to != s.free || from == 0 {
		return false
	}
	s.free = from
	return true
}

// open prepares an empty space for n bytes that will be written by copying, without zeroing.
func (s *space) open(n uintptr) {
	switch s.poison {
	case PoisonProtect:
		if err := mem.Commit(s.base, s.committed-s.base); err != nil {
			panic(err)
		}
	case PoisonFill:
		for i, word := range mem.Words(s.base, s.poisoned/8) {
			if word != poisonWord {
				panic(&HeapError{Object: s.base + 8*uintptr(i), Problem: "written to after the object there had moved: someone kept a reference over a collection without a root"})
			}
		}
	}
	s.poison, s.free = PoisonOff, s.base
	s.commit(s.base + n)
}

// poisonWord is neither a header nor an address, and odd as a length.
const poisonWord = 0xdbdb_dbdb_dbdb_dbdb

// close empties a space. Memory beyond keep bytes goes back to the system.
func (s *space) close(keep uintptr, poison Poison) {
	s.poison, s.poisoned = poison, min(s.used(), keep)
	s.free = s.base
	if s.dirty-s.base > keep {
		keep = mem.PageRound(keep)
		if err := mem.Release(s.base+keep, mem.PageRound(s.dirty)-s.base-keep); err != nil {
			panic(err)
		}
		s.dirty = s.base + keep
	}
	switch poison {
	case PoisonProtect:
		if err := mem.Protect(s.base, s.committed-s.base); err != nil {
			panic(err)
		}
	case PoisonFill:
		words := mem.Words(s.base, s.poisoned/8)
		for i := range words {
			words[i] = poisonWord
		}
	}
}
