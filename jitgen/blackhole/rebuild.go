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
	b.push(d, args, d.Top, true)
	b.built = b.built[:0]
}

// build allocates all virtual objects before it fills any: they may refer to each other.
func (b *Interp) build(d *resume.Data, args []uint64) {
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
	for i := range d.Virtuals {
		for j := range d.Virtuals[i].Fields {
			f := &d.Virtuals[i].Fields[j]
			Store(b.built[i], f.Loc, uint64(f.Index), b.word(d, args, f.Value))
		}
	}
}

func (b *Interp) store(d *resume.Data, args []uint64, s *resume.Store) {
	var index uint64
	if !s.Index.Dead() {
		index = b.word(d, args, s.Index)
	}
	Store(b.word(d, args, s.Object), s.Loc, index, b.word(d, args, s.Value))
}

// Store writes one location of an object.
func Store(obj uint64, loc descr.Location, index, value uint64) {
	switch l := loc.(type) {
	case *descr.Field:
		exec.StoreField(obj, l, value)
	case *descr.Array:
		exec.StoreItem(obj, index, l, value)
	case *descr.Interior:
		exec.StoreInterior(obj, index, l, value)
	}
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

// push rebuilds frames from the outermost in. Nothing here collects.
func (b *Interp) push(d *resume.Data, args []uint64, f *resume.Frame, innermost bool) {
	if f.Outer != nil {
		b.push(d, args, f.Outer, false)
	}
	code := b.codes[f.JitCode]
	var live jitcode.Live
	if innermost {
		live = code.LiveAt(f.PC)
	} else {
		live = code.LiveAcross(f.PC)
	}
	b.Push(code, f.PC, live, func(i int) uint64 { return b.word(d, args, f.Values[i]) })
}
