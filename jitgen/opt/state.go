package opt

import (
	"math"
	"slices"
	"unsafe"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// The virtual state of a label: what its code assumes about the variables of the merge point. Each variable
// is a node: a constant, a virtual object with nodes as contents, or a value, which is an argument of the
// label, with facts. Variables that share a node are the same value.
//
//	reds: p0        i1                 label(i7, i1)
//	      |         |
//	      Box{val}  value i1 >= 0
//	        `-- value i7
//
// States form a lattice: meet forgets what two of them do not agree on. Every step down forgets something, so the search
// for a state that a loop's body keeps (unroll.go) ends.
type state struct {
	nodes  []node
	vars   []int32 // node of each variable of the merge point
	copies []copied
	// Stores that are still to be done, see pending.go.
	pending []pendingStore
}

type nodeKind uint8

const (
	valueNode nodeKind = iota
	constNode
	virtualNode
)

type node struct {
	kind   nodeKind
	ref    trace.Ref // argument of the label; constant; or the object's value at the end of the preamble
	facts  facts     // of a value
	size   *descr.Size
	array  *descr.Array
	fields []nodeField // of a virtual object
	items  []int32     // of a virtual array
}

type nodeField struct {
	field *descr.Field
	node  int32
}

// copied says that label argument ref is, at the end of the preamble, a copy of value or constant of.
type copied struct{ ref, of trace.Ref }

// facts are what is known about a value without reference to other values.
type facts struct {
	class   layout.TypeID
	nonnull bool
	bounds  bounds
	widened uint8 // how often bounds gave way
}

func (r *run) factsOf(v trace.Ref) facts {
	f := facts{class: r.class(v), nonnull: r.nonnull(v), bounds: anything}
	if r.out.Kind(v) == op.Int {
		b := r.boundsOf(v)
		f.bounds = worthwhile(b)
	}
	return f
}

// worthwhile makes far ends of a range coarse: those below the largest integer, which come of comparisons with unknown
// numbers, say next to nothing, and those of indices, which are below layout.MaxLen, say no more than that sums with them do
// not wrap. As assumptions, exact ones would keep bridges away, and bodies from being their own successor.
func worthwhile(b bounds) bounds {
	lo := -coarse(-max(b.lo, -math.MaxInt64))
	if lo == -math.MaxInt64 {
		lo = math.MinInt64
	}
	return between(lo, coarse(b.hi))
}

// coarse is the limit used for upper end x of a range.
func coarse(x int64) int64 {
	switch {
	case x <= math.MaxUint32:
		return x
	case x <= farIndex:
		return farIndex
	}
	return math.MaxInt64
}

// farIndex is above all indices, and sums of some of them.
const farIndex = 16 * layout.MaxLen

// assume sets the facts of a value at the start of a body.
func (r *run) assume(v trace.Ref, f facts) {
	i := &r.info[v]
	i.class = f.class
	if f.nonnull {
		i.flags |= nonnull
	}
	if f.bounds != anything {
		i.b = f.bounds
		i.flags |= bounded
	}
}

// argFacts are facts about a guard's fail arguments: few bytes for each, because there are many guards and few of them get a
// bridge. What is not in the lists is not known.
type argFacts struct {
	n    int // fail arguments
	refs []refFact
	ints []intFact
}

type refFact struct {
	class layout.TypeID // 0: not nil
	arg   uint32
}

type intFact struct {
	lo, hi int64
	arg    int
}

// Arg implements trace.Facts.
func (a *argFacts) Arg(i int) (class uint32, nonnull bool, lo, hi int64) {
	f := a.get(i)
	return uint32(f.class), f.nonnull, f.bounds.lo, f.bounds.hi
}

// Size implements resume.Sized.
func (a *argFacts) Size() (int, unsafe.Pointer) {
	return int(unsafe.Sizeof(*a)) + cap(a.refs)*int(unsafe.Sizeof(refFact{})) + cap(a.ints)*int(unsafe.Sizeof(intFact{})), unsafe.Pointer(a)
}

func (a *argFacts) get(i int) facts {
	f := nothing
	for _, r := range a.refs {
		if int(r.arg) == i {
			f.class, f.nonnull = r.class, true
		}
	}
	for _, x := range a.ints {
		if x.arg == i {
			f.bounds = between(x.lo, x.hi)
		}
	}
	return f
}

// set replaces what is known about an argument.
func (a *argFacts) set(i int, f facts) {
	a.refs = slices.DeleteFunc(a.refs, func(r refFact) bool { return int(r.arg) == i })
	a.ints = slices.DeleteFunc(a.ints, func(x intFact) bool { return x.arg == i })
	a.add(i, f)
}

func (a *argFacts) add(i int, f facts) {
	if f.nonnull || f.class != 0 {
		a.refs = append(a.refs, refFact{f.class, uint32(i)})
	}
	if b := f.bounds; b.lo != math.MinInt64 || b.hi != math.MaxInt64 {
		a.ints = append(a.ints, intFact{b.lo, b.hi, i})
	}
}

// factsAbout is what is known about values, nil if that is nothing.
func (r *run) factsAbout(values []trace.Ref) *argFacts {
	known := argFacts{n: len(values)}
	for i, v := range values {
		if f := r.factsOf(v); !nothing.implies(f) {
			known.add(i, f)
		}
	}
	if known.refs == nil && known.ints == nil {
		return nil
	}
	known.refs, known.ints = slices.Clip(slices.Clone(known.refs)), slices.Clip(slices.Clone(known.ints))
	return &known
}

// nothing is no knowledge at all.
var nothing = facts{bounds: anything}

// implies says whether f is at least as strong as g.
func (f facts) implies(g facts) bool {
	return (g.class == 0 || f.class == g.class) && (f.nonnull || !g.nonnull) && f.bounds.lo >= g.bounds.lo && f.bounds.hi <= g.bounds.hi
}

// meet is what both f and g imply. Bounds give way to their hull once, then on the failing side altogether, or a
// counter would be followed up to its limit.
func (f facts) meet(g facts) facts {
	m := f
	if m.class != g.class {
		m.class = 0
	}
	m.nonnull = f.nonnull && g.nonnull
	if f.bounds.lo <= g.bounds.lo && g.bounds.hi <= f.bounds.hi {
		return m
	}
	b := f.bounds.hull(g.bounds)
	if m.widened > 0 {
		if g.bounds.lo < f.bounds.lo {
			b.lo = anything.lo
		}
		if g.bounds.hi > f.bounds.hi {
			b.hi = anything.hi
		}
		b = between(b.lo, b.hi)
	}
	m.bounds = b
	m.widened++
	return m
}

// export is the state of variables at the end of a preamble.
func (r *run) export(vars []trace.Ref) *state {
	s := &state{}
	at := map[trace.Ref]int32{}
	for _, v := range vars {
		s.vars = append(s.vars, r.exportNode(s, at, v))
	}
	r.exportPending(s, at)
	return s
}

func (r *run) exportNode(s *state, at map[trace.Ref]int32, v trace.Ref) int32 {
	v = r.resolve(v)
	if n, ok := at[v]; ok {
		return n
	}
	n := int32(len(s.nodes))
	at[v] = n
	s.nodes = append(s.nodes, node{ref: v})
	virt := r.virtualOf(v)
	switch {
	case v.IsConst():
		s.nodes[n].kind = constNode
	case virt == nil:
		s.nodes[n].facts = r.factsOf(v)
	default:
		made := node{kind: virtualNode, ref: v, size: virt.size, array: virt.array}
		for _, f := range virt.fields {
			made.fields = append(made.fields, nodeField{f.field, r.exportNode(s, at, f.value)})
		}
		for _, value := range virt.items {
			made.items = append(made.items, r.exportNode(s, at, r.orZero(value, virt.array)))
		}
		s.nodes[n] = made
	}
	return n
}

// orZero is an item of a virtual array.
func (r *run) orZero(value trace.Ref, a *descr.Array) trace.Ref {
	if value == trace.None {
		return r.zero(a.Access.Kind)
	}
	return r.resolve(value)
}

// assumeState sets up a body's run at the start of a label with state s and returns the variables.
func (r *run) assumeState(s *state) []trace.Ref {
	refs := make([]trace.Ref, len(s.nodes))
	for i := range s.nodes {
		switch n := &s.nodes[i]; n.kind {
		case constNode:
			refs[i] = n.ref
		case valueNode:
			refs[i] = n.ref
			r.assume(n.ref, n.facts)
			r.info[n.ref].flags |= active
		case virtualNode:
			refs[i] = r.newVirtual(&virtual{size: n.size, array: n.array})
		}
	}
	for i := range s.nodes {
		n := &s.nodes[i]
		if n.kind != virtualNode {
			continue
		}
		v := r.virtualOf(refs[i])
		for _, f := range n.fields {
			v.fields = append(v.fields, virtualField{f.field, refs[f.node]})
		}
		for _, item := range n.items {
			v.items = append(v.items, refs[item])
		}
	}
	r.assumePending(s, refs)
	vars := make([]trace.Ref, len(s.vars))
	for i, n := range s.vars {
		vars[i] = refs[n]
	}
	return vars
}

// leaves are the label arguments that the state needs, in order.
func (s *state) leaves() []trace.Ref {
	var list []trace.Ref
	for i := range s.nodes {
		if s.nodes[i].kind == valueNode {
			list = append(list, s.nodes[i].ref)
		}
	}
	return list
}

// meeting computes what a state and the variables at the end of a body have in common.
//
// Identity is the delicate part. A virtual object at the jump may stand for one virtual node only and the other way
// round: the body takes different nodes for different objects. And what is reachable from an object that has to exist
// has to exist as well, on both sides. Whatever offends is refused, and the meeting starts over.
type meeting struct {
	r       *run // of the body
	old     *state
	new     *state
	seen    map[meetPair]int32
	named   map[trace.Ref]bool      // label arguments of new
	jump    map[trace.Ref]trace.Ref // label argument -> its value at the jump
	name    func(op.Kind) trace.Ref // makes a value
	changed bool

	nodeOf      map[trace.Ref]int32 // virtual objects and the nodes they stand for
	refOf       map[int32]trace.Ref
	refusedNode map[int32]bool
	refusedRef  map[trace.Ref]bool
	restart     bool
	lost        []int // stores that cannot wait, by their places in old
}

type meetPair struct {
	node int32
	ref  trace.Ref
}

// meet returns the state that both old and the variables satisfy, whether it differs from old, and the
// values of the label arguments for a jump.
func (r *run) meet(old *state, vars []trace.Ref, name func(op.Kind) trace.Ref) *meeting {
	m := &meeting{r: r, old: old, name: name, refusedNode: map[int32]bool{}, refusedRef: map[trace.Ref]bool{}}
	for m.restart = true; m.restart; {
		m.restart, m.changed, m.lost = false, false, nil
		m.new = &state{copies: old.copies[:len(old.copies):len(old.copies)]}
		m.seen, m.named, m.jump = map[meetPair]int32{}, map[trace.Ref]bool{}, map[trace.Ref]trace.Ref{}
		m.nodeOf, m.refOf = map[trace.Ref]int32{}, map[int32]trace.Ref{}
		for i, n := range old.vars {
			m.new.vars = append(m.new.vars, m.node(n, r.resolve(vars[i])))
		}
		m.pending(vars)
	}
	return m
}

func (m *meeting) node(i int32, v trace.Ref) int32 {
	if n, ok := m.seen[meetPair{i, v}]; ok {
		return n
	}
	n := int32(len(m.new.nodes))
	m.seen[meetPair{i, v}] = n
	m.new.nodes = append(m.new.nodes, node{})
	from := m.old.nodes[i]
	var made node
	switch virt := m.r.virtualOf(v); {
	case from.kind == constNode && from.ref == v:
		made = from
	case from.kind == virtualNode && virt != nil && m.fits(i, v, &from, virt):
		made = node{kind: virtualNode, ref: from.ref, size: from.size, array: from.array}
		m.contents(&made, &from, virt)
	default:
		m.refuseNode(i, true)
		m.refuseRef(v)
		made = m.leaf(&from, v)
	}
	m.new.nodes[n] = made
	return n
}

// fits says whether the virtual object v can stand for the virtual node i, and keeps both for each other.
func (m *meeting) fits(i int32, v trace.Ref, from *node, virt *virtual) bool {
	if virt.size != from.size || virt.array != from.array || len(virt.items) != len(from.items) {
		return false
	}
	other, taken := m.nodeOf[v]
	owner, owned := m.refOf[i]
	if taken && other != i || owned && owner != v {
		m.refuseRef(v)
		m.refuseNode(i, true)
	}
	if m.refusedRef[v] || m.refusedNode[i] {
		return false
	}
	m.nodeOf[v], m.refOf[i] = i, v
	return true
}

// refuseNode: the node cannot be a virtual object, nor can those in it.
func (m *meeting) refuseNode(i int32, top bool) {
	n := &m.old.nodes[i]
	if n.kind != virtualNode || m.refusedNode[i] {
		return
	}
	m.refusedNode[i] = true
	if !top {
		m.restart = true
	}
	if _, matched := m.refOf[i]; matched {
		m.restart = true
	}
	for _, f := range n.fields {
		m.refuseNode(f.node, false)
	}
	for _, item := range n.items {
		m.refuseNode(item, false)
	}
}

// refuseRef: the object has to exist at the jump, and so do those in it.
func (m *meeting) refuseRef(v trace.Ref) {
	v = m.r.resolve(v)
	virt := m.r.virtualOf(v)
	if virt == nil || m.refusedRef[v] {
		return
	}
	m.refusedRef[v] = true
	m.restart = true
	for _, f := range virt.fields {
		m.refuseRef(f.value)
	}
	for _, value := range virt.items {
		if value != trace.None {
			m.refuseRef(value)
		}
	}
}

// contents meets the fields and items of a virtual object. Fields that one side does not have are zero there.
func (m *meeting) contents(made, from *node, virt *virtual) {
	for _, f := range from.fields {
		value, ok := virt.get(f.field)
		if !ok {
			value = m.r.zero(f.field.Access.Kind)
		}
		made.fields = append(made.fields, nodeField{f.field, m.node(f.node, m.r.resolve(value))})
	}
	for _, f := range virt.fields {
		if from.field(f.field) == nil {
			m.old.nodes = append(m.old.nodes, node{kind: constNode, ref: m.r.zero(f.field.Access.Kind)})
			made.fields = append(made.fields, nodeField{f.field, m.node(int32(len(m.old.nodes)-1), m.r.resolve(f.value))})
		}
	}
	for j, item := range from.items {
		made.items = append(made.items, m.node(item, m.r.orZero(virt.items[j], virt.array)))
	}
}

func (n *node) field(f *descr.Field) *nodeField {
	for i := range n.fields {
		if n.fields[i].field == f {
			return &n.fields[i]
		}
	}
	return nil
}

// leaf makes a value node. It keeps the name of the label argument, or of the object that has to exist now, if no other
// node took it; else it needs a copy.
func (m *meeting) leaf(from *node, v trace.Ref) node {
	made := node{ref: from.ref}
	have := m.r.factsOf(v)
	switch from.kind {
	case valueNode:
		made.facts = from.facts
		if !have.implies(from.facts) {
			made.facts = from.facts.meet(have)
			m.changed = true
		}
	case constNode:
		made.facts = m.r.factsOf(from.ref).meet(have)
		m.changed = true
	case virtualNode:
		made.facts = facts{class: from.class(), nonnull: true, bounds: anything}.meet(have)
		m.changed = true
	}
	if made.ref.IsConst() || m.named[made.ref] {
		made.ref = m.name(m.r.out.Kind(from.ref))
		m.new.copies = append(m.new.copies, copied{made.ref, from.ref})
		m.changed = true
	}
	m.named[made.ref] = true
	m.jump[made.ref] = v
	return made
}

func (n *node) class() layout.TypeID {
	if n.size != nil {
		return n.size.Type.ID
	}
	return n.array.Type.ID
}
