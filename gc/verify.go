package gc

import (
	"fmt"
	"sort"

	"kiln/gc/layout"
	"kiln/gc/mem"
)

// HeapError is a heap that breaks an invariant.
type HeapError struct {
	Object  uintptr // where
	Type    string  // of the object, if known
	Offset  uintptr // of the bad word within it
	Problem string
	Path    []string // how the object is reached: root first
}

func (e *HeapError) Error() string {
	text := fmt.Sprintf("gc: object %#x", e.Object)
	if e.Type != "" {
		text += " (" + e.Type + ")"
	}
	text += ": " + e.Problem
	for i := len(e.Path) - 1; i >= 0; i-- {
		text += "\n\treached from " + e.Path[i]
	}
	return text
}

// verifier holds the tables of Verify between runs.
type verifier struct {
	starts []startMap
	queue  []reached        // the reachable objects, in the order in which they were met
	words  []uint64         // memory of the bitmaps
	listed map[uintptr]bool // objects in remembered lists, or exempt from barriers
}

// edge is a reference: in an object, or, with holder 0, a root with a description.
type edge struct {
	holder, offset uintptr
	root           string
}

// reached is an object and how it was met first.
type reached struct {
	object uintptr
	from   edge
}

// startMap has one bit per granule of an area, set where an object starts, and one that says whether it has been reached.
type startMap struct {
	area
	bits, seen []uint64
}

// Verify walks the heap and returns a *HeapError for the first violation it finds of these invariants:
//
//  1. The spaces are sequences of objects and fillers without gaps, or of cells each of which is free or holds an object.
//  2. Every header has a known type id and no flag of an unfinished collection; objects of the immortal
//     space are flagged immortal (those of a running package initialisation apart), young ones are not.
//  3. The length of an array is not negative, and the array ends within its space.
//  4. Every reference in a reachable object, and every root, is nil or the address of an object's header.
//  5. Identity hashes: an object is flagged if and only if it is in the table.
//  6. Write barriers (gc/barrier), of collectors that need them: young objects have no FlagBarrier; the others have it, or are in a
//     remembered list. A reference to a young object is in a young object, in one without FlagBarrier, or behind a marked card.
//
// It does not collect and changes nothing.
func (h *Heap) Verify() error {
	for _, ts := range h.threads {
		plug(ts.t.NurseryFree, ts.end)
	}
	err := h.verify()
	for _, ts := range h.threads {
		unplug(ts.t.NurseryFree, ts.end)
	}
	return err
}

func (h *Heap) mustVerify(when string) {
	if err := h.Verify(); err != nil {
		panic(fmt.Errorf("heap verification %s collection %d: %w", when, h.stats.Minor+h.stats.Major, err))
	}
}

func (h *Heap) verify() error {
	v := &h.verifying
	v.starts, v.queue, v.words = v.starts[:0], v.queue[:0], v.words[:0]
	areas := append(h.moving.areas(), area{h.still.base, h.still.free, 0})
	sort.Slice(areas, func(i, j int) bool { return areas[i].from < areas[j].from })
	for _, a := range areas {
		m, err := h.mapStarts(a)
		if err != nil {
			return err
		}
		v.starts = append(v.starts, m)
	}
	if err := h.verifyHashes(); err != nil {
		return err
	}
	h.listRemembered(v)
	if err := h.reachRoots(v); err != nil {
		return err
	}
	for i := 0; i < len(v.queue); i++ {
		if err := h.reachFrom(v, v.queue[i].object); err != nil {
			return err
		}
	}
	return nil
}

