// Package text holds the texts of panics and of the builtins print and println. Like package rt it is written in the dialect
// and lowered with the program, as far as it is used; lowering finds its functions by name.
//
// Imports framework/host for floating-point numbers, and package reflect, of which translated programs have a small part.
package text

import (
	"reflect"

	"kiln/framework/host"
)

// Error is the text of an error, for those that the host gets.
func Error(err error) string { return err.Error() }

// Unwrap is the error that an error wraps, nil if there is none: an error of the host that is wrapped is found by the host.
func Unwrap(err error) error {
	if w, ok := err.(interface{ Unwrap() error }); ok {
		return w.Unwrap()
	}
	return nil
}

// Panic is what Go prints after "panic: " for a panic value.
func Panic(v any) string {
	switch v := v.(type) {
	case nil:
		return "panic called with nil argument"
	case error:
		return v.Error()
	case interface{ String() string }:
		return v.String()
	case string:
		return v
	}
	r := reflect.ValueOf(v)
	name := r.Type().String()
	predeclared := true
	for i := 0; i < len(name); i++ {
		predeclared = predeclared && name[i] != '.'
	}
	text := ""
	switch r.Kind() {
	case reflect.Bool:
		text = "false"
		if r.Bool() {
			text = "true"
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		text = Int(int(r.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		text = Uint(r.Uint())
	case reflect.Float32:
		text = Float32(float32(r.Float()))
	case reflect.Float64:
		text = Float(r.Float())
	case reflect.Complex64:
		text = Complex64(complex64(r.Complex()))
	case reflect.Complex128:
		text = Complex(r.Complex())
	case reflect.String:
		text = r.String()
		if !predeclared {
			text = "\"" + text + "\""
		}
	case reflect.Pointer, reflect.Map, reflect.Func, reflect.Slice:
		return "(" + name + ") " + Hex(uint64(r.Pointer()))
	default:
		return "(" + name + ") 0xc000000000"
	}
	if predeclared {
		return text
	}
	return name + "(" + text + ")"
}

// Conversion is the text of a failed x.(want) for a type that is no interface: iface is the static type of x, dynamic the type
// it holds, "" if it is nil.
func Conversion(iface, dynamic, want string) string {
	if dynamic == "" {
		dynamic = "nil"
	}
	text := "interface conversion: " + iface + " is " + dynamic + ", not " + want
	if dynamic == want {
		text += " (types from different scopes)"
	}
	return text
}

// Method is the text of a failed x.(want) for an interface type, of which dynamic lacks a method.
func Method(dynamic, want, method string) string {
	if dynamic == "" {
		return "interface conversion: interface is nil, not " + want
	}
	return "interface conversion: " + dynamic + " is not " + want + ": missing method " + method
}

// ToArray is the text of a failed conversion of a slice of length n to an array of length want.
func ToArray(n, want int) string {
	return "runtime error: cannot convert slice with length " + Int(n) + " to array or pointer to array with length " + Int(want)
}

// SliceBounds is the text of a slice expression with three indices of which one (X) is above its limit (Y), or negative; form
// shows where they stand.
func SliceBounds(form string, x, y int) string {
	text := "runtime error: slice bounds out of range "
	for i := 0; i < len(form); i++ {
		switch c := form[i]; {
		case c == 'X':
			text += Int(x)
		case c == 'Y' && x >= 0:
			text += Int(y)
		case c == ' ' && x < 0:
			return text // Go says nothing more about negative ones
		case c != 'Y':
			text += string(rune(c))
		}
	}
	return text
}

// SliceBoundsUint is SliceBounds for an unsigned X.
func SliceBoundsUint(form string, x uint64, y int) string {
	text := "runtime error: slice bounds out of range "
	for i := 0; i < len(form); i++ {
		switch c := form[i]; c {
		case 'X':
			text += Uint(x)
		case 'Y':
			text += Int(y)
		default:
			text += string(rune(c))
		}
	}
	return text
}

// IndexUint is the text of an unsigned index out of range.
func IndexUint(i uint64, n int) string {
	return "runtime error: index out of range [" + Uint(i) + "] with length " + Int(n)
}

// Int is n in decimal.
func Int(n int) string {
	if n < 0 {
		return "-" + Uint(-uint64(n))
	}
	return Uint(uint64(n))
}

// Uint is n in decimal.
func Uint(n uint64) string {
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

// Hex is n in hexadecimal, with 0x.
func Hex(n uint64) string {
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

// Bool is true or false.
func Bool(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// Float is the shortest text that reads as f.
func Float(f float64) string { return host.FormatFloat(f) }

// Float32 is the same for a float32.
func Float32(f float32) string { return host.FormatFloat32(f) }

// Complex is (re+imi).
func Complex(c complex128) string { return parts(Float(real(c)), Float(imag(c))) }

// Complex64 is the same for a complex64.
func Complex64(c complex64) string { return parts(Float32(real(c)), Float32(imag(c))) }

func parts(re, im string) string {
	if im[0] != '-' && im[0] != '+' {
		im = "+" + im
	}
	return "(" + re + im + "i)"
}
