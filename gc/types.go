package gc

import (
	"fmt"

	"kiln/gc/layout"
	"kiln/gc/mem"
)

// shape is how the collector treats the objects of a type.
type shape uint8

const (
	invalidShape shape = iota
	plainStruct        // no references
	refStruct
	weakStruct // the references are weak
	plainArray // no references
	refArray   // items are single references, fixed part without
	mixedArray // everything else
)

// typeInfo is a layout.Type boiled down to what the scan loop needs.
type typeInfo struct {
	shape     shape
	size      uintptr // structs: rounded size; arrays: offset of the items
	itemSize  uintptr
	lenOffset uintptr
	refs      []uintptr
	itemRefs  []uintptr
}

// TypeError is a layout that the heap cannot work with: a bug of the translator.
type TypeError struct {
	Type    *layout.Type
	Index   int
	Problem string
}

func (e *TypeError) Error() string {
	name := "?"
	if e.Type != nil {
		name = e.Type.Name
	}
	return fmt.Sprintf("gc: type %d (%s): %s", e.Index, name, e.Problem)
}

// makeTypes checks the layouts and boils them down.
func makeTypes(types []*layout.Type) ([]typeInfo, error) {
	infos := make([]typeInfo, len(types))
	for i, t := range types {
		if t == nil {
			continue // not all programs use every id; objects of such a type are an error
		}
		if problem := checkType(t, i); problem != "" {
			return nil, &TypeError{t, i, problem}
		}
		infos[i] = makeType(t)
	}
	return infos, nil
}

func makeType(t *layout.Type) typeInfo {
	info := typeInfo{shape: plainStruct, size: uintptr(layout.Round(t.Size)), refs: offsets(t.Refs)}
	switch {
	case t.Weak:
		info.shape = weakStruct
	case len(t.Refs) > 0:
		info.shape = refStruct
	}
	if t.IsArray() {
		info.size, info.itemSize, info.lenOffset = uintptr(t.Size), uintptr(t.ItemSize), uintptr(t.LenOffset)
		info.itemRefs = offsets(t.ItemRefs)
		switch {
		case len(t.Refs) == 0 && len(t.ItemRefs) == 0:
			info.shape = plainArray
		case len(t.Refs) == 0 && t.ItemSize == 8:
			info.shape = refArray
		default:
			info.shape = mixedArray
		}
	}
	return info
}

func offsets(list []int) []uintptr {
	var out []uintptr
	for _, n := range list {
		out = append(out, uintptr(n))
	}
	return out
}

func checkType(t *layout.Type, index int) string {
	switch {
	case index == 0:
		return "type id 0 must stay free"
	case int(t.ID) != index:
		return fmt.Sprintf("stands at index %d of the table but has id %d", index, t.ID)
	case t.Size < layout.HeaderSize:
		return fmt.Sprintf("size %d does not even hold the header", t.Size)
	case t.IsArray() && (t.LenOffset%8 != 0 || t.LenOffset < layout.HeaderSize || t.LenOffset+8 > t.Size):
		return fmt.Sprintf("length at offset %d is not within the fixed part of size %d", t.LenOffset, t.Size)
	case t.IsArray() && t.ItemSize < 0, !t.IsArray() && t.ItemSize != 0:
		return fmt.Sprintf("item size %d", t.ItemSize)
	case t.Weak && (t.IsArray() || len(t.Refs) == 0):
		return "weak, but not a struct with references"
	case len(t.ItemRefs) > 0 && (t.ItemSize%8 != 0 || t.Size%8 != 0):
		return "items with references are not 8-aligned"
	}
	if problem := checkRefs("reference", t.Refs, layout.HeaderSize, t.Size); problem != "" {
		return problem
	}
	return checkRefs("reference of items", t.ItemRefs, 0, t.ItemSize)
}

func checkRefs(what string, refs []int, from, to int) string {
	for _, off := range refs {
		if off%8 != 0 || off < from || off+8 > to {
			return fmt.Sprintf("%s at offset %d is not a word between %d and %d", what, off, from, to)
		}
		from = off + 8
	}
	return ""
}

// Memory that is not an object starts with one of these instead of a header: 0 for 16 bytes nobody
// has used, or fillerHeader with the size in the next word. Both have type id 0.
const fillerHeader = 1 << 31

// objectSize is the size of the object, or of the unused stretch, at p.
func (h *Heap) objectSize(p uintptr) uintptr {
	header := mem.LoadU64(p, 0)
	id := header >> layout.TypeIDShift
	if id == 0 {
		if header&fillerHeader != 0 {
			return mem.LoadRef(p, 8)
		}
		return layout.MinSize
	}
	if id >= uint64(len(h.infos)) {
		panic(h.corrupt(p, "no such type"))
	}
	return h.sizeAs(&h.infos[id], p)
}

// sizeAs is the size of the object at p, of the given type.
func (h *Heap) sizeAs(info *typeInfo, p uintptr) uintptr {
	switch {
	case info.shape <= weakStruct:
		if info.shape == invalidShape {
			panic(h.corrupt(p, "no such type"))
		}
		return info.size
	default:
		return roundSize(info.size + mem.LoadRef(p, info.lenOffset)*info.itemSize)
	}
}

func roundSize(n uintptr) uintptr {
	return max(layout.MinSize, (n+layout.Align-1)&^(layout.Align-1))
}
