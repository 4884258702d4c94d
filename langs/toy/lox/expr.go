package main

import "kiln/framework/host"

// Expressions, by precedence from the loosest to the tightest.
const (
	precNone = iota
	precAssignment
	precOr
	precAnd
	precEquality
	precComparison
	precTerm
	precFactor
	precUnary
	precCall
)

// infix is the precedence of a token between operands.
func infix(kind TokenKind) int {
	switch kind {
	case tokOr:
		return precOr
	case tokAnd:
		return precAnd
	case tokBangEqual, tokEqualEqual:
		return precEquality
	case tokGreater, tokGreaterEqual, tokLess, tokLessEqual:
		return precComparison
	case tokMinus, tokPlus:
		return precTerm
	case tokSlash, tokStar:
		return precFactor
	case tokLeftParen, tokDot:
		return precCall
	}
	return precNone
}

func (c *Compiler) expression() { c.parse(precAssignment) }

// parse compiles an expression of at least this precedence.
func (c *Compiler) parse(precedence int) {
	c.advance()
	canAssign := precedence <= precAssignment
	if !c.prefix(canAssign) {
		c.err("Expect expression.")
		return
	}
	for infix(c.current.kind) >= precedence {
		c.advance()
		c.operator(canAssign)
	}
	if canAssign && c.accept(tokEqual) {
		c.err("Invalid assignment target.")
	}
}

// prefix compiles what the token just read starts; it answers false if that is no expression.
func (c *Compiler) prefix(canAssign bool) bool {
	t := c.previous
	switch t.kind {
	case tokLeftParen:
		c.expression()
		c.expect(tokRightParen, "Expect ')' after expression.")
	case tokMinus:
		c.parse(precUnary)
		c.emit(irNegate, 0, 0)
	case tokBang:
		c.parse(precUnary)
		c.emit(irNot, 0, 0)
	case tokNumber:
		// A number too large for a float64 is infinite, and no other error is possible.
		f, _ := host.ParseFloat(t.text)
		c.emitConstant(&Number{f})
	case tokString:
		c.emitConstant(t.text[1 : len(t.text)-1])
	case tokNil:
		c.emitConstant(Nil)
	case tokTrue:
		c.emitConstant(True)
	case tokFalse:
		c.emitConstant(False)
	case tokName:
		c.variable(t.text, canAssign)
	case tokThis:
		c.this()
	case tokSuper:
		c.super()
	default:
		return false
	}
	return true
}

// operator compiles the rest of an expression after the token just read, which follows an operand.
func (c *Compiler) operator(canAssign bool) {
	kind := c.previous.kind
	switch kind {
	case tokLeftParen:
		c.emit(irCall, c.arguments(), 0)
		return
	case tokDot:
		c.dot(canAssign)
		return
	case tokAnd:
		end := c.emit(irAnd, 0, 0)
		c.parse(precAnd)
		c.land(end)
		return
	case tokOr:
		end := c.emit(irOr, 0, 0)
		c.parse(precOr)
		c.land(end)
		return
	}
	c.parse(infix(kind) + 1)
	switch kind {
	case tokEqualEqual:
		c.emit(irEqual, 0, 0)
	case tokBangEqual:
		c.emit(irEqual, 0, 0)
		c.emit(irNot, 0, 0)
	case tokLess:
		c.emit(irLess, 0, 0)
	case tokGreater:
		c.emit(irGreater, 0, 0)
	case tokLessEqual: // a <= b is !(a > b), also if one is not a number
		c.emit(irGreater, 0, 0)
		c.emit(irNot, 0, 0)
	case tokGreaterEqual:
		c.emit(irLess, 0, 0)
		c.emit(irNot, 0, 0)
	case tokPlus:
		c.emit(irAdd, 0, 0)
	case tokMinus:
		c.emit(irSub, 0, 0)
	case tokStar:
		c.emit(irMul, 0, 0)
	case tokSlash:
		c.emit(irDiv, 0, 0)
	}
}

// arguments compiles a list of arguments after its parenthesis, and counts them.
func (c *Compiler) arguments() int {
	n := 0
	if !c.is(tokRightParen) {
		for {
			c.expression()
			if n == maxArguments {
				c.err("Can't have more than 255 arguments.")
			}
			n++
			if !c.accept(tokComma) {
				break
			}
		}
	}
	c.expect(tokRightParen, "Expect ')' after arguments.")
	return n
}

// dot compiles a property: read, assigned, or called.
func (c *Compiler) dot(canAssign bool) {
	c.expect(tokName, "Expect property name after '.'.")
	site := c.site(c.previous.text)
	switch {
	case canAssign && c.accept(tokEqual):
		c.expression()
		c.emit(irSetProperty, site, 0)
	case c.accept(tokLeftParen):
		n := c.arguments()
		c.emit(irInvoke, n, site)
	default:
		c.emit(irProperty, site, 0)
	}
}

func (c *Compiler) this() {
	if c.class == nil {
		c.err("Can't use 'this' outside of a class.")
		return
	}
	c.read("this")
}

func (c *Compiler) super() {
	if c.class == nil {
		c.err("Can't use 'super' outside of a class.")
	} else if !c.class.hasSuper {
		c.err("Can't use 'super' in a class with no superclass.")
	}
	c.expect(tokDot, "Expect '.' after 'super'.")
	c.expect(tokName, "Expect superclass method name.")
	site := c.site(c.previous.text)
	c.read("this")
	if c.accept(tokLeftParen) {
		n := c.arguments()
		c.read("super")
		c.emit(irInvokeSuper, n, site)
		return
	}
	c.read("super")
	c.emit(irSuper, site, 0)
}
