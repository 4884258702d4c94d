package main

import (
	"cmp"
	"math"
	"math/bits"
	"strconv"
)

var formats = []byte{'e', 'E', 'f', 'g', 'G', 'x', 'X', 'b'}

// floats formats a number in every format, with a random precision and the shortest, and reads it back.
func floats(r *random, d *digest) {
	f := r.float()
	size := 64
	if r.oneIn(3) {
		size = 32
		if r.oneIn(2) {
			f = float64(math.Float32frombits(uint32(r.next())))
		}
	}
	for _, format := range formats {
		d.str(strconv.FormatFloat(f, format, -1, size))
	}
	format := formats[r.intN(len(formats))]
	precision := r.intN(24)
	if r.oneIn(20) {
		precision = r.intN(120)
	}
	d.str(strconv.FormatFloat(f, format, precision, size))
	text := strconv.FormatFloat(f, format, -1, size)
	back, err := strconv.ParseFloat(text, size)
	d.float(back)
	d.err(err)
	d.bytes(strconv.AppendFloat([]byte("x"), f, 'g', 3, size))
}

// parseFloats reads decimal and hexadecimal texts: halfway between two floats, with many digits, malformed.
func parseFloats(r *random, d *digest) {
	var s string
	switch r.intN(8) {
	case 0, 1: // halfway between neighbours, exactly or nearly
		f := math.Abs(r.float())
		next := math.Float64frombits(math.Float64bits(f) + 1)
		s = strconv.FormatFloat(f, 'e', 25+r.intN(30), 64)
		if half := f/2 + next/2; half < math.MaxFloat64 && r.oneIn(2) {
			s = strconv.FormatFloat(half, 'f', -1, 64)
		}
	case 2: // a float32 and its neighbour
		f := math.Float32frombits(uint32(r.next()))
		s = strconv.FormatFloat(float64(f)+float64(f)*0x1p-25, 'g', 17, 64)
	case 3:
		s = strconv.FormatUint(r.next(), 10) + "." + strconv.FormatUint(r.next(), 10) + "e" + strconv.Itoa(r.intN(700)-350)
	case 4:
		s = "0x" + strconv.FormatUint(r.next(), 16) + "." + strconv.FormatUint(r.next()>>uint(r.intN(64)), 16) + "p" + strconv.Itoa(r.intN(2300)-1150)
	case 5:
		for range r.intN(12) {
			s += pickText(r, "1", "0", "9", ".", "e", "-", "+", "_", "inf", "nan", "0x", "p", "Infinity", "5", " ")
		}
	default:
		for range 1 + r.intN(40) {
			s += strconv.Itoa(r.intN(10))
		}
		at := r.intN(len(s) + 1)
		s = s[:at] + "." + s[at:]
		if r.oneIn(2) {
			s += "e" + strconv.Itoa(r.intN(60)-30)
		}
	}
	for _, size := range []int{32, 64} {
		f, err := strconv.ParseFloat(s, size)
		d.float(f)
		d.err(err)
	}
	if r.oneIn(50) {
		c, err := strconv.ParseComplex(s+"+"+s+"i", 128)
		d.float(real(c))
		d.float(imag(c))
		d.err(err)
		d.str(strconv.FormatComplex(c, 'g', -1, 128))
	}
}

func pickText(r *random, list ...string) string { return list[r.intN(len(list))] }

// ints formats and reads integers in all bases.
func ints(r *random, d *digest) {
	n, base := r.integer(), 2+r.intN(35)
	d.str(strconv.FormatInt(n, base))
	d.str(strconv.FormatUint(uint64(n), base))
	d.str(strconv.Itoa(int(n)))
	d.bytes(strconv.AppendInt(nil, n, base))
	d.bytes(strconv.AppendUint([]byte("ab"), uint64(n), base))
	d.str(strconv.FormatBool(n > 0))
	s := strconv.FormatInt(n, base)
	switch r.intN(6) {
	case 0:
		s += strconv.Itoa(r.intN(100))
	case 1:
		s = pickText(r, "0x", "0b", "0o", "0", "-0x", "+", "_", "") + s
		base = 0
	case 2:
		s = r.text(3)
	case 3:
		at := r.intN(len(s) + 1)
		s, base = s[:at]+"_"+s[at:], 0
	}
	size := []int{0, 8, 16, 32, 64, 7}[r.intN(6)]
	i, err := strconv.ParseInt(s, base, size)
	d.int64(i)
	d.err(err)
	u, err := strconv.ParseUint(s, base, size)
	d.uint(u)
	d.err(err)
	a, err := strconv.Atoi(s)
	d.int(a)
	d.err(err)
	b, err := strconv.ParseBool(pickText(r, "1", "t", "TRUE", "false", "F", "0", s))
	d.bool(b)
	d.err(err)
}

