package load

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"kiln/jitgen/descr"
	"kiln/translator/flow"
)

// dropDriverInits removes the initialisers of driver variables: NewJitDriver is read from the source, never
// run in translated code.
func dropDriverInits(info *types.Info) {
	kept := info.InitOrder[:0]
	for _, init := range info.InitOrder {
		if len(init.Lhs) != 1 || driverCall(info, init.Rhs) == nil {
			kept = append(kept, init)
		}
	}
	info.InitOrder = kept
}

// driverCall recognises framework.NewJitDriver(...).
func driverCall(info *types.Info, e ast.Expr) *ast.CallExpr {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return nil
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	f, ok := info.Uses[sel.Sel].(*types.Func)
	if !ok || f.Pkg() == nil || f.Pkg().Path() != FrameworkPath || f.Name() != "NewJitDriver" {
		return nil
	}
	return call
}

// findDrivers reads the package variables initialised by NewJitDriver.
func (b *builder) findDrivers() {
	for _, p := range b.r.Packages {
		if !p.Dialect() {
			continue
		}
		used := map[*ast.CallExpr]bool{}
		for _, f := range p.Files {
			for _, d := range f.Decls {
				gd, ok := d.(*ast.GenDecl)
				if !ok || gd.Tok != token.VAR {
					continue
				}
				for _, spec := range gd.Specs {
					vs := spec.(*ast.ValueSpec)
					for i, v := range vs.Values {
						if call := driverCall(p.Info, v); call != nil && len(vs.Names) == len(vs.Values) {
							used[call] = true
							b.driver(p, vs.Names[i], call)
						}
					}
				}
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && driverCall(p.Info, call) != nil && !used[call] {
					b.r.Add(call.Pos(), "driver", "framework.NewJitDriver must be the initialiser of a package variable",
						"write var driver = framework.NewJitDriver(...) at package level")
				}
				return true
			})
		}
	}
}

// driver reads one driver's options.
func (b *builder) driver(p *Package, name *ast.Ident, call *ast.CallExpr) {
	obj := p.Info.Defs[name]
	d := &flow.Driver{Index: len(b.prog.Drivers), Name: name.Name, Pos: b.pos(name.Pos())}
	if g, ok := p.SSA.Members[name.Name].(*ssa.Global); ok {
		d.Global = b.global(g)
	}
	b.prog.Drivers = append(b.prog.Drivers, d)
	b.drivers[obj] = d
	b.r.objects[d] = obj
	if len(call.Args) != 1 {
		return // a type error anyway
	}
	lit, ok := ast.Unparen(call.Args[0]).(*ast.CompositeLit)
	if !ok {
		b.r.Add(call.Args[0].Pos(), "driver", "the options of NewJitDriver must be a literal: they are read from the source, not run",
			"write framework.DriverOptions{...} in the call")
		return
	}
	for i, elt := range lit.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			b.r.Add(lit.Elts[i].Pos(), "driver", "the options of NewJitDriver must name their fields", "write Name: ..., Greens: ...")
			return
		}
		name := kv.Key.(*ast.Ident).Name
		b.r.options[option{d, name}] = kv.Value.Pos()
		b.option(p, d, name, kv.Value)
	}
	seen, given := map[string]bool{}, false
	for _, elt := range lit.Elts {
		l, isLit := elt.(*ast.KeyValueExpr).Value.(*ast.CompositeLit)
		given = given || elt.(*ast.KeyValueExpr).Key.(*ast.Ident).Name == "Greens" && (!isLit || len(l.Elts) > 0)
	}
	for _, g := range d.Greens {
		if g == "" || seen[g] {
			b.r.Add(b.r.OptionPos(d, "Greens"), "driver", "the names of greens must be different and not empty", "name each after the variable that MergePoint gets")
		}
		seen[g] = true
	}
	if len(d.Greens) == 0 && !given {
		b.r.Add(call.Pos(), "driver", "driver "+d.Name+" has no greens", "name at least the position in the interpreted program: Greens: []string{\"pc\"}")
	}
}

