package metainterp

import (
	"math"

	"kiln/jitgen/descr"
	"kiln/jitgen/trace"
)

// heapCache is what recording knows about objects and the contents of memory, so that it need not record
// what it has recorded before. Knowledge is about operands, not addresses: it survives collections.
//
// Aliasing: two operands may be the same object, unless one of them is fresh: allocated in this trace and
// never stored or passed anywhere an alias could come from. A store through an object that is not fresh
// therefore ends what is known about its location in all others that are not fresh; versions do that
// without a walk over the entries.
type heapCache struct {
	values  []fact             // by value of the trace; those of another epoch know nothing
	consts  map[trace.Ref]fact // of constants
	epoch   uint32
	fields  map[place]content
	version map[descr.Loc]int // stores through objects that are not fresh
	global  int               // added to every version
	inside  map[trace.Ref][]trace.Ref
	items   []item // of arrays, at indices that are not constant
	oldest  int    // the one to be replaced next when there are maxItems
}

// item is the content of obj at index base+off. Items at different offsets from one base are not the same, whatever the
// objects.
type item struct {
	loc       descr.Loc
	obj, base trace.Ref
	off       int64
	value     trace.Ref
}

const maxItems = 32

type fact struct {
	epoch   uint32
	nonnull bool
	fresh   bool
	class   uint32    // 0 if unknown
	length  trace.Ref // of an array; None if unknown
	base    trace.Ref // of a recorded sum base + off; else None
	off     int64
	lo, hi  int64 // of an integer
}

// place is a location of one object; index is 0 for fields, else the constant index.
type place struct {
	loc   descr.Loc
	obj   trace.Ref
	index int64
}

type content struct {
	value   trace.Ref
	version int
}

// reset forgets everything. Facts about values go by a new epoch, so the table need not be cleared.
func (c *heapCache) reset() {
	c.epoch++
	c.consts = nil
	c.fields = map[place]content{}
	c.version = map[descr.Loc]int{}
	c.inside = map[trace.Ref][]trace.Ref{}
	c.global = 0
	c.items = c.items[:0]
}

func (c *heapCache) fact(obj trace.Ref) fact {
	if obj >= 0 {
		if int(obj) < len(c.values) && c.values[obj].epoch == c.epoch {
			return c.values[obj]
		}
	} else if f, ok := c.consts[obj]; ok {
		return f
	}
	return c.unknown()
}

// unknown is the fact that says nothing.
func (c *heapCache) unknown() fact {
	return fact{epoch: c.epoch, length: trace.None, base: trace.None, lo: math.MinInt64, hi: math.MaxInt64}
}

func (c *heapCache) set(obj trace.Ref, f fact) {
	if obj < 0 {
		if c.consts == nil {
			c.consts = map[trace.Ref]fact{}
		}
		c.consts[obj] = f
		return
	}
	for len(c.values) <= int(obj) {
		c.values = append(c.values, fact{})
	}
	c.values[obj] = f
}

func (c *heapCache) setNonnull(obj trace.Ref) {
	f := c.fact(obj)
	f.nonnull = true
	c.set(obj, f)
}

func (c *heapCache) setClass(obj trace.Ref, class uint32) {
	f := c.fact(obj)
	f.nonnull, f.class = true, class
	c.set(obj, f)
}

func (c *heapCache) setLength(arr, length trace.Ref) {
	f := c.fact(arr)
	f.length = length
	c.set(arr, f)
}

func (c *heapCache) setFresh(obj trace.Ref, class uint32) {
	f := c.unknown()
	f.nonnull, f.fresh, f.class = true, true, class
	c.set(obj, f)
}

func (c *heapCache) stamp(loc descr.Loc) int { return c.global + c.version[loc] }

// load is the value known to be at p. If none is, the load to come makes an alias of whatever may be
// there: what is inside a fresh object is not fresh any more.
func (c *heapCache) load(p place) (trace.Ref, bool) {
	e, ok := c.fields[p]
	if !ok || e.version != c.stamp(p.loc) && !c.fact(p.obj).fresh {
		c.spill(p.obj)
		return trace.None, false
	}
	return e.value, true
}

// spill lets everything stored in a fresh object escape.
func (c *heapCache) spill(obj trace.Ref) {
	list := c.inside[obj]
	delete(c.inside, obj)
	for _, o := range list {
		c.escape(o)
	}
}

