package gc

import (
	"math/bits"
	"unsafe"

	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/gc/trap"
)

// largestArray is the size in bytes above which make panics instead of exhausting memory.
const largestArray = 1 << 46

// AllocSlow is where inline allocation goes when the chunk is used up: it returns size zeroed bytes with
// this header. size is rounded as layout.ObjectSize does. May collect.
//
// Not inlined, like AllocArraySlow: emitted code has a call at each allocation, and a body there takes Go time to compile
// and nobody time to run.
//
//go:noinline
func (h *Heap) AllocSlow(t *thread.Thread, size uintptr, header uint64) unsafe.Pointer {
	p := h.alloc(t, size)
	mem.StoreU64(p, 0, header)
	return mem.Ptr(p)
}

// AllocArraySlow returns a zeroed array with header and length set. It panics as Go's make does if length
// is negative or absurd. May collect.
//
//go:noinline
func (h *Heap) AllocArraySlow(t *thread.Thread, typ layout.TypeID, length int) unsafe.Pointer {
	return mem.Ptr(h.NewArray(t, typ, length))
}

// New returns a zeroed struct of type typ. May collect.
func (h *Heap) New(t *thread.Thread, typ layout.TypeID) uintptr {
	p := h.alloc(t, h.infos[typ].size)
	mem.StoreU64(p, 0, layout.Header(typ))
	return p
}

// NewArray is AllocArraySlow for Go run-time code.
func (h *Heap) NewArray(t *thread.Thread, typ layout.TypeID, length int) uintptr {
	p := h.alloc(t, h.arraySize(typ, length))
	mem.StoreU64(p, 0, layout.Header(typ))
	mem.Store64(p, h.infos[typ].lenOffset, int64(length))
	return p
}

// Alloc returns n zeroed bytes without a header: the slow path of machine code, which writes the headers of
// the objects it carves the block into before anything else can happen. May collect.
func (h *Heap) Alloc(t *thread.Thread, n int64) uintptr { return h.alloc(t, uintptr(n)) }

// NewImmortal returns a zeroed object that never moves and is never freed; n is the length of an array
// and ignored for structs. Does not collect.
func (h *Heap) NewImmortal(typ layout.TypeID, n int) uintptr {
	info := &h.infos[typ]
	size := info.size
	if info.lenOffset > 0 {
		size = h.arraySize(typ, n)
	}
	p := h.takeStill(size)
	mem.StoreU64(p, 0, layout.Header(typ)|h.immortalFlags)
	if info.lenOffset > 0 {
		mem.Store64(p, info.lenOffset, int64(n))
	}
	return p
}

// arraySize is the size of an array object in bytes.
func (h *Heap) arraySize(typ layout.TypeID, length int) uintptr {
	info := &h.infos[typ]
	high, items := bits.Mul64(uint64(length), uint64(info.itemSize))
	if length < 0 || high != 0 || items > largestArray {
		trap.MakeSlice()
	}
	return roundSize(info.size + uintptr(items))
}

// alloc returns size zeroed bytes. May collect.
func (h *Heap) alloc(t *thread.Thread, size uintptr) uintptr {
	size = roundSize(size)
	ts := h.threads[t.ID]
	if h.config.Stress > 0 {
		h.stress(t)
	}
	if h.OnAlloc != nil {
		h.OnAlloc(t)
	}
	p := t.NurseryFree
	if ts.end-p < size {
		p = h.refill(ts, size)
		if p != 0 {
			return p // a large object, apart from the chunk
		}
		p = t.NurseryFree
	}
	t.NurseryFree = p + size
	t.NurseryTop = h.top(ts)
	return p
}

// top is the NurseryTop of a thread: in stress mode there is no room, so that inline allocation
// comes here every time.
func (h *Heap) top(ts *threadState) uintptr {
	if h.config.Stress > 0 {
		return ts.t.NurseryFree
	}
	return ts.end
}

// majorStress: every so many forced collections are of everything.
const majorStress = 8

// stress collects at every Stress-th allocation. Objects of package initialisation do not move, so there is
// nothing to collect then.
func (h *Heap) stress(t *thread.Thread) {
	if h.untilForce--; h.untilForce <= 0 {
		h.untilForce = h.config.Stress
		if !h.init {
			h.stats.Forced++
			if h.forced++; h.forced%majorStress == 0 {
				h.collect(everything, 0)
			} else {
				h.collect(someMore, 0)
			}
		}
	}
}

// refill gives the thread a chunk with room for size bytes and returns 0; or, if size is too large for a
// chunk, returns memory of its own. A chunk next to the thread's last one extends it.
func (h *Heap) refill(ts *threadState, size uintptr) uintptr {
	if size > h.chunk/2 || size > h.largest {
		return h.take(size, size > h.largest)
	}
	p := h.take(h.chunk, false)
	if p != ts.end || ts.end == 0 {
		h.retire(ts)
		ts.t.NurseryFree = p
	}
	ts.end = p + h.chunk
	return 0
}

// take returns n zeroed bytes for a chunk or an object, collecting if it is time to.
func (h *Heap) take(n uintptr, large bool) uintptr {
	if h.init {
		return h.takeStill(n)
	}
	take := h.moving.take
	if large {
		take = h.moving.takeLarge
	}
	p := take(n)
	if p == 0 {
		h.collect(someMore, n)
		if p = take(n); p == 0 {
			h.exhausted("after a collection", n)
		}
	}
	return p
}

func (h *Heap) takeStill(n uintptr) uintptr {
	if n > h.still.room() {
		h.exhausted("and "+size(h.still.used())+" immortal", n)
	}
	return h.still.take(n)
}

// retire ends a thread's chunk: the unused rest goes back if it is the last thing taken from its space, and
// becomes a filler if not, so that the space can be walked.
func (h *Heap) retire(ts *threadState) {
	from, to := ts.t.NurseryFree, ts.end
	if !h.still.untake(from, to) && !h.moving.untake(from, to) {
		plug(from, to)
	}
	ts.t.NurseryFree, ts.t.NurseryTop, ts.end = 0, 0, 0
}

func (h *Heap) retireChunks() {
	for _, ts := range h.threads {
		h.retire(ts)
	}
}

func plug(from, to uintptr) {
	if from < to {
		mem.StoreU64(from, 0, fillerHeader)
		mem.StoreRef(from, 8, to-from)
	}
}

func unplug(from, to uintptr) {
	if from < to {
		mem.Zero(from, layout.MinSize)
	}
}
