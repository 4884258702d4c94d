// Integers: widths, wrapping, shifts, division, conversions, comparisons.
package main

import "kiln/translator/lower/testdata/show"

var interesting = []int64{0, 1, -1, 2, -2, 7, 8, 31, 32, 63, 64, 65, 100, 127, 128, -128, -129, 255, 256, 32767, 32768, -32768,
	65535, 65536, 1<<31 - 1, 1 << 31, -1 << 31, 1<<32 - 1, 1 << 32, 1<<53 + 1, 1<<63 - 1, -1 << 63, -1<<63 + 1, 0x0123456789abcdef}

type integer interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | int | uint | uintptr
}

func arith[T integer](name string) {
	sum := 0
	for _, a := range interesting {
		for _, b := range interesting {
			x, y := T(a), T(b)
			h := int(x+y)*31 + int(x-y)*37 + int(x*y)*41 + int(x&y)*43 + int(x|y)*47 + int(x^y)*53 + int(x&^y)*59
			if y != 0 {
				h += int(x/y)*61 + int(x%y)*67
			}
			h += int(-x)*71 + int(^x)*73 + int(+x)
			if x < y {
				h += 1000003
			}
			if x <= y {
				h += 1000033
			}
			if x > y {
				h += 1000037
			}
			if x >= y {
				h += 1000039
			}
			if x == y {
				h += 1000081
			}
			if x != y {
				h += 1000099
			}
			sum = sum*1000003 + h
		}
	}
	show.Ints(name, sum)
}

func shifts[T integer](name string) {
	sum := 0
	for _, a := range interesting {
		for _, b := range interesting {
			x := T(a)
			if b >= 0 {
				sum = sum*31 + int(x<<b)*3 + int(x>>b)*5
			}
			sum = sum*31 + int(x<<uint8(b))*7 + int(x>>uint8(b))*11
			sum = sum*31 + int(x<<uint64(b))*13 + int(x>>uint64(b))*17
			if n := int8(b); n >= 0 {
				sum = sum*31 + int(x<<n) + int(x>>n)
			}
		}
		x := T(a)
		sum = sum*31 + int(x<<1) + int(x>>1) + int(x<<7) + int(x>>7)
	}
	show.Ints(name, sum)
}

func convert[A, B integer](name string) {
	sum := 0
	for _, a := range interesting {
		sum = sum*31 + int(B(A(a)))
	}
	show.Ints(name, sum)
}

func convertAll[A integer](name string) {
	convert[A, int8](name + " int8")
	convert[A, int16](name + " int16")
	convert[A, int32](name + " int32")
	convert[A, int64](name + " int64")
	convert[A, uint8](name + " uint8")
	convert[A, uint16](name + " uint16")
	convert[A, uint32](name + " uint32")
	convert[A, uint64](name + " uint64")
	convert[A, uintptr](name + " uintptr")
}

func updates() {
	var a int8 = 127
	a++
	show.Ints("int8++", int(a))
	a--
	show.Ints("int8--", int(a))
	var b uint8
	b--
	show.Ints("uint8--", int(b))
	b += 3
	b *= 200
	b <<= 1
	b |= 5
	b &^= 4
	b ^= 255
	b %= 100
	show.Ints("uint8 ops", int(b))
	var c uint16 = 65535
	c *= c
	show.Ints("uint16", int(c))
	var d int32 = -1 << 31
	d /= -1
	show.Ints("minint32/-1", int(d))
	e := int64(-1 << 63)
	m := int64(-1)
	show.Ints("minint/-1", int(e/m), int(e%m))
	var f int8 = -128
	f /= int8(m)
	show.Ints("minint8/-1", int(f))
}

func minmax() {
	x, y, z := 3, -5, 9
	show.Ints("min max", min(x, y), max(x, y), min(x, y, z), max(x, y, z), min(y, 0), max(4, x))
	var u uint64 = 1 << 63
	show.Ints("umax", int(max(u, 1)), int(min(u, 1)))
	var i8, j8 int8 = -3, 5
	show.Ints("i8", int(min(i8, j8)), int(max(i8, j8)))
	s, t := "b", "a"
	show.Text("strings", min(s, t), max(s, t, "c"))
}

func main() {
	arith[int8]("int8")
	arith[int16]("int16")
	arith[int32]("int32")
	arith[int64]("int64")
	arith[int]("int")
	arith[uint8]("uint8")
	arith[uint16]("uint16")
	arith[uint32]("uint32")
	arith[uint64]("uint64")
	arith[uint]("uint")
	arith[uintptr]("uintptr")
	shifts[int8]("int8")
	shifts[int16]("int16")
	shifts[int32]("int32")
	shifts[int64]("int64")
	shifts[uint8]("uint8")
	shifts[uint16]("uint16")
	shifts[uint32]("uint32")
	shifts[uint64]("uint64")
	convertAll[int8]("int8")
	convertAll[int16]("int16")
	convertAll[int32]("int32")
	convertAll[int64]("int64")
	convertAll[uint8]("uint8")
	convertAll[uint16]("uint16")
	convertAll[uint32]("uint32")
	convertAll[uint64]("uint64")
	convertAll[uintptr]("uintptr")
	updates()
	minmax()
}
