package lower

import (
	"go/types"
	"slices"
	"strings"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// global is where a package variable lives.
type global struct {
	obj    *descr.Prebuilt
	object *object // nil: the array object itself
	leaf   int
	typ    types.Type
}

// layGlobals makes the prebuilt objects of package variables.
func (l *lowerer) layGlobals() {
	taken := l.addressTaken()
	byPkg := map[string][]*flow.Global{}
	var order []string
	for _, g := range l.prog.Globals {
		l.guarded(&flow.Func{Name: "package " + pkgOf(g.Name), Pos: g.Pos}, func() {
			switch {
			case underIs[*types.Array](g.Type):
				l.globals[g] = &global{obj: l.prebuiltArray(g.Type, "global "+g.Name), typ: g.Type}
			case underIs[*types.Struct](g.Type) || taken[g]:
				o := l.objectOf(g.Type)
				l.globals[g] = &global{obj: l.prebuiltObject(o, "global "+g.Name), object: o, typ: g.Type}
			default:
				pkg := pkgOf(g.Name)
				if byPkg[pkg] == nil {
					order = append(order, pkg)
				}
				l.shapeOf(g.Type)
				byPkg[pkg] = append(byPkg[pkg], g)
			}
		})
	}
	for _, pkg := range order {
		l.packageObject(pkg, byPkg[pkg])
	}
}

// packageObject makes the object of a package's simple variables.
func (l *lowerer) packageObject(pkg string, gs []*flow.Global) {
	s := &shape{align: 1}
	at := map[*flow.Global]int{}
	for _, g := range gs {
		at[g] = len(s.leaves)
		tag := ""
		if g.Constant {
			tag = `kiln:"immutable"`
		}
		s.field(l.shapeOf(g.Type), g.Name[len(pkg)+1:], tag)
	}
	o := l.newObject("globals of "+pkg, s, nil)
	l.prog.Records[o.typ] = true
	p := l.prebuiltObject(o, "globals of "+pkg)
	for _, g := range gs {
		l.globals[g] = &global{obj: p, object: o, leaf: at[g], typ: g.Type}
	}
}

func pkgOf(name string) string { return name[:strings.LastIndex(name, ".")] }

// addressTaken finds the globals whose address is used for more than loading and storing.
func (l *lowerer) addressTaken() map[*flow.Global]bool {
	taken := map[*flow.Global]bool{}
	look := func(v value, fine bool) {
		if v != nil && v.Const != nil && v.Const.Global != nil && !fine {
			taken[v.Const.Global] = true
		}
	}
	for _, f := range l.prog.Funcs {
		if f.Graph == nil {
			continue
		}
		for _, b := range f.Graph.Blocks {
			for _, o := range b.Ops {
				for i, a := range o.Args {
					access := slices.Contains([]op.Code{flow.GoLoad, flow.GoStore, flow.GoFieldAddr, flow.GoIndexAddr}, o.Code)
					look(a, i == 0 && access || o.Code == flow.GoBuiltin && o.Aux == flow.CheckPlace)
				}
			}
			for _, a := range b.Args {
				look(a, false)
			}
			for _, e := range b.Succs {
				for _, a := range e.Args {
					look(a, false)
				}
			}
		}
	}
	return taken
}

// prebuiltObject makes an object at start-up, with the arrays it owns.
func (l *lowerer) prebuiltObject(o *object, name string) *descr.Prebuilt {
	if len(o.shape.leaves) == 0 {
		return l.emptyObject(o.typ.ID)
	}
	p := l.newPrebuilt(o.typ.ID, name)
	for i, x := range o.shape.leaves {
		if x.role == ownedArray {
			a := l.prebuiltArray(x.typ, name+"."+x.name)
			p.Words = append(p.Words, descr.Word{Field: o.fields[i], Bits: uint64(a.Index) + 1})
		}
	}
	return p
}

func (l *lowerer) prebuiltArray(t types.Type, name string) *descr.Prebuilt {
	at := t.Underlying().(*types.Array)
	a := l.arrayOf(at.Elem())
	if at.Len() == 0 || a.empty() {
		return l.emptyObject(a.typ.ID)
	}
	p := l.newPrebuilt(a.typ.ID, name)
	p.Length = int(at.Len())
	if a.owns() {
		l.unfilled = append(l.unfilled, unfilled{p, at})
	}
	return p
}

// unfilled is a prebuilt array whose elements own arrays: prebuilt objects cannot say so, and initialisation makes them.
type unfilled struct {
	obj *descr.Prebuilt
	typ *types.Array
}

// fillGlobals puts the calls that complete prebuilt arrays at the very start of initialisation.
func (l *lowerer) fillGlobals() {
	if len(l.unfilled) == 0 {
		return
	}
	first := l.prog.Main
	if len(l.prog.Init) > 0 {
		first = l.prog.Init[0]
	}
	var ops []*flow.Op
	for _, u := range l.unfilled {
		f := l.filler(u.typ)
		ops = append(ops, &flow.Op{Code: flow.Call, Aux: f, Descr: f.Call, Args: []value{flow.PrebuiltRef(u.obj)}})
	}
	entry := first.Graph.Entry()
	entry.Ops = append(ops, entry.Ops...)
}

// globalPlace is the variable itself.
func (fl *funcLowerer) globalPlace(g *flow.Global) *place {
	x := fl.l.globals[g]
	if x == nil {
		panic("unknown global " + g.Name)
	}
	ref := flow.PrebuiltRef(x.obj)
	if x.object == nil {
		return &place{typ: x.typ, arr: ref, array: fl.l.arrayOf(x.typ.Underlying().(*types.Array).Elem())}
	}
	return &place{typ: x.typ, obj: ref, object: x.object, leaf: x.leaf}
}
