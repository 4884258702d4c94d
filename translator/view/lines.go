package view

import (
	"regexp"
	"strconv"
	"strings"
)

// Flow reads the text of a flow graph (docs/formats.md). Values of graphs of the same family have the same numbers: those of
// the low-level stages, which change one graph step by step, and of the Go that is emitted from it.
func Flow(text, family string) []Line {
	var lines []Line
	for raw := range strings.Lines(text) {
		raw = strings.TrimSuffix(raw, "\n")
		l := Line{Head: strings.HasPrefix(raw, "b")}
		comment := ""
		if i := strings.LastIndex(raw, "  ; "); i >= 0 {
			note := raw[i+4:]
			raw = raw[:i]
			if file, number, ok := cutPosition(note); ok {
				l.File, l.Number = file, number
			} else {
				comment = "  ; " + note
			}
		}
		l.Spans = tokens(raw, flowToken, func(m []string) Span { return flowSpan(m, family) })
		if comment != "" {
			l.Spans = append(l.Spans, Span{Text: comment, Class: "com"})
		}
		lines = append(lines, l)
	}
	return lines
}

// flowToken finds strings, values with their names, blocks, operations and types in a line of a graph.
var flowToken = regexp.MustCompile(`("(?:[^"\\]|\\.)*")|\b([vrif])([0-9]+)\b(?:\.(\w+))?|\bb([0-9]+)\b|(^\w+|= \w+)|(:[*\[\]\w./()]+)`)

func flowSpan(m []string, family string) Span {
	switch {
	case m[1] != "":
		return Span{Text: m[0], Class: "str"}
	case m[3] != "":
		return Span{Text: m[0], Class: "val", Key: family + m[3], Name: m[4]}
	case m[5] != "":
		return Span{Text: m[0], Class: "blk", Key: family + "b" + m[5]}
	case m[6] != "":
		return Span{Text: m[0], Class: "op"}
	}
	return Span{Text: m[0], Class: "type"}
}

// Jitcode reads a disassembly: lines "line FILE:LINE" tell where the following come from.
func Jitcode(text string) []Line {
	var lines []Line
	file, number := "", 0
	for raw := range strings.Lines(text) {
		raw = strings.TrimSuffix(raw, "\n")
		if rest, ok := strings.CutPrefix(raw, "line "); ok {
			if f, n, ok := cutPosition(rest); ok {
				file, number = f, n
			} else {
				number = 0
			}
			continue
		}
		l := Line{File: file, Number: number, Head: strings.HasPrefix(raw, "L")}
		if trimmed := strings.TrimSpace(raw); strings.HasPrefix(trimmed, "live") || strings.HasPrefix(trimmed, "across") {
			l.Spans = []Span{{Text: raw, Class: "com"}}
		} else {
			l.Spans = tokens(raw, jitToken, jitSpan)
		}
		lines = append(lines, l)
	}
	return lines
}

var jitToken = regexp.MustCompile(`\b([irf][0-9]+)\b|\b(L[0-9]+)\b|(\$\w+)|(<[^>]*>)|(^\w+)`)

func jitSpan(m []string) Span {
	switch {
	case m[1] != "":
		return Span{Text: m[0], Class: "val", Key: "j" + m[1]}
	case m[2] != "":
		return Span{Text: m[0], Class: "blk", Key: "j" + m[2]}
	case m[3] != "":
		return Span{Text: m[0], Class: "str"}
	case m[4] != "":
		return Span{Text: m[0], Class: "type"}
	}
	return Span{Text: m[0], Class: "op"}
}

// EmittedGo reads Go as it is emitted: comments //line tell where the following lines come from. Variables are called after
// values of the family, labels after blocks.
func EmittedGo(text, family string) []Line {
	var lines []Line
	file, number := "", 0
	for raw := range strings.Lines(text) {
		raw = strings.ReplaceAll(strings.TrimSuffix(raw, "\n"), "\t", "  ")
		if rest, ok := strings.CutPrefix(strings.TrimSpace(raw), "//line "); ok {
			if f, n, ok := cutPosition(rest); ok {
				file, number = f, n
			}
			continue
		}
		l := Line{File: file, Number: number}
		l.Head = goLabel.MatchString(raw)
		l.Spans = tokens(raw, emittedToken, goSpan(func(m []string) Span {
			if m[4] != "" {
				return Span{Text: m[0], Class: "val", Key: family + m[4]}
			}
			return Span{Text: m[0], Class: "blk", Key: family + "b" + m[5]}
		}))
		lines = append(lines, l)
	}
	return lines
}

const goWords = `break|case|const|continue|default|else|for|func|goto|if|import|range|return|switch|type|var|map|struct|interface|package|defer|fallthrough`

// goText is what every text in Go has: literals, comments, keywords.
const goText = `("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` + "`[^`]*`" + `)|(//.*)|\b(` + goWords + `)\b`

var (
	goLabel      = regexp.MustCompile(`^\s*L[0-9]+:`)
	emittedToken = regexp.MustCompile(goText + `|\bv([0-9]+)\b|\bL([0-9]+)\b`)
	sourceToken  = regexp.MustCompile(goText + `|\b([A-Za-z_]\w*)\b`)
)

// goSpan is the span of a match of goText, or what other makes of the groups behind it.
func goSpan(other func(m []string) Span) func(m []string) Span {
	return func(m []string) Span {
		for i, class := range []string{"str", "com", "kw"} {
			if m[1+i] != "" {
				return Span{Text: m[0], Class: class}
			}
		}
		return other(m)
	}
}

// Source reads lines of a source file; names are the variables that the graphs know.
func Source(file string, first int, text []string, names map[string]bool) []Line {
	var lines []Line
	for i, raw := range text {
		l := Line{File: file, Number: first + i}
		l.Spans = tokens(strings.ReplaceAll(raw, "\t", "    "), sourceToken, goSpan(func(m []string) Span {
			if names[m[4]] {
				return Span{Text: m[0], Class: "val", Name: m[4]}
			}
			return Span{Text: m[0]}
		}))
		lines = append(lines, l)
	}
	return lines
}

// Names lists the variables that columns name.
func Names(columns []Column) map[string]bool {
	names := map[string]bool{}
	for _, c := range columns {
		for _, l := range c.Lines {
			for _, s := range l.Spans {
				if s.Name != "" {
					names[s.Name] = true
				}
			}
		}
	}
	return names
}

// tokens cuts a line into what a pattern finds and what stands between.
func tokens(line string, pattern *regexp.Regexp, span func(m []string) Span) []Span {
	var out []Span
	if rest := strings.TrimLeft(line, " "); len(rest) < len(line) {
		out = append(out, Span{Text: line[:len(line)-len(rest)]})
		line = rest
	}
	at := 0
	for _, m := range pattern.FindAllStringSubmatchIndex(line, -1) {
		if m[0] > at {
			out = append(out, Span{Text: line[at:m[0]]})
		}
		groups := make([]string, len(m)/2)
		for k := range groups {
			if m[2*k] >= 0 {
				groups[k] = line[m[2*k]:m[2*k+1]]
			}
		}
		out = append(out, span(groups))
		at = m[1]
	}
	if at < len(line) {
		out = append(out, Span{Text: line[at:]})
	}
	return out
}

// cutPosition reads FILE:LINE.
func cutPosition(s string) (file string, line int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i <= 0 {
		return "", 0, false
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n <= 0 || strings.ContainsAny(s[:i], " \t") {
		return "", 0, false
	}
	return s[:i], n, true
}
