package bfgen

import (
	"fmt"
	"strings"
)

func wantSquares() string {
	var out strings.Builder
	for i := 0; i <= 100; i++ {
		fmt.Fprintln(&out, i*i)
	}
	return out.String()
}

func wantFibonacci() string {
	var out strings.Builder
	for i, x, y := 0, 0, 1; i < 55; i, x, y = i+1, y, x+y {
		fmt.Fprintln(&out, x)
	}
	return out.String()
}

func wantPrimes() string {
	var out strings.Builder
	for n := 2; n < 120; n++ {
		prime := true
		for d := 2; d*d <= n; d++ {
			prime = prime && n%d != 0
		}
		if prime {
			fmt.Fprint(&out, n, " ")
		}
	}
	return out.String() + "\n"
}

func wantSierpinski() string {
	var out strings.Builder
	for row := 0; row < 32; row++ {
		out.WriteString(strings.Repeat(" ", 31-row))
		for column := 0; column <= row; column++ {
			if column&(row-column) == 0 {
				out.WriteString("* ")
			} else {
				out.WriteString("  ")
			}
		}
		out.WriteString("\n")
	}
	return out.String()
}

func wantHanoi(disks int) string {
	var out strings.Builder
	var move func(n int, from, to string, via string)
	move = func(n int, from, to, via string) {
		if n > 0 {
			move(n-1, from, via, to)
			out.WriteString(from + " to " + to + "\n")
			move(n-1, via, to, from)
		}
	}
	move(disks, "A", "C", "B")
	return out.String()
}

var reverseInput = strings.Repeat("the tape grows with the input. ", 100)

func wantReverse() string {
	out := []byte(reverseInput)
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return string(out)
}

// wantMandelbrot computes with the same precision: thousandths, and products in
// which each step of the multiplication cuts off what is below.
func wantMandelbrot() string {
	var out strings.Builder
	for row := 0; row < mandelRows; row++ {
		for column := 0; column < mandelColumns; column++ {
			cx, cy := mandelLeft+column*mandelStepX, mandelTop+row*mandelStepY
			x, y, n := 0, 0, 0
			for ; n < mandelIterations; n++ {
				xx, yy := fixedProduct(x, x), fixedProduct(y, y)
				if xx+yy >= 4*mandelFraction {
					break
				}
				x, y = xx-yy+cx, 2*fixedProduct(x, y)+cy
			}
			out.WriteByte(byte(' ' + n))
		}
		out.WriteString("\n")
	}
	return out.String()
}

func fixedProduct(p, q int) int {
	if p < 0 {
		return -fixedProduct(-p, q)
	}
	if q < 0 {
		return -fixedProduct(p, -q)
	}
	sum := 0
	for digit := 0; digit < mandelMagnitude; digit++ {
		sum = sum/10 + p%10*q
		p /= 10
	}
	return sum
}

func wantSelf() string {
	out, _, err := Evaluate(selfProgram, selfLines)
	if err != nil {
		panic(err)
	}
	return out
}