// mapStarts walks an area object by object: invariants 1 to 3.
func (h *Heap) mapStarts(a area) (startMap, error) {
	words := (a.to-a.from)/layout.Align/64 + 1
	m := startMap{area: a, bits: h.verifying.bitmap(words), seen: h.verifying.bitmap(words)}
	for p := a.from; p < a.to; {
		if a.cell != 0 && mem.LoadU64(p, 0) == 0 {
			p += a.cell // free
			continue
		}
		header := mem.LoadU64(p, 0)
		if header>>layout.TypeIDShift == 0 {
			if header&^fillerHeader != 0 {
				return m, h.violation(p, 0, fmt.Sprintf("header %#x without type id", header))
			}
		} else {
			end := a.to
			if a.cell != 0 {
				end = p + a.cell
			}
			if err := h.verifyHeader(p, header, end); err != nil {
				return m, err
			}
			bit := (p - a.from) / layout.Align
			m.bits[bit/64] |= 1 << (bit % 64)
		}
		size := h.objectSize(p)
		if size == 0 || size%layout.Align != 0 || size > a.to-p {
			return m, h.violation(p, 0, fmt.Sprintf("%d bytes long, with %d to the end of the space", size, a.to-p))
		}
		if a.cell != 0 {
			if size > a.cell {
				return m, h.violation(p, 0, fmt.Sprintf("%d bytes long, in a cell of %d", size, a.cell))
			}
			size = a.cell
		}
		p += size
	}
	return m, nil
}

func (h *Heap) verifyHeader(p uintptr, header uint64, end uintptr) error {
	id := header >> layout.TypeIDShift
	if id >= uint64(len(h.infos)) || h.infos[id].shape == invalidShape {
		return h.violation(p, 0, fmt.Sprintf("type id %d, of which there are %d", id, len(h.infos)))
	}
	if header&layout.FlagForwarded != 0 || header&layout.FlagPromote != 0 && h.still.contains(p) {
		return h.violation(p, 0, fmt.Sprintf("header %#x has a flag of an unfinished collection", header))
	}
	if immortal := header&layout.FlagImmortal != 0; immortal != h.still.contains(p) && !h.madeByInit(p) && (!immortal || h.moving.young(p)) {
		return h.violation(p, 0, fmt.Sprintf("header %#x: flagged immortal: %v", header, immortal))
	}
	if err := h.verifyBarrier(p, header); err != nil {
		return err
	}
	if info := &h.infos[id]; info.lenOffset > 0 {
		n := mem.LoadI64(p, info.lenOffset)
		if n < 0 || info.itemSize > 0 && uint64(n) > uint64(end-p)/uint64(info.itemSize) {
			return h.violation(p, info.lenOffset, fmt.Sprintf("array of length %d does not fit in its space", n))
		}
	}
	return nil
}

func (h *Heap) madeByInit(p uintptr) bool { return h.init && p-h.initStart < h.still.free-h.initStart }

func (h *Heap) verifyHashes() error {
	for _, table := range []map[uintptr]int64{h.hashes.moving, h.hashes.still} {
		for p := range table {
			if !h.isObject(p) || mem.LoadU64(p, 0)&layout.FlagHashed == 0 {
				return &HeapError{Object: p, Problem: "is in the table of identity hashes but is no object flagged so"}
			}
		}
	}
	return nil
}

// reachRoots puts everything that a root refers to into the queue, and all immortal objects.
func (h *Heap) reachRoots(v *verifier) error {
	var err error
	root := ""
	visit := func(slot *uintptr) {
		if err == nil {
			err = h.reach(v, *slot, edge{root: root})
		}
	}
	for _, ts := range h.threads {
		root = fmt.Sprintf("the roots of thread %d", ts.t.ID)
		walkThread(ts.t, visit)
	}
	for i, w := range h.walkers {
		root = fmt.Sprintf("root walker %d (%T)", i, w)
		w.WalkRoots(visit)
	}
	root = "a finalizer"
	h.finalizers.walkRoots(visit)
	root = "what Go code holds"
	h.held.walkRoots(visit)
	h.walkArea(area{h.still.base, h.still.free, 0}, func(p uintptr) {
		p0 := p
		root = "the immortal space"
		visit(&p0)
	})
	return err
}

