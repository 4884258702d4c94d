package main

import "kiln/framework/host"

// Value is a run-time value of Clay: *Int, *Float, *Str, *Bool or *List. Every value is a box on
// the heap; making boxes vanish is the JIT's business, not the interpreter's.
type Value interface {
	// Text is what print shows.
	Text() string
}

// Int is a 64-bit integer that wraps.
type Int struct {
	v int `kiln:"immutable"`
}

// Float is an IEEE 754 double.
type Float struct {
	v float64 `kiln:"immutable"`
}

// Str is a string of bytes.
type Str struct {
	v string `kiln:"immutable"`
}

// Bool is true or false.
type Bool struct {
	v bool `kiln:"immutable"`
}

// List is a growable array.
type List struct {
	items []Value
}

func (i *Int) Text() string   { return host.FormatInt(i.v) }
func (f *Float) Text() string { return host.FormatFloat(f.v) }
func (s *Str) Text() string   { return s.v }

func (b *Bool) Text() string {
	if b.v {
		return "true"
	}
	return "false"
}

func (l *List) Text() string {
	s := "["
	for i, item := range l.items {
		if i > 0 {
			s += ", "
		}
		s += item.Text()
	}
	return s + "]"
}

// truth is what if and while test: false, 0 and "" are false.
func truth(v Value) bool {
	switch v := v.(type) {
	case *Bool:
		return v.v
	case *Int:
		return v.v != 0
	case *Str:
		return v.v != ""
	}
	return true
}

// typeName is the name of a value's type in messages.
func typeName(v Value) string {
	switch v.(type) {
	case *Int:
		return "int"
	case *Float:
		return "float"
	case *Str:
		return "string"
	case *Bool:
		return "bool"
	}
	return "list"
}
