// Package bfgen writes bf programs: a small compiler in the form of a Go library. The programs of
// langs/toy/bf/testdata come from it (programs.go), and a test of langs/toy/bf holds the files to it.
//
// Output: bf source. Ordinary Go, never translated; must not import anything of Kiln.
package bfgen

import (
	"strings"
)

// Cell is a position on the tape.
type Cell int

// Builder emits instructions and tracks where the pointer is: every construct below knows the position statically and
// leaves the pointer at a known place, so that cells have names.
type Builder struct {
	code strings.Builder
	at   Cell
	free []bool // by cell: not allocated
}

// NewBuilder makes a builder with n cells to allocate. The cells from n on are for an Array.
func NewBuilder(n int) *Builder {
	b := &Builder{free: make([]bool, n)}
	for i := range b.free {
		b.free[i] = true
	}
	return b
}

// New allocates n neighbouring cells, zero at the start of the program, and returns the first.
func (b *Builder) New(n int) Cell {
	for c := 0; c+n <= len(b.free); c++ {
		if b.allFree(c, n) {
			for i := c; i < c+n; i++ {
				b.free[i] = false
			}
			return Cell(c)
		}
	}
	panic("bfgen: not enough cells: make NewBuilder's argument larger")
}

func (b *Builder) allFree(c, n int) bool {
	for _, free := range b.free[c : c+n] {
		if !free {
			return false
		}
	}
	return true
}

// Temp lends n cells, which must be zero before and after, to body.
func (b *Builder) Temp(n int, body func(c Cell)) {
	c := b.New(n)
	body(c)
	b.Free(c, n)
}

// Free gives n cells back, which must be zero.
func (b *Builder) Free(c Cell, n int) {
	for i := 0; i < n; i++ {
		b.free[int(c)+i] = true
	}
}

// raw emits instructions that leave the pointer where it is.
func (b *Builder) raw(code string) { b.code.WriteString(code) }

// Go moves the pointer.
func (b *Builder) Go(c Cell) {
	if c > b.at {
		b.raw(strings.Repeat(">", int(c-b.at)))
	} else {
		b.raw(strings.Repeat("<", int(b.at-c)))
	}
	b.at = c
}

// Add adds a constant.
func (b *Builder) Add(c Cell, n int) {
	b.Go(c)
	if n &= 255; n <= 128 {
		b.raw(strings.Repeat("+", n))
	} else {
		b.raw(strings.Repeat("-", 256-n))
	}
}

// Clear sets a cell to 0.
func (b *Builder) Clear(c Cell) {
	b.Go(c)
	b.raw("[-]")
}

// Set sets a cell to a constant.
func (b *Builder) Set(c Cell, n int) {
	b.Clear(c)
	b.Add(c, n)
}

// Loop runs body while c is not 0.
func (b *Builder) Loop(c Cell, body func()) {
	b.Go(c)
	b.raw("[")
	body()
	b.Go(c)
	b.raw("]")
}

// Times runs body c times; c counts down to 0 before each run.
func (b *Builder) Times(c Cell, body func()) {
	b.Loop(c, func() {
		b.raw("-")
		body()
	})
}

// If runs body if c is not 0; c is 0 afterwards.
func (b *Builder) If(c Cell, body func()) {
	b.Loop(c, func() {
		b.raw("[-]")
		body()
	})
}

// IfElse runs yes if c is not 0, else no; c is 0 afterwards.
func (b *Builder) IfElse(c Cell, yes, no func()) {
	b.Temp(1, func(otherwise Cell) {
		b.Add(otherwise, 1)
		b.If(c, func() {
			b.Add(otherwise, -1)
			yes()
		})
		b.If(otherwise, no)
	})
}

// Move adds c to each of the cells to, and leaves 0.
func (b *Builder) Move(c Cell, to ...Cell) {
	b.Times(c, func() {
		for _, t := range to {
			b.Add(t, 1)
		}
	})
}

// Copy adds c to each of the cells to, and keeps it.
func (b *Builder) Copy(c Cell, to ...Cell) {
	b.Temp(1, func(t Cell) {
		b.Move(c, append([]Cell{t}, to...)...)
		b.Move(t, c)
	})
}

// Sub subtracts c from each of the cells from, and leaves 0.
func (b *Builder) Sub(c Cell, from ...Cell) {
	b.Times(c, func() {
		for _, f := range from {
			b.Add(f, -1)
		}
	})
}

// Not sets c to 1 if it is 0, else to 0.
func (b *Builder) Not(c Cell) {
	b.Temp(1, func(t Cell) {
		b.Add(t, 1)
		b.If(c, func() { b.Add(t, -1) })
		b.Move(t, c)
	})
}

// Case is one arm of a Switch.
type Case struct {
	Value int
	Body  func()
}

// Switch runs the body of the case that c equals, or otherwise (which may be nil); c is 0 afterwards. Cases are in
// ascending order. What is left of c after subtracting all values up to a case decides at each level of nesting; a
// flag says that no body has run yet.
func (b *Builder) Switch(c Cell, otherwise func(), cases ...Case) {
	b.Temp(1, func(pending Cell) {
		b.Add(pending, 1)
		b.switchLevel(c, pending, 0, otherwise, cases)
		b.Clear(pending)
	})
}

func (b *Builder) switchLevel(c, pending Cell, below int, otherwise func(), cases []Case) {
	if len(cases) == 0 {
		b.Clear(c)
		b.Clear(pending)
		if otherwise != nil {
			otherwise()
		}
		return
	}
	b.Add(c, below-cases[0].Value)
	b.Loop(c, func() { b.switchLevel(c, pending, cases[0].Value, otherwise, cases[1:]) })
	b.If(pending, cases[0].Body)
}

// Print prints a constant text.
func (b *Builder) Print(text string) {
	b.Temp(1, func(c Cell) {
		last := 0
		for _, ch := range []byte(text) {
			b.addFar(c, int(ch)-last)
			b.raw(".")
			last = int(ch)
		}
		b.Clear(c)
	})
}

// addFar is Add with a loop for large constants.
func (b *Builder) addFar(c Cell, n int) {
	sign, size := 1, n
	if n < 0 {
		sign, size = -1, -n
	}
	if size <= 16 {
		b.Add(c, n)
		return
	}
	b.Temp(1, func(t Cell) {
		b.Add(t, size/8)
		b.Times(t, func() { b.Add(c, sign*8) })
	})
	b.Add(c, sign*(size%8))
}

// Put prints a cell, Get reads one (unchanged at the end of the input).
func (b *Builder) Put(c Cell) {
	b.Go(c)
	b.raw(".")
}

// Get reads a byte into a cell.
func (b *Builder) Get(c Cell) {
	b.Go(c)
	b.raw(",")
}

// Source returns the program, with a title, in lines of at most 100 characters.
func (b *Builder) Source(title string) string {
	if strings.ContainsAny(title, "><+-.,[]") {
		panic("bfgen: the title contains instructions: " + title)
	}
	var out strings.Builder
	out.WriteString(title + "\n")
	for _, line := range strings.Split(b.code.String(), "\n") {
		for len(line) > 100 {
			out.WriteString(line[:100] + "\n")
			line = line[100:]
		}
		if line != "" {
			out.WriteString(line + "\n")
		}
	}
	return out.String()
}
