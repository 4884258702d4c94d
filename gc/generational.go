package gc

import (
	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/mem"
)

const cardShift = barrier.CardShift

// generational is the production collector. Objects are born in the nursery. A minor collection copies those that are reachable to
// the old generation, where they stay, and empties the nursery; its work is in proportion to what survives:
//
//	roots, remembered objects --> nursery [ young | young | ... room ]
//	                                 | survivors
//	                                 v
//	                              old  blocks of cells, large objects; marked and swept in steps (major.go)
//
// Remembered objects are the old ones that have been written to since the last minor collection (gc/barrier); immortal
// objects count as old. Large objects are born old, and are remembered at once: nobody does barriers for a fresh object.
//
// Invariants between collections: layout.FlagBarrier is set on every object that is not young, unless it is in a remembered
// list; only remembered objects (and marked cards) hold references to young ones. (D. Ungar, "Generation scavenging", 1984;
// blocks, cards and steps after PyPy's incminimark.)
//
// Rejected: ageing survivors in the nursery for a second round. It would keep a few short-lived objects from
// becoming old, and costs a copy for all the others.
type generational struct {
	h       *Heap
	nursery *space
	spare   *space // the other nursery, with poisoning: objects are born in both in turn
	size    uintptr
	old     *old
	visit   func(*uintptr)

	// During a minor collection.
	base   uintptr   // of the nursery
	extent uintptr   // and how much of it is used
	slots  []uintptr // places of promoted objects that refer to young ones: a stack
	weak   []uintptr // objects with weak references that have been met

	promoted   uintptr   // bytes, since the last step of the major collector
	largeBytes uintptr   // of large objects born since the last minor collection
	exempt     []uintptr // objects that are written to without barriers until the next minor collection
	marker     marker
}

// largestYoung is the size up to which objects are born young, in a nursery that is not small.
const largestYoung = 32 << 10

func newGenerational(h *Heap) (*generational, error) {
	g := &generational{h: h, size: h.config.Nursery}
	g.visit = g.forward
	h.largest = min(largestYoung, g.size/4)
	var err error
	if g.nursery, err = newSpace("nursery", g.size); err != nil {
		return nil, err
	}
	if h.config.Poison != PoisonOff {
		if g.spare, err = newSpace("nursery", g.size); err != nil {
			return nil, err
		}
	}
	// Beyond the limit there is room for what one minor collection promotes, and for ends of blocks.
	reserve := h.config.Max + h.config.Max/4 + g.size + 4*commitStep
	if g.old, err = newOld(h, reserve); err != nil {
		return nil, err
	}
	h.listSize = mem.PageRound((reserve + h.config.Max) / layout.Align * 8)
	g.marker.init(g)
	return g, nil
}

func (g *generational) untake(from, to uintptr) bool { return g.nursery.untake(from, to) }
func (g *generational) contains(p uintptr) bool      { return g.young(p) || g.old.contains(p) }
func (g *generational) young(p uintptr) bool         { return g.nursery.contains(p) }
func (g *generational) barriers() bool               { return true }
func (g *generational) used() uintptr                { return g.nursery.used() + g.old.bytes() }
func (g *generational) fresh() uintptr               { return g.nursery.used() + g.largeBytes }

func (g *generational) areas() []area {
	return g.old.areas([]area{{g.nursery.base, g.nursery.free, 0}})
}

func (g *generational) take(n uintptr) uintptr {
	if g.nursery.used()+n > g.size {
		return 0
	}
	return g.nursery.take(n)
}

// takeLarge gives birth to a large object, once it has had a minor collection after every so many bytes of them.
func (g *generational) takeLarge(n uintptr) uintptr {
	if g.largeBytes > 0 && g.largeBytes+n > max(g.size, defaultNursery) || g.old.bytes()+n > g.h.config.Max {
		return 0
	}
	before := g.old.taken
	p := g.old.largeObject(n, true)
	if p == 0 {
		return 0
	}
	g.largeBytes += g.old.taken - before
	g.exempt = append(g.exempt, p)
	if g.marker.phase == marking {
		g.old.mark(p)
	}
	return p
}

// exempted adds an object that is written to without barriers until the next minor collection.
func (g *generational) exempted(p uintptr) { g.exempt = append(g.exempt, p) }

// collect runs a minor collection, and as much of a major one as wanted. Where the limit of the heap is exceeded, all of it.
func (g *generational) collect(want extent, request uintptr) {
	g.minor()
	switch {
	case want == minorOnly:
	case want == everything || g.old.bytes()+request > g.h.config.Max:
		g.marker.full()
	default:
		g.marker.step()
	}
	if g.old.bytes() > g.h.config.Max {
		g.h.exhausted("after a collection", request)
	}
}

