// Package pattern is regular expressions for translated code.
//
//kiln:host
package pattern

import "regexp"

// Pattern is a compiled regular expression: a handle, in translated code.
type Pattern struct{ re *regexp.Regexp }

// Compile compiles an expression in Go's syntax.
func Compile(expression string) (*Pattern, error) {
	re, err := regexp.Compile(expression)
	if err != nil {
		return nil, err
	}
	return &Pattern{re}, nil
}

// Find is the leftmost match in text, and its groups; nil if there is none.
//
//kiln:borrow
func (p *Pattern) Find(text string) []string {
	found := p.re.FindStringSubmatch(text)
	for i, s := range found {
		found[i] = string([]byte(s)) // text is borrowed: nothing may keep a part of it
	}
	return found
}

// Replace replaces all matches by what the function makes of them.
func (p *Pattern) Replace(text string, by func(match string) string) string {
	return p.re.ReplaceAllStringFunc(text, by)
}
