package gc

import (
	"kiln/gc/layout"
	"kiln/gc/mem"
)

// The major collector marks and sweeps the old generation in steps, one after each minor collection, so that no
// pause is in proportion to the heap:
//
//	idle --(old generation has grown by half and more)--> marking --(nothing left to mark)--> sweeping --> idle
//
// While marking, what has been marked and looked at is black, what waits on the stack grey, the rest white. The program
// may store a white object into a black one between two steps, but not unnoticed: the write barrier that serves the minor collector
// lists every old object written to, and the minor collection before each step makes those grey again (changed), and promoted
// objects grey (born). Roots are not watched, so they are visited twice: to start, and to finish. Objects that
// never move are roots.
//
// Invariant at each step: a black object refers to no white one. (Incremental update; E. W. Dijkstra and others, "On-the-fly garbage
// collection", 1978.)
type marker struct {
	g     *generational
	phase phase
	stack []uintptr // grey objects
	still uintptr   // immortal objects below this address have been looked at
	pins  []uintptr // old objects made immortal
	weak  []uintptr // objects with weak references that have been marked
	live  uintptr   // bytes marked so far
	next  uintptr   // bytes of the old generation at which to start
	visit func(*uintptr)
}

type phase uint8

const (
	idle phase = iota
	marking
	sweeping
)

// extent is how much a collection is asked to do.
type extent uint8

const (
	minorOnly  extent = iota // empty the nursery
	someMore                 // and a step of what else is due
	everything               // find all garbage
)

const (
	// growth is by how much the old generation may grow over what was alive before the next major collection, in percent.
	growth = 80
	// smallest is the growth in nurseries that is not worth a major collection.
	smallest = 4
	// stepRate is how many bytes are marked for each byte that has been promoted since the last step, so that
	// marking ends before the heap has grown by a quarter.
	stepRate = 4
	// stepLeast is how many bytes are marked at least.
	stepLeast = 1 << 20
)

func (m *marker) init(g *generational) {
	m.g = g
	m.visit = func(slot *uintptr) { m.reach(*slot) }
	m.setNext()
}

func (m *marker) setNext() {
	grow := max(m.live/100*growth, smallest*m.g.size)
	m.next = min(m.live+grow, max(m.g.h.config.Max, m.live))
}

// step does a bounded part of the work, after a minor collection.
func (m *marker) step() {
	budget := max(stepLeast, stepRate*m.g.promoted)
	m.g.promoted = 0
	switch m.phase {
	case idle:
		if m.g.old.bytes() >= m.next {
			m.start()
		}
	case marking:
		if m.drain(budget) {
			m.finish()
		}
	case sweeping:
		if !m.g.old.sweepSome(4 * budget) {
			m.swept()
		}
	}
}

// full runs a whole major collection; one that is under way starts anew.
func (m *marker) full() {
	m.g.promoted = 0
	if m.phase == sweeping {
		m.g.old.sweepSome(^uintptr(0))
	}
	m.start()
	m.finish()
	m.g.old.sweepSome(^uintptr(0))
	m.swept()
}

func (m *marker) start() {
	m.phase = marking
	m.stack, m.weak, m.live = m.stack[:0], m.weak[:0], 0
	m.g.old.clearMarks()
	m.still = m.g.h.still.base
	m.roots()
}

func (m *marker) roots() {
	m.g.h.walkRoots(m.visit)
	for _, p := range m.pins {
		m.reach(p)
	}
}

// finish marks what is left and hands over to the sweeper.
func (m *marker) finish() {
	m.roots()
	m.drain(^uintptr(0))
	f := &m.g.h.finalizers
	f.old = m.g.h.settle(m, f.old)
	t := &m.g.h.handles
	t.old = m.g.h.settleHandles(m, t.old)
	m.phase = sweeping
	m.g.old.startSweep()
	m.g.h.stats.Major++
}

func (m *marker) swept() {
	m.phase = idle
	m.setNext()
	m.g.old.pages.trim(int((m.live/2 + keepDirty/4) / mem.Page))
}

// reach makes a white object grey. The reference may be nil or lead to an immortal object.
func (m *marker) reach(p uintptr) {
	if o := m.g.old; o.contains(p) && o.mark(p) {
		m.stack = append(m.stack, p)
	}
}

// born makes a new old object grey.
func (m *marker) born(p uintptr) {
	if m.g.old.mark(p) {
		m.stack = append(m.stack, p)
	}
}

// changed makes an object grey that has been written to. White ones will be met if they are alive.
func (m *marker) changed(p uintptr) {
	if m.phase != marking {
		return
	}
	if o := m.g.old; !o.contains(p) {
		if p < m.still {
			m.scan(p)
		}
	} else if o.marked(p) {
		m.live -= m.g.h.objectSize(p) // it will be counted again
		m.stack = append(m.stack, p)
	}
}

// drain blackens grey objects of about n bytes and says whether that was all.
func (m *marker) drain(n uintptr) (all bool) {
	done := uintptr(0)
	for {
		for k := len(m.stack); k > 0; k = len(m.stack) {
			if done >= n {
				return false
			}
			p := m.stack[k-1]
			m.stack = m.stack[:k-1]
			size := m.scan(p)
			done += size
			m.live += size
		}
		// Immortal objects, by and by: all are roots.
		if m.still >= m.g.h.still.free {
			return true
		}
		size := m.scan(m.still)
		m.still += size
		done += size
	}
}

// scan makes grey what the object at p refers to, and returns its size.
func (m *marker) scan(p uintptr) uintptr {
	h := m.g.h
	id := mem.LoadU64(p, 0) >> layout.TypeIDShift
	if id == 0 || id >= uint64(len(h.infos)) {
		return h.objectSize(p) // a filler, or a panic
	}
	info := &h.infos[id]
	switch info.shape {
	case plainStruct:
		return info.size
	case refStruct:
		for _, off := range info.refs {
			m.reach(mem.LoadRef(p, off))
		}
		return info.size
	case weakStruct:
		m.weak = append(m.weak, p)
		return info.size
	case refArray:
		for at, end := p+info.size, p+info.size+8*mem.LoadRef(p, info.lenOffset); at < end; at += 8 {
			m.reach(mem.LoadRef(at, 0))
		}
	case mixedArray:
		for _, off := range info.refs {
			m.reach(mem.LoadRef(p, off))
		}
		m.scanItems(p, info, 0, mem.LoadRef(p, info.lenOffset))
	}
	return h.sizeAs(info, p)
}

// scanItems makes grey what items from to to of an array refer to.
func (m *marker) scanItems(p uintptr, info *typeInfo, from, to uintptr) {
	end := p + info.size + info.itemSize*to
	for item := p + info.size + info.itemSize*from; item < end && len(info.itemRefs) > 0; item += info.itemSize {
		for _, off := range info.itemRefs {
			m.reach(mem.LoadRef(item, off))
		}
	}
}
