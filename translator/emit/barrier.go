package emit

import (
	"github.com/dave/jennifer/jen"

	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// quasiWrite writes the test whether compiled code relies on an object's quasi-immutable fields.
func (f *function) quasiWrite(o *flow.Op) []jen.Code {
	if f.u.opts.NoJit {
		return nil
	}
	watched, on := f.piece("watched"), f.piece("on")
	f.labels[watched], f.labels[on] = true, true
	f.tail = append(f.tail, jen.Id(watched).Op(":"),
		jen.Qual(pathSupport, "Portal").Dot("QuasiWrite").Call(f.word(o.Args[0]), jen.Lit(int(o.Descr.(*descr.Field).Loc))),
		jen.Goto().Id(on))
	return []jen.Code{
		jen.If(load("uint8", f.base(o.Args[0])).Op("&").Lit(layout.FlagWatched).Op("!=").Lit(0)).Block(jen.Goto().Id(watched)),
		jen.Id(on).Op(":"),
	}
}

// usually writes a test which usually holds, and goes to a label if it does not; then is what follows if it holds.
func (f *function) usually(x *jen.Statement, holds, fails string, y jen.Code, otherwise string, then ...jen.Code) jen.Code {
	if f.u.off(Straight) {
		return jen.Add(append([]jen.Code{jen.If(x.Op(fails).Add(y)).Block(jen.Goto().Id(otherwise)).Line()}, spaced(then)...)...)
	}
	return jen.If(x.Op(holds).Add(y)).Block(then...).Else().Block(jen.Goto().Id(otherwise))
}

// spaced puts statements on lines of their own.
func spaced(stmts []jen.Code) (out []jen.Code) {
	for _, s := range stmts {
		out = append(out, s, jen.Line())
	}
	return out
}

// barrier writes a write barrier: the test in place, the rest out of line.
//
//	if *(*uint8)(p)&FlagBarrier == 0 {} else { goto old }
//	young:
//
// What barrier.Object and barrier.Item do is written out: Go inlines nothing into large functions, and a call out of line
// would make it spill in line. Go lays the first of two ways out right behind a test, hence the else; and the rest reads the flags in
// another width, or Go would keep what the test has read in a register for it.
func (f *function) barrier(o *flow.Op) []jen.Code {
	if f.u.off(Barriers) {
		if o.Code == op.WriteBarrier {
			return []jen.Code{jen.Qual(pathBarrier, "Object").Call(jen.Id("t"), f.base(o.Args[0]))}
		}
		return []jen.Code{jen.Qual(pathBarrier, "Item").Call(jen.Id("t"), f.base(o.Args[0]), f.use(o.Args[1]))}
	}
	old, young := f.piece("old"), f.piece("young")
	f.labels[old], f.labels[young] = true, true
	object := func() *jen.Statement { return f.base(o.Args[0]) }
	width := "uint32"
	if f.u.off(Straight) {
		width = "uint8"
	}
	flags := func() *jen.Statement { return load(width, object()) }

	listed := []jen.Code{
		load("uintptr", unsafePointer().Call(jen.Id("t").Dot("RememberedTop"))).Op("=").Uintptr().Call(object()),
		jen.Id("t").Dot("RememberedTop").Op("+=").Lit(8),
		jen.Goto().Id(young),
	}
	whole := flags().Op("&^=").Lit(layout.FlagBarrier)
	f.tail = append(f.tail, jen.Id(old).Op(":"))
	if o.Code == op.WriteBarrierItem {
		card := jen.Qual("unsafe", "Add").Call(object(), jen.Lit(-1).Op("-").Add(f.variable(o.Args[1])).Op(">>").Lit(barrier.CardShift))
		f.tail = append(f.tail, jen.If(flags().Op("&").Lit(layout.FlagCards).Op("!=").Lit(0)).Block(
			load("uint8", card).Op("=").Lit(1),
			jen.If(flags().Op("&").Lit(layout.FlagCardsMarked).Op("!=").Lit(0)).Block(jen.Goto().Id(young)),
			flags().Op("|=").Lit(layout.FlagCardsMarked),
		).Else().Block(whole))
	} else {
		f.tail = append(f.tail, whole)
	}
	f.tail = append(f.tail, listed...)
	return []jen.Code{
		f.usually(load("uint8", object()).Op("&").Lit(layout.FlagBarrier), "==", "!=", jen.Lit(0), old),
		jen.Id(young).Op(":"),
	}
}
