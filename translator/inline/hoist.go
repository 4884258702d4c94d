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
// A loop variable has one parameter in each block where its values meet: a web. In a dispatch loop these are
// the head and, with a JIT, the merge point, which its way back enters past the loop's condition. Every parameter of the
// web gets the results as parameters beside it.
//
// Only what the head does first, before anything with an effect and before any check that stays, is moved: it would
// have been done on entry anyway. New values may come into the web from outside the loop, and from the JIT; from the
// latter only into blocks that begin with the same operations.
//
// Requires SSA. Preserves it; what is left unused goes with RemoveDead.

// maxHoisted limits the new loop variables for one old one: each wants a register.
const maxHoisted = 4

func hoistHeads(g *flow.Graph) bool {
	changed := false
	stored := storedLocs(g)
	// Outer loops first: the way back from the JIT makes an inner loop of the merge point.
	for _, h := range flow.ReversePostorder(g) {
		for i := 0; h != g.Entry() && i < len(h.Params); i++ {
			l := &loop{g: g, head: h, stored: stored, base: h.Params[i]}
			changed = l.hoist() || changed
		}
	}
	return changed
}

// loop hoists what depends on one parameter of a loop's head.
type loop struct {
	g      *flow.Graph
	head   *flow.Block
	dom    *flow.DomTree
	stored map[descr.Loc]bool
	base   *flow.Value
	web    []*webParam

	moved []*flow.Op // of the head
}

// webParam is a parameter of the web.
type webParam struct {
	v     *flow.Value
	block *flow.Block
	fresh bool // a new value may come in from the JIT
	// same maps results of the head's moved operations to those of this block's.
	same map[*flow.Value]*flow.Value
	gone map[*flow.Op]bool
	all  bool // the block does everything that moves
	// beside are the new parameters, by result of a moved operation.
	beside map[*flow.Value]*flow.Value
}

type edge struct {
	from *flow.Block
	succ int
}

func (e edge) to() *flow.Edge { return &e.from.Succs[e.succ] }

func edgesInto(g *flow.Graph, b *flow.Block) []edge {
	var out []edge
	for _, from := range g.Blocks {
		for i := range from.Succs {
			if from.Succs[i].To == b {
				out = append(out, edge{from, i})
			}
		}
	}
	return out
}

func (l *loop) hoist() bool {
	if l.choose(); len(l.moved) == 0 {
		return false
	}
	if l.dom = flow.Dominators(l.g); !l.findWeb() {
		return false
	}
	for _, w := range l.web {
		l.match(w)
		if w.fresh && !w.all {
			return false // the operations might fail there
		}
	}
	escaping := l.escaping()
	if len(escaping) == 0 || len(escaping) > maxHoisted || !l.pays(len(escaping)) {
		return false
	}
	for _, w := range l.web {
		w.beside = map[*flow.Value]*flow.Value{}
		for _, r := range escaping {
			p := l.g.NewKind(r.Kind)
			p.Name = r.Name
			w.beside[r] = p
		}
	}
	for _, w := range l.web {
		at := indexIn(w.block.Params, w.v)
		for _, e := range edgesInto(l.g, w.block) {
			l.extend(e, at, escaping)
		}
		for _, r := range escaping {
			w.block.Params = append(w.block.Params, w.beside[r])
		}
	}
	l.replace()
	return true
}

// pays says whether the operations saved in each round outweigh what the new variables cost: around each call of the loop
// they are saved and loaded again, and a call is made in some rounds only.
func (l *loop) pays(variables int) bool {
	freq := flow.Frequencies(l.g)
	gain, calls, hottest := 0.0, 0.0, 0.0
	for _, o := range l.moved {
		switch {
		case o.Code == flow.OrElse:
			gain += 2 // a comparison and a jump
		case o.Code >= op.FirstPrivate || !o.Code.Has(op.Check): // checks for nil cost nothing
			gain++
		}
	}
	for _, b := range l.g.Blocks {
		if !l.dom.Reachable(b) || !l.dom.Dominates(l.head, b) {
			continue
		}
		hottest = max(hottest, freq[b.ID])
		for _, o := range b.Ops {
			if o.Code == flow.Call || o.Code == flow.CallIndirect {
				calls += freq[b.ID]
			}
		}
	}
	return gain*hottest > 2*float64(variables)*calls
}

