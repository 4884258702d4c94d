package main

import (
	"kiln/framework"
	"kiln/framework/host"
)

// Calls and properties: what an instruction does with a callee or an object.

// quickCallee is the closure that an instruction calls, if that is easily found: nil does not mean that there is none. Without the JIT
// nearly all calls are decided here.
func quickCallee(w int, r Values, fn *Function) *Closure {
	if w&0xff == opCall {
		closure, _ := r[operandA(w)].(*Closure)
		return closure
	}
	if framework.WeAreJitted() || w&0xff == opInvokeSuper {
		return nil
	}
	object, ok := r[operandA(w)].(*Instance)
	site := fn.places[operandC(w)]
	if ok && object.shape == site.shape {
		return site.method
	}
	return nil
}

// callee finds what an instruction calls: a closure, whose slot 0 is register a, or else the result of the call.
func callee(w int, r Values, fn *Function) (Value, *Closure, *Failure) {
	switch a, n := operandA(w), operandB(w); w & 0xff {
	case opCall:
		return called(r, a, n)
	case opInvoke:
		return invoked(r, a, n, fn.places[operandC(w)])
	default:
		site := fn.places[operandC(w)]
		if method := superMethod(r[a+n+1].(*Class), site); method != nil {
			return nil, method, nil
		}
		return nil, nil, undefined(site)
	}
}

// called: the value in register a is called with the n arguments after it.
func called(r Values, a, n int) (Value, *Closure, *Failure) {
	switch callee := r[a].(type) {
	case *Closure:
		return nil, callee, nil
	case *Class:
		return instantiate(callee, r, a, n)
	case *Bound:
		r[a] = callee.receiver
		return nil, callee.method, nil
	case *Native:
		return Value(&Number{host.Clock()}), nil, nil
	}
	return nil, nil, fail("Can only call functions and classes.")
}

// invoked: a property of the object in register a is called with the n arguments after it.
func invoked(r Values, a, n int, site *Site) (Value, *Closure, *Failure) {
	object, ok := r[a].(*Instance)
	if !ok {
		return nil, nil, fail("Only instances have methods.")
	}
	if framework.WeAreJitted() {
		shape := framework.Promote(object.shape)
		if i := shape.find(site.name); i >= 0 {
			r[a] = object.fields[i]
			return called(r, a, n)
		}
		if method := shape.class.method(site.name); method != nil {
			return nil, method, nil
		}
		return nil, nil, undefined(site)
	}
	if object.shape != site.shape {
		site.search(object.shape)
	}
	if site.index >= 0 {
		r[a] = object.fields[site.index]
		return called(r, a, n)
	}
	if site.method == nil {
		return nil, nil, undefined(site)
	}
	return nil, site.method, nil
}

// enter makes the frame of a call. Register a becomes its slot 0: the receiver of a method, of no use to a function.
//
//kiln:unroll_safe
func enter(closure *Closure, fn *Function, r Values, a, n int) *Frame {
	registers := make(Values, fn.registers)
	for i := 0; i <= n; i++ {
		registers[i] = r[a+i]
		if framework.WeAreJitted() {
			r[a+i] = nil // nobody reads it any more: the callee's registers have the only copy
		}
	}
	return &Frame{registers, closure}
}

//kiln:dont_look_inside
func wrongArguments(want, got int) *Failure {
	return fail("Expected " + host.FormatInt(want) + " arguments but got " + host.FormatInt(got) + ".")
}

func instantiate(class *Class, r Values, a, n int) (Value, *Closure, *Failure) {
	class = framework.Promote(class)
	object := newInstance(class)
	if class.init == nil {
		if n != 0 {
			return nil, nil, wrongArguments(0, n)
		}
		return object, nil, nil
	}
	r[a] = object
	return nil, class.init, nil
}

// property reads a field, or else a method bound to the object; nil if there is neither.
func property(object *Instance, site *Site) Value {
	if framework.WeAreJitted() {
		shape := framework.Promote(object.shape)
		if i := shape.find(site.name); i >= 0 {
			return object.fields[i]
		}
		if method := shape.class.method(site.name); method != nil {
			return &Bound{object, method}
		}
		return nil
	}
	if object.shape != site.shape {
		site.search(object.shape)
	}
	if site.index >= 0 {
		return object.fields[site.index]
	}
	if site.method == nil {
		return nil
	}
	return &Bound{object, site.method}
}

// search notes what instances of this shape have under the site's name.
//
//kiln:dont_look_inside
func (s *Site) search(shape *Shape) {
	for f := s.found; f != nil; f = f.more {
		if f.shape == shape {
			s.note(f)
			return
		}
	}
	f := &Found{shape: shape, index: shape.find(s.name), more: s.found}
	if f.index < 0 {
		f.method = shape.class.method(s.name)
	}
	if s.shapes == manyShapes { // forget the others: a site of many shapes has to search
		s.shapes, f.more = 0, nil
	}
	s.shapes++
	s.found = f
	s.note(f)
}

const manyShapes = 8

func (s *Site) note(f *Found) { s.shape, s.index, s.method, s.next = f.shape, f.index, f.method, nil }

func setProperty(object *Instance, site *Site, v Value) {
	if framework.WeAreJitted() {
		shape := framework.Promote(object.shape)
		if i := shape.find(site.name); i >= 0 {
			object.fields[i] = v
		} else {
			object.add(shape.with(site.name), v)
		}
		return
	}
	if object.shape != site.shape {
		site.search(object.shape)
		if site.index < 0 {
			site.next = object.shape.with(site.name)
		}
	}
	if site.index >= 0 {
		object.fields[site.index] = v
	} else {
		object.add(site.next, v)
	}
}

//kiln:dont_look_inside
func undefined(site *Site) *Failure { return fail("Undefined property '" + site.name.name + "'.") }

// superMethod is a method of a superclass, nil if there is none.
func superMethod(class *Class, site *Site) *Closure {
	if framework.WeAreJitted() {
		return framework.Promote(class).method(site.name)
	}
	if site.class != class {
		site.class, site.method = class, class.method(site.name)
	}
	return site.method
}
