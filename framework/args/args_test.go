package args

import (
	"reflect"
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		line string
		env  map[string]string
		want Switches
		rest string
	}{
		{line: "p"},
		{line: "p a b", rest: "a b"},
		{line: "p --jit off --gc=stress=1,verify=on --stats f --jit x", want: Switches{Jit: "off", GC: "stress=1,verify=on", Stats: true}, rest: "f --jit x"},
		{line: "p --jit=threshold=2 -- --stats", want: Switches{Jit: "threshold=2"}, rest: "--stats"},
		{line: "p -- -- x", rest: "-- x"},
		{line: "p --help", rest: "--help"},
		{line: "p --jitter", rest: "--jitter"},
		{line: "p --=x", rest: "--=x"},
		{line: "p --jit a --jit b", want: Switches{Jit: "b"}},
		{line: "p x", env: map[string]string{"KILN_JIT": "off", "KILN_GC": "max=1G", "KILN_STATS": "1"},
			want: Switches{Jit: "off", GC: "max=1G", Stats: true}, rest: "x"},
		{line: "p --jit on", env: map[string]string{"KILN_JIT": "off", "KILN_STATS": "0"}, want: Switches{Jit: "on"}},
	} {
		got, rest, err := Split(strings.Fields(c.line), func(name string) string { return c.env[name] })
		if err != nil || got != c.want || !reflect.DeepEqual(append([]string{}, rest...), strings.Fields(c.rest)) {
			t.Errorf("%s: %+v %q %v", c.line, got, rest, err)
		}
	}
	if _, rest, err := Split(nil, func(string) string { return "" }); err != nil || len(rest) != 0 {
		t.Error("no arguments at all")
	}
}

func TestSplitErrors(t *testing.T) {
	for line, want := range map[string]string{
		"p --jit":     "--jit: want a value: --jit VALUE or --jit=VALUE",
		"p --stats=1": "--stats: takes no value",
	} {
		if _, _, err := Split(strings.Fields(line), func(string) string { return "" }); err == nil || err.Error() != want {
			t.Errorf("%s: %v", line, err)
		}
	}
}
