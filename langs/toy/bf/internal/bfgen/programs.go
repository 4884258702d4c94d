package bfgen

import "strings"

// Program is a bf program with an input and what it prints for it.
type Program struct {
	Name   string
	Source string
	Input  string
	Want   string
}

// Programs returns all programs, sorted by name. What they print is computed in Go, by other means than in bf.
func Programs() []Program {
	return []Program{
		{"cat", cat(), "some text\nwith\x00all \xff bytes\n", "some text\nwith"},
		{"fibonacci", fibonacci(), "", wantFibonacci()},
		{"grow", grow(), "", strings.Repeat("\x01", 6*255)},
		{"hanoi", hanoi(6), "", wantHanoi(6)},
		{"hello", hello(), "", "Hello, world!\n"},
		{"mandelbrot", mandelbrot(), "", wantMandelbrot()},
		{"primes", primes(), "", wantPrimes()},
		{"reverse", reverse(), reverseInput, wantReverse()},
		{"rot13", rot13(), "Hello, World! [xyz] 123\n@`{~\x80\xff", "Uryyb, Jbeyq! [klm] 123\n@`{~\x80\xff"},
		{"self", selfInterpreter(), selfProgram + "!" + selfLines, wantSelf()},
		{"sierpinski", sierpinski(), "", wantSierpinski()},
		{"sort", sorter(), "the quick brown fox jumps over the lazy dog", "        abcdeeefghhijklmnoooopqrrsttuuvwxyz"},
		{"squares", squares(), "", wantSquares()},
		{"wrap", wrap(), "", "255 0 128 ok\n"},
	}
}

func hello() string {
	b := NewBuilder(8)
	b.Print("Hello, world!\n")
	return b.Source("prints a greeting")
}

// cat stops at the first zero byte, since the end of the input leaves the cell as it is: zero.
func cat() string {
	b := NewBuilder(1)
	c := b.New(1)
	b.Get(c)
	b.Loop(c, func() {
		b.Put(c)
		b.Clear(c)
		b.Get(c)
	})
	return b.Source("copies its input up to a zero byte")
}

// wrap shows that cells are bytes.
func wrap() string {
	b := NewBuilder(24)
	c, t := b.New(1), b.New(1)
	b.Add(c, -1)
	b.PrintNumber(c)
	b.Print(" ")
	b.raw("")
	b.Add(c, 1)
	b.PrintNumber(c)
	b.Print(" ")
	b.Add(c, 100)
	b.Copy(c, t)
	b.Move(t, c)         // 200
	b.Add(c, 100)        // 300 is 44
	b.Add(c, 84)         // 128
	b.PrintNumber(c)     //
	b.Add(c, 128)        // 0
	b.IfElse(c, func() { // never
		b.Print(" bad\n")
	}, func() { b.Print(" ok\n") })
	return b.Source("cells wrap around at 256")
}

// rot13 takes letters apart as 65 + 32*lower + position.
func rot13() string {
	b := NewBuilder(24)
	c := b.New(1)
	lower, position, wrong := b.New(1), b.New(1), b.New(1)
	b.Get(c)
	b.Loop(c, func() {
		b.Temp(2, func(t Cell) { // work, discarded
			b.Copy(c, t)
			b.Add(t, -65)
			b.DivModConst(t, 32, lower, position)
			b.Copy(lower, t)
			b.DivModConst(t, 2, wrong, t+1)
			b.Clear(t + 1)
			b.Copy(position, t)
			b.DivModConst(t, 26, wrong, t+1)
			b.Clear(t + 1)
		})
		b.IfElse(wrong, func() { b.Put(c) }, func() {
			b.Temp(3, func(t Cell) { // letter, case, discarded
				b.Add(position, 13)
				b.Move(position, t+1)
				b.DivModConst(t+1, 26, t+2, t)
				b.Clear(t + 2)
				b.Copy(lower, t+1)
				b.If(t+1, func() { b.addFar(t, 32) })
				b.addFar(t, 65)
				b.Put(t)
				b.Clear(t)
			})
		})
		b.Clear(lower)
		b.Clear(position)
		b.Clear(c)
		b.Get(c)
	})
	return b.Source("rotates letters by thirteen")
}

// reverse keeps the whole input on the tape, which grows.
func reverse() string {
	b := NewBuilder(1)
	b.raw(">,[>,]<[.<]")
	return b.Source("prints its input backwards")
}

// grow carries a counter to the right, leaving ones behind, and prints them on the way back.
func grow() string {
	b := NewBuilder(1)
	b.raw(">" + strings.Repeat("-[[->+<]+>-]", 6) + "<[.<]")
	return b.Source("a loop in which the tape grows")
}

// squares adds odd numbers.
func squares() string {
	b := NewBuilder(40)
	count, square, odd := b.New(1), b.NewDecimal(5), b.NewDecimal(5)
	b.Add(count, 101)
	b.Constant(odd, 1)
	b.Times(count, func() {
		b.PrintDecimal(square)
		b.Print("\n")
		b.AddDecimal(odd, square)
		b.Add(odd.Digit(0), 2)
		b.normalize(odd)
	})
	return b.Source("squares from 0 to 10000")
}

func fibonacci() string {
	b := NewBuilder(60)
	count, x, y, sum := b.New(1), b.NewDecimal(12), b.NewDecimal(12), b.NewDecimal(12)
	b.Add(count, 55)
	b.Constant(y, 1)
	b.Times(count, func() {
		b.PrintDecimal(x)
		b.Print("\n")
		b.MoveDecimal(x, sum)
		b.AddDecimal(y, sum)
		b.MoveDecimal(y, x)
		b.MoveDecimal(sum, y)
	})
	return b.Source("Fibonacci numbers")
}

