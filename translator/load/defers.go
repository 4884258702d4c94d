package load

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// UnwindPath is the package of defer, panic and recover.
const UnwindPath = RTPath + "/unwind"

// A function that defers becomes two. Its body is a closure over its parameters, the frame of deferred calls and one
// variable for each result; what keeps its name makes these and calls unwind.Run:
//
//	func f(a int) (r int) { defer g(a); ... }
//
//	func f(a int) int {                      func body [a, frame, result]() {
//		frame, result := unwind.New(), new(int)      unwind.Push(frame, thunk [a]() { g(a) })
//		unwind.Run(frame, body)                      ...
//		return *result                               unwind.RunDeferred(frame); *result = ...
//	}                                        }
//
// Named results live in the variables all the time, since deferred functions may change them and a recovered panic
// returns them.

// defers says whether a function contains defer statements.
func defers(f *ssa.Function) bool { return f.Recover != nil }

// recovers says whether a function calls recover itself, or defers it.
func recovers(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok && isBuiltin(call.Common(), "recover") {
				return true
			}
		}
	}
	return false
}

func isBuiltin(c *ssa.CallCommon, name string) bool {
	b, ok := c.Value.(*ssa.Builtin)
	return ok && b.Name() == name
}

// unwind is a function of package unwind.
func (b *builder) unwind(name string, pos token.Pos) *flow.Func {
	for _, p := range b.r.Packages {
		if p.Path == UnwindPath {
			return b.fn(p.SSA.Func(name), pos)
		}
	}
	panic("package unwind is not loaded")
}

// usesUnwind makes the program one with deferred calls or recover.
func (b *builder) usesUnwind(pos token.Pos) {
	if b.unwinds {
		return
	}
	b.unwinds = true
	for _, name := range []string{"New", "Push", "RunDeferred", "Run", "Enter", "Forward", "Take", "Recover", "RecoverDeferred", "Raise", "RaiseError", "Fault", "Top"} {
		f := b.unwind(name, pos)
		f.Hints.DontLookInside = true
	}
}

// splitInfo is what the body of a function that defers needs.
type splitInfo struct {
	body  *flow.Func
	frame *flow.Value
	cells []*flow.Value      // variables of the results
	named map[*ssa.Alloc]int // named results
	outer []*flow.Value      // what the outer function passes to the body
}

var plainFunc = types.NewSignatureType(nil, nil, nil, nil, nil, false)

// split prepares the conversion of a function that defers: c makes the graph of the body from here on.
func (c *converter) split() {
	c.b.usesUnwind(c.ssa.Pos())
	ff := c.g.Func
	ff.Hints.DontLookInside = true
	body := &flow.Func{Name: ff.Name + "$body", Unit: ff.Unit, Sig: plainFunc, Pos: ff.Pos, FreeVars: append([]types.Type(nil), ff.FreeVars...)}
	body.Hints.DontLookInside = true
	for _, p := range c.ssa.Params {
		body.FreeVars = append(body.FreeVars, c.paramTypes(p)...)
	}
	s := &splitInfo{body: body, named: map[*ssa.Alloc]int{}}
	c.split1 = s
	c.g.Func = body
	body.FreeVars = append(body.FreeVars, c.frameType())
	s.frame = c.g.NewValue(c.frameType())
	s.frame.Name = "frame"
	for v := range c.ssa.Signature.Results().Variables() {
		t := types.NewPointer(v.Type())
		cell := c.g.NewValue(t)
		cell.Name = "result"
		s.cells = append(s.cells, cell)
		body.FreeVars = append(body.FreeVars, t)
	}
	// go/ssa's recover block returns the named results.
	for _, i := range c.ssa.Recover.Instrs {
		ret, ok := i.(*ssa.Return)
		if !ok {
			continue
		}
		for k, r := range ret.Results {
			if load, ok := r.(*ssa.UnOp); ok && load.Op == token.MUL {
				if a, ok := load.X.(*ssa.Alloc); ok {
					s.named[a] = k
					c.values[a] = s.cells[k]
				}
			}
		}
	}
}

