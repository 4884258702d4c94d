package interp

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// HostError is a host function that the machine cannot call.
type HostError struct {
	Func    string
	Problem string
	Remedy  string
}

func (e *HostError) Error() string {
	return "interp: host function " + e.Func + ": " + e.Problem + "; " + e.Remedy
}

var errorType = reflect.TypeFor[error]()

// hostCall is a call of a host function. What is needed after it, and what is made for its results, is in frames: objects move.
type hostCall struct {
	*Machine
	name string
	args *frame // the words of the arguments
}

// hostFunction wraps a host function: words to Go values, the call by reflection, Go values to words. docs/host.md says what crosses how.
func (m *Machine) hostFunction(fn *flow.Func) func(*Machine, []uint64) []uint64 {
	name := fn.HostPkg + "." + fn.HostName
	impl := reflect.ValueOf(m.hosts[name])
	if !impl.IsValid() {
		panic(&HostError{name, "is not registered", "pass it in Options.Host"})
	}
	typ := impl.Type()
	args, results := frameOf(fn, fn.Call.Args), frameOf(fn, fn.Call.Results)
	releases := fn.Sig != nil && m.Prog.Releases(fn)
	return func(m *Machine, words []uint64) []uint64 {
		depth := len(m.frames)
		c := &hostCall{m, name, m.push(args)}
		copy(c.args.words, words)
		in := make([]reflect.Value, typ.NumIn())
		ats := make([]int, len(in))
		at := 0
		for i := range in { // errors come last: they may run code of the program, after which everything is somewhere else
			ats[i] = at
			if typ.In(i) != errorType {
				in[i] = c.toGo(typ.In(i), c.args, at)
			}
			at += width(typ.In(i))
		}
		for i := range in {
			if typ.In(i) == errorType {
				in[i] = c.toGo(errorType, c.args, ats[i])
			}
		}
		out := m.callHost(impl, in, releases)
		if value, failed := m.Threads.Failed(m.Thread); failed {
			raise(value)
		}
		for i, v := range in {
			c.writeBack(v, ats[i])
		}
		c.closed(fn)
		f := m.push(results)
		at = 0
		for _, v := range out {
			at = c.fromGo(v, f, at)
		}
		m.results = append(m.results[:0], f.words...)
		m.unwind(depth)
		return m.results
	}
}

// frameOf is the code of a frame for words of these kinds.
func frameOf(fn *flow.Func, kinds []op.Kind) *code {
	c := &code{fn: fn, words: len(kinds), values: len(kinds)}
	for i, k := range kinds {
		if k == op.Ref {
			c.refs = append(c.refs, int32(i))
		}
	}
	return c
}

// width is the number of words of a value.
func width(t reflect.Type) int {
	if t.Kind() == reflect.Slice {
		return 4
	}
	return 1
}

// callHost makes the call, without the turn if it releases that.
func (m *Machine) callHost(impl reflect.Value, in []reflect.Value, releases bool) []reflect.Value {
	if releases {
		m.Threads.Leave(m.Thread)
		defer m.Threads.Back(m.Thread)
	}
	if impl.Type().IsVariadic() {
		return impl.CallSlice(in)
	}
	return impl.Call(in)
}

// toGo reads a value of type t from the words of f at an index. It copies; only errors run code of the program.
func (c *hostCall) toGo(t reflect.Type, f *frame, at int) reflect.Value {
	v := reflect.New(t).Elem()
	switch w := f.words[at]; t.Kind() {
	case reflect.String:
		v.SetString(c.Heap.GoString(uintptr(w)))
	case reflect.Slice:
		if w != 0 {
			c.sliceToGo(v, f, at)
		}
	case reflect.Func:
		if w != 0 {
			v.Set(c.function(t, w))
		}
	case reflect.Pointer, reflect.Interface:
		if t == errorType {
			if err := c.errorToGo(f, at); err != nil {
				v.Set(reflect.ValueOf(err))
			}
		} else if w != 0 {
			v.Set(reflect.ValueOf(c.Heap.HandleValue(uintptr(w))))
		}
	default:
		if !setScalar(v, w) {
			panic(&HostError{c.name, "parameter of type " + t.String(), "docs/host.md says what crosses the boundary"})
		}
	}
	return v
}

// sliceToGo copies the items of a slice.
func (c *hostCall) sliceToGo(v reflect.Value, f *frame, at int) {
	elem := v.Type().Elem()
	n := int(f.words[at+2])
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	item := c.itemAccess(c.name, elem)
	lay := c.Heap.TypeOf(uintptr(f.words[at]))
	one := &frame{words: make([]uint64, 1)}
	for i := range n {
		one.words[0] = exec.LoadAccess(exec.ItemAddr(f.words[at], f.words[at+1]+uint64(i), lay), &item)
		v.Index(i).Set(c.toGo(elem, one, 0))
	}
}

