package load

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"kiln/translator/flow"
)

// call converts a call: builtin, method of an interface, framework hint, static, or through a value.
func (c *converter) call(i *ssa.Call) {
	common := &i.Call
	if common.IsInvoke() {
		if c.b.prog.Foreign(common.Value.Type()) {
			c.result(i, flow.GoCall, c.b.foreignMethod(common.Value.Type(), common.Method, i.Pos()), append(c.vals(common.Value), c.vals(common.Args...)...)...)
			return
		}
		c.b.invoke(common.Method)
		c.result(i, flow.GoCallInterface, common.Method, append(c.vals(common.Value), c.vals(common.Args...)...)...)
		return
	}
	switch callee := common.Value.(type) {
	case *ssa.Builtin:
		c.builtin(i, callee)
		return
	case *ssa.Function:
		if c.isFramework(callee) {
			c.hint(i, callee)
			return
		}
		c.forward(callee)
		if ways, any := c.interiorArgs(callee, common.Args); any && !c.bad() {
			c.callSpecialised(i, callee, ways)
			return
		}
		c.result(i, flow.GoCall, c.b.fn(callee, i.Pos()), c.vals(common.Args...)...)
		return
	}
	c.result(i, flow.GoCallClosure, nil, append(c.vals(common.Value), c.vals(common.Args...)...)...)
}

func (c *converter) needPrint(pos token.Pos) {
	c.b.need(HostPath, pos, "Eprint")
	c.b.need(TextPath, pos, "Int", "Uint", "Hex", "Bool", "Float", "Float32", "Complex", "Complex64")
}

func (c *converter) isFramework(f *ssa.Function) bool {
	p := c.b.packageOf(f)
	if p == nil || p.Path != FrameworkPath || f.Parent() != nil {
		return false
	}
	name := f.Name()
	if o := f.Origin(); o != nil {
		name = o.Name()
	}
	return !ordinary[name]
}

// ordinary are the functions and methods of package framework that are translated as any others: they have a patch of
// their own.
var ordinary = map[string]bool{
	"StartThread": true, "Join": true, "Yield": true, "ThreadNumber": true, "NewLock": true, "Acquire": true, "TryAcquire": true, "Release": true,
	"NewCond": true, "Wait": true, "Signal": true, "Broadcast": true, "NewThreadLocal": true, "Set": true, "forget": true, "own": true, "find": true, "threadEnds": true,
	"startThread": true, "switchThread": true, "threadNumber": true, "newSemaphore": true, "wait": true, "wake": true,
	"NewWeakRef": true, "Get": true, "SetFinalizer": true, "RunFinalizers": true, "addFinalizer": true, "nextFinalizer": true, "run": true,
}

func (c *converter) builtin(i *ssa.Call, callee *ssa.Builtin) {
	args := i.Call.Args
	switch name := callee.Name(); name {
	case "append", "len", "cap", "copy", "min", "max", "clear", "delete", "print", "println", "complex", "real", "imag":
		if name == "append" && c.instanceOnFixed(i.Type(), i.Type()) {
			c.problem(i.Pos(), "fixed-array", "appends to a "+typeName(i.Type())+" in "+shorten(ssaName(c.ssa), c.b.main)+": it is a //kiln:array, one pointer to an array of fixed length", fixedRemedy)
			return
		}
		if name == "append" && c.appendItems(i) {
			return
		}
		if name == "print" || name == "println" {
			c.needPrint(i.Pos())
		}
		o := c.result(i, flow.GoBuiltin, name, c.vals(args...)...)
		if name == "copy" || name == "len" || name == "cap" {
			return
		}
		if t, ok := i.Type().(*types.Tuple); ok && t.Len() == 0 {
			o.Results = nil
		}
	case "ssa:wrapnilchk":
		// The wrapper of a value method called through a nil pointer.
		c.result(i, flow.GoBuiltin, name, c.val(args[0]))
	case "ssa:deferstack":
		c.deferStack(i)
	case "recover":
		c.recover(i)
	case "close":
		c.problem(i.Pos(), "channel", "channels are not in the dialect", "use a queue of your own, or a host package")
	default:
		c.problem(i.Pos(), "unsafe", "builtin "+name+" is not in the dialect", "write the same with ordinary types")
		c.newValue(i, "")
	}
}

