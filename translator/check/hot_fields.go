package check

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"

	"kiln/translator/flow"
)

// What is noted about fields, each once, where it is declared:
//
//   - one without a tag that is set only where objects are made: it is loaded again and again where it could be a constant,
//     or known after the first time
//   - one tagged immutable whose items are read, and never stored: each is loaded, because the tag has no []
//   - a slice that changes: four words where a //kiln:array has one
//   - an array by value: it lies inside the object, where traces do not take its items apart
//
// and where it happens, a store to an immutable field of an object that was not just made.

// fieldFacts are what the whole program does to a field, however many instances its type has.
type fieldFacts struct {
	stored       bool // after its object was made
	itemsStored  bool
	itemsEscaped bool // its slice goes where items may be stored
}

func (h *hot) facts(v *types.Var) *fieldFacts {
	f := h.fields[v.Pos()]
	if f == nil {
		f = &fieldFacts{}
		h.fields[v.Pos()] = f
	}
	return f
}

// fieldOf is the field that a GoFieldAddr addresses, its tag, and the type it belongs to.
func fieldOf(o *flow.Op) (field *types.Var, tag, owner string) {
	p, ok := o.Args[0].Type.Underlying().(*types.Pointer)
	if !ok {
		return nil, "", ""
	}
	st := p.Elem().Underlying().(*types.Struct)
	i := o.Aux.(int)
	return st.Field(i), reflect.StructTag(st.Tag(i)).Get("kiln"), typeString(p.Elem())
}

// stores collects what a function does to fields.
func (h *hot) stores(f *flow.Func) {
	if f.Graph == nil {
		return
	}
	made := map[*flow.Value]*flow.Op{}
	for _, b := range f.Graph.Blocks {
		for _, o := range b.Ops {
			for _, v := range o.Results {
				made[v] = o
			}
		}
	}
	for _, b := range f.Graph.Blocks {
		for _, o := range b.Ops {
			h.storesOf(made, o)
		}
		for _, e := range b.Succs {
			for _, v := range e.Args {
				h.escapes(made, v)
			}
		}
		for _, v := range b.Args {
			h.escapes(made, v)
		}
	}
}

func (h *hot) storesOf(made map[*flow.Value]*flow.Op, o *flow.Op) {
	switch o.Code {
	case flow.GoStore:
		h.stored(made, o.Args[0])
		h.escapes(made, o.Args[1])
		if addr := made[o.Args[0]]; addr == nil || addr.Code != flow.GoAlloc {
			h.allStored(o.Args[1].Type)
		}
	case flow.GoLoad, flow.GoFieldAddr, flow.GoIndexAddr, flow.GoIndex, flow.GoCheckAddr, flow.GoRange, flow.GoBinOp, flow.GoHint:
	case flow.GoSlice, flow.GoChangeType:
	case flow.GoBuiltin:
		switch name := o.Aux.(string); name {
		case "copy", "clear":
			if v := sliceField(made, o.Args[0]); v != nil {
				h.facts(v).itemsStored = true
			}
		case "append":
			h.escapes(made, o.Args[0])
		}
	default:
		for _, a := range o.Args {
			h.escapes(made, a)
			if addr := made[a]; addr != nil && addr.Code == flow.GoFieldAddr { // its address goes elsewhere
				h.stored(made, a)
			}
		}
	}
}

// stored marks the field that an address is of, those around it, and the slice that an element is of.
func (h *hot) stored(made map[*flow.Value]*flow.Op, addr *flow.Value) {
	a := made[addr]
	if a == nil {
		return
	}
	switch a.Code {
	case flow.GoFieldAddr:
		base := made[a.Args[0]]
		if field, _, _ := fieldOf(a); field != nil && (base == nil || base.Code != flow.GoAlloc) {
			h.facts(field).stored = true
		}
		h.stored(made, a.Args[0])
	case flow.GoIndexAddr:
		if v := sliceField(made, a.Args[0]); v != nil {
			h.facts(v).itemsStored = true
		}
		h.stored(made, a.Args[0])
	}
}

// allStored marks the fields of a struct that is stored as a whole.
func (h *hot) allStored(t types.Type) {
	if st, ok := t.Underlying().(*types.Struct); ok {
		for f := range st.Fields() {
			h.facts(f).stored = true
			h.allStored(f.Type())
		}
	}
}

// escapes marks a field whose slice goes where nobody follows it.
func (h *hot) escapes(made map[*flow.Value]*flow.Op, v *flow.Value) {
	if v == nil || v.Type == nil {
		return
	}
	if f := sliceField(made, v); f != nil {
		h.facts(f).itemsEscaped = true
	}
}

