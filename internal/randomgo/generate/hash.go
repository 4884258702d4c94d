package generate

import "fmt"

// hashOf is an expression of type int that depends on all of a value.
func (g *generator) hashOf(t *typ, x *node) *node {
	switch t.kind {
	case intKind:
		return g.e(g.int, "int($)", x)
	case floatKind:
		return g.e(g.int, "hf(float64($))", x)
	case complexKind:
		return g.e(g.int, "hc(complex128($))", x)
	case boolKind:
		return g.e(g.int, "b2i($)", x)
	case stringKind:
		return g.e(g.int, "hs(string($))", x)
	case funcKind:
		return g.e(g.int, "b2i($ == nil)", x)
	case interfaceKind:
		if t == g.error {
			return g.e(g.int, "he($)", x)
		}
		return g.e(g.int, "§hany($, 2)", x)
	}
	return g.e(g.int, g.hashFunction(t)+"($, 2)", x)
}

// inHash hashes a part within a hash function of depth d.
func (g *generator) inHash(t *typ, text string) string {
	switch t.kind {
	case interfaceKind:
		if t != g.error {
			return "§hany(" + text + ", d-1)"
		}
	case structKind, arrayKind, sliceKind, mapKind, pointerKind:
		return g.hashFunction(t) + "(" + text + ", d-1)"
	}
	n := g.hashOf(t, g.e(t, text))
	return n.Text[0] + text + n.Text[1]
}

// hashFunction declares the function that hashes values of a type, once.
func (g *generator) hashFunction(t *typ) string {
	name := fmt.Sprintf("§h%d", t.number)
	if g.hashes[t] {
		return name
	}
	g.hashes[t] = true
	body := ""
	switch t.kind {
	case structKind:
		body = "h := 1\n"
		for _, f := range t.fields {
			if f.unread {
				continue
			}
			body += "h = h*31 + " + g.inHash(f.typ, "x."+f.name) + "\n"
		}
		body += "return h\n"
	case arrayKind, sliceKind:
		body = "h := len(x)\nif d < 0 { return h }\nfor _, e := range x {\nh = h*31 + " + g.inHash(t.elem, "e") + "\n}\nreturn h\n"
	case mapKind:
		body = "h := len(x)\nif d < 0 { return h }\nfor k, e := range x {\nh += (" + g.inHash(t.key, "k") + " ^ 5) * (" + g.inHash(t.elem, "e") + " ^ 3)\n}\nreturn h\n"
	case pointerKind:
		body = "if x == nil { return 5 }\nif d < 0 { return 6 }\nreturn " + g.inHash(t.elem, "*x") + "\n"
	}
	g.declare("func " + name + "(x " + t.name + ", d int) int {\n" + body + "}\n\n")
	return name
}

// hashAny declares the function that hashes what interfaces hold.
func (g *generator) hashAny() {
	types := []*typ{g.int, g.string, g.bool, g.float, g.uint8, g.slice(g.int), g.array(2, g.int)}
	types = append(append(types, g.named...), g.structs...)
	for _, s := range g.structs {
		types = append(types, g.pointer(s))
	}
	text := "func §hany(x any, d int) int {\nif d < 0 { return 7 }\nswitch x := x.(type) {\ncase nil:\nreturn 1\n"
	for _, t := range types {
		text += "case " + t.name + ":\nreturn " + fmt.Sprint(t.number+2) + " ^ " + g.inHash(t, "x") + "\n"
	}
	g.declare(text + "case error:\nreturn he(x)\n}\nreturn 3\n}\n\n")
}
