package flow

import (
	"fmt"
	"go/types"
	"strings"

	"kiln/jitgen/descr"
)

// Env is what names in a text form mean. Functions and globals that are not in it are made when a text
// mentions them, so that tests need no program; types and descriptors must be known.
type Env struct {
	Types   map[string]types.Type
	Funcs   map[string]*Func
	Globals map[string]*Global
	Drivers map[string]*Driver
	Table   *descr.Program
	descrs  map[string]descr.Descr // "field main.T.x"
}

// NewEnv collects the names of a program: functions, globals, drivers, and every type that occurs in its
// high-level graphs. A nil program gives the predeclared types only.
func NewEnv(p *Program) *Env {
	e := &Env{Types: map[string]types.Type{}, Funcs: map[string]*Func{}, Globals: map[string]*Global{}, Drivers: map[string]*Driver{}}
	for _, t := range types.Typ {
		e.Types[t.String()] = t
	}
	for _, name := range []string{"any", "error", "byte", "rune"} {
		e.Types[name] = types.Universe.Lookup(name).Type()
	}
	if p == nil {
		return e
	}
	e.Table = p.Table
	for _, d := range p.Drivers {
		e.Drivers[d.Name] = d
	}
	for _, g := range p.Globals {
		e.Globals[g.Name] = g
		e.AddType(g.Type)
	}
	for _, f := range p.Funcs {
		e.Funcs[f.Name] = f
		e.AddGraph(f.Graph)
	}
	return e
}

// AddType makes a type known under its name in text.
func (e *Env) AddType(t types.Type) {
	if t != nil {
		e.Types[TypeString(t)] = t
	}
}

// AddGraph makes the types that occur in a graph known.
func (e *Env) AddGraph(g *Graph) {
	if g == nil {
		return
	}
	seen := map[types.Type]bool{}
	add := func(t types.Type) {
		if t != nil && !seen[t] {
			seen[t] = true
			e.AddType(t)
		}
	}
	all := func(vs []*Value) {
		for _, v := range vs {
			if v != nil {
				add(v.Type)
			}
		}
	}
	for _, t := range g.ResType {
		add(t)
	}
	for _, b := range g.Blocks {
		all(b.Params)
		all(b.Args)
		for _, s := range b.Succs {
			all(s.Args)
		}
		for _, o := range b.Ops {
			all(o.Args)
			all(o.Results)
			switch a := o.Aux.(type) {
			case types.Type:
				add(a)
			case AllocAux:
				add(a.Elem)
			}
		}
	}
}

// Type finds a type by its text, composing pointers, slices and arrays of known types.
func (e *Env) Type(text string) (types.Type, error) {
	text = strings.TrimSpace(text)
	if t, ok := e.Types[text]; ok {
		return t, nil
	}
	var t types.Type
	switch {
	case strings.HasPrefix(text, "*"):
		elem, err := e.Type(text[1:])
		if err != nil {
			return nil, err
		}
		t = types.NewPointer(elem)
	case strings.HasPrefix(text, "[]"):
		elem, err := e.Type(text[2:])
		if err != nil {
			return nil, err
		}
		t = types.NewSlice(elem)
	case strings.HasPrefix(text, "["):
		var n int64
		i := strings.IndexByte(text, ']')
		if _, err := fmt.Sscanf(text, "[%d]", &n); err != nil || i < 0 {
			return nil, fmt.Errorf("unknown type %q", text)
		}
		elem, err := e.Type(text[i+1:])
		if err != nil {
			return nil, err
		}
		t = types.NewArray(elem, n)
	case strings.HasPrefix(text, "map["):
		i := closing(text[3:])
		if i < 0 {
			return nil, fmt.Errorf("unknown type %q", text)
		}
		key, err := e.Type(text[4 : 3+i])
		if err != nil {
			return nil, err
		}
		elem, err := e.Type(text[4+i:])
		if err != nil {
			return nil, err
		}
		t = types.NewMap(key, elem)
	default:
		return nil, fmt.Errorf("unknown type %q", text)
	}
	e.Types[text] = t
	return t, nil
}

// closing is the index of the bracket that closes the one s starts with, or -1.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[', '(', '{':
			depth++
		case ']', ')', '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// fn finds a function or makes one up.
func (e *Env) fn(name string) *Func {
	f, ok := e.Funcs[name]
	if !ok {
		f = &Func{Name: name, Index: -1}
		e.Funcs[name] = f
	}
	return f
}

func (e *Env) global(name string) *Global {
	g, ok := e.Globals[name]
	if !ok {
		g = &Global{Name: name}
		e.Globals[name] = g
	}
	return g
}

func (e *Env) driver(name string) *Driver {
	d, ok := e.Drivers[name]
	if !ok {
		d = &Driver{Name: name}
		e.Drivers[name] = d
	}
	return d
}

// descriptor finds a descriptor by the kind that op.Info.Descr says and its name.
func (e *Env) descriptor(kind, name string) (descr.Descr, error) {
	if e.descrs == nil {
		e.descrs = map[string]descr.Descr{}
		if e.Table != nil {
			e.collect()
		}
	}
	d, ok := e.descrs[kind+" "+name]
	if !ok {
		return nil, fmt.Errorf("unknown %s descriptor %q", kind, name)
	}
	return d, nil
}

func (e *Env) collect() {
	add := func(kind string, d descr.Descr) { e.descrs[kind+" "+d.String()] = d }
	for _, l := range e.Table.Locs {
		switch l := l.(type) {
		case *descr.Field:
			add("field", l)
		case *descr.Array:
			add("array", l)
		case *descr.Interior:
			add("interior", l)
		}
	}
	for _, a := range e.Table.Arrays {
		if a != nil {
			add("array", a)
		}
	}
	for _, s := range e.Table.Sizes {
		if s != nil {
			add("size", s)
		}
	}
	for _, c := range e.Table.Calls {
		add("call", c)
	}
	for _, d := range e.Table.Dispatches {
		add("dispatch", d)
	}
	for _, s := range e.Table.TypeSets {
		add("typeset", s)
	}
}
