package check

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"kiln/jitgen/descr"
	"kiln/translator/flow"
	"kiln/translator/load"
)

// mark is one call of MergePoint or CanEnterJit in a graph.
type mark struct {
	fn    *flow.Func
	block *flow.Block
	op    *flow.Op
	pos   token.Pos
}

// drivers checks how drivers are used: one merge point each, in a loop, with the declared greens; back edges in
// the same function, on the way to the merge point; functions in options that take the greens.
func (c *checker) drivers() {
	merges, enters := map[*flow.Driver][]mark{}, map[*flow.Driver][]mark{}
	for _, f := range c.r.Program.Funcs {
		if f.Graph == nil {
			continue
		}
		for _, b := range f.Graph.Blocks {
			for _, o := range b.Ops {
				h, ok := o.Aux.(flow.Hint)
				if !ok || h.Driver == nil {
					continue
				}
				m := mark{f, b, o, c.r.PosOf(o)}
				switch h.Name {
				case "MergePoint":
					merges[h.Driver] = append(merges[h.Driver], m)
				case "CanEnterJit":
					enters[h.Driver] = append(enters[h.Driver], m)
				}
			}
		}
	}
	c.onePortal(merges)
	misplaced := c.greenNames()
	for _, d := range c.r.Program.Drivers {
		if !misplaced[d] { // else every comparison of types would say the same again
			c.driver(d, merges[d], enters[d])
		}
	}
}

// onePortal refuses functions with the merge points of several drivers.
func (c *checker) onePortal(merges map[*flow.Driver][]mark) {
	of, told := map[*flow.Func]*flow.Driver{}, map[*flow.Func]bool{}
	for _, d := range c.r.Program.Drivers {
		if len(merges[d]) == 0 {
			continue
		}
		m := merges[d][0]
		if other := of[m.fn]; other != nil {
			if told[m.fn] {
				continue
			}
			told[m.fn] = true
			c.add(m.pos, "merge-point", "function "+m.fn.Name+" has the merge point of driver "+other.Name+" already, and a function has one", "put each dispatch loop into a function of its own")
			continue
		}
		of[m.fn] = d
	}
}

func (c *checker) driver(d *flow.Driver, merges, enters []mark) {
	pos := c.r.DriverPos(d)
	switch len(merges) {
	case 0:
		if !c.broken() {
			c.add(pos, "merge-point", "driver "+d.Name+" has no merge point that the program can reach", "call "+d.Name+".MergePoint at the top of the dispatch loop")
		}
		return
	case 1:
	default:
		for _, m := range merges[1:] {
			if m.pos == merges[0].pos {
				c.add(m.pos, "merge-point", "the merge point of driver "+d.Name+" is in a generic function, of which there is one copy for each list of type arguments",
					"write a function with a dispatch loop and a driver for each")
				break
			}
			c.add(m.pos, "merge-point", "driver "+d.Name+" has a second merge point", "use one driver for each dispatch loop")
		}
	}
	m := merges[0]
	if !reaches(m.block, m.block) {
		c.add(m.pos, "merge-point", "the merge point is not in a loop", "put it at the top of the dispatch loop; the body of a range over a function is a function of its own, not a loop")
	}
	c.portalHints(m.fn)
	c.count(d, m, "MergePoint")
	for i, a := range m.op.Args {
		c.green(d, m, i, a)
	}
	for _, e := range enters {
		c.count(d, e, "CanEnterJit")
		switch {
		case e.fn != m.fn:
			c.add(e.pos, "merge-point", "CanEnterJit is not in the function of the driver's merge point, "+m.fn.Name, "put it where the dispatch loop goes back")
		case !reaches(e.block, m.block):
			c.add(e.pos, "merge-point", "control never goes from this CanEnterJit to the merge point", "put it right before the jump back to the top of the dispatch loop")
		default:
			c.sameTypes(d, m, e)
		}
	}
	for h := range descr.NumHooks {
		c.hook(d, m, h)
	}
}