// choose picks the operations to move: at the beginning of the head, with gaps of harmless ones.
func (l *loop) choose() {
	known := map[*flow.Value]bool{l.base: true}
	local := map[*flow.Value]bool{}
	for _, p := range l.head.Params {
		local[p] = true
	}
	for _, o := range l.head.Ops {
		if !harmless(o) {
			return
		}
		depends, fixed := false, true
		for _, a := range o.Args {
			depends = depends || known[a]
			fixed = fixed && (known[a] || !local[a])
		}
		if depends && fixed && l.worth(o) {
			l.moved = append(l.moved, o)
			for _, r := range o.Results {
				known[r], local[r] = true, true
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

// harmless operations may be done earlier or later than each other.
func harmless(o *flow.Op) bool {
	return o.Code == flow.OrElse || isLoad(o) || o.Code < op.FirstPrivate && (o.Code.Has(op.Pure) || o.Code.Has(op.Check))
}

// worth says whether an invariant operation is worth a loop variable, or needed for one that is.
func (l *loop) worth(o *flow.Op) bool {
	switch o.Code {
	case flow.OrElse, op.ArrayLen, op.TypeIDOf, op.CheckNil:
		return true
	}
	f, ok := o.Descr.(*descr.Field)
	return ok && isLoad(o) && f.Immutable && !l.stored[f.Loc]
}

// findWeb follows the base back along the edges inside the loop. It fails if the variable changes on an ordinary round,
// or if there is no loop.
func (l *loop) findWeb() bool {
	home := map[*flow.Value]*flow.Block{}
	for _, b := range l.g.Blocks {
		for _, p := range b.Params {
			home[p] = b
		}
	}
	in := map[*flow.Value]bool{l.base: true}
	l.web = []*webParam{{v: l.base, block: l.head}}
	looping := false
	for i := 0; i < len(l.web); i++ {
		w := l.web[i]
		at := indexIn(w.block.Params, w.v)
		for _, e := range edgesInto(l.g, w.block) {
			inside := l.dom.Dominates(l.head, e.from)
			looping = looping || w.block == l.head && inside
			a := e.to().Args[at]
			switch b := home[a]; {
			case in[a]:
			case b != nil && b != l.g.Entry() && b != l.head && l.dom.Dominates(l.head, b):
				in[a] = true
				l.web = append(l.web, &webParam{v: a, block: b})
			case !inside && w.block == l.head:
			case inside && fromJit(e.from, a):
				w.fresh = true
			default:
				return false
			}
		}
	}
	return looping
}

// fromJit says whether v is what the JIT came back with, in block b.
func fromJit(b *flow.Block, v *flow.Value) bool {
	for _, o := range b.Ops {
		if (o.Code == flow.CanEnterJit || o.Code == flow.EnterPortal) && indexIn(o.Results, v) >= 0 {
			return true
		}
	}
	return false
}

func indexIn(vs []*flow.Value, v *flow.Value) int {
	for i, x := range vs {
		if x == v {
			return i
		}
	}
	return -1
}

// match finds the moved operations at the beginning of another block of the web. A check for nil may be missing where
// what it is for is there: then it was known to pass.
func (l *loop) match(w *webParam) {
	w.same, w.gone = map[*flow.Value]*flow.Value{l.base: w.v}, map[*flow.Op]bool{}
	next := 0
	for _, o := range w.block.Ops {
		if next == len(l.moved) || !harmless(o) {
			break
		}
		for next+1 < len(l.moved) && l.moved[next].Code == op.CheckNil && o.Code != op.CheckNil && l.moved[next+1].Code == o.Code {
			next++
		}
		if m := l.moved[next]; m.Code == o.Code && m.Descr == o.Descr && sameArgs(m, o, w.same) {
			w.gone[o] = true
			for i, r := range m.Results {
				w.same[r] = o.Results[i]
			}
			next++
		} else if o.Code < op.FirstPrivate && o.Code.Has(op.Check) {
			break
		}
	}
	w.all = next == len(l.moved)
}

func sameArgs(m, o *flow.Op, same map[*flow.Value]*flow.Value) bool {
	for i, a := range m.Args {
		if n, ok := same[a]; ok {
			a = n
		}
		if operandOf(a) != operandOf(o.Args[i]) {
			return false
		}
	}
	return true
}

// escaping lists the results of moved operations that something else uses, in the head or, matched, elsewhere.
func (l *loop) escaping() []*flow.Value {
	gone := map[*flow.Op]bool{}
	for _, w := range l.web {
		for o := range w.gone {
			gone[o] = true
		}
	}
	used := map[*flow.Value]bool{}
	mark := func(vs []*flow.Value) {
		for _, v := range vs {
			used[v] = true
		}
	}
	for _, b := range l.g.Blocks {
		for _, o := range b.Ops {
			if !gone[o] {
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
			for _, w := range l.web {
				if used[w.same[r]] {
					out = append(out, r)
					break
				}
			}
		}
	}
	return out
}

// extend gives an edge the arguments for the new parameters: those beside its argument, if that is of the web, else
// a copy of the operations.
func (l *loop) extend(e edge, at int, escaping []*flow.Value) {
	succ := e.to()
	arg := succ.Args[at]
	succ.Args = append([]*flow.Value(nil), succ.Args...)
	for _, w := range l.web {
		if w.v == arg {
			for _, r := range escaping {
				succ.Args = append(succ.Args, w.beside[r])
			}
			return
		}
	}
	block := e.from
	if block.Term != flow.Jump {
		block = l.g.NewBlock()
		block.Succs = []flow.Edge{*succ}
		block.Pos = e.from.Pos
		*succ = flow.Edge{To: block}
		succ = &block.Succs[0]
	}
	values := map[*flow.Value]*flow.Value{l.base: arg}
	copyOps(l.g, block, &flow.Block{Ops: l.moved}, values)
	for _, r := range escaping {
		succ.Args = append(succ.Args, values[r])
	}
}

// replace takes the moved operations out of the blocks of the web.
func (l *loop) replace() {
	repl := map[*flow.Value]*flow.Value{}
	for _, w := range l.web {
		var ops []*flow.Op
		for _, o := range w.block.Ops {
			if !w.gone[o] {
				ops = append(ops, o)
			}
		}
		w.block.Ops = ops
		for r, p := range w.beside {
			if own := w.same[r]; own != nil {
				repl[own] = p
			}
		}
	}
	flow.ReplaceUses(l.g, repl)
}
