package opt

import (
	"kiln/jitgen/descr"
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
