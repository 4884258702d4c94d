package main

// The compiler emits code for a stack machine, as the book's does. When a whole script has been read, so that it is known which
// variables closures share and which are assigned more than once, package function assemble turns it into code for registers.

// Operations of the stack machine. a and b are operands; "-> n" is what happens to the height of the stack.
const (
	irConst       = iota // a: constant -> +1
	irPop                // -> -1
	irDrop               // a: how many; locals whose scope ends -> -a
	irDeclare            // a: slot; the value on top has become the variable v
	irLocal              // a: slot, v -> +1
	irSetLocal           // a: slot, v
	irUpvalue            // a: index, v -> +1
	irSetUpvalue         // a: index, v
	irGlobal             // a: index of the function's globals -> +1
	irSetGlobal          // a
	irDefGlobal          // a -> -1
	irProperty           // a: site
	irSetProperty        // a: site; object, value -> -1
	irSuper              // a: site; this, superclass -> -1
	irEqual              // -> -1
	irLess               // -> -1
	irGreater            // -> -1
	irAdd                // -> -1
	irSub                // -> -1
	irMul                // -> -1
	irDiv                // -> -1
	irNot
	irNegate
	irPrint       // -> -1
	irJump        // a: target
	irJumpFalse   // a: target -> -1
	irAnd         // a: target, to which it jumps with a false value; else -> -1
	irOr          // a: target, to which it jumps with a true value; else -> -1
	irLoop        // a: target, before
	irCall        // a: number of arguments -> -a
	irInvoke      // a: number of arguments, b: site; object, arguments -> -a
	irInvokeSuper // a: number of arguments, b: site; this, arguments, superclass -> -a-1
	irClosure     // a: unit -> +1
	irFunction    // a: unit, b: slot of v, the local variable that holds the function -> +1
	irClass       // a: constant, its name -> +1
	irInherit     // superclass, class -> -1
	irMethod      // a: unit, b: site of its name; class
	irReturn      // -> -1
	irReturnNil
	irReturnThis
)

// ir is an instruction of the stack machine.
type ir struct {
	op   int
	a, b int
	v    *variable
	line int
}

// variable is a local variable: of a block, a parameter, "this" or "super".
type variable struct {
	name     string
	captured bool // a closure uses it
	assigned bool // other than by its declaration
}

// cell tells whether the variable lives in a cell that closures share. Others are copied into closures: no one can see
// the difference.
func (v *variable) cell() bool { return v.captured && v.assigned }

// local is a variable in scope; its slot is its place in the list of locals.
type local struct {
	v     *variable
	depth int // of its scope; -1 while its initialiser is compiled
}

// capture says where a closure gets an upvalue from when it is made.
type capture struct {
	local bool // from a register of the enclosing function, else from its upvalues
	index int
	v     *variable
}

// The kinds of units.
const (
	unitScript = iota
	unitFunction
	unitMethod
	unitInit
)

// unit is a function being compiled.
type unit struct {
	fn       *Function
	index    int // among all
	kind     int
	outer    *unit
	code     []ir
	locals   []local
	captures []capture
	depth    int
}

// find is the slot of the innermost local with this name, or -1.
func (u *unit) find(name string) int {
	for i := len(u.locals) - 1; i >= 0; i-- {
		if u.locals[i].v.name == name {
			return i
		}
	}
	return -1
}

// constant is the index of a constant. Of those near each other that are the same, there is one.
func (u *unit) constant(v Value) int {
	list := u.fn.constants
	for i := max(0, len(list)-8); i < len(list); i++ {
		if list[i] == v {
			return i
		}
	}
	u.fn.constants = append(list, v)
	return len(list)
}

// global is the index of a global variable in the list of the function.
func (u *unit) global(g *Global) int {
	if g.user != u.fn {
		g.user, g.index = u.fn, len(u.fn.globals)
		u.fn.globals = append(u.fn.globals, g)
	}
	return g.index
}

// cut removes the code of an expression from the end; paste puts it back, further on.
func (u *unit) cut(from int) []ir {
	aside := append([]ir(nil), u.code[from:]...)
	u.code = u.code[:from]
	return aside
}

func (u *unit) paste(aside []ir, from int) {
	by := len(u.code) - from
	for _, in := range aside {
		if in.op == irAnd || in.op == irOr {
			in.a += by
		}
		u.code = append(u.code, in)
	}
}
