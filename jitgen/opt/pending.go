package opt

import (
	"slices"

	"kiln/jitgen/descr"
	"kiln/jitgen/trace"
)

// Stores that wait over the back edge.
//
// A box stored in a slot of a frame need not exist if the next iteration overwrites the slot before anybody looks. So
// a label's state may say, besides what the variables are, that a store is still to be done:
//
//	vars: p0      registers: p2       pending: p2[3] = Number{v: f12}
//	                                           p2[2] = Number{v: f11}
//
// The body's heap starts with these stores, delayed as any other: guards carry them in their resume data, calls that
// may see them do them. At the end of the body each one must be there again, for the next object of the same role, with a
// value that fits. Only stores of virtual objects wait: of others, waiting saves one instruction and costs a register.
//
// Stores that wait together must not alias. That two objects differ is often known from one of them being new, which a label
// cannot say: so in each class of locations the stores of one object wait, at constant indices.
type pendingStore struct {
	loc   descr.Location
	index trace.Ref // constant, or None for fields
	obj   int32     // node
	value int32     // node, virtual unless owned
	owned bool      // to the frame: of any value
}

// maxWaiting bounds the stores that wait at a label.
const maxWaiting = 12

// maxOwned bounds the variables of the frame that are in registers at a label.
const maxOwned = 48

// mayWait says whether a delayed store may wait over the back edge.
func (r *run) mayWait(e *entry) bool {
	owned := r.isFrames(e)
	if !e.dirty || e.index != trace.None && !r.resolve(e.index).IsConst() || !owned && r.virtualOf(r.resolve(e.value)) == nil {
		return false
	}
	obj := r.resolve(e.obj)
	for i := range r.heap.lists[e.loc.Location()] {
		other := &r.heap.lists[e.loc.Location()][i]
		if other.dirty && r.resolve(other.obj) != obj && (!owned || r.isFrames(other)) {
			return false
		}
	}
	return true
}

// isFrames says whether the location of an entry belongs to the frame of the activation, which the code owns.
func (r *run) isFrames(e *entry) bool {
	owner := r.ownerOf(e)
	return owner != trace.None && owner == r.frame()
}

// flushExcept emits the delayed stores that must not wait. Each makes objects exist, whose stores then cannot wait
// either.
func (r *run) flushExcept(waits func(*entry) bool) {
	for again := true; again && r.heap.dirty > 0; {
		again = false
		for i := 0; i < len(r.heap.touched); i++ {
			l := r.heap.touched[i]
			for j := 0; j < len(r.heap.lists[l]); j++ {
				if e := &r.heap.lists[l][j]; e.dirty && !waits(e) {
					r.flushEntry(l, j)
					again = true
				}
			}
		}
	}
}

// exportPending adds the stores that wait at the end of a preamble to the state: as many as may.
func (r *run) exportPending(s *state, at map[trace.Ref]int32) {
	for _, l := range r.heap.touched {
		for i := range r.heap.lists[l] {
			if e := &r.heap.lists[l][i]; e.dirty {
				index := e.index
				if index != trace.None {
					index = r.resolve(index)
				}
				p := pendingStore{loc: e.loc, index: index, owned: r.isFrames(e)}
				p.obj = r.exportNode(s, at, e.obj)
				p.value = r.exportNode(s, at, e.value)
				s.pending = append(s.pending, p)
			}
		}
	}
}

// settleDelayed flushes what cannot wait at the end of a preamble.
func (r *run) settleDelayed() {
	r.flushExcept(r.mayWait)
	waiting := 0
	for _, l := range r.heap.touched {
		for i := range r.heap.lists[l] {
			if e := &r.heap.lists[l][i]; e.dirty && !r.isFrames(e) {
				waiting++
			}
		}
	}
	if waiting > maxWaiting {
		r.flushExcept(r.isFrames)
	}
	if r.heap.dirty > maxOwned {
		r.flushAll()
	}
}

// assumePending starts the heap of a body with the stores that wait. refs are the values of nodes.
func (r *run) assumePending(s *state, refs []trace.Ref) {
	for _, p := range s.pending {
		r.heap.add(entry{loc: p.loc, obj: refs[p.obj], index: p.index, value: refs[p.value], dirty: true, memory: trace.None, imported: none})
	}
}

// nextObject is the object that a waiting store is about in the next iteration: that of the same variable, or the same
// object.
func (r *run) nextObject(s *state, node int32, vars []trace.Ref) trace.Ref {
	for i, n := range s.vars {
		if n == node {
			return r.resolve(vars[i])
		}
	}
	return r.resolve(s.nodes[node].ref)
}

// waiting is the place of a delayed store in the heap. Memory of the frame may have the value already: to store it once more does no harm.
func (r *run) waiting(p *pendingStore, obj trace.Ref) *entry {
	l := p.loc.Location()
	if i := r.contents(l, obj, p.index); i >= 0 && (r.heap.lists[l][i].dirty || p.owned) {
		return &r.heap.lists[l][i]
	}
	return nil
}

