package gc

import (
	"fmt"
	"os"

	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
)

// Heap is the heap of one translated program.
type Heap struct {
	// OnAlloc, if not nil, is called at every allocation that is not inline. It must not allocate.
	OnAlloc func(t *thread.Thread)

	config        Config
	types         []*layout.Type
	infos         []typeInfo // by type id
	moving        collector
	still         *space // immortal objects
	immortalFlags uint64 // of the headers of immortal objects
	threads       []*threadState
	walkers       []RootWalker
	hashes        identityHashes
	stats         Stats
	finalizers    finalizers
	handles       handles
	held          held

	chunk      uintptr // what a thread takes at a time
	init       bool    // allocation goes to the immortal space
	initStart  uintptr // still.free when init was switched on
	untilForce int     // allocations until the next forced collection
	forced     int     // collections by stress mode
	largest    uintptr // size above which the collector is asked for memory by takeLarge
	listSize   uintptr // of remembered lists
	verifying  verifier
}

// RootWalker visits references held outside the heap; visit may change them. References that are 0 may
// be visited or not.
type RootWalker interface{ WalkRoots(visit func(*uintptr)) }

// YoungWalker is a walker that knows which of its references are new. Compiled code has many constants, hardly any of which are young.
type YoungWalker interface {
	RootWalker
	// WalkYoung visits, instead of all references, those that it has got since it was last called: for a collection after which
	// none of them is to a young object.
	WalkYoung(visit func(*uintptr))
}

// collector manages the objects that move.
type collector interface {
	// take returns n zeroed bytes (n is a multiple of layout.Align), or 0 if a collection is due first.
	take(n uintptr) uintptr
	// takeLarge is take for an object larger than Heap.largest.
	takeLarge(n uintptr) uintptr
	// untake gives back the zeroed stretch from..to if it is the end of what was taken, and says whether it is.
	untake(from, to uintptr) bool
	// collect moves the young objects that are reachable, and finds as much of the other garbage as wanted at least. request
	// bytes will be taken right after.
	collect(want extent, request uintptr)
	// pin makes the objects that the slots refer to immortal, right after a collection for which they were roots.
	pin(slots []*uintptr)
	// contains says whether p is an address of memory that objects may be in.
	contains(p uintptr) bool
	// young says whether p is an address of objects that the next collection moves.
	young(p uintptr) bool
	// barriers says whether the collector needs write barriers, that is, layout.FlagBarrier on all objects that are not young.
	barriers() bool
	// exempted says that barriers have been left out for the object at p, which has no FlagBarrier.
	exempted(p uintptr)
	// areas are the stretches of memory that objects lie in.
	areas() []area
	// used is the number of bytes objects and their gaps occupy, fresh those of them taken since the last collection.
	used() uintptr
	fresh() uintptr
}

// area is a stretch of memory with objects: back to back (with fillers), or in cells of one size, of which the free ones start with 0.
type area struct{ from, to, cell uintptr }

// New makes a heap for a program with these types: by type id, [0] nil. It panics with a *TypeError if a
// layout makes no sense. Without address space it calls Config.Fatal.
func New(config Config, types []*layout.Type) *Heap {
	infos, err := makeTypes(types)
	if err != nil {
		panic(err)
	}
	h := &Heap{config: config.withDefaults(), types: types, infos: infos}
	h.untilForce = h.config.Stress
	h.chunk = min(64<<10, h.config.Nursery/4&^(layout.Align-1))
	if h.config.Stress > 0 {
		h.chunk = 1 << 10 // each collection ends all chunks, and they have been cleared for little
	}
	if h.still, err = newSpace("immortal", h.config.Max); err == nil {
		h.moving, err = collectors[h.config.Collector](h)
	}
	if err != nil {
		h.config.Fatal(fmt.Sprintf("kiln: no address space for a heap of %s: %v (ask for less with --gc max=SIZE)", size(h.config.Max), err))
		panic("gc: Config.Fatal returned")
	}
	h.hashes.reset()
	h.immortalFlags = layout.FlagImmortal
	if h.moving.barriers() {
		h.immortalFlags |= layout.FlagBarrier
	}
	return h
}

var collectors = map[string]func(*Heap) (collector, error){
	Semispace:    func(h *Heap) (collector, error) { return newSemispace(h) },
	Generational: func(h *Heap) (collector, error) { return newGenerational(h) },
}

