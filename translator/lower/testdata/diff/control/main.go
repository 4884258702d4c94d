// Control flow: labels, goto, switch with fallthrough, shadowing, evaluation order.
package main

import "kiln/translator/lower/testdata/show"

func labelled() {
	n := 0
outer:
	for i := 0; i < 10; i++ {
		for j := 0; j < 10; j++ {
			if j == 7 {
				continue outer
			}
			if i == 5 {
				break outer
			}
			n += i * j
		}
	}
	show.Ints("labelled", n)
	i := 0
again:
	i++
	if i < 5 {
		goto again
	}
	show.Ints("goto", i)
sw:
	switch {
	case i == 5:
		for {
			break sw
		}
		n = -1
	}
	show.Ints("sw", n)
}

func switches(x int) int {
	r := 0
	switch x {
	case 0:
		r = 1
		fallthrough
	case 1:
		r += 10
	case 2, 3, 4:
		r = 20
		if x == 3 {
			break
		}
		r++
	case -1:
	default:
		r = 99
		fallthrough
	case 100:
		r++
	}
	switch y := x * 2; {
	case y > 6:
		r += 1000
	case y > 2:
		r += 2000
	}
	return r
}

func dense(op byte) int {
	switch op {
	case '+':
		return 1
	case '-':
		return 2
	case '*', '/':
		return 3
	case '<':
		return 4
	case '>':
		return 5
	case '[':
		return 6
	case ']':
		return 7
	case 255:
		return 8
	}
	return 0
}

func logged(n int, s string) int {
	show.Text("eval", s)
	return n
}

func order() {
	a := logged(1, "a") + logged(2, "b")*logged(3, "c")
	show.Ints("a", a)
	if logged(0, "left") == 1 && logged(1, "right") == 1 || logged(2, "or") == 2 {
		show.Text("taken")
	}
	xs := []int{logged(1, "x0"), logged(2, "x1")}
	xs[logged(1, "idx")] = logged(5, "val")
	show.Ints("xs", xs...)
	x := 1
	{
		x := x + 1
		x++
		show.Ints("inner", x)
	}
	show.Ints("outer", x)
	if x := 5; x > 3 {
		show.Ints("if", x)
	} else if y := x * 2; y > 2 {
		show.Ints("else", y)
	}
}

func collatz(n int) int {
	steps := 0
	for n != 1 {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
		steps++
	}
	return steps
}

func sieve(n int) int {
	composite := make([]bool, n+1)
	count := 0
	for i := 2; i <= n; i++ {
		if composite[i] {
			continue
		}
		count++
		for j := i * i; j <= n; j += i {
			composite[j] = true
		}
	}
	return count
}

func ackermann(m, n int) int {
	if m == 0 {
		return n + 1
	}
	if n == 0 {
		return ackermann(m-1, 1)
	}
	return ackermann(m-1, ackermann(m, n-1))
}

func named(n int) (res int, ok bool) {
	if n < 0 {
		return
	}
	res = n
	ok = true
	for {
		if res > 100 {
			return
		}
		res *= 2
	}
}

func main() {
	labelled()
	for x := -2; x < 8; x++ {
		show.Ints("switch", x, switches(x))
	}
	show.Ints("switch", switches(100))
	for c := 0; c < 256; c++ {
		if d := dense(byte(c)); d != 0 {
			show.Ints("dense", c, d)
		}
	}
	order()
	show.Ints("collatz", collatz(27), collatz(97))
	show.Ints("sieve", sieve(1000))
	show.Ints("ackermann", ackermann(2, 3))
	a, b := named(3)
	show.Ints("named", a)
	_, c := named(-1)
	show.Bool("named", b, c)
	var i, j int
	for i, j = 0, 10; i < j; i, j = i+1, j-2 {
	}
	show.Ints("two", i, j)
	n := 0
	for range 5 {
		n++
	}
	for n > 0 {
		n -= 2
		if n == 1 {
			continue
		}
	}
	show.Ints("n", n)
}
