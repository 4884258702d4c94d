package main

import (
	"math"
	"strconv"
)

// random is splitmix64 (Steele, Lea, Flood 2014).
type random struct{ state uint64 }

func (r *random) next() uint64 {
	r.state += 0x9E3779B97F4A7C15
	z := r.state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

func (r *random) intN(n int) int { return int(r.next() >> 1 % uint64(n)) }

func (r *random) oneIn(n int) bool { return r.intN(n) == 0 }

// integer is of any size: as many small ones as large ones.
func (r *random) integer() int64 { return int64(r.next()) >> uint(r.intN(64)) }

// float is any: random bits, numbers with few digits, halfway cases, neighbours of powers, denormals, infinities, NaN.
func (r *random) float() float64 {
	switch r.intN(12) {
	case 0:
		return float64(r.integer())
	case 1:
		return float64(r.integer()) / float64(uint64(1)<<uint(r.intN(40)))
	case 2: // few decimal digits
		return float64(r.intN(100000)) * math.Pow10(r.intN(40)-20)
	case 3: // halfway between two decimals
		return (float64(r.intN(10000)) + 0.5) / math.Pow10(r.intN(6))
	case 4: // next to a power of two or ten
		f := math.Ldexp(1, r.intN(2100)-1075)
		if r.oneIn(2) {
			f = math.Pow10(r.intN(632) - 323)
		}
		return math.Float64frombits(math.Float64bits(f) + uint64(r.intN(5)) - 2)
	case 5: // denormal
		return math.Float64frombits(r.next()>>uint(12+r.intN(52)) | r.next()<<63)
	case 6:
		switch r.intN(10) {
		case 0:
			return math.Inf(1)
		case 1:
			return math.Inf(-1)
		case 2:
			return math.NaN()
		case 3:
			return math.Copysign(0, -1)
		case 4:
			return math.MaxFloat64
		case 5:
			return math.SmallestNonzeroFloat64
		}
		return float64(r.intN(3) - 1)
	}
	return math.Float64frombits(r.next())
}

// pieces are what texts are made of: letters of several cases and scripts, space, punctuation, invalid UTF-8.
var pieces = []string{"a", "b", "ab", "A", "Z", "z", "0", "9", " ", "\t", "\n", ",", ".", "-", "_", "é", "É", "ß", "ſ", "İ", "ı", "Σ", "ς", "σ", "日", "本", "語", "€", "😀",
	"\u00a0", "\u2028", "\ufeff", "\ufffd", "\xff", "\xc0\x80", "\xe2\x82", "\xed\xa0\x80", "\x80", "\x00", "\x7f", "\"", "'", "\\", "K", "k", "\u212a", "ǅ", "ǆ", "Ǆ", "\U0010ffff"}

// text is a text of up to n pieces.
func (r *random) text(n int) string {
	s := ""
	few := r.intN(3) == 0 // of few different pieces, so that some repeat
	at := r.intN(len(pieces))
	for range r.intN(n + 1) {
		if few {
			s += pieces[(at+r.intN(3))%len(pieces)]
		} else {
			s += pieces[r.intN(len(pieces))]
		}
	}
	return s
}

func (r *random) rune() rune {
	switch r.intN(6) {
	case 0:
		return rune(r.next())
	case 1:
		return rune(r.intN(0x80))
	case 2:
		return rune(r.intN(0x800))
	case 3:
		return rune(0xD000 + r.intN(0x2000))
	}
	return rune(r.intN(0x110000 + 10))
}

// integers is a short list of small numbers, some of them equal.
func (r *random) integers(n int) []int {
	list := make([]int, r.intN(n+1))
	for i := range list {
		list[i] = r.intN(n+2) - 1
	}
	return list
}

func (r *random) texts(n int) []string {
	list := make([]string, r.intN(n+1))
	for i := range list {
		list[i] = r.text(3)
	}
	return list
}

// digest sums up results.
type digest struct {
	sum  uint64
	loud bool   // collect the results as text, too
	text string // since the last block
}

func (d *digest) add(x uint64) { d.sum = d.sum*0x100000001B3 ^ x }

func (d *digest) str(s string) {
	d.add(uint64(len(s)))
	for i := 0; i < len(s); i++ {
		d.add(uint64(s[i]))
	}
	if d.loud {
		d.text += " " + strconv.QuoteToASCII(s)
	}
}

func (d *digest) int(n int) { d.int64(int64(n)) }

func (d *digest) int64(n int64) {
	d.add(uint64(n))
	if d.loud {
		d.text += " " + strconv.FormatInt(n, 10)
	}
}

func (d *digest) uint(n uint64) {
	d.add(n)
	if d.loud {
		d.text += " " + strconv.FormatUint(n, 16)
	}
}

func (d *digest) bool(b bool) {
	if b {
		d.int(1)
	} else {
		d.int(0)
	}
}

// float adds the bits; every NaN is the same.
func (d *digest) float(f float64) {
	if f != f {
		f = 0x1.8p1000
	}
	d.uint(math.Float64bits(f))
}

func (d *digest) err(err error) {
	if err == nil {
		d.int(0)
	} else {
		d.str(err.Error())
	}
}

func (d *digest) ints(list []int) {
	d.int(len(list))
	for _, x := range list {
		d.int(x)
	}
	d.bool(list == nil)
}

func (d *digest) strs(list []string) {
	d.int(len(list))
	for _, x := range list {
		d.str(x)
	}
}

func (d *digest) bytes(list []byte) {
	d.str(string(list))
	d.bool(list == nil)
}