// reach checks one reference and queues its object when first met: invariants 4 and 5.
func (h *Heap) reach(v *verifier, p uintptr, from edge) error {
	if p == 0 {
		return nil
	}
	m, bit := v.find(p)
	if m != nil && m.seen[bit/64]>>(bit%64)&1 != 0 {
		return nil
	}
	if m == nil {
		problem := fmt.Sprintf("refers to %#x, which is not an object", p)
		if from.holder == 0 {
			return &HeapError{Object: p, Problem: "is referred to but is not an object", Path: []string{from.root}}
		}
		return h.violation(from.holder, from.offset, problem)
	}
	if mem.LoadU64(p, 0)&layout.FlagHashed != 0 && h.hashes.moving[p] == 0 && h.hashes.still[p] == 0 {
		return h.violation(p, 0, "flagged hashed but not in the table of identity hashes")
	}
	m.seen[bit/64] |= 1 << (bit % 64)
	v.queue = append(v.queue, reached{p, from})
	return nil
}

// reachFrom checks the references of a reachable object.
func (h *Heap) reachFrom(v *verifier, p uintptr) (err error) {
	old := h.moving.barriers() && !h.moving.young(p) && !h.madeByInit(p)
	h.references(p, func(off uintptr) {
		to := mem.LoadRef(p, off)
		if to == 0 || err != nil {
			return
		}
		if err = h.reach(v, to, edge{holder: p, offset: off}); err == nil && old && h.moving.young(to) {
			err = h.verifyStore(p, off)
		}
	})
	return err
}

// references calls visit with the offset of each reference of the object at p.
func (h *Heap) references(p uintptr, visit func(off uintptr)) {
	info := &h.infos[mem.LoadU64(p, 0)>>layout.TypeIDShift]
	for _, off := range info.refs {
		visit(off)
	}
	if len(info.itemRefs) == 0 {
		return
	}
	for i := uintptr(0); i < mem.LoadRef(p, info.lenOffset); i++ {
		for _, off := range info.itemRefs {
			visit(info.size + i*info.itemSize + off)
		}
	}
}

// isObject says whether an object starts at p, by the maps of the running verification.
func (h *Heap) isObject(p uintptr) bool {
	m, _ := h.verifying.find(p)
	return m != nil
}

// find is the map with the object that starts at p, and the number of its bit; nil if none starts there.
func (v *verifier) find(p uintptr) (m *startMap, bit uintptr) {
	i := sort.Search(len(v.starts), func(i int) bool { return p < v.starts[i].to })
	if i == len(v.starts) || p < v.starts[i].from || p%layout.Align != 0 {
		return nil, 0
	}
	m = &v.starts[i]
	if bit = (p - m.from) / layout.Align; m.bits[bit/64]>>(bit%64)&1 == 0 {
		return nil, 0
	}
	return m, bit
}

// bitmap takes n zeroed words. They stay where they are when more are taken.
func (v *verifier) bitmap(n uintptr) []uint64 {
	if used := uintptr(len(v.words)); used+n <= uintptr(cap(v.words)) {
		v.words = v.words[:used+n]
		clear(v.words[used:])
		return v.words[used : used+n : used+n]
	}
	v.words = make([]uint64, n, 2*uintptr(cap(v.words))+n)
	return v.words[:n:n]
}

// from finds out how an object was reached.
func (v *verifier) from(p uintptr) (e edge, known bool) {
	for _, r := range v.queue {
		if r.object == p {
			return r.from, true
		}
	}
	return e, false
}

// violation describes a bad object, with the way it is reached as far as known.
func (h *Heap) violation(p, offset uintptr, problem string) error {
	e := &HeapError{Object: p, Offset: offset, Problem: problem}
	if id := mem.LoadU64(p, 0) >> layout.TypeIDShift; id > 0 && id < uint64(len(h.types)) && h.types[id] != nil {
		e.Type = h.types[id].Name
	}
	if offset != 0 {
		e.Problem = fmt.Sprintf("at offset %d: %s", offset, problem)
	}
	for at := p; len(e.Path) < 8; {
		from, known := h.verifying.from(at)
		if !known {
			break
		}
		if from.holder == 0 {
			e.Path = append([]string{from.root}, e.Path...)
			break
		}
		holder := h.TypeOf(from.holder)
		e.Path = append([]string{fmt.Sprintf("%#x (%s) at offset %d", from.holder, holder.Name, from.offset)}, e.Path...)
		at = from.holder
	}
	return e
}
