package trace

import (
	"fmt"
	"slices"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// Declare adds the declarations of a text to the namespace; a line that is none is an error. See
// docs/formats.md, Trace, for their form.
func (ns *Namespace) Declare(text string) (err error) {
	defer catch(&err)
	for _, c := range logicalLines(text) {
		if !ns.declare(&c) {
			c.fail("not a declaration: %q", c.rest)
		}
	}
	return nil
}

// declare consumes one line if it is a declaration.
func (ns *Namespace) declare(c *cursor) bool {
	for _, d := range []struct {
		word string
		f    func(c *cursor)
	}{
		{"type ", ns.declareType}, {"array ", ns.declareArray}, {"view ", ns.declareView}, {"copy ", ns.declareCopy}, {"call ", ns.declareCall},
		{"dispatch ", ns.declareDispatch}, {"typeset ", ns.declareTypeSet}, {"token ", ns.declareToken},
	} {
		if c.try(d.word) {
			d.f(c)
			c.end()
			return true
		}
	}
	return false
}

// scalars are the words for what a location holds.
var scalars = map[string]descr.Access{
	"int": {Kind: op.Int, Width: 8, Signed: true}, "int8": {Kind: op.Int, Width: 1, Signed: true},
	"int16": {Kind: op.Int, Width: 2, Signed: true}, "int32": {Kind: op.Int, Width: 4, Signed: true},
	"uint": {Kind: op.Int, Width: 8}, "uint8": {Kind: op.Int, Width: 1}, "uint16": {Kind: op.Int, Width: 2},
	"uint32": {Kind: op.Int, Width: 4}, "ref": {Kind: op.Ref, Width: 8},
	"float": {Kind: op.Float, Width: 8}, "float32": {Kind: op.Float, Width: 4},
}

func (c *cursor) access() descr.Access {
	word := c.name()
	acc, ok := scalars[word]
	if !ok {
		c.fail("%q is not int, int8 ... uint32, ref, float or float32", word)
	}
	acc.Immutable = c.try("immutable")
	acc.Quasi = c.try("quasi")
	acc.VirtualItems = c.try("virtualizable[]")
	acc.Virtualizable = acc.VirtualItems || c.try("virtualizable")
	return acc
}

func (c *cursor) kind() op.Kind {
	word := c.name()
	for _, k := range []op.Kind{op.Int, op.Ref, op.Float} {
		if k.String() == word {
			return k
		}
	}
	c.fail("%q is not int, ref or float", word)
	return op.Void
}

// kinds is a parenthesised list of kinds.
func (c *cursor) kinds() (kinds []op.Kind) {
	c.expect("(")
	for !c.try(")") {
		if len(kinds) > 0 {
			c.expect(",")
		}
		kinds = append(kinds, c.kind())
	}
	return kinds
}

// member is one field in declaration order.
type member struct {
	name   string
	acc    descr.Access
	offset int
}

// members reads `{ name kind [immutable|quasi]; ... }` and lays the fields out from offset at.
func (c *cursor) members(at int) (list []member, end int) {
	c.expect("{")
	for !c.try("}") {
		if c.try(";") {
			continue
		}
		m := member{name: c.name()}
		m.acc = c.access()
		at = (at + m.acc.Width - 1) &^ (m.acc.Width - 1)
		m.offset = at
		at += m.acc.Width
		list = append(list, m)
	}
	return list, at
}

func refOffsets(list []member) (refs []int) {
	for _, m := range list {
		if m.acc.Kind == op.Ref {
			refs = append(refs, m.offset)
		}
	}
	return refs
}

func (c *cursor) fresh(ns *Namespace) string {
	name := c.name()
	if ns.types[name] != nil {
		c.fail("type %s is declared twice", name)
	}
	return name
}

func (ns *Namespace) typeNamed(c *cursor) *layout.Type {
	name := c.name()
	t := ns.types[name]
	if t == nil {
		c.fail("no type %q", name)
	}
	return t
}

// declareType: type NAME [: BASE] { FIELD KIND [immutable|quasi]; ... }
func (ns *Namespace) declareType(c *cursor) {
	t := &layout.Type{Name: c.fresh(ns), Size: layout.HeaderSize}
	if c.try(":") {
		base := ns.typeNamed(c)
		t.Base, t.Size, t.Refs = base.ID, base.Size, slices.Clone(base.Refs)
	}
	list, size := c.members(t.Size)
	t.Refs = append(t.Refs, refOffsets(list)...)
	t.Size = size
	ns.addType(t)
	for _, m := range list {
		ns.addLoc(&descr.Field{Loc: ns.nextLoc(), Access: m.acc, Owner: t, Name: m.name, Offset: m.offset})
	}
}

// declareArray: array NAME of KIND [immutable], or array NAME of { FIELD KIND [immutable]; ... }
func (ns *Namespace) declareArray(c *cursor) {
	t := &layout.Type{Name: c.fresh(ns), Size: layout.ArrayBaseOffset, LenOffset: layout.ArrayLenOffset}
	c.expect("of ")
	a := &descr.Array{Type: t}
	var list []member
	if c.space(); c.rest != "" && c.rest[0] == '{' {
		var size int
		list, size = c.members(0)
		align := 1
		for _, m := range list {
			align = max(align, m.acc.Width)
		}
		t.ItemSize, t.ItemRefs = (size+align-1)&^(align-1), refOffsets(list)
	} else {
		a.Access = c.access()
		t.ItemSize = a.Width
		if a.Kind == op.Ref {
			t.ItemRefs = []int{0}
		}
	}
	ns.addType(t)
	ns.Program.Arrays[t.ID] = a
	a.Loc = ns.nextLoc()
	ns.addLoc(a)
	for _, m := range list {
		ns.addLoc(&descr.Interior{Loc: ns.nextLoc(), Access: m.acc, Array: a, Name: m.name, Offset: m.offset})
	}
}

// declareView: view NAME, the immutable view NAME@immutable of an array, with the fields of its items.
func (ns *Namespace) declareView(c *cursor) {
	of := ns.find(c, "array", c.name()).(*descr.Array)
	v := &descr.Array{Loc: ns.nextLoc(), Access: of.Access, Type: of.Type, Of: of}
	v.Immutable = of.Kind != op.Void
	ns.addLoc(v)
	for _, l := range ns.Program.Locs {
		if in, ok := l.(*descr.Interior); ok && in.Array == of {
			f := &descr.Interior{Loc: ns.nextLoc(), Access: in.Access, Array: v, Name: in.Name, Offset: in.Offset}
			f.Immutable = true
			ns.addLoc(f)
		}
	}
}

// declareCopy: copy TO from FROM, the descriptor TO<-FROM of copies between arrays of two types with the same layout.
func (ns *Namespace) declareCopy(c *cursor) {
	to := ns.find(c, "array", c.name()).(*descr.Array)
	c.expect("from ")
	from := ns.find(c, "array", c.name()).(*descr.Array)
	if to.Kind != op.Int || from.Kind != op.Int || to.Width != from.Width || to.Type.Size != from.Type.Size {
		c.fail("copies are between arrays of integers with the same layout")
	}
	d := &descr.Array{Loc: ns.nextLoc(), Access: to.Access, Type: to.Type, Of: to, From: from}
	d.Immutable = false
	ns.addLoc(d)
}

// declareCall: call NAME(KIND, ...) [(KIND, ...)] {elidable | collects | panics | arbitrary | entersjit | invalidates | conditional
// | reads(LOCATION, ...) | writes(LOCATION, ...)}. Function indices count the declarations from 0.
func (ns *Namespace) declareCall(c *cursor) {
	p := ns.Program
	call := &descr.Call{Index: len(p.Calls), Func: len(p.Funcs), Name: c.name()}
	if ns.byKind["call"][call.Name] != nil {
		c.fail("call %s is declared twice", call.Name)
	}
	call.Args = c.kinds()
	if c.space(); c.rest != "" && c.rest[0] == '(' {
		call.Results = c.kinds()
	}
	e := &call.Effects
	for c.more() {
		switch word := c.name(); word {
		case "elidable":
			e.Elidable = true
		case "collects":
			e.Collects = true
		case "panics":
			e.Panics = true
		case "arbitrary":
			e.Arbitrary = true
		case "entersjit":
			e.EntersJit = true
		case "invalidates":
			e.Invalidates = true
		case "conditional":
			e.Conditional = true
		case "forces":
			e.Forces = true
		case "reads":
			e.Reads = ns.locations(c)
		case "writes":
			e.Writes = ns.locations(c)
		default:
			c.fail("%q is not an effect", word)
		}
	}
	p.Calls = append(p.Calls, call)
	p.Funcs = append(p.Funcs, &descr.Func{Index: call.Func, Name: call.Name, Args: call.Args, Results: call.Results, JitCode: -1, Adapter: true})
	ns.add("call", call)
}

// declareToken: token Token<number>(KIND, ...) = CALL. The kinds are those of the reds; results and effects are the
// call's, which must be declared before.
func (ns *Namespace) declareToken(c *cursor) {
	t := &Token{}
	name := c.name()
	if _, err := fmt.Sscanf(name, "Token%d", &t.ID); err != nil || ns.tokens[name] != nil {
		c.fail("%q is not the name of a new token (Token<number>)", name)
	}
	t.Kinds = c.kinds()
	c.expect("=")
	t.Call = ns.find(c, "call", c.name()).(*descr.Call)
	ns.tokens[name] = t
}

// AddToken makes an existing token known.
func (ns *Namespace) AddToken(t *Token) { ns.tokens[t.String()] = t }

func (ns *Namespace) locations(c *cursor) (locs []descr.Loc) {
	c.expect("(")
	for !c.try(")") {
		if len(locs) > 0 {
			c.expect(",")
		}
		locs = append(locs, ns.location(c, c.name()))
	}
	slices.Sort(locs)
	return locs
}

func (ns *Namespace) location(c *cursor, name string) descr.Loc {
	for _, kind := range []string{"field", "array", "interior"} {
		if d := ns.byKind[kind][name]; d != nil {
			return d.(descr.Location).Location()
		}
	}
	c.fail("no field, array or interior field %q", name)
	return 0
}

// declareDispatch: dispatch NAME { TYPE FUNCTION; ... } with the function's call name.
func (ns *Namespace) declareDispatch(c *cursor) {
	d := &descr.Dispatch{Index: len(ns.Program.Dispatches), Name: c.name()}
	c.expect("{")
	for !c.try("}") {
		if c.try(";") {
			continue
		}
		t := ns.typeNamed(c)
		call := ns.find(c, "call", c.name()).(*descr.Call)
		for len(d.Table) <= int(t.ID) {
			d.Table = append(d.Table, -1)
		}
		d.Table[t.ID] = int32(call.Func)
	}
	ns.Program.Dispatches = append(ns.Program.Dispatches, d)
	ns.add("dispatch", d)
}

// declareTypeSet: typeset NAME { TYPE; ... }
func (ns *Namespace) declareTypeSet(c *cursor) {
	s := &descr.TypeSet{Index: len(ns.Program.TypeSets), Name: c.name()}
	c.expect("{")
	for !c.try("}") {
		if c.try(";") {
			continue
		}
		t := ns.typeNamed(c)
		for len(s.Has) <= int(t.ID) {
			s.Has = append(s.Has, false)
		}
		s.Has[t.ID] = true
	}
	ns.Program.TypeSets = append(ns.Program.TypeSets, s)
	ns.add("typeset", s)
}
