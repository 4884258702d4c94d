package gc

import (
	"fmt"
	"math/rand"
	"testing"

	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
)

// The random test keeps a model of the heap in Go objects beside the real heap, changes both in the same way, and
// compares them by walking from the roots. What the model reaches must be there, with the same contents and the same
// sharing; addresses it does not know.
type model struct {
	t      *testing.T
	r      *rand.Rand
	h      *Heap
	th     *thread.Thread
	roots  []*node // by position on the shadow stack
	walked words   // references that a walker visits
	extra  []*node // their models
	hashes int64
	made   int
	// Finalizers that have not run, by the number that their function object holds.
	pending    map[int64]*node
	finalizers int64
	ran        int
}

type node struct {
	typ  layout.TypeID
	refs []*node // references in the order of references()
	data []byte  // contents of plain types
	hash int64
}

func TestRandomHeaps(t *testing.T) {
	configs := []string{"stress=1,verify=on", "stress=7,verify=on,nursery=16K", "nursery=16K,verify=on", "nursery=32K", "nursery=128K,poison=protect", "nursery=64K,poison=fill"}
	steps := 2000
	if testing.Short() {
		steps = 500
	}
	var all []string
	for _, collector := range []string{Semispace, Generational} {
		for _, c := range append(configs, configs...) {
			all = append(all, "collector="+collector+","+c)
		}
	}
	ran := 0
	defer func() {
		if ran < len(all) {
			t.Errorf("hardly any finalizer: %d", ran)
		}
	}()
	for seed, config := range all {
		t.Run(fmt.Sprintf("%s/%d", config, seed), func(t *testing.T) {
			h, th := newHeap(t, config)
			m := &model{t: t, r: rand.New(rand.NewSource(int64(seed))), h: h, th: th, pending: map[int64]*node{}}
			h.AddRoots(&m.walked)
			h.SetInit(true)
			for i := 0; i < 50; i++ {
				m.step()
			}
			h.SetInit(false)
			for i := 0; i < steps; i++ {
				m.step()
				if i%200 == 0 {
					m.compare()
				}
			}
			m.compare()
			h.Collect(th)
			m.compare()
			verify(t, h)
			m.runFinalizers()
			if s := h.Stats(); s.Collections < 3 {
				t.Errorf("hardly any collection: %v", s)
			}
			ran += m.ran
		})
	}
}

func (m *model) step() {
	switch n := m.r.Intn(100); {
	case n < 45:
		m.allocate()
	case n < 75:
		m.mutate()
	case n < 85:
		m.drop()
	case n < 92:
		m.askHash()
	case n < 93:
		m.promote()
	case n < 94:
		m.finalize()
	case n < 95:
		m.h.Collect(m.th)
	default:
		m.moveToWalker()
	}
}

// allocate makes an object, roots it, and fills it with references to what is rooted.
func (m *model) allocate() {
	typ := layout.TypeID(1 + m.r.Intn(len(m.h.types)-1))
	length := m.r.Intn(20)
	if m.r.Intn(50) == 0 {
		length = m.r.Intn(20_000) // larger than a chunk
	}
	p := m.newObject(typ, length)
	if len(m.roots) > 200 {
		m.th.ShadowTop -= 8 * 100
		m.roots = m.roots[:len(m.roots)-100]
	}
	push(m.th, p)
	n := &node{typ: typ}
	m.h.references(p, func(uintptr) { n.refs = append(n.refs, nil) })
	if data := m.data(p); data != nil {
		n.data = make([]byte, len(data))
		for _, b := range data {
			if b != 0 {
				m.t.Fatal("fresh object is not zero")
			}
		}
	}
	m.roots = append(m.roots, n)
	m.made++
}

// newObject uses every way of allocation in turn.
func (m *model) newObject(typ layout.TypeID, length int) uintptr {
	h, th := m.h, m.th
	info := &h.infos[typ]
	size := info.size
	if info.lenOffset > 0 {
		size = h.arraySize(typ, length)
	}
	switch way := m.r.Intn(8); {
	case way == 0:
		return h.NewImmortal(typ, length)
	case way == 1:
		p := h.Alloc(th, int64(size))
		mem.StoreU64(p, 0, layout.Header(typ))
		if info.lenOffset > 0 {
			mem.Store64(p, info.lenOffset, int64(length))
		}
		return p
	case info.lenOffset > 0:
		return uintptr(h.AllocArraySlow(th, typ, length))
	case way < 4:
		return h.New(th, typ)
	}
	p := th.NurseryFree
	if p+size > th.NurseryTop {
		return uintptr(h.AllocSlow(th, size, layout.Header(typ)))
	}
	th.NurseryFree = p + size
	mem.StoreU64(p, 0, layout.Header(typ))
	return p
}

// data is the part of an object that holds no references, for types without any.
func (m *model) data(p uintptr) []byte {
	switch m.h.TypeOf(p).ID {
	case tString:
		return mem.Bytes(p+layout.StringBaseOffset, uintptr(m.h.Len(p)))
	case tBytes:
		return mem.Bytes(p+layout.ArrayBaseOffset, uintptr(m.h.Len(p)))
	case tLeaf:
		return mem.Bytes(p+8, 8)
	}
	return nil
}

// pick chooses something rooted: its model and address.
func (m *model) pick() (*node, uintptr) {
	all := len(m.roots) + len(m.extra)
	if all == 0 {
		return nil, 0
	}
	i := m.r.Intn(all)
	if i < len(m.roots) {
		return m.roots[i], root(m.th, i)
	}
	return m.extra[i-len(m.roots)], m.walked.list[i-len(m.roots)]
}