// portalHints refuses directives that say of a portal what its merge point decides.
func (c *checker) portalHints(f *flow.Func) {
	what, h := "", f.Hints
	switch {
	case strings.HasSuffix(f.Name, "$traced"): // see load's conditional.go
		what = "look_inside_iff"
	case h.Elidable, h.ElidablePromote:
		what = "elidable"
	case h.LoopInvariant:
		what = "loop_invariant"
	case h.NotInTrace:
		what = "not_in_trace"
	default:
		return
	}
	c.found = append(c.found, load.Problem{Pos: token.Position{Filename: f.Pos.File, Line: f.Pos.Line, Column: f.Pos.Column}, Rule: "directive",
		Msg: "//kiln:" + what + " is about functions without a merge point, and " + strings.TrimSuffix(f.Name, "$traced") + " has one", Remedy: "remove it; the driver's option NeverInline says which calls of a portal are not traced through"})
}

// count checks the number of arguments.
func (c *checker) count(d *flow.Driver, m mark, name string) {
	if have, want := len(m.op.Args), len(d.Greens); want > 0 && have != want {
		c.add(m.pos, "merge-point", fmt.Sprintf("%s has %s, but driver %s has %s", name, plural(have, "argument"), d.Name, plural(want, "green")),
			"pass the greens in the order of the driver's option Greens")
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// broken says whether functions are missing for other reasons, so that absence proves nothing.
func (c *checker) broken() bool { return len(c.r.Problems) > 0 }

// green checks the type of one green variable.
func (c *checker) green(d *flow.Driver, m mark, i int, a *flow.Value) {
	if i >= len(d.Greens) {
		return
	}
	switch t := a.Type.Underlying().(type) {
	case *types.Basic:
		if t.Info()&(types.IsInteger|types.IsBoolean|types.IsString|types.IsFloat) != 0 {
			return
		}
	case *types.Pointer, *types.Interface, *types.Signature, *types.Map:
		return
	}
	if n, ok := a.Type.(*types.Named); ok && c.r.Program.FixedArrays[n.Obj()] {
		return
	}
	c.add(c.r.ArgPos(m.pos, i), "merge-point", "green "+d.Greens[i]+" is of type "+typeString(a.Type)+": a green is one word", "use an index, or a pointer to what holds it")
}

func (c *checker) sameTypes(d *flow.Driver, m, e mark) {
	if len(m.op.Args) != len(e.op.Args) {
		return // which is wrong is said already
	}
	for i := range min(len(m.op.Args), len(d.Greens)) {
		if want, have := m.op.Args[i].Type, e.op.Args[i].Type; !types.Identical(want, have) {
			c.add(c.r.ArgPos(e.pos, i), "merge-point", "green "+d.Greens[i]+" is "+typeString(have)+" here and "+typeString(want)+" at the merge point", "convert it")
		}
	}
}

// hook checks the signature of a function that an option names.
func (c *checker) hook(d *flow.Driver, m mark, h descr.Hook) {
	f := d.Hooks[h]
	if f == nil || len(m.op.Args) != len(d.Greens) {
		return
	}
	result := types.Typ[types.Bool]
	if h == descr.HookLocation {
		result = types.Typ[types.String]
	}
	sig := f.Sig
	ok := sig.Params().Len() == len(m.op.Args) && sig.Results().Len() == 1 &&
		types.Identical(sig.Results().At(0).Type().Underlying(), result) && !sig.Variadic()
	if ok {
		for i, a := range m.op.Args {
			ok = ok && types.Identical(sig.Params().At(i).Type(), a.Type)
		}
	}
	if !ok {
		want := "func("
		for i, a := range m.op.Args {
			if i > 0 {
				want += ", "
			}
			want += d.Greens[i] + " " + typeString(a.Type)
		}
		c.add(c.r.OptionPos(d, h.String()), "driver", h.String()+" of driver "+d.Name+" does not fit its greens", "declare it as "+want+") "+result.String())
	}
}

// reaches says whether control can go from the end of a to the start of b.
func reaches(a, b *flow.Block) bool {
	seen := map[*flow.Block]bool{}
	work := []*flow.Block{a}
	for len(work) > 0 {
		x := work[len(work)-1]
		work = work[:len(work)-1]
		for _, e := range x.Succs {
			if e.To == b {
				return true
			}
			if !seen[e.To] {
				seen[e.To] = true
				work = append(work, e.To)
			}
		}
	}
	return false
}

// greenNames checks that the arguments of MergePoint are variables called as the driver says; it returns the drivers
// for which they are not.
func (c *checker) greenNames() (misplaced map[*flow.Driver]bool) {
	misplaced = map[*flow.Driver]bool{}
	byVar := map[types.Object]*flow.Driver{}
	for _, p := range c.r.Packages {
		if p.Dialect() && p.Types != nil {
			for _, d := range c.r.Program.Drivers {
				if obj := p.Types.Scope().Lookup(d.Name); obj != nil && obj == c.r.DriverObject(d) {
					byVar[obj] = d
				}
			}
		}
	}
	for _, p := range c.r.Packages {
		if !p.Dialect() || p.Info == nil {
			continue
		}
		for _, f := range p.Files {
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if d := c.greenArgs(p, byVar, call); d != nil {
						misplaced[d] = true
					}
				}
				return true
			})
		}
	}
	return misplaced
}

