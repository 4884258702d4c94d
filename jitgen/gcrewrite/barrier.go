package gcrewrite

import (
	"slices"

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
// between does no harm, as what runs after a failure does its own barriers; a label does: other traces jump to it. Constants
// count like any other value, for they may be young when the trace is made; nil needs no barrier.

// barrier is called for every operation that is copied to the output.
func (p *pass) barrier(o *trace.Op) {
	switch o.Code {
	case op.SetField, op.SetArrayItem, op.SetInterior:
		p.store(o)
		return
	}
	if collects(o) {
		p.clean = p.clean[:0]
	}
}

func (p *pass) store(o *trace.Op) {
	value := o.Args[len(o.Args)-1]
	if o.Descr.(descr.Location).Acc().Kind != op.Ref || value.IsConst() && p.t.Consts.Get(value).Bits == 0 {
		return
	}
	obj := o.Args[0]
	switch {
	case slices.Contains(p.clean, obj):
	case o.Code == op.SetField:
		p.add(op.WriteBarrier, nil, trace.None, o.Pos, obj)
		p.clean = append(p.clean, obj)
	default:
		p.add(op.WriteBarrierItem, nil, trace.None, o.Pos, obj, o.Args[1])
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
