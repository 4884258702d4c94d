package main

import "kiln/framework/host"

// Compiler parses and emits code in one pass. The first error stops it.
type Compiler struct {
	lex     *Lexer
	tok     Token // the next one
	line    int   // of the token before
	prog    *Program
	globals []string
	unit    *unit
	missing []missing // functions called, but not defined yet
	err     *Failure
}

// missing is a function that was called before its definition.
type missing struct {
	fn   *Func
	line int // of the call
}

// unit is the function being compiled.
type unit struct {
	fn     *Func
	code   []byte
	lines  []int
	names  []string // locals; nil at top level, where variables are global
	top    bool
	height int // of the operand stack
	max    int
	last   int // where the last instruction starts
}

// compile makes a program of source text; its function 0 is the top level.
func compile(src string) (*Program, *Failure) {
	c := &Compiler{lex: &Lexer{src: src, line: 1}, prog: &Program{}}
	main := c.begin("main", true)
	c.advance()
	for c.tok.kind != tokEnd && c.err == nil {
		c.statement()
	}
	c.result()
	c.end(main)
	if len(c.missing) > 0 && c.err == nil {
		c.err = &Failure{"unknown function " + c.missing[0].fn.name, c.missing[0].line}
	}
	c.prog.globals = make(Values, len(c.globals))
	return c.prog, c.err
}

func (c *Compiler) begin(name string, top bool) *unit {
	u := &unit{top: top}
	for i, m := range c.missing {
		if m.fn.name == name {
			u.fn = m.fn
			c.missing = append(c.missing[:i], c.missing[i+1:]...)
			break
		}
	}
	if u.fn == nil {
		u.fn = &Func{name: name, params: -1}
		c.prog.funcs = append(c.prog.funcs, u.fn)
	}
	c.unit = u
	return u
}

// promise makes a function that is called before its definition, and says its number.
func (c *Compiler) promise(name string, params int) int {
	fn := &Func{name: name, params: params}
	c.prog.funcs = append(c.prog.funcs, fn)
	c.missing = append(c.missing, missing{fn, c.line})
	return len(c.prog.funcs) - 1
}

func (c *Compiler) end(u *unit) {
	u.fn.code = string(u.code)
	u.fn.lines = u.lines
	u.fn.locals = len(u.names)
	u.fn.size = len(u.names) + u.max + 1
	if len(u.names) > 255 || len(u.fn.consts) > 255 || len(c.globals) > 255 || len(c.prog.funcs) > 255 {
		c.fail("more than 255 variables, constants or functions")
	}
}

func (c *Compiler) fail(message string) {
	if c.err == nil {
		c.err = &Failure{message, c.tok.line}
	}
}

// emit adds a byte of code.
func (c *Compiler) emit(b byte) {
	c.unit.code = append(c.unit.code, b)
	c.unit.lines = append(c.unit.lines, c.line)
}

// op adds an instruction that changes the height of the stack by effect.
func (c *Compiler) op(op byte, effect int) {
	u := c.unit
	u.last = len(u.code)
	c.emit(op)
	u.height += effect
	if u.height > u.max {
		u.max = u.height
	}
}

func (c *Compiler) opArg(op byte, arg int, effect int) {
	c.op(op, effect)
	c.emit(byte(arg))
}

func (c *Compiler) constant(v Value) {
	fn := c.unit.fn
	fn.consts = append(fn.consts, v)
	c.opArg(opConst, len(fn.consts)-1, 1)
}

func (c *Compiler) advance() {
	c.line = c.tok.line
	c.tok = c.lex.next()
}

func (c *Compiler) is(text string) bool {
	return c.tok.text == text && (c.tok.kind == tokPunct || c.tok.kind == tokName)
}

func (c *Compiler) accept(text string) bool {
	if !c.is(text) {
		return false
	}
	c.advance()
	return true
}

func (c *Compiler) expect(text string) {
	if !c.accept(text) {
		got := c.tok.text
		if c.tok.kind == tokEnd {
			got = "end of file"
		}
		c.fail("expected " + text + " before " + got)
	}
}

func (c *Compiler) name() string {
	name := c.tok.text
	if c.tok.kind != tokName {
		c.fail("expected a name before " + name)
	}
	c.advance()
	return name
}

func find(names []string, name string) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return -1
}

// declare finds or makes a variable of the current function, or a global one at top level.
func (c *Compiler) declare(name string) {
	if c.unit.top {
		if find(c.globals, name) < 0 {
			c.globals = append(c.globals, name)
		}
	} else if find(c.unit.names, name) < 0 {
		c.unit.names = append(c.unit.names, name)
	}
}