func (c *converter) frameType() types.Type {
	return c.b.unwind("New", c.lastPos).Sig.Results().At(0).Type()
}

// outerGraph is the graph of what keeps the name of a function that defers.
func (c *converter) outerGraph(ff *flow.Func) *flow.Graph {
	s := c.split1
	g := &flow.Graph{Func: ff, ResType: []types.Type{}}
	e := g.NewBlock()
	e.Comment, e.Pos = "entry", ff.Pos
	emit := func(code op.Code, aux any, t types.Type, args ...*flow.Value) *flow.Value {
		o := &flow.Op{Code: code, Aux: aux, Args: args, Pos: ff.Pos}
		e.Ops = append(e.Ops, o)
		if t == nil {
			return nil
		}
		o.Results = []*flow.Value{g.NewValue(t)}
		return o.Results[0]
	}
	var captured []*flow.Value
	for _, v := range c.ssa.FreeVars {
		p := g.NewValue(v.Type())
		p.Name = v.Name()
		e.Params, captured = append(e.Params, p), append(captured, p)
	}
	for _, v := range c.ssa.Params {
		for i, t := range c.paramTypes(v) {
			p := g.NewValue(t)
			if i == 0 {
				p.Name = v.Name()
			}
			e.Params, captured = append(e.Params, p), append(captured, p)
		}
	}
	frame := emit(flow.GoCall, c.b.unwind("New", c.lastPos), c.frameType())
	captured = append(captured, frame)
	var cells []*flow.Value
	for v := range c.ssa.Signature.Results().Variables() {
		g.ResType = append(g.ResType, v.Type())
		cells = append(cells, emit(flow.GoAlloc, flow.AllocAux{Elem: v.Type(), Heap: true}, types.NewPointer(v.Type())))
	}
	captured = append(captured, cells...)
	body := emit(flow.GoMakeClosure, s.body, plainFunc, captured...)
	emit(flow.GoCall, c.b.unwind("Run", c.lastPos), nil, frame, body)
	e.Term, e.Pos = flow.Return, ff.Pos
	for k, cell := range cells {
		e.Args = append(e.Args, emit(flow.GoLoad, nil, g.ResType[k], cell))
	}
	return g
}

// ret converts a return.
func (c *converter) ret(i *ssa.Return) {
	vs := c.vals(i.Results...)
	if c.split1 == nil {
		c.end(i.Block(), flow.Return, vs...)
		return
	}
	for k, v := range vs {
		c.emit(flow.GoStore, nil, c.split1.cells[k], v)
	}
	c.end(i.Block(), flow.Return)
}

// runDefers converts the calls of what was deferred when the function returns.
func (c *converter) runDefers() {
	if c.split1 != nil {
		c.emit(flow.GoCall, c.b.unwind("RunDeferred", c.lastPos), c.split1.frame)
	}
}

