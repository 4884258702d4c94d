package rt

const (
	runeError = 0xFFFD
	maxRune   = 0x10FFFF
)

// DecodeRune is the rune that starts at byte i of s, and the index behind it. An invalid byte is one U+FFFD.
func DecodeRune(s string, i int) (rune, int) {
	c := s[i]
	n := len(s)
	switch {
	case c < 0x80:
		return rune(c), i + 1
	case c < 0xC2 || c > 0xF4:
		return runeError, i + 1
	case c < 0xE0:
		if i+1 < n && isTail(s[i+1]) {
			return rune(c&0x1F)<<6 | rune(s[i+1]&0x3F), i + 2
		}
	case c < 0xF0:
		if i+2 < n && isTail(s[i+1]) && isTail(s[i+2]) {
			r := rune(c&0x0F)<<12 | rune(s[i+1]&0x3F)<<6 | rune(s[i+2]&0x3F)
			if r >= 0x800 && !isSurrogate(r) {
				return r, i + 3
			}
		}
	default:
		if i+3 < n && isTail(s[i+1]) && isTail(s[i+2]) && isTail(s[i+3]) {
			r := rune(c&0x07)<<18 | rune(s[i+1]&0x3F)<<12 | rune(s[i+2]&0x3F)<<6 | rune(s[i+3]&0x3F)
			if r >= 0x10000 && r <= maxRune {
				return r, i + 4
			}
		}
	}
	return runeError, i + 1
}

func isTail(c byte) bool { return c&0xC0 == 0x80 }

func isSurrogate(r rune) bool { return r >= 0xD800 && r <= 0xDFFF }

// runeLen is the length of r in UTF-8; an invalid rune is written as U+FFFD.
func runeLen(r rune) int {
	switch {
	case r < 0 || r > maxRune || isSurrogate(r):
		return 3
	case r < 0x80:
		return 1
	case r < 0x800:
		return 2
	case r < 0x10000:
		return 3
	}
	return 4
}

// putRune writes r at at and returns the index behind it.
func putRune(b buffer, at int, r rune) int {
	if r < 0 || r > maxRune || isSurrogate(r) {
		r = runeError
	}
	switch {
	case r < 0x80:
		setByte(b, at, byte(r))
		return at + 1
	case r < 0x800:
		setByte(b, at, 0xC0|byte(r>>6))
		setByte(b, at+1, 0x80|byte(r)&0x3F)
		return at + 2
	case r < 0x10000:
		setByte(b, at, 0xE0|byte(r>>12))
		setByte(b, at+1, 0x80|byte(r>>6)&0x3F)
		setByte(b, at+2, 0x80|byte(r)&0x3F)
		return at + 3
	}
	setByte(b, at, 0xF0|byte(r>>18))
	setByte(b, at+1, 0x80|byte(r>>12)&0x3F)
	setByte(b, at+2, 0x80|byte(r>>6)&0x3F)
	setByte(b, at+3, 0x80|byte(r)&0x3F)
	return at + 4
}

// RuneToString is string(i) of an integer; what is not a rune gives U+FFFD.
func RuneToString(i int64) string {
	r := rune(runeError)
	if i >= 0 && i <= maxRune {
		r = rune(i)
	}
	b := newBuffer(runeLen(r))
	putRune(b, 0, r)
	return finish(b)
}

// RunesToString is string(rs).
func RunesToString(rs []rune) string {
	n := 0
	for _, r := range rs {
		n += runeLen(r)
	}
	if n == 0 {
		return ""
	}
	b := newBuffer(n)
	at := 0
	for _, r := range rs {
		at = putRune(b, at, r)
	}
	return finish(b)
}

// StringToRunes is []rune(s).
func StringToRunes(s string) []rune {
	n := 0
	for i := 0; i < len(s); n++ {
		_, i = DecodeRune(s, i)
	}
	rs := make([]rune, n)
	i := 0
	for k := range rs {
		rs[k], i = DecodeRune(s, i)
	}
	return rs
}
