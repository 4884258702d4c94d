package interp

import (
	"go/types"
	"reflect"
	"runtime"
	"strings"

	"kiln/gc/layout"
	"kiln/gc/threads"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// Handles, errors and function values at the host boundary: what translator/emit/support does in emitted programs.

// handleType is the layout of the handle of a value, and what closes it.
func (c *hostCall) handleType(v reflect.Value) (layout.TypeID, func(any)) {
	static := v.Type()
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() == reflect.Pointer {
		if h := c.handle(v.Type().Elem()); h != nil {
			return h.Layout.ID, c.closer(h)
		}
	}
	if h := c.handle(static); h != nil {
		return h.Layout.ID, nil
	}
	panic(&HostError{c.name, "result of type " + static.String(), "the lowering of host calls must make their types"})
}

// handle finds a foreign type of the program.
func (c *hostCall) handle(t reflect.Type) *flow.Handle {
	for i, h := range c.Prog.Handles {
		if n, ok := types.Unalias(h.Type).(*types.Named); ok && n.Obj().Name() == t.Name() && n.Obj().Pkg().Path() == t.PkgPath() {
			return &c.Prog.Handles[i]
		}
	}
	return nil
}

func (c *hostCall) closer(h *flow.Handle) func(any) {
	name := c.Prog.Closers[types.Unalias(h.Type).(*types.Named).Obj()]
	if name == "" {
		return nil
	}
	return func(v any) { reflect.ValueOf(v).MethodByName(name).Call(nil) }
}

// closed notes that the function has closed the value of its receiver, if that is what it does.
func (c *hostCall) closed(fn *flow.Func) {
	if fn.Sig == nil || fn.Sig.Recv() == nil {
		return
	}
	p, ok := types.Unalias(fn.Sig.Recv().Type()).(*types.Pointer)
	if !ok {
		return
	}
	if n, ok := types.Unalias(p.Elem()).(*types.Named); ok {
		if name := c.Prog.Closers[n.Obj()]; name != "" && strings.HasSuffix(fn.HostName, "."+name) {
			c.Heap.Closed(uintptr(c.args.words[0]))
		}
	}
}

// kept is a reference that Go code keeps, until Go's collector finds that it does not.
type kept struct {
	heap   interface{ Held(int) uintptr }
	number int
}

func (m *Machine) keep(p uint64) *kept {
	k := &kept{m.Heap, m.Heap.Hold(uintptr(p))}
	runtime.AddCleanup(k, m.Heap.Release, k.number)
	return k
}

func (k *kept) object() uint64 {
	p := uint64(k.heap.Held(k.number))
	runtime.KeepAlive(k)
	return p
}

// programError is an error of the program on the host's side.
type programError struct {
	text   string
	object *kept
	host   error // what it wraps of the host's, if anything
}

func (e *programError) Error() string { return e.text }

func (e *programError) Unwrap() error { return e.host }

// errorFields are the fields of framework.Error.
func (m *Machine) errorFields() (text, host *descr.Field) {
	for _, l := range m.Prog.Table.Locs {
		if f, ok := l.(*descr.Field); ok && f.Owner.Name == "framework.Error" {
			switch f.Name {
			case "Msg":
				text = f
			case "host":
				host = f
			}
		}
	}
	return text, host
}

// newError makes a framework.Error, or finds the program's own error again.
func (c *hostCall) newError(err error, f *frame, at int) {
	if e, ok := err.(*programError); ok {
		f.words[at] = e.object.object()
		return
	}
	text, host := c.errorFields()
	if text == nil {
		panic(&HostError{c.name, "returned an error, and the program has no type framework.Error", "mention framework.Error in the program: " + err.Error()})
	}
	f.words[at] = uint64(c.Heap.New(c.Thread, text.Owner.ID))
	s := uint64(c.Heap.NewString(c.Thread, err.Error())) // may move the object: it is in the frame
	exec.Store(c.Thread, f.words[at], text, 0, s)
	if host != nil {
		exec.Store(c.Thread, f.words[at], host, 0, uint64(c.Heap.Stand(uintptr(f.words[at]), err)))
	}
}

// errorToGo is the Go error of an error of the program. May run code of the program.
func (c *hostCall) errorToGo(f *frame, at int) error {
	p := f.words[at]
	if p == 0 {
		return nil
	}
	if err := c.ofHost(p); err != nil {
		return err
	}
	e := &programError{text: c.Heap.GoString(uintptr(c.ask("Error", p)))}
	for inner, n := f.words[at], 0; n < 100; n++ { // nothing collects between calls
		if inner = c.ask("Unwrap", inner); inner == 0 {
			break
		}
		if e.host = c.ofHost(inner); e.host != nil {
			break
		}
	}
	e.object = c.keep(f.words[at])
	return e
}

// ask calls one of the functions that are asked about errors.
func (c *hostCall) ask(name string, p uint64) uint64 {
	for _, fn := range c.Prog.Funcs {
		if fn.Name == "kiln/translator/rt/text."+name {
			return c.call(fn.Index, []uint64{p})[0]
		}
	}
	panic(&HostError{c.name, "takes an error, and the program cannot tell the text of errors", "package load must add it"})
}

// ofHost is the Go error that an object stands for, nil if it is an error of the program.
func (c *hostCall) ofHost(p uint64) error {
	_, host := c.errorFields()
	if host == nil || c.Heap.TypeOf(uintptr(p)) != host.Owner {
		return nil
	}
	err, _ := c.Heap.StandsFor(uintptr(p), int(exec.LoadField(p, host))).(error)
	return err
}

// function is a Go function that calls a function value of the program.
func (c *hostCall) function(t reflect.Type, closure uint64) reflect.Value {
	k := c.keep(closure)
	s, name, fn := c.shared, c.name, c.args.code.fn
	return reflect.MakeFunc(t, func(in []reflect.Value) (out []reflect.Value) {
		for i := range t.NumOut() {
			out = append(out, reflect.Zero(t.Out(i)))
		}
		thread, how := s.Threads.Enter()
		m := s.machines[thread.ID]
		depth, frame := len(m.frames), thread.JitFrame
		defer func() {
			if r := recover(); r != nil {
				r = m.blame(r, depth)
				m.unwind(depth)
				thread.JitFrame, thread.RefArgs, thread.RefResults = frame, 0, 0
				if how == threads.Attached {
					if text := s.Prog.Uncaught; r == "" && text != nil {
						r = s.Heap.GoString(uintptr(m.call(text.Index, nil)[0]))
					}
					s.Threads.Exit(thread, how)
					panic(r)
				}
				s.Threads.Fail(thread, r)
			}
			s.Threads.Exit(thread, how)
		}()
		if !s.Threads.HasFailed(thread) {
			(&hostCall{m, name, nil}).callProgram(fn, t, k, in, out)
			m.unwind(depth)
		}
		return out
	})
}

// callProgram calls a function value between conversions of arguments and results.
func (c *hostCall) callProgram(fn *flow.Func, t reflect.Type, k *kept, in, out []reflect.Value) {
	args := c.push(frameOf(fn, kindsOf(t.NumIn(), t.In)))
	c.args = args
	at := 0
	for _, v := range in {
		at = c.fromGo(v, args, at)
	}
	closure := k.object()
	words := c.call(int(exec.LoadField(closure, c.functionField())), append([]uint64{closure}, args.words...))
	results := c.push(frameOf(fn, kindsOf(t.NumOut(), t.Out)))
	copy(results.words, words)
	for _, errors := range []bool{false, true} {
		at = 0
		for i := range out {
			if (t.Out(i) == errorType) == errors {
				out[i] = c.toGo(t.Out(i), results, at)
			}
			at += width(t.Out(i))
		}
	}
}

func kindsOf(n int, typ func(int) reflect.Type) []op.Kind {
	var kinds []op.Kind
	for i := range n {
		switch typ(i).Kind() {
		case reflect.Slice:
			kinds = append(kinds, op.Ref, op.Int, op.Int, op.Int)
		case reflect.String, reflect.Pointer, reflect.Interface:
			kinds = append(kinds, op.Ref)
		case reflect.Float32, reflect.Float64:
			kinds = append(kinds, op.Float)
		default:
			kinds = append(kinds, op.Int)
		}
	}
	return kinds
}
