package main

import (
	"kiln/framework"
	"kiln/framework/host"
)

// Calls and properties: what an instruction does with a callee or an object.

// call calls the value in register a with the n arguments after it.
func call(r Values, a, n, depth int) (Value, *Failure) {
	switch callee := r[a].(type) {
	case *Closure:
		return callClosure(callee, r, a, n, depth)
	case *Class:
		return instantiate(callee, r, a, n, depth)
	case *Bound:
		r[a] = callee.receiver
		return callClosure(callee.method, r, a, n, depth)
	case *Native:
		return Value(&Number{host.Clock()}), nil
	}
	return nil, fail("Can only call functions and classes.")
}

// callClosure runs a closure. Register a becomes its slot 0: the receiver of a method, of no use to a function.
func callClosure(closure *Closure, r Values, a, n, depth int) (Value, *Failure) {
	fn := framework.Promote(closure.fn)
	if n != fn.arity {
		return nil, wrongArguments(fn.arity, n)
	}
	return run(fn, enter(closure, r, a, n), depth+1)
}

// enter makes the frame of a call.
//
//kiln:unroll_safe
func enter(closure *Closure, r Values, a, n int) *Frame {
	registers := make(Values, closure.fn.registers)
	for i := 0; i <= n; i++ {
		registers[i] = r[a+i]
	}
	return &Frame{registers, closure}
}

//kiln:dont_look_inside
func wrongArguments(want, got int) *Failure {
	return fail("Expected " + host.FormatInt(want) + " arguments but got " + host.FormatInt(got) + ".")
}

func instantiate(class *Class, r Values, a, n, depth int) (Value, *Failure) {
	class = framework.Promote(class)
	object := newInstance(class)
	if class.init == nil {
		if n != 0 {
			return nil, wrongArguments(0, n)
		}
		return object, nil
	}
	r[a] = object
	return callClosure(class.init, r, a, n, depth)
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
func (s *Site) search(shape *Shape) {
	s.shape, s.next = shape, nil
	s.index = shape.find(s.name)
	s.method = nil
	if s.index < 0 {
		s.method = shape.class.method(s.name)
	}
}

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

// invoke calls a property of the object in register a with the n arguments after it.
func invoke(r Values, a, n int, site *Site, depth int) (Value, *Failure) {
	object, ok := r[a].(*Instance)
	if !ok {
		return nil, fail("Only instances have methods.")
	}
	if framework.WeAreJitted() {
		shape := framework.Promote(object.shape)
		if i := shape.find(site.name); i >= 0 {
			r[a] = object.fields[i]
			return call(r, a, n, depth)
		}
		method := shape.class.method(site.name)
		if method == nil {
			return nil, undefined(site)
		}
		return callClosure(method, r, a, n, depth)
	}
	if object.shape != site.shape {
		site.search(object.shape)
	}
	if site.index >= 0 {
		r[a] = object.fields[site.index]
		return call(r, a, n, depth)
	}
	if site.method == nil {
		return nil, undefined(site)
	}
	return callClosure(site.method, r, a, n, depth)
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
