// Package fields removes fields that nobody reads: of structs, of package variables, and of the elements of arrays, the words of slices among
// them (few programs ask for the capacity of a slice in a field). Stores to them go, and what only they needed; then the fields leave
// the layout, so objects become smaller. Whatever else a store did stays: the check for nil is an operation of its own, as is what computes
// the value.
//
// Input: the lowered program, whose graphs contain all accesses there are: comparison, hashing, printing, copying and conversions of structs
// have become loads and stores. Output: the same program with fewer locations, layouts and effects of calls computed anew. Jitcode is
// made later, so traces have the new layouts, too.
//
// Imports translator/flow, translator/hints, jitgen/op, jitgen/descr and gc/layout; build time only.
package fields

import (
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/translator/flow"
	"kiln/translator/hints"
)

// Removal is the name of the optimisation, to leave it out.
const Removal = "fields"

// Stats says what went.
type Stats struct {
	Fields, Types, Stores int
	// Bytes is by how much the types have become smaller, in sum.
	Bytes int
}

// Remove removes the fields that nobody reads.
//
// A load is no read if it is needed only for what is stored into fields that nobody reads: so structs can be copied, and counters count. A field is alive if
// something reads it, or if it is needed for one that is alive; that is a reachability over pairs of fields.
//
// Fields stay that somebody else looks into: those of types that the run time knows, and what compiled code keeps in registers or watches (tags
// virtualizable and quasi). If the program can see that objects die (finalizers, weak references, handles), all references stay:
// what a field refers to is kept alive by it.
//
// Requires low-level graphs, before anything is made of layouts. Rejected: a field of a type for each of its instances (some could do
// without): the layout must be the same for all.
func Remove(p *flow.Program) (s Stats) {
	r := &remover{p: p, stats: &s, dead: map[descr.Location]bool{}}
	r.find()
	if s.Fields > 0 {
		r.relayout()
		hints.Effects(p)
	}
	return s
}

type remover struct {
	p     *flow.Program
	stats *Stats
	dead  map[descr.Location]bool
}

// place is a field, or a field of the items of an array whatever it is seen through.
type place struct {
	owner  *layout.Type
	offset int
}

func placeOf(l descr.Location) (place, bool) {
	switch l := l.(type) {
	case *descr.Field:
		return place{l.Owner, l.Offset}, true
	case *descr.Interior:
		return place{l.Array.Type, l.Offset}, true
	}
	return place{}, false
}

// candidates are the places that only graphs access.
func (r *remover) candidates() map[place]bool {
	refs := !r.deathsShow()
	out := map[place]bool{}
	for _, l := range r.p.Table.Locs {
		at, ok := placeOf(l)
		a := l.Acc()
		if !ok || a.Kind == op.Ref && !refs {
			continue
		}
		if in, ok := l.(*descr.Interior); ok {
			out[at] = !r.p.FrameArrays[in.Array]
		} else {
			out[at] = r.p.Records[at.owner] && !a.Quasi && !a.Virtualizable
		}
	}
	return out
}

// deathsShow says whether the program can find out that an object has died.
func (r *remover) deathsShow() bool {
	for _, t := range r.p.Table.Types {
		if t != nil && t.Weak {
			return true
		}
	}
	for _, f := range r.p.Funcs {
		if f.Runtime == "addFinalizer" {
			return true
		}
	}
	return len(r.p.Closers) > 0 || len(r.p.Handles) > 0
}

// find finds the fields that nobody reads, and removes the stores to them.
func (r *remover) find() {
	u := &uses{candidate: r.candidates(), alive: map[place]bool{}, copied: map[place]map[place]bool{}}
	for _, f := range r.p.Funcs {
		if f.Graph != nil {
			u.graph(f.Graph)
		}
	}
	u.spread()
	for _, l := range r.p.Table.Locs {
		if at, ok := placeOf(l); ok && u.candidate[at] && !u.alive[at] {
			r.dead[l] = true
		}
	}
	if len(r.dead) == 0 {
		return
	}
	r.stats.Fields = len(r.dead)
	for _, f := range r.p.Funcs {
		if f.Graph != nil {
			r.dropStores(f)
		}
	}
	for _, o := range r.p.Table.Prebuilt {
		words := o.Words[:0:0]
		for _, w := range o.Words {
			if !r.dead[w.Field] {
				words = append(words, w)
			}
		}
		o.Words = words
	}
}

// dropStores removes the stores to dead fields from a function, and what only they needed.
func (r *remover) dropStores(f *flow.Func) {
	defer flow.Locate(f)
	changed := false
	for _, b := range f.Graph.Blocks {
		ops := b.Ops[:0:0]
		for _, o := range b.Ops {
			if l, ok := stored(o); ok && r.dead[l] {
				r.stats.Stores++
				changed = true
				continue
			}
			ops = append(ops, o)
		}
		b.Ops = ops
	}
	if !changed {
		return
	}
	flow.RemoveDead(f.Graph)
	for _, b := range f.Graph.Blocks {
		for _, o := range b.Ops {
			if l, ok := o.Descr.(descr.Location); ok && r.dead[l] {
				panic("a field that nobody reads is read: " + l.String())
			}
		}
	}
}

// stored is the field that an operation stores into.
func stored(o *flow.Op) (descr.Location, bool) {
	switch o.Code {
	case op.SetField, op.SetInterior:
		return o.Descr.(descr.Location), true
	}
	return nil, false
}
