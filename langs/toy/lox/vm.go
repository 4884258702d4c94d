package main

import (
	"kiln/framework"
	"kiln/framework/host"
)

// Frame is one activation of a function.
type Frame struct {
	registers Values   `kiln:"virtualizable[]"`
	closure   *Closure `kiln:"immutable"` // its upvalues
}

// Closure is a function with the variables it captured: values, or cells if they change.
type Closure struct {
	fn       *Function `kiln:"immutable"`
	upvalues Values    `kiln:"immutable[]"`
}

// Cell is a variable that closures share.
type Cell struct{ v Value }

// Failure is a run-time error on its way out: every activation that it passes adds its line to the trace.
type Failure struct {
	message string
	trace   []string
}

func fail(message string) *Failure { return &Failure{message: message} }

// in adds the activation of fn that was at pc.
//
//kiln:dont_look_inside
func (f *Failure) in(fn *Function, pc int) *Failure {
	f.trace = append(f.trace, fn.where(pc))
	return f
}

// maxDepth is how deeply calls nest. Each takes an activation of run on Go's stack.
const maxDepth = 10_000

// driver belongs to the loop in run. The greens say which instruction of which function is next; the frame and how deep it lies are red.
var driver = framework.NewJitDriver(framework.DriverOptions{
	Name:          "lox",
	Greens:        []string{"pc", "fn"},
	Virtualizable: "frame",
	Recursive:     true,
	Location:      location,
})

func location(pc int, fn *Function) string { return fn.where(pc) }

