// Package rt holds the helpers that lowered code calls: strings, growth of slices, conversions, maps. They
// are written in the dialect and lowered with the program; lowering finds them by name.
//
// The functions of raw.go stand for operations on the bytes of strings: lowering emits the operation, their Go bodies
// let the helpers be tested as plain Go. Strings may be nil objects in translated code; len and indexing
// care for that, the functions of raw.go do not: callers pass them strings of positive length.
//
// Must import nothing.
package rt

// StringEqual compares two strings.
func StringEqual(a, b string) bool {
	n := len(a)
	if n != len(b) {
		return false
	}
	return n == 0 || bytesEqual(a, 0, b, 0, n)
}

// StringCompare is negative, zero or positive as a is before, equal to or after b, by bytes.
func StringCompare(a, b string) int {
	if len(a) == 0 || len(b) == 0 {
		return len(a) - len(b)
	}
	return bytesCompare(a, 0, len(a), b, 0, len(b))
}

// Concat2 is a + b. If one is empty the other is the result.
func Concat2(a, b string) string {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	s := newBuffer(len(a) + len(b))
	putString(s, 0, a, 0, len(a))
	putString(s, len(a), b, 0, len(b))
	return finish(s)
}

// Concat3 is a + b + c.
func Concat3(a, b, c string) string {
	if len(a) == 0 || len(b) == 0 || len(c) == 0 {
		return Concat2(Concat2(a, b), c)
	}
	s := newBuffer(len(a) + len(b) + len(c))
	putString(s, 0, a, 0, len(a))
	putString(s, len(a), b, 0, len(b))
	putString(s, len(a)+len(b), c, 0, len(c))
	return finish(s)
}

// Concat4 is a + b + c + d.
func Concat4(a, b, c, d string) string {
	if len(a) == 0 || len(b) == 0 || len(c) == 0 || len(d) == 0 {
		return Concat2(Concat2(a, b), Concat2(c, d))
	}
	s := newBuffer(len(a) + len(b) + len(c) + len(d))
	at := 0
	putString(s, at, a, 0, len(a))
	at += len(a)
	putString(s, at, b, 0, len(b))
	at += len(b)
	putString(s, at, c, 0, len(c))
	at += len(c)
	putString(s, at, d, 0, len(d))
	return finish(s)
}

// Substring is s[low:high], a copy unless it is all of s.
func Substring(s string, low, high int) string {
	checkSlice(low, high, len(s))
	if low == 0 && high == len(s) {
		return s
	}
	return part(s, low, high-low)
}

// StringFrom is s[low:].
func StringFrom(s string, low int) string {
	checkSlice(low, len(s), len(s))
	if low == 0 {
		return s
	}
	return part(s, low, len(s)-low)
}

func part(s string, from, n int) string {
	if n == 0 {
		return ""
	}
	b := newBuffer(n)
	putString(b, 0, s, from, n)
	return finish(b)
}

// BytesToString is string(b).
func BytesToString(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	s := newBuffer(len(b))
	putBytes(s, 0, b)
	return finish(s)
}

// StringToBytes is []byte(s). Never nil; the capacity is the length.
func StringToBytes(s string) []byte {
	b := make([]byte, len(s))
	if len(s) > 0 {
		takeBytes(b, s)
	}
	return b
}