func (b *builder) option(p *Package, d *flow.Driver, name string, e ast.Expr) {
	e = ast.Unparen(e)
	switch name {
	case "Name":
		if s, ok := b.constantString(p, d, name, e); ok && s != "" {
			d.Label = s
		}
	case "Greens":
		lit, ok := e.(*ast.CompositeLit)
		if !ok {
			b.r.Add(e.Pos(), "driver", "Greens must be a literal", "write Greens: []string{\"pc\", ...}")
			return
		}
		for _, elt := range lit.Elts {
			if s, ok := b.constantString(p, d, name, elt); ok {
				d.Greens = append(d.Greens, s)
			}
		}
	case "Virtualizable":
		d.Virtualizable, _ = b.constantString(p, d, name, e)
	case "Recursive":
		tv, ok := p.Info.Types[e]
		if !ok || tv.Value == nil || tv.Value.Kind() != constant.Bool {
			b.r.Add(e.Pos(), "driver", "option Recursive of driver "+d.Name+" must be true or false: driver options are read from the source, not run", "write true, or leave it out")
			return
		}
		d.Recursive = constant.BoolVal(tv.Value)
	case "Location":
		b.hook(p, d, descr.HookLocation, e)
	case "NeverInline":
		b.hook(p, d, descr.HookNeverInline, e)
	case "UnrollOneIteration":
		b.hook(p, d, descr.HookUnrollOneIteration, e)
	case "Confirm":
		b.hook(p, d, descr.HookConfirm, e)
	}
}

// hook reads an option that names a function.
func (b *builder) hook(p *Package, d *flow.Driver, h descr.Hook, e ast.Expr) {
	var id *ast.Ident
	switch e := e.(type) {
	case *ast.Ident:
		id = e
	case *ast.SelectorExpr:
		id = e.Sel
	}
	if id != nil {
		switch obj := p.Info.Uses[id].(type) {
		case *types.Nil:
			return
		case *types.Func:
			if obj.Signature().Recv() != nil {
				break
			}
			if f := b.r.sess.prog.FuncValue(obj); f != nil {
				b.hooks = append(b.hooks, hook{d, h, f, e.Pos()})
				return
			}
		}
	}
	b.r.Add(e.Pos(), "driver", "option "+h.String()+" of driver "+d.Name+" must be the name of a function declared at package level", "declare the function, and write its name here")
}

func (b *builder) constantString(p *Package, d *flow.Driver, option string, e ast.Expr) (string, bool) {
	if tv, ok := p.Info.Types[e]; ok && tv.Value != nil && tv.Value.Kind() == constant.String {
		return constant.StringVal(tv.Value), true
	}
	b.r.Add(e.Pos(), "driver", "option "+option+" of driver "+d.Name+" must be a constant string: driver options are read from the source, not run", "write the string here, or a constant")
	return "", false
}

// option is one of a driver's options.
type option struct {
	driver *flow.Driver
	name   string
}

// OptionPos is where the value of a driver's option stands, the driver's variable if there is none.
func (r *Result) OptionPos(d *flow.Driver, name string) token.Pos {
	if pos, ok := r.options[option{d, name}]; ok {
		return pos
	}
	return r.DriverPos(d)
}

// hook is a function that an option names, to be resolved when the main function is known.
type hook struct {
	driver *flow.Driver
	which  descr.Hook
	fn     *ssa.Function
	pos    token.Pos
}

func (b *builder) addHooks() {
	for _, h := range b.hooks {
		h.driver.Hooks[h.which] = b.fn(h.fn, h.pos)
	}
}

// finishDrivers finds the portal of each driver: the function with its merge point.
func (b *builder) finishDrivers() {
	for _, f := range b.prog.Funcs {
		if f.Graph == nil {
			continue
		}
		for _, blk := range f.Graph.Blocks {
			for _, o := range blk.Ops {
				h, ok := o.Aux.(flow.Hint)
				if ok && h.Name == "MergePoint" && h.Driver != nil && h.Driver.Portal == nil {
					h.Driver.Portal = f
					if strings.HasSuffix(f.Name, "$body") {
						pos := b.r.firstDefer(b.r.positions[o])
						if !pos.IsValid() {
							pos = b.r.positions[o]
						}
						b.r.Add(pos, "merge-point", "a function with a merge point may not defer", "defer in a function that calls it")
					}
				}
			}
		}
	}
}
