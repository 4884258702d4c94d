package resume

import (
	"slices"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Memo numbers the guards of one optimised trace and lets them share the encoding of equal frames.
type Memo struct {
	t      *trace.Trace
	frames map[*trace.Snapshot]*Frame
}

// NewMemo returns an empty memo for the optimised trace t.
func NewMemo(t *trace.Trace) *Memo { return &Memo{t: t, frames: map[*trace.Snapshot]*Frame{}} }

// Number numbers one snapshot without sharing.
func Number(t *trace.Trace, s *trace.Snapshot, env Env, pending []Pending) ([]trace.Ref, *Data) {
	return NewMemo(t).Number(s, env, pending)
}

// numbering is the state of numbering one guard.
type numbering struct {
	memo     *Memo
	env      Env
	args     []trace.Ref
	argAt    map[trace.Ref]int
	virtuals []*Virtual
	virtAt   map[trace.Ref]int
}

// Number computes the fail arguments and the resume data of a guard with snapshot s. Fail arguments
// are distinct values, never constants.
func (m *Memo) Number(s *trace.Snapshot, env Env, pending []Pending) ([]trace.Ref, *Data) {
	n := &numbering{memo: m, env: env, argAt: map[trace.Ref]int{}, virtAt: map[trace.Ref]int{}}
	data := &Data{Consts: m.t.Consts, Top: n.frame(s)}
	for _, p := range pending {
		data.Pending = append(data.Pending, n.pending(p))
	}
	// Numbering the fields of a virtual may discover further ones: the list grows while it is walked.
	for i := 0; i < len(n.virtuals); i++ {
		data.Virtuals = append(data.Virtuals, n.virtual(n.virtuals[i]))
	}
	data.NumArgs = len(n.args)
	return n.args, data
}

// frame numbers a frame after all frames outside it.
func (n *numbering) frame(s *trace.Snapshot) *Frame {
	if s == nil {
		return nil
	}
	f := Frame{JitCode: s.JitCode, PC: s.PC, Outer: n.frame(s.Outer)}
	f.Values = make([]Source, len(s.Values))
	for i, r := range s.Values {
		f.Values[i] = n.source(r)
	}
	if old := n.memo.frames[s]; old != nil && old.Outer == f.Outer && slices.Equal(old.Values, f.Values) {
		return old
	}
	n.memo.frames[s] = &f
	return &f
}

func (n *numbering) source(r trace.Ref) Source {
	if r == trace.None {
		return sourceDead
	}
	item := n.env.Resolve(r)
	switch {
	case item.Virtual != nil:
		i, ok := n.virtAt[item.Ref]
		if !ok {
			i = len(n.virtuals)
			n.virtAt[item.Ref] = i
			n.virtuals = append(n.virtuals, item.Virtual)
		}
		return makeSource(tagVirtual, i)
	case item.Ref.IsConst():
		return makeSource(tagConst, int(-item.Ref)-1)
	}
	i, ok := n.argAt[item.Ref]
	if !ok {
		i = len(n.args)
		n.argAt[item.Ref] = i
		n.args = append(n.args, item.Ref)
	}
	return makeSource(tagArg, i)
}

func (n *numbering) pending(p Pending) Store {
	s := Store{Loc: p.Loc, Object: n.source(p.Object), Index: sourceDead, Value: n.source(p.Value)}
	if p.Index != trace.None {
		s.Index = n.source(p.Index)
	}
	return s
}

func (n *numbering) virtual(v *Virtual) VirtualData {
	d := VirtualData{Descr: v.Descr, Length: v.Length}
	for _, f := range v.Fields {
		d.Fields = append(d.Fields, FieldData{Loc: f.Loc, Index: f.Index, Value: n.source(f.Value)})
	}
	return d
}

// Identity is the Env of a trace that was not optimised: every operand stands for itself.
type Identity struct{}

// Resolve returns r itself.
func (Identity) Resolve(r trace.Ref) Item { return Item{Ref: r} }

// NewGuard is the descriptor of a guard numbered with fail arguments args in trace t.
func NewGuard(id int, t *trace.Trace, args []trace.Ref, data *Data) *trace.Guard {
	g := &trace.Guard{ID: id, Kinds: make([]op.Kind, len(args)), Data: data}
	for i, a := range args {
		g.Kinds[i] = t.Kind(a)
	}
	return g
}

var _ descr.Descr = (*trace.Guard)(nil)
