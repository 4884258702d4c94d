package main

// Expressions, by precedence from the loosest to the tightest. A token that starts a line never
// continues an expression, so statements need no separator.

// infix tells whether the next token is the operator, on the same line.
func (c *Compiler) infix(text string) bool {
	return c.tok.kind == tokPunct && !c.tok.first && c.tok.text == text && c.accept(text)
}

// expression is a sum or a comparison of two.
func (c *Compiler) expression() {
	c.sum()
	switch {
	case c.infix("<"):
		c.sum()
		c.op(opLt, -1)
	case c.infix("<="):
		c.sum()
		c.op(opLe, -1)
	case c.infix("=="):
		c.sum()
		c.op(opEq, -1)
	case c.infix("!="):
		c.sum()
		c.op(opNe, -1)
	case c.infix(">"): // a > b is not (a <= b)
		c.sum()
		c.op(opLe, -1)
		c.op(opNot, 0)
	case c.infix(">="):
		c.sum()
		c.op(opLt, -1)
		c.op(opNot, 0)
	}
}

func (c *Compiler) sum() {
	c.product()
	for c.err == nil {
		if c.infix("+") {
			c.product()
			c.op(opAdd, -1)
		} else if c.infix("-") {
			c.product()
			c.op(opSub, -1)
		} else {
			return
		}
	}
}

func (c *Compiler) product() {
	c.unary()
	for c.err == nil {
		if c.infix("*") {
			c.unary()
			c.op(opMul, -1)
		} else if c.infix("/") {
			c.unary()
			c.op(opDiv, -1)
		} else if c.infix("%") {
			c.unary()
			c.op(opMod, -1)
		} else {
			return
		}
	}
}

func (c *Compiler) unary() {
	switch {
	case c.accept("-"):
		c.constant(&Int{0})
		c.unary()
		c.op(opSub, -1)
	case c.accept("!"):
		c.unary()
		c.op(opNot, 0)
	default:
		c.postfix()
	}
}

func (c *Compiler) postfix() {
	c.primary()
	for c.err == nil && c.infix("[") {
		c.expression()
		c.expect("]")
		c.op(opIndex, -1)
	}
}

func (c *Compiler) primary() {
	t := c.tok
	switch t.kind {
	case tokInt, tokFloat:
		c.advance()
		c.number(t.text, t.kind == tokFloat)
	case tokString:
		c.advance()
		c.constant(&Str{t.text})
	case tokName:
		c.advance()
		c.named(t.text)
	default:
		switch {
		case c.accept("("):
			c.expression()
			c.expect(")")
		case c.accept("["):
			n := c.items("]")
			c.opArg(opList, n, 1-n)
		case t.kind == tokEnd:
			c.fail("unexpected end of file")
		default:
			c.fail("unexpected " + t.text)
		}
	}
}

// named is a variable, a constant word, or a call.
func (c *Compiler) named(name string) {
	switch name {
	case "true":
		c.constant(&Bool{true})
		return
	case "false":
		c.constant(&Bool{false})
		return
	}
	if !c.infix("(") {
		c.load(name)
		return
	}
	n := c.items(")")
	if name == "len" && n == 1 {
		c.op(opLen, 0)
		return
	}
	i := c.findFunc(name)
	if i < 0 {
		i = c.promise(name, n)
	}
	if c.prog.funcs[i].params != n {
		c.fail("wrong number of arguments for " + name)
	}
	c.opArg(opCall, i, 1-n)
}

// items compiles expressions up to the closing bracket and counts them.
func (c *Compiler) items(end string) int {
	n := 0
	for !c.is(end) && c.err == nil {
		c.expression()
		n++
		if !c.accept(",") {
			break
		}
	}
	c.expect(end)
	return n
}
