package flow

import "strings"

// indexTop finds sep outside of quotes and brackets, from position from on; -1 if there is none.
func indexTop(s, sep string, from int) int {
	depth := 0
	for i := from; i < len(s); i++ {
		if depth == 0 && strings.HasPrefix(s[i:], sep) {
			return i
		}
		switch s[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		}
	}
	return -1
}

// cutTop is strings.Cut at the first separator outside of quotes and brackets.
func cutTop(s, sep string) (before, after string, found bool) {
	i := indexTop(s, sep, 0)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// splitTop is strings.Split at separators outside of quotes and brackets; the empty string has no parts.
func splitTop(s, sep string) []string {
	if s == "" {
		return nil
	}
	var out []string
	for {
		before, after, found := cutTop(s, sep)
		out = append(out, strings.TrimSpace(before))
		if !found {
			return out
		}
		s = after
	}
}