// pin makes objects immortal where they are; they are old, as a minor collection has just been.
func (g *generational) pin(slots []*uintptr) {
	for _, slot := range slots {
		p := *slot
		if p == 0 {
			continue
		}
		if header := mem.LoadU64(p, 0); header&layout.FlagImmortal == 0 {
			mem.StoreU64(p, 0, header|layout.FlagImmortal)
			g.marker.pins = append(g.marker.pins, p)
			g.h.stats.Pinned += uint64(g.h.objectSize(p))
		}
	}
}

func (g *generational) minor() {
	h := g.h
	g.base, g.extent = g.nursery.base, g.nursery.used()
	before := g.old.taken
	h.walkYoungRoots(g.visit)
	for _, ts := range h.threads {
		for at := ts.t.RememberedBase; at < ts.t.RememberedTop; at += 8 {
			g.scanRemembered(mem.LoadRef(at, 0))
		}
		ts.t.RememberedTop = ts.t.RememberedBase
	}
	for _, p := range g.exempt {
		g.scanRemembered(p)
	}
	g.exempt = g.exempt[:0]
	if h.init { // what it makes is written to without barriers, too
		h.walkArea(area{h.initStart, h.still.free, 0}, func(p uintptr) { g.scan(p, &h.infos[mem.LoadU64(p, 0)>>layout.TypeIDShift]) })
	}
	f := &h.finalizers
	f.old = append(f.old, h.settle(minorTracer{g}, f.young)...)
	f.young = f.young[:0]
	t := &h.handles
	t.old = append(t.old, h.settleHandles(minorTracer{g}, t.young)...)
	t.young = t.young[:0]
	grown := g.old.taken - before
	h.stats.Copied += uint64(grown)
	h.stats.Promoted += uint64(grown)
	h.stats.Minor++
	g.promoted += grown + g.largeBytes
	g.largeBytes = 0
	g.empty()
}

// empty makes the nursery ready for new objects.
func (g *generational) empty() {
	if g.spare == nil {
		g.nursery.free = g.nursery.base
		return
	}
	g.nursery.close(g.size, g.h.config.Poison)
	g.nursery, g.spare = g.spare, g.nursery
	g.nursery.open(0)
}

// drain forwards the references waiting on the stack. The order is that of a walk depth first, field by field: what a program builds that
// way it mostly walks that way, and so finds it in the order of addresses. It also reads the nursery in the order in which it was
// filled. Breadth first costs programs that walk trees a third, and depth first with the last field first a factor of three.
func (g *generational) drain() {
	for n := len(g.slots); n > 0; n = len(g.slots) {
		slot := g.slots[n-1]
		g.slots = g.slots[:n-1]
		mem.StoreRef(slot, 0, g.moved(mem.LoadRef(slot, 0)))
	}
}

// push puts the references of a promoted object to young ones on the stack, the first on top.
func (g *generational) push(p uintptr, info *typeInfo) {
	switch info.shape {
	case refStruct:
		for i := len(info.refs) - 1; i >= 0; i-- {
			g.pushAt(p + info.refs[i])
		}
	case weakStruct:
		g.weak = append(g.weak, p)
	case refArray:
		for at := p + info.size + 8*mem.LoadRef(p, info.lenOffset); at > p+info.size; {
			at -= 8
			g.pushAt(at)
		}
	case mixedArray:
		item := p + info.size + info.itemSize*mem.LoadRef(p, info.lenOffset)
		for len(info.itemRefs) > 0 && item > p+info.size {
			item -= info.itemSize
			for i := len(info.itemRefs) - 1; i >= 0; i-- {
				g.pushAt(item + info.itemRefs[i])
			}
		}
		for i := len(info.refs) - 1; i >= 0; i-- {
			g.pushAt(p + info.refs[i])
		}
	}
}

func (g *generational) pushAt(slot uintptr) {
	if mem.LoadRef(slot, 0)-g.base < g.extent {
		g.slots = append(g.slots, slot)
	}
}

// scanRemembered looks at the references of an object that is not young, all of them or those behind marked cards, and
// makes it an object with a barrier again.
func (g *generational) scanRemembered(p uintptr) {
	header := mem.LoadU64(p, 0)
	id := header >> layout.TypeIDShift
	if id == 0 || id >= uint64(len(g.h.infos)) {
		panic(g.h.corrupt(p, "in the remembered list but not an object"))
	}
	info := &g.h.infos[id]
	switch {
	case header&layout.FlagBarrier == 0:
		g.scan(p, info)
		if header&layout.FlagCardsMarked != 0 {
			g.clearCards(p, info)
		}
		header |= layout.FlagBarrier
		g.marker.changed(p)
		if header&layout.FlagImmortal == 0 && len(info.itemRefs) > 0 && g.isLarge(info, p) {
			header |= layout.FlagCards
		}
	case header&layout.FlagCardsMarked != 0:
		g.scanCards(p, info)
	}
	mem.StoreU64(p, 0, header&^layout.FlagCardsMarked)
}

