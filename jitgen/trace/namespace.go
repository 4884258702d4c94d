package trace

import (
	"fmt"
	"sort"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// Namespace resolves the names of descriptors, targets, guards and constant objects in texts. It is made
// from a program's tables, or grown by declarations (Declare).
type Namespace struct {
	Program *descr.Program

	byKind  map[string]map[string]descr.Descr // kind of descriptor as in op.Info.Descr, name
	types   map[string]*layout.Type
	targets map[int]*Target
	guards  map[int]*Guard
	tokens  map[string]*Token

	objects     map[string]uint64
	objectNames map[uint64]string
}

// NewNamespace indexes a program. A nil program stands for an empty one, which has the string type.
func NewNamespace(p *descr.Program) *Namespace {
	ns := &Namespace{
		Program: p, byKind: map[string]map[string]descr.Descr{}, types: map[string]*layout.Type{},
		targets: map[int]*Target{}, guards: map[int]*Guard{},
		objects: map[string]uint64{}, objectNames: map[uint64]string{}, tokens: map[string]*Token{},
	}
	if p == nil {
		ns.Program = &descr.Program{Types: []*layout.Type{nil}, Sizes: []*descr.Size{nil}, Arrays: []*descr.Array{nil}}
		ns.addStringType()
		return ns
	}
	for _, t := range p.Types {
		if t != nil {
			ns.types[t.Name] = t
		}
	}
	for _, s := range p.Sizes {
		if s != nil {
			ns.add("size", s)
		}
	}
	for _, a := range p.Arrays {
		if a != nil {
			ns.add("array", a)
		}
	}
	for _, l := range p.Locs {
		ns.addLocation(l)
	}
	for _, c := range p.Calls {
		ns.add("call", c)
	}
	for _, d := range p.Dispatches {
		ns.add("dispatch", d)
	}
	for _, s := range p.TypeSets {
		ns.add("typeset", s)
	}
	return ns
}

func (ns *Namespace) add(kind string, d descr.Descr) {
	m := ns.byKind[kind]
	if m == nil {
		m = map[string]descr.Descr{}
		ns.byKind[kind] = m
	}
	m[d.String()] = d
}

func (ns *Namespace) addLocation(l descr.Location) {
	switch l := l.(type) {
	case *descr.Field:
		ns.add("field", l)
	case *descr.Array:
		ns.add("array", l)
	case *descr.Interior:
		ns.add("interior", l)
	}
}

// Lookup finds a descriptor by kind ("field", "array", "interior", "size", "call", "dispatch",
// "typeset") and name, or returns nil.
func (ns *Namespace) Lookup(kind, name string) descr.Descr { return ns.byKind[kind][name] }

// Type finds a type by name, or returns nil.
func (ns *Namespace) Type(name string) *layout.Type { return ns.types[name] }

// Target returns the target of that number, the same one each time; Kinds are set by its label, or
// before that by the first jump to it.
func (ns *Namespace) Target(id int) *Target {
	t := ns.targets[id]
	if t == nil {
		t = &Target{ID: id}
		ns.targets[id] = t
	}
	return t
}

// Guard returns the guard of that number, the same one each time.
func (ns *Namespace) Guard(id int) *Guard {
	g := ns.guards[id]
	if g == nil {
		g = &Guard{ID: id}
		ns.guards[id] = g
	}
	return g
}

// AddGuard and AddTarget make existing descriptors known.
func (ns *Namespace) AddGuard(g *Guard) { ns.guards[g.ID] = g }

// AddTarget makes an existing target known.
func (ns *Namespace) AddTarget(t *Target) { ns.targets[t.ID] = t }

// Forget drops all targets and guards: their numbers can be used anew.
func (ns *Namespace) Forget() {
	clear(ns.targets)
	clear(ns.guards)
}

// SetObject names a constant object. Its address must not change.
func (ns *Namespace) SetObject(name string, addr uint64) {
	ns.objects[name] = addr
	ns.objectNames[addr] = name
}

// object is the address behind ConstPtr(name). A name that SetObject did not give gets an address
// where nothing can be mapped: such a trace can be optimised and printed, but not executed.
func (ns *Namespace) object(name string) uint64 {
	addr, ok := ns.objects[name]
	if !ok {
		addr = 1<<62 + uint64(len(ns.objects))*layout.MinSize
		ns.SetObject(name, addr)
	}
	return addr
}

// find is Lookup with the names of what there is in the error.
func (ns *Namespace) find(c *cursor, kind, name string) descr.Descr {
	switch kind {
	case "text":
		return &descr.Text{S: name}
	case "guard":
		var id int
		if _, err := fmt.Sscanf(name, "Guard%d", &id); err != nil {
			c.fail("%q is not the name of a guard (Guard<number>)", name)
		}
		return ns.Guard(id)
	case "token":
		if ns.tokens[name] == nil {
			c.fail("no token %q: declare it with token NAME(KIND, ...) = CALL", name)
		}
		return ns.tokens[name]
	case "target":
		var id int
		if _, err := fmt.Sscanf(name, "Target%d", &id); err != nil {
			c.fail("%q is not the name of a target (Target<number>)", name)
		}
		return ns.Target(id)
	case "":
		c.fail("the operation has no descriptor")
	}
	d := ns.byKind[kind][name]
	if d == nil {
		known := make([]string, 0, 8)
		for n := range ns.byKind[kind] {
			known = append(known, n)
		}
		sort.Strings(known)
		if len(known) > 8 {
			known = append(known[:8], "...")
		}
		c.fail("no %s descriptor %q; known: %v", kind, name, known)
	}
	return d
}

// addType numbers a type whose layout is complete and makes its size or array descriptor.
func (ns *Namespace) addType(t *layout.Type) {
	p := ns.Program
	t.ID = layout.TypeID(len(p.Types))
	p.Types = append(p.Types, t)
	ns.types[t.Name] = t
	var size *descr.Size
	if !t.IsArray() {
		size = &descr.Size{Type: t}
		ns.add("size", size)
	}
	p.Sizes = append(p.Sizes, size)
	p.Arrays = append(p.Arrays, nil)
}

func (ns *Namespace) nextLoc() descr.Loc { return descr.Loc(len(ns.Program.Locs)) }

func (ns *Namespace) addLoc(l descr.Location) {
	ns.Program.Locs = append(ns.Program.Locs, l)
	ns.addLocation(l)
}

func (ns *Namespace) addStringType() {
	t := &layout.Type{Name: "string", Size: layout.StringBaseOffset, ItemSize: 1, LenOffset: layout.StringLenOffset}
	ns.addType(t)
	a := &descr.Array{Loc: ns.nextLoc(), Type: t, Access: descr.Access{Kind: op.Int, Width: 1, Immutable: true}}
	ns.Program.Arrays[t.ID] = a
	ns.addLoc(a)
}