// noteExisting notes the places of delayed stores that do not wait at the end of a preamble because the object exists.
func (r *run) noteExisting() {
	r.existing = r.existing[:0]
	for _, l := range r.heap.touched {
		for i := range r.heap.lists[l] {
			if e := &r.heap.lists[l][i]; e.dirty && r.virtualOf(r.resolve(e.value)) == nil {
				r.existing = append(r.existing, location{l, r.resolve(e.obj), r.resolve(e.index), false})
			}
		}
	}
}

// wastes says that a store that a body cannot keep waiting could, if the preamble had a virtual object for it.
func (r *run) wastes(e *entry) bool {
	return r.virtualOf(r.resolve(e.value)) != nil && slices.Contains(r.existing, location{e.loc.Location(), r.resolve(e.obj), r.resolve(e.index), false})
}

// keepPending flushes, at the end of a body, what the label does not list.
func (r *run) keepPending(s *state, vars []trace.Ref) {
	r.flushExcept(func(e *entry) bool {
		for i := range s.pending {
			p := &s.pending[i]
			if p.loc == e.loc && r.resolve(e.obj) == r.nextObject(s, p.obj, vars) && (p.index == trace.None || p.index == r.resolve(e.index)) {
				return true
			}
		}
		if r.wastes(e) {
			r.wasted++
		}
		return false
	})
}

// pending meets the stores that wait. One that is not there, or whose value would have to exist, is lost.
func (m *meeting) pending(vars []trace.Ref) {
	for i := range m.old.pending {
		p := m.old.pending[i]
		obj := m.r.nextObject(m.old, p.obj, vars)
		e := m.r.waiting(&p, obj)
		if e == nil {
			m.lost = append(m.lost, i)
			continue
		}
		if !e.dirty {
			m.r.relyOn(e)
		}
		value := m.r.resolve(e.value)
		p.obj = m.node(p.obj, obj)
		p.value = m.node(p.value, value)
		if m.new.nodes[p.value].kind != virtualNode && !p.owned {
			m.lost = append(m.lost, i)
		}
		m.new.pending = append(m.new.pending, p)
	}
}

// flushLost does the stores of a preamble that cannot wait after all. There is one object in each class.
func (r *run) flushLost(s *state, lost []int) {
	r.flushExcept(func(e *entry) bool {
		for _, i := range lost {
			p := &s.pending[i]
			if p.loc == e.loc && (p.index == trace.None || p.index == r.resolve(e.index)) {
				return false
			}
		}
		return true
	})
}

// pending finds the stores that a label waits for in the bridge. Others are to be done before the jump, and must not make
// objects exist that the label takes for virtual.
func (f *fitting) pending() bool {
	for i := range f.a.state.pending {
		p := f.a.state.pending[i]
		obj, ok := f.object(p.obj)
		if !ok {
			return false
		}
		if p.index != trace.None {
			p.index = f.constant(p.index)
		}
		e := f.r.waiting(&p, obj)
		if e == nil && p.owned {
			e = f.loadWaiting(&p, obj)
		}
		if e == nil || !f.node(p.value, f.r.resolve(e.value)) {
			return false
		}
		f.listed = append(f.listed, location{p.loc.Location(), obj, p.index, p.owned})
	}
	return true
}

// location is a location of one object.
type location struct {
	loc        descr.Loc
	obj, index trace.Ref
	owned      bool
}

// loadWaiting reads what the frame's memory has, as the value of a store that waits.
func (f *fitting) loadWaiting(p *pendingStore, obj trace.Ref) *entry {
	args := []trace.Ref{obj, p.index}
	if _, ok := f.load(&imported{loc: p.loc}, args, f.in.Trace.Ops[len(f.in.Trace.Ops)-1].Pos); !ok {
		return nil
	}
	return f.r.waiting(p, obj)
}

// object is the bridge's value for the object of a waiting store.
func (f *fitting) object(i int32) (trace.Ref, bool) {
	n := &f.a.state.nodes[i]
	switch n.kind {
	case constNode:
		return f.constant(n.ref), true
	case valueNode:
		v, ok := f.jump[n.ref]
		if !ok {
			return trace.None, false
		}
		v = f.r.resolve(v)
		return v, f.facts(v, n.facts)
	}
	return trace.None, false
}

func (f *fitting) isListed(e *entry) bool {
	for _, l := range f.listed {
		if e.loc.Location() == l.loc && f.r.resolve(e.obj) == l.obj && (l.index == trace.None || f.r.resolve(e.index) == l.index) {
			return true
		}
	}
	return false
}

// finish does the stores that the label does not wait for, and says whether what it takes for virtual still is.
func (f *fitting) finish() bool {
	f.r.flushExcept(f.isListed)
	for _, l := range f.listed {
		if i := f.r.contents(l.loc, l.obj, l.index); i < 0 || !f.r.heap.lists[l.loc][i].dirty && !l.owned {
			return false
		}
	}
	for v := range f.nodeOf {
		if f.r.virtualOf(f.r.resolve(v)) == nil {
			return false
		}
	}
	return true
}

// stored are the values of the stores that the label does not wait for.
func (f *fitting) stored(visit func(trace.Ref)) {
	for _, l := range f.r.heap.touched {
		for i := range f.r.heap.lists[l] {
			if e := &f.r.heap.lists[l][i]; e.dirty && !f.isListed(e) {
				visit(e.value)
			}
		}
	}
}
