package emit

import (
	"fmt"
	"strconv"

	"github.com/dave/jennifer/jen"

	"kiln/gc/thread"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// ChooseAdapters marks the functions that the JIT can call: all that a portal reaches, and those that
// name positions. Run it before the program file is written: it sets descr.Func.Adapter.
func ChooseAdapters(p *flow.Program) error {
	for _, d := range p.Table.Funcs {
		d.Adapter = false
	}
	for f := range fromPortals(p) {
		p.Table.Funcs[f.Index].Adapter = true
	}
	for _, f := range p.Funcs {
		d := p.Table.Funcs[f.Index]
		if d.Adapter && (tooMany(d.Args) || tooMany(d.Results)) {
			return &EmitError{f.Pos, f.Name, fmt.Sprintf("it takes or returns more than %d words of one kind; pass a pointer to a struct", thread.NumSlots)}
		}
	}
	return nil
}

func tooMany(kinds []op.Kind) bool {
	n := map[op.Kind]int{}
	for _, k := range kinds {
		if n[k]++; n[k] > thread.NumSlots {
			return true
		}
	}
	return false
}

// fromPortals is the set of functions that drivers can reach: by direct calls, and, once there is an
// indirect one among them, all functions there are.
func fromPortals(p *flow.Program) map[*flow.Func]bool {
	roots := &flow.Program{Funcs: p.Funcs, Drivers: p.Drivers}
	for _, d := range p.Drivers {
		roots.Init = append(roots.Init, d.Portal)
	}
	set := reachable(roots)
	reached := reachable(p)
	for f := range set {
		if !reached[f] {
			delete(set, f)
		}
	}
	return set
}

// adapters is the set of functions that get an adapter.
func (u *unit) adapters() map[*flow.Func]bool {
	set := map[*flow.Func]bool{}
	if u.opts.NoJit {
		return set
	}
	for _, f := range u.prog.Funcs {
		if u.prog.Table.Funcs[f.Index].Adapter && u.reached[f] {
			set[f] = true
		}
	}
	return set
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
