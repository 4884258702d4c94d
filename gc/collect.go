package gc

import (
	"fmt"
	"time"

	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
)

// Stats are counters since the heap was made; sizes in bytes.
type Stats struct {
	Collections int
	Forced      int           // of those: by Collect, MakeImmortal or stress mode
	Allocated   uint64        // immortal objects and unused ends of chunks included
	Copied      uint64        // by all collections
	Promoted    uint64        // moved to the immortal space
	Used        uint64        // by the moving objects, now
	Live        uint64        // by the moving objects, after the last collection
	Immortal    uint64        // by the immortal objects
	Pause       time.Duration // sum over the collections
	MaxPause    time.Duration
}

func (s Stats) String() string {
	return fmt.Sprintf("collections %d (forced %d), allocated %s, copied %s, live %s, immortal %s, pauses %v (max %v)",
		s.Collections, s.Forced, size(uintptr(s.Allocated)), size(uintptr(s.Copied)), size(uintptr(s.Live)),
		size(uintptr(s.Immortal)), s.Pause.Round(time.Microsecond), s.MaxPause.Round(time.Microsecond))
}

// Stats reads the counters.
func (h *Heap) Stats() Stats {
	s := h.stats
	s.Used, s.Immortal = uint64(h.moving.used()), uint64(h.still.used())
	s.Allocated += s.Used - s.Live + s.Immortal - s.Promoted
	return s
}

// Collect runs a full collection.
func (h *Heap) Collect(*thread.Thread) {
	h.stats.Forced++
	h.collect(0)
}

// collect runs a collection after which request bytes will be taken.
func (h *Heap) collect(request uintptr) {
	h.retireChunks()
	if h.config.Verify {
		h.mustVerify("before")
	}
	start := time.Now()
	h.stats.Allocated += uint64(h.moving.used()) - h.stats.Live
	h.hashes.begin()
	h.moving.collect(request)
	h.hashes.end()
	h.stats.Collections++
	h.stats.Live = uint64(h.moving.used())
	pause := time.Since(start)
	h.stats.Pause += pause
	h.stats.MaxPause = max(h.stats.MaxPause, pause)
	if h.config.Verify {
		h.mustVerify("after")
	}
}

// MakeImmortal moves the object *slot refers to into the immortal space, where it stays, and updates *slot
// along with all other references. Nothing happens if it is immortal already or nil. May collect.
func (h *Heap) MakeImmortal(t *thread.Thread, slot *uintptr) { h.MakeAllImmortal(t, []*uintptr{slot}) }

// MakeAllImmortal is MakeImmortal for several objects at the price of one collection.
func (h *Heap) MakeAllImmortal(t *thread.Thread, slots []*uintptr) {
	needed := false
	for _, slot := range slots {
		if !h.IsImmortal(*slot) {
			mem.StoreU64(*slot, 0, mem.LoadU64(*slot, 0)|layout.FlagPromote)
			needed = true
		}
	}
	if !needed {
		return
	}
	roots := slotRoots(slots)
	h.AddRoots(&roots)
	h.Collect(t)
	h.RemoveRoots(&roots)
}

type slotRoots []*uintptr

func (s *slotRoots) WalkRoots(visit func(*uintptr)) {
	for _, slot := range *s {
		visit(slot)
	}
}
