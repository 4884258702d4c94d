package inline

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Hoisting out of loop heads. A dispatch loop begins each round with the same work: load the code of the
// current function, see that it is not nil, get its length. Its operands are loop variables that hardly ever
// change (they do when the JIT comes back with new ones, or a call pushes a frame). So the results become loop
// variables themselves:
//
//	head(f, pc):                             entry: c = getfield f.code; jump head(f, pc, c)
//	  c = getfield f.code                    head(f, pc, c):
//	  ...                               =>     ...
//	  jump head(f, pc')                        jump head(f, pc', c)
//	  f' = ...; jump head(f', 0)               f' = ...; c' = getfield f'.code; jump head(f', 0, c')
//
// Only what the head does first, before anything with an effect and before any check that stays, is moved: it would
// have been done on entry anyway. Edges on which an operand changes must be rare: the way in, and the way back from
// the JIT.
//
// Requires SSA. Preserves it.

// maxHoisted limits the new loop variables of one loop: each wants a register.
const maxHoisted = 4

func hoistHeads(g *flow.Graph) bool {
	changed := false
	dom := flow.Dominators(g)
	stored := storedLocs(g)
	for _, h := range append([]*flow.Block(nil), g.Blocks...) {
		if h == g.Entry() {
			continue
		}
		l := &loop{g: g, head: h, dom: dom, stored: stored}
		if l.find() && l.hoist() {
			changed = true
			dom = flow.Dominators(g)
		}
	}
	return changed
}

type edge struct {
	from *flow.Block
	succ int
	back bool // from inside the loop
	cold bool // coming back from the JIT
}

func (e edge) args() []*flow.Value { return e.from.Succs[e.succ].Args }

type loop struct {
	g      *flow.Graph
	head   *flow.Block
	dom    *flow.DomTree
	stored map[descr.Loc]bool
	edges  []edge

	moved  []*flow.Op
	inMove map[*flow.Value]bool // results of moved operations
	needed map[int]bool         // parameters of the head that moved operations use
}

// find collects the edges into the head and says whether it heads a loop.
func (l *loop) find() bool {
	isLoop := false
	for _, b := range l.g.Blocks {
		for i := range b.Succs {
			if b.Succs[i].To != l.head {
				continue
			}
			e := edge{from: b, succ: i, back: l.dom.Dominates(l.head, b)}
			for _, o := range b.Ops {
				e.cold = e.cold || o.Code == flow.CanEnterJit
			}
			isLoop = isLoop || e.back
			l.edges = append(l.edges, e)
		}
	}
	return isLoop
}

// stable says whether parameter i stays the same on all ordinary rounds.
func (l *loop) stable(i int) bool {
	for _, e := range l.edges {
		if e.back && !e.cold && e.args()[i] != l.head.Params[i] {
			return false
		}
	}
	return true
}

func (l *loop) hoist() bool {
	l.choose()
	escaping := l.escaping()
	if len(escaping) == 0 || len(escaping) > maxHoisted {
		return false
	}
	newParams := map[*flow.Value]*flow.Value{}
	for _, r := range escaping {
		p := l.g.NewKind(r.Kind)
		p.Name = r.Name
		newParams[r] = p
	}
	for _, e := range l.edges {
		l.extend(e, escaping, newParams)
	}
	for _, r := range escaping {
		l.head.Params = append(l.head.Params, newParams[r])
	}
	gone := map[*flow.Op]bool{}
	for _, o := range l.moved {
		gone[o] = true
	}
	ops := l.head.Ops[:0:0]
	for _, o := range l.head.Ops {
		if !gone[o] {
			ops = append(ops, o)
		}
	}
	l.head.Ops = ops
	flow.ReplaceUses(l.g, newParams)
	return true
}

