package gc

import (
	"reflect"
	"runtime"
	"sync/atomic"

	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
)

// Handles: objects that stand for values of host code, which are on Go's heap.
//
//	handle object {header, number} -> entry {object, value}
//
// The table keeps the value while the object is alive, and not the object: collectors report the dead (settleHandles). One pointer of
// Go's has one handle at a time, so that comparing handles compares pointers.
//
// What happens to the value of a dead handle: the table drops it, so that Go's own collector may find it dead, with whatever runtime.AddCleanup
// has to say; and if its type says how it is closed, that is called at the next safe point (RunDue). Rejected: to call Close on everything that
// has it. A reader that the host has made on top of a file uses the file, with or without a handle of it.
type handles struct {
	table   []handle // by number; 0 is no handle
	free    []int
	numbers map[any]int // of values that are pointers
	// As for finalizers: those that the next collection may find dead, and the others.
	young, old []int
	due        []func()
	// made counts the handles since the last collection, kept those that were old after the last collection of the whole heap.
	made, kept int
	dropped    int // values left to Go since it was last asked to collect
}

type handle struct {
	object uintptr
	value  any
	close  func(any) // nil: nothing to be done
	known  bool      // in numbers
}

// dropsPerCollection: after so many values were left to Go, it is asked to collect. Its heap of a translated program hardly grows, so that it
// would rarely do so by itself, and values hold files and the like.
const dropsPerCollection = 512

// What handles stand for is not seen in the size of the heap: files, which a process may have a thousand of, and memory of Go's. So after
// handlesPerCollection new handles the nursery is collected, and the whole heap when there are twice as many old ones as were alive the last time.
const handlesPerCollection = 256

// findDead collects if there are many handles that nothing is known about.
func (h *Heap) findDead() {
	s := &h.handles
	if s.made < handlesPerCollection {
		return
	}
	want := minorOnly
	if len(s.old) >= 2*s.kept+handlesPerCollection {
		want = everything
	}
	h.stats.Forced++
	h.collect(want, 0)
	if want == everything {
		s.kept = len(s.old)
	}
}

// NewHandle is the handle of a host value, 0 for nil: the one it has, or a new object of type typ. close, if not nil, is called with the value
// once the object is dead, unless Closed was called. May collect, and calls what is due.
func (h *Heap) NewHandle(t *thread.Thread, typ layout.TypeID, value any, close func(any)) uintptr {
	if value == nil {
		return 0
	}
	s := &h.handles
	kind := reflect.TypeOf(value).Kind()
	pointer := kind == reflect.Pointer || kind == reflect.Chan || kind == reflect.UnsafePointer
	if pointer {
		if reflect.ValueOf(value).IsNil() {
			return 0
		}
		if n := s.numbers[value]; n > 0 {
			return s.table[n].object
		}
	}
	h.findDead()
	h.RunDue()
	s.made++
	p := h.New(t, typ)
	n := h.enter(handle{p, value, close, pointer})
	if pointer {
		if s.numbers == nil {
			s.numbers = map[any]int{}
		}
		s.numbers[value] = n
	}
	mem.Store64(p, layout.HeaderSize, int64(n))
	return p
}

// Stand makes a value belong to the object at p until that dies, and returns a number for StandsFor. Nothing else happens to the value, which
// no handle has.
func (h *Heap) Stand(p uintptr, value any) int { return h.enter(handle{object: p, value: value}) }

// StandsFor is the value that belongs to the object at p by this number, nil if the number is that of a copy of another object.
func (h *Heap) StandsFor(p uintptr, n int) any {
	if n > 0 && n < len(h.handles.table) && h.handles.table[n].object == p {
		return h.handles.table[n].value
	}
	return nil
}

// enter puts an entry into the table.
func (h *Heap) enter(e handle) int {
	s := &h.handles
	h.stats.HandlesMade++
	n := len(s.table)
	if k := len(s.free); k > 0 {
		n, s.free = s.free[k-1], s.free[:k-1]
		s.table[n] = e
	} else {
		if n == 0 {
			s.table, n = append(s.table, handle{}), 1
		}
		s.table = append(s.table, e)
	}
	if h.moving.young(e.object) {
		s.young = append(s.young, n)
	} else {
		s.old = append(s.old, n)
	}
	return n
}

// Stays says whether the object at p keeps its address as long as it is alive.
func (h *Heap) Stays(p uintptr) bool {
	return h.IsImmortal(p) || h.config.Collector == Generational && !h.moving.young(p)
}

// HandleValue is the value that the handle at p stands for, nil if p is.
func (h *Heap) HandleValue(p uintptr) any {
	if p == 0 {
		return nil
	}
	return h.handles.table[mem.LoadI64(p, layout.HeaderSize)].value
}

// Closed says that the value of the handle at p has been closed: nothing is left to do when the handle dies.
func (h *Heap) Closed(p uintptr) {
	if p != 0 {
		h.handles.table[mem.LoadI64(p, layout.HeaderSize)].close = nil
	}
}

// Handles is the number of handles that are not known to be dead.
func (h *Heap) Handles() int { return len(h.handles.young) + len(h.handles.old) }

// RunDue closes the values of dead handles. It may run host code, and through it anything.
func (h *Heap) RunDue() {
	s := &h.handles
	for len(s.due) > 0 {
		list := s.due
		s.due = nil
		h.acted(thread.ActionClose) // set as long as something is due
		for i, f := range list {
			list[i] = nil
			f()
		}
	}
}

// settleHandles drops the entries of handles that are dead, from a list of numbers; the others are returned. c has traced all that
// finalizers keep, too.
func (h *Heap) settleHandles(c tracer, list []int) (rest []int) {
	s := &h.handles
	rest = list[:0]
	for _, n := range list {
		e := &s.table[n]
		if to, ok := c.survives(e.object); ok {
			e.object = to
			rest = append(rest, n)
			continue
		}
		if e.known {
			delete(s.numbers, e.value)
		}
		if value, close := e.value, e.close; close != nil {
			s.due = append(s.due, func() { close(value) })
		} else {
			s.dropped++
		}
		*e = handle{}
		s.free = append(s.free, n)
	}
	if len(s.due) > 0 {
		h.act(thread.ActionClose)
	}
	if s.dropped >= dropsPerCollection {
		s.dropped = 0
		go runtime.GC()
	}
	return rest
}

// act sets bits of the Actions of all threads. Others may do so at the same time.
func (h *Heap) act(bits uint64) {
	for _, ts := range h.threads {
		atomic.OrUint64(&ts.t.Actions, bits)
	}
}

// acted clears bits of the Actions of all threads.
func (h *Heap) acted(bits uint64) {
	for _, ts := range h.threads {
		atomic.AndUint64(&ts.t.Actions, ^bits)
	}
}
