package lower

import (
	"slices"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

type value = *flow.Value

// builder emits low-level operations into a graph. It is used for functions of the program and
// for those that lowering makes itself.
type builder struct {
	l     *lowerer
	owner *flow.Func
	g     *flow.Graph
	cur   *flow.Block
	pos   descr.Pos
	facts *facts
}

// facts is what is known at a point, by value: scoped by dominance. A fact may carry a value.
type facts struct {
	outer *facts
	known map[fact]value
}

type factKind uint8

const (
	nonNil    factKind = iota // the reference is not nil
	inBounds                  // the checks of a place were done
	typeIDFor                 // the type id of an interface value, 0 if nil
)

type fact struct {
	kind factKind
	of   any
}

func (f *facts) get(k factKind, of any) (value, bool) {
	for ; f != nil; f = f.outer {
		if v, ok := f.known[fact{k, of}]; ok {
			return v, true
		}
	}
	return nil, false
}

func newFacts(outer *facts) *facts { return &facts{outer: outer, known: map[fact]value{}} }

func (b *builder) learn(k factKind, of any, v value) { b.facts.known[fact{k, of}] = v }

// branchScope runs body with facts that hold in a side branch only.
func (b *builder) scoped(body func()) {
	outer := b.facts
	b.facts = newFacts(outer)
	body()
	b.facts = outer
}

// newBuilder starts the body of a function made by lowering; it returns the parameters by kind of f.Call.
func (l *lowerer) newBuilder(f *flow.Func) (*builder, []value) {
	g := &flow.Graph{Func: f, Results: f.Call.Results}
	f.Graph = g
	b := &builder{l: l, owner: f, g: g, cur: g.NewBlock(), facts: newFacts(nil), pos: f.Pos}
	for _, k := range f.Call.Args {
		b.cur.Params = append(b.cur.Params, g.NewKind(k))
	}
	return b, b.cur.Params
}

// tidy brings a finished graph into the form later passes expect.
func tidy(g *flow.Graph) {
	flow.SimplifyCFG(g)
	flow.RemoveDead(g)
	flow.SimplifyCFG(g)
	g.Blocks = flow.ReversePostorder(g)
	flow.Renumber(g)
}

func (b *builder) add(o *flow.Op) {
	o.Pos = b.pos
	// Later passes edit operands in place, so operations share them with nothing.
	o.Args, o.Results = slices.Clone(o.Args), slices.Clone(o.Results)
	b.cur.Ops = append(b.cur.Ops, o)
}

// emit appends an operation with one result of kind k (op.Void: none).
func (b *builder) emit(c op.Code, k kind, d descr.Descr, args ...value) value {
	o := &flow.Op{Code: c, Args: args, Descr: d}
	var v value
	if k != op.Void {
		v = b.g.NewKind(k)
		o.Results = []value{v}
	}
	b.add(o)
	return v
}

func (b *builder) int(c op.Code, args ...value) value { return b.emit(c, op.Int, nil, args...) }

func (b *builder) float(c op.Code, args ...value) value { return b.emit(c, op.Float, nil, args...) }

func (b *builder) check(c op.Code, args ...value) { b.emit(c, op.Void, nil, args...) }

// Arithmetic on lengths and offsets, folding what is constant.

func (b *builder) plus(x, y value) value {
	if n, ok := constInt(x); ok {
		if m, ok := constInt(y); ok {
			return flow.IntConst(n + m)
		}
		if n == 0 {
			return y
		}
	}
	if m, ok := constInt(y); ok && m == 0 {
		return x
	}
	return b.int(op.IntAdd, x, y)
}

func (b *builder) minus(x, y value) value {
	if m, ok := constInt(y); ok {
		if m == 0 {
			return x
		}
		if n, ok := constInt(x); ok {
			return flow.IntConst(n - m)
		}
	}
	return b.int(op.IntSub, x, y)
}

func constInt(v value) (int64, bool) {
	if v == nil || v.Const == nil || v.Kind != op.Int {
		return 0, false
	}
	return int64(v.Const.Bits), true
}

func isNilConst(v value) bool {
	return v.Const != nil && v.Kind == op.Ref && v.Const.Prebuilt == nil
}

// Control flow.

func (b *builder) jump(to *flow.Block, args ...value) {
	b.cur.Term, b.cur.Succs, b.cur.Pos = flow.Jump, []flow.Edge{{To: to, Args: args}}, b.pos
}

func (b *builder) branch(cond value, yes, no flow.Edge) {
	b.cur.Term, b.cur.Args, b.cur.Succs, b.cur.Pos = flow.Branch, []value{cond}, []flow.Edge{yes, no}, b.pos
}

func (b *builder) ret(vs ...value) {
	b.cur.Term, b.cur.Args, b.cur.Pos = flow.Return, vs, b.pos
}

func (b *builder) trap(t flow.Trap, aux any, args ...value) {
	b.cur.Term, b.cur.Trap, b.cur.Aux, b.cur.Args, b.cur.Pos = flow.Panic, t, aux, args, b.pos
}

// joinBlock makes a block with parameters of the given kinds.
func (b *builder) joinBlock(kinds []kind) *flow.Block {
	j := b.g.NewBlock()
	for _, k := range kinds {
		j.Params = append(j.Params, b.g.NewKind(k))
	}
	return j
}

// choose evaluates one of two expressions and yields the values of the chosen one.
func (b *builder) choose(cond value, kinds []kind, yes, no func() []value) []value {
	y, n, j := b.g.NewBlock(), b.g.NewBlock(), b.joinBlock(kinds)
	b.branch(cond, flow.Edge{To: y}, flow.Edge{To: n})
	b.cur = y
	b.scoped(func() { b.jump(j, yes()...) })
	b.cur = n
	b.scoped(func() { b.jump(j, no()...) })
	b.cur = j
	return j.Params
}

// when runs body if cond holds.
func (b *builder) when(cond value, body func()) {
	y, j := b.g.NewBlock(), b.g.NewBlock()
	b.branch(cond, flow.Edge{To: y}, flow.Edge{To: j})
	b.cur = y
	b.scoped(func() { body(); b.jump(j) })
	b.cur = j
}

// selectCase evaluates the k-th of n expressions; index is known to be in range.
func (b *builder) selectCase(index value, n int, kinds []kind, at func(k int) []value) []value {
	j := b.joinBlock(kinds)
	from := b.cur
	from.Term, from.Args, from.Pos = flow.Switch, []value{index}, b.pos
	for k := range n {
		c := b.g.NewBlock()
		if k < n-1 {
			from.Cases = append(from.Cases, int64(k))
		}
		from.Succs = append(from.Succs, flow.Edge{To: c})
		b.cur = c
		b.scoped(func() { b.jump(j, at(k)...) })
	}
	b.cur = j
	return j.Params
}

// Nil checks.

func (b *builder) checkNil(v value) {
	if b.isNonNil(v) {
		return
	}
	b.check(op.CheckNil, v)
	b.learn(nonNil, v, nil)
}

func (b *builder) isNonNil(v value) bool {
	if v.Const != nil {
		return v.Const.Prebuilt != nil
	}
	_, ok := b.facts.get(nonNil, v)
	return ok
}

func (b *builder) isNil(v value) value {
	if isNilConst(v) {
		return flow.IntConst(1)
	}
	if b.isNonNil(v) {
		return flow.IntConst(0)
	}
	return b.int(op.PtrIsZero, v)
}

// Memory: raw accesses by descriptor.

func loadCode(i op.Code, k kind) op.Code { return op.ForKind(i, k) }

func (b *builder) getField(obj value, f *descr.Field) value {
	return b.emit(loadCode(op.GetFieldI, f.Kind), f.Kind, f, obj)
}

func (b *builder) setField(obj value, f *descr.Field, v value) {
	b.emit(op.SetField, op.Void, f, obj, v)
}

func (b *builder) getItem(arr, index value, loc descr.Location) value {
	k := loc.Acc().Kind
	if _, ok := loc.(*descr.Array); ok {
		return b.emit(loadCode(op.GetArrayItemI, k), k, loc, arr, index)
	}
	return b.emit(loadCode(op.GetInteriorI, k), k, loc, arr, index)
}

func (b *builder) setItem(arr, index value, loc descr.Location, v value) {
	if _, ok := loc.(*descr.Array); ok {
		b.emit(op.SetArrayItem, op.Void, loc, arr, index, v)
		return
	}
	b.emit(op.SetInterior, op.Void, loc, arr, index, v)
}

// newObject allocates a zeroed object, with the arrays it owns.
func (b *builder) newObject(o *object) value {
	if len(o.shape.leaves) == 0 {
		return flow.PrebuiltRef(b.l.emptyObject(o.typ.ID))
	}
	v := b.emit(op.New, op.Ref, o.size)
	b.learn(nonNil, v, nil)
	for i, x := range o.shape.leaves {
		if x.role == ownedArray {
			b.setField(v, o.fields[i], b.zeroArray(x.typ))
		}
	}
	return v
}

// newArray allocates a zeroed array of n items, n checked. Items without size need no room.
func (b *builder) newArray(a *array, n value) value {
	if a.empty() {
		return flow.PrebuiltRef(b.l.emptyObject(a.typ.ID))
	}
	return b.fixedArray(a, n)
}

// fixedArray is newArray for an array that must know its length.
func (b *builder) fixedArray(a *array, n value) value {
	v := b.emit(op.NewArray, op.Ref, a.desc, n)
	b.learn(nonNil, v, nil)
	return v
}

// zero is the words of the zero value of a shape.
func (b *builder) zero(s *shape) []value {
	out := make([]value, len(s.leaves))
	for i, x := range s.leaves {
		out[i] = b.zeroWord(x)
	}
	return out
}

func (b *builder) zeroWord(x leaf) value {
	switch {
	case x.role == ownedArray:
		return b.zeroArray(x.typ)
	case x.role == stringWord:
		return flow.PrebuiltRef(b.l.intern(""))
	case x.Kind == op.Ref:
		return flow.NilRef()
	case x.Kind == op.Float:
		return flow.FloatBits(0)
	}
	return flow.IntConst(0)
}

// call emits a direct call.
func (b *builder) call(f *flow.Func, args ...value) []value {
	o := &flow.Op{Code: flow.Call, Args: args, Aux: f, Descr: f.Call}
	return b.results(o, f.Call)
}

// callIndirect emits a call of the function with the given index.
func (b *builder) callIndirect(index value, c *descr.Call, args ...value) []value {
	o := &flow.Op{Code: flow.CallIndirect, Args: append([]value{index}, args...), Descr: c}
	return b.results(o, c)
}

func (b *builder) results(o *flow.Op, c *descr.Call) []value {
	for _, k := range c.Results {
		o.Results = append(o.Results, b.g.NewKind(k))
	}
	results := o.Results
	b.add(o)
	return results
}

// rt calls a helper of translator/rt.
func (b *builder) rt(name string, args ...value) []value {
	f := b.l.byName[rtPath+"."+name]
	if f == nil {
		fail(b.pos, "load it with the program", "helper %s.%s is missing", rtPath, name)
	}
	return b.callFunc(f, args)
}
