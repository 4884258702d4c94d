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
