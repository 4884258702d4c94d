package inline

import (
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Inlining. Functions are visited callees first (strongly connected components of the call graph), so that
// what is inlined has been improved already. Three kinds of calls go:
//
//   - of a small function: its body is hardly longer than the call;
//   - of a function with a single caller, up to a generous size: handlers of a dispatch loop;
//   - of a function that mostly returns at once (if there is room, return; else grow): the test and the short way
//     are inlined, the long way stays a call of the whole function, whose beginning has no effect and may be repeated.
//
// Functions that call themselves, directly or not, and portals are never inlined. Calls on the way to a panic stay.
//
// Requires SSA. Preserves it; leaves the seams to Tidy.

// Sizes are in operations, weighted by what Go makes of them.
const (
	smallSize  = 40
	singleSize = 400
	quickSize  = 16
	// growthLimit is the size at which a function takes no more in, unless it had it before.
	growthLimit = 12000
)

type inliner struct {
	p       *flow.Program
	without map[string]bool
	callers map[*flow.Func]int // number of direct call sites
	portal  map[*flow.Func]bool
	sccs    [][]*flow.Func
	scc     map[*flow.Func]int
	// pristine has graphs from before anything was inlined into them.
	pristine map[*flow.Func]*flow.Graph
	done     []chan bool // closed when the functions of a component have their last graphs
	// Tarjan's algorithm.
	index, low map[*flow.Func]int
	onStack    map[*flow.Func]bool
	stack      []*flow.Func
}

// inlineCalls inlines over the whole program and improves every function once.
func inlineCalls(p *flow.Program, without map[string]bool) {
	n := &inliner{p: p, without: without, callers: map[*flow.Func]int{}, portal: map[*flow.Func]bool{}, scc: map[*flow.Func]int{}, pristine: map[*flow.Func]*flow.Graph{},
		index: map[*flow.Func]int{}, low: map[*flow.Func]int{}, onStack: map[*flow.Func]bool{}}
	for _, d := range p.Drivers {
		n.portal[d.Portal] = true
	}
	for _, f := range p.Funcs {
		for _, c := range callees(f) {
			n.callers[c]++
		}
	}
	for _, f := range p.Funcs {
		if n.index[f] == 0 {
			n.visit(f)
		}
	}
	n.keepPristine()
	n.done = make([]chan bool, len(n.sccs))
	for i := range n.done {
		n.done[i] = make(chan bool)
	}
	flow.Beside(len(n.sccs), n.component)
}

// component inlines into the functions of a component. Several are worked on at a time; what a function takes in is finished then.
func (n *inliner) component(i int) {
	defer close(n.done[i])
	for _, f := range n.sccs[i] {
		if f.Graph != nil {
			n.function(f)
		}
	}
}

// keepPristine copies what may be taken in while it is worked on: functions that nobody calls directly, but closures found in
// a function may turn out to be of.
func (n *inliner) keepPristine() {
	graphs := make([]*flow.Graph, len(n.p.Funcs))
	flow.Beside(len(n.p.Funcs), func(i int) {
		if f := n.p.Funcs[i]; f.Graph != nil && n.callers[f] == 0 && (sizeOf(f.Graph) <= smallSize || quickWay(f.Graph) != nil) {
			graphs[i] = flow.Clone(f.Graph)
		}
	})
	for i, f := range n.p.Funcs {
		if graphs[i] != nil {
			n.pristine[f] = graphs[i]
		}
	}
}

// body is what calls of a function in another one may be replaced by: its last graph, or the first one if it comes later than
// the other in the order of components; nil if there is none.
func (n *inliner) body(callee, in *flow.Func) *flow.Graph {
	if callee.Graph == nil || n.portal[callee] {
		return nil
	}
	switch c := n.scc[callee] - n.scc[in]; {
	case c < 0:
		<-n.done[n.scc[callee]]
		return callee.Graph
	case c > 0:
		return n.pristine[callee]
	}
	return nil // calls itself
}

func callees(f *flow.Func) []*flow.Func {
	var out []*flow.Func
	if f.Graph != nil {
		for _, b := range f.Graph.Blocks {
			for _, o := range b.Ops {
				if o.Code == flow.Call {
					out = append(out, o.Aux.(*flow.Func))
				}
			}
		}
	}
	return out
}

// visit finds strongly connected components, callees first (Tarjan 1972).
func (n *inliner) visit(f *flow.Func) {
	n.index[f] = len(n.index) + 1
	n.low[f] = n.index[f]
	n.stack = append(n.stack, f)
	n.onStack[f] = true
	for _, c := range callees(f) {
		if n.index[c] == 0 {
			n.visit(c)
			n.low[f] = min(n.low[f], n.low[c])
		} else if n.onStack[c] {
			n.low[f] = min(n.low[f], n.index[c])
		}
	}
	if n.low[f] != n.index[f] {
		return
	}
	var component []*flow.Func
	for {
		c := n.stack[len(n.stack)-1]
		n.stack = n.stack[:len(n.stack)-1]
		n.onStack[c] = false
		n.scc[c] = len(n.sccs)
		component = append(component, c)
		if c == f {
			break
		}
	}
	n.sccs = append(n.sccs, component)
}

// function inlines into f and improves it. That may tell which closure is called somewhere, whose body is inlined then.
func (n *inliner) function(f *flow.Func) {
	defer flow.Locate(f)
	n.inlineAt(f, callSites(f.Graph, func(*flow.Op) bool { return true }))
	Tidy(f.Graph)
	improve(f.Graph, n.without)
	if n.without[Inlining] {
		return
	}
	if known := n.knownFunctions(f.Graph); len(known) > 0 {
		n.inlineAt(f, callSites(f.Graph, func(o *flow.Op) bool { return known[o] }))
		Tidy(f.Graph)
		improve(f.Graph, n.without)
	}
}

// site is a call.
type site struct {
	block *flow.Block
	op    *flow.Op
}

// callSites lists the direct calls that are wanted, those on the way to a panic apart.
func callSites(g *flow.Graph, wanted func(*flow.Op) bool) (sites []site) {
	for _, b := range g.Blocks {
		if b.Term == flow.Panic {
			continue
		}
		for _, o := range b.Ops {
			if o.Code == flow.Call && wanted(o) {
				sites = append(sites, site{b, o})
			}
		}
	}
	return sites
}

// knownFunctions makes direct calls of those of functions whose number has become a constant: closures that were made in the
// same function.
func (n *inliner) knownFunctions(g *flow.Graph) map[*flow.Op]bool {
	known := map[*flow.Op]bool{}
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			if o.Code != flow.CallIndirect || o.Args[0].Const == nil || o.Args[0].Const.Bits >= uint64(len(n.p.Funcs)) {
				continue
			}
			if o.MakeDirect(n.p.Funcs[o.Args[0].Const.Bits]) {
				known[o] = true
			}
		}
	}
	return known
}

