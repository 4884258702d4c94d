package jitcode

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// The program file:
//
//	"KILNPROG", version (1 byte), CRC-32 of what follows (4 bytes, little endian)
//	string table: count, lengths, bytes
//	lists of kinds, lists of locations: count, lists
//	types, sizes, arrays, locations, calls, dispatch tables, type sets, functions, prebuilt objects,
//	drivers, source files, jitcode: count, lengths, bytes
//
// A program starts with reading the file, so it is made to be read fast: lists of kinds and of locations, most of which occur many times,
// are written once, and a jitcode is read when it is first asked for.
//
// All numbers are varints (zigzag where negative values occur), tables have their length in front.
// Descriptors refer to each other by index. The same program always gives the same bytes.

const (
	magic   = "KILNPROG"
	version = 5
	header  = len(magic) + 5
)

// Tags of descriptor references.
const (
	tagLoc = iota // field or interior, by location
	tagArray
	tagSize
	tagCall
	tagDispatch
	tagTypeSet
)

type encoder struct {
	buf     []byte
	prog    *descr.Program
	strings map[string]int
	list    []string
	// The lists that have been written, by their bytes.
	kindLists, locLists lists
	err                 error
}

// lists are different lists, numbered.
type lists struct {
	numbers map[string]int
	texts   []string
}

// number is that of a list, given as it stands in the file.
func (l *lists) number(text string) int {
	n, ok := l.numbers[text]
	if !ok {
		n = len(l.texts)
		if l.numbers == nil {
			l.numbers = map[string]int{}
		}
		l.numbers[text] = n
		l.texts = append(l.texts, text)
	}
	return n
}

// Encode serialises a program. It fails if a descriptor is not in the program's tables.
func Encode(im *Image) ([]byte, error) {
	e := &encoder{prog: im.Prog, strings: map[string]int{}}
	e.tables(im.Prog)
	e.codes(im.Codes)
	if e.err != nil {
		return nil, e.err
	}
	body := e.buf
	e.buf = nil
	e.uint(len(e.list))
	for _, s := range e.list {
		e.uint(len(s))
	}
	for _, s := range e.list {
		e.buf = append(e.buf, s...)
	}
	for _, l := range []*lists{&e.kindLists, &e.locLists} {
		e.uint(len(l.texts))
		for _, text := range l.texts {
			e.buf = append(e.buf, text...)
		}
	}
	body = append(e.buf, body...)
	out := append([]byte(magic), version)
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
	return append(out, body...), nil
}

func (e *encoder) uint(n int)    { e.buf = binary.AppendUvarint(e.buf, uint64(n)) }
func (e *encoder) int(n int)     { e.buf = binary.AppendVarint(e.buf, int64(n)) }
func (e *encoder) bits(n uint64) { e.buf = binary.AppendVarint(e.buf, int64(n)) }

func (e *encoder) bool(b bool) {
	n := byte(0)
	if b {
		n = 1
	}
	e.buf = append(e.buf, n)
}

func (e *encoder) str(s string) {
	i, ok := e.strings[s]
	if !ok {
		i = len(e.list)
		e.strings[s] = i
		e.list = append(e.list, s)
	}
	e.uint(i)
}

func (e *encoder) ints(ns []int) {
	e.uint(len(ns))
	for _, n := range ns {
		e.int(n)
	}
}

func (e *encoder) kinds(ks []op.Kind) {
	text := binary.AppendUvarint(nil, uint64(len(ks)))
	for _, k := range ks {
		text = append(text, byte(k))
	}
	e.uint(e.kindLists.number(string(text)))
}

func (e *encoder) locs(ls []descr.Loc) {
	text := binary.AppendUvarint(nil, uint64(len(ls)))
	for _, l := range ls {
		text = binary.AppendUvarint(text, uint64(l))
	}
	e.uint(e.locLists.number(string(text)))
}

func (e *encoder) pos(p descr.Pos) {
	e.str(p.File)
	e.uint(p.Line)
}

func (e *encoder) access(a *descr.Access) {
	e.buf = append(e.buf, byte(a.Kind), byte(a.Width))
	e.bool(a.Signed)
	e.bool(a.Immutable)
	e.bool(a.Quasi)
	e.bool(a.Virtualizable)
	e.bool(a.VirtualItems)
}

func (e *encoder) fail(format string, args ...any) {
	if e.err == nil {
		e.err = fmt.Errorf("program file: "+format, args...)
	}
}

func (e *encoder) tables(p *descr.Program) {
	e.types(p.Types)
	for i := range p.Types {
		e.bool(i < len(p.Sizes) && p.Sizes[i] != nil)
	}
	for i := range p.Types {
		var a *descr.Array
		if i < len(p.Arrays) {
			a = p.Arrays[i]
		}
		e.bool(a != nil)
		if a != nil {
			e.int(int(a.Loc))
			e.access(&a.Access)
		}
	}
	e.views(p)
	e.uint(len(p.Locs))
	for i, l := range p.Locs {
		e.location(i, l)
	}
	e.calls(p)
	e.uint(len(p.Funcs))
	for _, f := range p.Funcs {
		e.str(f.Name)
		e.kinds(f.Args)
		e.kinds(f.Results)
		e.pos(f.Pos)
		e.int(f.JitCode)
		e.bool(f.Adapter)
	}
	e.prebuilts(p.Prebuilt)
	e.drivers(p.Drivers)
	e.bool(p.Recovers)
	e.bool(p.Threads)
	e.uint(p.Force)
}

