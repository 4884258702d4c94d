// Command std uses functions of the standard library on pseudo-random operands and prints the results: translated from
// their own source, and where that was patched, they must print what Go's print.
package main

import (
	"bytes"
	"cmp"
	"errors"
	"math"
	"math/bits"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kiln/framework/host"
)

var seed uint64 = 1

func random() uint64 {
	seed ^= seed << 13
	seed ^= seed >> 7
	seed ^= seed << 17
	return seed
}

func below(n int) int { return int(random() % uint64(n)) }

func text(n int) string {
	var sb strings.Builder
	for range below(n) {
		switch below(4) {
		case 0:
			sb.WriteByte("ab ,;"[below(5)])
		case 1:
			sb.WriteString("ab")
		case 2:
			sb.WriteRune(rune(below(0x3000)))
		default:
			sb.WriteByte(byte(random()))
		}
	}
	return sb.String()
}

func line(parts ...string) { host.Print(strings.Join(parts, "|") + "\n") }

func float() float64 {
	if below(2) == 0 {
		return math.Float64frombits(random())
	}
	return float64(int64(random()>>40)) / 64
}

func numbers() {
	for range 60 {
		f := float()
		s := strconv.FormatFloat(f, 'g', -1, 64)
		g, err := strconv.ParseFloat(s, 64)
		if err != nil || math.Float64bits(f) != math.Float64bits(g) && f == f {
			line("does not read back", s)
		}
		line(s, strconv.FormatFloat(f, 'e', 5, 64), strconv.FormatFloat(float64(float32(f)), 'f', 3, 32))
		n := int64(random()) >> uint(below(64))
		line(strconv.FormatInt(n, 2+below(35)), strconv.Itoa(int(n)), strconv.FormatUint(uint64(n), 16))
		line(strconv.Itoa(bits.TrailingZeros64(uint64(n))), strconv.Itoa(bits.Len64(uint64(n))), strconv.Itoa(bits.OnesCount64(uint64(n))))
		hi, lo := bits.Mul64(uint64(n), random())
		line(strconv.FormatUint(hi, 10), strconv.FormatUint(lo, 10))
		for _, h := range []float64{math.Floor(f), math.Ceil(f), math.Trunc(f), math.Sqrt(f), math.Abs(f), math.Mod(f, 7), math.Exp(float() / 1e4),
			math.Log(math.Abs(f)), math.Sin(f), math.Pow(math.Abs(g), 0.3), math.Hypot(f, g), math.Max(f, 1), math.Min(g, -1), math.Atan2(f, 2)} {
			host.Print(strconv.FormatUint(math.Float64bits(h), 16) + " ")
		}
		line("")
	}
	for _, bad := range []string{"", "x", "1e999", "99999999999999999999", "0x1p-2", "1_000", "-", "+5", "inf", "nan"} {
		f, err := strconv.ParseFloat(bad, 64)
		n, err2 := strconv.Atoi(bad)
		line(bad, strconv.FormatFloat(f, 'g', -1, 64), message(err), strconv.Itoa(n), message(err2))
	}
}

func message(err error) string {
	if err == nil {
		return "ok"
	}
	if errors.Is(err, strconv.ErrRange) {
		return "range: " + err.Error()
	}
	if u := errors.Unwrap(err); u != nil {
		return u.Error() + ": " + err.Error()
	}
	return err.Error()
}

func texts() {
	for range 60 {
		s, t := text(12), text(3)
		line(strconv.Quote(s), strconv.QuoteToASCII(s), strconv.Quote(t))
		line(strconv.Itoa(strings.Index(s, t)), strconv.Itoa(strings.LastIndex(s, t)), strconv.Itoa(strings.Count(s, t)),
			strconv.Itoa(strings.IndexByte(s, 'a')), strconv.Itoa(strings.IndexAny(s, "b,;")), strconv.Itoa(strings.Compare(s, t)))
		line(strconv.Quote(strings.ToUpper(s)), strconv.Quote(strings.ToLower(s)), strconv.Quote(strings.TrimSpace(s)))
		line(strconv.Quote(strings.ReplaceAll(s, "ab", "<>")), strconv.Quote(strings.Repeat(t, 3)), strconv.Quote(strings.Trim(s, "ab ")))
		line(strings.Split(strconv.Quote(s), ",")...)
		line(strings.Fields(strconv.Quote(s))...)
		line(strconv.FormatBool(strings.EqualFold(s, strings.ToUpper(s))), strconv.FormatBool(utf8.ValidString(s)), strconv.Itoa(utf8.RuneCountInString(s)))
		for _, r := range s {
			host.Print(strconv.FormatBool(unicode.IsLetter(r)) + strconv.FormatBool(unicode.IsSpace(r)) + strconv.Itoa(int(unicode.ToLower(r))) + " ")
		}
		b := []byte(s)
		line("", strconv.Itoa(bytes.Compare(b, []byte(t))), strconv.Itoa(bytes.Index(b, []byte(t))), strconv.Itoa(bytes.Count(b, []byte("a"))), strconv.FormatBool(bytes.Equal(b, b)))
		if u, err := strconv.Unquote(strconv.Quote(s)); err != nil || u != s && utf8.ValidString(s) {
			line("does not read back", u)
		}
		line(strconv.Quote(strings.Map(func(r rune) rune {
			if r == 'a' {
				return -1
			}
			return r + 1
		}, s)), strconv.Quote(strings.Clone(s)))
	}
}

type byLength []string

func (b byLength) Len() int           { return len(b) }
func (b byLength) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLength) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

func sorting() {
	for range 6 {
		xs, names := make([]int, 40), make([]string, 20)
		for i := range xs {
			xs[i] = below(100)
		}
		for i := range names {
			names[i] = text(9)
		}
		sort.Sort(byLength(names))
		sort.Stable(sort.Reverse(byLength(names)))
		line(strconv.Quote(strings.Join(names, "/")))
		ys := slices.Clone(xs)
		sort.Ints(xs)
		slices.SortFunc(ys, func(a, b int) int { return cmp.Compare(a, b) })
		at, found := slices.BinarySearch(xs, 50)
		line(strconv.FormatBool(slices.Equal(xs, ys)), strconv.Itoa(at), strconv.FormatBool(found), strconv.Itoa(slices.Max(xs)), strconv.Itoa(slices.Index(xs, 7)))
		slices.Reverse(xs)
		slices.Sort(names)
		for _, x := range slices.Compact(xs) {
			host.Print(strconv.Itoa(x) + " ")
		}
		line(strconv.Quote(strings.Join(names, "/")))
	}
}

func main() {
	numbers()
	texts()
	sorting()
}
