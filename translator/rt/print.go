package rt

// The texts of the builtins print and println.

// IntText is n in decimal.
func IntText(n int) string {
	if n < 0 {
		return "-" + UintText(-uint64(n))
	}
	return UintText(uint64(n))
}

// UintText is n in decimal.
func UintText(n uint64) string {
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = byte('0' + n%10)
		n /= 10
		if n == 0 {
			return string(digits[i:])
		}
	}
}

// HexText is n in hexadecimal, with 0x.
func HexText(n uint64) string {
	var digits [18]byte
	i := len(digits)
	for {
		i--
		digits[i] = "0123456789abcdef"[n%16]
		n /= 16
		if n == 0 {
			digits[i-1], digits[i-2] = 'x', '0'
			return string(digits[i-2:])
		}
	}
}

// BoolText is true or false.
func BoolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// FloatText is v with seven digits and an exponent of three, as Go's runtime prints floats: +1.500000e+000.
func FloatText(v float64) string {
	switch {
	case isNaN(v):
		return "NaN"
	case isInf(v) && v > 0:
		return "+Inf"
	case isInf(v):
		return "-Inf"
	}
	const n = 7
	var buf [n + 7]byte
	buf[0] = '+'
	e := 0
	if v == 0 {
		if 1/v < 0 {
			buf[0] = '-'
		}
	} else {
		if v < 0 {
			v = -v
			buf[0] = '-'
		}
		for v >= 10 {
			e++
			v /= 10
		}
		for v < 1 {
			e--
			v *= 10
		}
		h := 5.0
		for i := 0; i < n; i++ {
			h /= 10
		}
		v += h
		if v >= 10 {
			e++
			v /= 10
		}
	}
	for i := 0; i < n; i++ {
		s := int(v)
		buf[i+2] = byte(s + '0')
		v = (v - float64(s)) * 10
	}
	buf[1], buf[2] = buf[2], '.'
	buf[n+2], buf[n+3] = 'e', '+'
	if e < 0 {
		e = -e
		buf[n+3] = '-'
	}
	buf[n+4] = byte(e/100) + '0'
	buf[n+5] = byte(e/10)%10 + '0'
	buf[n+6] = byte(e%10) + '0'
	return string(buf[:])
}

// ComplexText is (re+imi).
func ComplexText(re, im float64) string { return "(" + FloatText(re) + FloatText(im) + "i)" }
