package lower

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

type kind = op.Kind

// maxInline is the largest array, in words, that is laid out inline and exploded by value.
const maxInline = 16

// role says what is special about a word.
type role uint8

const (
	plain      role = iota
	stringWord      // a string, nil in zeroed memory
	ownedArray      // reference to the array object of a large array variable
)

// leaf is one word of a value and its place in memory.
type leaf struct {
	descr.Access
	offset int        // from the start of the value
	name   string     // path in the value: "", "x", "pos.line", "items.len"
	typ    types.Type // Go type of the word's origin (string, array ...)
	role   role
	// items: the elements reached through this word (array of a slice) never change: tag immutable[].
	items bool
}

// shape is how a Go type is laid out, in words and in memory. Words and leaves correspond.
type shape struct {
	typ         types.Type
	leaves      []leaf
	size, align int
}

func (s *shape) kinds() []kind {
	out := make([]kind, len(s.leaves))
	for i := range s.leaves {
		out[i] = s.leaves[i].Kind
	}
	return out
}

// object is the layout of a heap object of fixed size: a struct, a cell, a box or a closure.
type object struct {
	typ    *layout.Type
	size   *descr.Size
	shape  *shape
	fields []*descr.Field // by leaf
}

// array is the layout of an array object.
type array struct {
	typ   *layout.Type
	desc  *descr.Array
	elem  types.Type
	shape *shape
	items []descr.Location // by leaf of the element: *descr.Array or *descr.Interior
	view  *array           // the immutable view, made on demand
}

var sliceParts = [...]string{"array", "off", "len", "cap"}

// shapeOf lays out a type. Types outside the dialect are errors at pos.
func (l *lowerer) shapeOf(t types.Type) *shape {
	if s, ok := l.shapes.At(t).(*shape); ok {
		return s
	}
	s := &shape{typ: t, align: 1}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		l.basicShape(s, u)
	case *types.Pointer, *types.Map, *types.Signature, *types.Interface:
		s.word(op.Ref, 8, false, "", plain)
	case *types.Slice:
		s.word(op.Ref, 8, false, "", plain)
		if !l.isFixedArray(t) {
			s.leaves[0].name = sliceParts[0]
			for _, p := range sliceParts[1:] {
				s.word(op.Int, 8, true, p, plain)
			}
		}
	case *types.Struct:
		for i := range u.NumFields() {
			s.field(l.shapeOf(u.Field(i).Type()), fieldName(u, i), u.Tag(i))
		}
	case *types.Array:
		l.arrayShape(s, u)
	case *types.Tuple:
		for i := range u.Len() {
			s.field(l.shapeOf(u.At(i).Type()), fmt.Sprint(i), "")
		}
	default:
		fail(descr.Pos{}, "see docs/dialect.md", "type %s is not in the dialect", t)
	}
	s.size = (s.size + s.align - 1) / s.align * s.align
	l.shapes.Set(t, s)
	return s
}

func fieldName(u *types.Struct, i int) string {
	if n := u.Field(i).Name(); n != "_" {
		return n
	}
	return fmt.Sprintf("_%d", i)
}

func (l *lowerer) basicShape(s *shape, b *types.Basic) {
	switch {
	case b.Info()&types.IsBoolean != 0:
		s.word(op.Int, 1, false, "", plain)
	case b.Info()&types.IsString != 0:
		s.word(op.Ref, 8, false, "", stringWord)
	case b.Info()&types.IsInteger != 0:
		s.word(op.Int, intWidth(b), b.Info()&types.IsUnsigned == 0, "", plain)
	case b.Kind() == types.Float32:
		s.word(op.Float, 4, false, "", plain)
	case b.Info()&types.IsFloat != 0:
		s.word(op.Float, 8, false, "", plain)
	case b.Kind() == types.Complex64:
		s.word(op.Float, 4, false, "re", plain)
		s.word(op.Float, 4, false, "im", plain)
	case b.Info()&types.IsComplex != 0:
		s.word(op.Float, 8, false, "re", plain)
		s.word(op.Float, 8, false, "im", plain)
	case b.Kind() == types.UntypedNil:
		s.word(op.Ref, 8, false, "", plain)
	case isDeferStack(s.typ): // a frame of package unwind
		s.word(op.Ref, 8, false, "", plain)
	case b.Kind() == types.Invalid: // go/ssa's type of iterators: no words, see locals.go
	default:
		fail(descr.Pos{}, "see docs/dialect.md", "type %s is not in the dialect", b)
	}
}