// sliceField is the field that a slice was loaded from, nil if it comes from elsewhere.
func sliceField(made map[*flow.Value]*flow.Op, v *flow.Value) *types.Var {
	for {
		o := made[v]
		if o == nil {
			return nil
		}
		switch o.Code {
		case flow.GoSlice, flow.GoChangeType:
			v = o.Args[0]
		case flow.GoLoad:
			if a := made[o.Args[0]]; a != nil && a.Code == flow.GoFieldAddr {
				field, _, _ := fieldOf(a)
				if _, ok := field.Type().Underlying().(*types.Slice); ok {
					return field
				}
			}
			return nil
		default:
			return nil
		}
	}
}

// access notes what is bad about the field that traced code uses here.
func (h *hot) access(b *body, o *flow.Op) {
	switch o.Code {
	case flow.GoFieldAddr:
		if field, _, owner := fieldOf(o); field != nil {
			h.arrayField(field, owner)
		}
	case flow.GoLoad:
		if a := b.def(o.Args[0]); a != nil && a.Code == flow.GoFieldAddr {
			if field, tag, owner := fieldOf(a); field != nil {
				h.loaded(field, tag, owner)
			}
		}
		if a := b.def(o.Args[0]); a != nil && a.Code == flow.GoIndexAddr {
			h.itemLoaded(b, a)
		}
	case flow.GoStore:
		a := b.def(o.Args[0])
		if a == nil || a.Code != flow.GoFieldAddr {
			return
		}
		base := b.def(a.Args[0])
		if field, tag, owner := fieldOf(a); field != nil && strings.HasPrefix(tag, "immutable") && (base == nil || base.Code != flow.GoAlloc) {
			h.note(o, "hot-immutable", "field "+field.Name()+" of "+owner+" is tagged immutable and stored here, in code that the JIT traces: traces that know its value go on with the old one",
				"set it where objects are made, or take the tag away")
		}
	}
}

// declared notes something about a field at its declaration.
func (h *hot) declared(field *types.Var, rule, msg, remedy string) {
	pos := h.r.Position(field.Pos())
	if !h.isOwn(pos.Filename) {
		return
	}
	at := &flow.Op{}
	at.Pos.File, at.Pos.Line, at.Pos.Column = pos.Filename, pos.Line, pos.Column
	h.noteOnce(pos.String(), at, rule, msg, remedy)
}

func (h *hot) loaded(field *types.Var, tag, owner string) {
	facts := h.facts(field)
	_, isSlice := field.Type().Underlying().(*types.Slice)
	switch {
	case tag != "":
	case !facts.stored:
		remedy := "tag it `kiln:\"immutable\"`"
		if isSlice {
			remedy += ", or `kiln:\"immutable[]\"` if the items do not change either"
			if !facts.itemsStored && !facts.itemsEscaped {
				remedy = "tag it `kiln:\"immutable[]\"`: its items do not change either"
			}
		}
		h.declared(field, "hot-field", "field "+field.Name()+" of "+owner+" is set only where objects are made, but nothing says so: traces load it again and again", remedy)
	case isSlice && !h.isFixed(field.Type()):
		h.declared(field, "hot-slice", "field "+field.Name()+" of "+owner+" is a slice that traced code uses: four words (array, offset, length, capacity), each loaded and checked",
			"make it a //kiln:array type, with a length of its own beside it if it grows")
	}
}

func (h *hot) isFixed(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && h.r.Program.FixedArrays[n.Origin().Obj()]
}

// itemLoaded notes the field whose items could be immutable, too.
func (h *hot) itemLoaded(b *body, index *flow.Op) {
	l := b.def(index.Args[0])
	if l == nil || l.Code != flow.GoLoad {
		return
	}
	a := b.def(l.Args[0])
	if a == nil || a.Code != flow.GoFieldAddr {
		return
	}
	field, tag, owner := fieldOf(a)
	if field == nil || tag != "immutable" {
		return
	}
	if facts := h.facts(field); !facts.itemsStored && !facts.itemsEscaped {
		h.declared(field, "hot-items", "field "+field.Name()+" of "+owner+" is tagged immutable, and nothing stores its items, but traces load and test each of them",
			"tag it `kiln:\"immutable[]\"`")
	}
}

func (h *hot) arrayField(field *types.Var, owner string) {
	if a, ok := field.Type().Underlying().(*types.Array); ok {
		h.declared(field, "hot-array", fmt.Sprintf("field %s of %s is an array of %d items inside the object: traces keep the object for it, and copying it copies them all", field.Name(), owner, a.Len()),
			"make it a //kiln:array type, allocated once")
	}
}
