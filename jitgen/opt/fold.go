package opt

// fold: pure operations on constants; immutable contents of constant objects.
//
// requires:  nothing
// preserves: everything; emits nothing
// breaks:    nothing

import (
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

func installFold(l *pipeline) {
	l.each(has(op.Pure), func(c op.Code) { l.onBefore(foldPure, c) })
	l.onBefore(foldSame, op.SameAsI, op.SameAsR, op.SameAsF)
	l.onBefore(foldLoad, op.GetFieldI, op.GetFieldR, op.GetFieldF, op.GetArrayItemI, op.GetArrayItemR, op.GetArrayItemF,
		op.GetInteriorI, op.GetInteriorR, op.GetInteriorF)
	l.onBefore(foldBytes, op.BytesEqual, op.BytesCompare, op.BytesIndex)
}

// foldBytes compares or searches bytes of constant strings now, and nothing at all, and what is the same.
func foldBytes(r *run, p *operation) verdict {
	d := p.Descr.(*descr.Array)
	if p.Code == op.BytesEqual {
		n, ok := r.constInt(p.Args[4])
		if ok && n == 0 || p.Args[0] == p.Args[2] && p.Args[1] == p.Args[3] {
			return p.settle(r.int(1))
		}
	}
	if !d.Immutable {
		return next
	}
	words := make([]uint64, len(p.Args))
	for i, a := range p.Args {
		if !a.IsConst() || r.out.Kind(a) == op.Ref && r.constClass(a) != d.Type.ID {
			return next
		}
		words[i] = r.out.Consts.Get(a).Bits
	}
	if !insideBytes(p.Code, words, d.Type) {
		return next
	}
	return p.settle(r.int(int64(exec.Do(nil, p.Code, d, words))))
}

// insideBytes says whether the ranges of an operation on constant bytes are within them.
func insideBytes(code op.Code, w []uint64, t *layout.Type) bool {
	within := func(arr, start, n uint64) bool {
		size := exec.Length(arr, t)
		return start <= size && n <= size-start
	}
	switch code {
	case op.BytesEqual:
		return within(w[0], w[1], w[4]) && within(w[2], w[3], w[4])
	case op.BytesCompare:
		return within(w[0], w[1], w[2]) && within(w[3], w[4], w[5])
	}
	return w[1] <= w[2] && within(w[0], w[1], w[2]-w[1])
}

func foldPure(r *run, p *operation) verdict {
	words := &r.words
	for i, a := range p.Args {
		if !a.IsConst() {
			return next
		}
		words[i] = r.out.Consts.Get(a).Bits
	}
	kind := p.Code.Info().Result
	switch p.Code {
	case op.TypeIDOf:
		if id := r.constClass(p.Args[0]); id != 0 {
			return p.settle(r.int(int64(id)))
		}
		return next
	case op.ArrayLen:
		t := p.Descr.(*descr.Array).Type
		if r.constClass(p.Args[0]) == t.ID {
			return p.settle(r.int(int64(exec.Length(words[0], t))))
		}
		return next
	}
	if res, ok := exec.Fold(p.Code, p.Descr, words[:len(p.Args)]); ok {
		return p.settle(r.out.Consts.Intern(trace.Const{Kind: kind, Bits: res}))
	}
	return next
}

func foldSame(_ *run, p *operation) verdict { return p.settle(p.Args[0]) }

// foldLoad loads from a constant object now, after checking that the access is sound.
func foldLoad(r *run, p *operation) verdict {
	loc, ok := p.Descr.(descr.Location)
	if !ok || !loc.Acc().Immutable {
		return next
	}
	id := r.constClass(p.Args[0])
	if id == 0 {
		return next
	}
	obj := r.out.Consts.Get(p.Args[0]).Bits
	var bits uint64
	switch d := p.Descr.(type) {
	case *descr.Field:
		if !r.o.derives(id, d.Owner) {
			return next
		}
		bits = exec.LoadField(obj, d)
	case *descr.Array:
		i, ok := r.constInt(p.Args[1])
		if !ok || !inside(obj, id, d.Type, i) {
			return next
		}
		bits = exec.LoadItem(obj, uint64(i), d)
	case *descr.Interior:
		i, ok := r.constInt(p.Args[1])
		if !ok || !inside(obj, id, d.Array.Type, i) {
			return next
		}
		bits = exec.LoadInterior(obj, uint64(i), d)
	}
	return p.settle(r.out.Consts.Intern(trace.Const{Kind: p.Code.Info().Result, Bits: bits}))
}

func inside(obj uint64, id layout.TypeID, t *layout.Type, i int64) bool {
	return id == t.ID && i >= 0 && uint64(i) < exec.Length(obj, t)
}
