package generate

import (
	"fmt"
	"slices"
)

// place is something that can be read, and perhaps written.
type place struct {
	text string
	typ  *typ
	risk bool // reaching it may panic
}

// places lists what is in scope and of a type, or of any type that fits.
func (g *generator) places(write bool, fits func(*typ) bool) (list []place) {
	add := func(v variable) {
		if write && !v.set && v.typ.kind != pointerKind {
			return
		}
		e := &explorer{g: g, write: write, fits: fits}
		e.explore(place{text: v.name, typ: v.typ}, !write || v.set, v.full, 2)
		list = append(list, e.list...)
	}
	for _, v := range g.scope {
		add(v)
	}
	for _, v := range g.globals {
		if write || !v.unread {
			add(v)
		}
	}
	return list
}

// explorer collects a variable and its parts.
type explorer struct {
	g     *generator
	write bool
	fits  func(*typ) bool
	list  []place
}

// explore adds a place and its parts, down to depth. whole: the place itself counts. full: it is no nil pointer.
func (e *explorer) explore(p place, whole, full bool, depth int) {
	if whole && e.fits(p.typ) {
		e.list = append(e.list, p)
	}
	if depth == 0 {
		return
	}
	part := func(text string, t *typ, whole bool) {
		e.explore(place{text, t, p.risk}, whole, false, depth-1)
	}
	switch t := p.typ; t.kind {
	case structKind:
		for _, f := range e.fields(t) {
			part(p.text+"."+f.name, f.typ, whole)
			if f.embedded && e.g.chance(50) { // promoted
				for _, f := range e.fields(f.typ) {
					part(p.text+"."+f.name, f.typ, whole)
				}
			}
		}
	case pointerKind:
		if !full {
			if e.risk() {
				p.risk = true
			} else {
				p.text = "nn(" + p.text + ")"
			}
		}
		if t.elem.kind == structKind {
			for _, f := range e.fields(t.elem) {
				part(p.text+"."+f.name, f.typ, true)
			}
		} else if e.fits(t.elem) {
			e.list = append(e.list, place{"(*" + p.text + ")", t.elem, p.risk})
		}
	case arrayKind:
		if e.fits(t.elem) || t.elem.kind == structKind {
			part(p.text+"["+e.g.index(t.length)+"]", t.elem, whole)
		}
	case sliceKind:
		switch {
		case !e.fits(t.elem):
		case e.risk():
			e.list = append(e.list, place{p.text + "[" + pick(e.g, "", "", "uint", "uint64") + "(" + e.g.smallInt() + ")]", t.elem, true})
		case !e.write:
			e.list = append(e.list, place{"at(" + p.text + ", " + e.g.smallInt() + ")", t.elem, p.risk})
		}
	}
}

// fields are those of a struct that may be used.
func (e *explorer) fields(t *typ) []field {
	if e.write {
		return t.fields
	}
	return slices.DeleteFunc(slices.Clone(t.fields), func(f field) bool { return f.unread })
}

// risk says whether to list a place that may not be there.
func (e *explorer) risk() bool { return e.g.risky && !e.g.risked && e.g.chance(8) }

// risk says whether to do something that may panic.
func (g *generator) risk(percent int) bool {
	if !g.risky || g.risked || !g.chance(percent) {
		return false
	}
	g.risked = true
	return true
}

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
	p := list[g.rng.IntN(len(list))]
	g.risked = g.risked || p.risk
	return g.e(t, p.text)
}

// write is a random place to write to; ok is false if there is none.
func (g *generator) write(fits func(*typ) bool) (place, bool) {
	list := g.places(true, fits)
	if len(list) == 0 {
		return place{}, false
	}
	p := list[g.rng.IntN(len(list))]
	g.risked = g.risked || p.risk
	return p, true
}
