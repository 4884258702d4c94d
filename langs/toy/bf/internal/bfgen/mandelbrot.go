package bfgen

// The Mandelbrot set in fixed point: numbers are five decimal digits, of which three are the fraction, and negative
// ones are what is missing to 100.000 (ten's complement), so that addition needs no signs. Sums are carried on
// (normalize) as late as possible: a cell holds digits up to 255.

const (
	mandelDigits     = 5
	mandelFraction   = 1000
	mandelModulus    = 100_000
	mandelMagnitude  = mandelDigits - 1 // digits of an absolute value, as a factor
	mandelColumns    = 60
	mandelRows       = 25
	mandelLeft       = -2200 // real part of the first column, in thousandths
	mandelTop        = -1200
	mandelStepX      = 50
	mandelStepY      = 100
	mandelIterations = 12
)

type mandelMachine struct {
	*Builder
	cx, cy, x, y, xx, yy, xy Decimal
	p, q, sum                Decimal // factors and result of a multiplication
	sign                     Cell    // negative factors of it
	rows, columns            Cell
	left, done, count        Cell // iterations left, escaped, iterations done
}

// mandelbrot prints rows of characters that tell how many iterations a point needs to escape.
func mandelbrot() string {
	b := NewBuilder(110)
	m := &mandelMachine{Builder: b}
	// Temporaries are allocated from the left: keep room for them beside what is used most.
	const work = 12
	temporaries := b.New(work)
	for _, d := range []*Decimal{&m.sum, &m.p, &m.q, &m.x, &m.y, &m.xx, &m.yy, &m.xy, &m.cx, &m.cy} {
		*d = b.NewDecimal(mandelDigits)
	}
	for _, c := range []*Cell{&m.sign, &m.left, &m.done, &m.count, &m.columns, &m.rows} {
		*c = b.New(1)
	}
	b.Free(temporaries, work)
	b.Constant(m.cy, mandelTop+mandelModulus)
	b.Add(m.rows, mandelRows)
	b.Times(m.rows, func() {
		b.Constant(m.cx, mandelLeft+mandelModulus)
		b.Add(m.columns, mandelColumns)
		b.Times(m.columns, func() {
			m.point()
			b.Constant(m.cx, mandelStepX)
			b.normalize(m.cx)
		})
		b.ClearDecimal(m.cx)
		b.Print("\n")
		b.Constant(m.cy, mandelStepY)
		b.normalize(m.cy)
	})
	return b.Source("the Mandelbrot set in fixed point")
}

// point iterates z = z*z + c from 0 until z leaves the circle of radius 2, and prints a character.
func (m *mandelMachine) point() {
	m.Add(m.left, mandelIterations)
	m.Times(m.left, func() {
		m.products()
		m.testEscape()
		m.IfElse(m.done, func() {
			m.Clear(m.left)
			m.ClearDecimal(m.xx)
			m.ClearDecimal(m.yy)
			m.ClearDecimal(m.xy)
		}, m.next)
	})
	m.ClearDecimal(m.x)
	m.ClearDecimal(m.y)
	m.addFar(m.count, ' ')
	m.Put(m.count)
	m.Clear(m.count)
}

// products adds x*x to xx, y*y to yy and x*y to xy. One loop does the three, so that the code of the multiplication is
// there once.
func (m *mandelMachine) products() {
	m.Temp(1, func(which Cell) {
		m.Add(which, 3)
		m.Times(which, func() {
			m.choose(which,
				func() { m.absolute(m.x, m.p); m.absolute(m.y, m.q) },
				func() { m.absolute(m.y, m.p); m.CopyDecimal(m.p, m.q); m.Clear(m.sign) },
				func() { m.absolute(m.x, m.p); m.CopyDecimal(m.p, m.q); m.Clear(m.sign) })
			m.multiply()
			m.choose(which,
				func() {
					m.Switch(m.sign, nil, Case{1, func() { m.complement(m.sum) }})
					m.MoveDecimal(m.sum, m.xy)
				},
				func() { m.MoveDecimal(m.sum, m.yy) },
				func() { m.MoveDecimal(m.sum, m.xx) })
		})
	})
}

func (m *mandelMachine) choose(c Cell, zero, one, two func()) {
	m.Temp(1, func(t Cell) {
		m.Copy(c, t)
		m.Switch(t, nil, Case{0, zero}, Case{1, one}, Case{2, two})
	})
}

// testEscape sets done if xx + yy is 4 or more.
func (m *mandelMachine) testEscape() {
	m.Temp(mandelDigits, func(t Cell) {
		total := Decimal{t, mandelDigits}
		m.CopyDecimal(m.xx, total)
		m.CopyDecimal(m.yy, total)
		m.normalize(total)
		m.Temp(2, func(u Cell) { // integer digit, remainder
			m.Move(total.Digit(3), u)
			m.DivModConst(u, 4, m.done, u+1)
			m.Clear(u + 1)
		})
		m.Move(total.Digit(4), m.done) // 10 and more
		m.ClearDecimal(total)
	})
}

// next is y = 2xy + cy, x = xx - yy + cx; the products become 0.
func (m *mandelMachine) next() {
	m.Add(m.count, 1)
	m.ClearDecimal(m.x)
	m.ClearDecimal(m.y)
	m.CopyDecimal(m.xy, m.y)
	m.MoveDecimal(m.xy, m.y)
	m.CopyDecimal(m.cy, m.y)
	m.normalize(m.y)
	m.complement(m.yy)
	m.MoveDecimal(m.yy, m.x)
	m.MoveDecimal(m.xx, m.x)
	m.CopyDecimal(m.cx, m.x)
	m.normalize(m.x)
}

// multiply moves p*q to sum, which is 0; both are absolute values.
//
// For each digit of p, from the lowest: drop the sum's lowest digit, which divides it by ten, then add the digit times q.
func (m *mandelMachine) multiply() {
	m.Temp(1, func(digits Cell) {
		m.Add(digits, mandelMagnitude)
		m.Times(digits, func() {
			m.shift(m.sum)
			m.Times(m.p.Digit(0), func() { m.CopyDecimal(m.q, m.sum) })
			m.normalize(m.sum)
			m.shift(m.p)
		})
	})
	m.ClearDecimal(m.p)
	m.ClearDecimal(m.q)
}

// shift divides by ten.
func (m *mandelMachine) shift(d Decimal) {
	m.Clear(d.Digit(0))
	for i := 1; i < d.Len; i++ {
		m.Move(d.Digit(i), d.Digit(i-1))
	}
}

// absolute adds the absolute value of d to out, which is 0, and counts in sign if d is negative.
func (m *mandelMachine) absolute(d, out Decimal) {
	m.CopyDecimal(d, out)
	m.Temp(1, func(top Cell) {
		m.Copy(d.Digit(mandelMagnitude), top)
		m.If(top, func() { // negative: the top digit is 9
			m.Add(m.sign, 1)
			m.complement(out)
		})
	})
}

// complement replaces d by 10^digits - d, leaving a 10 as lowest digit rather than carrying on.
func (m *mandelMachine) complement(d Decimal) {
	m.Temp(1, func(t Cell) {
		for i := 0; i < d.Len; i++ {
			m.Add(t, 9)
			m.Sub(d.Digit(i), t)
			m.Move(t, d.Digit(i))
		}
	})
	m.Add(d.Digit(0), 1)
}
