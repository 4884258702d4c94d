package main

import "kiln/framework/host"

// Compiler reads source text once and emits as it goes, like the book's. After an error it goes on to report
// others, but makes no code.
type Compiler struct {
	scanner  *Scanner
	symbols  *Symbols
	previous Token
	current  Token
	failed   bool
	panicked bool // errors are not reported until the next statement
	unit     *unit
	units    []*unit
	class    *classScope
}

// classScope is a class whose body is being compiled.
type classScope struct {
	outer    *classScope
	hasSuper bool
}

// The book's limits.
const (
	maxLocals    = 256
	maxUpvalues  = 256
	maxArguments = 255
)

// compile makes a function of a script; nil after errors, which went to standard error.
func compile(source string, symbols *Symbols) *Function {
	c := &Compiler{scanner: &Scanner{source: source, line: 1}, symbols: symbols}
	script := c.begin(unitScript, "")
	c.advance()
	for !c.accept(tokEnd) {
		c.declaration()
	}
	c.end()
	if c.failed {
		return nil
	}
	for _, u := range c.units {
		if !assemble(u, c.units) {
			host.Eprint("[line " + host.FormatInt(u.fn.line) + "] Error: Function is too large.\n")
			return nil
		}
	}
	return script.fn
}

// begin starts a function. Its slot 0 is "this" in methods, and nothing otherwise.
func (c *Compiler) begin(kind int, name string) *unit {
	u := &unit{fn: &Function{name: name, line: c.previous.line}, index: len(c.units), kind: kind, outer: c.unit}
	receiver := ""
	if kind == unitMethod || kind == unitInit {
		receiver = "this"
	}
	u.locals = append(u.locals, local{&variable{name: receiver}, 0})
	c.units = append(c.units, u)
	c.unit = u
	return u
}

// end ends the current function with the return that it may lack. It answers the function's index.
func (c *Compiler) end() int {
	u := c.unit
	if u.kind == unitInit {
		c.emit(irReturnThis, 0, 0)
	} else {
		c.emit(irReturnNil, 0, 0)
	}
	c.unit = u.outer
	return u.index
}

// emit adds an instruction and answers its index. Its line is that of the token just read.
func (c *Compiler) emit(op, a, b int) int {
	u := c.unit
	u.code = append(u.code, ir{op: op, a: a, b: b, line: c.previous.line})
	return len(u.code) - 1
}

// emitVar adds an instruction about a variable.
func (c *Compiler) emitVar(op, a, b int, v *variable) {
	at := c.emit(op, a, b)
	c.unit.code[at].v = v
}

// land makes a jump emitted before go to here.
func (c *Compiler) land(jump int) { c.unit.code[jump].a = len(c.unit.code) }

func (c *Compiler) emitConstant(v Value) { c.emit(irConst, c.unit.constant(v), 0) }

// site makes a place in the current function that uses a name of a property.
func (c *Compiler) site(name string) int {
	fn := c.unit.fn
	fn.sites = append(fn.sites, &Site{name: c.symbols.of(name)})
	return len(fn.sites) - 1
}

// Tokens and errors.

func (c *Compiler) advance() {
	c.previous = c.current
	for {
		c.current = c.scanner.next()
		if c.current.kind != tokError {
			return
		}
		c.errorAt(c.current, c.current.text)
	}
}

func (c *Compiler) is(kind TokenKind) bool { return c.current.kind == kind }

func (c *Compiler) accept(kind TokenKind) bool {
	if c.current.kind != kind {
		return false
	}
	c.advance()
	return true
}

func (c *Compiler) expect(kind TokenKind, message string) {
	if !c.accept(kind) {
		c.errorAt(c.current, message)
	}
}

// err reports an error at the token just read.
func (c *Compiler) err(message string) { c.errorAt(c.previous, message) }

func (c *Compiler) errorAt(t Token, message string) {
	if c.panicked {
		return
	}
	c.panicked = true
	c.failed = true
	where := " at '" + t.text + "'"
	switch t.kind {
	case tokEnd:
		where = " at end"
	case tokError:
		where = ""
	}
	host.Eprint("[line " + host.FormatInt(t.line) + "] Error" + where + ": " + message + "\n")
}

// synchronize skips to what looks like the start of a statement.
func (c *Compiler) synchronize() {
	c.panicked = false
	for c.current.kind != tokEnd {
		if c.previous.kind == tokSemicolon {
			return
		}
		switch c.current.kind {
		case tokClass, tokFun, tokVar, tokFor, tokIf, tokWhile, tokPrint, tokReturn:
			return
		}
		c.advance()
	}
}
