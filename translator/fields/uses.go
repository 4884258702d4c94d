package fields

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
)

// uses is what the program does with the contents of candidates.
type uses struct {
	candidate map[place]bool
	alive     map[place]bool
	// copied has, for a place, those whose contents are needed for what is stored into it.
	copied map[place]map[place]bool
}

// graph adds the uses in one function.
//
// What is needed if all stores to candidates go makes the fields alive that it loads. For each of these stores, what it needs beyond that is
// alive if the place is: copies of a struct, counters that nobody asks for.
func (u *uses) graph(g *flow.Graph) {
	var stores []*flow.Op
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			if u.stores(o) {
				stores = append(stores, o)
			}
		}
	}
	n := flow.NewNeeds(g)
	n.Roots(func(o *flow.Op) bool { return flow.Removable(o) || u.stores(o) })
	for _, b := range g.Blocks {
		for _, o := range b.Ops {
			if at, ok := u.place(o); ok && !u.stores(o) && (!flow.Removable(o) || n.Needed(o)) {
				u.alive[at] = true
			}
		}
	}
	for i, o := range stores {
		to, _ := u.place(o)
		n.Find(o.Args, int32(i)+2, func(load *flow.Op) {
			if from, ok := u.place(load); ok {
				if u.copied[to] == nil {
					u.copied[to] = map[place]bool{}
				}
				u.copied[to][from] = true
			}
		})
	}
}

// place is the candidate that an operation is about.
func (u *uses) place(o *flow.Op) (place, bool) {
	l, ok := o.Descr.(descr.Location)
	if !ok {
		return place{}, false
	}
	at, ok := placeOf(l)
	return at, ok && u.candidate[at]
}

// stores says whether an operation stores into a candidate.
func (u *uses) stores(o *flow.Op) bool {
	if o.Code != op.SetField && o.Code != op.SetInterior {
		return false
	}
	_, ok := u.place(o)
	return ok
}

// spread makes alive what is copied into places that are alive.
func (u *uses) spread() {
	work := make([]place, 0, len(u.alive))
	for at := range u.alive {
		work = append(work, at)
	}
	for len(work) > 0 {
		at := work[len(work)-1]
		work = work[:len(work)-1]
		for from := range u.copied[at] {
			if !u.alive[from] {
				u.alive[from] = true
				work = append(work, from)
			}
		}
	}
}