// quotes quotes texts and runes and takes quotes away.
func quotes(r *random, d *digest) {
	s := r.text(6)
	q := strconv.Quote(s)
	d.str(q)
	d.str(strconv.QuoteToASCII(s))
	d.str(strconv.QuoteToGraphic(s))
	d.bytes(strconv.AppendQuote([]byte("x"), s))
	d.bytes(strconv.AppendQuoteToASCII(nil, s))
	c := r.rune()
	d.str(strconv.QuoteRune(c))
	d.str(strconv.QuoteRuneToASCII(c))
	d.str(strconv.QuoteRuneToGraphic(c))
	d.bytes(strconv.AppendQuoteRune(nil, c))
	d.bool(strconv.CanBackquote(s))
	d.bool(strconv.IsPrint(c))
	d.bool(strconv.IsGraphic(c))
	switch r.intN(4) {
	case 0:
		q = "`" + s + "`"
	case 1:
		q = "\"" + s + "\""
	case 2:
		q = "'" + s + "'"
	}
	if r.oneIn(4) {
		q += pickText(r, "\\n", "\\x41", "\\u12", "\"", "\\400", "\\101", "'")
	}
	u, err := strconv.Unquote(q)
	d.str(u)
	d.err(err)
	p, err := strconv.QuotedPrefix(q + s)
	d.str(p)
	d.err(err)
	v, multibyte, tail, err := strconv.UnquoteChar(pickText(r, "\\n", "\\x41z", "\\u0041", "\\U0010ffff", "\\'", "\\8", s, s), byte(34+r.intN(7)))
	d.int(int(v))
	d.bool(multibyte)
	d.str(tail)
	d.err(err)
}

// mathCase calls every function of package math.
func mathCase(r *random, d *digest) {
	x, y, z := r.float(), r.float(), r.float()
	if r.oneIn(3) { // where functions are not just 0, 1 or infinite
		x, y, z = float64(r.intN(20001)-10000)/1000, float64(r.intN(2001)-1000)/100, float64(r.intN(2001))/100
	}
	for _, f := range []func(float64) float64{math.Abs, math.Acos, math.Acosh, math.Asin, math.Asinh, math.Atan, math.Atanh, math.Cbrt, math.Ceil, math.Cos,
		math.Cosh, math.Erf, math.Erfc, math.Erfcinv, math.Erfinv, math.Exp, math.Exp2, math.Expm1, math.Floor, math.Gamma, math.J0, math.J1, math.Log,
		math.Log10, math.Log1p, math.Log2, math.Logb, math.Round, math.RoundToEven, math.Sin, math.Sinh, math.Sqrt, math.Tan, math.Tanh, math.Trunc,
		math.Y0, math.Y1} {
		d.float(f(x))
	}
	for _, f := range []func(x, y float64) float64{math.Atan2, math.Copysign, math.Dim, math.Hypot, math.Max, math.Min, math.Mod, math.Nextafter, math.Pow,
		math.Remainder} {
		d.float(f(x, y))
		d.float(f(y, x))
	}
	d.float(math.FMA(x, y, z))
	d.uint(uint64(math.Float32bits(float32(x))) & 0x7fffffff % 0x7f800001)
	d.float(float64(math.Float32frombits(uint32(r.next()))))
	d.float(float64(math.Nextafter32(float32(x), float32(y))))
	fraction, exponent := math.Frexp(x)
	d.float(fraction)
	d.int(exponent)
	d.float(math.Ldexp(x, r.intN(2200)-1100))
	whole, part := math.Modf(x)
	d.float(whole)
	d.float(part)
	sin, cos := math.Sincos(x)
	d.float(sin)
	d.float(cos)
	gamma, sign := math.Lgamma(x)
	d.float(gamma)
	d.int(sign)
	d.int(math.Ilogb(x))
	d.bool(math.IsInf(x, r.intN(3)-1))
	d.bool(math.IsNaN(x))
	d.bool(math.Signbit(x))
	d.float(math.Pow10(r.intN(800) - 400))
	n := r.intN(12) - 3
	d.float(math.Jn(n, x))
	d.float(math.Yn(n, x))
	d.float(math.Inf(n))
}

