package emit

import (
	"github.com/dave/jennifer/jen"

	"kiln/translator/flow"
)

// runtimeFunction emits a function that package support implements (flow.Func.Runtime).
func (u *pack) runtimeFunction(file *jen.File, fn *flow.Func) error {
	pointer := func() *jen.Statement { return jen.Qual("unsafe", "Pointer") }
	thread := jen.Id("t").Op("*").Qual(pathThread, "Thread")
	f := file.Func().Id(u.names[fn])
	switch fn.Runtime {
	case "try":
		f.Params(thread, jen.Id("f").Add(pointer())).Params(jen.Int(), pointer()).
			Block(jen.Return(jen.Qual(pathSupport, "Try").Call(jen.Id("t"), jen.Id("f"))))
	case "addFinalizer":
		f.Params(thread, jen.List(jen.Id("object"), jen.Id("x")).Add(pointer())).
			Block(jen.Qual(pathSupport, "Heap").Dot("AddFinalizer").Call(jen.Uintptr().Call(jen.Id("object")), jen.Uintptr().Call(jen.Id("x"))))
	case "nextFinalizer":
		f.Params(thread).Params(pointer(), pointer()).Block(jen.Return(jen.Qual(pathSupport, "NextFinalizer").Call(jen.Id("t"))))
	case "startThread":
		f.Params(thread, jen.Id("f").Add(pointer())).Block(jen.Qual(pathSupport, "StartThread").Call(jen.Id("f")))
	case "threadNumber":
		f.Params(thread).Int().Block(jen.Return(jen.Qual(pathSupport, "Threads").Dot("Number").Call(jen.Id("t"))))
	case "switchThread":
		f.Params(thread).Block(jen.Qual(pathSupport, "Threads").Dot("Switch").Call(jen.Id("t")))
	case "force":
		f.Params(thread, jen.Id("object").Add(pointer())).Block(jen.Qual(pathSupport, "Force").Call(jen.Id("t"), jen.Id("object")))
	default:
		return &EmitError{fn.Pos, fn.Name, "nobody implements " + fn.Runtime}
	}
	return nil
}
