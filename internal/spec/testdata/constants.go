// Constants: exact arithmetic, iota, kinds.
package main

const (
	a = iota
	b
	_
	c
	d = "d"
	e
	f = iota * 10
	g
)

const (
	bit0, mask0 = 1 << iota, 1<<iota - 1
	bit1, mask1
	_, _
	bit3, mask3
)

type weekday int

const (
	sunday weekday = iota
	monday
)

func (d weekday) next() weekday { return (d + 1) % 7 }

func ruleIota() {
	println(a, b, c, d, e, f, g, bit0, mask0, bit1, mask1, bit3, mask3, monday, monday.next())
	const (
		x = iota
		y
	)
	println(x, y)
}

func ruleExact() {
	const huge = 1 << 100
	const third = 1.0 / 3
	println(huge>>98, huge/(huge-1), third*3 == 1, 0.1+0.2 == 0.3, huge*huge>>197)
	const pi = 3.14159265358979323846264338327950288419716939937510582097494459
	println(pi, float32(pi), pi*1e10)
	const mod = -7 % 3
	println(mod, -7/3, 7.0/2, 7/2, 7/2.0, 'a'+1, 'a'*1.0)
}

func ruleKinds() {
	x, y, z, w := 1, 1.0, 'a', 1i
	println(x/2, y/2, z, w)
	var f32 float32 = 1
	var u8 uint8 = 'b'
	const i = 5
	println(f32/2, u8+i, i/2.0, len("héllo"), len([10]int{}))
	const s = "abc"
	println(s[1], s+"d", s < "abd", len(s))
	const yes = 1 < 2 && !false
	println(yes)
}

func ruleTyped() {
	const x int8 = 100
	const y = x + 27
	const m = ^uint8(0x0f)
	const n = -1 << 3
	println(y, m, n, uint32(1<<32-1), ^0, 5&^4)
}

func ruleLiterals() {
	println(0x_ff, 0o17, 017, 0b1_01, 1_000_000, 0x1p-2, 0x1.8p1, 1e3, .5, 'x', '\n', '\x41', '\u00e9', '\'', "\a\b\t\\\"", `raw\n`, 0xFp0)
	println("\xff\u00ff\U0001f600\377", len("\xff\u00ff\U0001f600\377"))
}
