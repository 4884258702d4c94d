package jitcode

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// The part of the program file that is read late: jitcode, with its references to descriptors.

func (d *decoder) descr() descr.Descr {
	p := d.prog
	tag := d.uint()
	if tag == tagArray {
		return d.array()
	}
	i := d.uint()
	switch tag {
	case tagLoc:
		return p.Locs[i]
	case tagSize:
		return p.Sizes[i]
	case tagCall:
		return p.Calls[i]
	case tagDispatch:
		return p.Dispatches[i]
	}
	return p.TypeSets[i]
}

// codes finds the jitcodes, which Image.Code reads.
func (d *decoder) codes() [][]byte {
	d.files = slice[string](d.uint())
	for i := range d.files {
		d.files[i] = d.str()
	}
	out := slice[[]byte](d.uint())
	lengths := make([]int, len(out))
	for i := range lengths {
		lengths[i] = d.uint()
	}
	for i, n := range lengths {
		out[i], d.buf = d.buf[:n:n], d.buf[n:]
	}
	return out
}

func (d *decoder) code(index int) *JitCode {
	j := &JitCode{Index: index, Func: d.uint(), Name: d.str(), Args: d.kinds(), Results: d.kinds()}
	j.Code = d.units()
	for _, k := range Banks {
		j.NumRegs[k] = d.uint()
	}
	j.Consts[op.Int] = d.words()
	j.Consts[op.Float] = d.words()
	j.Prebuilts = slice[int32](d.uint())
	for i := range j.Prebuilts {
		j.Prebuilts[i] = int32(d.uint())
	}
	j.Descrs = slice[descr.Descr](d.uint())
	for i := range j.Descrs {
		j.Descrs[i] = d.descr()
	}
	j.Switches = slice[Switch](d.uint())
	for i := range j.Switches {
		s := &j.Switches[i]
		n := d.uint()
		s.Cases, s.Targets = slice[int64](n), slice[int32](n)
		for c := range s.Cases {
			s.Cases[c], s.Targets[c] = int64(d.int()), int32(d.uint())
		}
		s.Default = int32(d.uint())
	}
	j.Strings = slice[string](d.uint())
	for i := range j.Strings {
		j.Strings[i] = d.str()
	}
	j.MergePoints = slice[MergePoint](d.uint())
	for i := range j.MergePoints {
		j.MergePoints[i] = MergePoint{d.uint(), d.uint()}
	}
	d.live(&j.live)
	d.live(&j.across)
	j.lines = slice[line](d.uint())
	pc := 0
	for i := range j.lines {
		pc += d.uint()
		j.lines[i] = line{int32(pc), int32(d.uint()), int32(d.uint())}
	}
	return j
}

func (d *decoder) units() []uint16 {
	out := slice[uint16](d.uint())
	for i := range out {
		out[i] = uint16(d.uint())
	}
	return out
}

func (d *decoder) words() []uint64 {
	out := slice[uint64](d.uint())
	for i := range out {
		out[i] = d.bits()
	}
	return out
}

func (d *decoder) live(t *liveTable) {
	n := d.uint()
	t.pcs, t.at = slice[int32](n), slice[int32](n)
	pc := 0
	for i := range t.pcs {
		pc += d.uint()
		t.pcs[i], t.at[i] = int32(pc), int32(d.uint())
	}
	t.regs = d.units()
}
