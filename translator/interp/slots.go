package interp

import (
	"fmt"

	"kiln/gc/layout"
	"kiln/gc/trap"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
)

// driverKinds are the kinds of a driver's greens and reds.
func driverKinds(d *descr.Driver) []op.Kind {
	kinds := make([]op.Kind, 0, len(d.Greens)+len(d.Reds))
	for _, v := range d.Greens {
		kinds = append(kinds, v.Kind)
	}
	for _, v := range d.Reds {
		kinds = append(kinds, v.Kind)
	}
	return kinds
}

// Object is the panic value of an explicit panic with anything but a string.
type Object struct{ Text string }

func (o Object) String() string { return o.Text }

// explicitPanic raises panic(v), v being a boxed value.
func (m *Machine) explicitPanic(v uint64) {
	if v == 0 {
		trap.Explicit(nil)
	}
	t := m.Heap.TypeOf(uintptr(v))
	if t.ID == layout.StringType {
		trap.Explicit(m.Heap.GoString(uintptr(v)))
	}
	trap.Explicit(Object{m.describe(v, t)})
}

// describe says a boxed value as far as its layout tells: type and first word.
func (m *Machine) describe(v uint64, t *layout.Type) string {
	for _, l := range m.Prog.Table.Locs {
		f, ok := l.(*descr.Field)
		if !ok || f.Owner != t || f.Kind != op.Int {
			continue
		}
		return fmt.Sprintf("%s(%d)", t.Name, int64(exec.LoadField(v, f)))
	}
	return "(" + t.Name + ")"
}
