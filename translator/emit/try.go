package emit

import (
	"github.com/dave/jennifer/jen"

	"kiln/translator/flow"
)

// tryFunction emits unwind.try: Go's own recover around a call through the table of functions (support/try.go).
func (u *unit) tryFunction(file *jen.File, fn *flow.Func) {
	u.indirect = true
	file.Func().Id(u.name(fn)).Params(jen.Id("t").Op("*").Qual(pathThread, "Thread"), jen.Id("f").Qual("unsafe", "Pointer")).
		Params(jen.Int(), jen.Qual("unsafe", "Pointer")).
		Block(jen.Return(jen.Id("try").Call(jen.Id("t"), jen.Id("f"), jen.Qual("unsafe", "Pointer").Call(jen.Op("&").Id("functions")))))
}