// isDeferStack recognises the type that go/ssa gives the calls that a function has deferred (translator/load/rangefunc.go).
func isDeferStack(t types.Type) bool {
	n, ok := t.(*types.Named)
	return ok && n.Obj().Name() == "deferStack" && n.Obj().Pkg().Path() == "$ssa"
}

func (l *lowerer) arrayShape(s *shape, a *types.Array) {
	elem := l.shapeOf(a.Elem())
	n := int(a.Len())
	switch words := len(elem.leaves); {
	case words == 0:
		return // of any length
	case n > maxInline/words, n > 0 && l.sliced.At(s.typ) != nil:
		s.word(op.Ref, 8, false, "", ownedArray)
		return
	}
	for i := range n {
		s.field(elem, fmt.Sprint(i), "")
	}
}

// noteSliced finds the types of arrays inside other values that the program slices: slices need an array object, so that is what
// such arrays are, whatever their size.
func (l *lowerer) noteSliced(p *flow.Program) {
	for _, f := range p.Funcs {
		if f.Graph == nil {
			continue
		}
		parts := map[*flow.Value]bool{}
		for _, b := range f.Graph.Blocks {
			for _, o := range b.Ops {
				if o.Code == flow.GoFieldAddr || o.Code == flow.GoIndexAddr {
					parts[o.Results[0]] = true
				}
			}
		}
		for _, b := range f.Graph.Blocks {
			for _, o := range b.Ops {
				if o.Code == flow.GoSlice && (parts[o.Args[0]] || o.Args[0].Const != nil) {
					if t, ok := o.Args[0].Type.Underlying().(*types.Pointer); ok {
						l.sliced.Set(t.Elem(), true)
					}
				}
			}
		}
	}
}

// word appends one word at the next free, aligned offset.
func (s *shape) word(k kind, width int, signed bool, name string, r role) {
	s.align = max(s.align, width)
	at := (s.size + width - 1) / width * width
	s.leaves = append(s.leaves, leaf{
		Access: descr.Access{Kind: k, Width: width, Signed: signed}, offset: at, name: name, typ: s.typ, role: r,
	})
	s.size = at + width
}

// field appends a field or an element of another shape.
func (s *shape) field(f *shape, name, tag string) {
	s.align = max(s.align, f.align)
	at := (s.size + f.align - 1) / f.align * f.align
	immutable, quasi, items := immutability(tag)
	virtualizable, virtualItems := virtualizability(tag)
	for i, x := range f.leaves {
		x.offset += at
		x.name = joinName(name, x.name)
		x.Immutable = x.Immutable || immutable
		x.Quasi = (x.Quasi || quasi) && !x.Immutable
		x.Virtualizable = (x.Virtualizable || virtualizable) && !x.Immutable
		x.VirtualItems = x.Virtualizable && (x.VirtualItems || virtualItems && x.Kind == op.Ref && len(f.leaves) == 1)
		x.items = x.items || items && i == 0
		s.leaves = append(s.leaves, x)
	}
	s.size = at + f.size
}

func joinName(a, b string) string {
	if b == "" {
		return a
	}
	return a + "." + b
}

// immutability reads a field's tag: the field is set once, or hardly ever; the elements it leads to are set once.
func immutability(tag string) (field, quasi, items bool) {
	for _, h := range strings.Split(reflect.StructTag(tag).Get("kiln"), ",") {
		switch strings.TrimSpace(h) {
		case "immutable":
			field = true
		case "immutable[]":
			field, items = true, true
		case "quasi":
			quasi = true
		case "quasi[]":
			quasi, items = true, true
		}
	}
	return field, quasi, items
}

// virtualizability reads the tags of a frame's fields.
func virtualizability(tag string) (field, items bool) {
	for _, h := range strings.Split(reflect.StructTag(tag).Get("kiln"), ",") {
		switch strings.TrimSpace(h) {
		case "virtualizable":
			field = true
		case "virtualizable[]":
			field, items = true, true
		}
	}
	return field, items
}

func (l *lowerer) isFixedArray(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && l.prog.FixedArrays[n.Origin().Obj()]
}

// intWidth is the size of an integer type in bytes; untyped constants are ints.
func intWidth(b *types.Basic) int {
	switch b.Kind() {
	case types.Int8, types.Uint8:
		return 1
	case types.Int16, types.Uint16:
		return 2
	case types.Int32, types.Uint32, types.UntypedRune:
		return 4
	}
	return 8
}

// goName is Go's name of a type, with package names; uint8 and int32 whether or not they are written byte and rune.
func goName(t types.Type) string {
	if b, ok := t.(*types.Basic); ok {
		return types.Typ[b.Kind()].Name()
	}
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}
