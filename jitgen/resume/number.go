package resume

import (
	"slices"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Memo numbers the guards of one optimised trace and lets them share the encoding of equal outer frames.
type Memo struct {
	t      *trace.Trace
	frames map[*trace.Snapshot]*Frame
	shapes map[descr.Descr][]*Shape
	n      numbering // of the guard in progress
	// Frame is the operand that is the virtualizable object of the activation, None if there is none.
	Frame trace.Ref
	// Chunks that fail arguments and frames' values are cut from.
	refs    []trace.Ref
	sources []Source
}

// NewMemo returns an empty memo for the optimised trace t.
func NewMemo(t *trace.Trace) *Memo { return &Memo{t: t, Frame: trace.None} }

// Number numbers one snapshot without sharing.
func Number(t *trace.Trace, s *trace.Snapshot, env Env, pending []Pending) ([]trace.Ref, *Data) {
	return NewMemo(t).Number(s, env, pending)
}

// numbering is the state of numbering one guard.
type numbering struct {
	memo  *Memo
	env   Env
	args  []trace.Ref
	argAt []argument // by value
	round int32
	// Virtual objects met so far, few of them, and the operands they are known by.
	virtuals []*Virtual
	virtRefs []trace.Ref
}

// argument is the position of a value among the fail arguments of the guard numbered in a round.
type argument struct{ round, at int32 }

// Number computes the fail arguments and the resume data of a guard with snapshot s; owned are the operands of a guard_not_forced. Fail arguments
// are distinct values, never constants.
func (m *Memo) Number(s *trace.Snapshot, env Env, pending []Pending, owned ...trace.Ref) ([]trace.Ref, *Data) {
	n := &m.n
	n.memo, n.env = m, env
	n.round++
	n.args, n.virtuals, n.virtRefs = n.args[:0], n.virtuals[:0], n.virtRefs[:0]
	data := &Data{Consts: m.t.Consts, Top: n.frame(s, true)}
	data.Frame = n.source(m.Frame)
	for _, r := range owned {
		data.Owned = append(data.Owned, n.source(r))
	}
	if len(pending) > 0 {
		data.Pending = make([]Store, len(pending))
		for i, p := range pending {
			data.Pending[i] = n.pending(p)
		}
	}
	// Numbering the fields of a virtual may discover further ones: the list grows while it is walked.
	for i := 0; i < len(n.virtuals); i++ {
		data.Virtuals = append(data.Virtuals, n.virtual(n.virtuals[i]))
	}
	data.NumArgs = len(n.args)
	args := cut(&m.refs, len(n.args))
	copy(args, n.args)
	return args, data
}

// chunk is how many items are allocated at once.
const chunk = 128

// cut takes a list of n items from a chunk.
func cut[T any](from *[]T, n int) []T {
	if len(*from) < n {
		*from = make([]T, max(chunk, n))
	}
	list := (*from)[:n:n]
	*from = (*from)[n:]
	return list
}

// frame numbers a frame after all frames outside it. Only frames that wait for calls are shared: an innermost one is
// the state of its guard alone.
func (n *numbering) frame(s *trace.Snapshot, innermost bool) *Frame {
	if s == nil {
		return nil
	}
	f := &Frame{JitCode: s.JitCode, PC: s.PC, Outer: n.frame(s.Outer, false)}
	f.Values = cut(&n.memo.sources, len(s.Values))
	for i, r := range s.Values {
		f.Values[i] = n.source(r)
	}
	if innermost {
		return f
	}
	if old := n.memo.frames[s]; old != nil && old.Outer == f.Outer && slices.Equal(old.Values, f.Values) {
		return old
	}
	if n.memo.frames == nil {
		n.memo.frames = map[*trace.Snapshot]*Frame{}
	}
	n.memo.frames[s] = f
	return f
}

func (n *numbering) source(r trace.Ref) Source {
	if r == trace.None {
		return sourceDead
	}
	item := n.env.Resolve(r)
	switch {
	case item.Virtual != nil:
		i := slices.Index(n.virtRefs, item.Ref)
		if i < 0 {
			i = len(n.virtuals)
			n.virtRefs = append(n.virtRefs, item.Ref)
			n.virtuals = append(n.virtuals, item.Virtual)
		}
		return makeSource(tagVirtual, i)
	case item.Ref.IsConst():
		return makeSource(tagConst, int(-item.Ref)-1)
	}
	v := int(item.Ref)
	if v >= len(n.argAt) {
		n.argAt = append(n.argAt, make([]argument, v+1-len(n.argAt))...)
	}
	if n.argAt[v].round != n.round {
		n.argAt[v] = argument{n.round, int32(len(n.args))}
		n.args = append(n.args, item.Ref)
	}
	return makeSource(tagArg, int(n.argAt[v].at))
}

func (n *numbering) pending(p Pending) Store {
	s := Store{Loc: p.Loc, Object: n.source(p.Object), Index: sourceDead, Value: n.source(p.Value)}
	if p.Index != trace.None {
		s.Index = n.source(p.Index)
	}
	return s
}

func (n *numbering) virtual(v *Virtual) VirtualData {
	d := VirtualData{Shape: n.memo.shape(v), Values: cut(&n.memo.sources, len(v.Fields))}
	for i, f := range v.Fields {
		d.Values[i] = n.source(f.Value)
	}
	return d
}

// shape is the shape of an object, one for all that are alike.
func (m *Memo) shape(v *Virtual) *Shape {
	for _, s := range m.shapes[v.Descr] {
		if s.is(v) {
			return s
		}
	}
	s := &Shape{Descr: v.Descr, Length: v.Length, Places: make([]Place, len(v.Fields))}
	for i, f := range v.Fields {
		s.Places[i] = Place{f.Loc, f.Index}
	}
	if m.shapes == nil {
		m.shapes = map[descr.Descr][]*Shape{}
	}
	m.shapes[v.Descr] = append(m.shapes[v.Descr], s)
	return s
}

func (s *Shape) is(v *Virtual) bool {
	if s.Length != v.Length || len(s.Places) != len(v.Fields) {
		return false
	}
	for i := range v.Fields {
		if f := &v.Fields[i]; s.Places[i] != (Place{f.Loc, f.Index}) {
			return false
		}
	}
	return true
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
