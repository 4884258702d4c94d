package view

import (
	"fmt"
	"strings"
	"testing"
)

// spans writes what a reader makes of a text: FILE:LINE of each line, and its pieces with class, key and name.
func spans(lines []Line) string {
	var sb strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&sb, "%s:%d", l.File, l.Number)
		if l.Head {
			sb.WriteString(" head")
		}
		for _, s := range l.Spans {
			if s.Class != "" || s.Key != "" {
				fmt.Fprintf(&sb, " [%s %s %s %s]", strings.TrimSpace(s.Text), s.Class, s.Key, s.Name)
			}
		}
		sb.WriteString("\n")
	}
	return sb.String()
}

func TestReaders(t *testing.T) {
	for _, c := range []struct{ name, got, want string }{
		{"flow", spans(Flow("low func main.f -> i {\nb1(i4.pos, r5):  ; for.loop\n  i7 = int_add i4, 1  ; a/b.go:12\n  branch i7, b2, b3  ; a/b.go:13\n}\n", "v")),
			":0 [low op  ]\n:0 head [b1 blk vb1 ] [i4.pos val v4 pos] [r5 val v5 ] [; for.loop com  ]\n" +
				"a/b.go:12 [i7 val v7 ] [= int_add op  ] [i4 val v4 ]\na/b.go:13 [branch op  ] [i7 val v7 ] [b2 blk vb2 ] [b3 blk vb3 ]\n:0\n"},
		{"jitcode", spans(Jitcode("jitcode main.f(i) i\nline a.go:3\nL0:\n  live i0\n  int_add i0 $1 -> i2\n")),
			":0 [jitcode op  ]\na.go:3 head [L0 blk jL0 ]\na.go:3 [live i0 com  ]\na.go:3 [int_add op  ] [i0 val ji0 ] [$1 str  ] [i2 val ji2 ]\n"},
		{"emitted", spans(EmittedGo("func f(v1 int) {\n//line a.go:7\nL2:\n\tv3 = v1 + 1 // x\n\tgoto L2\n}\n", "v")),
			":0 [func kw  ] [v1 val v1 ]\na.go:7 head [L2 blk vb2 ]\na.go:7 [v3 val v3 ] [v1 val v1 ] [// x com  ]\na.go:7 [goto kw  ] [L2 blk vb2 ]\na.go:7\n"},
		{"source", spans(Source("a.go", 4, []string{"\tfor pos := range xs { // xs", `	s = "pos"`}, map[string]bool{"pos": true})),
			"a.go:4 [for kw  ] [pos val  pos] [range kw  ] [// xs com  ]\na.go:5 [\"pos\" str  ]\n"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.name, c.got, c.want)
		}
	}
}

func TestPageEscapes(t *testing.T) {
	var sb strings.Builder
	p := Page{Title: "f[<T>]", Where: "a.go:1", Columns: []Column{{Stage: "s&t", Note: "<b>", Lines: []Line{{Spans: []Span{{Text: "a<b", Class: "str"}}}}}}}
	if err := p.WriteHTML(&sb); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<h1>f[&lt;T&gt;]</h1>", "s&amp;t", "&lt;b&gt;", `<b class="str">a&lt;b</b>`} {
		if !strings.Contains(sb.String(), want) {
			t.Errorf("no %s in the page", want)
		}
	}
}