// primes is the sieve of Eratosthenes on an array of flags.
func primes() string {
	const limit = 120
	b := NewBuilder(32)
	n, flag, multiple, one, left := b.New(1), b.New(1), b.New(1), b.New(1), b.New(1)
	sieve := b.NewArray(1)
	b.Add(one, 1)
	b.Add(n, 2)
	b.Add(left, limit-2)
	b.Times(left, func() {
		sieve.Read(n, 0, flag)
		b.IfElse(flag, func() {}, func() {
			b.PrintNumber(n)
			b.Print(" ")
			b.Copy(n, multiple)
			b.Temp(3, func(t Cell) { // inside, and operands of the comparison
				b.Add(t, 1)
				b.Loop(t, func() {
					b.Clear(t)
					// multiple + n stays below the limit if multiple is less than limit - n
					b.Add(t+2, limit)
					b.Temp(1, func(u Cell) {
						b.Copy(n, u)
						b.Sub(u, t+2)
					})
					b.Copy(multiple, t+1)
					b.Less(t+1, t+2, t)
					b.Temp(1, func(u Cell) {
						b.Copy(t, u)
						b.If(u, func() {
							b.Copy(n, multiple)
							sieve.Write(multiple, 0, one)
						})
					})
				})
			})
			b.Clear(multiple)
		})
		b.Add(n, 1)
	})
	b.Print("\n")
	return b.Source("primes below 120 by the sieve of Eratosthenes")
}

// sierpinski prints Pascal's triangle modulo 2, row by row in place.
func sierpinski() string {
	const rows = 32
	b := NewBuilder(32)
	row, left, column, cell, above := b.New(1), b.New(1), b.New(1), b.New(1), b.New(1)
	line := b.NewArray(1)
	b.Add(left, rows)
	b.Add(cell, 1)
	line.Write(row, 0, cell)
	b.Clear(cell)
	b.Times(left, func() {
		b.Temp(1, func(spaces Cell) {
			b.Copy(left, spaces)
			b.Times(spaces, func() { b.Print(" ") })
		})
		b.Temp(1, func(n Cell) {
			b.Copy(row, n)
			b.Add(n, 1)
			b.Times(n, func() {
				line.Read(column, 0, cell)
				b.IfElse(cell, func() { b.Print("* ") }, func() { b.Print("  ") })
				b.Add(column, 1)
			})
		})
		b.Print("\n")
		// From right to left: each item becomes the sum of itself and its left neighbour.
		b.Times(column, func() {
			line.Read(column, 0, above)
			b.Add(column, 1)
			line.Read(column, 0, cell)
			b.If(above, func() { b.Not(cell) })
			line.Write(column, 0, cell)
			b.Clear(cell)
			b.Add(column, -1)
		})
		b.Add(row, 1)
	})
	return b.Source("the Sierpinski triangle")
}

// sorter counts the characters, then prints each as often as it came.
func sorter() string {
	b := NewBuilder(24)
	c, n, left := b.New(1), b.New(1), b.New(1)
	counts := b.NewArray(1)
	b.Get(c)
	b.Loop(c, func() {
		counts.Read(c, 0, n)
		b.Add(n, 1)
		counts.Write(c, 0, n)
		b.Clear(n)
		b.Clear(c)
		b.Get(c)
	})
	b.Add(left, 127)
	b.Times(left, func() {
		counts.Read(c, 0, n)
		b.Times(n, func() { b.Put(c) })
		b.Add(c, 1)
	})
	return b.Source("sorts the characters of its input by counting")
}

// hanoi works off a stack of tasks: move n disks from one peg to another. A task of more than one disk is replaced
// by three.
func hanoi(disks int) string {
	b := NewBuilder(32)
	depth, n, from, to, via := b.New(1), b.New(1), b.New(1), b.New(1), b.New(1)
	stack := b.NewArray(3)
	push := func(n, from, to Cell) {
		stack.Write(depth, 0, n)
		stack.Write(depth, 1, from)
		stack.Write(depth, 2, to)
		b.Add(depth, 1)
	}
	b.Add(n, disks)
	b.Add(to, 2)
	push(n, from, to)
	b.Clear(n)
	b.Clear(to)
	b.Loop(depth, func() {
		b.Add(depth, -1)
		stack.Read(depth, 0, n)
		stack.Read(depth, 1, from)
		stack.Read(depth, 2, to)
		b.Add(via, 3) // pegs are 0, 1 and 2
		b.Temp(1, func(t Cell) {
			b.Copy(from, t)
			b.Copy(to, t)
			b.Sub(t, via)
			b.Add(n, -1)
			b.Copy(n, t)
			b.IfElse(t, func() {
				push(n, via, to) // last of the three
				b.Temp(1, func(one Cell) {
					b.Add(one, 1)
					push(one, from, to)
					b.Clear(one)
				})
				push(n, from, via)
			}, func() {
				printPeg(b, from)
				b.Print(" to ")
				printPeg(b, to)
				b.Print("\n")
			})
		})
		for _, c := range []Cell{n, from, to, via} {
			b.Clear(c)
		}
	})
	return b.Source("moves of the towers of Hanoi")
}

func printPeg(b *Builder, peg Cell) {
	b.Temp(1, func(t Cell) {
		b.Copy(peg, t)
		b.addFar(t, 'A')
		b.Put(t)
		b.Clear(t)
	})
}
