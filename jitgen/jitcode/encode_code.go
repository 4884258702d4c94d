package jitcode

import (
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// The part of the program file that is read late: jitcode, with its references to descriptors.

// descr writes a reference to a descriptor.
func (e *encoder) descr(d descr.Descr) {
	switch d := d.(type) {
	case *descr.Field, *descr.Interior:
		l := d.(descr.Location)
		i := int(l.Location())
		if i >= len(e.prog.Locs) || e.prog.Locs[i] != l {
			e.fail("%s is not in the table of locations", d)
		}
		e.uint(tagLoc)
		e.uint(i)
	case *descr.Array:
		e.uint(tagArray)
		e.array(d)
	case *descr.Size:
		id := int(d.Type.ID)
		if id >= len(e.prog.Sizes) || e.prog.Sizes[id] != d {
			e.fail("size of %s is not in the table of sizes", d)
		}
		e.uint(tagSize)
		e.uint(id)
	case *descr.Call:
		e.uint(tagCall)
		e.uint(d.Index)
		if d.Index >= len(e.prog.Calls) || e.prog.Calls[d.Index] != d {
			e.fail("call %s is not in the table of calls", d)
		}
	case *descr.Dispatch:
		e.uint(tagDispatch)
		e.uint(d.Index)
		if d.Index >= len(e.prog.Dispatches) || e.prog.Dispatches[d.Index] != d {
			e.fail("dispatch %s is not in the table", d)
		}
	case *descr.TypeSet:
		e.uint(tagTypeSet)
		e.uint(d.Index)
		if d.Index >= len(e.prog.TypeSets) || e.prog.TypeSets[d.Index] != d {
			e.fail("type set %s is not in the table", d)
		}
	default:
		e.fail("descriptor %T", d)
	}
}

func (e *encoder) codes(codes []*JitCode) {
	var files []string
	for _, j := range codes {
		if len(j.files) > len(files) {
			files = j.files
		}
	}
	e.uint(len(files))
	for _, f := range files {
		e.str(f)
	}
	tables := e.buf
	e.buf = nil
	var ends []int
	for i, j := range codes {
		if j.Index != i {
			e.fail("jitcode %s has index %d at %d", j.Name, j.Index, i)
		}
		e.code(j)
		ends = append(ends, len(e.buf))
	}
	text := e.buf
	e.buf = tables
	e.uint(len(ends))
	for i, end := range ends {
		if i > 0 {
			end -= ends[i-1]
		}
		e.uint(end)
	}
	e.buf = append(e.buf, text...)
}

func (e *encoder) code(j *JitCode) {
	e.uint(j.Func)
	e.str(j.Name)
	e.kinds(j.Args)
	e.kinds(j.Results)
	e.uint(len(j.Code))
	for _, u := range j.Code {
		e.uint(int(u))
	}
	for _, k := range Banks {
		e.uint(j.NumRegs[k])
	}
	e.words(j.Consts[op.Int])
	e.words(j.Consts[op.Float])
	e.uint(len(j.Prebuilts))
	for _, p := range j.Prebuilts {
		e.uint(int(p))
	}
	e.uint(len(j.Descrs))
	for _, d := range j.Descrs {
		e.descr(d)
	}
	e.uint(len(j.Switches))
	for _, s := range j.Switches {
		e.uint(len(s.Cases))
		for i := range s.Cases {
			e.int(int(s.Cases[i]))
			e.uint(int(s.Targets[i]))
		}
		e.uint(int(s.Default))
	}
	e.uint(len(j.Strings))
	for _, s := range j.Strings {
		e.str(s)
	}
	e.uint(len(j.MergePoints))
	for _, m := range j.MergePoints {
		e.uint(m.Driver)
		e.uint(m.PC)
	}
	e.live(&j.live)
	e.live(&j.across)
	e.uint(len(j.lines))
	pc := 0
	for _, l := range j.lines {
		e.uint(int(l.pc) - pc)
		pc = int(l.pc)
		e.uint(int(l.file))
		e.uint(int(l.line))
	}
}

func (e *encoder) words(ws []uint64) {
	e.uint(len(ws))
	for _, w := range ws {
		e.bits(w)
	}
}

func (e *encoder) live(t *liveTable) {
	e.uint(len(t.pcs))
	pc := 0
	for i := range t.pcs {
		e.uint(int(t.pcs[i]) - pc)
		pc = int(t.pcs[i])
		e.uint(int(t.at[i]))
	}
	e.uint(len(t.regs))
	for _, r := range t.regs {
		e.uint(int(r))
	}
}