// writeBack copies back what the host function has written into a slice.
func (c *hostCall) writeBack(v reflect.Value, at int) {
	if v.Kind() != reflect.Slice || v.IsNil() || c.args.words[at] == 0 {
		return
	}
	c.fill(v, c.args, at, c.args.words[at+1])
}

func setScalar(v reflect.Value, w uint64) bool {
	switch {
	case v.CanInt():
		v.SetInt(int64(w))
	case v.CanUint():
		v.SetUint(w)
	case v.CanFloat():
		v.SetFloat(math.Float64frombits(w))
	case v.Kind() == reflect.Bool:
		v.SetBool(w != 0)
	default:
		return false
	}
	return true
}

// fromGo stores one value into the words of f from at; it returns where the next goes. May collect.
func (c *hostCall) fromGo(v reflect.Value, f *frame, at int) int {
	switch {
	case v.Kind() == reflect.String:
		f.words[at] = uint64(c.Heap.NewString(c.Thread, v.String()))
	case v.Kind() == reflect.Slice:
		if !v.IsNil() {
			c.newSlice(v, f, at)
		}
		return at + 4
	case v.Type() == errorType:
		if !v.IsNil() {
			c.newError(v.Interface().(error), f, at)
		}
	case v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface:
		if !v.IsNil() {
			typ, close := c.handleType(v)
			f.words[at] = uint64(c.Heap.NewHandle(c.Thread, typ, v.Interface(), close))
		}
	case v.CanInt():
		f.words[at] = uint64(v.Int())
	case v.CanUint():
		f.words[at] = v.Uint()
	case v.CanFloat():
		f.words[at] = math.Float64bits(v.Float())
	case v.Kind() == reflect.Bool:
		if f.words[at] = 0; v.Bool() {
			f.words[at] = 1
		}
	default:
		panic(&HostError{c.name, "result of type " + v.Type().String(), "docs/host.md says what crosses the boundary"})
	}
	return at + 1
}

// newSlice copies a slice of scalars or strings into a new array.
func (c *hostCall) newSlice(v reflect.Value, f *frame, at int) {
	n := v.Len()
	lay := c.arrayType(c.name, v.Type().Elem())
	f.words[at] = uint64(c.Heap.NewArray(c.Thread, lay.ID, n))
	f.words[at+2], f.words[at+3] = uint64(n), uint64(n)
	c.fill(v, f, at, 0)
}

// fill copies items into the array at words[at], from an index on. Each item is addressed anew: strings may move the array.
func (c *hostCall) fill(v reflect.Value, f *frame, at int, from uint64) {
	elem := v.Type().Elem()
	array := &descr.Array{Access: c.itemAccess(c.name, elem), Type: c.Heap.TypeOf(uintptr(f.words[at]))}
	one := c.push(frameOf(f.code.fn, []op.Kind{array.Kind}))
	for i := range v.Len() {
		c.fromGo(v.Index(i), one, 0)
		exec.Store(c.Thread, f.words[at], array, from+uint64(i), one.words[0])
	}
	c.unwind(len(c.frames) - 1)
}

// itemAccess is how items of a Go type lie in an array.
func (m *Machine) itemAccess(name string, t reflect.Type) descr.Access {
	switch t.Kind() {
	case reflect.String:
		return descr.Access{Kind: op.Ref, Width: 8}
	case reflect.Float32, reflect.Float64:
		return descr.Access{Kind: op.Float, Width: int(t.Size())}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return descr.Access{Kind: op.Int, Width: int(t.Size()), Signed: true}
	case reflect.Bool, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return descr.Access{Kind: op.Int, Width: int(t.Size())}
	}
	panic(&HostError{name, "slice of " + t.String(), "use slices of scalars or strings"})
}

// arrayType is the layout of arrays of a Go type, by the name that lowering gave it.
func (m *Machine) arrayType(name string, elem reflect.Type) *layout.Type {
	names := []string{"[]" + elem.Kind().String()}
	switch elem.Kind() {
	case reflect.Uint8:
		names = append(names, "[]byte")
	case reflect.Int32:
		names = append(names, "[]rune")
	}
	for _, t := range m.Prog.Table.Types {
		if t == nil || !t.IsArray() {
			continue // a box may be called like it
		}
		if name, _, _ := strings.Cut(t.Name, "#"); slices.Contains(names, name) {
			return t
		}
	}
	panic(&HostError{name, fmt.Sprintf("the program has no arrays of %s", elem), "the lowering of host calls must make their types"})
}
