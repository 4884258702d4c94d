package lower

import (
	"go/types"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// funcLowerer lowers the body of one function of the program.
type funcLowerer struct {
	builder
	src   *flow.Graph
	dom   *flow.DomTree
	preds [][]*flow.Block
	block *flow.Block // the high-level block being lowered

	words  map[value][]value // what high-level values have become
	places map[value]*place  // pointers to fields and elements, see places.go
	uses   map[value][]use
	flags  map[value]bool // slices whose elements never change, see places.go

	heads  map[*flow.Block]*flow.Block // high block -> its first low block
	scopes map[*flow.Block]*facts      // facts at the end of a high block
	edge   map[*flow.Block]map[fact]value

	locals localState
	concat map[value]bool // string additions done by the chain they belong to
	needed map[value]bool // strings that must not be nil, see nonnil.go
	late   map[*flow.Block][]func()
	// asserts ends the block that ends in the test of an assertion, see assertPointer.
	asserts func(yes, no flow.Edge)
}

// use is one place where a value is used: an operation, or the end of a block (op nil).
type use struct {
	block *flow.Block
	op    *flow.Op
	arg   int
}

// signature makes the call descriptor of a function.
func (l *lowerer) signature(f *flow.Func) {
	l.guarded(f, func() {
		args, results := l.signatureKinds(f.Sig)
		switch {
		case len(f.FreeVars) > 0:
			args = append([]kind{op.Ref}, args...)
		case f.Recv && f.Sig.Recv() != nil:
			args = append(l.shapeOf(f.Sig.Recv().Type()).kinds(), args...)
		}
		f.Call = l.newCall(f.Name, f.Index, args, results)
	})
}

func (l *lowerer) signatureKinds(sig *types.Signature) (args, results []kind) {
	return l.shapeOf(sig.Params()).kinds(), l.shapeOf(sig.Results()).kinds()
}

// function replaces f's graph by its low-level form.
func (l *lowerer) function(f *flow.Func) {
	fl := &funcLowerer{
		builder: builder{l: l, owner: f, pos: f.Pos, g: &flow.Graph{Func: f, Results: f.Call.Results}},
		src:     f.Graph, dom: flow.Dominators(f.Graph), preds: flow.Preds(f.Graph),
		words: map[value][]value{}, places: map[value]*place{}, flags: map[value]bool{},
		heads: map[*flow.Block]*flow.Block{}, scopes: map[*flow.Block]*facts{}, edge: map[*flow.Block]map[fact]value{},
		concat: map[value]bool{}, late: map[*flow.Block][]func(){},
	}
	fl.findUses()
	fl.findLocals()
	fl.findStrings()
	fl.findChains()
	fl.makeHeads()
	for _, b := range fl.dom.Order() {
		fl.lowerBlock(b)
	}
	f.Graph = fl.g
	fl.l.lowered[f] = true
	tidy(fl.g)
}

func (fl *funcLowerer) findUses() {
	fl.uses = map[value][]use{}
	add := func(v value, u use) {
		if v != nil && v.Const == nil {
			fl.uses[v] = append(fl.uses[v], u)
		}
	}
	for _, b := range fl.dom.Order() {
		for _, o := range b.Ops {
			for i, a := range o.Args {
				add(a, use{b, o, i})
			}
		}
		for i, a := range b.Args {
			add(a, use{b, nil, i})
		}
		for _, e := range b.Succs {
			for i, a := range e.Args {
				add(a, use{b, nil, i})
			}
		}
	}
}

// makeHeads makes the first low-level block of every high-level block: its parameters are the words of the
// block's own and, where paths meet, of the local variables live there.
func (fl *funcLowerer) makeHeads() {
	for _, b := range fl.dom.Order() {
		h := fl.g.NewBlock()
		h.Comment, h.Pos = b.Comment, b.Pos
		fl.heads[b] = h
		if b == fl.src.Entry() {
			fl.makeEntry(b, h)
			continue
		}
		for _, p := range b.Params {
			ws := fl.freshWords(p.Type, p.Name)
			fl.words[p] = ws
			h.Params = append(h.Params, ws...)
		}
	}
	fl.makeLocalParams()
}

// makeEntry makes the parameters of the function: a closure's free variables become its object.
func (fl *funcLowerer) makeEntry(b, h *flow.Block) {
	params := b.Params
	n := len(fl.owner.FreeVars)
	if n > 0 {
		clo := fl.g.NewKind(op.Ref)
		clo.Name = "closure"
		h.Params = append(h.Params, clo)
	}
	for _, p := range params[n:] {
		ws := fl.freshWords(p.Type, p.Name)
		fl.words[p] = ws
		h.Params = append(h.Params, ws...)
	}
}

func (fl *funcLowerer) freshWords(t types.Type, name string) []value {
	s := fl.l.shapeOf(t)
	out := make([]value, len(s.leaves))
	for i, x := range s.leaves {
		out[i] = fl.g.NewKind(x.Kind)
		out[i].Name = joinName(name, x.name)
		if name == "" {
			out[i].Name = ""
		}
	}
	return out
}

func (fl *funcLowerer) lowerBlock(b *flow.Block) {
	fl.block = b
	fl.cur = fl.heads[b]
	if d := fl.dom.Idom(b); d != nil {
		fl.facts = newFacts(fl.scopes[d])
	} else {
		fl.facts = newFacts(nil)
	}
	for k, v := range fl.edge[b] {
		fl.facts.known[k] = v
	}
	fl.enterLocals(b)
	if b == fl.src.Entry() {
		fl.enterFunction(b)
	}
	for _, p := range b.Params {
		fl.normalise(p)
	}
	for _, f := range fl.late[b] {
		f()
	}
	for _, o := range b.Ops {
		fl.pos = o.Pos
		fl.lowerOp(o)
	}
	if b.Pos.Line != 0 {
		fl.pos = b.Pos
	}
	fl.lowerTerm(b)
	fl.scopes[b] = fl.facts
}

// enterFunction loads captured variables from the closure object.
func (fl *funcLowerer) enterFunction(b *flow.Block) {
	if takesMap(fl.owner) {
		fl.learn(nonNil, fl.words[b.Params[0]][0], nil)
	}
	n := len(fl.owner.FreeVars)
	if n == 0 {
		return
	}
	clo := fl.cur.Params[0]
	fl.learn(nonNil, clo, nil)
	o := fl.l.closureOf(fl.owner)
	leaf := 1
	for _, p := range b.Params[:n] {
		ws := make([]value, len(fl.l.shapeOf(p.Type).leaves))
		for i := range ws {
			ws[i] = fl.getField(clo, o.fields[leaf])
			ws[i].Name = p.Name
			leaf++
		}
		fl.words[p] = ws
		if _, ok := p.Type.Underlying().(*types.Pointer); ok && fl.capturedVariable(p) {
			fl.learn(nonNil, ws[0], nil)
		}
	}
}

// capturedVariable: go/ssa captures variables by their address, which is never nil. A pointer captured by
// value has the same type only in wrappers of bound methods, whose free variable may be nil.
func (fl *funcLowerer) capturedVariable(p value) bool { return p.Name != "recv" && p.Name != "" }

// get is the words of an operand.
func (fl *funcLowerer) get(v value) []value {
	if v.Const != nil {
		return fl.constant(v)
	}
	if ws, ok := fl.words[v]; ok {
		return ws
	}
	if p, ok := fl.places[v]; ok {
		return []value{fl.pointerTo(p)}
	}
	if lv := fl.locals.byValue[v]; lv != nil {
		panic("address of a local variable used as a value")
	}
	panic("value " + v.Name + " of type " + v.Type.String() + " used before its definition")
}

func (fl *funcLowerer) get1(v value) value {
	ws := fl.get(v)
	if len(ws) != 1 {
		panic("one word expected for " + v.Type.String())
	}
	return ws[0]
}

// set defines a high-level value.
func (fl *funcLowerer) set(v value, ws ...value) {
	if v.Name != "" {
		for i, w := range ws {
			if w.Const == nil && w.Name == "" {
				w.Name = v.Name
				if len(ws) > 1 {
					w.Name = joinName(v.Name, fl.l.shapeOf(v.Type).leaves[i].name)
				}
			}
		}
	}
	fl.words[v] = ws
	fl.normalise(v)
}

// outArgs is the words of an edge's arguments followed by the local variables that the target wants.
func (fl *funcLowerer) outArgs(e flow.Edge) flow.Edge {
	var ws []value
	for _, a := range e.Args {
		ws = append(ws, fl.get(a)...)
	}
	return flow.Edge{To: fl.heads[e.To], Args: append(ws, fl.localArgs(e.To)...)}
}

func (fl *funcLowerer) lowerTerm(b *flow.Block) {
	if fl.asserts != nil {
		fl.asserts(fl.outArgs(b.Succs[0]), fl.outArgs(b.Succs[1]))
		fl.asserts = nil
		fl.leaveLocals(b)
		return
	}
	switch b.Term {
	case flow.Jump, flow.Branch, flow.Switch:
		var args []value
		for _, a := range b.Args {
			args = append(args, fl.get1(a))
		}
		var succs []flow.Edge
		for _, e := range b.Succs {
			succs = append(succs, fl.outArgs(e))
		}
		fl.cur.Term, fl.cur.Args, fl.cur.Succs, fl.cur.Cases = b.Term, args, succs, b.Cases
		if b.Term == flow.Branch {
			fl.branchFacts(b)
		}
	case flow.Return:
		var ws []value
		for _, a := range b.Args {
			ws = append(ws, fl.get(a)...)
		}
		fl.cur.Term, fl.cur.Args = flow.Return, ws
	case flow.Panic:
		var ws []value
		for _, a := range b.Args {
			ws = append(ws, fl.get(a)...)
		}
		if b.Trap == flow.TrapExplicit {
			fl.raise(b.Args[0], ws[0])
		} else {
			fl.trap(b.Trap, b.Aux, ws...)
		}
	}
	fl.cur.Pos = fl.pos
	fl.leaveLocals(b)
}

// branchFacts notes what a comparison with nil proves in the branch where it is not nil.
func (fl *funcLowerer) branchFacts(b *flow.Block) {
	cmp := fl.nilCompare(b)
	if cmp == nil {
		return
	}
	s := b.Succs[1]
	if cmp.notNilIfTrue {
		s = b.Succs[0]
	}
	if len(fl.preds[s.To.ID]) == 1 && b.Succs[0].To != b.Succs[1].To {
		fl.edgeFact(s.To, fact{nonNil, cmp.ref}, nil)
	}
}

func (fl *funcLowerer) edgeFact(to *flow.Block, k fact, v value) {
	if fl.edge[to] == nil {
		fl.edge[to] = map[fact]value{}
	}
	fl.edge[to][k] = v
}