// isLarge says whether there is room for cards in front of the object at p.
func (g *generational) isLarge(info *typeInfo, p uintptr) bool {
	return g.h.sizeAs(info, p) > largestSmall && g.old.contains(p)
}

// scan forwards the references of the object at p, which is not young.
func (g *generational) scan(p uintptr, info *typeInfo) {
	switch info.shape {
	case refStruct:
		for _, off := range info.refs {
			g.forwardAt(p + off)
		}
	case weakStruct:
		g.weak = append(g.weak, p)
	case refArray:
		for at, end := p+info.size, p+info.size+8*mem.LoadRef(p, info.lenOffset); at < end; at += 8 {
			g.forwardAt(at)
		}
	case mixedArray:
		for _, off := range info.refs {
			g.forwardAt(p + off)
		}
		g.scanItems(p, info, 0, mem.LoadRef(p, info.lenOffset))
	}
}

// scanItems forwards the references of items from to to.
func (g *generational) scanItems(p uintptr, info *typeInfo, from, to uintptr) {
	if len(info.itemRefs) == 0 {
		return
	}
	end := p + info.size + info.itemSize*to
	for item := p + info.size + info.itemSize*from; item < end; item += info.itemSize {
		for _, off := range info.itemRefs {
			g.forwardAt(item + off)
		}
	}
}

// scanCards forwards the references behind the marked cards of a large array and clears them.
func (g *generational) scanCards(p uintptr, info *typeInfo) {
	n := mem.LoadRef(p, info.lenOffset)
	for card := uintptr(0); card<<cardShift < n; card++ {
		if at := p - 1 - card; mem.LoadU8(at, 0) != 0 {
			mem.Store8(at, 0, 0)
			from, to := card<<cardShift, min(n, (card+1)<<cardShift)
			g.scanItems(p, info, from, to)
			if g.marker.phase == marking && g.old.marked(p) {
				g.marker.scanItems(p, info, from, to)
			}
		}
	}
}

func (g *generational) clearCards(p uintptr, info *typeInfo) {
	cards := (mem.LoadRef(p, info.lenOffset) + 1<<cardShift - 1) >> cardShift
	mem.Zero(p-cards, cards)
}

func (g *generational) forwardAt(slot uintptr) {
	if p := mem.LoadRef(slot, 0); p-g.base < g.extent {
		mem.StoreRef(slot, 0, g.moved(p))
		g.drain()
	}
}

// forward updates a root.
func (g *generational) forward(slot *uintptr) {
	if p := *slot; p-g.base < g.extent {
		*slot = g.moved(p)
		g.drain()
	}
}

// moved is the new address of a young object, which is promoted when first met.
func (g *generational) moved(p uintptr) uintptr {
	header := mem.LoadU64(p, 0)
	if header&layout.FlagForwarded != 0 {
		return mem.LoadRef(p, 8)
	}
	return g.promote(p, header)
}

func (g *generational) promote(p uintptr, header uint64) uintptr {
	h := g.h
	id := header >> layout.TypeIDShift
	if id == 0 || id >= uint64(len(h.infos)) {
		panic(h.corrupt(p, "a reference leads to something that is not an object"))
	}
	info := &h.infos[id]
	size := info.size
	if info.shape >= plainArray || info.shape == invalidShape {
		size = h.sizeAs(info, p)
	}
	if size > g.base+g.extent-p {
		panic(h.corrupt(p, "the object is larger than the space it lies in"))
	}
	flags := header&^layout.FlagPromote | layout.FlagBarrier
	var q uintptr
	if size <= largestSmall {
		// The common case of old.small.
		c := &g.old.classes[classOf[size/layout.Align]]
		if q = c.free; q != 0 {
			c.free = mem.LoadRef(q, 8)
			g.old.taken += c.cell
		} else {
			q = g.old.small(c)
		}
	} else {
		q = g.old.largeObject(size, false)
		if len(info.itemRefs) > 0 {
			flags |= layout.FlagCards
		}
	}
	if q == 0 {
		h.exhausted("while promoting", size)
	}
	if size > 128 {
		mem.Copy(q, p, size)
	} else {
		for off := uintptr(0); off < size; off += 16 {
			mem.StoreU64(q, off, mem.LoadU64(p, off))
			mem.StoreU64(q, off+8, mem.LoadU64(p, off+8))
		}
	}
	mem.StoreU64(q, 0, flags)
	mem.StoreU64(p, 0, header|layout.FlagForwarded)
	mem.StoreRef(p, 8, q)
	if header&layout.FlagHashed != 0 {
		h.hashes.moved(p, q, true)
	}
	if info.shape != plainStruct && info.shape != plainArray {
		g.push(q, info)
	}
	if g.marker.phase == marking {
		g.marker.born(q)
	}
	return q
}
