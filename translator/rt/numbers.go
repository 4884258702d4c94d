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

// GrowCap is the capacity that append gives a slice of capacity old that must hold want items of size bytes: doubled
// while small, by a quarter later, and no space lost to the allocator's granule.
func GrowCap(old, want, size int) int {
	n := want
	if want <= 2*old {
		if old < 256 {
			n = 2 * old
		} else {
			n = old
			for n < want {
				n += (n + 3*256) / 4
			}
		}
	}
	const granule, maxBytes = 16, 1 << 46
	if n < want || n > maxBytes/size {
		panic("growslice: len out of range")
	}
	return (n*size + granule - 1) &^ (granule - 1) / size
}

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

// copySign is x with the sign of s, which is not NaN.
func copySign(x, s float64) float64 {
	if negative := s < 0 || s == 0 && 1/s < 0; negative != (x < 0 || x == 0 && 1/x < 0) {
		return -x
	}
	return x
}

// unit is 1 for an infinity and 0 for anything else, with the sign of x.
func unit(x float64) float64 {
	if isInf(x) {
		return copySign(1, x)
	}
	if isNaN(x) {
		return 0
	}
	return copySign(0, x)
}

// ComplexDiv is (a + bi) / (c + di): the smaller part of the divisor is divided by the larger (Smith, CACM 5(8), 1962), and
// what comes out as NaN is corrected to infinities and zeros as C99 says (G.5.1).
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
	if !isNaN(re) && !isNaN(im) {
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