// deferred converts a defer statement: a closure over callee and arguments, which are evaluated now.
func (c *converter) deferred(i *ssa.Defer) {
	outer := c.b.funcs[c.ssa]
	if c.special != nil {
		outer = c.special.flow
	}
	c.b.thunks++
	thunk := &flow.Func{Name: outer.Name + "$defer" + itoa(c.b.thunks), Unit: outer.Unit, Sig: plainFunc, Pos: c.here()}
	thunk.Hints.DontLookInside = true
	g := &flow.Graph{Func: thunk, ResType: []types.Type{}}
	thunk.Graph = g
	e := g.NewBlock()
	e.Comment, e.Pos = "entry", c.here()
	var captured []*flow.Value
	captureValue := func(outside *flow.Value) *flow.Value {
		if outside.Const != nil {
			return outside
		}
		p := g.NewValue(outside.Type) // without a name: it may be nil
		e.Params, captured = append(e.Params, p), append(captured, outside)
		thunk.FreeVars = append(thunk.FreeVars, outside.Type)
		return p
	}
	call := &flow.Op{Pos: c.here()}
	common := &i.Call
	add := func(o *flow.Op, t types.Type) *flow.Value {
		o.Pos = c.here()
		e.Ops = append(e.Ops, o)
		if t != nil {
			o.Results = []*flow.Value{g.NewValue(t)}
			return o.Results[0]
		}
		return nil
	}
	enter := func(number *flow.Value) {
		add(&flow.Op{Code: flow.GoCall, Aux: c.b.unwind("Enter", i.Pos()), Args: []*flow.Value{number}}, nil)
	}
	number := func(fn *flow.Value) *flow.Value {
		return add(&flow.Op{Code: flow.GoBuiltin, Aux: "kiln:number", Args: []*flow.Value{fn}}, types.Typ[types.Int])
	}
	results := common.Signature().Results()
	var args []*flow.Value
	switch callee := common.Value.(type) {
	case *ssa.Builtin:
		if !c.deferredBuiltin(i, callee.Name(), call) {
			return
		}
		if callee.Name() == "print" || callee.Name() == "println" {
			c.needPrint(i.Pos())
		}
		results = types.NewTuple()
		if callee.Name() == "recover" {
			call.Args = append(call.Args, captureValue(c.taken))
		}
		if callee.Name() == "copy" {
			results = types.NewTuple(types.NewVar(token.NoPos, nil, "", types.Typ[types.Int]))
		}
	case *ssa.Function:
		if c.isFramework(callee) {
			c.problem(i.Pos(), "defer", "functions of package framework cannot be deferred", "defer a function of your own that calls it")
			return
		}
		var fn *flow.Func
		if ways, any := c.interiorArgs(callee, common.Args); any {
			fn = c.b.specialised(callee, ways, i.Pos())
			args = c.specialArgs(common.Args, ways)
		} else {
			fn = c.b.fn(callee, i.Pos())
		}
		call.Code, call.Aux = flow.GoCall, fn
		enter(number(funcConst(fn)))
	default:
		v := captureValue(c.val(common.Value))
		if common.IsInvoke() {
			c.b.invoke(common.Method)
			// The method is looked up now: of a nil interface that panics.
			check := c.emit(flow.GoBuiltin, "ssa:wrapnilchk", c.val(common.Value))
			check.Results = []*flow.Value{c.g.NewValue(common.Value.Type())}
			call.Code, call.Aux = flow.GoCallInterface, common.Method
			enter(flow.GoConst(types.Typ[types.Int], constInt(anyMethod)))
		} else {
			call.Code = flow.GoCallClosure
			enter(number(v))
		}
		call.Args = append(call.Args, v)
	}
	if args == nil {
		args = c.vals(common.Args...)
	}
	for _, a := range args {
		call.Args = append(call.Args, captureValue(a))
	}
	for v := range results.Variables() {
		call.Results = append(call.Results, g.NewValue(v.Type()))
	}
	e.Ops = append(e.Ops, call)
	e.Term = flow.Return
	flow.Renumber(g)
	if !c.bad() {
		if err := flow.Verify(g, flow.High); err != nil {
			c.b.r.bug(i.Pos(), "%v", err)
		}
	}
	c.b.prog.Funcs = append(c.b.prog.Funcs, thunk)
	o := c.emit(flow.GoMakeClosure, thunk, captured...)
	o.Results = []*flow.Value{c.g.NewValue(plainFunc)}
	c.emit(flow.GoCall, c.b.unwind("Push", i.Pos()), c.deferFrame(i), o.Results[0])
}

