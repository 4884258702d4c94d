package gc

import "sync"

// held are roots with numbers: what Go code, which cannot hold references itself, holds for as long as it likes.
type held struct {
	refs []uintptr
	free []int

	mu       sync.Mutex
	released []int // by other goroutines
}

// Hold makes an object a root and returns its number for Held and Release. Does not collect.
func (h *Heap) Hold(p uintptr) int {
	s := &h.held
	s.takeBack()
	if k := len(s.free); k > 0 {
		n := s.free[k-1]
		s.free = s.free[:k-1]
		s.refs[n] = p
		return n
	}
	s.refs = append(s.refs, p)
	return len(s.refs) - 1
}

// Held is the object with a number.
func (h *Heap) Held(n int) uintptr { return h.held.refs[n] }

// Release ends what Hold began. Any goroutine may call it, at any time; the root is gone at the next Hold or collection.
func (h *Heap) Release(n int) {
	h.held.mu.Lock()
	h.held.released = append(h.held.released, n)
	h.held.mu.Unlock()
}

// HeldCount is the number of roots that have not been released.
func (h *Heap) HeldCount() int {
	h.held.mu.Lock()
	defer h.held.mu.Unlock()
	return len(h.held.refs) - len(h.held.free) - len(h.held.released)
}

// takeBack ends the roots that have been released since the last time.
func (s *held) takeBack() {
	s.mu.Lock()
	for _, n := range s.released {
		s.refs[n] = 0
		s.free = append(s.free, n)
	}
	s.released = s.released[:0]
	s.mu.Unlock()
}

func (s *held) walkRoots(visit func(*uintptr)) {
	s.takeBack()
	for i := range s.refs {
		if s.refs[i] != 0 {
			visit(&s.refs[i])
		}
	}
}