// loaded notes a value read from p.
func (c *heapCache) loaded(p place, value trace.Ref) {
	c.fields[p] = content{value, c.stamp(p.loc)}
}

// store notes a store to p.
func (c *heapCache) store(p place, value trace.Ref) {
	c.clobber(p.loc, p.obj)
	c.clobberItem(p.loc, p.obj, trace.None, 0)
	c.fields[p] = content{value, c.stamp(p.loc)}
}

// clobber ends what is known about a location in every object that may be obj. A fresh object is no
// other, but with an unknown index its own items go too, see forget.
func (c *heapCache) clobber(loc descr.Loc, obj trace.Ref) {
	if !c.fact(obj).fresh {
		c.version[loc]++
	}
}

// forget ends what is known about a location of all objects, fresh ones too.
func (c *heapCache) forget(loc descr.Loc) {
	c.forgetItems(loc)
	c.forgetConstant(loc)
}

// forgetConstant is forget for fields and items of constant index.
func (c *heapCache) forgetConstant(loc descr.Loc) {
	c.version[loc]++
	for p := range c.fields {
		if p.loc == loc {
			delete(c.fields, p)
		}
	}
}

// loadItem is the value known to be at an index that is not constant.
func (c *heapCache) loadItem(want item) (trace.Ref, bool) {
	for i := range c.items {
		have := c.items[i]
		have.value = want.value
		if have == want {
			return c.items[i].value, true
		}
	}
	c.spill(want.obj)
	return trace.None, false
}

// noteItem notes a value read from or stored to an index that is not constant.
func (c *heapCache) noteItem(e item) {
	if len(c.items) < maxItems {
		c.items = append(c.items, e)
		return
	}
	c.items[c.oldest%maxItems] = e
	c.oldest++
}

// clobberItem ends what is known about items that may be the one at base+off of obj. base is None for a constant index.
func (c *heapCache) clobberItem(loc descr.Loc, obj, base trace.Ref, off int64) {
	kept := c.items[:0]
	for _, e := range c.items {
		apart := e.base == base && e.off != off || e.obj != obj && (c.fact(e.obj).fresh || c.fact(obj).fresh)
		if e.loc != loc || apart {
			kept = append(kept, e)
		}
	}
	c.items = kept
}

// forgetItems ends what is known about items of a location.
func (c *heapCache) forgetItems(loc descr.Loc) {
	kept := c.items[:0]
	for _, e := range c.items {
		if e.loc != loc {
			kept = append(kept, e)
		}
	}
	c.items = kept
}

// escape notes that obj is reachable from elsewhere from now on, and with it what it contains.
func (c *heapCache) escape(obj trace.Ref) {
	f := c.fact(obj)
	if !f.fresh {
		return
	}
	f.fresh = false
	c.set(obj, f)
	c.spill(obj)
}

// put notes that value was stored into obj: it escapes when obj does.
func (c *heapCache) put(obj, value trace.Ref) {
	switch {
	case !c.fact(value).fresh:
	case c.fact(obj).fresh:
		c.inside[obj] = append(c.inside[obj], value)
	default:
		c.escape(value)
	}
}

// call applies the effects of a residual call. Arguments have escaped before.
func (c *heapCache) call(e *descr.Effects) {
	if e.Elidable {
		return
	}
	if e.Arbitrary {
		c.global++
		c.items = c.items[:0]
		return
	}
	for _, l := range e.Writes {
		c.version[l]++
		c.forgetItems(l)
	}
}

// arrayLocs finds all locations of an array's items: the array's own, its views' and the fields of items.
type arrayLocs map[*descr.Array][]descr.Loc

func newArrayLocs(p *descr.Program) arrayLocs {
	out := arrayLocs{}
	add := func(a *descr.Array, l descr.Loc) { out[a.Base()] = append(out[a.Base()], l) }
	for _, l := range p.Locs {
		switch l := l.(type) {
		case *descr.Array:
			add(l, l.Loc)
		case *descr.Interior:
			add(l.Array, l.Loc)
		}
	}
	return out
}

func (a arrayLocs) of(d *descr.Array) []descr.Loc { return a[d.Base()] }
