package main

// Scanner turns source text into tokens, one at a time.
type Scanner struct {
	source string
	pos    int
	line   int
}

func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// peek is the byte n places ahead, 0 at the end.
func (s *Scanner) peek(n int) byte {
	if s.pos+n >= len(s.source) {
		return 0
	}
	return s.source[s.pos+n]
}

// skip passes blanks and comments.
func (s *Scanner) skip() {
	for s.pos < len(s.source) {
		switch c := s.source[s.pos]; {
		case c == '\n':
			s.line++
		case c == '/' && s.peek(1) == '/':
			for s.pos < len(s.source) && s.source[s.pos] != '\n' {
				s.pos++
			}
			continue
		case c != ' ' && c != '\t' && c != '\r':
			return
		}
		s.pos++
	}
}

// next is the next token; at the end of the source, always tokEnd.
func (s *Scanner) next() Token {
	s.skip()
	if s.pos >= len(s.source) {
		return Token{tokEnd, "", s.line}
	}
	start := s.pos
	kind := s.scan()
	if kind == tokError {
		message := "Unexpected character."
		if s.source[start] == '"' {
			message = "Unterminated string."
		}
		return Token{tokError, message, s.line}
	}
	text := s.source[start:s.pos]
	if kind == tokName {
		kind = keyword(text)
	}
	return Token{kind, text, s.line}
}

// scan passes one token.
func (s *Scanner) scan() TokenKind {
	c := s.source[s.pos]
	s.pos++
	switch {
	case isLetter(c):
		for isLetter(s.peek(0)) || isDigit(s.peek(0)) {
			s.pos++
		}
		return tokName
	case isDigit(c):
		s.digits()
		if s.peek(0) == '.' && isDigit(s.peek(1)) {
			s.pos++
			s.digits()
		}
		return tokNumber
	}
	switch c {
	case '"':
		return s.text()
	case '(':
		return tokLeftParen
	case ')':
		return tokRightParen
	case '{':
		return tokLeftBrace
	case '}':
		return tokRightBrace
	case ',':
		return tokComma
	case '.':
		return tokDot
	case '-':
		return tokMinus
	case '+':
		return tokPlus
	case ';':
		return tokSemicolon
	case '/':
		return tokSlash
	case '*':
		return tokStar
	case '!':
		return s.orEqual(tokBang, tokBangEqual)
	case '=':
		return s.orEqual(tokEqual, tokEqualEqual)
	case '<':
		return s.orEqual(tokLess, tokLessEqual)
	case '>':
		return s.orEqual(tokGreater, tokGreaterEqual)
	}
	return tokError
}

func (s *Scanner) digits() {
	for isDigit(s.peek(0)) {
		s.pos++
	}
}

// text passes a string, which may span lines.
func (s *Scanner) text() TokenKind {
	for s.pos < len(s.source) {
		c := s.source[s.pos]
		s.pos++
		switch c {
		case '"':
			return tokString
		case '\n':
			s.line++
		}
	}
	return tokError
}

func (s *Scanner) orEqual(alone, with TokenKind) TokenKind {
	if s.peek(0) == '=' {
		s.pos++
		return with
	}
	return alone
}
