package generate

// assertions makes two type assertions and asks for the outcome of both later: translated code then decides where it is asked.
func (g *generator) assertions() *node {
	asserted := func() (x, ok variable, t *typ) {
		for t = g.anyType(1); t.kind == interfaceKind; {
			t = g.anyType(1)
		}
		return variable{name: g.name("x"), typ: t, set: g.chance(50)}, variable{name: g.name("ok"), typ: g.bool}, t
	}
	x, okX, tx := asserted()
	y, okY, ty := asserted()
	kids := []*node{g.nonConst(g.any, 1), g.nonConst(g.any, 1)}
	text := "{\n" + x.name + ", " + okX.name + " := $.(" + tx.name + ")\n" + y.name + ", " + okY.name + " := $.(" + ty.name + ")\n_, _ = " + x.name + ", " + y.name + "\n"
	scope := len(g.scope)
	g.hide(x, okX, y, okY)
	a, b := okX.name, okY.name
	text += "if " + pick(g, a+" && "+b, "!"+a+" || !"+b, a+" || "+b, b+" && !"+a) + " {\n$} else {\n$}\n"
	kids = append(kids, g.block1(), g.block1())
	if g.chance(50) {
		text += "if " + pick(g, a, "!"+b) + " {\n$}\n"
		kids = append(kids, g.block1())
	}
	g.scope = g.scope[:scope]
	return stmt(text+"}\n", kids...)
}
