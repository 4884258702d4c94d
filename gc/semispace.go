package gc

import (
	"kiln/gc/layout"
	"kiln/gc/mem"
)

// semispace is Cheney's copying collector: two spaces, of which one holds the objects; a collection copies
// what is reachable to the other one. The copies are their own work list: everything between scan and
// free still refers to the old space.
//
//	to:  base [scanned | copied, not scanned | room ] end
//	                   ^scan                 ^free
//
// Objects flagged FlagPromote go to the immortal space instead, which has a scan pointer of its own that
// starts at its base, since all immortal objects are roots.
//
// Invariant: after a collection the space is dense, holds reachable objects only, and refers to itself and the
// immortal space only. (C. J. Cheney, "A nonrecursive list compacting algorithm", CACM 1970.)
type semispace struct {
	h        *Heap
	from, to *space  // to is the one in use between collections
	limit    uintptr // bytes in use at which the next collection is due
	live     uintptr // bytes in use after the last collection

	// During a collection: what the loop needs of from, and how far still is scanned.
	base, size uintptr
	visit      func(*uintptr)
	weak       []uintptr // objects with weak references that have been met

	scanned, scannedStill uintptr // up to where objects have been scanned
}

// keepDirty is how much of an emptied space stays in memory for the next collection.
const keepDirty = 64 << 20

func newSemispace(h *Heap) (*semispace, error) {
	c := &semispace{h: h, limit: h.config.Nursery}
	h.largest = h.config.Max
	c.visit = c.forward
	var err error
	// Room for fillers and chunks beyond the limit of live data.
	if c.from, err = newSpace("semispace A", h.config.Max+h.chunk); err != nil {
		return nil, err
	}
	c.to, err = newSpace("semispace B", h.config.Max+h.chunk)
	return c, err
}

func (c *semispace) untake(from, to uintptr) bool { return c.to.untake(from, to) }

func (c *semispace) contains(p uintptr) bool { return c.to.contains(p) }
func (c *semispace) young(p uintptr) bool    { return c.to.contains(p) }
func (c *semispace) used() uintptr           { return c.to.used() }
func (c *semispace) fresh() uintptr          { return c.to.used() - c.live }
func (c *semispace) areas() []area           { return []area{{c.to.base, c.to.free, 0}} }
func (c *semispace) barriers() bool          { return false }
func (c *semispace) exempted(uintptr)        {}
func (c *semispace) pin([]*uintptr)          {} // FlagPromote did it

func (c *semispace) takeLarge(n uintptr) uintptr { return c.take(n) }

func (c *semispace) take(n uintptr) uintptr {
	if c.to.used()+n > c.limit {
		return 0
	}
	return c.to.take(n)
}

func (c *semispace) collect(_ extent, request uintptr) {
	h := c.h
	h.stats.Major++
	c.from, c.to = c.to, c.from
	c.base, c.size = c.from.base, c.from.used()
	c.to.open(c.size)
	h.walkRoots(c.visit)
	c.scanned, c.scannedStill = c.to.base, h.still.base
	c.scan()
	f := &h.finalizers
	f.young = h.settle(c, append(f.young, f.old...))
	f.old = f.old[:0]
	t := &h.handles
	t.young = h.settleHandles(c, append(t.young, t.old...))
	t.old = t.old[:0]
	c.to.dirty = max(c.to.dirty, c.to.free)
	c.from.close(keepDirty, h.config.Poison)
	live := c.to.used()
	c.live = live
	h.stats.Copied += uint64(live)
	// At most half of the heap is garbage, and a nursery's worth is allocated in any case.
	c.limit = min(live+max(live, h.config.Nursery, request), h.config.Max)
}

// scan copies what the copies refer to, until nothing new comes.
func (c *semispace) scan() {
	to, still := c.to, c.h.still
	for c.scanned < to.free || c.scannedStill < still.free {
		for c.scanned < to.free {
			c.scanned += c.scanObject(c.scanned)
		}
		for c.scannedStill < still.free {
			c.scannedStill += c.scanObject(c.scannedStill)
		}
	}
}

// scanObject forwards the references of the object at p and returns its size.
func (c *semispace) scanObject(p uintptr) uintptr {
	id := mem.LoadU64(p, 0) >> layout.TypeIDShift
	if id == 0 || id >= uint64(len(c.h.infos)) {
		return c.h.objectSize(p)
	}
	info := &c.h.infos[id]
	switch info.shape {
	case plainStruct:
		return info.size
	case refStruct:
		for _, off := range info.refs {
			c.forwardAt(p + off)
		}
		return info.size
	case weakStruct:
		c.weak = append(c.weak, p)
		return info.size
	case plainArray:
	case refArray:
		for at, end := p+info.size, p+info.size+8*mem.LoadRef(p, info.lenOffset); at < end; at += 8 {
			c.forwardAt(at)
		}
	case mixedArray:
		c.scanMixed(p, info)
	}
	return c.h.sizeAs(info, p)
}

func (c *semispace) scanMixed(p uintptr, info *typeInfo) {
	for _, off := range info.refs {
		c.forwardAt(p + off)
	}
	end := p + info.size + info.itemSize*mem.LoadRef(p, info.lenOffset)
	for item := p + info.size; item < end && len(info.itemRefs) > 0; item += info.itemSize {
		for _, off := range info.itemRefs {
			c.forwardAt(item + off)
		}
	}
}

func (c *semispace) forwardAt(slot uintptr) {
	if p := mem.LoadRef(slot, 0); p-c.base < c.size {
		mem.StoreRef(slot, 0, c.moved(p))
	}
}

// forward updates a root.
func (c *semispace) forward(slot *uintptr) {
	if p := *slot; p-c.base < c.size {
		*slot = c.moved(p)
	}
}

// moved is the new address of an object of the old space, which is copied when first met.
func (c *semispace) moved(p uintptr) uintptr {
	header := mem.LoadU64(p, 0)
	if header&layout.FlagForwarded != 0 {
		return mem.LoadRef(p, 8)
	}
	return c.copy(p, header)
}

func (c *semispace) copy(p uintptr, header uint64) uintptr {
	h := c.h
	id := header >> layout.TypeIDShift
	if id == 0 || id >= uint64(len(h.infos)) {
		panic(h.corrupt(p, "a reference leads to something that is not an object"))
	}
	size := h.sizeAs(&h.infos[id], p)
	if size > c.base+c.size-p {
		panic(h.corrupt(p, "the object is larger than the space it lies in"))
	}
	var q uintptr
	if header&layout.FlagPromote != 0 {
		q = h.takeStill(size)
		h.stats.Promoted += uint64(size)
		h.stats.moved += uint64(size)
	} else {
		q = c.to.free
		c.to.free += size
	}
	copyWords(q, p, size)
	if header&layout.FlagPromote != 0 {
		mem.StoreU64(q, 0, header&^layout.FlagPromote|layout.FlagImmortal)
	}
	if header&layout.FlagHashed != 0 {
		h.hashes.moved(p, q, header&layout.FlagPromote != 0)
	}
	mem.StoreU64(p, 0, header|layout.FlagForwarded)
	mem.StoreRef(p, 8, q)
	return q
}

// copyWords copies an object. Most are small: a loop beats the call of memmove.
func copyWords(to, from, size uintptr) {
	if size > 128 {
		mem.Copy(to, from, size)
		return
	}
	for off := uintptr(0); off < size; off += 16 {
		mem.StoreU64(to, off, mem.LoadU64(from, off))
		mem.StoreU64(to, off+8, mem.LoadU64(from, off+8))
	}
}