func (e *encoder) types(ts []*layout.Type) {
	e.uint(len(ts))
	for i, t := range ts {
		e.bool(t != nil)
		if t == nil {
			continue
		}
		if int(t.ID) != i {
			e.fail("type %s has id %d at index %d", t.Name, t.ID, i)
		}
		e.str(t.Name)
		e.uint(t.Size)
		e.ints(t.Refs)
		e.uint(t.ItemSize)
		e.uint(t.LenOffset)
		e.ints(t.ItemRefs)
		e.uint(int(t.Base))
		e.bool(t.Weak)
	}
}

// Tags of locations.
const (
	locNone = iota
	locField
	locArray
	locInterior
)

func (e *encoder) location(i int, l descr.Location) {
	if l == nil {
		e.uint(locNone)
		return
	}
	if int(l.Location()) != i {
		e.fail("location %s has number %d at index %d", l, l.Location(), i)
	}
	switch l := l.(type) {
	case *descr.Field:
		e.uint(locField)
		e.access(&l.Access)
		e.uint(int(l.Owner.ID))
		e.str(l.Name)
		e.uint(l.Offset)
	case *descr.Array:
		e.uint(locArray)
		e.array(l)
	case *descr.Interior:
		e.uint(locInterior)
		e.access(&l.Access)
		e.array(l.Array)
		e.str(l.Name)
		e.uint(l.Offset)
	}
}

// views writes the descriptors that are about other arrays, immutable views and copies, ahead of the locations, which refer to them.
func (e *encoder) views(p *descr.Program) {
	var views []*descr.Array
	for _, l := range p.Locs {
		if a, ok := l.(*descr.Array); ok && a.Of != nil {
			views = append(views, a)
		}
	}
	e.uint(len(views))
	for _, a := range views {
		e.uint(int(a.Loc))
		e.access(&a.Access)
		e.array(a.Of)
		e.bool(a.From != nil)
		if a.From != nil {
			e.array(a.From)
		}
	}
}

// array writes a reference to an array descriptor: twice its type id, or for a view twice its location plus 1.
func (e *encoder) array(a *descr.Array) {
	if a.Of != nil {
		if int(a.Loc) >= len(e.prog.Locs) || e.prog.Locs[a.Loc] != descr.Location(a) {
			e.fail("view %s is not in the table of locations", a)
		}
		e.uint(int(a.Loc)<<1 | 1)
		return
	}
	id := int(a.Type.ID)
	if id >= len(e.prog.Arrays) || e.prog.Arrays[id] != a {
		e.fail("array %s is not in the table of arrays", a)
	}
	e.uint(id << 1)
}

func (e *encoder) calls(p *descr.Program) {
	e.uint(len(p.Calls))
	for i, c := range p.Calls {
		if c.Index != i {
			e.fail("call %s has index %d at %d", c, c.Index, i)
		}
		e.str(c.Name)
		e.int(c.Func)
		e.kinds(c.Args)
		e.kinds(c.Results)
		f := &c.Effects
		for _, b := range []bool{f.Elidable, f.Collects, f.Panics, f.Arbitrary, f.EntersJit, f.Invalidates, f.Forces, f.LoopInvariant, f.NotInTrace, f.Conditional} {
			e.bool(b)
		}
		e.locs(f.Reads)
		e.locs(f.Writes)
	}
	e.uint(len(p.Dispatches))
	for _, d := range p.Dispatches {
		e.str(d.Name)
		e.uint(len(d.Table))
		for _, f := range d.Table {
			e.int(int(f))
		}
	}
	e.uint(len(p.TypeSets))
	for _, s := range p.TypeSets {
		e.str(s.Name)
		e.uint(len(s.Has))
		for _, h := range s.Has {
			e.bool(h)
		}
	}
}

func (e *encoder) prebuilts(ps []*descr.Prebuilt) {
	e.uint(len(ps))
	for i, p := range ps {
		if p.Index != i {
			e.fail("prebuilt object %s has index %d at %d", p.Name, p.Index, i)
		}
		e.uint(int(p.Type))
		e.str(p.String)
		e.uint(p.Length)
		e.uint(len(p.Words))
		for _, w := range p.Words {
			e.descr(w.Field)
			e.bits(w.Bits)
		}
		e.str(p.Name)
	}
}

func (e *encoder) drivers(ds []*descr.Driver) {
	e.uint(len(ds))
	for _, d := range ds {
		e.str(d.Name)
		e.uint(d.Portal)
		for _, vars := range [][]descr.Var{d.Greens, d.Reds} {
			e.uint(len(vars))
			for _, v := range vars {
				e.str(v.Name)
				e.buf = append(e.buf, byte(v.Kind))
			}
		}
		e.kinds(d.Results)
		e.uint(d.Frame)
		for _, fn := range d.Hooks {
			e.int(fn)
		}
	}
}
