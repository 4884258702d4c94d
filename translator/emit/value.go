package emit

import (
	"math"
	"strconv"

	"github.com/dave/jennifer/jen"

	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Operands. A value is written as its variable, as a literal, or, if the operation that makes it was
// folded into its only use, as that operation's expression.

var unsafePointer = func() *jen.Statement { return jen.Qual("unsafe", "Pointer") }

func goType(k op.Kind) *jen.Statement {
	switch k {
	case op.Ref:
		return unsafePointer()
	case op.Float:
		return jen.Float64()
	}
	return jen.Int()
}

func local(v *flow.Value) string { return "v" + strconv.Itoa(v.ID) }

// use writes a value as an operand: atomic, or in parentheses.
func (f *function) use(v *flow.Value) *jen.Statement {
	if v.Const != nil {
		return f.constant(v)
	}
	if o := f.folded[v]; o != nil {
		return f.expr(o)
	}
	f.read[v] = true
	return jen.Id(local(v))
}

func (f *function) constant(v *flow.Value) *jen.Statement {
	switch v.Kind {
	case op.Ref:
		if p := v.Const.Prebuilt; p != nil {
			return jen.Id(f.u.prebuiltVar(p.Index))
		}
		return jen.Nil()
	case op.Float:
		return floatLiteral(v.Const.Bits)
	}
	return intLiteral(int64(v.Const.Bits))
}

func intLiteral(n int64) *jen.Statement {
	if n < 0 {
		return jen.Parens(jen.Id(strconv.FormatInt(n, 10)))
	}
	return jen.Id(strconv.FormatInt(n, 10))
}

func floatLiteral(bits uint64) *jen.Statement {
	x := math.Float64frombits(bits)
	if math.IsInf(x, 0) || math.IsNaN(x) || x == 0 && bits != 0 {
		return jen.Qual("math", "Float64frombits").Call(jen.Id("0x" + strconv.FormatUint(bits, 16)))
	}
	s := jen.Id(strconv.FormatFloat(x, 'g', -1, 64))
	if x < 0 {
		return jen.Parens(s)
	}
	return s
}

// operands writes the operands of an arithmetic operation. Go evaluates expressions of constants at
// compile time, exactly and without wrapping, and refuses some; so if there is no variable among
// them, constants are passed through a function that hides them.
func (f *function) operands(o *flow.Op) []*jen.Statement {
	all := true
	for _, a := range o.Args {
		all = all && a.Const != nil
	}
	out := make([]*jen.Statement, len(o.Args))
	for i, a := range o.Args {
		out[i] = f.use(a)
		if all {
			out[i] = hide(a.Kind, out[i])
		}
	}
	return out
}

func hide(k op.Kind, x *jen.Statement) *jen.Statement {
	switch k {
	case op.Float:
		return jen.Qual(pathSupport, "HideFloat").Call(x)
	case op.Ref:
		return jen.Qual(pathSupport, "HideRef").Call(x)
	}
	return jen.Qual(pathSupport, "HideInt").Call(x)
}

// unsigned writes an Int as a Go uint.
func (f *function) unsigned(v *flow.Value) *jen.Statement {
	if v.Const != nil {
		return jen.Uint().Call(jen.Id(strconv.FormatUint(v.Const.Bits, 10)))
	}
	return jen.Uint().Call(f.use(v))
}

// word writes a Ref as a uintptr, the type of references in memory.
func (f *function) word(v *flow.Value) *jen.Statement {
	if v.Const != nil && v.Const.Prebuilt == nil {
		return jen.Lit(0)
	}
	return jen.Uintptr().Call(f.use(v))
}

// cond writes an Int as a Go condition.
func (f *function) cond(v *flow.Value) *jen.Statement {
	if v.Const != nil {
		if v.Const.Bits != 0 {
			return jen.True()
		}
		return jen.False()
	}
	if o := f.folded[v]; o != nil && o.Code.Has(op.Compare) {
		return f.compare(o.Code, o)
	}
	return f.use(v).Op("!=").Lit(0)
}

// negatedCond writes the opposite of cond.
func (f *function) negatedCond(v *flow.Value) *jen.Statement {
	if o := f.folded[v]; v.Const == nil && o != nil && o.Code.Has(op.Compare) {
		if n := op.Negated(o.Code); n != op.Invalid {
			return f.compare(n, o)
		}
		return jen.Op("!").Parens(f.compare(o.Code, o))
	}
	if v.Const != nil {
		return jen.Op("!").Add(f.cond(v))
	}
	return f.use(v).Op("==").Lit(0)
}

var comparison = map[op.Code]string{
	op.IntEq: "==", op.IntNe: "!=", op.IntLt: "<", op.IntLe: "<=", op.IntGt: ">", op.IntGe: ">=",
	op.UintLt: "<", op.UintLe: "<=", op.UintGt: ">", op.UintGe: ">=",
	op.PtrEq: "==", op.PtrNe: "!=",
	op.FloatEq: "==", op.FloatNe: "!=", op.FloatLt: "<", op.FloatLe: "<=", op.FloatGt: ">", op.FloatGe: ">=",
}

// compare writes the comparison code on o's operands as a Go bool.
func (f *function) compare(code op.Code, o *flow.Op) *jen.Statement {
	switch code {
	case op.UintLt, op.UintLe, op.UintGt, op.UintGe:
		return f.unsigned(o.Args[0]).Op(comparison[code]).Add(f.unsigned(o.Args[1]))
	}
	a := f.operands(o)
	switch code {
	case op.IntAddFits, op.IntSubFits, op.IntMulFits:
		name := map[op.Code]string{op.IntAddFits: "AddFits", op.IntSubFits: "SubFits", op.IntMulFits: "MulFits"}[code]
		return jen.Qual(pathSupport, name).Call(a[0], a[1])
	case op.IntIsZero:
		return a[0].Op("==").Lit(0)
	case op.IntIsTrue:
		return a[0].Op("!=").Lit(0)
	case op.PtrIsZero:
		return a[0].Op("==").Nil()
	case op.PtrNonzero:
		return a[0].Op("!=").Nil()
	}
	return a[0].Op(comparison[code]).Add(a[1])
}
