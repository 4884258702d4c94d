package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
)

// Whole-program tables of the generated package: prebuilt objects, method tables, type sets, function values.

func prebuiltName(i int) string            { return "k" + strconv.Itoa(i) }
func dispatchVar(d *descr.Dispatch) string { return "dispatch" + strconv.Itoa(d.Index) }
func typeSetVar(d *descr.TypeSet) string   { return "typeSet" + strconv.Itoa(d.Index) }

func headerLiteral(t *layout.Type) string {
	return "0x" + strconv.FormatUint(layout.Header(t.ID), 16)
}

// prebuiltVar names the variable of a prebuilt object and remembers that it is needed.
func (u *unit) prebuiltVar(i int) string {
	if u.prebuilt == nil {
		u.prebuilt = map[int]bool{}
	}
	u.prebuilt[i] = true
	return prebuiltName(i)
}

func (u *unit) useDispatch(d *descr.Dispatch) {
	if u.dispatches == nil {
		u.dispatches = map[*descr.Dispatch]bool{}
	}
	u.dispatches[d] = true
}

func (u *unit) useTypeSet(d *descr.TypeSet) {
	if u.typeSets == nil {
		u.typeSets = map[*descr.TypeSet]bool{}
	}
	u.typeSets[d] = true
}

// tables writes the tables that the functions emitted before turned out to use.
func (u *unit) tables(f *jen.File) {
	var used []int
	for i := range u.prog.Table.Prebuilt {
		if u.prebuilt[i] {
			used = append(used, i)
		}
	}
	for _, i := range used {
		decl := f.Var().Id(prebuiltName(i)).Qual("unsafe", "Pointer")
		if name := u.prog.Table.Prebuilt[i].Name; name != "" && u.opts.Format {
			decl.Comment(name)
		}
	}
	f.Comment("fillPrebuilt learns where the objects made at translation are. They never move.")
	f.Func().Id("fillPrebuilt").Params(jen.Id("rt").Op("*").Qual(pathJitgen, "Runtime")).BlockFunc(func(g *jen.Group) {
		for _, i := range used {
			g.Id(prebuiltName(i)).Op("=").Qual("unsafe", "Pointer").Call(jen.Id("rt").Dot("Prebuilt").Call(jen.Lit(i)))
		}
	})
	for _, d := range u.prog.Table.Dispatches {
		if u.dispatches[d] {
			u.intTable(f, dispatchVar(d), "int32", len(u.prog.Table.Types), func(i int) int {
				if i < len(d.Table) {
					return int(d.Table[i])
				}
				return -1
			})
		}
	}
	for _, d := range u.prog.Table.TypeSets {
		if u.typeSets[d] {
			u.intTable(f, typeSetVar(d), "uint8", len(u.prog.Table.Types), func(i int) int {
				if i < len(d.Has) && d.Has[i] {
					return 1
				}
				return 0
			})
		}
	}
	u.functionTable(f)
}

// intTable writes a table indexed by type id.
func (u *unit) intTable(f *jen.File, name, typ string, n int, at func(int) int) {
	f.Var().Id(name).Op("=").Index(jen.Op("...")).Id(typ).ValuesFunc(func(g *jen.Group) {
		for i := 0; i < n; i++ {
			g.Lit(at(i))
		}
	})
}

// functionTable writes the table of function values for indirect calls. It is filled by a function:
// as an initialised variable it would be an initialisation cycle.
func (u *unit) functionTable(f *jen.File) {
	f.Func().Id("fillFunctions").Params().BlockFunc(func(g *jen.Group) {
		if !u.indirect {
			return
		}
		for _, fn := range u.prog.Funcs {
			if u.reached[fn] {
				g.Id("functions").Index(jen.Lit(fn.Index)).Op("=").Id("codeOf").Call(jen.Id(u.name(fn)))
			}
		}
	})
	if u.indirect {
		f.Var().Id("functions").Index(jen.Lit(len(u.prog.Funcs))).Qual("unsafe", "Pointer")
	}
}

// main writes what starts the program.
func (u *unit) main(f *jen.File) {
	f.Anon("embed")
	if u.opts.ProgramFile != "" {
		f.Comment("//go:embed " + u.opts.ProgramFile)
	}
	f.Var().Id("programFile").Index().Byte()

	f.Func().Id("start").Params(jen.Id("rt").Op("*").Qual(pathJitgen, "Runtime")).Block(
		jen.Id("heap").Op("=").Id("rt").Dot("Heap").Call(),
		jen.Id("portal").Op("=").Id("rt").Dot("Portal").Call(),
		jen.Id("fillPrebuilt").Call(jen.Id("rt")),
		jen.Id("fillFunctions").Call(),
	)
	thread := func() *jen.Statement { return jen.Id("t").Op("*").Qual(pathThread, "Thread") }
	f.Func().Id("initialise").Params(thread()).BlockFunc(func(g *jen.Group) {
		for _, fn := range u.prog.Init {
			g.Id(u.name(fn)).Call(jen.Id("t"))
		}
	})
	f.Func().Id("main").Params().Block(
		jen.Qual(pathJitgen, "Main").Call(jen.Qual(pathJitgen, "Config").Values(jen.Dict{
			jen.Id("Program"):  jen.Id("programFile"),
			jen.Id("Adapters"): jen.Id("adapterTable").Call(),
			jen.Id("Start"):    jen.Id("start"),
			jen.Id("Init"):     jen.Id("initialise"),
			jen.Id("Main"):     jen.Func().Params(thread()).Block(jen.Id(u.name(u.prog.Main)).Call(jen.Id("t"))),
		})),
	)
}
