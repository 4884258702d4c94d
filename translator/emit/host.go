package emit

import (
	"fmt"
	"go/types"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Host functions. For each, a wrapper in the shape of an emitted function copies its arguments to Go's
// heap, calls the real function, and copies its results to ours. What has been copied to ours waits on the
// shadow stack, since the next copy may collect.

// hostWrapper is the wrapper of one host function under construction.
type hostWrapper struct {
	u      *pack
	fn     *flow.Func
	err    error
	words  int // parameters named so far
	params []jen.Code
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
	return fmt.Sprintf("%s: host function %s has a %s; use integers, floats, booleans, strings, slices of these, and error as a result", e.Pos, e.Func, e.What)
}

func (u *pack) hostFunction(file *jen.File, fn *flow.Func) error {
	w := &hostWrapper{u: u, fn: fn, params: []jen.Code{jen.Id("t").Op("*").Qual(pathThread, "Thread")}}
	sig := fn.Sig
	for i := range sig.Params().Len() {
		w.param(sig.Params().At(i).Type(), sig.Variadic() && i == sig.Params().Len()-1)
	}
	var raw []jen.Code
	var words []hostWord
	for i := range sig.Results().Len() {
		name := "r" + strconv.Itoa(i)
		raw = append(raw, jen.Id(name))
		words = append(words, w.result(name, sig.Results().At(i).Type())...)
	}
	if w.err != nil {
		return w.err
	}
	kinds := make([]op.Kind, len(words))
	for i, x := range words {
		kinds[i] = x.kind
	}
	file.Func().Id(u.names[fn]).Params(w.params...).Add(results(kinds)).BlockFunc(func(g *jen.Group) {
		call := jen.Qual(fn.HostPkg, fn.HostName).Call(w.args...)
		if len(raw) == 0 {
			g.Add(call)
			return
		}
		g.List(raw...).Op(":=").Add(call)
		w.finish(g, words)
	})
	return nil
}

// finish writes the conversion of the results: references first, each pushed as a root.
func (w *hostWrapper) finish(g *jen.Group, words []hostWord) {
	refs := 0
	for _, x := range words {
		if x.kind == op.Ref {
			if refs == 0 {
				g.Id("base").Op(":=").Id("t").Dot("ShadowTop")
			}
			g.Qual(pathSupport, "Push").Call(jen.Id("t"), x.make)
			refs++
		}
	}
	if refs > 0 {
		g.Id("t").Dot("ShadowTop").Op("=").Id("base")
	}
	n := 0
	g.ReturnFunc(func(r *jen.Group) {
		for _, x := range words {
			if x.kind == op.Ref {
				r.Qual(pathSupport, "Pushed").Call(jen.Id("base"), jen.Lit(n))
				n++
			} else {
				r.Add(x.make)
			}
		}
	})
}

// word names the next parameter word.
func (w *hostWrapper) word(k op.Kind) *jen.Statement {
	name := "a" + strconv.Itoa(w.words)
	w.words++
	w.params = append(w.params, jen.Id(name).Add(goType(k)))
	return jen.Id(name)
}

// param converts one parameter to Go.
func (w *hostWrapper) param(t types.Type, variadic bool) {
	arg := w.toGo(t)
	if variadic {
		arg = arg.Op("...")
	}
	w.args = append(w.args, arg)
}

func (w *hostWrapper) toGo(t types.Type) *jen.Statement {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return w.typ(t).Call(w.word(op.Int).Op("!=").Lit(0))
		case u.Info()&types.IsInteger != 0:
			return w.typ(t).Call(w.word(op.Int))
		case u.Info()&types.IsFloat != 0:
			return w.typ(t).Call(w.word(op.Float))
		case u.Info()&types.IsString != 0:
			return w.typ(t).Call(jen.Qual(pathSupport, w.borrowed("HostString")).Call(w.word(op.Ref)))
		}
	case *types.Slice:
		elem, ok := u.Elem().Underlying().(*types.Basic)
		if !ok {
			break
		}
		array, offset, length, _ := w.word(op.Ref), w.word(op.Int), w.word(op.Int), w.word(op.Int)
		switch {
		case elem.Info()&types.IsString != 0:
			return jen.Qual(pathSupport, "HostStrings").Types(w.typ(u.Elem())).Call(array, offset, length)
		case elem.Info()&(types.IsInteger|types.IsBoolean|types.IsFloat) != 0:
			items := w.u.arrayType(elem)
			if items == nil {
				return jen.Nil() // no such array exists in the program: the slice is always nil
			}
			return jen.Qual(pathSupport, w.borrowed("HostSlice")).Types(w.typ(u.Elem())).Call(array, jen.Lit(items.Size), offset, length)
		}
	}
	w.fail("parameter", t)
	return jen.Nil()
}

