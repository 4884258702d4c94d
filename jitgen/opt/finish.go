package opt

// dce: operations without effect whose result nobody uses are removed.
//
// requires:  the finished list of operations
// preserves: everything observable
// breaks:    the numbers of values: they are compacted

import (
	"slices"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// finish makes the result: dead operations go, values are numbered in order, guards get their ids.
func (o *Optimizer) finish(out *trace.Trace, ops []trace.Op, res *Result) *Result {
	if o.enabled("dce") {
		ops = removeDead(ops, len(out.Kinds))
	}
	ops = res.takeRelies(append([]trace.Op(nil), ops...)) // they are in a run's memory
	out.Ops = ops
	o.renumber(out, res)
	for i := range ops {
		if g, ok := ops[i].Descr.(*trace.Guard); ok {
			g.ID = o.nextGuard()
			res.Stats.GuardsOut++
		}
	}
	res.Trace = out
	res.Stats.OpsOut = len(ops)
	return res
}

// takeRelies takes the quasi_reads out of the finished operations: what the trace relies on is told with the result.
func (res *Result) takeRelies(ops []trace.Op) []trace.Op {
	kept := ops[:0]
	for i := range ops {
		if ops[i].Code != op.QuasiRead {
			kept = append(kept, ops[i])
			continue
		}
		if r := (Reliance{ops[i].Args[0], ops[i].Descr.(*descr.Field)}); !slices.Contains(res.Relies, r) {
			res.Relies = append(res.Relies, r)
		}
	}
	return kept
}

// removable: nothing but the result comes of it.
func removable(c op.Code) bool {
	i := c.Info()
	return i.Result != op.Void && i.Flags&(op.Pure|op.ReadsHeap|op.Allocates) != 0 && i.Flags&op.WritesHeap == 0
}

// removeDead keeps the order and works in place, from the end.
func removeDead(ops []trace.Op, values int) []trace.Op {
	used := make([]bool, values)
	mark := func(list []trace.Ref) {
		for _, v := range list {
			if v >= 0 {
				used[v] = true
			}
		}
	}
	at := len(ops)
	for i := len(ops) - 1; i >= 0; i-- {
		p := &ops[i]
		if p.Res != trace.None && !used[p.Res] && removable(p.Code) {
			continue
		}
		mark(p.Args)
		mark(p.FailArgs)
		at--
		ops[at] = *p
	}
	return ops[at:]
}

// renumber gives values numbers without gaps, in order of definition, in place.
func (o *Optimizer) renumber(out *trace.Trace, res *Result) {
	n := &renumbering{kinds: out.Kinds, to: make([]trace.Ref, len(out.Kinds))}
	for i := range n.to {
		n.to[i] = trace.None
	}
	n.all(out.Inputs)
	for i := range out.Ops {
		p := &out.Ops[i]
		n.all(p.Args)
		n.all(p.FailArgs)
		p.Res = n.ref(p.Res)
	}
	for _, t := range []*trace.Target{res.Entry, res.Body} {
		if t != nil {
			t.Virtual.(*assumptions).renumber(n)
		}
	}
	out.Kinds = n.made
}

type renumbering struct {
	kinds, made []op.Kind
	to          []trace.Ref
}

func (n *renumbering) ref(v trace.Ref) trace.Ref {
	if v < 0 {
		return v
	}
	if n.to[v] == trace.None {
		n.to[v] = trace.Ref(len(n.made))
		n.made = append(n.made, n.kinds[v])
	}
	return n.to[v]
}

func (n *renumbering) all(list []trace.Ref) {
	for i, v := range list {
		list[i] = n.ref(v)
	}
}