// greenArgs checks one call; it returns the driver if an argument is wrong.
func (c *checker) greenArgs(p *load.Package, byVar map[types.Object]*flow.Driver, call *ast.CallExpr) (wrong *flow.Driver) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "MergePoint" || call.Ellipsis.IsValid() {
		return nil
	}
	var d *flow.Driver
	switch x := ast.Unparen(sel.X).(type) {
	case *ast.Ident:
		d = byVar[p.Info.Uses[x]]
	case *ast.SelectorExpr:
		d = byVar[p.Info.Uses[x.Sel]]
	}
	if d == nil || len(call.Args) != len(d.Greens) || slices.Contains(d.Greens, "") {
		return nil
	}
	c.virtualizable(p, d, call)
	for i, a := range call.Args {
		name := ""
		switch a := ast.Unparen(a).(type) {
		case *ast.Ident:
			if _, isVar := p.Info.Uses[a].(*types.Var); isVar {
				name = a.Name
			}
		case *ast.SelectorExpr:
			name = a.Sel.Name
		}
		if name == "" {
			c.add(a.Pos(), "merge-point", "argument "+types.ExprString(a)+" of MergePoint is not a variable", "keep green "+d.Greens[i]+" in a variable")
		} else if name != d.Greens[i] {
			c.add(a.Pos(), "merge-point", "argument "+types.ExprString(a)+" of MergePoint stands where driver "+d.Name+" has green "+d.Greens[i],
				"pass the greens in the order of the driver's option Greens")
			wrong = d
		}
	}
	return wrong
}

// hasVirtualizable says whether a struct, or what it embeds, has a field tagged virtualizable.
func hasVirtualizable(st *types.Struct) bool {
	for i := range st.NumFields() {
		if strings.HasPrefix(reflect.StructTag(st.Tag(i)).Get("kiln"), "virtualizable") {
			return true
		}
		if inner, ok := st.Field(i).Type().Underlying().(*types.Struct); ok && hasVirtualizable(inner) {
			return true
		}
	}
	return false
}

// virtualizable checks that the driver's option of this name is a variable where the merge point stands, a pointer to a struct.
func (c *checker) virtualizable(p *load.Package, d *flow.Driver, call *ast.CallExpr) {
	if d.Virtualizable == "" {
		return
	}
	if slices.Contains(d.Greens, d.Virtualizable) {
		c.add(c.r.OptionPos(d, "Virtualizable"), "merge-point", "Virtualizable "+d.Virtualizable+" of driver "+d.Name+" is one of its greens: a frame is different in each call, so it is red", "leave it out of Greens")
		return
	}
	_, obj := p.Types.Scope().Innermost(call.Pos()).LookupParent(d.Virtualizable, call.Pos())
	if v, ok := obj.(*types.Var); ok {
		if ptr, ok := v.Type().Underlying().(*types.Pointer); ok {
			if st, ok := ptr.Elem().Underlying().(*types.Struct); ok {
				if !hasVirtualizable(st) {
					c.add(c.r.OptionPos(d, "Virtualizable"), "merge-point", "Virtualizable "+d.Virtualizable+" is a pointer to a "+typeString(ptr.Elem())+", which has no field tagged virtualizable",
						"tag the fields that change often `kiln:\"virtualizable\"`, or leave the option out")
				}
				return
			}
		}
		c.add(c.r.OptionPos(d, "Virtualizable"), "merge-point", "Virtualizable "+d.Virtualizable+" is of type "+typeString(v.Type())+", not a pointer to a struct", "name the variable that points to the frame")
		return
	}
	c.add(c.r.OptionPos(d, "Virtualizable"), "merge-point", "Virtualizable "+d.Virtualizable+" of driver "+d.Name+" is not a variable here", "name the variable that points to the frame")
}