// borrowed chooses the variant of a conversion that does not copy, for functions marked //kiln:borrow.
func (w *hostWrapper) borrowed(name string) string {
	if w.fn.Borrow {
		return name + "Borrowed"
	}
	return name
}

// hostWord is one word of a result: its kind and the expression that makes it.
type hostWord struct {
	kind op.Kind
	make *jen.Statement
}

// result converts one result, held by a Go variable.
func (w *hostWrapper) result(name string, t types.Type) []hostWord {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return []hostWord{{op.Int, jen.Qual(pathSupport, "B2i").Call(jen.Bool().Call(jen.Id(name)))}}
		case u.Info()&types.IsInteger != 0:
			return []hostWord{{op.Int, jen.Int().Call(jen.Id(name))}}
		case u.Info()&types.IsFloat != 0:
			return []hostWord{{op.Float, jen.Float64().Call(jen.Id(name))}}
		case u.Info()&types.IsString != 0:
			return []hostWord{{op.Ref, jen.Qual(pathSupport, "NewString").Call(jen.Id("t"), jen.String().Call(jen.Id(name)))}}
		}
	case *types.Slice:
		elem, ok := u.Elem().Underlying().(*types.Basic)
		if !ok {
			break
		}
		items := w.u.arrayType(elem)
		if items == nil {
			w.fail("result (an array the program does not know)", t)
			return nil
		}
		length := jen.Len(jen.Id(name))
		words := []hostWord{{}, {op.Int, jen.Lit(0)}, {op.Int, length}, {op.Int, length.Clone()}}
		switch {
		case elem.Info()&types.IsString != 0:
			words[0] = hostWord{op.Ref, jen.Qual(pathSupport, "NewStrings").Call(jen.Id("t"), jen.Lit(int(items.ID)), jen.Lit(items.Size), jen.Id(name))}
			return words
		case elem.Info()&(types.IsInteger|types.IsBoolean|types.IsFloat) != 0:
			words[0] = hostWord{op.Ref, jen.Qual(pathSupport, "NewItems").Call(jen.Id("t"), jen.Lit(int(items.ID)), jen.Lit(items.Size), jen.Id(name))}
			return words
		}
	case *types.Interface:
		if types.Identical(t, types.Universe.Lookup("error").Type()) {
			typ, field := w.u.hostErrorType()
			if typ == nil {
				// The program never looks at an error, so any object will do.
				return []hostWord{{op.Ref, jen.Qual(pathSupport, "NewErrorText").Call(jen.Id("t"), jen.Id(name))}}
			}
			return []hostWord{{op.Ref, jen.Qual(pathSupport, "NewError").Call(jen.Id("t"), jen.Lit(int(typ.ID)), jen.Lit(field.Offset), jen.Id(name))}}
		}
	}
	w.fail("result", t)
	return nil
}

// typ writes a Go type of a signature.
func (w *hostWrapper) typ(t types.Type) *jen.Statement {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return jen.Id(t.Name())
	case *types.Named:
		if t.Obj().Exported() && t.Obj().Pkg() != nil && t.TypeArgs().Len() == 0 {
			return jen.Qual(t.Obj().Pkg().Path(), t.Obj().Name())
		}
	}
	w.fail("parameter", t)
	return jen.Int()
}

// arrayType finds the layout of arrays of a basic type, nil if the program has none. Named element types share it, and a number
// is behind its name if a boxed slice was called like it before.
func (u *unit) arrayType(elem *types.Basic) *layout.Type {
	want := "[]" + types.Typ[elem.Kind()].Name()
	for _, t := range u.prog.Table.Types {
		if t == nil || !t.IsArray() {
			continue
		}
		if name, _, _ := strings.Cut(t.Name, "#"); name == want {
			return t
		}
	}
	return nil
}

// hostErrorType finds framework.Error, the type that the errors of host functions have.
func (u *unit) hostErrorType() (*layout.Type, *descr.Field) {
	for _, l := range u.prog.Table.Locs {
		if f, ok := l.(*descr.Field); ok && f.Owner.Name == "framework.Error" && f.Name == "Msg" {
			return f.Owner, f
		}
	}
	return nil, nil
}
