package lower

import (
	"fmt"
	"go/types"
	"reflect"
	"slices"
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

// typeName is Go's type string with package names, made unique.
func (l *lowerer) typeName(name string) string {
	l.typeNames[name]++
	if n := l.typeNames[name]; n > 1 {
		return fmt.Sprintf("%s#%d", name, n)
	}
	return name
}

// goName is Go's name of a type, with package names; uint8 and int32 whether or not they are written byte and rune.
func goName(t types.Type) string {
	if b, ok := t.(*types.Basic); ok {
		return types.Typ[b.Kind()].Name()
	}
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}

func (l *lowerer) newType(name string, size int) *layout.Type {
	t := &layout.Type{ID: layout.TypeID(len(l.table.Types)), Name: l.typeName(name), Size: size}
	l.table.Types = append(l.table.Types, t)
	l.table.Sizes = append(l.table.Sizes, nil)
	l.table.Arrays = append(l.table.Arrays, nil)
	return t
}

func (l *lowerer) newLoc(make func(descr.Loc) descr.Location) {
	l.table.Locs = append(l.table.Locs, make(descr.Loc(len(l.table.Locs))))
}

// newObject makes an object type whose fields are the leaves of a shape, after those of base (which may be nil
// and whose leaves are a prefix).
func (l *lowerer) newObject(name string, s *shape, base *object) *object {
	o := &object{shape: s, typ: l.newType(name, layout.HeaderSize+s.size)}
	o.size = &descr.Size{Type: o.typ}
	l.table.Sizes[o.typ.ID] = o.size
	if base != nil {
		o.typ.Base = base.typ.ID
		l.firstIn[base.typ.ID] = true
		o.fields = append(o.fields, base.fields...)
	}
	for _, x := range s.leaves[len(o.fields):] {
		l.newLoc(func(loc descr.Loc) descr.Location {
			fieldName := x.name
			if fieldName == "" {
				fieldName = "value" // a cell
			}
			f := &descr.Field{Loc: loc, Access: x.Access, Owner: o.typ, Name: fieldName, Offset: layout.HeaderSize + x.offset}
			o.fields = append(o.fields, f)
			return f
		})
	}
	for _, x := range s.leaves {
		if x.Kind == op.Ref {
			o.typ.Refs = append(o.typ.Refs, layout.HeaderSize+x.offset)
		}
	}
	slices.Sort(o.typ.Refs)
	return o
}

// objectOf is the object that a *t refers to; t is not an array. A type that is not a struct has a cell.
func (l *lowerer) objectOf(t types.Type) *object {
	if o, ok := l.objects.At(t).(*object); ok {
		return o
	}
	if l.prog.Foreign(t) {
		return l.handleOf(t)
	}
	var base *object
	name := "cell(" + goName(t) + ")"
	if st, ok := t.Underlying().(*types.Struct); ok {
		name = goName(t)
		if first := embeddedFirst(st); first != nil {
			base = l.objectOf(first)
		}
	}
	o := l.newObject(name, l.shapeOf(t), base)
	o.typ.Weak = isWeakRef(t)
	if underIs[*types.Struct](t) && !ofRuntime(t) {
		l.prog.Records[o.typ] = true
	}
	l.objects.Set(t, o)
	return o
}

// handleOf is the object that stands for a value of a foreign type: its number in the heap's table of handles.
func (l *lowerer) handleOf(t types.Type) *object {
	s := &shape{typ: t, align: 1}
	s.word(op.Int, 8, true, "handle", plain)
	s.leaves[0].Immutable = true
	o := l.newObject(goName(t), s, nil)
	l.objects.Set(t, o)
	l.prog.Handles = append(l.prog.Handles, flow.Handle{Type: t, Layout: o.typ})
	return o
}

// ofRuntime says whether a type is of a package whose objects the run time knows.
func ofRuntime(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	path := n.Obj().Pkg().Path()
	return path == "kiln/framework" || strings.HasPrefix(path, "kiln/framework/") || path == unwindPath
}

// isWeakRef: the type of weak references, whose field does not keep alive what it refers to.
func isWeakRef(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "WeakRef" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "kiln/framework"
}

// embeddedFirst is the struct type embedded by value as the first field, or nil.
func embeddedFirst(st *types.Struct) types.Type {
	if st.NumFields() == 0 || !st.Field(0).Embedded() || !underIs[*types.Struct](st.Field(0).Type()) {
		return nil
	}
	return st.Field(0).Type()
}

// empty says whether items have no size.
func (a *array) empty() bool { return len(a.items) == 0 }

// emptyObject is the object that stands for all variables of a type of size zero: as in Go, where they are in one place.
func (l *lowerer) emptyObject(t layout.TypeID) *descr.Prebuilt {
	p := l.empties[t]
	if p == nil {
		p = l.newPrebuilt(t, "empty")
		l.empties[t] = p
	}
	return p
}

// boxOf is the object that holds a value of type t in an interface.
func (l *lowerer) boxOf(t types.Type) *object {
	if o, ok := l.boxes.At(t).(*object); ok {
		return o
	}
	name := goName(t)
	if underIs[*types.Struct](t) {
		name = "box(" + name + ")" // the plain name is the struct's own object
	}
	inner := *l.shapeOf(t)
	inner.leaves = slices.Clone(inner.leaves)
	for i := range inner.leaves {
		inner.leaves[i].Immutable = true
		inner.leaves[i].name = joinName("value", inner.leaves[i].name)
	}
	o := l.newObject(name, &inner, nil)
	l.boxes.Set(t, o)
	return o
}

// arrayOf is the array object with elements of type elem: backing store of slices, variable of array type.
// Named scalars share the arrays of their underlying type: []byte(s) may also be a slice of a named byte.
func (l *lowerer) arrayOf(elem types.Type) *array {
	if b, ok := elem.Underlying().(*types.Basic); ok {
		elem = types.Typ[b.Kind()]
	}
	if a, ok := l.arrays.At(elem).(*array); ok {
		return a
	}
	a := l.newArrayType("[]"+goName(elem), elem)
	if elem == types.Typ[types.Uint8] {
		a.typ.LenOffset, a.typ.Size = layout.StringLenOffset, layout.StringBaseOffset
	}
	l.arrays.Set(elem, a)
	return a
}

// newArrayType makes an array type: of slices, or the keys or values of maps, which nothing else can change.
func (l *lowerer) newArrayType(name string, elem types.Type) *array {
	s := l.shapeOf(elem)
	t := l.newType(name, layout.ArrayBaseOffset)
	t.LenOffset = layout.ArrayLenOffset
	t.ItemSize = max(s.size, 1)
	for _, x := range s.leaves {
		if x.Kind == op.Ref {
			t.ItemRefs = append(t.ItemRefs, x.offset)
		}
	}
	a := &array{typ: t, elem: elem, shape: s}
	l.itemLocations(a, false)
	l.table.Arrays[t.ID] = a.desc
	return a
}

// itemLocations makes the descriptors of an array's items.
func (l *lowerer) itemLocations(a *array, immutable bool) {
	a.desc = &descr.Array{Type: a.typ}
	single := len(a.shape.leaves) == 1 && !underIs[*types.Struct](a.elem) && !underIs[*types.Array](a.elem)
	if single {
		a.desc.Access = a.shape.leaves[0].Access
		a.desc.Immutable = immutable
	}
	l.newLoc(func(loc descr.Loc) descr.Location { a.desc.Loc = loc; return a.desc })
	if single {
		a.items = []descr.Location{a.desc}
		return
	}
	for _, x := range a.shape.leaves {
		l.newLoc(func(loc descr.Loc) descr.Location {
			i := &descr.Interior{Loc: loc, Access: x.Access, Array: a.desc, Name: x.name, Offset: x.offset}
			i.Immutable = i.Immutable || immutable
			a.items = append(a.items, i)
			return i
		})
	}
}

// immutableView is the same array seen through a field tagged immutable[].
func (l *lowerer) immutableView(a *array) *array {
	if a.view == nil {
		a.view = &array{typ: a.typ, elem: a.elem, shape: a.shape}
		l.itemLocations(a.view, true)
		a.view.desc.Of = a.desc
		a.view.view = a.view
	}
	return a.view
}

// makeStrings makes the type of strings, id 1.
func (l *lowerer) makeStrings() {
	t := l.newType("string", layout.StringBaseOffset)
	t.LenOffset, t.ItemSize = layout.StringLenOffset, 1
	a := &array{typ: t, elem: types.Typ[types.Uint8], shape: l.shapeOf(types.Typ[types.Uint8])}
	l.itemLocations(a, true)
	l.table.Arrays[t.ID] = a.desc
	l.strings = a
	l.newLoc(func(loc descr.Loc) descr.Location {
		l.strHash = &descr.Field{Loc: loc, Access: descr.Access{Kind: op.Int, Width: 8, Signed: true},
			Owner: t, Name: "hash", Offset: layout.StringHashOffset}
		return l.strHash
	})
}
