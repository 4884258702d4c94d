package opt

import (
	"fmt"
	"strconv"

	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// Running traces, and what a run leaves behind: the state of the interpreter at a guard.

// stop is where a run left a trace.
type stop struct {
	t      *trace.Trace
	guard  *trace.Op
	values []uint64 // by value of the trace
	end    string   // "guard", "panic ...", "steps"
	image  []byte   // memory, where that is kept
}

func (s *stop) word(v trace.Ref) uint64 {
	if v.IsConst() {
		return s.t.Consts.Get(v).Bits
	}
	return s.values[v]
}

// execution runs traces that jump to each other.
type execution struct {
	w      *world
	labels map[*trace.Target]position
	loop   *trace.Trace // where a jump without target goes, to its start
	fails  func(s *stop) bool
	limit  int
}

type position struct {
	t  *trace.Trace
	pc int
}

func (e *execution) add(t *trace.Trace) {
	if e.labels == nil {
		e.labels = map[*trace.Target]position{}
	}
	for i := range t.Ops {
		if d, ok := t.Ops[i].Descr.(*trace.Target); ok && t.Ops[i].Code == op.Label {
			e.labels[d] = position{t, i}
		}
	}
}

// run executes a trace from its first operation. At each guard it asks fails; a guard whose condition does not hold fails
// anyway.
func (e *execution) run(t *trace.Trace, inputs []uint64) (s stop) {
	defer func() {
		if r := recover(); r != nil {
			s.end = fmt.Sprint("panic ", r)
		}
	}()
	enter := func(to *trace.Trace, at []trace.Ref, args []uint64) {
		if s.t != to {
			s.t, s.values = to, make([]uint64, len(to.Kinds))
		}
		for i, v := range at {
			s.values[v] = args[i]
		}
	}
	enter(t, t.Inputs, inputs)
	for pc := 0; ; pc++ {
		if e.limit--; e.limit < 0 {
			return stop{end: "steps"}
		}
		o := &s.t.Ops[pc]
		args := make([]uint64, len(o.Args))
		for i, a := range o.Args {
			args[i] = s.word(a)
		}
		switch {
		case o.Code == op.Label:
		case o.Code == op.Jump:
			if d, ok := o.Descr.(*trace.Target); ok {
				at := e.labels[d]
				enter(at.t, at.t.Ops[at.pc].Args, args)
				pc = at.pc
			} else {
				enter(e.loop, e.loop.Inputs, args)
				pc = -1
			}
		case o.Code.Has(op.Guard):
			s.guard = o
			if !exec.GuardHolds(o.Code, args) || e.fails(&s) {
				s.end = "guard"
				return s
			}
		default:
			if v := exec.Do(&e.w.m, o.Code, o.Descr, args); o.Res != trace.None {
				s.values[o.Res] = v
			}
		}
	}
}

// state is the interpreter state of an unoptimised guard.
func (w *world) state(s *stop) string {
	var words []uint64
	var kinds []op.Kind
	for at := s.guard.Snapshot; at != nil; at = at.Outer {
		for _, v := range at.Values {
			kinds = append(kinds, s.t.Kind(v))
			words = append(words, s.word(v))
		}
	}
	return fmt.Sprintf("%d:%s", s.guard.Snapshot.PC, w.dump(words, kinds))
}

// rebuild is the interpreter state that an optimised guard's resume data yields.
func (w *world) rebuild(s *stop) (string, []uint64) {
	t, o, values := s.t, s.guard, s.values
	data := o.Descr.(*trace.Guard).Data.(*resume.Data)
	objects := make([]uint64, len(data.Virtuals))
	for i, v := range data.Virtuals {
		switch d := v.Descr.(type) {
		case *descr.Size:
			objects[i] = uint64(w.New(nil, uint32(d.Type.ID)))
		case *descr.Array:
			objects[i] = uint64(w.NewArray(nil, uint32(d.Type.ID), int64(v.Length)))
		}
	}
	get := func(s resume.Source) uint64 {
		if i, ok := s.Arg(); ok {
			return values[o.FailArgs[i]]
		}
		if i, ok := s.Virtual(); ok {
			return objects[i]
		}
		r, _ := s.Const()
		return t.Consts.Get(r).Bits
	}
	store := func(obj uint64, loc descr.Location, index, value uint64) {
		switch d := loc.(type) {
		case *descr.Field:
			exec.StoreField(obj, d, value)
		case *descr.Array:
			exec.StoreItem(obj, index, d, value)
		case *descr.Interior:
			exec.StoreInterior(obj, index, d, value)
		}
	}
	for i, v := range data.Virtuals {
		for f := range v.Fields() {
			store(objects[i], f.Loc, uint64(f.Index), get(f.Value))
		}
	}
	for _, p := range data.Pending {
		index := uint64(0)
		if !p.Index.Dead() {
			index = get(p.Index)
		}
		store(get(p.Object), p.Loc, index, get(p.Value))
	}
	var words []uint64
	for f := data.Top; f != nil; f = f.Outer {
		for _, v := range f.Values {
			words = append(words, get(v))
		}
	}
	return strconv.Itoa(data.Top.PC), words
}

// restore makes memory as it was at an exit what runs start with.
func (w *world) restore(s *stop) {
	w.start, w.image = w.base+uintptr(len(s.image)), s.image
	w.reset()
}
