package metainterp

import (
	"math"

	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

func bitsOf(x float64) uint64 { return math.Float64bits(x) }

// rebuilder rebuilds the frames at a failed guard, concretely and in the trace of the bridge: virtual
// objects are allocated, and pending stores done, by recorded operations.
type rebuilder struct {
	m    *MetaInterp
	d    *resume.Data
	args []uint64 // fail arguments, rooted by the backend
	objs []trace.Ref
}

// TraceBridge records from a failed guard; its fail arguments are the inputs of the trace. With general, the instruction that it resumes
// at does not promote: too many values have had bridges of their own.
func (m *MetaInterp) TraceBridge(name string, g *trace.Guard, args []uint64, general bool) *Recording {
	m.begin(name, g.Kinds)
	m.knownInputs(g)
	r := &rebuilder{m: m, d: g.Data.(*resume.Data), args: args}
	// Operations recorded while there is no frame yet need one for their position.
	r.frames(r.d.Top, true)
	f := m.top()
	if op.Code(f.code.Code[f.pc]) == jitcode.JitMergePoint {
		f.header, f.entered = len(m.frames) == 1, false
	}
	if general {
		m.general = generalPlace{len(m.frames), f.code, f.pc}
	}
	return m.run()
}

// knownInputs takes over what was known at the guard.
func (m *MetaInterp) knownInputs(g *trace.Guard) {
	if g.Facts == nil {
		return
	}
	for i, box := range m.tr.Inputs {
		f := m.cache.unknown()
		f.class, f.nonnull, f.lo, f.hi = g.Facts.Arg(i)
		if m.cache.set(box, f); f.lo == f.hi && m.tr.Kind(box) == op.Int {
			m.consts[box] = m.constant(op.Int, uint64(f.lo))
		}
	}
}

func (r *rebuilder) frames(f *resume.Frame, innermost bool) {
	r.skeleton(f)
	r.build()
	for i := range r.d.Pending {
		r.store(&r.d.Pending[i])
	}
	if word, frame := r.value(r.d.Frame); frame != trace.None {
		r.m.tr.SetFrame(frame)
		r.m.own(frame, word)
	}
	r.fill(f, len(r.m.frames)-1, innermost)
	r.m.built = r.m.built[:0]
}

// skeleton pushes the frames, outermost first, with empty registers.
func (r *rebuilder) skeleton(f *resume.Frame) {
	if f.Outer != nil {
		r.skeleton(f.Outer)
	}
	r.m.pushFrame(r.m.im.Code(f.JitCode), f.PC).entered = true
}

// fill sets the live registers. Nothing here collects.
func (r *rebuilder) fill(f *resume.Frame, at int, innermost bool) {
	if f.Outer != nil {
		r.fill(f.Outer, at-1, false)
	}
	fr := &r.m.frames[at]
	live := fr.code.LiveAcross
	if innermost {
		live = fr.code.LiveAt
	}
	regs := live(f.PC)
	i := 0
	for _, k := range jitcode.Banks {
		for _, reg := range regs.Bank(k) {
			word, box := r.value(f.Values[i])
			r.m.set(fr, k, reg, word, box)
			i++
		}
	}
}

// value is the word and the box of a source.
func (r *rebuilder) value(s resume.Source) (uint64, trace.Ref) {
	if i, ok := s.Arg(); ok {
		return r.args[i], r.m.resolve(r.m.tr.Inputs[i])
	}
	if c, ok := s.Const(); ok {
		k := r.d.Consts.Get(c)
		return k.Bits, r.m.constant(k.Kind, k.Bits)
	}
	if i, ok := s.Virtual(); ok {
		return r.m.built[i], r.objs[i]
	}
	return 0, trace.None
}

func (r *rebuilder) build() {
	m := r.m
	for i := range r.d.Virtuals {
		v := &r.d.Virtuals[i]
		var word uint64
		var box trace.Ref
		switch t := v.Descr.(type) {
		case *descr.Size:
			box = m.record(op.New, t)
			word = exec.Do(&m.m, op.New, t, nil)
			m.cache.setFresh(box, uint32(t.Type.ID))
			if m.ownable(t) {
				m.own(box, word)
			}
		case *descr.Array:
			n := uint64(v.Length)
			length := m.constant(op.Int, n)
			box = m.record(op.NewArray, t, length)
			word = exec.Do(&m.m, op.NewArray, t, []uint64{n})
			m.cache.setFresh(box, uint32(t.Type.ID))
			m.cache.setLength(box, length)
		}
		m.built = append(m.built, word)
		r.objs = append(r.objs, box)
	}
	for i := range r.d.Virtuals {
		for f := range r.d.Virtuals[i].Fields() {
			r.put(m.built[i], r.objs[i], f.Loc, uint64(f.Index), m.constant(op.Int, uint64(f.Index)), f.Value)
		}
	}
}

func (r *rebuilder) store(s *resume.Store) {
	word, box := r.value(s.Object)
	index, indexBox := uint64(0), trace.None
	if !s.Index.Dead() {
		index, indexBox = r.value(s.Index)
	}
	r.put(word, box, s.Loc, index, indexBox, s.Value)
}

// put does and records one store.
func (r *rebuilder) put(obj uint64, objBox trace.Ref, loc descr.Location, index uint64, indexBox trace.Ref, value resume.Source) {
	m := r.m
	word, box := r.value(value)
	exec.Store(m.m.T, obj, loc, index, word)
	switch loc.(type) {
	case *descr.Field:
		m.record(op.SetField, loc, objBox, box)
	case *descr.Array:
		m.record(op.SetArrayItem, loc, objBox, indexBox, box)
	case *descr.Interior:
		m.record(op.SetInterior, loc, objBox, indexBox, box)
	}
	if loc.Acc().Kind == op.Ref {
		m.cache.put(objBox, box)
	}
	if _, field := loc.(*descr.Field); field || isConst(indexBox) {
		p := place{loc: loc.Location(), obj: objBox}
		if !field {
			p.index = int64(index)
		}
		m.cache.store(p, box)
		return
	}
	m.cache.forget(loc.Location())
}
