package resume

import (
	"fmt"
	"iter"
	"strings"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Source says where a value comes from when a guard fails: two low bits are a tag, the rest an index.
type Source int32

const (
	tagArg     = iota // a fail argument
	tagConst          // a constant of the trace's pool
	tagVirtual        // an object to be built
	tagDead           // no value: the register is not needed
)

// DeadSource is no value.
const DeadSource Source = tagDead

const sourceDead = DeadSource

func makeSource(tag, i int) Source { return Source(i<<2 | tag) }

func (s Source) tag() int   { return int(s & 3) }
func (s Source) index() int { return int(s >> 2) }

// ArgSource, ConstSource and VirtualSource are the sources of fail argument i, of constant r, and of virtual object i.
func ArgSource(i int) Source         { return makeSource(tagArg, i) }
func ConstSource(r trace.Ref) Source { return makeSource(tagConst, int(-r)-1) }
func VirtualSource(i int) Source     { return makeSource(tagVirtual, i) }

// Arg is the index of the fail argument the value is in, if it is in one.
func (s Source) Arg() (i int, ok bool) { return s.index(), s.tag() == tagArg }

// Const is the operand (in Data.Consts) of a constant, if it is one.
func (s Source) Const() (r trace.Ref, ok bool) { return trace.Ref(-s.index() - 1), s.tag() == tagConst }

// Virtual is the index in Data.Virtuals, if it is a virtual object.
func (s Source) Virtual() (i int, ok bool) { return s.index(), s.tag() == tagVirtual }

// Dead says that there is no value.
func (s Source) Dead() bool { return s.tag() == tagDead }

func (s Source) String() string {
	return [...]string{"a", "c", "v", "-"}[s.tag()] + fmt.Sprint(s.index())
}

// Frame is the state of one interpreter frame. Frames are shared between guards: never changed.
type Frame struct {
	JitCode int
	PC      int
	Values  []Source // in the jitcode's liveness order at PC
	Outer   *Frame
}

// VirtualData is an object to be built.
type VirtualData struct {
	*Shape
	Values []Source // by place
}

// Shape is what objects to be built have in common. Shapes are shared: never changed.
type Shape struct {
	Descr  descr.Descr // *descr.Size or *descr.Array
	Length int         // of an array
	Places []Place     // what is not zero
}

// Place is a field, or an item.
type Place struct {
	Loc   descr.Location
	Index int
}

// FieldData is one field or item of an object to be built.
type FieldData struct {
	Place
	Value Source
}

// Fields are the fields and items of an object to be built.
func (v *VirtualData) Fields() iter.Seq[FieldData] {
	return func(yield func(FieldData) bool) {
		for i, p := range v.Places {
			if !yield(FieldData{p, v.Values[i]}) {
				return
			}
		}
	}
}

// MakeVirtual is an object to be built that shares nothing.
func MakeVirtual(d descr.Descr, length int, fields []FieldData) VirtualData {
	v := VirtualData{Shape: &Shape{Descr: d, Length: length}}
	for _, f := range fields {
		v.Places = append(v.Places, f.Place)
		v.Values = append(v.Values, f.Value)
	}
	return v
}

// Store is a store to be done after the virtual objects are built.
type Store struct {
	Loc    descr.Location
	Object Source
	Index  Source // items only
	Value  Source
}

// Data is the resume data of one guard.
type Data struct {
	Consts   *trace.Pool
	Top      *Frame // innermost
	Virtuals []VirtualData
	Pending  []Store
	NumArgs  int
	// Frame is the virtualizable object of the activation, dead if there is none.
	Frame Source
	// Owned are the objects of a guard_not_forced.
	Owned []Source
	// Plan is of package blackhole: the data in the form it is decoded from.
	Plan any
}

// Depth is the number of frames.
func (d *Data) Depth() int {
	n := 0
	for f := d.Top; f != nil; f = f.Outer {
		n++
	}
	return n
}

// SamePlace says whether two guards resume at the same instruction, in frames that wait at the same calls.
func SamePlace(a, b *trace.Guard) bool {
	f, g := a.Data.(*Data).Top, b.Data.(*Data).Top
	for ; f != nil && g != nil; f, g = f.Outer, g.Outer {
		if f.JitCode != g.JitCode || f.PC != g.PC {
			return false
		}
	}
	return f == nil && g == nil
}

// String prints the data in one line: frames from the innermost out, then virtual objects and stores.
func (d *Data) String() string {
	var b strings.Builder
	for f := d.Top; f != nil; f = f.Outer {
		fmt.Fprintf(&b, "[%d@%d", f.JitCode, f.PC)
		for _, v := range f.Values {
			b.WriteString(" " + d.name(v))
		}
		b.WriteString("]")
	}
	for i, v := range d.Virtuals {
		fmt.Fprintf(&b, " v%d=%s", i, v.Descr)
		if a, ok := v.Descr.(*descr.Array); ok && a != nil {
			fmt.Fprintf(&b, "(%d)", v.Length)
		}
		b.WriteString("{")
		sep := ""
		for f := range v.Fields() {
			b.WriteString(sep)
			sep = " "
			b.WriteString(d.place(f.Loc, fmt.Sprint(f.Index)) + ":" + d.name(f.Value))
		}
		b.WriteString("}")
	}
	for _, s := range d.Pending {
		fmt.Fprintf(&b, " %s.%s=%s", d.name(s.Object), d.place(s.Loc, d.name(s.Index)), d.name(s.Value))
	}
	return b.String()
}

func (d *Data) place(loc descr.Location, index string) string {
	switch l := loc.(type) {
	case *descr.Field:
		return l.Name
	case *descr.Interior:
		return "[" + index + "]." + l.Name
	}
	return "[" + index + "]"
}

// name prints constants by value, so that texts do not depend on the pool's order.
func (d *Data) name(s Source) string {
	r, ok := s.Const()
	if !ok {
		return s.String()
	}
	c := d.Consts.Get(r)
	switch {
	case c.Kind == op.Int:
		return fmt.Sprint(int64(c.Bits))
	case c.Kind == op.Ref && c.Bits == 0:
		return "nil"
	case c.Kind == op.Ref:
		return "obj"
	}
	return fmt.Sprintf("f%#x", c.Bits)
}
