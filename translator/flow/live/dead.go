package live

import (
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// removable says whether o may be dropped when its results are unused. Loads count: lowering puts
// the checks that can fail into operations of their own. So do allocations and calls whose effects say so.
func removable(o *flow.Op) bool {
	switch {
	case o.Code >= op.FirstPrivate:
		return false
	case o.Code.Has(op.Pure), o.Code.Has(op.Allocates):
		return true
	case o.Code.Has(op.WritesHeap):
		return false
	}
	switch o.Code {
	case op.IsConstantI, op.IsConstantR, op.IsConstantF, op.WeAreJitted:
		return true
	}
	return o.Code.Has(op.ReadsHeap)
}

// Prune drops unreachable blocks, operations whose results nobody uses, and block parameters nobody
// uses (the entry's and those of blocks that keep says true for stay). Returns whether it dropped anything.
func Prune(g *flow.Graph, keep func(*flow.Block) bool) bool {
	before := len(g.Blocks)
	g.Blocks = Order(g)
	dropped := len(g.Blocks) != before
	preds := Preds(g)
	kept := func(b *flow.Block) bool { return b == g.Entry() || keep != nil && keep(b) }

	// Mark from the operations that must stay; a needed parameter needs its arguments.
	type home struct {
		block *flow.Block
		param int
		op    *flow.Op
	}
	homes := make(map[*flow.Value]home)
	var work []*flow.Value
	used := map[*flow.Value]bool{}
	use := func(vs []*flow.Value) {
		for _, v := range vs {
			if v != nil && v.Const == nil && !used[v] {
				used[v] = true
				work = append(work, v)
			}
		}
	}
	for _, b := range g.Blocks {
		for i, p := range b.Params {
			homes[p] = home{block: b, param: i}
		}
		if kept(b) {
			use(b.Params)
		}
		for _, o := range b.Ops {
			for _, r := range o.Results {
				homes[r] = home{op: o}
			}
			if !removable(o) {
				use(o.Args)
			}
		}
		use(b.Args)
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		h := homes[v]
		switch {
		case h.op != nil:
			use(h.op.Args)
		case h.block != nil:
			for _, e := range preds[h.block] {
				use(e.Edge().Args[h.param : h.param+1])
			}
		}
	}
	for _, b := range g.Blocks {
		if !kept(b) {
			n := len(b.Params)
			dropParams(b, preds[b], func(p *flow.Value) bool { return used[p] })
			dropped = dropped || len(b.Params) != n
		}
		ops := b.Ops[:0]
		for _, o := range b.Ops {
			if removable(o) && !anyUsed(o.Results, used) {
				dropped = true
				continue
			}
			ops = append(ops, o)
		}
		clear(b.Ops[len(ops):])
		b.Ops = ops
	}
	return dropped
}

func anyUsed(vs []*flow.Value, used map[*flow.Value]bool) bool {
	for _, v := range vs {
		if used[v] {
			return true
		}
	}
	return false
}
