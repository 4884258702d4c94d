package gc

import (
	"kiln/gc/layout"
	"kiln/gc/mem"
)

// old is the memory of the old generation: objects that do not move.
//
// Small objects lie in blocks of cells of one size (a size class); large ones have pages of their own, with room for cards in
// front. A bitmap on the side has a mark for every address at which an object can start.
//
//	block:  cell | cell | free cell | cell | ... | never used
//	        base                                  top        end
//
// A free cell has header 0 and in its next word the address of the next free one. Sweeping is lazy: after marking, all blocks of
// a class wait in unswept; allocation sweeps the next one when it has run out of cells, the collector the others by
// and by. New objects only go to blocks that are swept, so that a mark means the same in all blocks: alive when marking ended.
type old struct {
	h       *Heap
	pages   *pages
	marks   uintptr // the bitmap: one bit for layout.Align bytes
	marksOK uintptr // how much of the bitmap is accessible
	classes [numClasses]class
	large   []large
	taken   uintptr // bytes in cells and large objects, ever
	freed   uintptr // of those, swept
	poison  bool    // fill cells that become free with nonsense
}

// class is the blocks of one cell size.
type class struct {
	cell    uintptr
	free    uintptr  // free cells of the block in use: a list
	current *block   // the block in use: its never used part is next
	blocks  []*block // swept ones
	open    []*block // of those, ones with room
	unswept []*block
}

// block is some pages in cells of one size.
type block struct {
	base, top, end uintptr
	free           uintptr // list of free cells, while the block is not in use
}

// large is an object with pages of its own.
type large struct {
	object uintptr
	base   uintptr
	pages  int
}

const (
	blockSize = 32 << 10
	// largestSmall is the size up to which objects are in blocks.
	largestSmall = 8 << 10
)

// cellSizes are the size classes: by 16 bytes up to 512, then such that a block is used to the last few bytes and no object wastes
// more than a fifth of its cell.
var cellSizes = func() (sizes []uintptr) {
	for n := uintptr(16); n <= 512; n += 16 {
		sizes = append(sizes, n)
	}
	return append(sizes, 576, 640, 704, 816, 896, 1024, 1168, 1360, 1632, 2048, 2336, 2720, 3264, 4096, 4672, 5456, 6544, 8192)
}()

const numClasses = 32 + 18

// classOf maps sizes, in units of layout.Align, to size classes.
var classOf = func() (table [largestSmall/layout.Align + 1]uint8) {
	c := 0
	for i := range table {
		for uintptr(i)*layout.Align > cellSizes[c] {
			c++
		}
		table[i] = uint8(c)
	}
	return table
}()

func newOld(h *Heap, size uintptr) (*old, error) {
	o := &old{h: h, poison: h.config.Poison != PoisonOff}
	for i := range o.classes {
		o.classes[i].cell = cellSizes[i]
	}
	var err error
	if o.pages, err = newPages(size); err != nil {
		return nil, err
	}
	o.marks, err = mem.Reserve((o.pages.end - o.pages.base) / layout.Align / 8)
	o.marksOK = o.marks
	return o, err
}

// bytes is how much memory objects occupy, dead ones not swept yet included.
func (o *old) bytes() uintptr { return o.taken - o.freed }

// contains says whether p is in memory that objects may lie in.
func (o *old) contains(p uintptr) bool { return p-o.pages.base < o.pages.used()-o.pages.base }

// small returns a cell of a class, not zeroed, or 0 if there is no memory.
func (o *old) small(c *class) uintptr {
	for {
		if p := c.free; p != 0 {
			c.free = mem.LoadRef(p, 8)
			o.taken += c.cell
			return p
		}
		if b := c.current; b != nil && b.top < b.end {
			p := b.top
			b.top += c.cell
			o.taken += c.cell
			return p
		}
		if !o.nextBlock(c) {
			return 0
		}
	}
}

// nextBlock makes a block with room the current one.
func (o *old) nextBlock(c *class) bool {
	for len(c.open) == 0 && len(c.unswept) > 0 {
		o.sweepNext(c)
	}
	if n := len(c.open); n > 0 {
		c.current = c.open[n-1]
		c.open = c.open[:n-1]
		c.free, c.current.free = c.current.free, 0
		return true
	}
	p, _ := o.takePages(blockSize / mem.Page)
	if p == 0 {
		return false
	}
	c.current = &block{base: p, top: p, end: p + blockSize/c.cell*c.cell}
	c.blocks = append(c.blocks, c.current)
	return true
}

