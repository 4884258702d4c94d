package emit

import (
	"go/types"
	"strings"

	"github.com/dave/jennifer/jen"

	"kiln/gc/layout"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// finish writes the conversion of results: references first, each pushed as a root. So many references are kept from base on already.
func finish(g *jen.Group, words []hostWord, kept int) {
	refs := pushRefs(g, words, kept)
	if refs > 0 {
		g.Id("t").Dot("ShadowTop").Op("=").Id("base")
	}
	if len(words) == 0 {
		return
	}
	g.Return(crossed(words, kept)...)
}

// pushRefs makes the references among the words and pushes each as a root, before the next is made, and returns how many are kept then;
// kept is how many are already, from base on.
func pushRefs(g *jen.Group, words []hostWord, kept int) int {
	for _, x := range words {
		if x.kind == op.Ref {
			if kept == 0 {
				g.Id("base").Op(":=").Id("t").Dot("ShadowTop")
			}
			g.Add(support("Push")).Call(jen.Id("t"), x.make)
			kept++
		}
	}
	return kept
}

// crossed lists the converted words: references are behind those kept.
func crossed(words []hostWord, kept int) []jen.Code {
	var out []jen.Code
	for _, x := range words {
		if x.kind == op.Ref {
			out = append(out, support("Pushed").Call(jen.Id("base"), jen.Lit(kept)))
			kept++
		} else {
			out = append(out, x.make)
		}
	}
	return out
}

// errorHelpers are the functions that the host asks about errors of the program, by their fields of support.ErrorLayout.
var errorHelpers = map[string]string{"kiln/translator/rt/text.Error": "Text", "kiln/translator/rt/text.Unwrap": "Unwrap"}

// hostWord is one word of a result: its kind and the expression that makes it.
type hostWord struct {
	kind op.Kind
	make *jen.Statement
}

// fromGo converts a value of the host, held by a Go variable.
func (w *hostWrapper) fromGo(name string, t types.Type) []hostWord {
	ref := func(x *jen.Statement) []hostWord { return []hostWord{{op.Ref, x}} }
	switch w.u.prog.Crosses(t) {
	case flow.ScalarCrossing:
		switch b := t.Underlying().(*types.Basic); {
		case b.Info()&types.IsBoolean != 0:
			return []hostWord{{op.Int, support("B2i").Call(jen.Bool().Call(jen.Id(name)))}}
		case b.Info()&types.IsInteger != 0:
			return []hostWord{{op.Int, jen.Int().Call(jen.Id(name))}}
		}
		return []hostWord{{op.Float, jen.Float64().Call(jen.Id(name))}}
	case flow.StringCrossing:
		return ref(support("NewString").Call(jen.Id("t"), jen.String().Call(jen.Id(name))))
	case flow.ErrorCrossing:
		return ref(support("NewError").Call(jen.Id("t"), jen.Id(name)))
	case flow.HandleCrossing:
		return ref(w.newHandle(name, t))
	case flow.SliceCrossing:
		elem := t.Underlying().(*types.Slice).Elem().Underlying().(*types.Basic)
		items := w.u.arrayType(elem)
		if items == nil {
			break
		}
		length := jen.Len(jen.Id(name))
		maker := "NewItems"
		if elem.Info()&types.IsString != 0 {
			maker = "NewStrings"
		}
		return []hostWord{{op.Ref, support(maker).Call(jen.Id("t"), jen.Lit(int(items.ID)), jen.Lit(items.Size), jen.Id(name))},
			{op.Int, jen.Lit(0)}, {op.Int, length}, {op.Int, length.Clone()}}
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
		switch {
		case t.Obj().Pkg() == nil:
			return jen.Id(t.Obj().Name())
		case t.Obj().Exported():
			x := jen.Qual(t.Obj().Pkg().Path(), t.Obj().Name())
			var args []jen.Code
			for a := range t.TypeArgs().Types() {
				args = append(args, w.typ(a))
			}
			if len(args) > 0 {
				x = x.Types(args...)
			}
			return x
		}
	case *types.Pointer:
		return jen.Op("*").Add(w.typ(t.Elem()))
	case *types.Slice:
		return jen.Index().Add(w.typ(t.Elem()))
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
