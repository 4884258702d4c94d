package emit

import (
	"go/types"
	"strconv"

	"github.com/dave/jennifer/jen"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Handles and functions of the program at the boundary.

// newHandle writes the making of a handle.
func (w *hostWrapper) newHandle(name string, t types.Type) *jen.Statement {
	elem := t
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		elem = p.Elem()
	}
	id := -1
	for _, h := range w.u.prog.Handles {
		if types.Identical(h.Type, elem) {
			id = int(h.Layout.ID)
		}
	}
	if id < 0 {
		w.fail("result (a handle the program does not know)", t)
		return jen.Nil()
	}
	return support("NewHandle").Call(jen.Id("t"), jen.Lit(id), jen.Id(name))
}

// boundary writes what package support must know about the program's handles and errors.
func (u *unit) boundary(f *jen.File) (fill []*jen.Statement, err error) {
	w := &hostWrapper{u: &pack{unit: u}, fn: &flow.Func{}}
	for _, h := range u.prog.Handles {
		n, ok := types.Unalias(h.Type).(*types.Named)
		if !ok || types.IsInterface(n) || !n.Obj().Exported() {
			continue
		}
		pointer := types.NewPointer(n)
		closer := jen.Nil()
		if name := u.closer(pointer); name != "" {
			closer = jen.Func().Params(jen.Id("v").Add(w.typ(pointer))).Block(jen.Id("v").Dot(name).Call())
		}
		fill = append(fill, support("HandleType").Types(w.typ(pointer)).Call(jen.Lit(int(h.Layout.ID)), closer))
	}
	for _, l := range u.prog.Table.Locs {
		if d, ok := l.(*descr.Field); ok && d.Owner.Name == "framework.Error" {
			switch d.Name {
			case "Msg":
				fill = append(fill, support("Errors").Dot("ID").Op("=").Lit(int(d.Owner.ID)), support("Errors").Dot("Msg").Op("=").Lit(d.Offset))
			case "host":
				fill = append(fill, support("Errors").Dot("Host").Op("=").Lit(d.Offset))
			}
		}
	}
	for _, fn := range u.prog.Funcs {
		if field := errorHelpers[fn.Name]; field != "" && u.reached[fn] {
			u.declareForeign(f, fn, u.home[fn])
			fill = append(fill, support("Errors").Dot(field).Op("=").Id(u.names[fn]))
		}
	}
	if top := u.prog.ThreadTop; top != nil {
		u.declareForeign(f, top, u.home[top])
		fill = append(fill, support("Top").Op("=").Id(u.names[top]))
	}
	if fn := u.prog.Uncaught; fn != nil {
		u.declareForeign(f, fn, u.home[fn])
		fill = append(fill, support("Uncaught").Op("=").Id(u.names[fn]))
	}
	for _, ends := range u.prog.ThreadEnds {
		u.declareForeign(f, ends, u.home[ends])
		fill = append(fill, support("Ends").Op("=").Append(support("Ends"), jen.Id(u.names[ends])))
	}
	return fill, w.err
}

