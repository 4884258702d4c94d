// Constants: iota, typed and untyped, large, runes, conversions of constants.
package main

import "kiln/translator/lower/testdata/show"

type weekday int

const (
	sunday weekday = iota
	monday
	tuesday
)

const (
	_  = iota
	kb = 1 << (10 * iota)
	mb
)

const big = 1 << 62
const huge = 1 << 100
const mask uint8 = 0xF0
const title = "T" + "itle"

func (d weekday) String() string { return [...]string{"Sun", "Mon", "Tue"}[d] }

func main() {
	show.Text("day", monday.String(), tuesday.String(), title)
	show.Ints("c", kb, mb, big, huge>>98, int(mask), int(^mask), 'a', '\n', '世', -7/2, -7%3, 7&^5)
	show.Floats("f", 1/3.0, 2.0*3, huge)
	var x uint64 = 1<<64 - 1
	show.Uint("u", x)
	var u8 uint8 = 255
	show.Bool("b", u8 == 255, mask > 100, title == "Title", len(title) == 5, big > 0)
	var f float32 = 16777216.0
	show.Bool("f32", f+1 == f)
	const c = len("constant")
	var arr [c]int
	show.Ints("arr", len(arr))
	show.Ints("complex", int(uint32(1<<32-1)), int(int8(-128)))
	var r rune = 'é'
	show.Text("r", string(r), string(rune(65)))
	show.Ints("shift", 1<<3, -8>>1, int(uint8(200)>>3))
}
