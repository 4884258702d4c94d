package text

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"
)

type (
	named  int
	str    string
	yes    bool
	weight float32
)

func TestPanic(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "panic called with nil argument"}, {"a", "a"}, {errors.New("e"), "e"}, {time.Second, "1s"}, {42, "42"}, {int8(-5), "-5"},
		{math.MinInt, "-9223372036854775808"}, {uint64(math.MaxUint64), "18446744073709551615"}, {'x', "120"}, {true, "true"}, {1.5, "1.5"},
		{float32(0.1), "0.1"}, {2i, "(0+2i)"}, {complex64(-1 - 0.1i), "(-1-0.1i)"}, {complex(math.Inf(-1), math.NaN()), "(-Inf+NaNi)"},
		{named(3), "text.named(3)"}, {str("x"), `text.str("x")`}, {yes(false), "text.yes(false)"}, {weight(0.1), "text.weight(0.1)"},
		{struct{}{}, "(struct {}) 0xc000000000"},
	} {
		if got := Panic(c.v); got != c.want {
			t.Errorf("%T: %q, want %q", c.v, got, c.want)
		}
	}
}

func TestHex(t *testing.T) {
	for _, n := range []uint64{0, 9, 10, 0xdeadbeef, math.MaxUint64} {
		if got := Hex(n); got != fmt.Sprintf("%#x", n) {
			t.Errorf("%d: %s", n, got)
		}
	}
}
