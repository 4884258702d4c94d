package generate

import (
	"fmt"
	"strings"
)

type kind uint8

const (
	intKind kind = iota
	floatKind
	complexKind
	boolKind
	stringKind
	structKind
	arrayKind
	sliceKind
	mapKind
	pointerKind
	funcKind
	interfaceKind
)

// typ is a type of the program. There is one for each: types are compared as pointers.
type typ struct {
	kind   kind
	name   string // as written
	bits   int    // of numbers
	signed bool
	named  bool // declared by the program

	elem, key *typ
	length    int
	fields    []field
	params    []*typ
	results   []*typ
	touched   bool      // has a method touch, see parts.go
	methods   []*method // of a named type, those of embedded structs apart; of an interface
	number    int       // in the names of functions over the type
}

type field struct {
	name     string
	typ      *typ
	embedded bool
	// unread: the program never asks for it alone, so that the translator may find that nobody reads it.
	unread bool
}

// method is a method of a concrete type or of an interface.
type method struct {
	name            string
	params, results []*typ
	pointer         bool // its receiver is a pointer
}

func (t *typ) is(k kind) bool { return t.kind == k }

// comparable says whether == compiles; deep, that it cannot panic.
func (t *typ) comparable(deep bool) bool {
	switch t.kind {
	case sliceKind, mapKind, funcKind:
		return false
	case interfaceKind:
		return !deep
	case arrayKind:
		return t.elem.comparable(deep)
	case structKind:
		for _, f := range t.fields {
			if !f.typ.comparable(deep) {
				return false
			}
		}
	}
	return true
}

// words is how many words a value has in translated code, roughly.
func (t *typ) words() int {
	switch t.kind {
	case sliceKind:
		return 4
	case complexKind:
		return 2
	case arrayKind:
		return t.length * t.elem.words()
	case structKind:
		n := 0
		for _, f := range t.fields {
			n += f.typ.words()
		}
		return n
	}
	return 1
}

// methodsOf lists the methods that a value of the type, or a pointer to it, has in its method set.
func (t *typ) methodsOf(pointer bool) []*method {
	var list []*method
	for _, m := range t.methods {
		if pointer || !m.pointer {
			list = append(list, m)
		}
	}
	for i, f := range t.fields {
		if !f.embedded {
			continue
		}
		for _, m := range f.typ.methodsOf(pointer && i == 0) {
			if !has(t.methods, m.name) && !has(list, m.name) {
				list = append(list, m)
			}
		}
	}
	return list
}

// implements says whether a value of a type fits an interface, or a pointer to it.
func (t *typ) implements(i *typ, pointer bool) bool {
	have := map[string]bool{}
	for _, m := range t.methodsOf(pointer) {
		have[m.name] = true
	}
	for _, m := range i.methods {
		if !have[m.name] {
			return false
		}
	}
	return true
}

// methodIn says whether one of an interface's methods is among others.
func (t *typ) methodIn(others []*method) bool {
	for _, m := range t.methods {
		if has(others, m.name) {
			return true
		}
	}
	return false
}

// converted is the type as it stands in front of a conversion.
func (t *typ) converted() string {
	if t.kind == pointerKind {
		return "(" + t.name + ")"
	}
	return t.name
}

// intern makes a composite type, or finds it.
func (g *generator) intern(t typ) *typ {
	if known := g.interned[t.name]; known != nil {
		return known
	}
	t.number = len(g.interned)
	g.interned[t.name] = &t
	return &t
}

func (g *generator) slice(t *typ) *typ {
	return g.intern(typ{kind: sliceKind, name: "[]" + t.name, elem: t})
}

func (g *generator) array(n int, t *typ) *typ {
	return g.intern(typ{kind: arrayKind, name: fmt.Sprintf("[%d]%s", n, t.name), elem: t, length: n})
}

func (g *generator) pointer(t *typ) *typ {
	return g.intern(typ{kind: pointerKind, name: "*" + t.name, elem: t})
}

func (g *generator) mapOf(k, v *typ) *typ {
	return g.intern(typ{kind: mapKind, name: "map[" + k.name + "]" + v.name, key: k, elem: v})
}

func (g *generator) function(params, results []*typ) *typ {
	return g.intern(typ{kind: funcKind, name: "func" + signature(params, results, nil), params: params, results: results})
}

