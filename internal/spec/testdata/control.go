// Statements of control flow.
package main

func ruleIf() {
	x := 5
	if x := x * 2; x > 7 {
		println(x)
	} else if y := x + 1; y > 3 {
		println(y)
	} else {
		println(x, y)
	}
	if y := x - 3; y > 7 {
		println("no")
	} else if z := y * y; z == 4 {
		println(y, z)
	}
	println(x)
}

func ruleFor() {
	for i := 0; i < 3; i++ {
		print(i, " ")
	}
	n := 3
	for n > 0 {
		n--
	}
	for {
		if n++; n > 4 {
			break
		}
	}
	for i, j := 0, 10; i < j; i, j = i+1, j-2 {
		print(i, j, " ")
	}
	println(n)
	for ; ; n-- {
		if n < 0 {
			break
		}
		if n%2 == 0 {
			continue
		}
		print(n, " ")
	}
	println()
}

func ruleRangeInteger() {
	for i := range 3 {
		print(i, " ")
		i += 10
	}
	n := 2
	for range n {
		n++
		print("x")
	}
	for i := range uint8(3) {
		print(i+254, " ")
	}
	for i := range -1 {
		println("never", i)
	}
	type id int16
	for i := range id(2) {
		print(i, " ")
	}
	const k = 3
	for i := range k {
		print(i)
	}
	var i int
	for i = range 4 {
	}
	println(i, n)
}

func ruleRangeSlice() {
	s := []int{1, 2, 3}
	for i, x := range s {
		s = append(s, x*10) // the range is over the old slice
		s[2] = 50
		println(i, x)
	}
	println(len(s))
	var i int
	var x int
	for i, x = range s[:2] {
	}
	println(i, x)
	m := map[string]int{}
	for m["k"] = range 3 {
	}
	println(m["k"])
	var a [2]int
	for j, v := range []int{4, 5} {
		for a[j] = range v {
		}
	}
	println(a[0], a[1])
}

func ruleLabels() {
outer:
	for i := 0; i < 3; i++ {
		for j := 0; j < 3; j++ {
			switch {
			case j == 1:
				continue outer
			case i == 2:
				break outer
			}
			println(i, j)
		}
	}
loop:
	for i := range 5 {
		switch i {
		case 1:
			break // of the switch
		case 3:
			break loop
		}
		println("i", i)
	}
sw:
	switch {
	default:
		for {
			break sw
		}
	}
	println("done")
}

func ruleGoto() {
	n := 0
again:
	n++
	if n < 3 {
		goto again
	}
	if n == 3 {
		goto end
	}
	println("skipped")
end:
	println(n)
	i := 0
	for {
		if i++; i > 5 {
			goto out
		}
	}
out:
	println(i)
}

func ruleSwitch() {
	f := func(n int) int { print("f", n, " "); return n }
	for x := range 6 {
		switch y := f(x); y {
		case f(0), f(1):
			println("0 or 1")
		case f(2):
			println("2")
		default:
			println("default")
		case f(4):
			println("4")
		}
	}
	switch {
	case f(1) > 1:
		println("no")
	case f(2) > 1:
		println("yes")
	}
	switch f(9) {
	}
	switch x := any(3); x {
	case "a":
	case 3:
		println("three")
	}
	switch s := "b"; {
	case s < "b", s > "b":
	default:
		println(s)
	}
	switch {
	}
}

func ruleFallthrough() {
	for x := range 5 {
		switch x {
		case 0:
			print("zero ")
			fallthrough
		case 1:
			print("one ")
			fallthrough
		case 100:
			print("hundred ")
		case 3:
			print("three ")
			fallthrough
		default:
			print("default ")
		}
		println(x)
	}
}

func ruleDenseSwitch() {
	total := 0
	for op := -2; op < 12; op++ {
		switch op {
		case 0:
			total += 1
		case 1, 2:
			total += 10
		case 3:
			total *= 2
		case 4:
			total -= 3
		case 5, 6, 7:
			total ^= op
		case 8:
			continue
		case 1 << 40:
			total = 0
		default:
			total += 1000
		}
		println(op, total)
	}
	switch b := byte(200); b {
	case 'a', 'b', 200:
		println("200")
	}
}

func ruleReturn() {
	f := func(n int) (s string, err int) {
		if n == 0 {
			return
		}
		if n == 1 {
			s = "one"
			return
		}
		for {
			if n > 5 {
				return "big", n
			}
			n++
		}
	}
	for _, n := range []int{0, 1, 2} {
		s, e := f(n)
		println(s, e)
	}
}
