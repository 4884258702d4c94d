package textdiff

import (
	"strings"
	"testing"
)

func TestFirst(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for _, c := range []struct{ want, got, diff string }{
		{"a\nb\n", "a\nb\n", ""},
		{"a\nb\n", "a\nc\n", `line 2: "c", want "b"`},
		{"a\nb\n", "a\nb", `line 3: the end, want ""`},
		{"a", "a\nb", `line 2: "b", want the end`},
		{long + "1", long + "2", `line 1: ..."` + long[:60] + `2", want ..."` + long[:60] + `1"`},
		{"1" + long, "2" + long, `line 1: "2` + long[:199] + `"..., want "1` + long[:199] + `"...`},
	} {
		if d := First(c.want, c.got); d != c.diff {
			t.Errorf("got %s, want %s", d, c.diff)
		}
	}
}

func TestAll(t *testing.T) {
	want := "1\n2\n3\n4\n5\n6\n7\n8\n"
	got := "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"
	const diff = "  ...\n  3\n  4\n- 5\n+ five\n  6\n  7\n  8\n+ 9\n"
	if d := All(want, got); d != diff {
		t.Errorf("got\n%s", d)
	}
}
