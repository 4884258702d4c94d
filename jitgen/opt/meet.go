package opt

import (
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

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