// choose picks the operations to move: a prefix of the head, with gaps of harmless operations.
func (l *loop) choose() {
	l.inMove, l.needed = map[*flow.Value]bool{}, map[int]bool{}
	param := map[*flow.Value]int{}
	for i, p := range l.head.Params {
		param[p] = i
	}
	local := map[*flow.Value]bool{}
	for _, o := range l.head.Ops {
		if !harmless(o) {
			return
		}
		if l.worth(o) && l.movable(o, param, local) {
			l.moved = append(l.moved, o)
			for _, a := range o.Args {
				if i, ok := param[a]; ok {
					l.needed[i] = true
				}
			}
			for _, r := range o.Results {
				l.inMove[r] = true
			}
			continue
		}
		if o.Code < op.FirstPrivate && o.Code.Has(op.Check) {
			return // what follows may rely on it
		}
		for _, r := range o.Results {
			local[r] = true
		}
	}
}

// harmless operations may be done later than what follows them.
func harmless(o *flow.Op) bool {
	return o.Code == flow.OrElse || isLoad(o) || o.Code < op.FirstPrivate && (o.Code.Has(op.Pure) || o.Code.Has(op.Check))
}

// worth says whether an operation, if invariant, is worth a loop variable, or needed for one that is.
func (l *loop) worth(o *flow.Op) bool {
	switch o.Code {
	case flow.OrElse, op.ArrayLen, op.TypeIDOf, op.CheckNil:
		return true
	}
	f, ok := o.Descr.(*descr.Field)
	return ok && isLoad(o) && f.Immutable && !l.stored[f.Loc]
}

func (l *loop) movable(o *flow.Op, param map[*flow.Value]int, local map[*flow.Value]bool) bool {
	for _, a := range o.Args {
		if a.Const != nil || l.inMove[a] {
			continue
		}
		if i, ok := param[a]; ok {
			if !l.stable(i) {
				return false
			}
			continue
		}
		if local[a] {
			return false
		}
		// Defined above the head: the same on all edges.
	}
	return true
}

// escaping lists the results of moved operations that something else uses.
func (l *loop) escaping() []*flow.Value {
	moved := map[*flow.Op]bool{}
	for _, o := range l.moved {
		moved[o] = true
	}
	used := map[*flow.Value]bool{}
	mark := func(vs []*flow.Value) {
		for _, v := range vs {
			used[v] = true
		}
	}
	for _, b := range l.g.Blocks {
		for _, o := range b.Ops {
			if !moved[o] {
				mark(o.Args)
			}
		}
		mark(b.Args)
		for _, e := range b.Succs {
			mark(e.Args)
		}
	}
	var out []*flow.Value
	for _, o := range l.moved {
		for _, r := range o.Results {
			if used[r] {
				out = append(out, r)
			}
		}
	}
	return out
}

// extend gives an edge the arguments for the new parameters: themselves on a round that changes nothing, else
// a copy of the operations.
func (l *loop) extend(e edge, escaping []*flow.Value, newParams map[*flow.Value]*flow.Value) {
	succ := &e.from.Succs[e.succ]
	if e.back && l.unchanged(e) {
		for _, r := range escaping {
			succ.Args = append(succ.Args[:len(succ.Args):len(succ.Args)], newParams[r])
		}
		return
	}
	values := map[*flow.Value]*flow.Value{}
	for i, p := range l.head.Params {
		values[p] = succ.Args[i]
	}
	at := e.from
	if at.Term != flow.Jump {
		at = l.g.NewBlock()
		at.Succs = []flow.Edge{*succ}
		at.Pos = e.from.Pos
		*succ = flow.Edge{To: at}
		succ = &at.Succs[0]
	}
	for _, o := range l.moved {
		n := *o
		n.Args = nil
		for _, a := range o.Args {
			if v, ok := values[a]; ok {
				a = v
			}
			n.Args = append(n.Args, a)
		}
		n.Results = nil
		for _, r := range o.Results {
			v := l.g.NewKind(r.Kind)
			v.Name = r.Name
			values[r] = v
			n.Results = append(n.Results, v)
		}
		at.Ops = append(at.Ops, &n)
	}
	for _, r := range escaping {
		succ.Args = append(succ.Args[:len(succ.Args):len(succ.Args)], values[r])
	}
}

func (l *loop) unchanged(e edge) bool {
	for i := range l.needed {
		if e.args()[i] != l.head.Params[i] {
			return false
		}
	}
	return true
}
