package tracegen

import (
	"fmt"

	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// interpretation continues a recorded trace from a guard, with what the guard's resume data says.
type interpretation struct {
	w     *World
	t     *trace.Trace
	words []uint64 // by value: roots
	virt  []uint64 // objects being rebuilt: roots
}

// WalkRoots visits the values.
func (p *interpretation) WalkRoots(visit func(*uintptr)) {
	update := func(word *uint64) {
		at := uintptr(*word)
		visit(&at)
		*word = uint64(at)
	}
	for i, k := range p.t.Kinds {
		if k == op.Ref {
			update(&p.words[i])
		}
	}
	for i := range p.virt {
		update(&p.virt[i])
	}
}

// resume finishes an exit of compiled code: it returns how and with what the recorded trace ends.
func (w *World) resume(x *backend.Exit) (where string, kinds []op.Kind, values []uint64) {
	p := &interpretation{w: w, t: w.recorded, words: make([]uint64, len(w.recorded.Kinds))}
	w.Heap.AddRoots(p)
	defer w.Heap.RemoveRoots(p)
	pc := p.decode(x)
	o := p.run(pc)
	for _, r := range flatten(o.Snapshot) {
		kinds, values = append(kinds, p.t.Kind(r)), append(values, p.words[r])
	}
	return fmt.Sprintf("guard at %d: %s", o.Snapshot.PC, o.Code), kinds, values
}

// decode rebuilds the state at a guard. The exit's values are roots until the next Execute.
func (p *interpretation) decode(x *backend.Exit) (pc int) {
	data := x.Guard.Data.(*resume.Data)
	p.virt = make([]uint64, len(data.Virtuals))
	for i, v := range data.Virtuals {
		switch d := v.Descr.(type) {
		case *descr.Size:
			p.virt[i] = uint64(p.w.New(p.w.Thread, uint32(d.Type.ID)))
		case *descr.Array:
			p.virt[i] = uint64(p.w.NewArray(p.w.Thread, uint32(d.Type.ID), int64(v.Length)))
		}
	}
	// Nothing allocates from here on.
	word := func(s resume.Source) uint64 {
		if i, ok := s.Arg(); ok {
			return x.Values[i]
		} else if r, ok := s.Const(); ok {
			return data.Consts.Get(r).Bits
		} else if i, ok := s.Virtual(); ok {
			return p.virt[i]
		}
		return 0
	}
	for i, v := range data.Virtuals {
		for f := range v.Fields() {
			exec.Store(p.w.Thread, p.virt[i], f.Loc, uint64(f.Index), word(f.Value))
		}
	}
	for _, s := range data.Pending {
		exec.Store(p.w.Thread, word(s.Object), s.Loc, word(s.Index), word(s.Value))
	}
	pc = data.Top.PC
	s := p.t.Ops[pc].Snapshot
	for f := data.Top; f != nil; f, s = f.Outer, s.Outer {
		for i, src := range f.Values {
			p.words[s.Values[i]] = word(src)
		}
	}
	return pc
}

// run executes from operation pc until a guard fails, and returns that.
func (p *interpretation) run(pc int) *trace.Op {
	m := exec.Machine{RT: p.w, T: p.w.Thread, Jitted: true}
	for {
		o := &p.t.Ops[pc]
		pc++
		args := make([]uint64, len(o.Args))
		for i, r := range o.Args {
			if r.IsConst() {
				args[i] = p.t.Consts.Get(r).Bits
			} else {
				args[i] = p.words[r]
			}
		}
		switch {
		case o.Code == op.GuardNoAction: // nobody asks for any
		case o.Code == op.GuardNotInvalidated:
			if p.w.invalid {
				return o
			}
		case o.Code.Has(op.Guard):
			if !exec.GuardHolds(o.Code, args) {
				return o
			}
		case o.Code == op.Jump:
			pc = 0
			for i, r := range p.t.Inputs {
				p.words[r] = args[i]
			}
		case o.Code == op.DebugMergePoint:
		default:
			v := exec.Do(&m, o.Code, o.Descr, args)
			if o.Res != trace.None {
				p.words[o.Res] = v
			}
		}
	}
}
