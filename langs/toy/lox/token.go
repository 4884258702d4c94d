package main

// TokenKind tells tokens apart.
type TokenKind uint8

const (
	tokEnd   TokenKind = iota
	tokError           // text is the message
	tokName
	tokString // text includes the quotes
	tokNumber

	tokLeftParen
	tokRightParen
	tokLeftBrace
	tokRightBrace
	tokComma
	tokDot
	tokMinus
	tokPlus
	tokSemicolon
	tokSlash
	tokStar
	tokBang
	tokBangEqual
	tokEqual
	tokEqualEqual
	tokGreater
	tokGreaterEqual
	tokLess
	tokLessEqual

	tokAnd
	tokClass
	tokElse
	tokFalse
	tokFor
	tokFun
	tokIf
	tokNil
	tokOr
	tokPrint
	tokReturn
	tokSuper
	tokThis
	tokTrue
	tokVar
	tokWhile
)

// Token is one lexical element. line is where it ends.
type Token struct {
	kind TokenKind
	text string
	line int
}

// keyword is the kind of a name: tokName unless it is reserved.
func keyword(name string) TokenKind {
	switch name {
	case "and":
		return tokAnd
	case "class":
		return tokClass
	case "else":
		return tokElse
	case "false":
		return tokFalse
	case "for":
		return tokFor
	case "fun":
		return tokFun
	case "if":
		return tokIf
	case "nil":
		return tokNil
	case "or":
		return tokOr
	case "print":
		return tokPrint
	case "return":
		return tokReturn
	case "super":
		return tokSuper
	case "this":
		return tokThis
	case "true":
		return tokTrue
	case "var":
		return tokVar
	case "while":
		return tokWhile
	}
	return tokName
}