// funcParam converts a function value: to a Go function that calls it.
//
//	var x0 func(string) int
//	if a0 != nil {
//		k0 := keep(a0)
//		x0 = func(p0 string) (q0 int) { ... }
//	}
func (w *hostWrapper) funcParam(x string, t types.Type) {
	sig := t.Underlying().(*types.Signature)
	ref := w.word(op.Ref)
	kept := "k" + x
	var params, outs []jen.Code
	var words []hostWord
	for i := range sig.Params().Len() {
		name, t := "p"+strconv.Itoa(i), sig.Params().At(i).Type()
		params = append(params, jen.Id(name).Add(w.typ(t)))
		words = append(words, w.fromGo(name, t)...)
	}
	for i := range sig.Results().Len() {
		outs = append(outs, jen.Id("q"+strconv.Itoa(i)).Add(w.typ(sig.Results().At(i).Type())))
	}
	w.before = append(w.before, jen.Var().Id(x).Add(jen.Func().Params(unnamed(w, sig.Params())...).Params(unnamed(w, sig.Results())...)),
		jen.If(ref.Clone().Op("!=").Nil()).BlockFunc(func(g *jen.Group) {
			if w.fn.Borrow {
				g.Id(kept).Op(":=").Add(support("Lend")).Call(ref)
				g.Defer().Id(kept).Dot("End").Call()
			} else {
				g.Id(kept).Op(":=").Add(support("Keep")).Call(ref)
			}
			g.Id(x).Op("=").Func().Params(params...).Params(outs...).BlockFunc(func(g *jen.Group) {
				g.Var().Id("c").Add(support("FromHost"))
				g.Id("ok").Op(":=").Id("c").Dot("Enter").Call()
				g.Defer().Func().Params().Block(jen.Id("c").Dot("Exit").Call(jen.Recover())).Call()
				g.If(jen.Op("!").Id("ok")).Block(jen.Return())
				g.Id("t").Op(":=").Id("c").Dot("T")
				w.callProgram(g, sig, words, kept)
			})
		}))
}

func unnamed(w *hostWrapper, tuple *types.Tuple) []jen.Code {
	var out []jen.Code
	for v := range tuple.Variables() {
		out = append(out, w.typ(v.Type()))
	}
	return out
}

// callProgram writes the call of a function value, between conversions of arguments and results.
func (w *hostWrapper) callProgram(g *jen.Group, sig *types.Signature, words []hostWord, kept string) {
	refs := pushRefs(g, words, 0)
	funcTypes := []jen.Code{jen.Op("*").Qual(pathThread, "Thread"), unsafePointer()}
	args := []jen.Code{jen.Id("t"), jen.Id("f")}
	for _, x := range words {
		funcTypes = append(funcTypes, goType(x.kind))
	}
	args = append(args, crossed(words, 0)...)
	var got, values []jen.Code
	var kinds []op.Kind
	next := func(k op.Kind) *jen.Statement {
		kinds = append(kinds, k)
		name := "w" + strconv.Itoa(len(got))
		got = append(got, jen.Id(name))
		return jen.Id(name)
	}
	// Errors may run code of the program: they come last, and wait on the shadow stack.
	var errors []jen.Code
	for v := range sig.Results().Variables() {
		take := next
		if w.u.prog.Crosses(v.Type()) == flow.ErrorCrossing {
			errors = append(errors, support("Push").Call(jen.Id("t"), next(op.Ref)))
			take = func(op.Kind) *jen.Statement { return support("Pushed").Call(jen.Id("errors"), jen.Lit(len(errors)-1)) }
		}
		values = append(values, w.toGo(v.Type(), take))
	}
	g.Id("f").Op(":=").Id(kept).Dot("Object").Call()
	call := jen.Parens(jen.Op("*").Parens(jen.Op("*").Func().Params(funcTypes...).Add(results(kinds))).
		Parens(support("Code").Call(jen.Id("f")))).Call(args...)
	if refs > 0 {
		g.Id("t").Dot("ShadowTop").Op("=").Id("base") // the callee takes its arguments from where they are
	}
	if len(got) == 0 {
		g.Add(call)
		return
	}
	g.List(got...).Op(":=").Add(call)
	for _, x := range got {
		g.Id("_").Op("=").Add(x)
	}
	set := func(last bool) {
		for i, v := range values {
			if (w.u.prog.Crosses(sig.Results().At(i).Type()) == flow.ErrorCrossing) == last {
				g.Id("q" + strconv.Itoa(i)).Op("=").Add(v)
			}
		}
	}
	if len(errors) > 0 {
		g.Id("errors").Op(":=").Id("t").Dot("ShadowTop")
		for _, s := range errors {
			g.Add(s)
		}
	}
	set(false)
	set(true)
	if len(errors) > 0 {
		g.Id("t").Dot("ShadowTop").Op("=").Id("errors")
	}
	g.Return()
}
