package bfgen

// DivMod divides n by d (not 0): q and r get quotient and remainder added; n and d are 0 afterwards.
//
// The loop counts n down and a copy of d with it, and starts over with d when that reaches 0. Whether it has is found without
// copying, by moving the pointer: from a cell that is not 0, [>-] goes one to the right, where a 1 waits to be
// taken away; from 0 it stays. One step further both ways meet.
//
//	work: n, left of d, 1 or 0, 0, remainder, quotient
func (b *Builder) DivMod(n, d, q, r Cell) {
	b.Temp(6, func(w Cell) {
		b.Move(n, w)
		b.Move(d, w+1)
		b.Times(w, func() {
			b.Add(w+1, -1)
			b.Add(w+4, 1)
			b.Add(w+2, 1)
			b.Go(w + 1)
			b.raw("[>-]>[->>>+<[-<<<+>>>]<]") // from w+1 to w+3: if w+1 is 0, count w+5 and move w+4 back to w+1
			b.at = w + 3
		})
		b.Clear(w + 1)
		b.Move(w+4, r)
		b.Move(w+5, q)
	})
}

// DivModConst is DivMod by a constant.
func (b *Builder) DivModConst(n Cell, d int, q, r Cell) {
	b.Temp(1, func(t Cell) {
		b.Add(t, d)
		b.DivMod(n, t, q, r)
	})
}

// Less sets out to 1 if x < y; x and y are 0 afterwards. out must be 0.
func (b *Builder) Less(x, y, out Cell) {
	b.Temp(2, func(t Cell) { // x < y if x divided by y is 0; for y == 0 never
		b.Copy(y, t+1)
		b.IfElse(t+1, func() {
			b.DivMod(x, y, t, t+1)
			b.Clear(t + 1)
			b.Not(t)
			b.Move(t, out)
		}, func() { b.Clear(x) })
	})
}

// PrintNumber prints a cell in decimal and keeps it.
func (b *Builder) PrintNumber(c Cell) {
	b.Temp(5, func(t Cell) {
		digits := Decimal{t, 3}
		rest, tens := t+3, t+4
		b.Copy(c, rest)
		b.DivModConst(rest, 10, tens, digits.Digit(0))
		b.DivModConst(tens, 10, digits.Digit(2), digits.Digit(1))
		b.PrintDecimal(digits)
		b.ClearDecimal(digits)
	})
}

// putDigit prints a digit and leaves 0.
func (b *Builder) putDigit(c Cell) {
	b.addFar(c, '0')
	b.Put(c)
	b.Clear(c)
}

// Decimal is a number of several decimal digits, one a cell, the least significant first.
type Decimal struct {
	First Cell
	Len   int
}

// NewDecimal allocates a number of n digits.
func (b *Builder) NewDecimal(n int) Decimal { return Decimal{b.New(n), n} }

// Digit is the cell of a digit, 0 being the least significant.
func (d Decimal) Digit(i int) Cell { return d.First + Cell(i) }

// Constant adds a constant, without carrying.
func (b *Builder) Constant(d Decimal, n int) {
	for i := 0; i < d.Len; i++ {
		b.Add(d.Digit(i), n%10)
		n /= 10
	}
}

// ClearDecimal sets a number to 0.
func (b *Builder) ClearDecimal(d Decimal) {
	for i := 0; i < d.Len; i++ {
		b.Clear(d.Digit(i))
	}
}

// CopyDecimal adds from to a number that is 0.
func (b *Builder) CopyDecimal(from, to Decimal) {
	for i := 0; i < from.Len; i++ {
		b.Copy(from.Digit(i), to.Digit(i))
	}
}

// MoveDecimal adds from to a number that is 0, and leaves 0.
func (b *Builder) MoveDecimal(from, to Decimal) {
	for i := 0; i < from.Len; i++ {
		b.Move(from.Digit(i), to.Digit(i))
	}
}

// AddDecimal adds x to d, modulo 10 to the number of digits. Both have the same length.
func (b *Builder) AddDecimal(x, d Decimal) {
	for i := 0; i < d.Len; i++ {
		b.Copy(x.Digit(i), d.Digit(i))
	}
	b.normalize(d)
}

// normalize carries digits above 9 on.
func (b *Builder) normalize(d Decimal) {
	for i := 0; i < d.Len; i++ {
		b.Temp(2, func(t Cell) {
			b.DivModConst(d.Digit(i), 10, t, t+1)
			b.Move(t+1, d.Digit(i))
			if i+1 < d.Len {
				b.Move(t, d.Digit(i+1))
			} else {
				b.Clear(t)
			}
		})
	}
}

// PrintDecimal prints a number without leading zeros, and keeps it.
func (b *Builder) PrintDecimal(d Decimal) {
	b.Temp(2, func(t Cell) { // started, digit
		for i := d.Len - 1; i >= 0; i-- {
			if i == 0 {
				b.Add(t, 1)
			}
			b.Copy(d.Digit(i), t, t+1)
			b.Temp(1, func(started Cell) {
				b.Copy(t, started)
				b.IfElse(started, func() {
					b.putDigit(t + 1)
					b.Set(t, 1)
				}, func() { b.Clear(t + 1) })
			})
		}
		b.Clear(t)
	})
}
