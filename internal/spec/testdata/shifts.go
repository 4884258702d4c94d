// Shifts: large counts, negative counts, types of untyped operands.
package main

func ruleCounts() {
	for _, n := range []uint{0, 1, 7, 8, 31, 32, 63, 64, 65, 1 << 40} {
		println(n, int8(-3)<<n, int8(-3)>>n, uint8(0x81)<<n, uint8(0x81)>>n, int32(-3)<<n, int32(-3)>>n, uint32(1<<31)>>n,
			int64(-3)<<n, int64(-3)>>n, uint64(1<<63)>>n, uint64(3)<<n)
	}
	big := uint64(1) << 63
	one := 1
	println(one<<big, one>>big, -one>>big)
}

func ruleCountTypes() {
	var n8 uint8 = 200
	var s16 int16 = 3
	var u64 uint64 = 1<<64 - 1
	println(1<<s16, int32(1)<<n8, -1>>n8, -1>>u64, uint16(1)<<s16)
	x := 5
	x <<= s16
	x >>= uint8(1)
	println(x)
}

func ruleNegativeCount() {
	n := -1
	caught(func() { println(1 << n) })
	caught(func() { println(int8(1) >> int8(n)) })
	caught(func() {
		x := uint32(1)
		x <<= n
	})
}

func ruleUntypedOperand() {
	s := uint(33)
	var i = 1 << s       // int
	var j int32 = 1 << s // int32
	var k = uint64(1 << s)
	var w int64 = 1.0 << 33
	m := make([]byte, 10)
	println(i, j, k, w, len(m[1.0<<1:]), i == 1<<33, 1<<s == 1<<33)
	b := uint8(255)
	println(b<<4>>4, (b<<4)>>4+1)
}
