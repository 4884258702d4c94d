package opt

import (
	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// importAll makes imports available. With wait, those with operands that are not there yet are left for later: operands
// may be contents of objects in stores that wait, and the objects of such stores may be imports.
func (f *fitting) importAll(list []imported, wait bool) (late []imported, ok bool) {
	if wait && len(f.a.state.pending) == 0 {
		return list, true
	}
next:
	for i := range list {
		if wait {
			for _, a := range list[i].args {
				if _, there := f.jump[a]; a >= 0 && !there {
					late = append(late, list[i])
					continue next
				}
			}
		}
		if !f.imported(&list[i]) {
			return nil, false
		}
	}
	return late, true
}

// imported makes one import available.
func (f *fitting) imported(e *imported) bool {
	args := make([]trace.Ref, len(e.args))
	for i, a := range e.args {
		switch {
		case a == trace.None:
			args[i] = a
		case a < 0:
			args[i] = f.constant(a)
		default:
			b, ok := f.jump[a]
			if !ok {
				return false
			}
			args[i] = f.r.resolve(b)
		}
	}
	if e.isRange {
		return f.indices(e, args)
	}
	value, ok := f.r.lookup(e, args)
	if !ok {
		if value, ok = f.compute(e, args); !ok {
			return false
		}
	}
	if e.value == trace.None {
		return true
	}
	if e.value < 0 {
		return f.equals(value, f.constant(e.value))
	}
	if old, ok := f.jump[e.value]; ok {
		return f.r.resolve(old) == value
	}
	f.jump[e.value] = value
	return f.facts(value, f.a.facts[e.value])
}

// compute emits what yields an import, if it is safe here: the label's code need not get to it soon.
func (f *fitting) compute(e *imported, args []trace.Ref) (trace.Ref, bool) {
	pos := f.in.Trace.Ops[len(f.in.Trace.Ops)-1].Pos
	switch {
	case e.loc != nil:
		return f.load(e, args, pos)
	case e.code == op.CheckIndex:
		return f.checkIndex(args, pos)
	case e.code == op.ArrayLen:
		if f.r.class(args[0]) != e.descr.(*descr.Array).Type.ID {
			return trace.None, false
		}
	case e.code == op.TypeIDOf:
		if !f.r.nonnull(args[0]) {
			return trace.None, false
		}
	case !e.code.Has(op.Pure) || e.code == op.IntDiv || e.code == op.IntMod || e.code == op.UintDiv || e.code == op.UintMod:
		return trace.None, false
	}
	v := f.r.build(e.code, e.descr, pos, args...)
	f.evaluate(e.code, e.descr, args, v)
	return v, true
}

// evaluate finds out what a value just computed is now.
func (f *fitting) evaluate(code op.Code, d descr.Descr, args []trace.Ref, v trace.Ref) {
	var words [4]uint64
	for i, a := range args {
		w, ok := f.word(a)
		if !ok || i == len(words) {
			return
		}
		words[i] = w
	}
	if v >= 0 && (f.r.o.cfg.ReadHeap || f.r.out.Kind(args[0]) != op.Ref) {
		f.words[v] = exec.Do(nil, code, d, words[:len(args)])
	}
}

// load emits a load from an object whose layout is certain, at an index that is.
func (f *fitting) load(e *imported, args []trace.Ref, pos descr.Pos) (trace.Ref, bool) {
	class := f.r.class(args[0])
	code, t := op.GetFieldI, (*layout.Type)(nil)
	switch d := e.loc.(type) {
	case *descr.Field:
		args = args[:1]
		if !f.r.o.derives(class, d.Owner) {
			return trace.None, false
		}
	case *descr.Array:
		code, t = op.GetArrayItemI, d.Type
	case *descr.Interior:
		code, t = op.GetInteriorI, d.Array.Type
	}
	if t != nil && (class != t.ID || !f.inside(args[0], args[1], t, pos)) {
		return trace.None, false
	}
	code = op.ForKind(code, e.loc.Acc().Kind)
	v := f.r.build(code, e.loc, pos, args...)
	f.evaluate(code, e.loc, args, v)
	return v, true
}

// inside makes sure that index is one of array arr.
func (f *fitting) inside(arr, index trace.Ref, t *layout.Type, pos descr.Pos) bool {
	if int(t.ID) >= len(f.r.o.prog.Arrays) {
		return false
	}
	d := f.r.o.prog.Arrays[t.ID]
	if d == nil {
		return false
	}
	n := f.r.build(op.ArrayLen, d, pos, arr)
	f.evaluate(op.ArrayLen, d, []trace.Ref{arr}, n)
	if f.r.pure.find(op.CheckIndex, nil, []trace.Ref{index, n}) != nil {
		return true
	}
	_, ok := f.checkIndex([]trace.Ref{index, n}, pos)
	return ok
}

// indices makes both ends of an imported range indices: then everything between them is one.
func (f *fitting) indices(e *imported, args []trace.Ref) bool {
	pos := f.in.Trace.Ops[len(f.in.Trace.Ops)-1].Pos
	for _, off := range [2]int64{e.lo, e.hi} {
		if f.r.inRange(args[0], off, args[1]) {
			continue
		}
		x := args[0]
		if off != 0 {
			c := f.r.int(off)
			x = f.r.build(op.IntAdd, nil, pos, args[0], c)
			f.evaluate(op.IntAdd, nil, []trace.Ref{args[0], c}, x)
		}
		if _, ok := f.checkIndex([]trace.Ref{x, args[1]}, pos); !ok {
			return false
		}
	}
	return true
}

// checkIndex is check_index as a guard: the panic would be too early here.
func (f *fitting) checkIndex(args []trace.Ref, pos descr.Pos) (trace.Ref, bool) {
	i, ok1 := f.word(args[0])
	n, ok2 := f.word(args[1])
	if f.r.boundsOf(args[1]).lo < 0 {
		return trace.None, false
	}
	test := f.r.build(op.UintLt, nil, pos, args[0], args[1])
	if one, ok := f.r.constInt(test); ok {
		return trace.None, one == 1
	}
	if !ok1 || !ok2 || i >= n {
		return trace.None, false
	}
	return trace.None, f.guard(op.GuardTrue, test)
}
