package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
	"kiln/translator/gcxform"
)

func collects(o *flow.Op) bool { return gcxform.Collects(o) }

// op writes one operation as statements, with what must be saved around it.
func (f *function) op(o *flow.Op) []jen.Code {
	switch {
	case allocates(o):
		return f.allocate(o)
	case o.Code == op.QuasiWrite:
		return f.quasiWrite(o)
	}
	return f.saved(o, f.statements(o))
}

func (f *function) statements(o *flow.Op) []jen.Code {
	switch {
	case o.Code == flow.Call, o.Code == flow.CallIndirect:
		return f.call(o)
	case o.Code == flow.MergePoint:
		return nil // emitted code counts at CanEnterJit only
	case o.Code == flow.OrElse:
		v := f.target(o.Results[0])
		f.read[o.Results[0]] = true
		return []jen.Code{v.Clone().Op("=").Add(f.use(o.Args[0])),
			jen.If(v.Clone().Op("==").Nil()).Block(v.Clone().Op("=").Add(f.use(o.Args[1])))}
	case o.Code == flow.CanEnterJit:
		return f.canEnterJit(o, "Tick")
	case o.Code == flow.EnterPortal:
		return f.canEnterJit(o, "TickCall")
	case o.Code >= op.FirstPrivate:
		f.fail(o.Pos, "operation %s is not low level", flow.OpName(o.Code))
		return nil
	case o.Code.Has(op.Check):
		return f.check(o)
	}
	switch o.Code {
	case op.SetField, op.SetArrayItem, op.SetInterior:
		return []jen.Code{f.storeOp(o)}
	case op.RecordExactClass, op.JitDebug:
		return nil
	case op.WriteBarrier, op.WriteBarrierItem:
		return f.barrier(o)
	case op.GetFieldI, op.GetFieldR, op.GetFieldF, op.GetArrayItemI, op.GetArrayItemR, op.GetArrayItemF,
		op.GetInteriorI, op.GetInteriorR, op.GetInteriorF:
		return f.assign(o, f.loadOp(o))
	case op.ArrayCopy:
		d := o.Descr.(*descr.Array)
		if len(d.Type.ItemRefs) > 0 {
			return []jen.Code{jen.Qual(pathSupport, "CopyRefs").Call(jen.Id("t"), f.base(o.Args[2]), f.use(o.Args[3]), f.base(o.Args[0]), f.use(o.Args[1]),
				f.use(o.Args[4]), jen.Lit(d.Type.Size), jen.Lit(d.Type.ItemSize))}
		}
		return []jen.Code{jen.Qual(pathSupport, "CopyItems").Call(f.base(o.Args[2]), f.itemOffset(o.Args[3], d.Type),
			f.base(o.Args[0]), f.itemOffset(o.Args[1], d.Type), f.scaled(o.Args[4], d.Type.ItemSize))}
	case op.ArrayClear:
		d := o.Descr.(*descr.Array)
		return []jen.Code{jen.Qual(pathSupport, "ClearItems").Call(f.base(o.Args[0]), f.itemOffset(o.Args[1], d.Type), f.scaled(o.Args[2], d.Type.ItemSize))}
	case op.BytesEqual:
		t := o.Descr.(*descr.Array).Type
		return f.assign(o, jen.Qual(pathSupport, "B2i").Call(jen.Qual(pathSupport, "BytesEqual").Call(f.base(o.Args[0]), f.itemOffset(o.Args[1], t),
			f.base(o.Args[2]), f.itemOffset(o.Args[3], t), f.use(o.Args[4]))))
	case op.BytesCompare:
		t := o.Descr.(*descr.Array).Type
		return f.assign(o, jen.Qual(pathSupport, "BytesCompare").Call(f.base(o.Args[0]), f.itemOffset(o.Args[1], t), f.use(o.Args[2]),
			f.base(o.Args[3]), f.itemOffset(o.Args[4], t), f.use(o.Args[5])))
	case op.BytesIndex:
		t := o.Descr.(*descr.Array).Type
		return f.assign(o, jen.Qual(pathSupport, "BytesIndex").Call(f.base(o.Args[0]), jen.Lit(t.Size), f.use(o.Args[1]), f.use(o.Args[2]),
			jen.Byte().Call(f.variable(o.Args[3]))))
	case op.IdentityHash:
		return f.assign(o, jen.Int().Call(jen.Qual(pathSupport, "Heap").Dot("IdentityHash").Call(f.word(o.Args[0]))))
	}
	if len(o.Results) != 1 {
		f.fail(o.Pos, "operation %s has no Go form", o.Code)
		return nil
	}
	return f.assign(o, f.expr(o))
}