// inlineAt inlines the calls of sites that are worth it.
func (n *inliner) inlineAt(f *flow.Func, sites []site) {
	size := sizeOf(f.Graph)
	limit := max(growthLimit, size)
	// Blocks behind an inlined call are appended, so calls that came with a body are not looked at again: the
	// callee has decided about them.
	// From the last to the first: cutting a block leaves the calls before the cut where they are.
	for i := len(sites) - 1; i >= 0; i-- {
		s := sites[i]
		callee := s.op.Aux.(*flow.Func)
		body := n.body(callee, f)
		if body == nil {
			continue
		}
		c := sizeOf(body)
		q := quickWay(body)
		switch {
		case size+c > limit, n.without[Inlining]:
		case q != nil && n.callers[callee] > 1 && !leaf(body):
			// Taking its slow way in would make the registers of the caller live across what is called there.
			inlineQuick(f.Graph, s.block, s.op, q)
			size += quickSize
		case c <= smallSize, n.callers[callee] == 1 && c <= singleSize:
			inlineBody(f.Graph, s.block, s.op, body)
			size += c
		case q != nil:
			inlineQuick(f.Graph, s.block, s.op, q)
			size += quickSize
		}
	}
}

// leaf says whether a function neither calls nor allocates.
func leaf(g *flow.Graph) bool {
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			if o.Code == flow.Call || o.Code == flow.CallIndirect || o.Code < op.FirstPrivate && o.Code.Has(op.Allocates) {
				return false
			}
		}
	}
	return true
}

func sizeOf(g *flow.Graph) int {
	n := 0
	for _, b := range g.Blocks {
		n += sizeOfBlock(b)
	}
	return n
}

func sizeOfBlock(b *flow.Block) int {
	n := len(b.Cases)
	if b.Term != flow.Panic {
		n++
	}
	for _, o := range b.Ops {
		switch {
		case o.Code == flow.Call, o.Code == flow.CallIndirect:
			n += 4 + len(o.Args)
		case o.Code < op.FirstPrivate && o.Code.Has(op.Allocates):
			n += 6
		case o.Code < op.FirstPrivate && o.Code.Has(op.Check):
			n += 2
		default:
			n++
		}
	}
	return n
}

