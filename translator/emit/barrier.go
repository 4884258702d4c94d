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
	f.tail = append(f.tail, jen.Id(watched).Op(":"))
	f.tail = append(f.tail, f.saved(o, []jen.Code{
		jen.Qual(pathSupport, "Portal").Dot("QuasiWrite").Call(f.word(o.Args[0]), jen.Lit(int(o.Descr.(*descr.Field).Loc)))})...)
	f.tail = append(f.tail, jen.Goto().Id(on))
	return []jen.Code{
		jen.If(load("uint8", f.base(o.Args[0])).Op("&").Lit(layout.FlagWatched).Op("!=").Lit(0)).Block(jen.Goto().Id(watched)),
		jen.Id(on).Op(":"),
	}
}

// barrier writes a write barrier: the test in place, the rest out of line.
//
//	if *(*int8)(p) < 0 { goto old }		FlagBarrier is the sign
//	young:
//
// What barrier.Object and barrier.Item do is written out: Go inlines nothing into large functions, and a call out of line
// would make it spill in line.
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
	flags := func() *jen.Statement { return load("uint8", object()) }

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
		jen.If(load("int8", object()).Op("<").Lit(0)).Block(jen.Goto().Id(old)),
		jen.Id(young).Op(":"),
	}
}

// The sign of a byte is its highest bit.
var _ = [1]int{}[layout.FlagBarrier-1<<7]
