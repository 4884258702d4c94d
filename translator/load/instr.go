package load

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"kiln/translator/flow"
)

// instr converts one instruction (phis apart).
func (c *converter) instr(instr ssa.Instruction) {
	switch i := instr.(type) {
	case *ssa.DebugRef:
		c.checkAddr(i)
	case *ssa.Alloc:
		if c.split1 != nil {
			if _, isResult := c.split1.named[i]; isResult {
				return
			}
		}
		o := c.result(i, flow.GoAlloc, flow.AllocAux{Elem: i.Type().(*types.Pointer).Elem(), Heap: i.Heap})
		if isName(i.Comment) {
			o.Results[0].Name = i.Comment
		}
	case *ssa.BinOp:
		c.binop(i)
	case *ssa.UnOp:
		c.unop(i)
	case *ssa.Store:
		if d := c.b.driverOf(i.Addr); d != nil {
			c.problem(i.Pos(), "driver", "driver "+d.Name+" is assigned; drivers exist while a program is translated only", "declare another driver")
			return
		}
		c.emit(flow.GoStore, nil, c.val(i.Addr), c.val(i.Val))
	case *ssa.Call:
		c.call(i)
	case *ssa.Extract:
		c.extract(i)
	case *ssa.MakeClosure:
		c.hintAsValue(i.Fn.(*ssa.Function))
		if c.boundPart(i) {
			return
		}
		c.result(i, flow.GoMakeClosure, c.b.fn(i.Fn.(*ssa.Function), c.lastPos), c.vals(i.Bindings...)...)
	case *ssa.Convert:
		c.convertOp(i)
	case *ssa.ChangeType:
		c.toFixedArray(i)
		if types.IsInterface(i.X.Type()) && types.IsInterface(i.Type()) {
			c.foreignInterface(i.Pos(), i.X.Type(), i.Type())
		}
		c.result(i, flow.GoChangeType, nil, c.val(i.X))
	case *ssa.ChangeInterface:
		c.foreignInterface(i.Pos(), i.X.Type(), i.Type())
		c.result(i, flow.GoChangeInterface, nil, c.val(i.X))
	case *ssa.MakeInterface:
		c.foreignInterface(i.Pos(), i.X.Type(), i.Type())
		c.b.convertedToInterface(i.X.Type(), c.userPos())
		c.result(i, flow.GoMakeInterface, nil, c.val(i.X))
	case *ssa.SliceToArrayPointer:
		for _, u := range *i.Referrers() {
			if _, debug := u.(*ssa.DebugRef); debug {
				continue
			}
			if load, ok := u.(*ssa.UnOp); !ok || load.Op != token.MUL {
				c.problem(i.Pos(), "slice-to-array", "conversion of a slice to a pointer to an array is not supported: it would point into the slice's array", "convert to the array type itself, which copies")
				break
			}
		}
		c.b.need(TextPath, i.Pos(), "Int", "ToArray")
		c.result(i, flow.GoSliceToArrayPtr, nil, c.val(i.X))
	case *ssa.TypeAssert:
		c.foreignInterface(i.Pos(), i.X.Type(), i.AssertedType)
		if c.methodOfNil(i) {
			return
		}
		if !types.IsInterface(i.AssertedType) {
			c.notType(i.Pos(), i.AssertedType)
			// Perhaps no value of the type is ever made; lowering gives it a type id and table entries all the same.
			c.b.convertedToInterface(i.AssertedType, c.userPos())
		}
		if !i.CommaOk {
			c.b.need(TextPath, i.Pos(), "Conversion", "Method")
		}
		c.result(i, flow.GoTypeAssert, i.AssertedType, c.val(i.X))
	case *ssa.FieldAddr:
		c.interior(i, i.X, i.Pos())
		c.result(i, flow.GoFieldAddr, i.Field, c.val(i.X))
		c.checkAddress(i)
	case *ssa.Field:
		c.result(i, flow.GoField, i.Field, c.val(i.X))
	case *ssa.IndexAddr:
		c.interior(i, i.X, i.Pos())
		c.unsignedText(i.Pos(), "IndexUint", i.Index)
		c.result(i, flow.GoIndexAddr, nil, c.val(i.X), c.val(i.Index))
		c.checkAddress(i)
	case *ssa.Index:
		c.unsignedText(i.Pos(), "IndexUint", i.Index)
		c.result(i, flow.GoIndex, nil, c.val(i.X), c.val(i.Index))
	default:
		c.instr2(instr)
	}
}