// assign writes the single result.
func (f *function) assign(o *flow.Op, x *jen.Statement) []jen.Code {
	return []jen.Code{f.target(o.Results[0]).Op("=").Add(x)}
}

// variable is use for places where Go would look into a constant.
func (f *function) variable(v *flow.Value) *jen.Statement {
	if v.Const != nil {
		return hide(v.Kind, f.use(v))
	}
	return f.use(v)
}

// itemOffset is the byte offset of an item in its array.
func (f *function) itemOffset(index *flow.Value, t *layout.Type) *jen.Statement {
	if index.Const != nil {
		return jen.Lit(t.Size + int(index.Const.Bits)*t.ItemSize)
	}
	return jen.Lit(t.Size).Op("+").Add(f.scaled(index, t.ItemSize))
}

func (f *function) scaled(v *flow.Value, size int) *jen.Statement {
	if size == 1 {
		return f.use(v)
	}
	if v.Const != nil {
		return jen.Lit(int(v.Const.Bits) * size)
	}
	return f.use(v).Op("*").Lit(size)
}

// check writes one of Go's run-time checks.
func (f *function) check(o *flow.Op) []jen.Code {
	a := o.Args
	switch o.Code {
	case op.CheckIndex:
		return []jen.Code{f.trap("failIndex", f.unsigned(a[0]).Op(">=").Add(f.unsigned(a[1])), f.use(a[0]), f.use(a[1]))}
	case op.CheckSlice, op.CheckSliceLen:
		label := "failSlice"
		if o.Code == op.CheckSliceLen {
			label = "failSliceLen"
		}
		cond := f.unsigned(a[1]).Op(">").Add(f.unsigned(a[2]))
		if a[0].Const == nil || a[0].Const.Bits != 0 {
			cond = cond.Op("||").Add(f.unsigned(a[0])).Op(">").Add(f.unsigned(a[1]))
		}
		return []jen.Code{f.trap(label, cond, f.use(a[0]), f.use(a[1]), f.use(a[2]))}
	case op.CheckNil:
		if c := a[0].Const; c != nil {
			if c.Prebuilt != nil {
				return nil
			}
			return []jen.Code{f.trap("failNil", jen.True())}
		}
		// Go's own check for nil: it faults by itself, and goes away where the next access to the
		// object faults as well (offset below 4096) or one before did.
		return []jen.Code{jen.Id("_").Op("=").Add(load("byte", f.use(a[0])))}
	case op.CheckZero:
		return []jen.Code{f.trap("failDivide", f.use(a[0]).Op("==").Lit(0))}
	case op.CheckShift:
		return []jen.Code{f.trap("failShift", f.use(a[0]).Op("<").Lit(0))}
	case op.CheckLen:
		return []jen.Code{f.trap("failLen", f.unsigned(a[0]).Op(">").Lit(layout.MaxLen))}
	}
	f.fail(o.Pos, "check %s has no Go form", o.Code)
	return nil
}

// piece makes the next name of an out-of-line piece of code.
func (f *function) piece(prefix string) string {
	f.pieces++
	return prefix + strconv.Itoa(f.pieces)
}
