// Strings: indexing, slicing, concatenation, comparison, ranging, conversion, invalid UTF-8.
package main

import "kiln/translator/lower/testdata/show"

type name string

type holder struct {
	s string
	n name
}

var samples = []string{"", "a", "ab", "abc", "abd", "b", "héllo", "日本語", "a\x80b", "\xff\xfe", "\xe6\x97", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80", "\xf0\x9f\x98\x80!", "\xe0\x80\x80", "\xc3", "x\xf0\x9f\x98"}

func compare() {
	for _, a := range samples {
		for _, b := range samples {
			show.Bool("cmp", a == b, a != b, a < b, a <= b, a > b, a >= b)
			show.Bytes("cat", a+b)
			show.Bytes("cat3", a+"-"+b)
			show.Bytes("cat5", a+b+a+b+"!"+a+b)
		}
	}
}

func zero() {
	var h holder
	show.Ints("zero len", len(h.s), len(h.n))
	show.Bool("zero", h.s == "", h.n == "", "" == h.s, h.s == string(h.n), h.s < "a")
	show.Text("zero cat", h.s+"x"+h.s, h.s+h.s)
	for range h.s {
		show.Text("never")
	}
	show.Text("slice", h.s[0:0], h.s[:])
	xs := make([]string, 3)
	xs[1] = "mid"
	t := ""
	for _, x := range xs {
		t += "[" + x + "]"
		show.Ints("len", len(x))
	}
	show.Text("joined", t)
	var i any = h.s
	s, ok := i.(string)
	show.Bool("any", i == any(""), ok, s == "", i != nil)
}

func ranges() {
	for _, s := range samples {
		for i, r := range s {
			show.Ints("rune", i, int(r))
		}
		for i := range s {
			show.Ints("index", i)
		}
		n := 0
		for range s {
			n++
		}
		show.Ints("count", n)
		last := -1
		for i, r := range s {
			if r == 'l' {
				last = i
				continue
			}
			if r == '!' {
				break
			}
		}
		show.Ints("last", last)
	}
}

func convert() {
	for _, s := range samples {
		b := []byte(s)
		show.Ints("bytes", len(b))
		for _, c := range b {
			show.Ints("byte", int(c))
		}
		for i := range b {
			b[i] ^= 1
		}
		show.Bytes("back", string(b))
		show.Bytes("same", s)
		rs := []rune(s)
		for _, r := range rs {
			show.Ints("r", int(r))
		}
		show.Bytes("runes", string(rs))
		show.Bytes("named", string(name(s)))
	}
	for _, r := range []rune{0, 'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd800, 0xdfff, 0xe000, 0xffff, 0x10000, 0x10ffff, 0x110000, -1} {
		show.Bytes("rune", string(r))
		show.Bytes("rs", string([]rune{r, 'x', r}))
	}
	show.Bytes("byte to string", string(rune(byte(200))))
	show.Bytes("big", string(rune(int64(0x4e00))))
	var none []byte
	show.Text("nil bytes", string(none))
	part := []byte("hello world")[6:9]
	show.Text("part", string(part))
}

func slicing() {
	s := "hello, world"
	for i := 0; i <= len(s); i++ {
		show.Text("from", s[i:], s[:i])
		for j := i; j <= len(s); j++ {
			show.Text("sub", s[i:j])
		}
	}
	show.Ints("byte", int(s[0]), int(s[len(s)-1]))
	u := s[3:]
	u = u[1:4]
	show.Text("twice", u)
}

func count(s string, c byte) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			n++
		}
	}
	return n
}

func swap(s string) int {
	switch s {
	case "one":
		return 1
	case "two", "deux":
		return 2
	case "":
		return 0
	default:
		return -1
	}
}

func build() {
	var b []byte
	for i := 0; i < 100; i++ {
		b = append(b, byte('a'+i%26))
	}
	b = append(b, "tail"...)
	b = append(b, samples[6]...)
	b = append(b, b[:5]...)
	show.Text("built", string(b))
	n := copy(b[2:], "XYZ")
	show.Ints("copied", n)
	show.Text("after", string(b[:8]))
	show.Ints("count", count("mississippi", 's'), swap("one"), swap("deux"), swap(""), swap("x"))
	s := ""
	for i := 0; i < 20; i++ {
		s = s + string(rune('a'+i)) + s
		if len(s) > 300 {
			s = s[:7]
		}
	}
	show.Text("s", s)
}

func main() {
	compare()
	zero()
	ranges()
	convert()
	slicing()
	build()
}