// bitsCase calls every function of package math/bits.
func bitsCase(r *random, d *digest) {
	x, y, k := r.next()>>uint(r.intN(64)), r.next()>>uint(r.intN(64)), r.intN(140)-70
	for _, n := range []int{bits.LeadingZeros(uint(x)), bits.LeadingZeros8(uint8(x)), bits.LeadingZeros16(uint16(x)), bits.LeadingZeros32(uint32(x)),
		bits.LeadingZeros64(x), bits.TrailingZeros(uint(x)), bits.TrailingZeros8(uint8(x)), bits.TrailingZeros16(uint16(x)), bits.TrailingZeros32(uint32(x)),
		bits.TrailingZeros64(x), bits.OnesCount(uint(x)), bits.OnesCount8(uint8(x)), bits.OnesCount16(uint16(x)), bits.OnesCount32(uint32(x)),
		bits.OnesCount64(x), bits.Len(uint(x)), bits.Len8(uint8(x)), bits.Len16(uint16(x)), bits.Len32(uint32(x)), bits.Len64(x)} {
		d.int(n)
	}
	for _, n := range []uint64{uint64(bits.RotateLeft(uint(x), k)), uint64(bits.RotateLeft8(uint8(x), k)), uint64(bits.RotateLeft16(uint16(x), k)),
		uint64(bits.RotateLeft32(uint32(x), k)), bits.RotateLeft64(x, k), uint64(bits.Reverse(uint(x))), uint64(bits.Reverse8(uint8(x))),
		uint64(bits.Reverse16(uint16(x))), uint64(bits.Reverse32(uint32(x))), bits.Reverse64(x), uint64(bits.ReverseBytes(uint(x))),
		uint64(bits.ReverseBytes16(uint16(x))), uint64(bits.ReverseBytes32(uint32(x))), bits.ReverseBytes64(x)} {
		d.uint(n)
	}
	carry := uint64(r.intN(2))
	two := func(a, b uint64) { d.uint(a); d.uint(b) }
	two32 := func(a, b uint32) { d.uint(uint64(a)); d.uint(uint64(b)) }
	two(bits.Add64(x, y, carry))
	two32(bits.Add32(uint32(x), uint32(y), uint32(carry)))
	two(bits.Sub64(x, y, carry))
	two32(bits.Sub32(uint32(x), uint32(y), uint32(carry)))
	two(bits.Mul64(x, y))
	two32(bits.Mul32(uint32(x), uint32(y)))
	if y != 0 {
		two(bits.Div64(x%y, r.next(), y))
		d.uint(bits.Rem64(x, r.next(), y))
	}
	if y := uint32(y); y != 0 {
		two32(bits.Div32(uint32(x)%y, uint32(r.next()), y))
		d.uint(uint64(bits.Rem32(uint32(x), uint32(r.next()), y)))
	}
	a, b := bits.Add(uint(x), uint(y), uint(carry))
	two(uint64(a), uint64(b))
	a, b = bits.Sub(uint(x), uint(y), uint(carry))
	two(uint64(a), uint64(b))
	a, b = bits.Mul(uint(x), uint(y))
	two(uint64(a), uint64(b))
	if y != 0 {
		a, b = bits.Div(uint(x%y), uint(r.next()), uint(y))
		two(uint64(a), uint64(b))
		d.uint(uint64(bits.Rem(uint(x), uint(r.next()), uint(y))))
	}
}

func cmpCase(r *random, d *digest) {
	x, y := r.float(), r.float()
	if r.oneIn(3) {
		y = x
	}
	d.int(cmp.Compare(x, y))
	d.bool(cmp.Less(x, y))
	d.float(cmp.Or(x, y))
	s, t := r.text(2), r.text(2)
	d.int(cmp.Compare(s, t))
	d.bool(cmp.Less(s, t))
	d.str(cmp.Or(s, t, "z"))
	d.int(cmp.Compare(int8(r.next()), int8(r.next())))
	d.int(cmp.Compare(r.next(), r.next()))
}