// hint converts a call of package framework.
func (c *converter) hint(i *ssa.Call, callee *ssa.Function) {
	if c.isFramework(c.ssa) { // a wrapper for a method used as a value, which is refused
		c.b.r.followUps++
		c.tuples[i] = nil
		return
	}
	origin := callee
	if o := callee.Origin(); o != nil {
		origin = o
	}
	h := flow.Hint{Name: origin.Name()}
	args := i.Call.Args
	if origin.Signature.Recv() != nil {
		if recv := typeName(origin.Signature.Recv().Type()); recv == "framework.JitDriver" {
			h.Driver = c.driverArg(i, args[0])
			args = args[1:]
			if h.Name == "Name" {
				c.problem(i.Pos(), "driver", "the driver's name is not available in translated code", "use the string itself")
			}
		} else {
			h.Name = recv[len("framework."):] + "." + h.Name
			if origin.Pkg != nil && origin.Blocks != nil && recv == "framework.Error" {
				// framework.Error is an ordinary type with an ordinary method.
				c.result(i, flow.GoCall, c.b.fn(callee, i.Pos()), c.vals(args...)...)
				return
			}
		}
	}
	if h.Name == "NewJitDriver" {
		c.result(i, flow.GoHint, h) // not at package level: findDrivers has said so
		return
	}
	if strings.HasPrefix(h.Name, "ConditionalCall") {
		c.conditionalCall(i, h.Name, args)
		return
	}
	if !knownHints[h.Name] && !c.bad() {
		c.problem(i.Pos(), "hint", "framework."+h.Name+" is not supported yet", "leave it out; docs/hints.md lists the hints")
	}
	if h.Name == "IsVirtual" {
		switch t := args[0].Type(); t.Underlying().(type) {
		case *types.Pointer, *types.Interface:
		default:
			c.problem(i.Pos(), "hint", "framework.IsVirtual is about an object; this is "+typeName(t), "pass a pointer or an interface, or ask framework.IsConstant")
		}
	}
	var in []*flow.Value
	for k, a := range args {
		if k == len(args)-1 && origin.Signature.Variadic() {
			in = append(in, c.variadic(i, a)...)
		} else {
			in = append(in, c.val(a))
		}
	}
	if h.Name == "RecordExactClass" {
		h.Type = callee.TypeArgs()[0]
		if types.IsInterface(h.Type) {
			c.problem(i.Pos(), "hint", "framework.RecordExactClass["+typeName(h.Type)+"] names an interface: no object is exactly that", "name the type that the interface holds")
		}
	}
	o := c.result(i, flow.GoHint, h, in...)
	c.b.r.positions[o] = i.Pos()
}

// knownHints are the framework functions that lowering knows.
var knownHints = map[string]bool{
	"MergePoint": true, "CanEnterJit": true, "Promote": true, "PromoteString": true, "IsVirtual": true, "RecordExactClass": true, "JitDebug": true, "IsConstant": true, "WeAreJitted": true, "IdentityHash": true,
	"AddOvf": true, "SubOvf": true, "MulOvf": true,
}

// driverArg finds the driver that the receiver of a call is: a load of a driver variable.
func (c *converter) driverArg(i *ssa.Call, recv ssa.Value) *flow.Driver {
	if u, ok := recv.(*ssa.UnOp); ok && u.Op == token.MUL {
		if d := c.b.driverOf(u.X); d != nil {
			return d
		}
	}
	c.problem(i.Pos(), "driver", "the receiver must be a package variable initialised by framework.NewJitDriver",
		"call the method on the variable itself: driver.MergePoint(...)")
	return nil
}

// driverOf is the driver whose variable a global is.
func (b *builder) driverOf(v ssa.Value) *flow.Driver {
	if g, ok := v.(*ssa.Global); ok && g.Object() != nil {
		return b.drivers[g.Object()]
	}
	return nil
}

