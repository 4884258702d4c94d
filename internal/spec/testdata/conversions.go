// Conversions between numbers, strings, slices, named types.
package main

func ruleIntegers() {
	for _, x := range []int64{0, 1, -1, 127, 128, -129, 255, 256, 65536, 1<<31 - 1, 1 << 31, 1<<32 + 5, -1 << 63} {
		println(x, int8(x), uint8(x), int16(x), uint16(x), int32(x), uint32(x), uint64(x), int(x))
		println(int64(int8(x)), int64(uint8(x)), uint64(int8(x)), uint32(int8(x)), int32(uint16(x)))
	}
}

func ruleFloats() {
	for _, f := range []float64{0, 1.5, -1.5, 2.999999, -0.1, 1e9, 123456789.5} {
		println(int(f), int64(f), int32(f), int8(int(f)), float32(f), float64(float32(f)))
	}
	println(uint64(1.8e19), float64(uint64(1<<63+1025)), float64(int64(1<<53+1)), float32(uint32(16777217)), float64(uint64(1<<64-1)))
	third := 1.0 / 3
	println(third, float32(third), float64(float32(third)))
	println(float32(1<<24+1), float32(int64(1<<53+1)))
}

type celsius float64
type name string
type list []int
type op func(int) int

func (l list) sum() (n int) {
	for _, x := range l {
		n += x
	}
	return
}

func ruleNamed() {
	c := celsius(36.6)
	println(float64(c), name("ab")+"c", string(name("x")), list([]int{1, 2, 3}).sum())
	var f op = func(x int) int { return x + 1 }
	println((func(int) int)(f)(1), op(f)(2))
	type a struct {
		x int `tag:"one"`
	}
	type b struct{ x int }
	println(b(a{5}).x) // tags do not count
	var p []int = list{4}
	p[0]++
	println(p[0])
}

func ruleStringFromInteger() {
	for _, r := range []rune{65, 0xe9, 0x4e16, 0x1f600, -1, 0xd800, 0x110000} {
		s := string(r)
		println(len(s), s)
	}
	println(string(rune(byte(200))), len(string(rune(0))))
}

func ruleBytes() {
	s := "h\xe9llo"
	b := []byte(s)
	b[0] = 'H'
	println(len(b), b[1], string(b) == "H\xe9llo", s[0])
	println(string([]byte{}) == "", string([]byte(nil)) == "", len([]byte("")), []byte("") == nil)
	type bytes []byte
	type char byte
	println(string(bytes("abc")), string([]char("xyz")), len(bytes("é")))
	t := string(b)
	b[1] = 'e'
	println(len(t), string(b))
}

func ruleRunes() {
	s := "a\xffé\xe4\xb8世\xed\xa0\x80"
	r := []rune(s)
	println(len(s), len(r))
	for _, c := range r {
		println(c)
	}
	println(string(r) == s, len(string(r)), string([]rune{0x110000, -5, 'x'}), string([]rune(nil)) == "")
	type word []rune
	println(string(word("né")), len(word("né")))
	for i := range 8 {
		t := string([]byte(string([]rune(s + "a text that is longer than what traces keep in registers"[i:]))))
		println(len(t), t[i], t[len(t)/2], t[len(t)-1], t)
	}
}

func ruleSliceToArray() {
	s := []int{1, 2, 3, 4}
	a := [3]int(s)
	s[0] = 9
	println(a[0], a[1], a[2], len([0]int(s)), len([0]int([]int(nil))))
	n := 5
	caught(func() { println([5]int(s)[0], n) })
	caught(func() { println([1]string([]string(nil))[0]) })
}

func ruleConstants() {
	const big = 1 << 62
	println(int64(big), float32(big), uint8(255), int8(-128), rune('x'), string('y'), float64(7)/2, complex64(1))
	var f float32 = 0.1
	println(f*f, float64(f), f == 0.1, float64(f) == 0.1)
}

func ruleToInterface() {
	var a any = int8(5)
	var b any = celsius(5)
	_, isInt := a.(int)
	v, isInt8 := a.(int8)
	_, isFloat := b.(float64)
	w, isCelsius := b.(celsius)
	println(isInt, isInt8, v, isFloat, isCelsius, float64(w))
}
