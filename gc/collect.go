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
	Collections int           // Minor + Major
	Minor       int           // emptied the nursery
	Major       int           // found the garbage of the whole heap
	Forced      int           // calls of Collect and MakeImmortal, and by stress mode
	Allocated   uint64        // immortal objects and unused ends of chunks included
	Copied      uint64        // by all collections
	Promoted    uint64        // of those, moved to where objects do not move any more
	Pinned      uint64        // objects made immortal where they are
	Used        uint64        // by the moving objects, now
	Live        uint64        // by the moving objects, after the last collection; dead ones not found yet included
	Immortal    uint64        // by the immortal objects
	HandlesMade int           // entries of the table of handles, errors included
	Handles     int           // of those, not known to be dead
	Held        int           // references that Go code holds
	Pause       time.Duration // sum over the collections
	MaxPause    time.Duration

	moved uint64 // bytes moved to the immortal space
}

func (s Stats) String() string {
	return fmt.Sprintf("collections %d (minor %d, major %d, forced %d), allocated %s, copied %s, promoted %s, live %s, immortal %s, pauses %v (max %v)",
		s.Collections, s.Minor, s.Major, s.Forced, size(uintptr(s.Allocated)), size(uintptr(s.Copied)), size(uintptr(s.Promoted)), size(uintptr(s.Live)),
		size(uintptr(s.Immortal)), s.Pause.Round(time.Microsecond), s.MaxPause.Round(time.Microsecond))
}

// Lines calls line for each counter that --stats prints.
func (s Stats) Lines(line func(name string, value uint64)) {
	line("collections", uint64(s.Collections))
	line("minor", uint64(s.Minor))
	line("major", uint64(s.Major))
	line("allocated bytes", s.Allocated)
	line("promoted bytes", s.Promoted)
	line("live bytes", s.Live)
	line("immortal bytes", s.Immortal)
	line("handles made", uint64(s.HandlesMade))
	line("handles", uint64(s.Handles))
	line("held", uint64(s.Held))
	line("pauses us", uint64(s.Pause.Microseconds()))
	line("longest pause us", uint64(s.MaxPause.Microseconds()))
}

// Stats reads the counters.
func (h *Heap) Stats() Stats {
	s := h.stats
	s.Collections = s.Minor + s.Major
	s.Used, s.Immortal = uint64(h.moving.used())-s.Pinned, uint64(h.still.used())
	s.Allocated += uint64(h.moving.fresh()) + s.Immortal - s.moved
	s.Immortal += s.Pinned
	s.Handles, s.Held = h.Handles(), h.HeldCount()
	return s
}

// Collect runs a full collection: afterwards there is no garbage left.
func (h *Heap) Collect(*thread.Thread) {
	h.stats.Forced++
	h.collect(everything, 0)
}

// collect runs a collection after which request bytes will be taken.
func (h *Heap) collect(want extent, request uintptr) {
	h.retireChunks()
	if h.config.Verify {
		h.mustVerify("before")
	}
	start := time.Now()
	h.stats.Allocated += uint64(h.moving.fresh())
	h.hashes.begin()
	h.moving.collect(want, request)
	h.hashes.end()
	h.handles.made = 0
	h.stats.Live = uint64(h.moving.used())
	pause := time.Since(start)
	h.stats.Pause += pause
	h.stats.MaxPause = max(h.stats.MaxPause, pause)
	if h.config.Verify {
		h.mustVerify("after")
	}
}

// MakeImmortal makes the object *slot refers to immortal: a root that does not move any more. It is moved if need be, and *slot
// updated along with all other references. Nothing happens if it is immortal already or nil. May collect.
func (h *Heap) MakeImmortal(t *thread.Thread, slot *uintptr) { h.MakeAllImmortal(t, []*uintptr{slot}) }

// MakeAllImmortal is MakeImmortal for several objects at the price of one collection.
func (h *Heap) MakeAllImmortal(t *thread.Thread, slots []*uintptr) {
	todo, young := false, false
	for _, slot := range slots {
		if !h.IsImmortal(*slot) {
			todo = true
			if h.moving.young(*slot) {
				mem.StoreU64(*slot, 0, mem.LoadU64(*slot, 0)|layout.FlagPromote)
				young = true
			}
		}
	}
	if young {
		roots := slotRoots(slots)
		h.AddRoots(&roots)
		h.stats.Forced++
		h.collect(minorOnly, 0)
		h.RemoveRoots(&roots)
	}
	if todo {
		h.moving.pin(slots)
	}
}

type slotRoots []*uintptr

func (s *slotRoots) WalkRoots(visit func(*uintptr)) {
	for _, slot := range *s {
		visit(slot)
	}
}
