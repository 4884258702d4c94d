// Package unwind is defer, panic and recover of translated programs that use defer or recover. Like package rt it is written in
// the dialect and lowered with the program.
//
// A function that defers is split (translator/load/defers.go): what is left of it makes a Frame and calls Run with its body as
// a closure; results are variables that both know. The one thing that Go alone can do is try. A panic value waits in pending
// while Go unwinds its stack; Go's own run-time errors arrive as texts.
//
// recover works only in a function that was deferred, called because of a panic: calls of deferred functions name the function
// in target, and a function that contains recover asks with its own number first thing (Take).
//
// Imports translator/rt/text only.
package unwind

import "kiln/translator/rt/text"

// Frame is one activation of a function that defers.
type Frame struct{ deferred []func() }

// Panic is a panic on its way.
type Panic struct {
	value     any
	recovered bool
	// link is the panic that was on its way when a deferred function raised this one.
	link *Panic
}

// RuntimeError is the value of a panic that Go raised.
type RuntimeError struct{ text string }

func (e *RuntimeError) Error() string { return e.text }

// RuntimeError makes it a runtime.Error.
func (e *RuntimeError) RuntimeError() {}

// TypeAssertionError is runtime.TypeAssertionError in translated programs.
type TypeAssertionError struct{ text string }

func (e *TypeAssertionError) Error() string { return e.text }

// RuntimeError makes it a runtime.Error.
func (e *TypeAssertionError) RuntimeError() {}

// PanicNilError is runtime.PanicNilError in translated programs: the value of panic(nil).
type PanicNilError struct{ _ int }

func (*PanicNilError) Error() string { return "panic called with nil argument" }

// RuntimeError makes it a runtime.Error.
func (*PanicNilError) RuntimeError() {}

// state is what belongs to one thread.
type state struct {
	current *Panic // why the deferred function target is called; nil if its frame returns
	target  int
	pending *Panic // raised, not caught yet
}

var (
	main   state          // of the first thread
	others map[int]*state // of other threads, by number
)

// threadNumber is the number of the running thread; executors have their own.
func threadNumber() int { return 1 }

// now is the state of the running thread.
func now() *state {
	n := threadNumber()
	if n == 1 {
		return &main
	}
	s := others[n]
	if s == nil {
		if others == nil {
			others = map[int]*state{}
		}
		s = &state{}
		others[n] = s
	}
	return s
}

// End forgets the state of a thread that has ended.
func End(number int) { delete(others, number) }

// try calls body and says whether it panicked, with the text if it was Go that raised it, behind a zero byte if it was the host, with a
// string. Executors have their own.
func try(body func()) (caught bool, text string) {
	defer func() {
		if r := recover(); r != nil {
			caught = true
			if e, ok := r.(error); ok {
				text = e.Error()
			}
		}
	}()
	body()
	return
}

// New is the frame of a function that begins.
func New() *Frame { return &Frame{} }

// Push defers a call.
func Push(f *Frame, call func()) { f.deferred = append(f.deferred, call) }

func (f *Frame) pop() func() {
	n := len(f.deferred) - 1
	call := f.deferred[n]
	f.deferred[n] = nil
	f.deferred = f.deferred[:n]
	return call
}

// RunDeferred calls what was deferred when the function returns.
func RunDeferred(f *Frame) {
	s := now()
	was, target := s.current, s.target
	for len(f.deferred) > 0 {
		call := f.pop()
		s.current = nil
		call()
	}
	s.current, s.target = was, target
}

// Run calls the body of a function and, if it panics, what was deferred. It returns if a deferred function recovers.
func Run(f *Frame, body func()) {
	s := now()
	was, target := s.current, s.target
	p := caught(body)
	for len(f.deferred) > 0 {
		s.current = p
		q := caught(f.pop())
		s.current, s.target = was, target
		if q != nil {
			q.replaces(p)
			p = q
		} else if p != nil && p.recovered {
			p = nil
		}
	}
	s.current, s.target = was, target
	if p != nil {
		again(p)
	}
}

// replaces links p, which a deferred function ended by raising q, behind those that were ended on the way to q.
func (q *Panic) replaces(p *Panic) {
	for ; q != p; q = q.link {
		if q.link == nil {
			q.link = p
			return
		}
	}
}