// deferredBuiltin: defer delete(m, k) and its kin.
func (c *converter) deferredBuiltin(i *ssa.Defer, name string, call *flow.Op) bool {
	switch name {
	case "delete", "clear", "copy", "print", "println":
		call.Code, call.Aux = flow.GoBuiltin, name
		return true
	case "panic":
		call.Code, call.Aux = flow.GoCall, c.b.unwind("Raise", i.Pos())
		return true
	case "recover":
		if isYield(c.ssa) {
			c.problem(i.Pos(), "recover", "recover is deferred in the body of a range over a function, where it would act for the function around it", "defer it before the loop")
			return false
		}
		call.Code, call.Aux = flow.GoCall, c.b.unwind("RecoverDeferred", i.Pos())
		return true
	case "close":
		c.problem(i.Pos(), "channel", "channels are not in the dialect", "use a queue of your own, or a host package")
	default:
		c.problem(i.Pos(), "defer", "builtin "+name+" cannot be deferred", "defer a function that calls it")
	}
	return false
}

// anyMethod is the number that unwind.Take knows for methods called through interfaces.
const anyMethod = -2

// funcConst is a function as operand of kiln:number: it has the type of a function value, whatever its signature is.
func funcConst(f *flow.Func) *flow.Value {
	return &flow.Value{Type: plainFunc, Const: &flow.Const{Func: f}}
}

// number emits the number of a function.
func (c *converter) number(f *flow.Func) *flow.Value {
	o := c.emit(flow.GoBuiltin, "kiln:number", funcConst(f))
	o.Results = []*flow.Value{c.g.NewValue(types.Typ[types.Int])}
	return o.Results[0]
}

// takePanic asks, at the entry of a function that contains recover, for what recover may return.
func (c *converter) takePanic() {
	c.b.usesUnwind(c.lastPos)
	ff := c.b.funcs[c.ssa]
	ff.Recovers, ff.Hints.DontLookInside = true, true
	take := c.b.unwind("Take", c.lastPos)
	o := c.emit(flow.GoCall, take, c.number(ff), flow.GoConst(types.Typ[types.Bool], constant.MakeBool(ff.Recv)))
	c.taken = c.g.NewValue(take.Sig.Results().At(0).Type())
	o.Results = []*flow.Value{c.taken}
}

// recover converts the builtin.
func (c *converter) recover(i *ssa.Call) {
	c.result(i, flow.GoCall, c.b.unwind("Recover", i.Pos()), c.taken)
}

// forward: a wrapper passes on that it was deferred.
func (c *converter) forward(callee *ssa.Function) {
	if c.ssa.Synthetic == "" || !recovers(callee) {
		return
	}
	c.b.usesUnwind(c.lastPos)
	c.emit(flow.GoCall, c.b.unwind("Forward", c.lastPos), c.number(c.b.funcs[c.ssa]), c.number(c.b.fn(callee, c.lastPos)))
}

// wrapTops makes the main function and the initialisers report what nobody recovers.
func (b *builder) wrapTops() {
	if !b.unwinds {
		return
	}
	top := b.unwind("Top", token.NoPos)
	if b.prog.SeveralThreads() {
		b.prog.ThreadTop = top
	}
	wrap := func(f *flow.Func) *flow.Func {
		w := &flow.Func{Name: f.Name + "$top", Unit: f.Unit, Sig: plainFunc, Pos: f.Pos}
		g := &flow.Graph{Func: w, ResType: []types.Type{}}
		e := g.NewBlock()
		e.Comment, e.Pos = "entry", f.Pos
		e.Ops = []*flow.Op{{Code: flow.GoCall, Aux: top, Args: []*flow.Value{funcConst(f)}, Pos: f.Pos}}
		e.Term = flow.Return
		w.Graph = g
		b.prog.Funcs = append(b.prog.Funcs, w)
		return w
	}
	b.prog.Main = wrap(b.prog.Main)
	for i, f := range b.prog.Init {
		b.prog.Init[i] = wrap(f)
	}
}