// variadic lists the values that a call passes as ...any, as they were before conversion to an interface.
func (c *converter) variadic(i *ssa.Call, arg ssa.Value) []*flow.Value {
	items, ok := variadicItems(arg)
	if !ok {
		if k, isConst := arg.(*ssa.Const); isConst && k.IsNil() {
			return nil
		}
		c.problem(i.Pos(), "driver", "the arguments must be listed in the call", "write the variables instead of a slice...")
		return nil
	}
	out := make([]*flow.Value, len(items))
	for k, x := range items {
		if mi, ok := x.(*ssa.MakeInterface); ok {
			x = mi.X
		}
		out[k] = c.val(x)
	}
	return out
}

// variadicItems finds the items of a slice that go/ssa made for one variadic call: an array, one store for
// each element, a slice of all of it.
func variadicItems(arg ssa.Value) ([]ssa.Value, bool) {
	s, ok := arg.(*ssa.Slice)
	if !ok || s.Low != nil || s.High != nil || s.Max != nil {
		return nil, false
	}
	alloc, ok := s.X.(*ssa.Alloc)
	if !ok || alloc.Comment != "varargs" {
		return nil, false
	}
	array := alloc.Type().(*types.Pointer).Elem().Underlying().(*types.Array)
	items := make([]ssa.Value, array.Len())
	for _, use := range *alloc.Referrers() {
		if use == s {
			continue
		}
		addr, ok := use.(*ssa.IndexAddr)
		if !ok {
			return nil, false
		}
		k, ok := addr.Index.(*ssa.Const)
		if !ok || len(*addr.Referrers()) != 1 {
			return nil, false
		}
		store, ok := (*addr.Referrers())[0].(*ssa.Store)
		if !ok || store.Addr != addr {
			return nil, false
		}
		items[k.Int64()] = store.Val
	}
	for _, x := range items {
		if x == nil {
			return nil, false
		}
	}
	return items, true
}

// findSkipped marks the instructions that make the argument slices of append and of driver methods: their
// items become operands.
func (c *converter) findSkipped(sb *ssa.BasicBlock) {
	for _, instr := range sb.Instrs {
		call, ok := instr.(*ssa.Call)
		if !ok || call.Call.IsInvoke() || len(call.Call.Args) == 0 {
			continue
		}
		last := call.Call.Args[len(call.Call.Args)-1]
		unbox := false
		switch callee := call.Call.Value.(type) {
		case *ssa.Builtin:
			if callee.Name() != "append" {
				continue
			}
		case *ssa.Function:
			if !c.isFramework(callee) || !callee.Signature.Variadic() {
				continue
			}
			unbox = true
		default:
			continue
		}
		if _, ok := variadicItems(last); ok && len(*last.Referrers()) == 1 {
			c.skipSlice(last.(*ssa.Slice), unbox)
		}
	}
}

func (c *converter) skipSlice(s *ssa.Slice, unbox bool) {
	alloc := s.X.(*ssa.Alloc)
	c.skip[s], c.skip[alloc] = true, true
	for _, use := range *alloc.Referrers() {
		addr, ok := use.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		store := (*addr.Referrers())[0].(*ssa.Store)
		c.skip[addr], c.skip[store] = true, true
		if mi, ok := store.Val.(*ssa.MakeInterface); ok && unbox && len(*mi.Referrers()) == 1 {
			c.skip[mi] = true
		}
	}
}

// appendItems converts append(s, x, y) to GoAppendItems.
func (c *converter) appendItems(i *ssa.Call) bool {
	if len(i.Call.Args) != 2 {
		return false
	}
	s, ok := i.Call.Args[1].(*ssa.Slice)
	if !ok || !c.skip[s] {
		return false
	}
	items, _ := variadicItems(s)
	c.result(i, flow.GoAppendItems, nil, append(c.vals(i.Call.Args[0]), c.vals(items...)...)...)
	return true
}