// signature writes parameters and results, names where there are some.
func signature(params, results []*typ, names []string) string {
	var list []string
	for i, p := range params {
		if names != nil {
			list = append(list, names[i]+" "+p.name)
		} else {
			list = append(list, p.name)
		}
	}
	s := "(" + strings.Join(list, ", ") + ")"
	list = nil
	for _, r := range results {
		list = append(list, r.name)
	}
	switch len(list) {
	case 0:
		return s
	case 1:
		return s + " " + list[0]
	}
	return s + " (" + strings.Join(list, ", ") + ")"
}

// basics makes the predeclared types.
func (g *generator) basics() {
	add := func(t typ) *typ { return g.intern(t) }
	for _, n := range []struct {
		name   string
		bits   int
		signed bool
	}{{"int", 64, true}, {"int8", 8, true}, {"int16", 16, true}, {"int32", 32, true}, {"int64", 64, true}, {"uint", 64, false},
		{"uint8", 8, false}, {"uint16", 16, false}, {"uint32", 32, false}, {"uint64", 64, false}, {"uintptr", 64, false}} {
		g.ints = append(g.ints, add(typ{kind: intKind, name: n.name, bits: n.bits, signed: n.signed}))
	}
	g.int, g.uint8, g.rune = g.ints[0], g.ints[6], g.ints[3]
	g.float = add(typ{kind: floatKind, name: "float64", bits: 64})
	g.float32 = add(typ{kind: floatKind, name: "float32", bits: 32})
	g.complex = add(typ{kind: complexKind, name: "complex128", bits: 128})
	g.complex64 = add(typ{kind: complexKind, name: "complex64", bits: 64})
	g.bool = add(typ{kind: boolKind, name: "bool"})
	g.string = add(typ{kind: stringKind, name: "string"})
	g.any = add(typ{kind: interfaceKind, name: "any"})
	g.error = add(typ{kind: interfaceKind, name: "error"})
}

// scalar picks a type of numbers, texts and the like.
func (g *generator) scalar() *typ {
	switch g.rng.IntN(14) {
	case 0, 1, 2, 3, 4:
		return g.int
	case 5, 6, 7:
		return g.ints[g.rng.IntN(len(g.ints))]
	case 8:
		return g.float
	case 9:
		return pick(g, g.float, g.float32)
	case 10, 11:
		return g.string
	case 12:
		return g.bool
	}
	if len(g.named) > 0 {
		return g.named[g.rng.IntN(len(g.named))]
	}
	return g.int
}

// anyType picks a type for a variable.
func (g *generator) anyType(depth int) *typ {
	if depth <= 0 {
		return g.scalar()
	}
	switch n := g.rng.IntN(25); {
	case n < 9:
		return g.scalar()
	case n < 12:
		return g.structType()
	case n < 14:
		return g.slice(g.anyType(depth - 1))
	case n < 15:
		t := g.anyType(depth - 1)
		if t.words() > 3 {
			t = g.int
		}
		return g.array(1+g.rng.IntN(4), t)
	case n < 16:
		return g.mapOf(g.keyType(), g.anyType(depth-1))
	case n < 18:
		return g.pointer(g.structType())
	case n < 19:
		return g.pointer(g.scalar())
	case n < 20:
		return g.funcType()
	case n < 22:
		if len(g.interfaces) > 0 {
			return g.interfaces[g.rng.IntN(len(g.interfaces))]
		}
		return g.any
	case n < 23:
		return pick(g, g.any, g.any, g.error)
	case n < 24:
		return pick(g, g.complex, g.complex64)
	}
	if g.chance(10) { // more than 16 words, which is an object
		return g.array(20, g.int)
	}
	return pick(g, g.complex, g.complex64, g.slice(g.int), g.slice(g.string), g.slice(g.uint8))
}

func (g *generator) structType() *typ {
	if len(g.structs) == 0 {
		return g.int
	}
	return g.structs[g.rng.IntN(len(g.structs))]
}

func (g *generator) keyType() *typ {
	switch g.rng.IntN(8) {
	case 0, 1, 2:
		return g.string
	case 3:
		return g.any
	case 4:
		if t := g.structType(); t.comparable(true) {
			return t
		}
	case 5:
		return g.array(2, g.scalar())
	}
	return g.scalar()
}

func (g *generator) funcType() *typ {
	var params, results []*typ
	for range g.rng.IntN(3) {
		params = append(params, g.scalar())
	}
	for range 1 + g.rng.IntN(5)/3 {
		results = append(results, g.scalar())
	}
	return g.function(params, results)
}

// pick chooses one of the arguments.
func pick[T any](g *generator, list ...T) T { return list[g.rng.IntN(len(list))] }
