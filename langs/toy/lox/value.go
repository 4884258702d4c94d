package main

import (
	"math"
	"strconv"
)

// Value is a value of Lox: *NilType, *Bool, *Number, string, *Closure, *Native, *Class, *Instance or *Bound. In translated code it
// is one pointer, and a string is its own box. (*Cell and nil appear in registers, never as values of programs.)
type Value any

// Values are registers, fields or constants.
//
//kiln:array
type Values []Value

// Number is the only type of numbers. Each result is a new one: in traces those that do not escape are never made.
type Number struct {
	v float64 `kiln:"immutable"`
}

// Bool is True or False, nothing else.
type Bool struct {
	v bool `kiln:"immutable"`
}

// NilType has the one value Nil.
type NilType struct {
	unused int // a struct of size zero would not have an address of its own
}

// The values with a name, compared by identity.
var (
	Nil   Value = &NilType{}
	True  Value = &Bool{true}
	False Value = &Bool{false}
)

func boolean(b bool) Value {
	if b {
		return True
	}
	return False
}

// truth is what conditions test: nil and false are false.
func truth(v Value) bool {
	switch v := v.(type) {
	case *Bool:
		return v.v
	case *NilType:
		return false
	}
	return true
}

// equal is ==: numbers and strings by value, everything else by identity.
func equal(a, b Value) bool {
	switch a := a.(type) {
	case *Number:
		b, ok := b.(*Number)
		return ok && a.v == b.v
	case string:
		b, ok := b.(string)
		return ok && a == b
	}
	return a == b
}

// show is what print prints.
func show(v Value) string {
	switch v := v.(type) {
	case *NilType:
		return "nil"
	case *Bool:
		if v.v {
			return "true"
		}
		return "false"
	case *Number:
		return showNumber(v.v)
	case string:
		return v
	case *Closure:
		return v.fn.show()
	case *Native:
		return "<native fn>"
	case *Class:
		return v.name
	case *Instance:
		return v.shape.class.name + " instance"
	case *Bound:
		return v.method.fn.show()
	}
	return "?"
}

// showNumber writes a number as C's format %g does: six significant digits, no zeros at the end.
func showNumber(f float64) string {
	switch {
	case f != f:
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	return strconv.FormatFloat(f, 'g', 6, 64)
}
