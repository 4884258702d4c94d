package gc

import (
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
)

// Weak references and finalizers: what happens to objects that nothing but them refers to.
//
// A weak reference is a reference of an object whose type is weak (layout.Type.Weak). Collectors do not follow it, but note the
// object they meet it in; when they know what survives, settle makes nil of those whose object does not. The program
// reads and writes it as any reference, with write barriers.
//
// A finalizer is a pair of an object and a function, in a list beside the heap. When its object turns out to be dead, the pair
// goes to a queue, object and what it refers to are kept for this once, and Thread.Finalizers says so. Nothing runs in a
// collection: the program calls NextFinalizer at its safe points. So a finalizer runs once, and may make its object
// reachable again. Weak references to the object that the program can reach are nil by then, as it was dead.
type finalizers struct {
	young []finalizer // those of objects that the next collection may find dead
	old   []finalizer
	queue []finalizer // due
}

type finalizer struct{ object, function uintptr }

// AddFinalizer calls for function to be handed out by NextFinalizer, once, after object has become unreachable. function is kept
// alive; if it refers to object, neither ever dies. Nothing happens for nil. Does not collect.
func (h *Heap) AddFinalizer(object, function uintptr) {
	switch {
	case object == 0:
	case h.moving.young(object):
		h.finalizers.young = append(h.finalizers.young, finalizer{object, function})
	default:
		h.finalizers.old = append(h.finalizers.old, finalizer{object, function})
	}
}

// NextFinalizer takes the next finalizer from the queue; ok is false if none is due. The references are in no root any more. Does
// not collect.
func (h *Heap) NextFinalizer(t *thread.Thread) (object, function uintptr, ok bool) {
	q := &h.finalizers.queue
	if len(*q) == 0 {
		return 0, 0, false
	}
	f := (*q)[0]
	if *q = (*q)[1:]; len(*q) == 0 {
		*q = nil
		for _, ts := range h.threads {
			ts.t.Finalizers = 0
		}
	}
	return f.object, f.function, true
}

// walkRoots visits the references that finalizers keep alive.
func (f *finalizers) walkRoots(visit func(*uintptr)) {
	for _, list := range [][]finalizer{f.young, f.old} {
		for i := range list {
			visit(&list[i].function)
		}
	}
	for i := range f.queue {
		visit(&f.queue[i].object)
		visit(&f.queue[i].function)
	}
}

// tracer is a collector that has traced from all roots.
type tracer interface {
	// survives says whether an object does, and its new address.
	survives(p uintptr) (to uintptr, ok bool)
	// keep makes a dead object, and what it refers to, survive.
	keep(p uintptr) uintptr
	// weakObjects takes the list of objects with weak references that have been met.
	weakObjects() []uintptr
}

// settle clears weak references to the dead, and queues the finalizers of dead objects in a list; the others are returned.
func (h *Heap) settle(c tracer, list []finalizer) (rest []finalizer) {
	h.clearWeak(c)
	rest = list[:0]
	due := h.finalizers.queue
	for _, f := range list {
		if to, ok := c.survives(f.object); ok {
			rest = append(rest, finalizer{to, f.function})
		} else {
			due = append(due, f)
		}
	}
	// All of them are dead before any is kept: they may refer to each other.
	for i := len(h.finalizers.queue); i < len(due); i++ {
		due[i].object = c.keep(due[i].object)
	}
	if h.finalizers.queue = due; len(due) > 0 {
		for _, ts := range h.threads {
			ts.t.Finalizers = 1
		}
	}
	h.clearWeak(c) // those that have been kept, too
	return rest
}

func (h *Heap) clearWeak(c tracer) {
	for _, p := range c.weakObjects() {
		for _, off := range h.infos[mem.LoadU64(p, 0)>>layout.TypeIDShift].refs {
			to, ok := c.survives(mem.LoadRef(p, off))
			if !ok {
				to = 0
			}
			mem.StoreRef(p, off, to)
		}
	}
}

// The generational collector in a minor collection.

type minorTracer struct{ *generational }

func (g minorTracer) survives(p uintptr) (uintptr, bool) {
	if p-g.base >= g.extent {
		return p, true
	}
	if mem.LoadU64(p, 0)&layout.FlagForwarded == 0 {
		return 0, false
	}
	return mem.LoadRef(p, 8), true
}

func (g minorTracer) keep(p uintptr) uintptr {
	q := g.moved(p)
	g.drain()
	return q
}

func (g minorTracer) weakObjects() []uintptr { return taken(&g.weak) }

// ... and in a major one.

func (m *marker) survives(p uintptr) (uintptr, bool) {
	return p, !m.g.old.contains(p) || m.g.old.marked(p)
}

func (m *marker) keep(p uintptr) uintptr {
	m.reach(p)
	m.drain(^uintptr(0))
	return p
}

func (m *marker) weakObjects() []uintptr { return taken(&m.weak) }

// The semispace collector.

func (c *semispace) survives(p uintptr) (uintptr, bool) {
	if p-c.base >= c.size {
		return p, true
	}
	if mem.LoadU64(p, 0)&layout.FlagForwarded == 0 {
		return 0, false
	}
	return mem.LoadRef(p, 8), true
}

func (c *semispace) keep(p uintptr) uintptr {
	q := c.moved(p)
	c.scan()
	return q
}

func (c *semispace) weakObjects() []uintptr { return taken(&c.weak) }

// taken empties a list and returns what was in it.
func taken(list *[]uintptr) []uintptr {
	out := *list
	*list = nil
	return out
}
