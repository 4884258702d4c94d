package emit

import (
	"github.com/dave/jennifer/jen"

	"kiln/gc/barrier"
	"kiln/gc/layout"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Write barriers, as package gc/barrier defines them, written out: in functions as large as a dispatch loop Go inlines
// next to nothing, and a call, even one that is hardly ever made, makes Go move the loop's variables to memory. So the
// unlikely part calls nothing either.
//
//	if flags of p & FlagBarrier != 0 { goto barrier1 }
//	remembered1:
//	...
//	barrier1: clear the flag, append p to the list of remembered objects; goto remembered1
func (f *function) writeBarrier(o *flow.Op) []jen.Code {
	object := f.use(o.Args[0])
	if f.u.off(Barriers) || o.Args[0].Const != nil {
		if o.Code == op.WriteBarrier {
			return []jen.Code{jen.Qual(pathBarrier, "Object").Call(jen.Id("t"), f.base(o.Args[0]))}
		}
		return []jen.Code{jen.Qual(pathBarrier, "Item").Call(jen.Id("t"), f.base(o.Args[0]), f.use(o.Args[1]))}
	}
	slow, back := f.piece("barrier"), f.piece("remembered")
	flags := func() *jen.Statement { return load("uint32", object.Clone()) }
	clear := flags().Op("&^=").Lit(layout.FlagBarrier)
	f.tail = append(f.tail, jen.Id(slow).Op(":"))
	if o.Code == op.WriteBarrier {
		f.tail = append(f.tail, clear)
	} else {
		card := jen.Qual("unsafe", "Add").Call(object.Clone(), jen.Lit(-1).Op("-").Add(f.variable(o.Args[1])).Op(">>").Lit(barrier.CardShift))
		f.tail = append(f.tail, jen.If(flags().Op("&").Lit(layout.FlagCards).Op("==").Lit(0)).Block(clear).Else().Block(
			load("uint8", card).Op("=").Lit(1),
			jen.If(flags().Op("&").Lit(layout.FlagCardsMarked).Op("!=").Lit(0)).Block(jen.Goto().Id(back)),
			flags().Op("|=").Lit(layout.FlagCardsMarked)))
	}
	top := func() *jen.Statement { return jen.Id("t").Dot("RememberedTop") }
	f.tail = append(f.tail,
		load("uintptr", unsafePointer().Call(top())).Op("=").Uintptr().Call(object.Clone()),
		top().Op("+=").Lit(8),
		jen.Goto().Id(back))
	return []jen.Code{
		jen.If(load("uint8", object.Clone()).Op("&").Lit(layout.FlagBarrier).Op("!=").Lit(0)).Block(jen.Goto().Id(slow)),
		jen.Id(back).Op(":"),
	}
}