// run executes a function on a frame that holds the arguments. Calls in the function are calls of run.
func run(fn *Function, frame *Frame, depth int) (Value, *Failure) {
	if depth > maxDepth {
		return nil, fail("Stack overflow.")
	}
	pc := 0
	for {
		driver.MergePoint(pc, fn)
		w := fn.code[pc]
		r := frame.registers
		pc++
		switch w & 0xff {
		case opMove:
			r[operandA(w)] = r[operandB(w)]
		case opConst:
			r[operandA(w)] = fn.consts[operandC(w)]
		case opGlobal:
			g := fn.variables[operandC(w)]
			v := g.get()
			if v == nil {
				return nil, fail("Undefined variable '"+g.name+"'.").in(fn, pc-1)
			}
			r[operandA(w)] = v
		case opSetGlobal:
			g := fn.variables[operandC(w)]
			if g.get() == nil {
				return nil, fail("Undefined variable '"+g.name+"'.").in(fn, pc-1)
			}
			g.set(r[operandA(w)])
		case opDefGlobal:
			fn.variables[operandC(w)].define(r[operandA(w)])
		case opUpvalue:
			r[operandA(w)] = frame.closure.upvalues[operandC(w)]
		case opUpCell:
			r[operandA(w)] = frame.closure.upvalues[operandC(w)].(*Cell).v
		case opSetUpCell:
			frame.closure.upvalues[operandC(w)].(*Cell).v = r[operandA(w)]
		case opMakeCell:
			r[operandA(w)] = &Cell{r[operandA(w)]}
		case opNewCell:
			r[operandA(w)] = &Cell{}
		case opCell:
			r[operandA(w)] = r[operandB(w)].(*Cell).v
		case opSetCell:
			r[operandB(w)].(*Cell).v = r[operandA(w)]

		case opAdd:
			x, okX := r[operandB(w)].(*Number)
			y, okY := r[operandC(w)].(*Number)
			if okX && okY {
				r[operandA(w)] = &Number{x.v + y.v}
			} else {
				v := concatenate(r[operandB(w)], r[operandC(w)])
				if v == nil {
					return nil, fail(wantNumbersOrStrings).in(fn, pc-1)
				}
				r[operandA(w)] = v
			}
		case opAddNum:
			x, ok := r[operandB(w)].(*Number)
			if !ok {
				return nil, fail(wantNumbersOrStrings).in(fn, pc-1)
			}
			r[operandA(w)] = &Number{x.v + fn.numbers[operandC(w)]}
		case opSub:
			x, okX := r[operandB(w)].(*Number)
			y, okY := r[operandC(w)].(*Number)
			if !okX || !okY {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			r[operandA(w)] = &Number{x.v - y.v}
		case opSubNum:
			x, ok := r[operandB(w)].(*Number)
			if !ok {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			r[operandA(w)] = &Number{x.v - fn.numbers[operandC(w)]}
		case opMul:
			x, okX := r[operandB(w)].(*Number)
			y, okY := r[operandC(w)].(*Number)
			if !okX || !okY {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			r[operandA(w)] = &Number{x.v * y.v}
		case opMulNum:
			x, ok := r[operandB(w)].(*Number)
			if !ok {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			r[operandA(w)] = &Number{x.v * fn.numbers[operandC(w)]}
		case opDiv:
			x, okX := r[operandB(w)].(*Number)
			y, okY := r[operandC(w)].(*Number)
			if !okX || !okY {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			r[operandA(w)] = &Number{x.v / y.v}
		case opDivNum:
			x, ok := r[operandB(w)].(*Number)
			if !ok {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			r[operandA(w)] = &Number{x.v / fn.numbers[operandC(w)]}
		case opNegate:
			x, ok := r[operandB(w)].(*Number)
			if !ok {
				return nil, fail("Operand must be a number.").in(fn, pc-1)
			}
			r[operandA(w)] = &Number{-x.v}
		case opNot:
			r[operandA(w)] = boolean(!truth(r[operandB(w)]))
		case opLess:
			x, okX := r[operandB(w)].(*Number)
			y, okY := r[operandC(w)].(*Number)
			if !okX || !okY {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			r[operandA(w)] = boolean(x.v < y.v)
		case opLessNum:
			x, ok := r[operandB(w)].(*Number)
			if !ok {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			r[operandA(w)] = boolean(x.v < fn.numbers[operandC(w)])
		case opGreaterNum:
			x, ok := r[operandB(w)].(*Number)
			if !ok {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			r[operandA(w)] = boolean(x.v > fn.numbers[operandC(w)])
		case opEqual:
			r[operandA(w)] = boolean(equal(r[operandB(w)], r[operandC(w)]))
		case opEqualNum:
			x, ok := r[operandB(w)].(*Number)
			r[operandA(w)] = boolean(ok && x.v == fn.numbers[operandC(w)])
		case opEqualConst:
			r[operandA(w)] = boolean(equal(r[operandB(w)], fn.consts[operandC(w)]))

		case opJump:
			pc = operandC(w)
		case opLoop:
			pc = operandC(w)
			driver.CanEnterJit(pc, fn)
		case opJumpFalse:
			if !truth(r[operandA(w)]) {
				pc = operandC(w)
			}
		case opJumpTrue:
			if truth(r[operandA(w)]) {
				pc = operandC(w)
			}
		case opJumpLess, opJumpNotLess:
			x, okX := r[operandA(w)].(*Number)
			y, okY := r[operandB(w)].(*Number)
			if !okX || !okY {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			if x.v < y.v == (w&0xff == opJumpLess) {
				pc = operandC(w)
			}
		case opJumpLessNum, opJumpNotLessNum:
			x, ok := r[operandA(w)].(*Number)
			if !ok {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			if x.v < fn.numbers[operandB(w)] == (w&0xff == opJumpLessNum) {
				pc = operandC(w)
			}
		case opJumpGreaterNum, opJumpNotGreaterNum:
			x, ok := r[operandA(w)].(*Number)
			if !ok {
				return nil, fail(wantNumbers).in(fn, pc-1)
			}
			if x.v > fn.numbers[operandB(w)] == (w&0xff == opJumpGreaterNum) {
				pc = operandC(w)
			}
		case opJumpEqual, opJumpNotEqual:
			if equal(r[operandA(w)], r[operandB(w)]) == (w&0xff == opJumpEqual) {
				pc = operandC(w)
			}
		case opJumpEqualNum, opJumpNotEqualNum:
			x, ok := r[operandA(w)].(*Number)
			if (ok && x.v == fn.numbers[operandB(w)]) == (w&0xff == opJumpEqualNum) {
				pc = operandC(w)
			}
		case opJumpEqualConst, opJumpNotEqualConst:
			if equal(r[operandA(w)], fn.consts[operandB(w)]) == (w&0xff == opJumpEqualConst) {
				pc = operandC(w)
			}

		case opProperty:
			object, ok := r[operandB(w)].(*Instance)
			if !ok {
				return nil, fail("Only instances have properties.").in(fn, pc-1)
			}
			v := property(object, fn.places[operandC(w)])
			if v == nil {
				return nil, undefinedProperty(fn, pc-1, operandC(w))
			}
			r[operandA(w)] = v
		case opSetProperty:
			object, ok := r[operandB(w)].(*Instance)
			if !ok {
				return nil, fail("Only instances have fields.").in(fn, pc-1)
			}
			setProperty(object, fn.places[operandC(w)], r[operandA(w)])
		case opSuper:
			a := operandA(w)
			method := superMethod(r[a+1].(*Class), fn.places[operandC(w)])
			if method == nil {
				return nil, undefinedProperty(fn, pc-1, operandC(w))
			}
			r[a] = &Bound{r[a], method}
		case opCall, opInvoke, opInvokeSuper:
			a, n := operandA(w), operandB(w)
			closure := quickCallee(w, r, fn)
			if closure == nil {
				v, found, failure := callee(w, r, fn)
				if failure != nil {
					return nil, failure.in(fn, pc-1)
				}
				if found == nil {
					r[a] = v
					continue
				}
				closure = found
			}
			target := framework.Promote(closure.fn)
			if n != target.arity {
				return nil, wrongArguments(target.arity, n).in(fn, pc-1)
			}
			v, failure := run(target, enter(closure, target, r, a, n), depth+1)
			if failure != nil {
				return nil, failure.in(fn, pc-1)
			}
			r[a] = v
		case opClosure:
			r[operandA(w)] = newClosure(fn.functions[operandC(w)], frame)
		case opClass:
			r[operandA(w)] = newClass(fn.consts[operandC(w)].(string))
		case opInherit:
			super, ok := r[operandB(w)].(*Class)
			if !ok {
				return nil, fail("Superclass must be a class.").in(fn, pc-1)
			}
			r[operandA(w)].(*Class).inherit(super)
		case opMethod:
			r[operandA(w)].(*Class).define(fn.places[operandC(w)].name, r[operandB(w)].(*Closure))
		case opPrint:
			host.Print(show(r[operandA(w)]) + "\n")
		case opReturn:
			return r[operandA(w)], nil
		case opReturnNil:
			return Nil, nil
		}
	}
}

const (
	wantNumbers          = "Operands must be numbers."
	wantNumbersOrStrings = "Operands must be two numbers or two strings."
)

// concatenate is + for strings; nil if one is not a string.
func concatenate(a, b Value) Value {
	x, okX := a.(string)
	y, okY := b.(string)
	if okX && okY {
		return x + y
	}
	return nil
}

//kiln:dont_look_inside
func undefinedProperty(fn *Function, pc, site int) *Failure {
	return fail("Undefined property '"+fn.places[site].name.name+"'.").in(fn, pc)
}

// newClosure captures variables of the frame and of the closure that runs in it.
//
//kiln:unroll_safe
func newClosure(fn *Function, frame *Frame) *Closure {
	closure := &Closure{fn, make(Values, len(fn.captures))}
	for i, c := range fn.captures {
		switch c.from {
		case fromRegister:
			closure.upvalues[i] = frame.registers[c.index]
		case fromUpvalue:
			closure.upvalues[i] = frame.closure.upvalues[c.index]
		case fromSelf:
			closure.upvalues[i] = closure
		}
	}
	return closure
}
