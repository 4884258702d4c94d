package main

import (
	"kiln/framework"
	"kiln/framework/host"
)

// Instructions. An operand, where there is one, is the byte after the opcode (jump targets: two bytes).
const (
	opConst     byte = iota // push constant
	opLoad                  // push local
	opStore                 // pop into local
	opGlobal                // push global
	opSetGlobal             // pop into global
	opPop
	opAdd // binary operators: pop two, push one
	opSub
	opMul
	opDiv
	opMod
	opLt
	opLe
	opEq
	opNe
	opNot
	opJump      // forward
	opLoop      // backward
	opJumpFalse // pop, forward if false
	opCall      // function number; arguments on the stack
	opReturn    // pop the result
	opPrint     // pop
	opList      // number of items on the stack
	opIndex     // list, index -> item
	opSetIndex  // list, index, item ->
	opAppend    // list, item ->
	opLen       // list or string -> int
)

// Values is a frame's storage: locals first, the operand stack above them.
//
//kiln:array
type Values []Value

// Func is a compiled function; the program's top level is one too.
type Func struct {
	name   string  `kiln:"immutable"`
	code   string  `kiln:"immutable"`
	consts []Value `kiln:"immutable[]"`
	lines  []int   `kiln:"immutable[]"` // by code position
	params int     `kiln:"immutable"`
	locals int     `kiln:"immutable"` // parameters included; the operand stack starts above them
	size   int     `kiln:"immutable"` // locals and deepest operand stack
}

// Program is everything compiled. Functions call each other by number.
type Program struct {
	funcs   []*Func `kiln:"immutable[]"`
	globals Values  `kiln:"immutable"`
}

// Failure is a run-time error: a message and the line it happened on.
type Failure struct {
	message string
	line    int
}

// The position in the program is (pc, sp, fn): sp, the height of the stack, is a function of the
// other two, so it is green as well and every access to the frame has a constant index in traces.
var driver = framework.NewJitDriver(framework.DriverOptions{
	Name:     "clay",
	Greens:   []string{"pc", "sp", "fn"},
	Location: location,
})

func location(pc, sp int, fn *Func) string {
	return fn.name + ":" + host.FormatInt(fn.lines[pc])
}

// run executes one function on a frame whose first values are the arguments.
func run(prog *Program, fn *Func, frame Values, depth int) (Value, *Failure) {
	pc := 0
	sp := fn.locals
	for {
		driver.MergePoint(pc, sp, fn)
		op := fn.code[pc]
		at := pc
		pc++
		switch op {
		case opConst:
			frame[sp] = fn.consts[fn.code[pc]]
			sp++
			pc++
		case opLoad:
			frame[sp] = frame[fn.code[pc]]
			sp++
			pc++
		case opStore:
			sp--
			frame[fn.code[pc]] = frame[sp]
			pc++
		case opGlobal:
			v := prog.globals[fn.code[pc]]
			if v == nil {
				return nil, &Failure{"variable used before it was set", fn.lines[at]}
			}
			frame[sp] = v
			sp++
			pc++
		case opSetGlobal:
			sp--
			prog.globals[fn.code[pc]] = frame[sp]
			pc++
		case opPop:
			sp--
		case opAdd, opSub, opMul, opDiv, opMod, opLt, opLe, opEq, opNe:
			sp--
			v := arith(op, frame[sp-1], frame[sp])
			if v == nil {
				return nil, &Failure{badOperands(op, frame[sp-1], frame[sp]), fn.lines[at]}
			}
			frame[sp-1] = v
		case opNot:
			frame[sp-1] = &Bool{!truth(frame[sp-1])}
		case opJump:
			pc = target(fn, pc)
		case opLoop:
			pc = target(fn, pc)
			driver.CanEnterJit(pc, sp, fn)
		case opJumpFalse:
			sp--
			if truth(frame[sp]) {
				pc += 2
			} else {
				pc = target(fn, pc)
			}
		case opCall:
			callee := framework.Promote(prog.funcs[fn.code[pc]])
			pc++
			if depth > 5000 {
				return nil, &Failure{"calls are nested too deeply", fn.lines[at]}
			}
			sp -= callee.params
			v, failure := run(prog, callee, enter(callee, frame, sp), depth+1)
			if failure != nil {
				return nil, failure
			}
			frame[sp] = v
			sp++
		case opReturn:
			return frame[sp-1], nil
		case opPrint:
			sp--
			host.Print(frame[sp].Text() + "\n")
		default:
			// The rest works on lists and leaves the stack at a height that depends on op only.
			message := listOp(op, fn.code[pc], frame, sp)
			if message != "" {
				return nil, &Failure{message, fn.lines[at]}
			}
			switch op {
			case opList:
				sp -= int(fn.code[pc]) - 1
				pc++
			case opIndex:
				sp--
			case opSetIndex:
				sp -= 3
			case opAppend:
				sp -= 2
			}
		}
	}
}

// target reads a jump's two-byte operand.
func target(fn *Func, pc int) int {
	return int(fn.code[pc])<<8 | int(fn.code[pc+1])
}

// enter makes the frame of a call: the arguments are the caller's values from sp on.
//
//kiln:unroll_safe
func enter(callee *Func, caller Values, sp int) Values {
	frame := make(Values, callee.size)
	for i := 0; i < callee.params; i++ {
		frame[i] = caller[sp+i]
	}
	return frame
}

// listOp executes the instructions on lists; it answers an error message or "".
func listOp(op, operand byte, frame Values, sp int) string {
	switch op {
	case opList:
		frame[sp-int(operand)] = newList(frame, sp-int(operand), int(operand))
	case opIndex:
		list, index := frame[sp-2], frame[sp-1]
		i, ok := index.(*Int)
		if !ok {
			return "an index must be an int"
		}
		switch list := list.(type) {
		case *List:
			if i.v < 0 || i.v >= len(list.items) {
				return "index out of range"
			}
			frame[sp-2] = list.items[i.v]
		case *Str:
			if i.v < 0 || i.v >= len(list.v) {
				return "index out of range"
			}
			frame[sp-2] = &Int{int(list.v[i.v])}
		default:
			return "only lists and strings can be indexed"
		}
	case opSetIndex:
		list, ok := frame[sp-3].(*List)
		i, isInt := frame[sp-2].(*Int)
		if !ok || !isInt {
			return "only lists can be stored to, with an int as index"
		}
		if i.v < 0 || i.v >= len(list.items) {
			return "index out of range"
		}
		list.items[i.v] = frame[sp-1]
	case opAppend:
		list, ok := frame[sp-2].(*List)
		if !ok {
			return "append wants a list"
		}
		list.items = append(list.items, frame[sp-1])
	case opLen:
		switch v := frame[sp-1].(type) {
		case *List:
			frame[sp-1] = &Int{len(v.items)}
		case *Str:
			frame[sp-1] = &Int{len(v.v)}
		default:
			return "len wants a list or a string"
		}
	}
	return ""
}

// newList makes a list of values of the frame.
//
//kiln:dont_look_inside
func newList(frame Values, from, n int) *List {
	items := make([]Value, n)
	for i := range items {
		items[i] = frame[from+i]
	}
	return &List{items}
}

func badOperands(op byte, a, b Value) string {
	if op == opDiv || op == opMod {
		if _, ok := a.(*Int); ok {
			if _, ok := b.(*Int); ok {
				return "division by zero"
			}
		}
	}
	return "operator does not fit " + typeName(a) + " and " + typeName(b)
}