// Types is the table the heap was made with.
func (h *Heap) Types() []*layout.Type { return h.types }

// AddRoots registers a walker that every collection asks for roots.
func (h *Heap) AddRoots(w RootWalker) { h.walkers = append(h.walkers, w) }

// RemoveRoots undoes AddRoots. It panics if w is not registered.
func (h *Heap) RemoveRoots(w RootWalker) {
	for i := len(h.walkers) - 1; i >= 0; i-- {
		if h.walkers[i] == w {
			h.walkers = append(h.walkers[:i], h.walkers[i+1:]...)
			return
		}
	}
	panic("gc: RemoveRoots of a walker that is not registered")
}

// SetInit says whether package initialisation runs: while it does, everything allocated lands in the
// immortal space. Does not collect.
func (h *Heap) SetInit(on bool) {
	if on == h.init {
		return
	}
	h.retireChunks()
	h.init = on
	if on {
		h.initStart = h.still.free
		return
	}
	// Inline allocation does not know about the flag, so it is set afterwards.
	h.walkArea(area{h.initStart, h.still.free, 0}, func(p uintptr) {
		mem.StoreU64(p, 0, mem.LoadU64(p, 0)|layout.FlagImmortal)
		h.moving.exempted(p)
	})
}

// TypeOf is the layout of the object at p.
func (h *Heap) TypeOf(p uintptr) *layout.Type {
	return h.types[mem.LoadU64(p, 0)>>layout.TypeIDShift]
}

// Len is the number of items of the array object at p.
func (h *Heap) Len(p uintptr) int {
	t := h.TypeOf(p)
	return int(mem.LoadI64(p, uintptr(t.LenOffset)))
}

// IsImmortal says whether the object at p never moves and never dies. True of nil.
func (h *Heap) IsImmortal(p uintptr) bool {
	return p == 0 || mem.LoadU64(p, 0)&layout.FlagImmortal != 0 || h.still.contains(p)
}

// Watch sets or clears layout.FlagWatched of an object that neither moves nor dies.
func (h *Heap) Watch(p uintptr, on bool) {
	header := mem.LoadU64(p, 0) &^ layout.FlagWatched
	if on {
		header |= layout.FlagWatched
	}
	mem.StoreU64(p, 0, header)
}

// Young says whether the next collection moves the object at p, if it is alive.
func (h *Heap) Young(p uintptr) bool { return h.moving.young(p) }

// Contains says whether p lies in memory that objects occupy now.
func (h *Heap) Contains(p uintptr) bool { return h.still.contains(p) || h.moving.contains(p) }

// walkArea calls visit for each object of an area.
func (h *Heap) walkArea(a area, visit func(p uintptr)) {
	for p := a.from; p < a.to; {
		size := a.cell
		if size == 0 {
			size = h.objectSize(p)
		}
		if mem.LoadU64(p, 0)>>layout.TypeIDShift != 0 {
			visit(p)
		}
		p += size
	}
}

// corrupt describes an object that cannot be one.
func (h *Heap) corrupt(p uintptr, problem string) error {
	return &HeapError{Object: p, Problem: fmt.Sprintf("%s (header %#x)", problem, mem.LoadU64(p, 0))}
}

// exhausted ends the program for want of memory.
func (h *Heap) exhausted(where string, request uintptr) {
	h.config.Fatal(fmt.Sprintf("kiln: out of memory: %s in use, %s requested, limit %s (raise it with --gc max=SIZE)",
		size(h.moving.used())+" "+where, size(request), size(h.config.Max)))
	panic("gc: Config.Fatal returned")
}

func fatal(message string) {
	fmt.Fprintln(os.Stderr, "fatal error: "+message)
	os.Exit(2)
}

// threadState is what the heap knows about a thread beyond its record.
type threadState struct {
	t *thread.Thread
	// end is the end of the thread's chunk. NurseryTop is lower in stress mode, where every allocation
	// has to take the slow path.
	end uintptr
}

// died is told of objects, other than young ones, that turn out to be dead; p is still as it was when alive.
func (h *Heap) died(p uintptr) {
	if mem.LoadU64(p, 0)&layout.FlagHashed != 0 {
		h.hashes.died(p)
	}
}
