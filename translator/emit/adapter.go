package emit

import (
	"fmt"
	"strconv"

	"github.com/dave/jennifer/jen"

	"kiln/gc/thread"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// tooMany says whether values do not fit the slots of a Thread.
func tooMany(kinds []op.Kind) bool {
	n := map[op.Kind]int{}
	for _, k := range kinds {
		if n[k]++; n[k] > thread.NumSlots {
			return true
		}
	}
	return false
}

// TooWide says why a function cannot have an adapter, "" if it can: values pass through the slots of the thread.
func TooWide(f *flow.Func) string {
	if f.Call != nil && (tooMany(f.Call.Args) || tooMany(f.Call.Results)) {
		return fmt.Sprintf("is called from code that the JIT traces and takes or returns more than %d words of one kind", thread.NumSlots)
	}
	return ""
}

// chooseAdapters finds the functions that get an adapter: those the codewriter marked.
func (u *unit) chooseAdapters() error {
	u.adapted = map[*flow.Func]bool{}
	if u.opts.NoJit {
		return nil
	}
	for _, f := range u.prog.Funcs {
		d := u.prog.Table.Funcs[f.Index]
		if !d.Adapter {
			continue
		}
		if why := TooWide(f); why != "" {
			return &EmitError{f.Pos, f.Name, "it " + why}
		}
		u.adapted[f] = true
		u.reached[f] = true
	}
	return nil
}

// adapterTable writes the adapters and the function that makes their table.
func (u *unit) adapterTable(file *jen.File) {
	adapter := func() *jen.Statement { return jen.Qual(pathBackend, "Adapter") }
	for _, f := range u.prog.Funcs {
		if u.adapted[f] {
			u.adapter(file, f)
		}
	}
	file.Func().Id("adapterTable").Params().Index().Add(adapter()).BlockFunc(func(g *jen.Group) {
		g.Id("table").Op(":=").Make(jen.Index().Add(adapter()), jen.Lit(len(u.prog.Funcs)))
		for _, f := range u.prog.Funcs {
			if u.adapted[f] {
				g.Id("table").Index(jen.Lit(f.Index)).Op("=").Id(adapterName(f))
			}
		}
		g.Return(jen.Id("table"))
	})
}

func adapterName(f *flow.Func) string { return "adapter" + strconv.Itoa(f.Index) }

// adapter writes the adapter of one function: arguments from their slots, results into theirs.
func (u *unit) adapter(file *jen.File, f *flow.Func) {
	d := u.prog.Table.Funcs[f.Index]
	args := append([]jen.Code{jen.Id("t")}, fromSlots("Arg", d.Args)...)
	call := jen.Id(u.name(f)).Call(args...)
	var left []jen.Code
	for i := range d.Results {
		left = append(left, jen.Id("r"+strconv.Itoa(i)))
	}
	file.Func().Id(adapterName(f)).Params(jen.Id("t").Op("*").Qual(pathThread, "Thread")).BlockFunc(func(g *jen.Group) {
		if len(left) == 0 {
			g.Add(call)
			return
		}
		g.List(left...).Op(":=").Add(call)
		var n slotCount
		for i, k := range d.Results {
			array, at := n.next(k)
			x := jen.Id("r" + strconv.Itoa(i))
			switch k {
			case op.Ref:
				x = jen.Uintptr().Call(x)
			case op.Int:
				x = jen.Int64().Call(x)
			}
			g.Add(slot("Res"+array, at)).Op("=").Add(x)
		}
	})
}
