package main

import "kiln/framework/host"

// Instructions of the register machine. Registers are numbered from the frame's start: slot 0, parameters, locals, temporaries.
// An instruction is one word: operation in the lowest 8 bits, a and b in 16 bits each, c in the rest.
const (
	opMove      = iota // a = b
	opConst            // a = constant c
	opGlobal           // a = global c
	opSetGlobal        // global c = a
	opDefGlobal        // global c is made, = a
	opUpvalue          // a = upvalue c
	opUpCell           // a = contents of upvalue c
	opSetUpCell        // contents of upvalue c = a
	opMakeCell         // a = new cell with a in it
	opNewCell          // a = new cell
	opCell             // a = contents of cell b
	opSetCell          // contents of cell b = a
	opAdd              // a = b + c
	opAddNum           // a = b + number c; likewise below
	opSub
	opSubNum
	opMul
	opMulNum
	opDiv
	opDivNum
	opNegate      // a = -b
	opNot         // a = !b
	opLess        // a = b < c
	opLessNum     //
	opGreaterNum  //
	opEqual       // a = b == c
	opEqualNum    //
	opEqualConst  // a = b == constant c
	opJump        // to c; likewise below
	opLoop        // backwards
	opJumpFalse   // if a is false or nil
	opJumpTrue    // if a is not
	opJumpLess    // if a < b
	opJumpNotLess // if !(a < b)
	opJumpLessNum // b: a number
	opJumpNotLessNum
	opJumpGreaterNum
	opJumpNotGreaterNum
	opJumpEqual
	opJumpNotEqual
	opJumpEqualNum // b: a number
	opJumpNotEqualNum
	opJumpEqualConst // b: a constant
	opJumpNotEqualConst
	opProperty    // a = b.name of site c
	opSetProperty // b.name of site c = a
	opSuper       // a = method of site c of class a+1, bound to a
	opCall        // a = a(a+1 ... a+b)
	opInvoke      // a = a.name of site c(a+1 ... a+b)
	opInvokeSuper // a = method of site c of class a+b+1, on a, (a+1 ... a+b)
	opClosure     // a = closure of function c
	opClass       // a = new class, name constant c
	opInherit     // class a gets the methods of b
	opMethod      // class a gets method b, name of site c
	opPrint       // a
	opReturn      // a
	opReturnNil
)

func encode(op, a, b, c int) int { return op | a<<8 | b<<24 | c<<40 }

// The operands of an instruction.
func operandA(w int) int { return w >> 8 & 0xffff }
func operandB(w int) int { return w >> 24 & 0xffff }
func operandC(w int) int { return w >> 40 }

const (
	maxRegisters = 1 << 16
	maxOperand   = 1 << 16 // of b: constants and numbers in conditional jumps
	maxCode      = 1 << 22
)

// Code, Lines, Numbers and so on are what functions consist of.
//
//kiln:array
type Code []int

//kiln:array
type Numbers []float64

//kiln:array
type Globals []*Global

//kiln:array
type Sites []*Site

//kiln:array
type Functions []*Function

//kiln:array
type Captures []*Capture

// Function is a compiled function or script. It is green: in traces all it holds is constant.
type Function struct {
	name      string    `kiln:"immutable"` // "" for a script
	arity     int       `kiln:"immutable"`
	registers int       `kiln:"immutable"` // of a frame
	code      Code      `kiln:"immutable[]"`
	consts    Values    `kiln:"immutable[]"`
	numbers   Numbers   `kiln:"immutable[]"`
	variables Globals   `kiln:"immutable[]"`
	places    Sites     `kiln:"immutable[]"`
	functions Functions `kiln:"immutable[]"`
	captures  Captures  `kiln:"immutable[]"`
	lines     Code      `kiln:"immutable[]"`
	line      int       // where it begins

	// Lists that grow while it is compiled; package function freeze copies them to the fields above.
	constants []Value
	globals   []*Global
	sites     []*Site
}

// Capture says where a new closure gets an upvalue from.
type Capture struct {
	from  int `kiln:"immutable"`
	index int `kiln:"immutable"`
}

const (
	fromRegister = iota
	fromUpvalue
	fromSelf // the closure itself
)

// Site is a place in the code that names a property, with what it found last. Without the JIT this spares most searches; in traces
// nothing of it is used but the name.
type Site struct {
	name   *Symbol `kiln:"immutable"`
	shape  *Shape  // of the instance; the rest holds for it
	index  int     // of the field; -1: method
	method *Closure
	next   *Shape // for a store that adds the field: the shape with it
	class  *Class // of super; method holds for it
	found  *Found // for this and other shapes
	shapes int    // in that list
}

// Found is what a site has found for one shape.
type Found struct {
	shape  *Shape   `kiln:"immutable"`
	index  int      `kiln:"immutable"`
	method *Closure `kiln:"immutable"`
	more   *Found   `kiln:"immutable"`
}

func (fn *Function) show() string {
	if fn.name == "" {
		return "<script>"
	}
	return "<fn " + fn.name + ">"
}

// where is how stack traces call an instruction.
func (fn *Function) where(pc int) string {
	text := "[line " + host.FormatInt(fn.lines[pc]) + "] in "
	if fn.name == "" {
		return text + "script"
	}
	return text + fn.name + "()"
}
