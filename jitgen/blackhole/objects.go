package blackhole

import (
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
)

// Objects makes what operands stand for: it builds the virtual objects of d and hands the values of its frame to put, in order, with no
// collection between. kinds are those of the operands; none of them needs to be a root.
func (b *Interp) Objects(d *resume.Data, kinds []op.Kind, args []uint64, put func(i int, word uint64)) {
	at := len(b.operands)
	defer func() { b.operands, b.built = b.operands[:at], b.built[:0] }()
	// Building may collect: references are roots from here on.
	copied := make([]uint64, len(args))
	for i, k := range kinds {
		if copied[i] = args[i]; k == op.Ref {
			copied[i] = 0
			b.operands = append(b.operands, args[i])
		}
	}
	b.allocate(d)
	refs := b.operands[at:]
	for i, k := range kinds {
		if k == op.Ref {
			copied[i], refs = refs[0], refs[1:]
		}
	}
	b.initialise(d, copied)
	for i, s := range d.Top.Values {
		put(i, b.word(d, copied, s))
	}
}
