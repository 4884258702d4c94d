package main

// Symbol is a name that occurs in programs: of a property or a global variable. There is one for each spelling, so symbols
// are compared by identity.
type Symbol struct {
	name   string `kiln:"immutable"`
	id     int    `kiln:"immutable"` // key of maps, which cannot depend on where an object lies
	global *Global
}

// Symbols finds the symbol of a spelling.
type Symbols struct{ byName map[string]*Symbol }

func (s *Symbols) of(name string) *Symbol {
	symbol := s.byName[name]
	if symbol == nil {
		symbol = &Symbol{name: name, id: len(s.byName)}
		s.byName[name] = symbol
	}
	return symbol
}

// Global is a global variable. Functions, classes and settings are defined once: as long as a variable has had one value only, that value
// is a constant of compiled code. A second one moves it for good to a field that compiled code reads each time.
type Global struct {
	fixed   Value  `kiln:"quasi"` // nil: see varying
	varying Value  // nil: not defined
	name    string `kiln:"immutable"`
	// The compiler's: the function whose list of globals it is in, and where.
	user  *Function
	index int
}

// variable is the global variable with this name, defined or not.
func (s *Symbol) variable() *Global {
	if s.global == nil {
		s.global = &Global{name: s.name}
	}
	return s.global
}

// get is nil if the variable is not defined.
func (g *Global) get() Value {
	if v := g.fixed; v != nil {
		return v
	}
	return g.varying
}

// set assigns a defined variable.
func (g *Global) set(v Value) {
	if g.fixed != nil {
		g.fixed = nil
	}
	g.varying = v
}

// define makes the variable, or assigns it if it exists.
func (g *Global) define(v Value) {
	if g.get() == nil {
		g.fixed = v
	} else {
		g.set(v)
	}
}

// Class is complete before anything but its own declaration sees it; then it never changes. So a trace that knows the class
// knows its methods.
type Class struct {
	name    string           `kiln:"immutable"`
	methods map[int]*Closure `kiln:"immutable"` // own and inherited, by id of symbol
	init    *Closure         `kiln:"immutable"` // the method init, or nil
	empty   *Shape           `kiln:"immutable"` // of an instance without fields
	// room is for how many fields new instances have room: as many as others have had.
	room int `kiln:"quasi"`
}

func newClass(name string) *Class {
	c := &Class{name: name, methods: map[int]*Closure{}}
	c.empty = &Shape{class: c}
	return c
}

// inherit copies the methods of a superclass; methods of the class itself are defined afterwards.
//
//kiln:dont_look_inside
func (c *Class) inherit(super *Class) {
	for id, method := range super.methods {
		c.methods[id] = method
	}
	c.init = super.init
}

//kiln:dont_look_inside
func (c *Class) define(name *Symbol, method *Closure) {
	c.methods[name.id] = method
	if name.name == "init" {
		c.init = method
	}
}

// method is nil if there is none.
//
//kiln:elidable
func (c *Class) method(name *Symbol) *Closure { return c.methods[name.id] }

// Instance is an object of Lox. Where its fields are is said by its shape.
type Instance struct {
	shape  *Shape
	fields Values
}

// newInstance makes an instance of a class that is known to traces, and with it the room: an array of a known length need not exist.
func newInstance(c *Class) *Instance {
	return &Instance{c.empty, make(Values, c.room)}
}

// Shape is the layout that instances of one class have which got the same fields in the same order. It is immutable but
// for what is known of its successors, and an instance changes its shape when it gets a field.
type Shape struct {
	class  *Class  `kiln:"immutable"`
	parent *Shape  `kiln:"immutable"` // without the last field; nil: there are no fields
	name   *Symbol `kiln:"immutable"` // of the last field
	count  int     `kiln:"immutable"` // of fields
	// next are the shapes with one field more, by id of its symbol. Most have one.
	next map[int]*Shape
	only *Shape
	// index, for shapes with many fields, is made at the first search.
	index map[int]int
}

const manyFields = 8

// find is the index of a field, -1 if there is none.
//
//kiln:elidable
func (s *Shape) find(name *Symbol) int {
	if s.count > manyFields {
		return s.findMany(name)
	}
	for ; s.parent != nil; s = s.parent {
		if s.name == name {
			return s.count - 1
		}
	}
	return -1
}

func (s *Shape) findMany(name *Symbol) int {
	if s.index == nil {
		s.index = make(map[int]int, s.count)
		for t := s; t.parent != nil; t = t.parent {
			s.index[t.name.id] = t.count - 1
		}
	}
	if i, ok := s.index[name.id]; ok {
		return i
	}
	return -1
}

// with is the shape with one field more.
//
//kiln:elidable
func (s *Shape) with(name *Symbol) *Shape {
	if s.only != nil && s.only.name == name {
		return s.only
	}
	if t, ok := s.next[name.id]; ok {
		return t
	}
	t := &Shape{class: s.class, parent: s, name: name, count: s.count + 1}
	if s.only == nil {
		s.only = t
		return t
	}
	if s.next == nil {
		s.next = map[int]*Shape{}
	}
	s.next[name.id] = t
	return t
}

// add gives an instance a field; shape is the one it has then.
func (o *Instance) add(shape *Shape, v Value) {
	i := shape.count - 1
	if i >= len(o.fields) {
		o.grow(shape)
	}
	o.fields[i] = v
	o.shape = shape
}

// grow makes room for the fields of a shape, and for some more. Later instances get what they need at once.
//
//kiln:dont_look_inside
func (o *Instance) grow(shape *Shape) {
	class := shape.class
	class.room = max(class.room, shape.count)
	fields := make(Values, max(4, len(o.fields)*2))
	for i, v := range o.fields {
		fields[i] = v
	}
	o.fields = fields
}

// Bound is a method read from an instance.
type Bound struct {
	receiver Value    `kiln:"immutable"`
	method   *Closure `kiln:"immutable"`
}

// Native is a function of ours. There is clock, so it needs no more than a name.
type Native struct {
	name string `kiln:"immutable"`
}
