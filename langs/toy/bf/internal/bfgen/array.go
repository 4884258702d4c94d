package bfgen

import "strings"

// Array is a run of records reached by an index that is only known when the program runs. Records start after the
// builder's cells; the one before the first stays zero and ends the way back.
//
//	record: index, carry, scratch, fields ...
//
// An access puts the index into the first record and walks: at each record it takes one off the index, carries the rest
// on to the next, and leaves a 1 behind. At the record where the index has become 0 it acts, and then follows the
// ones back, clearing them. So the pointer's way depends on data and its end does not. Indexes are below 255.
type Array struct {
	b      *Builder
	base   Cell // of the empty record
	stride int
}

const (
	recordIndex = iota
	recordCarry
	recordScratch
	recordFields
)

// NewArray places the array after the builder's cells; there can be one. Records have n fields.
func (b *Builder) NewArray(n int) *Array {
	return &Array{b, Cell(len(b.free)), recordFields + n}
}

func (a *Array) first() Cell { return a.base + Cell(a.stride) }

// steps emits pointer moves: n to the right, or -n to the left.
func (a *Array) steps(n int) string {
	if n < 0 {
		return strings.Repeat("<", -n)
	}
	return strings.Repeat(">", n)
}

// move emits: add the cell at offset from to the one at offset to, relative to the pointer, which stays.
func (a *Array) move(from, to int) string {
	return a.steps(from) + "[-" + a.steps(to-from) + "+" + a.steps(from-to) + "]" + a.steps(-from)
}

// walk goes to the record that the index in the first record names, taking the carry along if asked. The pointer is at
// the index cell before and after.
func (a *Array) walk(carry bool) {
	s := a.stride
	code := "[-" + a.move(0, s)
	if carry {
		code += a.move(recordCarry, s+recordCarry)
	}
	a.b.raw(code + "+" + a.steps(s) + "]")
}

// back returns to the index cell of the empty record, bringing the carry to the first record if asked.
func (a *Array) back(carry bool) {
	s := a.stride
	code := a.steps(-s) + "[-"
	if carry {
		code += a.move(s+recordCarry, recordCarry)
	}
	a.b.raw(code + a.steps(-s) + "]")
	a.b.at = a.base
}

// Read adds field of record index to out; index is kept.
func (a *Array) Read(index Cell, field int, out Cell) {
	b, f := a.b, recordFields+field
	b.Copy(index, a.first())
	b.Go(a.first())
	a.walk(false)
	// Copy the field to the carry, by way of the scratch cell.
	toCarry, toScratch := a.steps(recordCarry-f), a.steps(recordScratch-recordCarry)
	b.raw(a.steps(f) + "[-" + toCarry + "+" + toScratch + "+" + a.steps(f-recordScratch) + "]" + a.steps(-f))
	b.raw(a.move(recordScratch, f))
	a.back(true)
	b.Move(a.first()+recordCarry, out)
}

// Write sets field of record index to value; index and value are kept.
func (a *Array) Write(index Cell, field int, value Cell) {
	b, f := a.b, recordFields+field
	b.Copy(index, a.first())
	b.Copy(value, a.first()+recordCarry)
	b.Go(a.first())
	a.walk(true)
	b.raw(a.steps(f) + "[-]" + a.steps(-f) + a.move(recordCarry, f))
	a.back(false)
}