// caught calls a function and returns its panic, nil if there was none.
func caught(call func()) *Panic {
	failed, text := try(call)
	if !failed {
		return nil
	}
	s := now()
	p := s.pending
	s.pending = nil
	if p == nil && len(text) > 0 && text[0] == 0 {
		p = &Panic{value: text[1:]}
	}
	if p == nil {
		p = &Panic{value: &RuntimeError{text}}
	}
	return p
}

// Enter is called by the code of a deferred call, right before the call of function fn.
func Enter(fn int) { now().target = fn }

// Forward is called by code that calls function fn when it is called itself, by the number of that code.
func Forward(from, fn int) {
	if s := now(); s.target == from {
		s.target = fn
	}
}

// anyMethod is the target if a method was deferred through an interface: which one is not known.
const anyMethod = -2

// Take is what recover will return in function fn: the panic because of which it was called, nil if there is none.
func Take(fn int, method bool) *Panic {
	s := now()
	if s.target != fn && !(method && s.target == anyMethod) {
		return nil
	}
	s.target = -1
	return s.current
}

// Recover is the builtin recover; p comes from Take.
func Recover(p *Panic) any {
	if p == nil || p.recovered {
		return nil
	}
	p.recovered = true
	return p.value
}

// RecoverDeferred is defer recover(): it recovers the panic because of which the function with that statement was called (p,
// from Take), when that function returns; while it panics itself, the call comes too early, and does nothing.
func RecoverDeferred(p *Panic) {
	if now().current == nil {
		Recover(p)
	}
}

// Raise is panic(v).
func Raise(v any) {
	if v == nil {
		v = new(PanicNilError)
	}
	again(&Panic{value: v})
}

// Fault is the panic of a failed type assertion.
func Fault(text string) { again(&Panic{value: &TypeAssertionError{text}}) }

// RaiseError is the panic of another run-time error that Go does not raise itself.
func RaiseError(text string) { again(&Panic{value: &RuntimeError{text}}) }

func again(p *Panic) {
	now().pending = p
	panic("")
}

// Uncaught is the text of the panic on its way, which nobody in the program will recover: it leaves for the host.
func Uncaught() string {
	s := now()
	p := s.pending
	s.pending = nil
	if p == nil {
		return ""
	}
	return p.text(false)
}

// Top calls the main function or an initialiser. If it panics, Go gets a panic with the whole text.
func Top(f func()) {
	p := caught(f)
	if p != nil {
		panic(p.text(false))
	}
}

// text is what Go prints of a panic and of those that it replaced; again says that it was raised once more with the same value.
func (p *Panic) text(again bool) string {
	s := ""
	if p.link != nil {
		repanicked := same(p.link.value, p.value) || shared(p.link.value, p.value)
		s = p.link.text(repanicked)
		if repanicked {
			return s
		}
		s += "\npanic: " // Go indents further lines
	}
	s += text.Panic(p.value)
	switch {
	case p.recovered && again:
		s += " [recovered, repanicked]"
	case p.recovered:
		s += " [recovered]"
	}
	return s
}

// shared says whether Go has one word for two panic values: of run-time errors without numbers there is one each, and small integers and
// booleans come from a table.
func shared(a, b any) bool {
	switch a := a.(type) {
	case *RuntimeError:
		b, ok := b.(*RuntimeError)
		return ok && a.text == b.text && single(a.text)
	case *PanicNilError:
		_, ok := b.(*PanicNilError)
		return ok
	case int:
		b, ok := b.(int)
		return ok && a == b && 0 <= a && a < 256
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	}
	return false
}

// single: the text of an error that Go does not allocate; those it does have numbers in brackets, or names of types.
func single(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] == '[' {
			return false
		}
	}
	const hash, comparing = "runtime error: hash of ", "runtime error: comparing "
	return !(len(text) > len(hash) && text[:len(hash)] == hash || len(text) > len(comparing) && text[:len(comparing)] == comparing)
}

// same says whether two panics have one value: the same word, as Go compares them, not equal values. It is an operation
// (translator/lower/intrinsics.go).
func same(a, b any) bool { return false }
