package interp

import (
	"fmt"
	"math"
	"reflect"

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

// hostFunction wraps a host function: words to Go values, the call by reflection, Go values to words.
func (m *Machine) hostFunction(fn *flow.Func) func(*Machine, []uint64) []uint64 {
	name := fn.HostPkg + "." + fn.HostName
	impl := reflect.ValueOf(m.hosts[name])
	if !impl.IsValid() {
		panic(&HostError{name, "is not registered", "pass it in Options.Host"})
	}
	typ := impl.Type()
	results := &code{fn: fn, words: len(fn.Call.Results), values: len(fn.Call.Results)}
	for i, k := range fn.Call.Results {
		if k == op.Ref {
			results.refs = append(results.refs, int32(i))
		}
	}
	return func(m *Machine, words []uint64) []uint64 {
		args := make([]reflect.Value, typ.NumIn())
		for i := range args {
			args[i], words = m.toGo(name, typ.In(i), words)
		}
		var out []reflect.Value
		if typ.IsVariadic() {
			out = impl.CallSlice(args)
		} else {
			out = impl.Call(args)
		}
		// Allocating one result may move those before it: they are in a frame.
		f := m.push(results)
		at := 0
		for _, v := range out {
			at = m.fromGo(name, v, f, at)
		}
		m.results = append(m.results[:0], f.words...)
		m.unwind(len(m.frames) - 1)
		return m.results
	}
}

// toGo reads one parameter of type t from words and returns the rest. It copies; nothing collects.
func (m *Machine) toGo(name string, t reflect.Type, words []uint64) (reflect.Value, []uint64) {
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.String:
		v.SetString(m.Heap.GoString(uintptr(words[0])))
	case reflect.Slice:
		if words[0] == 0 {
			return v, words[4:]
		}
		n := int(words[2])
		v.Set(reflect.MakeSlice(t, n, n))
		item := m.itemAccess(name, t.Elem())
		lay := m.Heap.TypeOf(uintptr(words[0]))
		for i := range n {
			w := exec.LoadAccess(exec.ItemAddr(words[0], words[1]+uint64(i), lay), &item)
			e, _ := m.toGo(name, t.Elem(), []uint64{w})
			v.Index(i).Set(e)
		}
		return v, words[4:]
	default:
		if !setScalar(v, words[0]) {
			panic(&HostError{name, "parameter of type " + t.String(), "use scalars, strings and slices of them"})
		}
	}
	return v, words[1:]
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

// fromGo stores one result into the words of f from at; it returns where the next goes. May collect.
func (m *Machine) fromGo(name string, v reflect.Value, f *frame, at int) int {
	switch {
	case v.Kind() == reflect.String:
		f.words[at] = uint64(m.Heap.NewString(m.Thread, v.String()))
	case v.Kind() == reflect.Slice:
		if !v.IsNil() {
			m.newSlice(name, v, f, at)
		}
		return at + 4
	case v.Type() == errorType:
		if !v.IsNil() {
			m.newError(name, v.Interface().(error), f, at)
		}
	case v.CanInt():
		f.words[at] = uint64(v.Int())
	case v.CanUint():
		f.words[at] = v.Uint()
	case v.CanFloat():
		f.words[at] = math.Float64bits(v.Float())
	case v.Kind() == reflect.Bool:
		if v.Bool() {
			f.words[at] = 1
		}
	default:
		panic(&HostError{name, "result of type " + v.Type().String(), "use scalars, strings, errors and slices"})
	}
	return at + 1
}

// newSlice copies a slice of scalars or strings into a new array. Each item is re-addressed: strings may move it.
func (m *Machine) newSlice(name string, v reflect.Value, f *frame, at int) {
	n := v.Len()
	item := m.itemAccess(name, v.Type().Elem())
	lay := m.arrayType(name, v.Type().Elem())
	f.words[at] = uint64(m.Heap.NewArray(m.Thread, lay.ID, n))
	f.words[at+2], f.words[at+3] = uint64(n), uint64(n)
	one := m.push(&code{fn: f.code.fn, words: 1, values: 1})
	for i := range n {
		m.fromGo(name, v.Index(i), one, 0)
		exec.Store(m.Thread, f.words[at], &descr.Array{Access: item, Type: lay}, uint64(i), one.words[0])
	}
	m.unwind(len(m.frames) - 1)
}

// newError makes a framework.Error.
func (m *Machine) newError(name string, err error, f *frame, at int) {
	const typ, field = "framework.Error", "Msg"
	for _, l := range m.Prog.Table.Locs {
		d, ok := l.(*descr.Field)
		if !ok || d.Owner.Name != typ || d.Name != field {
			continue
		}
		f.words[at] = uint64(m.Heap.New(m.Thread, d.Owner.ID))
		text := uint64(m.Heap.NewString(m.Thread, err.Error())) // may move the object: it is in the frame
		exec.Store(m.Thread, f.words[at], d, 0, text)
		return
	}
	panic(&HostError{name, "returned an error, and the program has no type " + typ, "mention framework.Error in the program: " + err.Error()})
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
	names := []string{"[]" + elem.String()}
	switch elem.Kind() {
	case reflect.Uint8:
		names = append(names, "[]byte")
	case reflect.Int32:
		names = append(names, "[]rune")
	}
	for _, t := range m.Prog.Table.Types {
		for _, n := range names {
			if t != nil && t.Name == n {
				return t
			}
		}
	}
	panic(&HostError{name, fmt.Sprintf("the program has no arrays of %s", elem), "the lowering of host calls must make their types"})
}
