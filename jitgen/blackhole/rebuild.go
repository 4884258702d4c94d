package blackhole

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
)

// Resume rebuilds the interpreter's frames at a failed guard: first the virtual objects (allocation may
// collect: until then fail arguments stay where the backend roots them), then the pending stores, then
// the frames. args are re-read for every use.
func (b *Interp) Resume(d *resume.Data, args []uint64) {
	b.build(d, args)
	for i := range d.Pending {
		b.store(d, args, &d.Pending[i])
	}
	b.push(d, args)
	b.built = b.built[:0]
}

// build allocates all virtual objects before it fills any: they may refer to each other.
func (b *Interp) build(d *resume.Data, args []uint64) {
	b.allocate(d)
	b.initialise(d, args)
}

// allocate makes the virtual objects, empty. It may collect.
func (b *Interp) allocate(d *resume.Data) {
	b.built = b.built[:0]
	for i := range d.Virtuals {
		v := &d.Virtuals[i]
		var obj uint64
		switch t := v.Descr.(type) {
		case *descr.Size:
			obj = exec.Do(&b.m, op.New, t, nil)
		case *descr.Array:
			obj = exec.Do(&b.m, op.NewArray, t, []uint64{uint64(v.Length)})
		}
		b.built = append(b.built, obj)
	}
}

// initialise fills them.
func (b *Interp) initialise(d *resume.Data, args []uint64) {
	for i := range d.Virtuals {
		for f := range d.Virtuals[i].Fields() {
			exec.Store(b.m.T, b.built[i], f.Loc, uint64(f.Index), b.word(d, args, f.Value))
		}
	}
}

func (b *Interp) store(d *resume.Data, args []uint64, s *resume.Store) {
	var index uint64
	if !s.Index.Dead() {
		index = b.word(d, args, s.Index)
	}
	exec.Store(b.m.T, b.word(d, args, s.Object), s.Loc, index, b.word(d, args, s.Value))
}

// word is the value of a source.
func (b *Interp) word(d *resume.Data, args []uint64, s resume.Source) uint64 {
	if i, ok := s.Arg(); ok {
		return args[i]
	}
	if r, ok := s.Const(); ok {
		return d.Consts.Get(r).Bits
	}
	if i, ok := s.Virtual(); ok {
		return b.built[i]
	}
	return 0
}

// plan is how to rebuild the frames of one guard: resume data joined with the liveness of its jitcode. It is made at the
// guard's first failure and kept in the data.
type plan struct {
	frames []planFrame // outermost first
}

type planFrame struct {
	code  *jitcode.JitCode
	pc    int
	moves []move
}

type move struct {
	from resume.Source
	reg  uint16
	kind op.Kind
}

func (b *Interp) planOf(d *resume.Data) *plan {
	if p, ok := d.Plan.(*plan); ok {
		return p
	}
	p := &plan{frames: make([]planFrame, d.Depth())}
	at := len(p.frames)
	for f := d.Top; f != nil; f = f.Outer {
		at--
		code := b.im.Code(f.JitCode)
		live := code.LiveAcross
		if f == d.Top {
			live = code.LiveAt
		}
		p.frames[at] = planFrame{code: code, pc: f.PC, moves: movesOf(live(f.PC), f.Values)}
	}
	d.Plan = p
	return p
}

func movesOf(live jitcode.Live, values []resume.Source) []move {
	moves := make([]move, 0, len(values))
	for _, k := range jitcode.Banks {
		for _, r := range live.Bank(k) {
			moves = append(moves, move{from: values[len(moves)], reg: r, kind: k})
		}
	}
	return moves
}

// push rebuilds the frames. Nothing here collects.
func (b *Interp) push(d *resume.Data, args []uint64) {
	p := b.planOf(d)
	for i := range p.frames {
		f := &p.frames[i]
		base := b.regs.Push(f.code)
		b.frames = append(b.frames, frame{f.code, f.pc, base})
		for _, m := range f.moves {
			b.regs.Words[m.kind][base[m.kind]+int(m.reg)] = b.word(d, args, m.from)
		}
	}
}