// cutAt moves what follows operation o of b to a new block, whose parameters are o's results; o goes.
func cutAt(g *flow.Graph, b *flow.Block, o *flow.Op) *flow.Block {
	at := 0
	for b.Ops[at] != o {
		at++
	}
	n := g.NewBlock()
	n.Params = o.Results
	n.Ops = append(n.Ops, b.Ops[at+1:]...)
	b.Ops = b.Ops[:at:at]
	n.Term, n.Trap, n.Aux, n.Args, n.Cases, n.Succs, n.Pos = b.Term, b.Trap, b.Aux, b.Args, b.Cases, b.Succs, b.Pos
	b.Term, b.Trap, b.Aux, b.Args, b.Cases, b.Succs = flow.Jump, 0, nil, nil, nil, nil
	b.Pos = o.Pos
	return n
}

// inlineBody replaces a call by the body of the callee.
func inlineBody(g *flow.Graph, b *flow.Block, call *flow.Op, body *flow.Graph) {
	rest := cutAt(g, b, call)
	blocks, _ := flow.CopyBlocks(g, body)
	b.Succs = []flow.Edge{{To: blocks[body.Entry()], Args: call.Args}}
	for _, src := range body.Blocks {
		c := blocks[src]
		if c.Term == flow.Return {
			c.Term, c.Succs, c.Args = flow.Jump, []flow.Edge{{To: rest, Args: c.Args}}, nil
		}
	}
}

// quick is the short way through a function: its entry, then straight to a return.
type quick struct {
	entry  *flow.Block
	fast   int // successor of the entry that returns
	params []*flow.Value
}

// quickWay finds a short way through a function whose operations have no effect.
func quickWay(g *flow.Graph) *quick {
	e := g.Entry()
	if e.Term != flow.Branch || !allHarmless(e) {
		return nil
	}
	for i, s := range e.Succs {
		if s.To.Term == flow.Return && s.To != e && allHarmless(s.To) && sizeOfBlock(e)+sizeOfBlock(s.To) <= quickSize {
			return &quick{e, i, e.Params}
		}
	}
	return nil
}

func allHarmless(b *flow.Block) bool {
	for _, o := range b.Ops {
		if !harmless(o) {
			return false
		}
	}
	return true
}

// inlineQuick inlines the short way through a callee; the other way calls it.
func inlineQuick(g *flow.Graph, b *flow.Block, call *flow.Op, q *quick) {
	rest := cutAt(g, b, call)
	fastEdge := q.entry.Succs[q.fast]
	values := map[*flow.Value]*flow.Value{}
	for i, p := range q.params {
		values[p] = call.Args[i]
	}
	test := g.NewBlock()
	copyOps(g, test, q.entry, values)
	test.Term, test.Args, test.Pos = flow.Branch, flow.Renamed(q.entry.Args, values), q.entry.Pos

	for i, p := range fastEdge.To.Params {
		values[p] = flow.Renamed(fastEdge.Args[i:i+1], values)[0]
	}
	fast := g.NewBlock()
	copyOps(g, fast, fastEdge.To, values)
	fast.Pos = fastEdge.To.Pos
	fast.Succs = []flow.Edge{{To: rest, Args: flow.Renamed(fastEdge.To.Args, values)}}

	slow := g.NewBlock()
	again := *call
	again.Results = nil
	for _, r := range call.Results {
		v := g.NewKind(r.Kind)
		v.Name = r.Name
		again.Results = append(again.Results, v)
	}
	slow.Ops = []*flow.Op{&again}
	slow.Pos = call.Pos
	slow.Succs = []flow.Edge{{To: rest, Args: again.Results}}

	test.Succs = []flow.Edge{{To: slow}, {To: slow}}
	test.Succs[q.fast] = flow.Edge{To: fast}
	b.Succs = []flow.Edge{{To: test}}
}

func copyOps(g *flow.Graph, to, from *flow.Block, values map[*flow.Value]*flow.Value) {
	for _, o := range from.Ops {
		n := *o
		n.Args = flow.Renamed(o.Args, values)
		n.Results = nil
		for _, r := range o.Results {
			v := g.NewKind(r.Kind)
			v.Name = r.Name
			values[r] = v
			n.Results = append(n.Results, v)
		}
		to.Ops = append(to.Ops, &n)
	}
}
