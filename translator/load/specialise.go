package load

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"kiln/translator/flow"
)

// Pointers to fields and elements as arguments. The collector knows references to the start of objects only, so &x.f cannot be a
// value. A callee that only looks through its pointer does not need it to be one, though: it can be given x, and look there.
//
//	func (c *Counter) add(n int) { c.n += n }       func add~2(d *Door, n int) { d.counter.n += n }
//	d.counter.add(1)                            =>  check &d.counter; add~2(d, 1)
//
// A specialisation of a function has, instead of such a parameter, the object or slice at the root of the address and the
// indices on the way; it makes the address at its start, where it is an address and no value. Equal ways share one.
// A way is no longer than types are nested, so there are finitely many.
//
// Rejected: pointers with an offset beside them as values of two words. Every pointer would pay.

// way leads from a root (a pointer or a slice) to a part of what it points to.
type way struct {
	root  types.Type
	steps []int        // field numbers; -1: an index
	index []types.Type // of the indices, in order
}

func (w *way) equal(v *way) bool {
	return types.Identical(w.root, v.root) && slices.Equal(w.steps, v.steps) && slices.EqualFunc(w.index, v.index, types.Identical)
}

// types are those of the parameters that a way stands for: the root and the indices.
func (w *way) types() []types.Type { return append([]types.Type{w.root}, w.index...) }

// specialisation is a function whose parameters were replaced, those with a way.
type specialisation struct {
	fn   *ssa.Function
	ways []*way // by parameter; nil: as it is
	flow *flow.Func
}

// interiorArgs is the way of each argument of a static call, nil for those that are ordinary or have been refused; and whether there is any.
func (c *converter) interiorArgs(callee *ssa.Function, args []ssa.Value) (ways []*way, any bool) {
	ways = make([]*way, len(args))
	for i, a := range args {
		if c.isInterior(a) && c.b.keeps(callee, i) == nil {
			ways[i], _ = c.follow(a)
			any = true
		}
	}
	return ways, any
}

// isInterior says whether a value is the address of a part of something, which is no pointer value.
func (c *converter) isInterior(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.IndexAddr:
		return true
	case *ssa.FieldAddr:
		return !c.upcast(v)
	case *ssa.Parameter:
		return c.wayOf(v) != nil
	}
	return false
}

// upcast is isUpcast, but the first part of what is itself a part is no object.
func (c *converter) upcast(v ssa.Value) bool {
	if !isUpcast(v) {
		return false
	}
	for {
		f, ok := v.(*ssa.FieldAddr)
		if !ok {
			return !c.isInterior(v)
		}
		v = f.X
	}
}

// wayOf is the way that a parameter of the function at hand stands for, if it is specialised.
func (c *converter) wayOf(p *ssa.Parameter) *way {
	if c.special == nil {
		return nil
	}
	return c.special.ways[slices.Index(c.ssa.Params, p)]
}

// paramTypes are the types of what stands for a parameter of the function at hand.
func (c *converter) paramTypes(p *ssa.Parameter) []types.Type {
	if w := c.wayOf(p); w != nil {
		return w.types()
	}
	return []types.Type{p.Type()}
}

// follow finds the way of an address, and its root and indices as values.
func (c *converter) follow(v ssa.Value) (*way, []*flow.Value) {
	switch a := v.(type) {
	case *ssa.Parameter:
		if w := c.wayOf(a); w != nil {
			return &way{w.root, slices.Clone(w.steps), slices.Clone(w.index)}, slices.Clone(c.roots[a])
		}
	case *ssa.FieldAddr:
		if !c.upcast(a) {
			w, at := c.follow(a.X)
			w.steps = append(w.steps, a.Field)
			return w, at
		}
	case *ssa.IndexAddr:
		w, at := &way{root: a.X.Type()}, []*flow.Value(nil)
		if _, isSlice := a.X.Type().Underlying().(*types.Slice); isSlice {
			at = []*flow.Value{c.val(a.X)}
		} else {
			w, at = c.follow(a.X)
		}
		w.steps, w.index = append(w.steps, -1), append(w.index, a.Index.Type())
		return w, append(at, c.val(a.Index))
	}
	return &way{root: v.Type()}, []*flow.Value{c.val(v)}
}