func (c *Compiler) load(name string) {
	if i := find(c.unit.names, name); i >= 0 {
		c.opArg(opLoad, i, 1)
	} else if i := find(c.globals, name); i >= 0 {
		c.opArg(opGlobal, i, 1)
	} else {
		c.fail("unknown variable " + name)
	}
}

func (c *Compiler) store(name string) {
	if i := find(c.unit.names, name); i >= 0 {
		c.opArg(opStore, i, -1)
	} else if i := find(c.globals, name); i >= 0 {
		c.opArg(opSetGlobal, i, -1)
	} else {
		c.fail("unknown variable " + name + ": write let " + name + " = ... first")
	}
}

// jump emits a forward jump and returns the place of its operand.
func (c *Compiler) jump(op byte, effect int) int {
	c.op(op, effect)
	c.emit(0)
	c.emit(0)
	return len(c.unit.code) - 2
}

func (c *Compiler) setTarget(at, target int) {
	if target > 65535 {
		c.fail("function too long")
	}
	c.unit.code[at] = byte(target >> 8)
	c.unit.code[at+1] = byte(target)
}

func (c *Compiler) land(at int) { c.setTarget(at, len(c.unit.code)) }

func (c *Compiler) block() {
	c.expect("{")
	for !c.is("}") && c.tok.kind != tokEnd && c.err == nil {
		c.statement()
	}
	c.expect("}")
}

// result ends a function that fell off its end: it returns 0.
func (c *Compiler) result() {
	c.constant(&Int{0})
	c.op(opReturn, -1)
}

func (c *Compiler) statement() {
	switch {
	case c.accept("fn"):
		c.function()
	case c.accept("let"):
		name := c.name()
		c.expect("=")
		c.expression()
		c.declare(name)
		c.store(name)
	case c.accept("while"):
		start := len(c.unit.code)
		c.expression()
		exit := c.jump(opJumpFalse, -1)
		c.block()
		c.setTarget(c.jump(opLoop, 0), start)
		c.land(exit)
	case c.accept("if"):
		c.ifRest()
	case c.accept("return"):
		c.expression()
		c.op(opReturn, -1)
	case c.accept("print"):
		c.expression()
		c.op(opPrint, -1)
	case c.accept("append"):
		c.expression()
		c.expect(",")
		c.expression()
		c.op(opAppend, -2)
	default:
		c.assignment()
	}
}

func (c *Compiler) ifRest() {
	c.expression()
	otherwise := c.jump(opJumpFalse, -1)
	c.block()
	if !c.accept("else") {
		c.land(otherwise)
		return
	}
	end := c.jump(opJump, 0)
	c.land(otherwise)
	if c.accept("if") {
		c.ifRest()
	} else {
		c.block()
	}
	c.land(end)
}

// assignment is name = e, list[i] = e, or an expression whose value is dropped.
func (c *Compiler) assignment() {
	if c.tok.kind == tokName {
		saved, lex := c.tok, *c.lex
		name := c.name()
		if c.accept("=") {
			c.expression()
			c.store(name)
			return
		}
		c.tok, *c.lex = saved, lex
	}
	if c.storeItem() {
		return
	}
	c.op(opPop, -1)
}

// storeItem compiles an expression; if it is an item and = follows, the store to it.
func (c *Compiler) storeItem() bool {
	c.expression()
	if !c.is("=") {
		return false
	}
	u := c.unit
	if u.code[u.last] != opIndex {
		c.fail("only a variable or an item of a list can be assigned")
		return true
	}
	u.code = u.code[:u.last] // opIndex is the last byte
	u.lines = u.lines[:u.last]
	u.height++
	c.expect("=")
	c.expression()
	c.op(opSetIndex, -3)
	return true
}

func (c *Compiler) function() {
	outer := c.unit
	name := c.name()
	if !outer.top {
		c.fail("functions cannot be nested")
	}
	u := c.begin(name, false)
	c.expect("(")
	for !c.is(")") && c.err == nil {
		u.names = append(u.names, c.name())
		if !c.accept(",") {
			break
		}
	}
	c.expect(")")
	if u.fn.params >= 0 && u.fn.params != len(u.names) {
		c.fail("wrong number of arguments for " + name + " before its definition")
	}
	u.fn.params = len(u.names)
	c.block()
	c.result()
	c.end(u)
	c.unit = outer
}

func (c *Compiler) findFunc(name string) int {
	for i, fn := range c.prog.funcs {
		if fn.name == name {
			return i
		}
	}
	return -1
}

func (c *Compiler) number(text string, float bool) {
	if float {
		f, err := host.ParseFloat(text)
		if err != nil {
			c.fail("bad number " + text)
		}
		c.constant(&Float{f})
		return
	}
	n, err := host.ParseInt(text)
	if err != nil {
		c.fail("bad number " + text)
	}
	c.constant(&Int{n})
}
