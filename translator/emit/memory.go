package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Memory. Every address is unsafe.Add of a base that is a variable, so that Go folds it into the
// access; no address is ever kept in a variable (after a collection, or with a nil base during a
// growth of the stack, it would be garbage).

// load reads a Go type at an address.
func load(typ string, addr *jen.Statement) *jen.Statement {
	return jen.Op("*").Parens(jen.Op("*").Id(typ)).Parens(addr)
}

// at is the address off bytes into the object v.
func (f *function) at(v *flow.Value, off int) *jen.Statement {
	return jen.Qual("unsafe", "Add").Call(f.base(v), jen.Lit(off))
}

// base writes the object of an access. A nil constant can stand there in code that a check before it
// makes unreachable.
func (f *function) base(v *flow.Value) *jen.Statement {
	if v.Const != nil && v.Const.Prebuilt == nil {
		return unsafePointer().Call(jen.Nil())
	}
	return f.use(v)
}

// item is the address of an item of an array, off bytes into it.
func (f *function) item(arr, index *flow.Value, t *layout.Type, off int) *jen.Statement {
	if index.Const != nil {
		// Constant indices are added to the offset; out-of-range ones sit behind a failing check.
		return f.at(arr, t.Size+off+int(index.Const.Bits)*t.ItemSize)
	}
	i := f.use(index)
	if t.ItemSize != 1 {
		i = i.Op("*").Lit(t.ItemSize)
	}
	return jen.Qual("unsafe", "Add").Call(jen.Qual("unsafe", "Add").Call(f.base(arr), i), jen.Lit(t.Size+off))
}

// place is the address and the access of a heap operation.
func (f *function) place(o *flow.Op) (*jen.Statement, *descr.Access) {
	switch d := o.Descr.(type) {
	case *descr.Field:
		return f.at(o.Args[0], d.Offset), &d.Access
	case *descr.Array:
		return f.item(o.Args[0], o.Args[1], d.Type, 0), &d.Access
	case *descr.Interior:
		return f.item(o.Args[0], o.Args[1], d.Array.Type, d.Offset), &d.Access
	}
	f.fail(o.Pos, "%s without a location", o.Code)
	return nil, &descr.Access{Kind: op.Int, Width: 8}
}

// memoryType is the Go type of a location.
func memoryType(a *descr.Access) string {
	switch a.Kind {
	case op.Ref:
		return "uintptr"
	case op.Float:
		return "float" + strconv.Itoa(a.Width*8)
	}
	if a.Signed {
		return "int" + strconv.Itoa(a.Width*8)
	}
	return "uint" + strconv.Itoa(a.Width*8)
}

// loadOp writes a load.
func (f *function) loadOp(o *flow.Op) *jen.Statement {
	addr, a := f.place(o)
	switch {
	case a.Kind == op.Ref:
		return jen.Op("*").Parens(jen.Op("*").Add(unsafePointer())).Parens(addr)
	case a.Kind == op.Int && a.Width == 8:
		return load("int", addr)
	case a.Kind == op.Int:
		return jen.Int().Call(load(memoryType(a), addr))
	case a.Width == 4:
		return jen.Float64().Call(load("float32", addr))
	}
	return load("float64", addr)
}

// storeOp writes a store. References are stored as plain words: Go's write barrier must not see them.
func (f *function) storeOp(o *flow.Op) *jen.Statement {
	addr, a := f.place(o)
	v := o.Args[len(o.Args)-1]
	var x *jen.Statement
	switch {
	case a.Kind == op.Ref:
		x = f.word(v)
	case a.Kind == op.Int && a.Width == 8:
		return load("int", addr).Op("=").Add(f.use(v))
	case a.Kind == op.Float && a.Width == 8:
		x = f.use(v)
	case v.Const != nil && a.Kind == op.Int:
		x = intLiteral(truncate(v.Const.Bits, a)) // Go refuses constants that do not fit
	default:
		x = jen.Id(memoryType(a)).Call(f.variable(v))
	}
	return load(memoryType(a), addr).Op("=").Add(x)
}

// truncate is the value of the type of a location that has the low bits of a word.
func truncate(bits uint64, a *descr.Access) int64 {
	shift := 64 - 8*a.Width
	if a.Signed {
		return int64(bits<<shift) >> shift
	}
	return int64(bits << shift >> shift)
}
