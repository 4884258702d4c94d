package fields

import (
	"cmp"
	"slices"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// part is a field that stays, with where it is.
type part struct {
	access *descr.Access
	offset []*int // of its descriptors: those of views of an array are moved together
}

// relayout moves the fields that are left together, and takes the others out of the table of locations.
func (r *remover) relayout() {
	changed := map[*layout.Type]bool{}
	parts := map[*layout.Type]map[int]*part{} // by old offset
	add := func(t *layout.Type, a *descr.Access, offset *int) {
		if parts[t] == nil {
			parts[t] = map[int]*part{}
		}
		p := parts[t][*offset]
		if p == nil {
			p = &part{access: a}
			parts[t][*offset] = p
		}
		p.offset = append(p.offset, offset)
	}
	var locs []descr.Location
	for _, l := range r.p.Table.Locs {
		if r.dead[l] {
			at, _ := placeOf(l)
			changed[at.owner] = true
			continue
		}
		switch l := l.(type) {
		case *descr.Field:
			add(l.Owner, &l.Access, &l.Offset)
			l.Loc = descr.Loc(len(locs))
		case *descr.Interior:
			add(l.Array.Type, &l.Access, &l.Offset)
			l.Loc = descr.Loc(len(locs))
		case *descr.Array:
			l.Loc = descr.Loc(len(locs))
		}
		locs = append(locs, l)
	}
	r.p.Table.Locs = locs
	for _, c := range r.p.Table.Calls { // also those that are in no graph any more
		c.Effects.Reads, c.Effects.Writes = nil, nil
	}
	ends := map[*layout.Type]int{}
	for _, t := range r.p.Table.Types { // a type comes behind the one that it embeds first
		if t == nil {
			continue
		}
		if t.IsArray() {
			if changed[t] {
				r.array(t, parts[t])
			}
			continue
		}
		base := r.p.Table.Types[t.Base]
		if changed[t] || t.Base != 0 && changed[base] {
			changed[t] = true
			r.object(t, base, parts[t], ends)
		}
	}
	r.stats.Types = len(changed)
}

// place puts fields one after the other from an offset on, in their order, and returns the end, the largest alignment, and where the references are.
func lay(parts map[int]*part, from int) (end, align int, refs []int) {
	old := make([]int, 0, len(parts))
	for at := range parts {
		old = append(old, at)
	}
	slices.SortFunc(old, cmp.Compare)
	align = 1
	for _, at := range old {
		p := parts[at]
		from = (from + p.access.Width - 1) / p.access.Width * p.access.Width
		for _, offset := range p.offset {
			*offset = from
		}
		if p.access.Kind == op.Ref {
			refs = append(refs, from)
		}
		align = max(align, p.access.Width)
		from += p.access.Width
	}
	return from, align, refs
}

// object lays out a struct anew, behind the one that it embeds first.
func (r *remover) object(t, base *layout.Type, parts map[int]*part, ends map[*layout.Type]int) {
	from := layout.HeaderSize
	var inherited []int
	if base != nil {
		from, inherited = base.Size, base.Refs
		if end, ok := ends[base]; ok {
			from = end
		}
	}
	end, _, refs := lay(parts, from)
	before := t.ObjectSize(0)
	ends[t] = end
	t.Refs = slices.Concat(inherited, refs)
	t.Size = (end + 7) &^ 7
	r.stats.Bytes += before - t.ObjectSize(0)
}

// array lays out the items of an array anew. They keep a byte at least.
func (r *remover) array(t *layout.Type, parts map[int]*part) {
	end, align, refs := lay(parts, 0)
	before := t.ItemSize
	t.ItemRefs = refs
	t.ItemSize = max((end+align-1)/align*align, 1)
	r.stats.Bytes += before - t.ItemSize
}
