// Strings.
package main

func ruleIndexing() {
	s := "aé\xff世"
	for i := 0; i < len(s); i++ {
		println(i, s[i])
	}
	println(s[1:3], s[:1], s[3:], s[2:2] == "", len(s[:]))
	n := len(s)
	caught(func() { println(s[n]) })
	caught(func() { println(s[n-8]) })
	caught(func() { println(s[3 : n-7]) })
	caught(func() { println(s[:n+1]) })
	m := -1
	caught(func() { println(s[m:]) })
}

func ruleRange() {
	for i, r := range "aé\xff世\xe4\xb8\xed\xa0\x80z" {
		println(i, r)
	}
	for i := range "é\xff!" {
		println(i)
	}
	n := 0
	for range "日本語" {
		n++
	}
	println(n)
	s := "abc"
	for i, r := range s {
		s = "zz" // the range goes on with the old one
		println(i, r)
	}
	println(s)
}

func ruleComparison() {
	list := []string{"", "a", "ab", "b", "a\x00", "é", "\xff", "A"}
	for _, x := range list {
		for _, y := range list {
			print(x < y, x <= y, x == y, x > y, " ")
		}
		println()
	}
}

func ruleConcatenation() {
	s := ""
	for i := range 5 {
		s += string(rune('a'+i)) + "-"
	}
	println(s, len(s), s+s == s+s, "x"+s[1:2]+"y")
	var zero string
	println(zero == "", zero+"a", len(zero+zero))
	t := s
	s += "!"
	println(t != s, len(t))
}

func ruleSwitch() {
	for _, s := range []string{"one", "two", "", "three"} {
		switch s {
		case "one":
			println(1)
		case "two", "three":
			println(23)
		case "":
			println("empty")
		}
	}
}

func ruleBytesShareNothing() {
	b := []byte("abc")
	s := string(b)
	m := map[string]int{string(b): 1}
	b[0] = 'z'
	println(s, m["abc"], m[string(b)])
	b = append(b, s...)
	b = append(b, "!"...)
	println(string(b))
	println(copy(b, "XY"))
	println(string(b))
}
