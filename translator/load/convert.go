package load

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// convertSome gives an SSA function's flow function its graph, or that of a specialisation if special is not nil. It converts only some
// of the instructions if needed is not nil. A function with problems keeps Graph nil.
func (b *builder) convertSome(f *ssa.Function, special *specialisation, needed map[ssa.Instruction]bool) {
	ff := b.funcs[f]
	if special != nil {
		ff = special.flow
	}
	c := &converter{b: b, ssa: f, special: special, g: &flow.Graph{Func: ff}, values: map[ssa.Value]*flow.Value{}, roots: map[*ssa.Parameter][]*flow.Value{},
		tuples: map[ssa.Value][]*flow.Value{}, blocks: map[*ssa.BasicBlock]*flow.Block{}, skip: map[ssa.Instruction]bool{}, only: needed}
	c.before = b.problems()
	b.cur = f
	defer func() { b.cur = nil }()
	defer func() {
		if e := recover(); e != nil {
			b.r.bug(c.lastPos, "function %s: %v", ssaName(f), e)
		}
	}()
	c.run()
	if c.bad() {
		return
	}
	if s := c.split1; s != nil {
		b.finish(s.body, c.g, f)
		b.prog.Funcs = append(b.prog.Funcs, s.body)
		c.g = c.outerGraph(ff)
	}
	b.finish(ff, c.g, f)
}

// finish gives a function its graph.
func (b *builder) finish(ff *flow.Func, g *flow.Graph, f *ssa.Function) {
	ff.Graph = g
	if b.r.sess.Raw != nil {
		b.r.sess.Raw(ff)
	}
	passes(ff)
	if err := flow.Verify(g, flow.High); err != nil {
		b.r.bug(f.Pos(), "%v", err)
		ff.Graph = nil
	}
}

// problems counts the problems so far.
func (b *builder) problems() int { return len(b.r.Problems) + b.r.followUps }

// converter makes one graph.
type converter struct {
	b       *builder
	ssa     *ssa.Function
	g       *flow.Graph
	values  map[ssa.Value]*flow.Value
	special *specialisation                  // what f is specialised for, or nil
	roots   map[*ssa.Parameter][]*flow.Value // of its specialised parameters: root and indices
	tuples  map[ssa.Value][]*flow.Value      // results of operations with several
	blocks  map[*ssa.BasicBlock]*flow.Block
	skip    map[ssa.Instruction]bool // folded into another operation
	only    map[ssa.Instruction]bool // if not nil, all others are left out
	cur     *flow.Block
	lastPos token.Pos // of the latest instruction that has one
	before  int       // problems when the function was begun
	// statements of the function's source; nil until somebody asks.
	statements *statements
	carried    map[*ssa.BasicBlock][]ssa.Instruction // what moved there from blocks before, see order.go
	ampersands map[token.Pos]bool                    // see addresses.go; nil until somebody asks
	split1     *splitInfo                            // if the function defers
	taken      *flow.Value                           // if it recovers: what unwind.Take returned
}

func (c *converter) problem(pos token.Pos, rule, msg, remedy string) {
	if !pos.IsValid() {
		pos = c.lastPos
	}
	if !pos.IsValid() {
		pos = c.start()
	}
	if c.b.inStd(c.ssa) {
		c.b.stdProblem(c.ssa, msg+" ("+c.b.r.Position(pos).String()+")")
		return
	}
	c.b.r.Add(pos, rule, msg, remedy)
}

// userPos is the current position, or in the standard library where interpreter code got there.
func (c *converter) userPos() token.Pos {
	if via, ok := c.b.via[c.ssa]; ok {
		return via.pos
	}
	return c.lastPos
}

