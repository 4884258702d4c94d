package inline

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Value numbering for emitted code: an operation that a dominating one has done already is replaced by its
// result, and a check that has been passed already is dropped. Go's compiler does the same, but only as far as
// it knows that nothing was written in between; we know which field a store writes and what a call may write.
//
// The walk goes down the dominator tree with a table of what is known:
//
//   - pure operations, and loads of immutable fields that this function does not store to, hold everywhere below;
//   - other loads hold to the end of the extended block (as long as each block has one predecessor), until
//     something may write their location;
//   - passed checks hold everywhere below.
//
// Array items are one location: strings and byte arrays share a layout, so descriptors do not tell them apart.
//
// Requires SSA. Preserves it; leaves dead operations for RemoveDead.

type numbering struct {
	g      *flow.Graph
	dom    *flow.DomTree
	preds  [][]*flow.Block
	below  [][]*flow.Block // children in the dominator tree, by Block.ID
	stored map[descr.Loc]bool
	table  map[number]*flow.Value
	repl   map[*flow.Value]*flow.Value
	undo   []undo
	change bool
}

// number is what makes two operations the same.
type number struct {
	code op.Code
	d    descr.Descr
	args [3]operand
}

// operand is a value, or what a constant says.
type operand struct {
	v        *flow.Value
	kind     op.Kind
	bits     uint64
	prebuilt *descr.Prebuilt
}

type undo struct {
	key number
	old *flow.Value
}

// passed stands for the result of a check.
var passed = &flow.Value{}

func numberValues(g *flow.Graph) bool {
	n := &numbering{g: g, dom: flow.Dominators(g), preds: flow.Preds(g), below: make([][]*flow.Block, g.NumBlocks()),
		stored: storedLocs(g), table: map[number]*flow.Value{}, repl: map[*flow.Value]*flow.Value{}}
	for _, b := range n.dom.Order() {
		if up := n.dom.Idom(b); up != nil && up != b {
			n.below[up.ID] = append(n.below[up.ID], b)
		}
	}
	n.walk(g.Entry(), nil)
	flow.ReplaceUses(g, n.repl)
	return n.change
}

func storedLocs(g *flow.Graph) map[descr.Loc]bool {
	stored := map[descr.Loc]bool{}
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			if l, ok := o.Descr.(descr.Location); ok && o.Code < op.FirstPrivate && o.Code.Has(op.WritesHeap) {
				stored[l.Location()] = true
			}
		}
	}
	return stored
}

// loads are the loads known in the current extended block.
type loads map[number]*flow.Value

func (n *numbering) walk(b *flow.Block, known loads) {
	mark := len(n.undo)
	known = n.block(b, known)
	for _, c := range n.below[b.ID] {
		at := len(n.undo)
		n.edgeFacts(b, c)
		if len(n.preds[c.ID]) == 1 {
			copied := make(loads, len(known))
			for k, v := range known {
				copied[k] = v
			}
			n.walk(c, copied)
		} else {
			n.walk(c, nil)
		}
		n.back(at)
	}
	n.back(mark)
}

func (n *numbering) back(mark int) {
	for len(n.undo) > mark {
		u := n.undo[len(n.undo)-1]
		n.undo = n.undo[:len(n.undo)-1]
		if u.old == nil {
			delete(n.table, u.key)
		} else {
			n.table[u.key] = u.old
		}
	}
}

func (n *numbering) set(k number, v *flow.Value) {
	n.undo = append(n.undo, undo{k, n.table[k]})
	n.table[k] = v
}

// edgeFacts: behind the right side of a test for nil, the reference is not nil.
func (n *numbering) edgeFacts(b, c *flow.Block) {
	if b.Term != flow.Branch || len(n.preds[c.ID]) != 1 || n.preds[c.ID][0] != b {
		return
	}
	for _, o := range b.Ops {
		if len(o.Results) == 1 && o.Results[0] == b.Args[0] {
			if v, zero := nilTest(o); v != nil && b.Succs[0].To == c != zero {
				n.set(nonNil(v), passed)
			}
		}
	}
}

func nonNil(v *flow.Value) number {
	return number{code: op.CheckNil, args: [3]operand{operandOf(v)}}
}

