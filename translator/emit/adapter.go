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

// adaptedFuncs are the functions of the package that have adapters.
func (k *pack) adaptedFuncs() (list []*flow.Func) {
	for _, f := range k.funcs {
		if k.adapted[f] {
			list = append(list, f)
		}
	}
	return list
}

// adapters writes the adapters of the package's functions and their list.
func (k *pack) adapters(file *jen.File) {
	list := k.adaptedFuncs()
	for _, f := range list {
		k.adapter(file, f)
	}
	file.Var().Id("Adapters").Op("=").Index().Qual(pathBackend, "Adapter").ValuesFunc(func(g *jen.Group) {
		for _, f := range list {
			g.Id("adapter_" + k.names[f])
		}
	})
}

// adapter writes the adapter of one function: arguments from their slots, results into theirs.
func (k *pack) adapter(file *jen.File, f *flow.Func) {
	d := k.prog.Table.Funcs[f.Index]
	args := append([]jen.Code{jen.Id("t")}, fromSlots("Arg", d.Args)...)
	call := jen.Id(k.names[f]).Call(args...)
	var left []jen.Code
	for i := range d.Results {
		left = append(left, jen.Id("r"+strconv.Itoa(i)))
	}
	file.Func().Id("adapter_" + k.names[f]).Params(jen.Id("t").Op("*").Qual(pathThread, "Thread")).BlockFunc(func(g *jen.Group) {
		if len(left) == 0 {
			g.Add(call)
			return
		}
		g.List(left...).Op(":=").Add(call)
		var n slotCount
		for i, kind := range d.Results {
			array, at := n.next(kind)
			x := jen.Id("r" + strconv.Itoa(i))
			switch kind {
			case op.Ref:
				x = jen.Uintptr().Call(x)
			case op.Int:
				x = jen.Int64().Call(x)
			}
			g.Add(slot("Res"+array, at)).Op("=").Add(x)
		}
	})
}
