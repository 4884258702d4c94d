package load

import "strings"

// Nearest is the name that differs least from a wrong one, "" if none is close.
func Nearest(wrong string, names []string) string {
	best, least := "", 2 // one letter less
	if len(wrong) > 3 {
		least = max(2, len(wrong)/3) + 1 // two letters exchanged are two differences
	}
	for _, name := range names {
		d := distance(plainLetters(wrong), plainLetters(name))
		switch {
		case d < least || d == least && best != "" && name < best:
			best, least = name, d
		case len(wrong) > 1 && strings.HasPrefix(name, wrong) && best == "":
			best = name
		}
	}
	return best
}

// plainLetters leaves out what people write differently in names of several words.
func plainLetters(s string) string {
	return strings.NewReplacer("_", "", "-", "", "'", "").Replace(strings.ToLower(s))
}

// distance counts the letters to insert, remove or replace (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