func operandOf(v *flow.Value) operand {
	if v.Const == nil {
		return operand{v: v}
	}
	return operand{kind: v.Kind, bits: v.Const.Bits, prebuilt: v.Const.Prebuilt}
}

func (n *numbering) block(b *flow.Block, known loads) loads {
	if known == nil {
		known = loads{}
	}
	ops := b.Ops[:0:0]
	for _, o := range b.Ops {
		for i, a := range o.Args {
			for n.repl[a] != nil {
				a = n.repl[a]
			}
			o.Args[i] = a
		}
		if n.known(o, known) {
			n.change = true
			continue
		}
		n.kill(o, known)
		ops = append(ops, o)
	}
	b.Ops = ops
	for i, a := range b.Args {
		for n.repl[a] != nil {
			a = n.repl[a]
		}
		b.Args[i] = a
	}
	return known
}

// known says whether an operation is superfluous; if not, it is remembered.
func (n *numbering) known(o *flow.Op, known loads) bool {
	if len(o.Args) > 3 {
		return false
	}
	k := number{code: o.Code, d: o.Descr}
	for i, a := range o.Args {
		k.args[i] = operandOf(a)
	}
	switch {
	case o.Code == flow.OrElse, o.Code < op.FirstPrivate && o.Code.Has(op.Pure):
		if o.Code < op.FirstPrivate && o.Code.Has(op.Commutative) && after(k.args[0], k.args[1]) {
			k.args[0], k.args[1] = k.args[1], k.args[0]
		}
		return n.reuse(o, k, n.table[k], func(v *flow.Value) { n.set(k, v) })
	case o.Code >= op.FirstPrivate:
		return false
	case o.Code.Has(op.Check):
		if n.table[k] != nil {
			return true
		}
		n.set(k, passed)
		return false
	case o.Code.Has(op.Allocates):
		n.set(nonNil(o.Results[0]), passed)
		return false
	case isLoad(o):
		f, field := o.Descr.(*descr.Field)
		if field && f.Immutable && !n.stored[f.Loc] {
			return n.reuse(o, k, n.table[k], func(v *flow.Value) { n.set(k, v) })
		}
		return n.reuse(o, k, known[k], func(v *flow.Value) { known[k] = v })
	}
	return false
}

// after orders operands somehow, the same way every time within a graph.
func after(a, b operand) bool {
	if a.v == nil || b.v == nil {
		return a.v == nil && b.v != nil
	}
	return a.v.ID > b.v.ID
}

func (n *numbering) reuse(o *flow.Op, k number, v *flow.Value, remember func(*flow.Value)) bool {
	if v == nil {
		remember(o.Results[0])
		return false
	}
	n.repl[o.Results[0]] = v
	return true
}

func isLoad(o *flow.Op) bool {
	switch o.Code {
	case op.GetFieldI, op.GetFieldR, op.GetFieldF, op.GetArrayItemI, op.GetArrayItemR, op.GetArrayItemF,
		op.GetInteriorI, op.GetInteriorR, op.GetInteriorF:
		return true
	}
	return false
}

// kill forgets the loads that an operation may make wrong.
func (n *numbering) kill(o *flow.Op, known loads) {
	switch {
	case o.Code == flow.Call, o.Code == flow.CallIndirect:
		d, ok := o.Descr.(*descr.Call)
		if !ok || d.Effects.Arbitrary || d.Effects.EntersJit {
			clear(known)
			return
		}
		for _, l := range d.Effects.Writes {
			n.killLoc(l, false, known)
		}
		if len(d.Effects.Writes) > 0 {
			n.killLoc(0, true, known) // one of them may be that of items
		}
	case o.Code == flow.OrElse:
	case o.Code >= op.FirstPrivate:
		clear(known)
	case o.Code.Has(op.WritesHeap):
		switch d := o.Descr.(type) {
		case *descr.Field:
			n.killLoc(d.Loc, false, known)
		case nil: // identity_hash: the header
		default:
			n.killLoc(0, true, known)
		}
	}
}

// killLoc forgets loads of a field, or of all array items.
func (n *numbering) killLoc(l descr.Loc, arrays bool, known loads) {
	for k := range known {
		f, field := k.d.(*descr.Field)
		if field && !arrays && f.Loc == l || !field && arrays {
			delete(known, k)
		}
	}
}
