// Package textdiff says how a text differs from the one that was wanted: First in a line, All as a person would mark it.
//
// Used by tests and by the commands that compare programs with plain Go; must not import anything of Kiln.
package textdiff

import (
	"fmt"
	"strings"
)

// First shows the first line that differs, "" if none does:
//
//	line 12: "7 8", want "7 9"
//	line 13: the end, want "10"
func First(want, got string) string {
	if want == got {
		return ""
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	n := 0
	for n < len(w) && n < len(g) && w[n] == g[n] {
		n++
	}
	switch {
	case n == len(g):
		return fmt.Sprintf("line %d: the end, want %s", n+1, excerpt(w[n], 0))
	case n == len(w):
		return fmt.Sprintf("line %d: %s, want the end", n+1, excerpt(g[n], 0))
	}
	same := 0
	for same < min(len(w[n]), len(g[n])) && w[n][same] == g[n][same] {
		same++
	}
	return fmt.Sprintf("line %d: %s, want %s", n+1, excerpt(g[n], same), excerpt(w[n], same))
}

// excerpt quotes what is around an offset of a line.
func excerpt(line string, at int) string {
	const before, length = 60, 200
	dots := ""
	if at > before && len(line) > length {
		dots, line = "...", line[at-before:]
	}
	if len(line) > length {
		return fmt.Sprintf("%s%q...", dots, line[:length])
	}
	return fmt.Sprintf("%s%q", dots, line)
}

// All compares two texts line by line: lines only in want are marked -, lines only in got +, and of
// what both have, two lines around each difference are shown.
func All(want, got string) string {
	a, b := lines(want), lines(got)
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	endA, endB := len(a), len(b)
	for endA > start && endB > start && a[endA-1] == b[endB-1] {
		endA, endB = endA-1, endB-1
	}
	var out []string
	for _, line := range a[:start] {
		out = append(out, "  "+line)
	}
	out = append(out, diffMiddle(a[start:endA], b[start:endB])...)
	for _, line := range a[endA:] {
		out = append(out, "  "+line)
	}
	return strings.Join(near(out), "\n") + "\n"
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// diffMiddle is the textbook longest common subsequence; beyond a million pairs it gives up on finding one.
func diffMiddle(a, b []string) []string {
	var out []string
	if len(a)*len(b) > 1_000_000 {
		for _, line := range a {
			out = append(out, "- "+line)
		}
		for _, line := range b {
			out = append(out, "+ "+line)
		}
		return out
	}
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, "  "+a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out = append(out, "- "+a[i])
			i++
		default:
			out = append(out, "+ "+b[j])
			j++
		}
	}
	return out
}

// near keeps the changed lines and two lines around them.
func near(all []string) []string {
	const context = 2
	keep := make([]bool, len(all))
	for i, line := range all {
		if line[0] == ' ' {
			continue
		}
		for j := max(0, i-context); j < min(len(all), i+context+1); j++ {
			keep[j] = true
		}
	}
	var out []string
	for i, line := range all {
		switch {
		case keep[i]:
			out = append(out, line)
		case len(out) == 0 || out[len(out)-1] != "  ...":
			out = append(out, "  ...")
		}
	}
	return out
}