// callSpecialised converts a static call with interior pointers among its arguments.
func (c *converter) callSpecialised(i *ssa.Call, callee *ssa.Function, ways []*way) {
	c.result(i, flow.GoCall, c.b.specialised(callee, ways, i.Pos()), c.specialArgs(i.Call.Args, ways)...)
}

// specialArgs are the arguments of a call of a specialisation: roots and indices in place of addresses.
func (c *converter) specialArgs(list []ssa.Value, ways []*way) (args []*flow.Value) {
	for k, a := range list {
		if ways[k] == nil {
			args = append(args, c.val(a))
			continue
		}
		args = append(args, c.checkedWay(a)...)
	}
	return args
}

// specialised is the specialisation of a function for ways, queued for conversion if it is new.
func (b *builder) specialised(f *ssa.Function, ways []*way, pos token.Pos) *flow.Func {
	b.noteStd(f, b.packageOf(f), pos)
	for _, s := range b.special[f] {
		if slices.EqualFunc(s.ways, ways, func(x, y *way) bool { return x == nil && y == nil || x != nil && y != nil && x.equal(y) }) {
			return s.flow
		}
	}
	s := &specialisation{fn: f, ways: ways}
	s.flow = &flow.Func{Name: b.name(f), Sig: specialisedSignature(f, ways), Pos: b.pos(f.Pos())}
	if obj := f.Object(); obj != nil {
		s.flow.Hints = hints(b.docs[obj.Pos()])
	}
	b.enterStd(f, pos)
	b.special[f] = append(b.special[f], s)
	b.queue = append(b.queue, job{f, s})
	b.prog.Funcs = append(b.prog.Funcs, s.flow)
	return s.flow
}

// specialisedSignature has the receiver, if any, as first parameter.
func specialisedSignature(f *ssa.Function, ways []*way) *types.Signature {
	var params []*types.Var
	add := func(t types.Type) { params = append(params, types.NewParam(f.Pos(), nil, "", t)) }
	for k, p := range f.Params {
		if ways[k] == nil {
			add(p.Type())
			continue
		}
		for _, t := range ways[k].types() {
			add(t)
		}
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), f.Signature.Results(), false)
}

// specialParam gives the entry what a specialised parameter needs, and makes the address.
func (c *converter) specialParam(entry *flow.Block, p *ssa.Parameter, w *way) {
	param := func(t types.Type, name string) *flow.Value {
		v := c.g.NewValue(t)
		v.Name = name
		entry.Params = append(entry.Params, v)
		c.roots[p] = append(c.roots[p], v)
		return v
	}
	v := param(w.root, p.Name())
	indices := make([]*flow.Value, len(w.index))
	for i, t := range w.index {
		indices[i] = param(t, "")
	}
	for _, step := range w.steps {
		o := &flow.Op{Code: flow.GoFieldAddr, Args: []*flow.Value{v}, Pos: c.here()}
		t := v.Type.Underlying()
		if pointer, ok := t.(*types.Pointer); ok {
			t = pointer.Elem().Underlying()
		}
		if step >= 0 {
			o.Aux, t = step, t.(*types.Struct).Field(step).Type()
		} else {
			o.Code, o.Args, indices = flow.GoIndexAddr, append(o.Args, indices[0]), indices[1:]
			t = t.(interface{ Elem() types.Type }).Elem()
		}
		v = c.g.NewValue(types.NewPointer(t))
		o.Results = []*flow.Value{v}
		entry.Ops = append(entry.Ops, o)
	}
	c.values[p] = v
}

