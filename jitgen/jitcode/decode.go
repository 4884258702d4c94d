package jitcode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

	"kiln/gc/layout"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// ErrCorrupt is what Decode returns (wrapped) for bytes that are not a program file of this version.
var ErrCorrupt = errors.New("program file is damaged or of another version of Kiln: build the program again")

type decoder struct {
	buf     []byte
	prog    *descr.Program
	strings []string
	view    map[int]*descr.Array // by location
	// The lists that calls and functions name by number.
	kindLists [][]op.Kind
	locLists  [][]descr.Loc
	files     []string
}

// Decode reads a program file. Reference constants wait for Image.Link.
func Decode(file []byte) (im *Image, err error) {
	if len(file) < header || !bytes.HasPrefix(file, []byte(magic)) || file[len(magic)] != version {
		return nil, fmt.Errorf("%w (no header)", ErrCorrupt)
	}
	body := file[header:]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(file[header-4:]) {
		return nil, fmt.Errorf("%w (checksum)", ErrCorrupt)
	}
	// Behind a correct checksum only a bug of the encoder can put a wrong number, so the reading
	// functions index without tests and one recover turns their panics into the error.
	defer func() {
		if r := recover(); r != nil {
			im, err = nil, fmt.Errorf("%w (%v)", ErrCorrupt, r)
		}
	}()
	d := &decoder{buf: body, prog: &descr.Program{}}
	d.stringTable()
	d.lists()
	d.tables()
	im = &Image{Prog: d.prog, decoder: d}
	im.texts = d.codes()
	im.Codes = slice[*JitCode](len(im.texts))
	return im, nil
}

// Code is the jitcode with a number: read from the program file, if it has not been yet.
func (im *Image) Code(index int) *JitCode {
	j := im.Codes[index]
	if j == nil {
		d := *im.decoder
		d.buf = im.texts[index]
		j = d.code(index)
		j.files = d.files
		if im.address != nil {
			j.link(im.address)
		}
		im.Codes[index] = j
	}
	return j
}

func (d *decoder) uint() int {
	if d.buf[0] < 0x80 {
		n := int(d.buf[0])
		d.buf = d.buf[1:]
		return n
	}
	v, n := binary.Uvarint(d.buf)
	d.buf = d.buf[n:]
	return int(v)
}

func (d *decoder) bits() uint64 {
	v, n := binary.Varint(d.buf)
	d.buf = d.buf[n:]
	return uint64(v)
}

func (d *decoder) int() int { return int(d.bits()) }

func (d *decoder) byte() byte {
	b := d.buf[0]
	d.buf = d.buf[1:]
	return b
}

func (d *decoder) bool() bool  { return d.byte() != 0 }
func (d *decoder) str() string { return d.strings[d.uint()] }

func (d *decoder) ints() []int {
	out := slice[int](d.uint())
	for i := range out {
		out[i] = d.int()
	}
	return out
}

func (d *decoder) kinds() []op.Kind { return d.kindLists[d.uint()] }

func (d *decoder) locs() []descr.Loc { return d.locLists[d.uint()] }

// lists reads the lists of kinds and locations.
func (d *decoder) lists() {
	d.kindLists = slice[[]op.Kind](d.uint())
	for i := range d.kindLists {
		list := slice[op.Kind](d.uint())
		for j := range list {
			list[j] = op.Kind(d.byte())
		}
		d.kindLists[i] = list
	}
	d.locLists = slice[[]descr.Loc](d.uint())
	for i := range d.locLists {
		list := slice[descr.Loc](d.uint())
		for j := range list {
			list[j] = descr.Loc(d.uint())
		}
		d.locLists[i] = list
	}
}

// slice keeps empty tables nil, so that a decoded program equals the encoded one.
func slice[T any](n int) []T {
	if n == 0 {
		return nil
	}
	return make([]T, n)
}

func (d *decoder) pos() descr.Pos {
	file := d.str()
	return descr.Pos{File: file, Line: d.uint()}
}

func (d *decoder) access() descr.Access {
	a := descr.Access{Kind: op.Kind(d.byte()), Width: int(d.byte())}
	a.Signed = d.bool()
	a.Immutable = d.bool()
	a.Quasi = d.bool()
	a.Virtualizable, a.VirtualItems = d.bool(), d.bool()
	return a
}

func (d *decoder) stringTable() {
	d.strings = make([]string, d.uint())
	sizes := make([]int, len(d.strings))
	total := 0
	for i := range sizes {
		sizes[i] = d.uint()
		total += sizes[i]
	}
	all := string(d.buf[:total])
	d.buf = d.buf[total:]
	for i, n := range sizes {
		d.strings[i], all = all[:n], all[n:]
	}
}

