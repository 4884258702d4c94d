package generate

import (
	"fmt"
)

// declareTypes makes named types, interfaces, and structs on top of each other.
func (g *generator) declareTypes() {
	for i := range 1 + g.size { // signatures of methods
		m := &method{name: fmt.Sprintf("M%d", i)}
		for range g.rng.IntN(3) {
			m.params = append(m.params, g.scalar())
		}
		for range 1 + g.rng.IntN(4)/3 {
			m.results = append(m.results, g.scalar())
		}
		g.sigs = append(g.sigs, m)
	}
	for i := range g.rng.IntN(1 + g.size) {
		base := pick(g, g.ints[g.rng.IntN(len(g.ints))], g.string, g.float, g.int)
		t := typ{kind: base.kind, name: fmt.Sprintf("§N%d", i), bits: base.bits, signed: base.signed, named: true}
		n := g.intern(t)
		g.giveMethods(n, false)
		g.declare("type " + n.name + " " + base.name + "\n\n")
		g.named = append(g.named, n)
	}
	for i := range 1 + g.rng.IntN(1+g.size) {
		g.declareInterface(i)
	}
	for i := range 1 + g.rng.IntN(1+g.size) {
		g.declareStruct(i)
	}
}

// giveMethods decides which methods a type will have.
func (g *generator) giveMethods(t *typ, pointers bool) {
	for _, m := range g.sigs {
		if g.chance(55) {
			own := *m
			own.pointer = pointers && g.chance(60)
			t.methods = append(t.methods, &own)
		}
	}
}

func (g *generator) declareInterface(i int) {
	t := g.intern(typ{kind: interfaceKind, name: fmt.Sprintf("§I%d", i), named: true})
	body := ""
	if i > 0 && g.chance(40) {
		base := g.interfaces[g.rng.IntN(len(g.interfaces))]
		t.methods = append(t.methods, base.methods...)
		body += "\t" + base.name + "\n"
	}
	for range 1 + g.rng.IntN(2) {
		m := g.sigs[g.rng.IntN(len(g.sigs))]
		if has(t.methods, m.name) {
			continue
		}
		t.methods = append(t.methods, m)
		body += "\t" + m.name + signature(m.params, m.results, nil) + "\n"
	}
	g.interfaces = append(g.interfaces, t)
	g.declare("type " + t.name + " interface {\n" + body + "}\n\n")
}

func has(list []*method, name string) bool {
	for _, m := range list {
		if m.name == name {
			return true
		}
	}
	return false
}

func (g *generator) declareStruct(i int) {
	t := g.intern(typ{kind: structKind, name: fmt.Sprintf("§S%d", i), named: true})
	body := ""
	add := func(f field) {
		t.fields = append(t.fields, f)
		if f.embedded {
			body += "\t" + f.name + "\n"
		} else {
			body += "\t" + f.name + " " + f.typ.name + "\n"
		}
	}
	if len(g.structs) > 0 && g.chance(40) {
		base := g.structType()
		add(field{name: base.name, typ: base, embedded: true})
	}
	plain := g.chance(35)
	for k := range 1 + g.rng.IntN(2+g.size) {
		ft := g.anyType(2)
		if ft.words() > 8 || plain {
			ft = g.scalar()
		}
		add(field{name: fmt.Sprintf("%c%d", 'a'+k, i), typ: ft, unread: g.chance(20)})
	}
	if g.chance(50) {
		add(field{name: fmt.Sprintf("next%d", i), typ: g.pointer(t)})
	}
	if g.chance(15) && len(g.structs) > 0 && !t.fields[0].embedded {
		if base := g.structType(); len(base.methodsOf(true)) == len(base.methodsOf(false)) {
			add(field{name: base.name, typ: base, embedded: true})
		}
	}
	g.giveMethods(t, true)
	g.structs = append(g.structs, t)
	g.declare("type " + t.name + " struct {\n" + body + "}\n\n")
	g.touch(t)
}