// takePages takes pages and makes their part of the bitmap accessible.
func (o *old) takePages(n int) (p uintptr, zero bool) {
	p, zero = o.pages.take(n)
	if top := o.marks + (o.pages.used()-o.pages.base)/layout.Align/8; top > o.marksOK {
		top = min((top+commitStep-1)&^(commitStep-1), o.marks+mem.PageRound((o.pages.end-o.pages.base)/layout.Align/8))
		if err := mem.Commit(o.marksOK, top-o.marksOK); err != nil {
			panic(err)
		}
		o.marksOK = top
	}
	return p, zero
}

// cardSpace is the room for cards in front of a large object.
func cardSpace(size uintptr) uintptr { return (size/8>>cardShift + layout.Align) &^ (layout.Align - 1) }

// largeObject returns memory for a large object, with cleared cards in front, or 0; the object's memory is zeroed if clear says so.
func (o *old) largeObject(size uintptr, clear bool) uintptr {
	cards := cardSpace(size)
	n := int(mem.PageRound(size+cards) / mem.Page)
	p, zero := o.takePages(n)
	if p == 0 {
		return 0
	}
	if !zero {
		mem.Zero(p, cards)
		if clear {
			mem.Zero(p+cards, size)
		}
	}
	o.large = append(o.large, large{p + cards, p, n})
	o.taken += uintptr(n) * mem.Page
	return p + cards
}

// Marks.

func (o *old) marked(p uintptr) bool {
	off := p - o.pages.base
	return mem.LoadU64(o.marks, off>>10<<3)>>(off>>4&63)&1 != 0
}

// mark sets the mark of the object at p and says whether it was clear.
func (o *old) mark(p uintptr) bool {
	off := p - o.pages.base
	w := mem.LoadU64(o.marks, off>>10<<3)
	bit := uint64(1) << (off >> 4 & 63)
	if w&bit != 0 {
		return false
	}
	mem.StoreU64(o.marks, off>>10<<3, w|bit)
	return true
}

func (o *old) clearMarks() { mem.Zero(o.marks, (o.pages.used()-o.pages.base)/layout.Align/8) }

// Sweeping.

// startSweep makes all blocks unswept and frees the large objects that are not marked.
func (o *old) startSweep() {
	for i := range o.classes {
		c := &o.classes[i]
		c.unswept, c.blocks = c.blocks, c.unswept[:0]
		c.free, c.current, c.open = 0, nil, c.open[:0]
	}
	kept := o.large[:0]
	for _, l := range o.large {
		if o.marked(l.object) {
			kept = append(kept, l)
			continue
		}
		o.h.died(l.object)
		o.freed += uintptr(l.pages) * mem.Page
		o.pages.giveBack(l.base, l.pages)
	}
	o.large = kept
}

// sweepSome sweeps about n bytes of blocks and says whether any are left.
func (o *old) sweepSome(n uintptr) (more bool) {
	for i := range o.classes {
		c := &o.classes[i]
		for len(c.unswept) > 0 {
			if n < blockSize {
				return true
			}
			n -= blockSize
			o.sweepNext(c)
		}
	}
	return false
}

// sweepNext sweeps one block of a class: free cells get into its list, and a block without objects goes back.
func (o *old) sweepNext(c *class) {
	b := c.unswept[len(c.unswept)-1]
	c.unswept = c.unswept[:len(c.unswept)-1]
	live := 0
	b.free = 0
	for p := b.top; p > b.base; {
		p -= c.cell
		if o.marked(p) {
			live++
			continue
		}
		if header := mem.LoadU64(p, 0); header != 0 {
			if header&flagsOfInterest != 0 {
				o.h.died(p)
			}
			o.freed += c.cell
			mem.StoreU64(p, 0, 0)
			if o.poison {
				poisonFill(p+layout.MinSize, c.cell-layout.MinSize)
			}
		}
		mem.StoreRef(p, 8, b.free)
		b.free = p
	}
	if live == 0 {
		o.pages.giveBack(b.base, blockSize/mem.Page)
		return
	}
	c.blocks = append(c.blocks, b)
	if b.free != 0 || b.top < b.end {
		c.open = append(c.open, b)
	}
}

// flagsOfInterest are those of objects whose death somebody must be told about.
const flagsOfInterest = layout.FlagHashed

func poisonFill(p, n uintptr) {
	words := mem.Words(p, n/8)
	for i := range words {
		words[i] = poisonWord
	}
}

// areas lists the stretches of memory that objects lie in.
func (o *old) areas(out []area) []area {
	for i := range o.classes {
		c := &o.classes[i]
		for _, list := range [][]*block{c.blocks, c.unswept} {
			for _, b := range list {
				out = append(out, area{b.base, b.top, c.cell})
			}
		}
	}
	for _, l := range o.large {
		end := l.base + uintptr(l.pages)*mem.Page
		out = append(out, area{l.object, end, end - l.object})
	}
	return out
}
