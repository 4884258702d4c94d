package main

// Variables: which one a name means, and the code that reads and writes it.

func (c *Compiler) beginScope() { c.unit.depth++ }

// endScope forgets the variables of the innermost block.
func (c *Compiler) endScope() {
	u := c.unit
	u.depth--
	n := len(u.locals)
	for n > 0 && u.locals[n-1].depth > u.depth {
		n--
	}
	c.emit(irDrop, len(u.locals)-n, 0)
	u.locals = u.locals[:n]
}

// declare puts a name into the current block; at top level it does nothing, as globals are found by name. The variable
// cannot be used until define.
func (c *Compiler) declare(name string) {
	u := c.unit
	if u.depth == 0 {
		return
	}
	for i := len(u.locals) - 1; i >= 0; i-- {
		if l := u.locals[i]; l.depth != -1 && l.depth < u.depth {
			break
		}
		if u.locals[i].v.name == name {
			c.err("Already a variable with this name in this scope.")
		}
	}
	c.addLocal(name)
}

func (c *Compiler) addLocal(name string) {
	u := c.unit
	if len(u.locals) == maxLocals {
		c.err("Too many local variables in function.")
		return
	}
	u.locals = append(u.locals, local{&variable{name: name}, -1})
}

// define makes the variable declared last usable; its value is on top of the stack.
func (c *Compiler) define(name string) {
	u := c.unit
	if u.depth == 0 {
		c.emit(irDefGlobal, c.global(name), 0)
		return
	}
	c.ready()
	slot := len(u.locals) - 1
	c.emitVar(irDeclare, slot, 0, u.locals[slot].v)
}

// ready ends the time in which the local declared last cannot be used.
func (c *Compiler) ready() {
	u := c.unit
	if u.depth > 0 {
		u.locals[len(u.locals)-1].depth = u.depth
	}
}

func (c *Compiler) global(name string) int { return c.unit.global(c.symbols.of(name).variable()) }

// local is the slot of a variable of function u, or -1.
func (c *Compiler) local(u *unit, name string) int {
	slot := u.find(name)
	if slot >= 0 && u.locals[slot].depth == -1 {
		c.err("Can't read local variable in its own initializer.")
	}
	return slot
}

// upvalue is the index of a variable of an enclosing function among the upvalues of u, or -1.
func (c *Compiler) upvalue(u *unit, name string) int {
	if u.outer == nil {
		return -1
	}
	if slot := c.local(u.outer, name); slot >= 0 {
		v := u.outer.locals[slot].v
		v.captured = true
		return c.capture(u, capture{true, slot, v})
	}
	if i := c.upvalue(u.outer, name); i >= 0 {
		return c.capture(u, capture{false, i, u.outer.captures[i].v})
	}
	return -1
}

func (c *Compiler) capture(u *unit, from capture) int {
	for i, other := range u.captures {
		if other == from {
			return i
		}
	}
	if len(u.captures) == maxUpvalues {
		c.err("Too many closure variables in function.")
		return 0
	}
	u.captures = append(u.captures, from)
	return len(u.captures) - 1
}

// read emits the value of a variable.
func (c *Compiler) read(name string) {
	if slot := c.local(c.unit, name); slot >= 0 {
		c.emitVar(irLocal, slot, 0, c.unit.locals[slot].v)
	} else if i := c.upvalue(c.unit, name); i >= 0 {
		c.emitVar(irUpvalue, i, 0, c.unit.captures[i].v)
	} else {
		c.emit(irGlobal, c.global(name), 0)
	}
}

// variable compiles the use of a variable, or an assignment if one may stand here.
func (c *Compiler) variable(name string, canAssign bool) {
	if !canAssign || !c.is(tokEqual) {
		c.read(name)
		return
	}
	// The name is looked up before the value is compiled, so that errors come in the order of the source.
	slot, up := c.local(c.unit, name), -1
	if slot < 0 {
		up = c.upvalue(c.unit, name)
	}
	c.advance()
	c.expression()
	switch u := c.unit; {
	case slot >= 0:
		u.locals[slot].v.assigned = true
		c.emitVar(irSetLocal, slot, 0, u.locals[slot].v)
	case up >= 0:
		u.captures[up].v.assigned = true
		c.emitVar(irSetUpvalue, up, 0, u.captures[up].v)
	default:
		c.emit(irSetGlobal, c.global(name), 0)
	}
}
