package main

// Token kinds. Operators and punctuation are tokPunct, told apart by their text.
const (
	tokEnd = iota
	tokName
	tokInt
	tokFloat
	tokString
	tokPunct
)

// Token is one lexical element.
type Token struct {
	kind  int
	text  string
	line  int
	first bool // first on its line: it cannot continue an expression
}

// Lexer turns source text into tokens, one ahead of the compiler.
type Lexer struct {
	src  string
	pos  int
	line int
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// skip passes blanks and comments; it tells whether a line ended.
func (l *Lexer) skip() bool {
	newline := l.pos == 0
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case c == '\n':
			l.line++
			newline = true
		case c == '#':
			for l.pos < len(l.src) && l.src[l.pos] != '\n' {
				l.pos++
			}
			continue
		case c == ' ' || c == '\t' || c == '\r' || c == ';':
			newline = newline || c == ';'
		default:
			return newline
		}
		l.pos++
	}
	return true
}

func (l *Lexer) next() Token {
	first := l.skip()
	t := Token{kind: tokEnd, line: l.line, first: first}
	if l.pos >= len(l.src) {
		return t
	}
	start := l.pos
	c := l.src[l.pos]
	switch {
	case isLetter(c):
		for l.pos < len(l.src) && (isLetter(l.src[l.pos]) || isDigit(l.src[l.pos])) {
			l.pos++
		}
		t.kind = tokName
	case isDigit(c):
		t.kind = l.number()
	case c == '"':
		l.pos++
		for l.pos < len(l.src) && l.src[l.pos] != '"' && l.src[l.pos] != '\n' {
			l.pos++
		}
		t.text = l.src[start+1 : l.pos]
		if l.pos >= len(l.src) || l.src[l.pos] != '"' {
			t.kind = tokPunct // an unknown token: the compiler reports it
			t.text = "unfinished string"
			return t
		}
		l.pos++
		t.kind = tokString
		return t
	default:
		l.pos++
		if l.pos < len(l.src) && l.src[l.pos] == '=' && (c == '=' || c == '!' || c == '<' || c == '>') {
			l.pos++
		}
		t.kind = tokPunct
	}
	t.text = l.src[start:l.pos]
	return t
}

// number passes digits, and a fraction if a digit follows the point.
func (l *Lexer) number() int {
	l.digits()
	if l.pos+1 < len(l.src) && l.src[l.pos] == '.' && isDigit(l.src[l.pos+1]) {
		l.pos++
		l.digits()
		return tokFloat
	}
	return tokInt
}

func (l *Lexer) digits() {
	for l.pos < len(l.src) && isDigit(l.src[l.pos]) {
		l.pos++
	}
}