// comparedWithNil converts the comparison of an address with nil, which it never is.
func (c *converter) comparedWithNil(i *ssa.BinOp) bool {
	if i.Op != token.EQL && i.Op != token.NEQ || !nilComparison(i) || !c.isInterior(i.X) && !c.isInterior(i.Y) {
		return false
	}
	c.values[i] = flow.GoConst(i.Type(), constant.MakeBool(i.Op == token.NEQ))
	return true
}

func nilComparison(i *ssa.BinOp) bool {
	isNil := func(v ssa.Value) bool { k, ok := v.(*ssa.Const); return ok && k.IsNil() }
	return isNil(i.X) || isNil(i.Y)
}

// keeper says why a function needs a parameter as a pointer value.
type keeper struct {
	fn  *ssa.Function
	pos token.Pos
}

type paramKey struct {
	fn    *ssa.Function
	param int
}

// keeps says where a function, or one that it passes the pointer to, uses a parameter for more than getting at
// what it points to; nil if nowhere. Recursion keeps nothing by itself.
func (b *builder) keeps(f *ssa.Function, param int) *keeper {
	key := paramKey{f, param}
	if k, ok := b.keepers[key]; ok {
		return k
	}
	b.keepers[key] = nil
	var k *keeper
	switch p := b.packageOf(f); {
	case f.Blocks == nil || p == nil || !p.Source || p.Path == FrameworkPath || recovers(f) || hasMergePoint(f),
		p.Std && (intrinsics[f.RelString(nil)] != "" || nativeMath[f.RelString(nil)]), runtimeFuncs[f.RelString(nil)] != "":
		k = &keeper{f, f.Pos()}
	default:
		k = b.kept(f, f.Params[param])
	}
	b.keepers[key] = k
	return k
}

// kept looks at the uses of an address.
func (b *builder) kept(f *ssa.Function, addr ssa.Value) *keeper {
	for _, use := range *addr.Referrers() {
		switch u := use.(type) {
		case *ssa.FieldAddr:
			if k := b.kept(f, u); k != nil {
				return k
			}
			continue
		case *ssa.IndexAddr:
			if u.X == addr && u.Index != addr {
				if k := b.kept(f, u); k != nil {
					return k
				}
				continue
			}
		}
		if k, fine := b.keptBy(addr, use); k != nil {
			return k
		} else if !fine {
			return &keeper{f, use.Pos()}
		}
	}
	return nil
}

// keptBy looks at one use of an address: is it fine, and if not, which callee keeps the address? Addresses of parts have uses of their own.
func (b *builder) keptBy(addr ssa.Value, use ssa.Instruction) (k *keeper, fine bool) {
	switch u := use.(type) {
	case *ssa.BinOp:
		fine = nilComparison(u)
	case ssa.CallInstruction: // deferred, too
		if k, isArg := b.keptByCall(addr, u.Common()); isArg {
			return k, k == nil
		}
	case *ssa.MakeClosure:
		if method, _ := boundMethod(u); method != nil {
			k := b.keeps(method, 0)
			return k, k == nil
		}
	}
	return nil, fine || okUse(addr, use)
}

// keptByCall: an address is an argument of a static call; who keeps it?
func (b *builder) keptByCall(addr ssa.Value, call *ssa.CallCommon) (k *keeper, isArg bool) {
	callee, ok := call.Value.(*ssa.Function)
	if !ok || call.IsInvoke() {
		return nil, false
	}
	for i, a := range call.Args {
		if a == addr {
			if k := b.keeps(callee, i); k != nil {
				return k, true
			}
		}
	}
	return nil, true
}

// hasMergePoint: specialised portals would share a driver.
func hasMergePoint(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(*ssa.Call); ok {
				if m := call.Call.StaticCallee(); m != nil && m.Name() == "MergePoint" && m.Pkg != nil && m.Pkg.Pkg.Path() == FrameworkPath {
					return true
				}
			}
		}
	}
	return false
}
