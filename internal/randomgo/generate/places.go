package generate

import "fmt"

// place is something that can be read, and perhaps written.
type place struct {
	text string
	typ  *typ
}

// places lists what is in scope and of a type, or of any type that fits.
func (g *generator) places(write bool, fits func(*typ) bool) (list []place) {
	add := func(v variable) {
		if write && !v.set && v.typ.kind != pointerKind {
			return
		}
		g.explore(v.name, v.typ, !write || v.set, write, v.full, 2, fits, &list)
	}
	for _, v := range g.scope {
		add(v)
	}
	for _, v := range g.globals {
		add(v)
	}
	return list
}

// explore adds a place and its parts. whole: the place itself counts.
func (g *generator) explore(text string, t *typ, whole, write, full bool, depth int, fits func(*typ) bool, list *[]place) {
	if whole && fits(t) {
		*list = append(*list, place{text, t})
	}
	if depth == 0 {
		return
	}
	switch t.kind {
	case structKind:
		for _, f := range t.fields {
			g.explore(text+"."+f.name, f.typ, whole, write, false, depth-1, fits, list)
			if f.embedded && g.chance(50) { // promoted
				for _, p := range f.typ.fields {
					g.explore(text+"."+p.name, p.typ, whole, write, false, depth-1, fits, list)
				}
			}
		}
	case pointerKind:
		if !full && !g.risk(6) {
			text = "nn(" + text + ")"
		}
		if t.elem.kind == structKind {
			for _, f := range t.elem.fields {
				g.explore(text+"."+f.name, f.typ, true, write, false, depth-1, fits, list)
			}
		} else if fits(t.elem) {
			*list = append(*list, place{"(*" + text + ")", t.elem})
		}
	case arrayKind:
		if fits(t.elem) || t.elem.kind == structKind {
			g.explore(text+"["+g.index(t.length)+"]", t.elem, whole, write, false, depth-1, fits, list)
		}
	case sliceKind:
		if !fits(t.elem) {
			return
		}
		if g.risk(6) {
			*list = append(*list, place{text + "[" + g.smallInt() + "]", t.elem})
		} else if !write {
			*list = append(*list, place{"at(" + text + ", " + g.smallInt() + ")", t.elem})
		}
	}
}

// risk says whether to do something that may panic.
func (g *generator) risk(percent int) bool { return g.risky && g.chance(percent) }

// index is an index in range for an array.
func (g *generator) index(n int) string {
	if g.chance(50) {
		return fmt.Sprint(g.rng.IntN(n))
	}
	return fmt.Sprintf("uint(%s)%%%d", g.smallInt(), n)
}

// smallInt is a variable of type int, or a small number in disguise.
func (g *generator) smallInt() string {
	for range 3 {
		if len(g.scope) == 0 {
			break
		}
		if v := g.scope[g.rng.IntN(len(g.scope))]; v.typ == g.int {
			return v.name
		}
	}
	return fmt.Sprintf("id(%d)", g.rng.IntN(8)-1)
}

// read is a random place of a type, nil if there is none.
func (g *generator) read(t *typ) *node {
	list := g.places(false, func(p *typ) bool { return p == t })
	if len(list) == 0 {
		return nil
	}
	return g.e(t, list[g.rng.IntN(len(list))].text)
}

// write is a random place to write to; ok is false if there is none.
func (g *generator) write(fits func(*typ) bool) (place, bool) {
	list := g.places(true, fits)
	if len(list) == 0 {
		return place{}, false
	}
	return list[g.rng.IntN(len(list))], true
}