func (c *converter) run() {
	c.g.ResType = []types.Type{}
	for v := range c.ssa.Signature.Results().Variables() {
		c.g.ResType = append(c.g.ResType, v.Type())
	}
	c.lastPos = c.start()
	if defers(c.ssa) {
		c.split()
		c.g.ResType = c.g.ResType[:0]
	}
	order := c.ssa.DomPreorder()
	entry := c.makeBlocks(order)
	for _, v := range c.ssa.FreeVars {
		entry.Params = append(entry.Params, c.newValue(v, v.Name()))
	}
	for _, v := range c.ssa.Params {
		if w := c.wayOf(v); w != nil {
			c.specialParam(entry, v, w)
			continue
		}
		entry.Params = append(entry.Params, c.newValue(v, v.Name()))
	}
	if s := c.split1; s != nil {
		for _, p := range entry.Params[len(c.ssa.FreeVars):] {
			p.Name = "" // captured by value: may be nil
		}
		entry.Params = append(append(entry.Params, s.frame), s.cells...)
	}
	if recovers(c.ssa) {
		c.cur = entry
		c.takePanic()
	}
	for _, sb := range order {
		if sb == c.ssa.Recover {
			continue
		}
		c.cur = c.blocks[sb]
		for _, instr := range c.ordered(sb) {
			if _, isPhi := instr.(*ssa.Phi); isPhi || c.skip[instr] || c.only != nil && !c.only[instr] {
				continue
			}
			if p := instr.Pos(); p.IsValid() {
				c.lastPos = p
			}
			c.instr(instr)
		}
	}
	// Phi operands last: those of back edges are defined by now.
	for _, sb := range order {
		c.edges(sb)
	}
}

// start is a position for what has none of its own: that of the function, of what a wrapper wraps, or of the package.
func (c *converter) start() token.Pos {
	if p := c.ssa.Pos(); p.IsValid() {
		return p
	}
	if obj := c.ssa.Object(); obj != nil && obj.Pos().IsValid() {
		return obj.Pos()
	}
	if p := c.b.packageOf(c.ssa); p != nil && len(p.Files) > 0 {
		return p.Files[0].Package
	}
	return c.b.r.Main.Files[0].Package
}

// makeBlocks makes the flow blocks, with parameters for phis, and returns the entry.
func (c *converter) makeBlocks(order []*ssa.BasicBlock) *flow.Block {
	entry := c.ssa.Blocks[0]
	if len(entry.Preds) > 0 {
		// A loop goes back to the first block: give the function an entry of its own.
		e := c.g.NewBlock()
		e.Comment = "entry"
		defer func() { e.Term, e.Succs = flow.Jump, []flow.Edge{{To: c.blocks[entry]}} }()
		c.makeBlocksOf(order)
		return e
	}
	c.makeBlocksOf(order)
	return c.blocks[entry]
}

func (c *converter) makeBlocksOf(order []*ssa.BasicBlock) {
	for _, sb := range order {
		if sb == c.ssa.Recover {
			continue
		}
		fb := c.g.NewBlock()
		fb.Comment = sb.Comment
		c.blocks[sb] = fb
		for _, instr := range sb.Instrs {
			if phi, ok := instr.(*ssa.Phi); ok {
				fb.Params = append(fb.Params, c.newValue(phi, phi.Comment))
			}
		}
	}
	spans := c.unevaluatedRanges()
	for _, sb := range order {
		c.findSkipped(sb)
		if len(spans) > 0 {
			c.skipUnevaluated(sb, spans)
		}
	}
}

// edges fills in the arguments of the edges that leave a block.
func (c *converter) edges(sb *ssa.BasicBlock) {
	fb := c.blocks[sb]
	if fb == nil {
		return
	}
	for i, to := range sb.Succs {
		if i >= len(fb.Succs) {
			break
		}
		at := predIndex(sb, i)
		for _, instr := range to.Instrs {
			phi, ok := instr.(*ssa.Phi)
			if !ok {
				break
			}
			if c.only != nil && !c.only[phi] {
				// Left out, but a parameter by now; nobody uses it.
				fb.Succs[i].Args = append(fb.Succs[i].Args, flow.GoConst(phi.Type(), nil))
				continue
			}
			fb.Succs[i].Args = append(fb.Succs[i].Args, c.val(phi.Edges[at]))
		}
	}
}