// unsignedText asks for what words the panics of indices and bounds, if there are unsigned ones of 64 bits.
func (c *converter) unsignedText(pos token.Pos, name string, indices ...ssa.Value) {
	for _, v := range indices {
		if v == nil {
			continue
		}
		if t, ok := v.Type().Underlying().(*types.Basic); ok && (t.Kind() == types.Uint || t.Kind() == types.Uint64 || t.Kind() == types.Uintptr) {
			c.b.need(TextPath, pos, "Int", "Uint", "SliceBounds", name)
		}
	}
}

// instr2 converts the rest: slices, maps, iteration, control flow, and what is refused.
func (c *converter) instr2(instr ssa.Instruction) {
	switch i := instr.(type) {
	case *ssa.Slice:
		if c.instanceOnFixed(i.X.Type(), i.Type()) {
			c.problem(i.Pos(), "fixed-array", "re-slices a "+typeName(i.X.Type())+" in "+shorten(ssaName(c.ssa), c.b.main)+": it is a //kiln:array, one pointer to an array of fixed length", fixedRemedy)
		}
		if i.Max != nil {
			c.b.need(TextPath, i.Pos(), "Int", "SliceBounds")
		}
		c.unsignedText(i.Pos(), "SliceBoundsUint", i.Low, i.High, i.Max)
		c.result(i, flow.GoSlice, nil, c.val(i.X), c.val(i.Low), c.val(i.High), c.val(i.Max))
	case *ssa.MakeSlice:
		c.result(i, flow.GoMakeSlice, nil, c.val(i.Len), c.val(i.Cap))
	case *ssa.MakeMap:
		c.result(i, flow.GoMakeMap, nil, c.val(i.Reserve))
	case *ssa.MapUpdate:
		c.emit(flow.GoMapUpdate, nil, c.val(i.Map), c.val(i.Key), c.val(i.Value))
	case *ssa.Lookup:
		if _, isMap := i.X.Type().Underlying().(*types.Map); isMap {
			c.result(i, flow.GoLookup, nil, c.val(i.X), c.val(i.Index))
		} else {
			c.unsignedText(i.Pos(), "IndexUint", i.Index)
			c.result(i, flow.GoIndex, nil, c.val(i.X), c.val(i.Index))
		}
	case *ssa.Range:
		c.result(i, flow.GoRange, nil, c.val(i.X))
	case *ssa.Next:
		c.next(i)
	case *ssa.Jump:
		c.end(i.Block(), flow.Jump)
	case *ssa.If:
		c.end(i.Block(), flow.Branch, c.val(i.Cond))
	case *ssa.Return:
		c.ret(i)
	case *ssa.Panic:
		if c.rangeMisuse(i) {
			return
		}
		if !isStringPanic(i) {
			c.b.need(TextPath, i.Pos(), "Panic")
		}
		c.end(i.Block(), flow.Panic, c.val(i.X))
		c.cur.Trap = flow.TrapExplicit
	default:
		c.refuse(instr)
	}
}

// isStringPanic: the value is a plain string.
func isStringPanic(i *ssa.Panic) bool {
	m, ok := i.X.(*ssa.MakeInterface)
	return ok && types.Identical(m.X.Type(), types.Typ[types.String])
}

// refuse reports an instruction outside of the dialect, or not supported yet.
func (c *converter) refuse(instr ssa.Instruction) {
	switch i := instr.(type) {
	case *ssa.Defer:
		c.deferred(i)
	case *ssa.RunDefers:
		c.runDefers()
	case *ssa.Go:
		c.problem(i.Pos(), "goroutine", "goroutines are not in the dialect: translated code runs on threads that Kiln knows", "use framework.StartThread, or a host package")
	case *ssa.MakeChan, *ssa.Send, *ssa.Select:
		c.problem(instr.Pos(), "channel", "channels are not in the dialect", "use a queue of your own, or a host package")
	default:
		c.problem(instr.Pos(), "internal", fmt.Sprintf("%T is not known to kiln", instr), flow.ReportRemedy)
	}
}

func (c *converter) binop(i *ssa.BinOp) {
	if i.Op == token.EQL || i.Op == token.NEQ {
		c.comparable(i)
	}
	if c.comparedWithNil(i) {
		return
	}
	c.result(i, flow.GoBinOp, i.Op, c.val(i.X), c.val(i.Y))
}

