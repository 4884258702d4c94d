// Integers: widths, wrapping, division, bits.
package main

func ruleWrapping() {
	i8, i16, i32, i64 := int8(127), int16(32767), int32(1<<31-1), int64(1<<63-1)
	u8, u16, u32, u64 := uint8(255), uint16(65535), uint32(1<<32-1), uint64(1<<64-1)
	i8++
	i16++
	i32++
	i64++
	u8++
	u16++
	u32++
	u64++
	println(i8, i16, i32, i64, u8, u16, u32, u64)
	i8--
	i64--
	u8--
	u64--
	println(i8, i64, u8, u64)
	a, b := int8(100), int8(100)
	println(a+b, a*b, -a-b-b, uint8(a)*uint8(b), uint16(a)*uint16(b)*700)
	x := int64(-1 << 63)
	println(-x, x-1, x*-1, -int32(x>>32), -int8(x>>56))
	p := uintptr(0)
	p--
	println(p)
}

func ruleDivision() {
	for _, x := range []int{7, -7, 0, 1, -1} {
		for _, y := range []int{3, -3, 1, -1, 2, -8} {
			println(x, y, x/y, x%y)
		}
	}
	least8, least64, minus := int8(-128), int64(-1<<63), -1
	println(least8/int8(minus), least8%int8(minus), least64/int64(minus), least64%int64(minus))
	u := uint64(1<<64 - 1)
	println(u/3, u%10, u/(u-1), uint8(200)/uint8(7), uint8(200)%uint8(7))
	zero := 0
	caught(func() { println(1 / zero) })
	caught(func() { println(uint8(1) % uint8(zero)) })
	caught(func() { zero /= zero })
}

func ruleBits() {
	x, y := 0b1100, 0b1010
	println(x&y, x|y, x^y, x&^y, ^x, -x, +x)
	u8 := uint8(0b11001010)
	println(^u8, u8&^0xf, u8^0xff, u8|1)
	i8 := int8(-86)
	println(^i8, i8&0x7f, i8|1, i8^-1, i8&^1)
	x &= 6
	y |= 1
	x ^= 15
	y &^= 8
	println(x, y)
}

func ruleComparison() {
	big, small := uint64(1<<63), uint64(1)
	println(big > small, int64(big) > int64(small), uint8(200) > uint8(100), int8(-56) > int8(100))
	a, b := -1, 1
	println(a < b, uint(a) < uint(b), a <= b, a >= b, a == b, a != b)
}

func ruleUpdates() {
	var u8 uint8 = 200
	u8 += 100
	u8 -= 50
	u8 *= 3
	u8 /= 2
	u8 %= 100
	u8 <<= 3
	u8 >>= 1
	println(u8)
	var i16 int16 = -30000
	i16 -= 10000
	i16 *= 3
	i16 /= -7
	i16 %= 1000
	i16 >>= 2
	println(i16)
	calls := 0
	index := func() int { calls++; return calls - 1 }
	s := []int8{127, 1}
	s[index()] += 2 // the operand is evaluated once
	println(s[0], s[1], calls)
}