// predIndex is the index in the successor's list of predecessors of the i-th edge of b: a block
// that goes to the same successor twice is listed there twice, in the same order.
func predIndex(b *ssa.BasicBlock, i int) int {
	to, nth := b.Succs[i], 0
	for j := range i {
		if b.Succs[j] == to {
			nth++
		}
	}
	for k, p := range to.Preds {
		if p == b {
			if nth == 0 {
				return k
			}
			nth--
		}
	}
	panic("inconsistent control flow graph")
}

func (c *converter) newValue(v ssa.Value, name string) *flow.Value {
	fv := c.g.NewValue(v.Type())
	fv.Name = name
	c.values[v] = fv
	return fv
}

// val is the flow value of an SSA value.
func (c *converter) val(v ssa.Value) *flow.Value {
	if v == nil {
		return nil
	}
	switch v := v.(type) {
	case *ssa.Const:
		var value constant.Value
		if v.Value != nil {
			value = v.Value
		}
		return flow.GoConst(v.Type(), value)
	case *ssa.Global:
		if v.Pkg == nil || c.b.pkgs[v.Pkg.Pkg] == nil || !c.b.pkgs[v.Pkg.Pkg].Source {
			c.problem(token.NoPos, "package", "use of variable "+v.RelString(nil)+" of a package that is not translated",
				"reach it through a function of a host package")
		}
		return &flow.Value{Type: v.Type(), Const: &flow.Const{Global: c.b.global(v)}}
	case *ssa.Function:
		c.hintAsValue(v)
		return &flow.Value{Type: v.Type(), Const: &flow.Const{Func: c.b.fn(v, c.lastPos)}}
	case *ssa.Builtin:
		c.problem(token.NoPos, "builtin", "builtin "+v.Name()+" used as a value", "call it")
		return flow.GoConst(v.Type(), nil)
	}
	if fv := c.values[v]; fv != nil {
		return fv
	}
	if c.bad() {
		return flow.GoConst(v.Type(), nil) // the defining instruction was refused
	}
	panic(fmt.Sprintf("no value for %s = %s", v.Name(), v))
}

// bad says whether problems have been found: then the graph is not used, and placeholders are good enough.
func (c *converter) bad() bool { return c.b.problems() > c.before }

func (c *converter) vals(vs ...ssa.Value) []*flow.Value {
	out := make([]*flow.Value, len(vs))
	for i, v := range vs {
		out[i] = c.val(v)
	}
	return out
}

// emit appends an operation.
func (c *converter) emit(code op.Code, aux any, args ...*flow.Value) *flow.Op {
	o := &flow.Op{Code: code, Args: args, Aux: aux, Pos: c.here()}
	c.cur.Ops = append(c.cur.Ops, o)
	return o
}

func (c *converter) here() descr.Pos { return c.b.pos(c.lastPos) }

// result emits an operation whose result is v.
func (c *converter) result(v ssa.Value, code op.Code, aux any, args ...*flow.Value) *flow.Op {
	o := c.emit(code, aux, args...)
	if t, ok := v.Type().(*types.Tuple); ok {
		for x := range t.Variables() {
			r := c.g.NewValue(x.Type())
			o.Results = append(o.Results, r)
		}
		c.tuples[v] = o.Results
		return o
	}
	o.Results = []*flow.Value{c.newValue(v, "")}
	return o
}

// end sets the terminator of the current block.
func (c *converter) end(sb *ssa.BasicBlock, kind flow.TermKind, args ...*flow.Value) {
	c.cur.Term, c.cur.Args, c.cur.Pos = kind, args, c.here()
	for _, to := range sb.Succs {
		c.cur.Succs = append(c.cur.Succs, flow.Edge{To: c.blocks[to]})
	}
}
