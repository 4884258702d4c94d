package rt

// buffer is a string under construction: one reference, as every //kiln:array.
//
//kiln:array
type buffer []byte

// newBuffer makes a string of n zero bytes, n > 0, to be filled and finished.
func newBuffer(n int) buffer { return make(buffer, n) }

// setByte sets byte i.
func setByte(b buffer, i int, c byte) { b[i] = c }

// putString copies n bytes of s from from to at. n > 0.
func putString(b buffer, at int, s string, from, n int) { copy(b[at:at+n], s[from:from+n]) }

// putBytes copies src to at. src is not empty.
func putBytes(b buffer, at int, src []byte) { copy(b[at:], src) }

// finish is the string; the buffer must not be used any more.
func finish(b buffer) string { return string(b) }

// takeBytes copies s, which is not empty, to the start of dst, which is long enough.
func takeBytes(dst []byte, s string) { copy(dst, s) }

// checkSlice panics as a slice expression does unless 0 <= low <= high <= limit.
func checkSlice(low, high, limit int) {
	if low < 0 || high < low || limit < high {
		panic("slice bounds out of range")
	}
}

// byteAt is s[i] without a check.
func byteAt(s string, i int) byte { return s[i] }

// bytesEqual compares a[i:i+n] with b[j:j+n].
func bytesEqual(a string, i int, b string, j, n int) bool { return a[i:i+n] == b[j:j+n] }

// bytesCompare compares a[i:i+n] with b[j:j+m]: -1, 0 or 1.
func bytesCompare(a string, i, n int, b string, j, m int) int {
	x, y := a[i:i+n], b[j:j+m]
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// truncate is the processor's conversion: the smallest integer if f is out of range or not a number.
func truncate(f float64) int64 {
	if f >= -(1<<63) && f < 1<<63 {
		return int64(f)
	}
	return -1 << 63
}

// signed says whether the sign bit is set, of a NaN too. (Here, in plain Go, a NaN has none: there are only tests.)
func signed(f float64) bool { return f < 0 || f == 0 && 1/f < 0 }

// savedHash is the hash that saveHash left in the string's object, or 0.
func savedHash(s string) int { return 0 }

// saveHash keeps a hash in the string's object. s is not empty.
func saveHash(s string, h int) {}

// slotCount is the length of an index, which is not nil.
func slotCount(s slots) int { return len(s) }

// slotAt is s[i] without a check.
func slotAt(s slots, i int) int { return int(s[i].entry) }

// wordAt is w[i] without a check.
func wordAt(w words, i int) int { return w[i].n }