func (m *model) mutate() {
	n, p := m.pick()
	if n == nil {
		return
	}
	if len(n.data) > 0 {
		i, b := m.r.Intn(len(n.data)), byte(m.r.Int())
		n.data[i], m.data(p)[i] = b, b
	}
	if len(n.refs) > 0 {
		to, q := m.pick()
		if m.r.Intn(10) == 0 {
			to, q = nil, 0
		}
		i, at := m.r.Intn(len(n.refs)), 0
		n.refs[i] = to
		m.h.references(p, func(off uintptr) {
			if at == i {
				m.barrier(p, off)
				mem.StoreRef(p, off, q)
			}
			at++
		})
	}
}

// barrier does the barrier for a word of an object.
func (m *model) barrier(p, off uintptr) {
	if info := &m.h.infos[m.h.TypeOf(p).ID]; info.lenOffset > 0 && off >= info.size && m.r.Intn(3) > 0 {
		barrier.Item(m.th, mem.Ptr(p), int((off-info.size)/info.itemSize))
	} else {
		barrier.Object(m.th, mem.Ptr(p))
	}
}

func (m *model) drop() {
	if n := len(m.roots); n > 0 {
		m.roots = m.roots[:n-1]
		m.th.ShadowTop -= 8
	}
	if n := len(m.extra); n > 50 {
		m.extra, m.walked.list = m.extra[:n-1], m.walked.list[:n-1]
	}
}

// finalize asks for a finalizer, and runs those that are due.
func (m *model) finalize() {
	m.finalizers++
	function := m.h.New(m.th, tLeaf)
	mem.Store64(function, 8, m.finalizers)
	if n, p := m.pick(); n != nil {
		m.h.AddFinalizer(p, function)
		m.pending[m.finalizers] = n
	}
	m.runFinalizers()
}

func (m *model) runFinalizers() {
	if m.th.Finalizers == 0 {
		return
	}
	strong := m.strong()
	for {
		p, function, ok := m.h.NextFinalizer(m.th)
		if !ok {
			return
		}
		number := mem.LoadI64(function, 8)
		n := m.pending[number]
		if n == nil || strong[n] {
			m.t.Fatalf("finalizer %d: unknown or run before (%v), or of an object that is alive", number, n)
		}
		m.ran++
		delete(m.pending, number)
		m.walker()(n, p)
	}
}

// strong is the set of objects that are alive. Immortal objects that the model has forgotten may keep more alive.
func (m *model) strong() map[*node]bool {
	seen := map[*node]bool{}
	queue := append(append([]*node{}, m.roots...), m.extra...)
	for len(queue) > 0 {
		n := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if n != nil && !seen[n] {
			seen[n] = true
			if n.typ != tWeak {
				queue = append(queue, n.refs...)
			}
		}
	}
	return seen
}

func (m *model) moveToWalker() {
	if n, p := m.pick(); n != nil {
		m.extra = append(m.extra, n)
		m.walked.list = append(m.walked.list, p)
	}
}

func (m *model) askHash() {
	n, p := m.pick()
	if n == nil {
		return
	}
	if n.hash == 0 {
		m.hashes++
		n.hash = m.hashes
	}
	if got := m.h.IdentityHash(p); got != n.hash {
		m.t.Fatalf("identity hash %d instead of %d", got, n.hash)
	}
}

func (m *model) promote() {
	if n := len(m.roots); n > 0 {
		slot := root(m.th, m.r.Intn(n))
		m.h.MakeImmortal(m.th, &slot)
		if !m.h.IsImmortal(slot) {
			m.t.Fatal("not immortal")
		}
	}
}

// compare walks model and heap together.
func (m *model) compare() {
	m.t.Helper()
	walk := m.walker()
	for i, n := range m.roots {
		walk(n, root(m.th, i))
	}
	for i, n := range m.extra {
		walk(n, m.walked.list[i])
	}
}

// walker returns a function that compares what can be reached from an object.
func (m *model) walker() func(n *node, p uintptr) {
	strong := m.strong()
	at := map[*node]uintptr{}
	back := map[uintptr]*node{}
	var walk func(n *node, p uintptr)
	walk = func(n *node, p uintptr) {
		if (n == nil) != (p == 0) {
			m.t.Fatalf("%#x where the model has %v", p, n)
		}
		if n == nil {
			return
		}
		if q, seen := at[n]; seen || back[p] != nil {
			if q != p || back[p] != n {
				m.t.Fatal("sharing differs")
			}
			return
		}
		at[n], back[p] = p, n
		if m.h.TypeOf(p).ID != n.typ {
			m.t.Fatalf("type %v instead of %d", m.h.TypeOf(p).Name, n.typ)
		}
		if string(m.data(p)) != string(n.data) {
			m.t.Fatal("contents differ")
		}
		if n.hash != 0 && m.h.IdentityHash(p) != n.hash {
			m.t.Fatal("identity hash differs")
		}
		i := 0
		m.h.references(p, func(off uintptr) {
			to := mem.LoadRef(p, off)
			if n.typ == tWeak && to == 0 && !strong[n.refs[i]] {
				n.refs[i] = nil // dead
			}
			walk(n.refs[i], to)
			i++
		})
		if i != len(n.refs) {
			m.t.Fatalf("%d references instead of %d", i, len(n.refs))
		}
	}
	return walk
}
