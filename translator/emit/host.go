package emit

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Host functions. For each, a wrapper in the shape of an emitted function copies its arguments to Go's
// heap, calls the real function, and copies its results to ours. What has been copied to ours waits on the
// shadow stack, since the next copy may collect; so do, in calls during which objects move (flow.Program.Opens), the
// objects that are needed afterwards.
//
//	base := t.ShadowTop                          if anything is kept
//	push(t, a0)
//	x0 := hostSlice[byte](a0, ...)               arguments
//	returned := leave(t)                         if other threads may run
//	defer backIfNot(t, returned)
//	r0, r1 := pkg.Function(x0, ...)
//	back(t, returned)
//	raise(t)                                     if it may have called back
//	hostSliceBack(pushed(base, 0), ..., x0)      what it has written
//	push(t, newString(t, r0))                    results
//	t.ShadowTop = base
//	return pushed(base, 1), r1

// hostWrapper is the wrapper of one host function under construction.
type hostWrapper struct {
	u      *pack
	fn     *flow.Func
	err    error
	open   bool
	words  int // parameters named so far
	params []jen.Code
	keeps  int        // references pushed before the call
	before []jen.Code // statements
	late   []jen.Code // those that run code of the program
	after  []jen.Code
	args   []jen.Code
}

func (w *hostWrapper) fail(what string, t types.Type) {
	if w.err == nil {
		w.err = &HostError{w.fn.Pos, w.fn.HostPkg + "." + w.fn.HostName, what + " of type " + t.String()}
	}
}

// HostError is a host function whose signature cannot cross the boundary.
type HostError struct {
	Pos  descr.Pos
	Func string
	What string
}

func (e *HostError) Error() string {
	return fmt.Sprintf("%s: host function %s has a %s; docs/host.md says what crosses the boundary", e.Pos, e.Func, e.What)
}

func (u *pack) hostFunction(file *jen.File, fn *flow.Func) error {
	w := &hostWrapper{u: u, fn: fn, params: []jen.Code{jen.Id("t").Op("*").Qual(pathThread, "Thread")}, open: fn.Sig != nil && u.prog.Opens(fn)}
	sig := fn.Sig
	if recv := sig.Recv(); recv != nil {
		w.param(recv.Type())
	}
	for v := range sig.Params().Variables() {
		w.param(v.Type())
	}
	var raw []jen.Code
	var words []hostWord
	for i := range sig.Results().Len() {
		name := "r" + strconv.Itoa(i)
		raw = append(raw, jen.Id(name))
		words = append(words, w.fromGo(name, sig.Results().At(i).Type())...)
	}
	if w.err != nil {
		return w.err
	}
	kinds := make([]op.Kind, len(words))
	for i, x := range words {
		kinds[i] = x.kind
	}
	file.Func().Id(u.names[fn]).Params(w.params...).Add(results(kinds)).BlockFunc(func(g *jen.Group) {
		if w.keeps > 0 {
			g.Id("base").Op(":=").Id("t").Dot("ShadowTop")
		}
		for _, s := range append(w.before, w.late...) {
			g.Add(s)
		}
		w.call(g, raw)
		for _, s := range w.after {
			g.Add(s)
		}
		finish(g, words, w.keeps)
	})
	return nil
}

// call writes the call itself.
func (w *hostWrapper) call(g *jen.Group, raw []jen.Code) {
	releases := w.u.prog.Releases(w.fn)
	if releases {
		g.Id("returned").Op(":=").Add(support("Leave")).Call(jen.Id("t"))
		g.Defer().Add(support("BackIfNot")).Call(jen.Id("t"), jen.Id("returned"))
	}
	call := w.callee()
	if w.fn.Sig.Variadic() {
		w.args[len(w.args)-1] = jen.Add(w.args[len(w.args)-1]).Op("...")
	}
	call = call.Call(w.args...)
	if len(raw) > 0 {
		call = jen.List(raw...).Op(":=").Add(call)
	}
	g.Add(call)
	if releases {
		g.Add(support("Back")).Call(jen.Id("t"), jen.Id("returned"))
	}
	if w.open {
		g.Add(support("Raise")).Call(jen.Id("t"))
	}
	w.closed(g)
}

// callee writes the function, or the method of the first argument, which it takes from the list.
func (w *hostWrapper) callee() *jen.Statement {
	if w.fn.Sig.Recv() == nil {
		return jen.Qual(w.fn.HostPkg, w.fn.HostName)
	}
	recv := w.args[0]
	w.args = w.args[1:]
	return jen.Parens(recv).Dot(w.fn.HostName[strings.LastIndexByte(w.fn.HostName, '.')+1:])
}

// closed notes that the value of a handle has been closed, if the function does that.
func (w *hostWrapper) closed(g *jen.Group) {
	recv := w.fn.Sig.Recv()
	if recv == nil {
		return
	}
	if name := w.u.closer(recv.Type()); name != "" && strings.HasSuffix(w.fn.HostName, "."+name) {
		handle := jen.Id("a0")
		if w.open {
			handle = support("Pushed").Call(jen.Id("base"), jen.Lit(0))
		}
		g.Add(support("Heap")).Dot("Closed").Call(jen.Uintptr().Call(handle))
	}
}

// support is something of package support.
func support(name string) *jen.Statement { return jen.Qual(pathSupport, name) }

// closer is the method that closes what handles of a type stand for, "" if none does.
func (u *unit) closer(t types.Type) string {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return ""
	}
	n, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok {
		return ""
	}
	return u.prog.Closers[n.Obj()]
}

