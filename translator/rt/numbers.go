package rt

// FloatToInt32 is the processor's conversion to 32 bits, which narrower integers are cut from: the smallest
// integer if f is out of range or not a number.
func FloatToInt32(f float64) int64 {
	i := truncate(f)
	if i != int64(int32(i)) {
		return -1 << 31
	}
	return i
}

// Int64ToFloat32 rounds once: the bits that a float64 cannot hold are first folded into one that sticks.
func Int64ToFloat32(i int64) float32 {
	if i < -1<<53 || i > 1<<53 {
		low := i & 0x7FF
		i &^= 0x7FF
		if low != 0 {
			i |= 0x800
		}
	}
	return float32(float64(i))
}

// Uint64ToFloat32 is the same for unsigned integers.
func Uint64ToFloat32(u uint64) float32 {
	if u > 1<<53 {
		low := u & 0x7FF
		u &^= 0x7FF
		if low != 0 {
			u |= 0x800
		}
	}
	return float32(float64(u))
}

// FloatMin is the builtin min: NaN if either is, and -0 before 0.
func FloatMin(x, y float64) float64 {
	switch {
	case x != x || x < y:
		return x
	case y != y || y < x:
		return y
	case 1/x < 0:
		return x
	}
	return y
}

// FloatMax is the builtin max.
func FloatMax(x, y float64) float64 {
	switch {
	case x != x || x > y:
		return x
	case y != y || y > x:
		return y
	case 1/x < 0:
		return y
	}
	return x
}

// GrowCap is the capacity that append gives a slice of capacity old that must hold want items of size bytes, the same as in
// Go, since it decides which slices share an array: doubled while small, by a quarter later, and up to what Go's allocator
// would give. size is that of plain Go; objects with pointers have a header there if they are larger than 512 bytes.
// -1 says that so much memory cannot be.
func GrowCap(old, want, size int, pointers bool) int {
	const maxBytes = 1 << 46
	n := want
	if want <= 2*old {
		n = 2 * old
		if old >= 256 {
			n = old
			for n < want {
				n += (n + 3*256) / 4
			}
		}
	}
	if size == 0 && want >= 0 {
		return want
	}
	if n < want || want < 0 || n > maxBytes/size {
		return -1
	}
	return roundSize(n*size, pointers) / size
}

// roundSize is what Go's allocator makes of a size: the next of its size classes, above those whole pages.
func roundSize(n int, pointers bool) int {
	const page, small, header, largest = 8192, 512, 8, 32768
	extra := 0
	if pointers && n > small {
		extra = header
	}
	n += extra
	if n > largest-header+extra {
		return (n - extra + page - 1) &^ (page - 1)
	}
	for _, words := range sizeClasses {
		if size := int(words) * 8; size >= n {
			return size - extra
		}
	}
	return n - extra // not reached: the last class is large enough
}

// sizeClasses are the sizes of Go's small objects in words, as characters: a constant needs no initialisation.
const sizeClasses = "\u0001\u0002\u0003\u0004\u0006\u0008\u000a\u000c\u000e\u0010\u0012\u0014\u0016\u0018\u001a\u001c\u001e" +
	"\u0020\u0024\u0028\u002c\u0030\u0034\u0038\u003c\u0040\u0048\u0050\u0058\u0060\u0070\u0080\u0090\u00a0" +
	"\u00b0\u00c0\u00e0\u0100\u0120\u0150\u0180\u0190\u01b0\u0200\u0260\u02a0\u0300\u0330\u0350\u0360\u0400" +
	"\u04a0\u04c0\u0500\u0550\u0600\u06a0\u0700\u0800\u0900\u0950\u0a00\u0aa0\u0c00\u0d50\u0e00\u1000"

const maxFloat = 0x1p1023 * (1 + (1 - 0x1p-52))

func isNaN(x float64) bool    { return x != x }
func isInf(x float64) bool    { return x > maxFloat || x < -maxFloat }
func isFinite(x float64) bool { return !isNaN(x - x) }

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}

// copySign is x with the sign of s.
func copySign(x, s float64) float64 {
	if signed(s) != signed(x) {
		return -x
	}
	return x
}

// unit is 1 for an infinity and 0 for anything else, with the sign of x.
func unit(x float64) float64 {
	if isInf(x) {
		return copySign(1, x)
	}
	return copySign(0, x)
}

// ComplexDiv is (a + bi) / (c + di): the smaller part of the divisor is divided by the larger (Smith, CACM 5(8), 1962), and
// what comes out as NaN in both parts is corrected to infinities and zeros as C99 says (G.5.1).
func ComplexDiv(a, b, c, d float64) (re, im float64) {
	if abs(c) >= abs(d) {
		ratio := d / c
		denominator := c + ratio*d
		re = (a + b*ratio) / denominator
		im = (b - a*ratio) / denominator
	} else {
		ratio := c / d
		denominator := d + ratio*c
		re = (a*ratio + b) / denominator
		im = (b*ratio - a) / denominator
	}
	if !isNaN(re) || !isNaN(im) {
		return re, im
	}
	zero := 0.0
	infinity := 1 / zero
	switch {
	case c == 0 && d == 0 && (!isNaN(a) || !isNaN(b)):
		infinity = copySign(infinity, c)
		return infinity * a, infinity * b
	case (isInf(a) || isInf(b)) && isFinite(c) && isFinite(d):
		a, b = unit(a), unit(b)
		return infinity * (a*c + b*d), infinity * (b*c - a*d)
	case (isInf(c) || isInf(d)) && isFinite(a) && isFinite(b):
		c, d = unit(c), unit(d)
		return 0 * (a*c + b*d), 0 * (b*c - a*d)
	}
	return re, im
}
