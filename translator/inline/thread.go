package inline

import (
	"maps"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Threading of branches. A type switch first asks whether there is an object at all, and the answer comes back as a
// number that is compared again:
//
//	b0: z = ptr_is_zero x; branch z, b2(0), b1          b0: z = ptr_is_zero x; branch z, b9, b1
//	b1: t = typeid_of x; jump b2(t)                =>   b1: t = typeid_of x; jump b2(t)
//	b2(p): c = int_eq p, 7; branch c, b8, b9            b2(p): c = int_eq p, 7; branch c, b8, b9
//
// An edge into a block that only decides, whose decision is known on that edge, goes where it leads. Known are
// constants among the edge's arguments, what the branch it comes from has found out, and what follows from both.
//
// What the skipped block defines may be used behind it. If the target has no other way in, it gets these values as
// parameters (the edge brings what they are on this way), and what the target dominates uses those; otherwise the edge
// stays.
//
// Requires SSA. Preserves it; leaves unreachable blocks and dead operations for Tidy.

// Limits: on the size of a block that only decides, and on threaded edges for each block of a graph (constants could go round forever).
const (
	maxDecision  = 4
	maxThreading = 4
	// Liveness and dominators are computed anew for each edge that may need parameters: not too often in large graphs.
	maxRepairWork = 100_000
)

type threader struct {
	g       *flow.Graph
	preds   [][]*flow.Block
	outside map[*flow.Value]bool // used in another block than the one that defines it
	dom     *flow.DomTree
	live    *flow.Live
	defs    map[*flow.Value]*flow.Op
	work    int
}

func threadBranches(g *flow.Graph) bool {
	t := &threader{g: g}
	changed := false
	budget := maxThreading * len(g.Blocks)
	for again := true; again; {
		again = false
		t.analyse()
		for _, b := range g.Blocks {
			if !decides(b) || b == g.Entry() {
				continue
			}
			for _, p := range t.preds[b.ID] {
				for i := range p.Succs {
					if p.Succs[i].To == b && budget > 0 && t.edge(p, i) {
						budget--
						again, changed = true, true
					}
				}
			}
		}
	}
	return changed
}

// decides says whether a block does nothing but choose its successor.
func decides(b *flow.Block) bool {
	if b.Term != flow.Branch && b.Term != flow.Switch || b.Args[0].Const != nil || len(b.Ops) > maxDecision {
		return false
	}
	for _, o := range b.Ops {
		if o.Code >= op.FirstPrivate || !o.Code.Has(op.Pure) || len(o.Results) != 1 {
			return false
		}
	}
	return true
}

// analyse notes what edges need to know. A threaded edge makes more of it true, or leaves it true, within one round:
// predecessors only go away, and uses only move to new parameters.
func (t *threader) analyse() {
	t.preds, t.defs = flow.Preds(t.g), flow.Definitions(t.g)
	at := map[*flow.Value]*flow.Block{}
	for _, b := range t.g.Blocks {
		for _, p := range b.Params {
			at[p] = b
		}
		for _, o := range b.Ops {
			for _, r := range o.Results {
				at[r] = b
			}
		}
	}
	t.outside = map[*flow.Value]bool{}
	use := func(b *flow.Block, vs []*flow.Value) {
		for _, v := range vs {
			if v != nil && at[v] != nil && at[v] != b {
				t.outside[v] = true
			}
		}
	}
	for _, b := range t.g.Blocks {
		for _, o := range b.Ops {
			use(b, o.Args)
		}
		use(b, b.Args)
		for _, s := range b.Succs {
			use(b, s.Args)
		}
	}
	t.dom, t.live = nil, nil
}

// edge threads an edge of p, if it can.
func (t *threader) edge(p *flow.Block, i int) bool {
	b := p.Succs[i].To
	known, params := t.facts(p, i), map[*flow.Value]*flow.Value{}
	for j, v := range b.Params {
		a := p.Succs[i].Args[j]
		if k := known[a]; k != nil {
			a = k
		}
		params[v] = a
	}
	maps.Copy(known, params)
	for _, o := range b.Ops {
		probe := *o
		probe.Args = flow.Renamed(o.Args, known)
		v := constant(&probe)
		if v == nil {
			v = t.asked(p, i, &probe)
		}
		if v != nil {
			known[o.Results[0]] = v
		}
	}
	cond := known[b.Args[0]]
	if cond == nil || cond.Const == nil {
		return false
	}
	to := b.Succs[chosen(b, int64(cond.Const.Bits))]
	if to.To == b || len(to.To.Ops) > 0 && to.To.Ops[0].Code == flow.MergePoint {
		return false
	}
	defined := map[*flow.Value]bool{} // by b, not known on this edge
	for _, o := range b.Ops {
		if known[o.Results[0]] == nil {
			defined[o.Results[0]] = true
		}
	}
	for _, a := range to.Args {
		if defined[a] {
			return false
		}
	}
	args := append([]*flow.Value(nil), flow.Renamed(to.Args, known)...)
	extra, ok := t.repair(p, b, to.To, known)
	if !ok {
		return false
	}
	t.preds[to.To.ID] = append(t.preds[to.To.ID], p)
	p.Succs[i] = flow.Edge{To: to.To, Args: append(args, extra...)}
	return true
}

// facts is what the i-th edge of p tells about p's condition.
func (t *threader) facts(p *flow.Block, i int) map[*flow.Value]*flow.Value {
	known := map[*flow.Value]*flow.Value{}
	if len(p.Args) == 0 || p.Args[0].Const != nil {
		return known
	}
	cond := p.Args[0]
	switch p.Term {
	case flow.Branch:
		if p.Succs[0].To == p.Succs[1].To {
			return known
		}
		known[cond] = flow.IntConst(int64(1 - i))
		for _, o := range p.Ops {
			if len(o.Results) == 1 && o.Results[0] == cond && (o.Code == op.IntEq && i == 0 || o.Code == op.IntNe && i == 1) {
				if x, y := o.Args[0], o.Args[1]; y.Const != nil && x.Const == nil {
					known[x] = y
				}
			}
		}
	case flow.Switch:
		if i < len(p.Cases) {
			known[cond] = flow.IntConst(p.Cases[i])
		}
	}
	return known
}

// asked is the result of a comparison that p has just made as well, or its opposite; nil if it has not.
func (t *threader) asked(p *flow.Block, i int, o *flow.Op) *flow.Value {
	if p.Term != flow.Branch || p.Args[0].Const != nil || p.Succs[0].To == p.Succs[1].To {
		return nil
	}
	q := t.defs[p.Args[0]]
	if q == nil || q.Code >= op.FirstPrivate || q.Descr != o.Descr || len(q.Args) != len(o.Args) {
		return nil
	}
	for j, a := range q.Args {
		if a != o.Args[j] && !(a.Const != nil && o.Args[j].Const != nil && operandOf(a) == operandOf(o.Args[j])) {
			return nil
		}
	}
	switch {
	case q.Code == o.Code:
		return flow.IntConst(int64(1 - i))
	case q.Code.Has(op.Compare) && op.Negated(q.Code) == o.Code:
		return flow.IntConst(int64(i))
	}
	return nil
}

// chosen is the successor that a condition takes.
func chosen(b *flow.Block, cond int64) int {
	if b.Term == flow.Branch {
		if cond != 0 {
			return 0
		}
		return 1
	}
	for i, c := range b.Cases {
		if c == cond {
			return i
		}
	}
	return len(b.Cases)
}

// repair makes parameters of target for what b defines and is used from there on; it returns the arguments of the new edge.
func (t *threader) repair(p, b, target *flow.Block, known map[*flow.Value]*flow.Value) (args []*flow.Value, ok bool) {
	var used []*flow.Value
	for _, v := range b.Params {
		if t.outside[v] {
			used = append(used, v)
		}
	}
	for _, o := range b.Ops {
		if t.outside[o.Results[0]] {
			used = append(used, o.Results[0])
		}
	}
	if len(used) == 0 {
		return nil, true
	}
	if t.live == nil {
		if t.work += len(t.g.Blocks); t.work > maxRepairWork {
			return nil, false
		}
		t.dom, t.live = flow.Dominators(t.g), flow.Liveness(t.g)
	}
	if !t.dom.Reachable(b) || !t.dom.Reachable(target) {
		return nil, false
	}
	var needed []*flow.Value
	for _, v := range used {
		if t.live.In(target).Has(v) {
			if known[v] == nil {
				return nil, false
			}
			needed = append(needed, v)
		}
	}
	if len(needed) == 0 {
		return nil, true
	}
	// On a way back from what the target dominates, the values there would have to be told from those of the next round.
	if len(t.preds[target.ID]) != 1 || !t.dom.Reachable(p) || t.dom.Dominates(target, p) || !t.contained(target, needed) {
		return nil, false
	}
	for _, v := range needed {
		fresh := t.g.NewKind(v.Kind)
		fresh.Name = v.Name
		t.rename(target, v, fresh)
		t.outside[fresh] = true // perhaps: blocks seen later in this round must not take it for their own
		target.Params = append(target.Params, fresh)
		for i := range b.Succs {
			if b.Succs[i].To == target {
				b.Succs[i].Args = append(append([]*flow.Value(nil), b.Succs[i].Args...), v)
			}
		}
		args = append(args, known[v])
	}
	// Everything known about the graph has changed; the next round looks again.
	t.dom, t.live = nil, nil
	return args, true
}

// contained says whether values live into a block die in what it dominates.
func (t *threader) contained(target *flow.Block, vs []*flow.Value) bool {
	for _, d := range t.g.Blocks {
		if !t.dom.Reachable(d) || !t.dom.Dominates(target, d) {
			continue
		}
		for _, s := range d.Succs {
			// A way back to the target itself would need the value as well.
			if t.dom.Dominates(target, s.To) && s.To != target {
				continue
			}
			for _, v := range vs {
				if t.live.In(s.To).Has(v) {
					return false
				}
			}
		}
	}
	return true
}

// rename replaces the uses of a value in what target dominates.
func (t *threader) rename(target *flow.Block, old, fresh *flow.Value) {
	to := map[*flow.Value]*flow.Value{old: fresh}
	for _, d := range t.g.Blocks {
		if !t.dom.Reachable(d) || !t.dom.Dominates(target, d) {
			continue
		}
		for _, o := range d.Ops {
			o.Args = flow.Renamed(o.Args, to)
		}
		d.Args = flow.Renamed(d.Args, to)
		for i := range d.Succs {
			d.Succs[i].Args = flow.Renamed(d.Succs[i].Args, to)
		}
	}
}
