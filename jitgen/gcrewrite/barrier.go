package gcrewrite

import (
	"slices"

	"kiln/gc/barrier"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Write barriers in traces. A store of a reference gets one,
//
//	write_barrier(p1)
//	setfield(p1, p2, descr=Pair.a)
//
// unless the object is clean: allocated, or given a barrier for the whole of it, with nothing since that may collect. A guard in
// between does no harm, as what runs after a failure does its own barriers; a label does: other traces jump to it. Nil needs no
// barrier, nor do constants that never move (Rewriter.Still); others may be young when the trace is made.
//
// A barrier for an item holds for all items of its card: it marks the card, or clears the flag of the whole array.

// barrier is called for every operation that is copied to the output.
func (p *pass) barrier(o *trace.Op) {
	switch o.Code {
	case op.SetField, op.SetArrayItem, op.SetInterior:
		p.store(o)
		return
	}
	if collects(o) {
		p.dirty()
	}
}

// dirty forgets what needs no barrier.
func (p *pass) dirty() { p.clean, p.cards = p.clean[:0], p.cards[:0] }

// card is a range of items that needs no barrier: those around a constant index, or one with a variable index.
type card struct{ array, index trace.Ref }

func (p *pass) cardOf(array, index trace.Ref) card {
	if index.IsConst() {
		index = p.t.Int(int64(p.t.Consts.Get(index).Bits) >> barrier.CardShift)
	}
	return card{array, index}
}

// needsNone says whether a reference can be stored anywhere without a barrier.
func (p *pass) needsNone(value trace.Ref) bool {
	if !value.IsConst() {
		return false
	}
	at := uintptr(p.t.Consts.Get(value).Bits)
	return at == 0 || p.w.Still != nil && p.w.Still(at)
}

func (p *pass) store(o *trace.Op) {
	value := o.Args[len(o.Args)-1]
	if o.Descr.(descr.Location).Acc().Kind != op.Ref || p.needsNone(value) {
		return
	}
	obj := o.Args[0]
	switch {
	case slices.Contains(p.clean, obj):
	case o.Code == op.SetField:
		p.add(op.WriteBarrier, nil, trace.None, o.Pos, obj)
		p.clean = append(p.clean, obj)
	default:
		at := p.cardOf(obj, o.Args[1])
		if !slices.Contains(p.cards, at) {
			p.add(op.WriteBarrierItem, nil, trace.None, o.Pos, obj, o.Args[1])
			p.cards = append(p.cards, at)
		}
	}
}

// collects says whether there may be a collection, or a way into the trace, at an operation.
func collects(o *trace.Op) bool {
	if o.Code.Has(op.Call) {
		d, ok := o.Descr.(*descr.Call)
		return !ok || d.Effects.Collects
	}
	return o.Code.Has(op.Allocates) || o.Code == op.Label
}
