package lower

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// typeName is Go's type string with package names, made unique.
func (l *lowerer) typeName(name string) string {
	l.typeNames[name]++
	if n := l.typeNames[name]; n > 1 {
		return fmt.Sprintf("%s#%d", name, n)
	}
	return name
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

// copying is the descriptor of copies to arrays of one type from those of another, which has the same layout.
func (l *lowerer) copying(to, from *array) *descr.Array {
	pair := [2]*array{to, from}
	d := l.copies[pair]
	if d == nil {
		d = &descr.Array{Access: to.desc.Access, Type: to.typ, Of: to.desc, From: from.desc}
		d.Immutable = false
		l.newLoc(func(loc descr.Loc) descr.Location { d.Loc = loc; return d })
		l.copies[pair] = d
	}
	return d
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