func (d *decoder) tables() {
	p := d.prog
	d.types()
	p.Sizes = slice[*descr.Size](len(p.Types))
	for i := range p.Types {
		if d.bool() {
			p.Sizes[i] = &descr.Size{Type: p.Types[i]}
		}
	}
	p.Arrays = slice[*descr.Array](len(p.Types))
	for i := range p.Types {
		if d.bool() {
			loc := descr.Loc(d.int())
			p.Arrays[i] = &descr.Array{Loc: loc, Access: d.access(), Type: p.Types[i]}
		}
	}
	d.views()
	p.Locs = slice[descr.Location](d.uint())
	for i := range p.Locs {
		p.Locs[i] = d.location(i)
	}
	d.calls()
	p.Funcs = slice[*descr.Func](d.uint())
	for i := range p.Funcs {
		f := &descr.Func{Index: i, Name: d.str(), Args: d.kinds(), Results: d.kinds(), Pos: d.pos()}
		f.JitCode = d.int()
		f.Adapter = d.bool()
		p.Funcs[i] = f
	}
	d.prebuilts()
	d.drivers()
}

func (d *decoder) types() {
	d.prog.Types = slice[*layout.Type](d.uint())
	for i := range d.prog.Types {
		if !d.bool() {
			continue
		}
		t := &layout.Type{ID: layout.TypeID(i), Name: d.str(), Size: d.uint(), Refs: d.ints()}
		t.ItemSize, t.LenOffset = d.uint(), d.uint()
		t.ItemRefs = d.ints()
		t.Base = layout.TypeID(d.uint())
		t.Weak = d.bool()
		d.prog.Types[i] = t
	}
}

func (d *decoder) views() {
	d.view = map[int]*descr.Array{}
	for n := d.uint(); n > 0; n-- {
		a := &descr.Array{Loc: descr.Loc(d.uint()), Access: d.access()}
		a.Of = d.array()
		a.Type = a.Of.Type
		if d.bool() {
			a.From = d.array()
		}
		d.view[int(a.Loc)] = a
	}
}

func (d *decoder) array() *descr.Array {
	n := d.uint()
	if n&1 != 0 {
		return d.view[n>>1]
	}
	return d.prog.Arrays[n>>1]
}

func (d *decoder) location(i int) descr.Location {
	p := d.prog
	switch d.uint() {
	case locField:
		f := &descr.Field{Loc: descr.Loc(i), Access: d.access()}
		f.Owner, f.Name = p.Types[d.uint()], d.str()
		f.Offset = d.uint()
		return f
	case locArray:
		return d.array()
	case locInterior:
		f := &descr.Interior{Loc: descr.Loc(i), Access: d.access()}
		f.Array, f.Name = d.array(), d.str()
		f.Offset = d.uint()
		return f
	}
	return nil
}

func (d *decoder) calls() {
	p := d.prog
	p.Calls = slice[*descr.Call](d.uint())
	for i := range p.Calls {
		c := &descr.Call{Index: i, Name: d.str(), Func: d.int(), Args: d.kinds(), Results: d.kinds()}
		f := &c.Effects
		for _, b := range []*bool{&f.Elidable, &f.Collects, &f.Panics, &f.Arbitrary, &f.EntersJit, &f.Invalidates, &f.Forces, &f.LoopInvariant, &f.NotInTrace, &f.Conditional} {
			*b = d.bool()
		}
		f.Reads, f.Writes = d.locs(), d.locs()
		p.Calls[i] = c
	}
	p.Dispatches = slice[*descr.Dispatch](d.uint())
	for i := range p.Dispatches {
		t := &descr.Dispatch{Index: i, Name: d.str()}
		t.Table = slice[int32](d.uint())
		for j := range t.Table {
			t.Table[j] = int32(d.int())
		}
		p.Dispatches[i] = t
	}
	p.TypeSets = slice[*descr.TypeSet](d.uint())
	for i := range p.TypeSets {
		t := &descr.TypeSet{Index: i, Name: d.str()}
		t.Has = slice[bool](d.uint())
		for j := range t.Has {
			t.Has[j] = d.bool()
		}
		p.TypeSets[i] = t
	}
}

func (d *decoder) prebuilts() {
	d.prog.Prebuilt = slice[*descr.Prebuilt](d.uint())
	for i := range d.prog.Prebuilt {
		p := &descr.Prebuilt{Index: i, Type: layout.TypeID(d.uint()), String: d.str(), Length: d.uint()}
		p.Words = slice[descr.Word](d.uint())
		for j := range p.Words {
			p.Words[j].Field = d.descr().(*descr.Field)
			p.Words[j].Bits = d.bits()
		}
		p.Name = d.str()
		d.prog.Prebuilt[i] = p
	}
}

func (d *decoder) drivers() {
	d.prog.Drivers = slice[*descr.Driver](d.uint())
	for i := range d.prog.Drivers {
		v := &descr.Driver{Index: i, Name: d.str(), Portal: d.uint()}
		v.Greens, v.Reds = d.vars(), d.vars()
		v.Results = d.kinds()
		v.Frame = d.uint()
		for h := range v.Hooks {
			v.Hooks[h] = d.int()
		}
		d.prog.Drivers[i] = v
	}
	d.prog.Recovers = d.bool()
	d.prog.Threads = d.bool()
	d.prog.Force = d.uint()
}

func (d *decoder) vars() []descr.Var {
	out := slice[descr.Var](d.uint())
	for i := range out {
		out[i].Name = d.str()
		out[i].Kind = op.Kind(d.byte())
	}
	return out
}
