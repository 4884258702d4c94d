package blackhole

import "kiln/jitgen/resume"

// Force does what Resume would do to memory: it builds the virtual objects and does the pending stores. read gives the fail arguments; it is
// called after the last allocation. The objects are the result, for ResumeForced; the caller keeps them rooted.
func (b *Interp) Force(d *resume.Data, read func() []uint64) []uint64 {
	b.allocate(d)
	args := read()
	b.initialise(d, args)
	for i := range d.Pending {
		b.store(d, args, &d.Pending[i])
	}
	built := append([]uint64(nil), b.built...)
	b.built = b.built[:0]
	return built
}

// ResumeForced is Resume after Force.
func (b *Interp) ResumeForced(d *resume.Data, args, built []uint64) {
	b.built = append(b.built[:0], built...)
	b.push(d, args)
	b.built = b.built[:0]
}
