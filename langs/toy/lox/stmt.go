package main

// Declarations and statements.

func (c *Compiler) declaration() {
	switch {
	case c.accept(tokClass):
		c.classDeclaration()
	case c.accept(tokFun):
		c.funDeclaration()
	case c.accept(tokVar):
		c.varDeclaration()
	default:
		c.statement()
	}
	if c.panicked {
		c.synchronize()
	}
}

// name reads and declares the name of a variable.
func (c *Compiler) name(message string) string {
	c.expect(tokName, message)
	name := c.previous.text
	c.declare(name)
	return name
}

func (c *Compiler) varDeclaration() {
	name := c.name("Expect variable name.")
	if c.accept(tokEqual) {
		c.expression()
	} else {
		c.emitConstant(Nil)
	}
	c.expect(tokSemicolon, "Expect ';' after variable declaration.")
	c.define(name)
}

func (c *Compiler) funDeclaration() {
	name := c.name("Expect function name.")
	if c.unit.depth == 0 {
		c.emit(irClosure, c.function(unitFunction), 0)
		c.define(name)
		return
	}
	c.ready() // it may call itself
	slot := len(c.unit.locals) - 1
	index := c.function(unitFunction)
	c.emitVar(irFunction, index, slot, c.unit.locals[slot].v)
}

// function compiles parameters and body of the function whose name has just been read.
func (c *Compiler) function(kind int) int {
	u := c.begin(kind, c.previous.text)
	c.beginScope()
	c.expect(tokLeftParen, "Expect '(' after function name.")
	if !c.is(tokRightParen) {
		for {
			u.fn.arity++
			if u.fn.arity > maxArguments {
				c.errorAt(c.current, "Can't have more than 255 parameters.")
			}
			c.name("Expect parameter name.")
			c.ready()
			if !c.accept(tokComma) {
				break
			}
		}
	}
	c.expect(tokRightParen, "Expect ')' after parameters.")
	c.expect(tokLeftBrace, "Expect '{' before function body.")
	c.block()
	return c.end()
}

func (c *Compiler) classDeclaration() {
	c.expect(tokName, "Expect class name.")
	name := c.previous.text
	c.declare(name)
	c.emit(irClass, c.unit.constant(name), 0)
	c.define(name)
	c.class = &classScope{outer: c.class}
	if c.accept(tokLess) {
		c.expect(tokName, "Expect superclass name.")
		c.read(c.previous.text)
		if c.previous.text == name {
			c.err("A class can't inherit from itself.")
		}
		c.beginScope()
		c.addLocal("super")
		c.define("super")
		c.read(name)
		c.emit(irInherit, 0, 0)
		c.class.hasSuper = true
	}
	c.read(name)
	c.expect(tokLeftBrace, "Expect '{' before class body.")
	for !c.is(tokRightBrace) && !c.is(tokEnd) {
		c.method()
	}
	c.expect(tokRightBrace, "Expect '}' after class body.")
	c.emit(irPop, 0, 0)
	if c.class.hasSuper {
		c.endScope()
	}
	c.class = c.class.outer
}

func (c *Compiler) method() {
	c.expect(tokName, "Expect method name.")
	name, kind := c.previous.text, unitMethod
	if name == "init" {
		kind = unitInit
	}
	site := c.site(name)
	index := c.function(kind)
	c.emit(irMethod, index, site)
}

func (c *Compiler) statement() {
	switch {
	case c.accept(tokPrint):
		c.expression()
		c.expect(tokSemicolon, "Expect ';' after value.")
		c.emit(irPrint, 0, 0)
	case c.accept(tokFor):
		c.forStatement()
	case c.accept(tokIf):
		c.ifStatement()
	case c.accept(tokReturn):
		c.returnStatement()
	case c.accept(tokWhile):
		c.whileStatement()
	case c.accept(tokLeftBrace):
		c.beginScope()
		c.block()
		c.endScope()
	default:
		c.expressionStatement()
	}
}

// block compiles declarations up to the closing brace.
func (c *Compiler) block() {
	for !c.is(tokRightBrace) && !c.is(tokEnd) {
		c.declaration()
	}
	c.expect(tokRightBrace, "Expect '}' after block.")
}

func (c *Compiler) expressionStatement() {
	c.expression()
	c.expect(tokSemicolon, "Expect ';' after expression.")
	c.emit(irPop, 0, 0)
}

func (c *Compiler) ifStatement() {
	c.expect(tokLeftParen, "Expect '(' after 'if'.")
	c.expression()
	c.expect(tokRightParen, "Expect ')' after condition.")
	otherwise := c.emit(irJumpFalse, 0, 0)
	c.statement()
	if !c.accept(tokElse) {
		c.land(otherwise)
		return
	}
	end := c.emit(irJump, 0, 0)
	c.land(otherwise)
	c.statement()
	c.land(end)
}

func (c *Compiler) whileStatement() {
	start := len(c.unit.code)
	c.expect(tokLeftParen, "Expect '(' after 'while'.")
	c.expression()
	c.expect(tokRightParen, "Expect ')' after condition.")
	exit := c.emit(irJumpFalse, 0, 0)
	c.statement()
	c.emit(irLoop, start, 0)
	c.land(exit)
}

// forStatement: the increment is read before the body and runs after it, so its code is put aside.
func (c *Compiler) forStatement() {
	c.beginScope()
	c.expect(tokLeftParen, "Expect '(' after 'for'.")
	switch {
	case c.accept(tokSemicolon):
	case c.accept(tokVar):
		c.varDeclaration()
	default:
		c.expressionStatement()
	}
	start, exit := len(c.unit.code), -1
	if !c.accept(tokSemicolon) {
		c.expression()
		c.expect(tokSemicolon, "Expect ';' after loop condition.")
		exit = c.emit(irJumpFalse, 0, 0)
	}
	increment := len(c.unit.code)
	if !c.accept(tokRightParen) {
		c.expression()
		c.emit(irPop, 0, 0)
		c.expect(tokRightParen, "Expect ')' after for clauses.")
	}
	aside := c.unit.cut(increment)
	c.statement()
	c.unit.paste(aside, increment)
	c.emit(irLoop, start, 0)
	if exit >= 0 {
		c.land(exit)
	}
	c.endScope()
}

func (c *Compiler) returnStatement() {
	u := c.unit
	if u.kind == unitScript {
		c.err("Can't return from top-level code.")
	}
	if c.accept(tokSemicolon) {
		if u.kind == unitInit {
			c.emit(irReturnThis, 0, 0)
		} else {
			c.emit(irReturnNil, 0, 0)
		}
		return
	}
	if u.kind == unitInit {
		c.err("Can't return a value from an initializer.")
	}
	c.expression()
	c.expect(tokSemicolon, "Expect ';' after return value.")
	c.emit(irReturn, 0, 0)
}