// comparable refuses comparisons that have no meaning in translated code.
func (c *converter) comparable(i *ssa.BinOp) {
	for _, x := range []ssa.Value{i.X, i.Y} {
		if _, isChan := x.Type().Underlying().(*types.Chan); isChan {
			c.problem(i.Pos(), "channel", "channels are not in the dialect", "use a queue of your own, or a host package")
		}
	}
}

func isUnsafePointer(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.UnsafePointer
}

func (c *converter) unop(i *ssa.UnOp) {
	switch i.Op {
	case token.MUL:
		if d := c.b.driverOf(i.X); d != nil {
			c.driverUses(d, i)
			return
		}
		c.result(i, flow.GoLoad, nil, c.val(i.X))
		c.loopEnds(i)
	case token.ARROW:
		c.problem(i.Pos(), "channel", "channels are not in the dialect", "use a queue of your own, or a host package")
	default:
		c.result(i, flow.GoUnOp, i.Op, c.val(i.X))
	}
}

// driverUses refuses drivers as values: there are none in translated code, only calls of their methods.
func (c *converter) driverUses(d *flow.Driver, load *ssa.UnOp) {
	for _, use := range *load.Referrers() {
		if call, ok := use.(*ssa.Call); ok {
			if callee, ok := call.Call.Value.(*ssa.Function); ok && c.isFramework(callee) && call.Call.Args[0] == load {
				continue
			}
		}
		switch use.(type) {
		case *ssa.DebugRef, *ssa.MakeClosure: // a method value is refused itself
			continue
		}
		c.problem(use.Pos(), "driver", "driver "+d.Name+" is used as a value; drivers exist while a program is translated only",
			"call the methods of the variable itself: "+d.Name+".MergePoint(...)")
		return
	}
}

func (c *converter) convertOp(i *ssa.Convert) {
	from, to := i.X.Type(), i.Type()
	if isUnsafePointer(from) || isUnsafePointer(to) {
		c.problem(i.Pos(), "unsafe", "package unsafe is not in the dialect: objects of translated code move",
			"use framework's operations, or a host package")
	}
	c.result(i, flow.GoConvert, nil, c.val(i.X))
}

// extract is a result of an operation with several.
func (c *converter) extract(i *ssa.Extract) {
	rs := c.tuples[i.Tuple]
	if rs == nil {
		if !c.bad() {
			panic("extract of an unknown tuple")
		}
		c.newValue(i, "")
		return
	}
	c.values[i] = rs[i.Index]
}

// next converts an iteration step. go/ssa gives unused keys and values no type; they get their own.
func (c *converter) next(i *ssa.Next) {
	o := c.emit(flow.GoNext, i.IsString, c.val(i.Iter))
	key, elem := types.Type(types.Typ[types.Int]), types.Type(types.Universe.Lookup("rune").Type())
	if !i.IsString {
		m := i.Iter.(*ssa.Range).X.Type().Underlying().(*types.Map)
		key, elem = m.Key(), m.Elem()
	}
	for _, t := range []types.Type{types.Typ[types.Bool], key, elem} {
		o.Results = append(o.Results, c.g.NewValue(t))
	}
	c.tuples[i] = o.Results
}

// methodOfNil converts the assertion that go/ssa puts in front of the method value of an interface, which panics as a nil pointer
// does if there is none.
func (c *converter) methodOfNil(i *ssa.TypeAssert) bool {
	if i.CommaOk || !types.IsInterface(i.AssertedType) || !types.AssignableTo(i.X.Type(), i.AssertedType) || c.writtenAssertion(i.Pos()) {
		return false
	}
	c.result(i, flow.GoBuiltin, "ssa:wrapnilchk", c.val(i.X))
	return true
}

// writtenAssertion says whether there is a type assertion in the source at a position.
func (c *converter) writtenAssertion(pos token.Pos) (found bool) {
	if c.ssa.Syntax() == nil || !pos.IsValid() {
		return false
	}
	ast.Inspect(c.ssa.Syntax(), func(n ast.Node) bool {
		a, ok := n.(*ast.TypeAssertExpr)
		found = found || ok && a.Lparen == pos
		return !found
	})
	return found
}

func isName(s string) bool {
	for i := range len(s) {
		if !isIdent(s[i]) {
			return false
		}
	}
	return s != ""
}

// notType refuses assertions to types that values of translated code never have.
func (c *converter) notType(pos token.Pos, t types.Type) {
	if _, isChan := t.Underlying().(*types.Chan); isChan {
		c.problem(pos, "channel", "channels are not in the dialect", "use a queue of your own, or a host package")
	}
}
