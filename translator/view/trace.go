package view

import (
	"regexp"
	"strings"
)

// Trace reads the text of a trace as it stands in the log of the JIT. Values of one family have one numbering; link gives the page for
// a guard or target, "" if there is none.
func Trace(text, family string, link func(name string) string) []Line {
	var lines []Line
	for raw := range strings.Lines(text) {
		raw = strings.TrimSuffix(raw, "\n")
		if raw == "" || strings.HasPrefix(raw, "trace ") {
			continue
		}
		l := Line{Head: strings.HasPrefix(raw, "label") || strings.HasPrefix(raw, "[")}
		parts := strings.Split(raw, "  # ")
		comment := ""
		for _, p := range parts[1:] {
			if file, number, ok := cutPosition(p); ok && l.Number == 0 {
				l.File, l.Number = file, number
			} else {
				comment += "  # " + p
			}
		}
		l.Spans = tokens(parts[0], traceToken, func(m []string) Span {
			switch {
			case m[1] != "":
				return Span{Text: m[0], Class: "val", Key: family + m[1]}
			case m[2] != "":
				return Span{Text: m[0], Class: "blk", Key: m[2], Link: link(m[2])}
			case m[3] != "":
				return Span{Text: m[0], Class: "str"}
			case m[4] != "":
				return Span{Text: m[0], Class: "type"}
			}
			return Span{Text: m[0], Class: "op"}
		})
		if comment != "" {
			l.Spans = append(l.Spans, Span{Text: comment, Class: "com"})
		}
		lines = append(lines, l)
	}
	return lines
}

var traceToken = regexp.MustCompile(`\b([pif][0-9]+)\b|\b((?:Guard|Target)[0-9]+)\b|(ConstPtr\(\w+\))|(descr=[^,)GT][^,)]*)|(^\w+|= \w+)`)

// Operation is the operation that a line of a trace shows, "" if none.
func (l *Line) Operation() string {
	for _, s := range l.Spans {
		if s.Class == "op" {
			return strings.TrimPrefix(s.Text, "= ")
		}
	}
	return ""
}

// Machine reads machine code: lines "# OPERATION" tell which operation of the trace the following are for, in the order of its lines.
func Machine(text string, trace []Line) []Line {
	var lines []Line
	at, now := 0, Line{}
	for raw := range strings.Lines(text) {
		raw = strings.TrimSuffix(strings.TrimPrefix(raw, "#"), "\n")
		name := strings.TrimSpace(raw)
		if !strings.Contains(name, " ") && name != "" {
			now = Line{}
			for k := at; k < len(trace); k++ {
				if trace[k].Operation() == name {
					now, at = trace[k], k+1
					break
				}
			}
			lines = append(lines, Line{Head: true, File: now.File, Number: now.Number, Spans: []Span{{Text: name, Class: "op"}}})
			continue
		}
		lines = append(lines, Line{File: now.File, Number: now.Number, Spans: tokens(raw, machineToken, func(m []string) Span {
			switch {
			case m[1] != "":
				return Span{Text: m[0], Class: "com"}
			case m[2] != "":
				return Span{Text: m[0], Class: "val", Key: "x" + m[2]}
			}
			return Span{Text: m[0]}
		})})
	}
	return lines
}

var machineToken = regexp.MustCompile(`(^[0-9a-f]+ +[0-9a-f]+)|\b(r[a-z0-9]{1,3}|e[a-z]{2}|xmm[0-9]+)\b`)