// word names the next parameter word.
func (w *hostWrapper) word(k op.Kind) *jen.Statement {
	name := "a" + strconv.Itoa(w.words)
	w.words++
	w.params = append(w.params, jen.Id(name).Add(goType(k)))
	return jen.Id(name)
}

// keep pushes a reference and returns its slot.
func (w *hostWrapper) keep(ref *jen.Statement) int {
	w.before = append(w.before, support("Push").Call(jen.Id("t"), ref.Clone()))
	w.keeps++
	return w.keeps - 1
}

// param converts one parameter to Go.
func (w *hostWrapper) param(t types.Type) {
	x := "x" + strconv.Itoa(len(w.args))
	w.args = append(w.args, jen.Id(x))
	set := func(value *jen.Statement) { w.before = append(w.before, jen.Id(x).Op(":=").Add(value)) }
	switch w.u.prog.Crosses(t) {
	case flow.SliceCrossing:
		w.sliceParam(x, t)
	case flow.FuncCrossing:
		w.funcParam(x, t)
	case flow.StringCrossing:
		ref := w.word(op.Ref)
		if w.fn.Borrow && w.open {
			w.keep(ref)
		}
		set(w.typ(t).Call(support(w.variant("HostString")).Call(ref)))
	case flow.HandleCrossing:
		ref := w.word(op.Ref)
		if w.open {
			w.keep(ref)
		}
		set(support("HostHandle").Types(w.typ(t)).Call(ref))
	case flow.ErrorCrossing:
		slot := w.keep(w.word(op.Ref))
		w.late = append(w.late, jen.Id(x).Op(":=").Add(w.toGo(t, func(op.Kind) *jen.Statement { return support("Pushed").Call(jen.Id("base"), jen.Lit(slot)) })))
	case flow.NoCrossing:
		w.fail("parameter", t)
	default:
		set(w.toGo(t, func(k op.Kind) *jen.Statement { return w.word(k) }))
	}
}

// variant chooses the conversion for functions marked //kiln:borrow, which do not copy.
func (w *hostWrapper) variant(name string) string {
	switch {
	case w.fn.Borrow && w.open:
		return name + "Still"
	case w.fn.Borrow:
		return name + "Borrowed"
	}
	return name
}

// sliceParam converts a slice. What the function writes into a copy is copied back.
func (w *hostWrapper) sliceParam(x string, t types.Type) {
	elem := t.Underlying().(*types.Slice).Elem()
	basic := elem.Underlying().(*types.Basic)
	array, offset, length, _ := w.word(op.Ref), w.word(op.Int), w.word(op.Int), w.word(op.Int)
	back := array
	if basic.Info()&types.IsString != 0 || w.open {
		back = support("Pushed").Call(jen.Id("base"), jen.Lit(w.keep(array)))
	}
	if basic.Info()&types.IsString != 0 {
		w.before = append(w.before, jen.Id(x).Op(":=").Add(support("HostStrings")).Types(w.typ(elem)).Call(array, offset, length))
		w.after = append(w.after, support("HostStringsBack").Call(jen.Id("t"), jen.Id("base").Op("+").Lit(8*(w.keeps-1)), offset, jen.Id(x)))
		return
	}
	items := w.u.arrayType(basic)
	if items == nil { // no such array exists in the program: the slice is always nil
		w.before = append(w.before, jen.Var().Id(x).Index().Add(w.typ(elem)))
		return
	}
	name := w.variant("HostSlice")
	w.before = append(w.before, jen.Id(x).Op(":=").Add(support(name)).Types(w.typ(elem)).Call(array, jen.Lit(items.Size), offset, length))
	if name != "HostSliceBorrowed" {
		w.after = append(w.after, support("HostSliceBack").Call(back, jen.Lit(items.Size), offset, jen.Id(x)))
	}
}

// toGo converts a value of the program whose words next gives; not slices, functions and handles of wrappers.
func (w *hostWrapper) toGo(t types.Type, next func(op.Kind) *jen.Statement) *jen.Statement {
	switch w.u.prog.Crosses(t) {
	case flow.ScalarCrossing:
		switch b := t.Underlying().(*types.Basic); {
		case b.Info()&types.IsBoolean != 0:
			return w.typ(t).Call(next(op.Int).Op("!=").Lit(0))
		case b.Info()&types.IsInteger != 0:
			return w.typ(t).Call(next(op.Int))
		}
		return w.typ(t).Call(next(op.Float))
	case flow.StringCrossing:
		return w.typ(t).Call(support("HostString").Call(next(op.Ref)))
	case flow.HandleCrossing:
		return support("HostHandle").Types(w.typ(t)).Call(next(op.Ref))
	case flow.ErrorCrossing:
		return support("HostError").Call(jen.Id("t"), next(op.Ref))
	case flow.SliceCrossing:
		elem := t.Underlying().(*types.Slice).Elem()
		basic := elem.Underlying().(*types.Basic)
		array, offset, length, _ := next(op.Ref), next(op.Int), next(op.Int), next(op.Int)
		if basic.Info()&types.IsString != 0 {
			return support("HostStrings").Types(w.typ(elem)).Call(array, offset, length)
		}
		if items := w.u.arrayType(basic); items != nil {
			return support("HostSlice").Types(w.typ(elem)).Call(array, jen.Lit(items.Size), offset, length)
		}
		return jen.Index().Add(w.typ(elem)).Call(jen.Nil())
	}
	w.fail("parameter", t)
	return jen.Nil()
}
