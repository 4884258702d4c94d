package emit

import (
	"github.com/dave/jennifer/jen"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

var binary = map[op.Code]string{
	op.IntAdd: "+", op.IntSub: "-", op.IntMul: "*", op.IntAnd: "&", op.IntOr: "|", op.IntXor: "^",
	op.FloatAdd: "+", op.FloatSub: "-", op.FloatDiv: "/",
}

// narrow maps extensions to the Go type they go through.
var narrow = map[op.Code]string{
	op.IntSext8: "int8", op.IntSext16: "int16", op.IntSext32: "int32",
	op.IntZext8: "uint8", op.IntZext16: "uint16", op.IntZext32: "uint32",
}

// pureCalls are the operations that a function of Go's library or of package support does.
var pureCalls = map[op.Code][2]string{
	op.FloatAbs: {"math", "Abs"}, op.FloatSqrt: {"math", "Sqrt"},
	op.UintMulHi: {pathSupport, "MulHi"}, op.FloatBits: {pathSupport, "FloatBits"}, op.FloatFromBits: {pathSupport, "FloatFromBits"},
	op.FloatBits32: {pathSupport, "FloatBits32"}, op.FloatFromBits32: {pathSupport, "FloatFromBits32"},
	op.CastUintToFloat: {pathSupport, "UintToFloat"}, op.CastFloatToUint: {pathSupport, "FloatToUint"},
}

// expr writes the operation of a single result that has no side effect: atomic, or in parentheses.
func (f *function) expr(o *flow.Op) *jen.Statement {
	if o.Code.Has(op.Compare) {
		return jen.Qual(pathSupport, "B2i").Call(f.compare(o.Code, o))
	}
	switch o.Code {
	case op.SameAsI, op.SameAsR, op.SameAsF, op.PromoteI, op.PromoteR, op.PromoteF, op.PromoteString:
		return f.variable(o.Args[0])
	case op.IsConstantI, op.IsConstantR, op.IsConstantF, op.IsVirtual, op.WeAreJitted:
		return jen.Lit(0)
	case op.ArrayLen:
		t := o.Descr.(*descr.Array).Type
		return load("int", f.at(o.Args[0], t.LenOffset))
	case op.TypeIDOf:
		return jen.Int().Call(load("uint32", f.at(o.Args[0], layout.TypeIDShift/8)))
	case op.MethodLookup:
		return f.dispatch(o)
	case op.TypeInSet:
		return f.typeSet(o)
	case op.IntDiv, op.IntMod, op.UintDiv, op.UintMod, op.IntShl, op.IntShr, op.UintShr:
		return f.divideOrShift(o)
	}
	if x := f.mask(o); x != nil {
		return x
	}
	a := f.operands(o)
	if sign, ok := binary[o.Code]; ok {
		return jen.Parens(a[0].Op(sign).Add(a[1]))
	}
	if t, ok := narrow[o.Code]; ok {
		return jen.Int().Call(jen.Id(t).Call(a[0]))
	}
	if fn, ok := pureCalls[o.Code]; ok {
		args := make([]jen.Code, len(a))
		for i := range a {
			args[i] = a[i]
		}
		return jen.Qual(fn[0], fn[1]).Call(args...)
	}
	switch o.Code {
	case op.IntNeg, op.FloatNeg:
		return jen.Parens(jen.Op("-").Add(a[0]))
	case op.IntInvert:
		return jen.Parens(jen.Op("^").Add(a[0]))
	case op.FloatMul:
		// The conversion keeps Go from fusing it with an addition where the processor could.
		return jen.Float64().Call(a[0].Op("*").Add(a[1]))
	case op.FloatRound32:
		return jen.Float64().Call(jen.Float32().Call(a[0]))
	case op.CastIntToFloat:
		return jen.Float64().Call(a[0])
	case op.CastFloatToInt:
		return jen.Int().Call(a[0])
	}
	f.fail(o.Pos, "operation %s has no Go form", o.Code)
	return jen.Lit(0)
}

// maskTypes are the types of the conversions that do what masks do.
var maskTypes = map[uint64]string{0xff: "uint8", 0xffff: "uint16", 0xffffffff: "uint32"}

// mask writes an and with all low bits as a conversion. An operand of an instruction is (w >> 8) & 0xffff; scaled to index an
// array, Go would shift and mask w anew instead of using the value, which the check of the index needs as well.
func (f *function) mask(o *flow.Op) *jen.Statement {
	if o.Code != op.IntAnd || f.u.off(Masks) {
		return nil
	}
	for i, v := range o.Args {
		if x := o.Args[1-i]; v.Const != nil && x.Const == nil {
			if t, ok := maskTypes[v.Const.Bits]; ok {
				return jen.Int().Call(jen.Id(t).Call(f.use(x)))
			}
		}
	}
	return nil
}

// divideOrShift: Go checks a variable divisor for 0 unless it can prove that CheckZero did, and
// reduces constant divisors; a shift count is unsigned, and counts of 64 and more are Go's business.
func (f *function) divideOrShift(o *flow.Op) *jen.Statement {
	x, y := o.Args[0], o.Args[1]
	left, right := f.use(x), f.use(y)
	if x.Const != nil {
		left = hide(op.Int, left)
	}
	if y.Const != nil && y.Const.Bits == 0 {
		right = hide(op.Int, right)
	}
	unsignedLeft := jen.Uint().Call(left)
	count := func() *jen.Statement {
		if y.Const != nil && y.Const.Bits < 64 {
			return jen.Lit(int(y.Const.Bits))
		}
		return f.unsigned(y)
	}
	switch o.Code {
	case op.IntDiv:
		return jen.Parens(left.Op("/").Add(right))
	case op.IntMod:
		return jen.Parens(left.Op("%").Add(right))
	case op.UintDiv, op.UintMod:
		sign := "/"
		if o.Code == op.UintMod {
			sign = "%"
		}
		divisor := jen.Uint().Call(right)
		if y.Const != nil && y.Const.Bits != 0 {
			divisor = f.unsigned(y)
		}
		return jen.Int().Call(unsignedLeft.Op(sign).Add(divisor))
	case op.IntShl:
		return jen.Parens(left.Op("<<").Add(count()))
	case op.IntShr:
		return jen.Parens(left.Op(">>").Add(count()))
	}
	return jen.Int().Call(unsignedLeft.Op(">>").Add(count()))
}

// dispatch reads a method table: function index by type id.
func (f *function) dispatch(o *flow.Op) *jen.Statement {
	d := o.Descr.(*descr.Dispatch)
	at := jen.Qual("unsafe", "Add").Call(unsafePointer().Call(jen.Op("&").Id(f.u.dispatchVar(d))), f.variable(o.Args[0]).Op("*").Lit(4))
	return jen.Int().Call(load("int32", at))
}

// typeSet reads the membership of a type in an interface's set.
func (f *function) typeSet(o *flow.Op) *jen.Statement {
	d := o.Descr.(*descr.TypeSet)
	at := jen.Qual("unsafe", "Add").Call(unsafePointer().Call(jen.Op("&").Id(f.u.typeSetVar(d))), f.use(o.Args[0]))
	return jen.Int().Call(load("uint8", at))
}
