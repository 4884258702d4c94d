package emit

import (
	"maps"
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"

	"kiln/gc/layout"
	"kiln/translator/flow"
)

// Tables of a generated package: what the main package fills in and asks for when the program starts. All of it is data that
// Go's linker lays out; none of it runs.

func headerLiteral(t *layout.Type) string {
	return "0x" + strconv.FormatUint(layout.Header(t.ID), 16)
}

// shared writes the declarations of what is elsewhere, and the lists for the main package.
func (k *pack) shared(f *jen.File) {
	f.Anon("unsafe")
	var foreign []*flow.Func
	for _, fn := range k.prog.Funcs {
		if k.foreign[fn] {
			foreign = append(foreign, fn)
		}
	}
	for _, fn := range foreign {
		k.declareForeign(f, fn, k.home[fn])
	}
	for _, name := range slices.Sorted(maps.Keys(k.tablesUsed)) {
		// Its size does not matter here, and depends on how many types there are.
		linkname(f, name, "main."+name)
		f.Var().Id(name).Index(jen.Lit(1)).Id(k.tablesUsed[name])
	}
	for i, number := range k.prebuiltAt {
		decl := f.Var().Id("k"+strconv.Itoa(i)).Qual("unsafe", "Pointer")
		if name := k.prog.Table.Prebuilt[number].Name; name != "" && k.opts.Format {
			decl.Comment(name)
		}
	}
	f.Comment("Prebuilt are the variables of objects made at translation.")
	f.Var().Id("Prebuilt").Op("=").Index().Op("*").Qual("unsafe", "Pointer").ValuesFunc(func(g *jen.Group) {
		for i := range k.prebuiltAt {
			g.Op("&").Id("k" + strconv.Itoa(i))
		}
	})
	f.Var().Id("Functions").Op("=").Index().Any().ValuesFunc(func(g *jen.Group) {
		for _, fn := range k.inTable() {
			g.Id(k.names[fn])
		}
	})
}

// inTable are the functions that the table of functions has.
func (k *pack) inTable() []*flow.Func {
	if !k.indirect {
		return nil
	}
	return k.funcs
}

// declareForeign declares a function that is in another package.
func (u *unit) declareForeign(f *jen.File, fn *flow.Func, home *pack) {
	d := u.prog.Table.Funcs[fn.Index]
	params := []jen.Code{jen.Id("t").Op("*").Qual(pathThread, "Thread")}
	for i, kind := range d.Args {
		params = append(params, jen.Id("a"+strconv.Itoa(i)).Add(goType(kind)))
	}
	linkname(f, u.names[fn], u.opts.Path+"/"+home.name+"."+u.names[fn])
	f.Func().Id(u.names[fn]).Params(params...).Add(results(d.Results))
}

func linkname(f *jen.File, name, target string) {
	f.Comment("//go:linkname " + name + " " + target)
}

// main writes the main package, which starts the program.
func (u *unit) main(packs []*pack) (*jen.File, error) {
	f := u.newFile("main")
	f.Anon("embed", "unsafe")
	if u.opts.ProgramFile != "" {
		f.Comment("//go:embed " + u.opts.ProgramFile)
	}
	f.Var().Id("programFile").Index().Byte()
	u.packageList(f, packs)
	called := map[*flow.Func]bool{}
	call := func(fn *flow.Func) *jen.Statement {
		if !called[fn] {
			called[fn] = true
			u.declareForeign(f, fn, u.home[fn])
		}
		return jen.Id(u.names[fn]).Call(jen.Id("t"))
	}
	fill := u.wholeTables(f, packs)
	boundary, err := u.boundary(f)
	if err != nil {
		return nil, err
	}
	fill = append(fill, boundary...)
	f.Func().Id("start").Params(jen.Id("rt").Op("*").Qual(pathJitgen, "Runtime")).BlockFunc(func(g *jen.Group) {
		g.Qual(pathSupport, "Start").Call(jen.Id("rt"), jen.Id("packages"), jen.Lit(len(u.prog.Funcs)))
		for _, s := range fill {
			g.Add(s)
		}
	})
	var inits []jen.Code
	for _, fn := range u.prog.Init {
		inits = append(inits, call(fn))
	}
	run := call(u.prog.Main)
	thread := func() *jen.Statement { return jen.Id("t").Op("*").Qual(pathThread, "Thread") }
	f.Func().Id("initialise").Params(thread()).Block(inits...)
	f.Func().Id("main").Params().Block(
		jen.Qual(pathJitgen, "Main").Call(jen.Qual(pathJitgen, "Config").Values(jen.Dict{
			jen.Id("Program"):  jen.Id("programFile"),
			jen.Id("Adapters"): jen.Qual(pathSupport, "Adapters").Call(jen.Id("packages"), jen.Lit(len(u.prog.Funcs))),
			jen.Id("Start"):    jen.Id("start"),
			jen.Id("Init"):     jen.Id("initialise"),
			jen.Id("Main"):     jen.Func().Params(thread()).Block(run),
		})),
	)
	return f, nil
}

// packageList writes what the packages offer, with the numbers of it.
func (u *unit) packageList(f *jen.File, packs []*pack) {
	f.Var().Id("packages").Op("=").Index().Qual(pathSupport, "Package").ValuesFunc(func(g *jen.Group) {
		for _, k := range packs {
			list := func(name string) *jen.Statement { return jen.Qual(u.opts.Path+"/"+k.name, name) }
			g.Line().Values(jen.Dict{
				jen.Id("Prebuilt"):    list("Prebuilt"),
				jen.Id("PrebuiltAt"):  numbers(k.prebuiltAt),
				jen.Id("Functions"):   list("Functions"),
				jen.Id("FunctionsAt"): numbers(indices(k.inTable())),
				jen.Id("Adapters"):    list("Adapters"),
				jen.Id("AdaptersAt"):  numbers(indices(k.adaptedFuncs())),
			})
		}
	})
}

func indices(fs []*flow.Func) (list []int) {
	for _, f := range fs {
		list = append(list, f.Index)
	}
	return list
}

func numbers(list []int) *jen.Statement {
	if len(list) == 0 {
		return jen.Nil()
	}
	return jen.Index().Int32().ValuesFunc(func(g *jen.Group) {
		for _, n := range list {
			g.Lit(n)
		}
	})
}

// wholeTables writes the variables of method tables and type sets that any package uses, and returns the calls that fill them.
func (u *unit) wholeTables(f *jen.File, packs []*pack) (fill []*jen.Statement) {
	used := map[string]bool{}
	for _, k := range packs {
		for name := range k.tablesUsed {
			used[name] = true
		}
	}
	table := func(name, typ, filler string, number int) {
		if used[name] {
			f.Var().Id(name).Index(jen.Lit(len(u.prog.Table.Types))).Id(typ)
			fill = append(fill, jen.Qual(pathSupport, filler).Call(jen.Id("rt"), jen.Lit(number), jen.Id(name).Index(jen.Op(":"))))
		}
	}
	for i, d := range u.prog.Table.Dispatches {
		table(u.tables[d], "int32", "FillDispatch", i)
	}
	for i, d := range u.prog.Table.TypeSets {
		table(u.tables[d], "uint8", "FillTypeSet", i)
	}
	return fill
}
