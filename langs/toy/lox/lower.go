package main

// The cases of the assembler, one for each operation of the stack machine.

// instruction emits one; it answers how many of those after it were compiled with it.
func (a *assembler) instruction(i int, in ir) int {
	switch in.op {
	case irConst:
		a.push(item{inConst, in.a})
	case irPop:
		a.drop(1)
	case irDrop:
		a.drop(in.a)
	case irDeclare:
		a.place(in.a)
		if in.v.cell() {
			a.emit(opMakeCell, in.a, 0, 0)
		}
	case irLocal, irSetLocal, irUpvalue, irSetUpvalue, irGlobal, irSetGlobal, irDefGlobal:
		return a.variable(i, in)
	case irProperty:
		object := a.register(a.height() - 1)
		a.drop(1)
		a.emit(opProperty, a.result(), object, in.a)
	case irSetProperty:
		return a.setProperty(i, in)
	case irSuper:
		a.settleFrom(a.height() - 2)
		a.drop(2)
		a.emit(opSuper, a.result(), 0, in.a)
	case irEqual, irLess, irGreater:
		return a.comparison(i, in)
	case irAdd:
		a.arithmetic(opAdd, true)
	case irSub:
		a.arithmetic(opSub, false)
	case irMul:
		a.arithmetic(opMul, true)
	case irDiv:
		a.arithmetic(opDiv, false)
	case irNot:
		return a.not(i)
	case irNegate:
		x := a.register(a.height() - 1)
		a.drop(1)
		a.emit(opNegate, a.result(), x, 0)
	case irPrint:
		a.emit(opPrint, a.register(a.height()-1), 0, 0)
		a.drop(1)
	case irJump, irLoop, irJumpFalse, irAnd, irOr:
		a.jump(in)
	case irReturn:
		a.emit(opReturn, a.register(a.height()-1), 0, 0)
		a.drop(1)
	case irReturnNil:
		a.emit(opReturnNil, 0, 0, 0)
	case irReturnThis:
		a.emit(opReturn, 0, 0, 0)
	default:
		a.callOrDeclaration(in)
	}
	return 0
}

func (a *assembler) callOrDeclaration(in ir) {
	switch in.op {
	case irCall:
		a.call(opCall, in.a, 1, 0)
	case irInvoke:
		a.call(opInvoke, in.a, 1, in.b)
	case irInvokeSuper:
		a.call(opInvokeSuper, in.a, 2, in.b)
	case irClosure:
		a.emit(opClosure, a.result(), 0, a.function(in.a, -1))
	case irFunction:
		a.localFunction(in)
	case irClass:
		a.emit(opClass, a.result(), 0, in.a)
	case irInherit:
		h := a.height() - 1
		a.emit(opInherit, a.register(h), a.register(h-1), 0)
		a.drop(1)
	case irMethod:
		class := a.register(a.height() - 1)
		method := a.result()
		a.emit(opClosure, method, 0, a.function(in.a, -1))
		a.emit(opMethod, class, method, in.b)
		a.drop(1)
	}
}

// call: the callee or receiver, the arguments, and for super the class, stand in a row.
func (a *assembler) call(op, arguments, others, site int) {
	base := a.height() - arguments - others
	a.settleFrom(base)
	a.drop(arguments + others)
	a.emit(op, a.result(), arguments, site)
}

// function adds a nested function, and says where its closures find their upvalues. self is the slot of the variable
// that gets the closure, if nothing else is ever assigned to it: then the closure need not look for itself anywhere.
func (a *assembler) function(index, self int) int {
	u := a.units[index]
	u.fn.captures = make(Captures, len(u.captures))
	for i, c := range u.captures {
		switch {
		case c.local && c.index == self:
			u.fn.captures[i] = &Capture{fromSelf, 0}
		case c.local:
			u.fn.captures[i] = &Capture{fromRegister, c.index}
		default:
			u.fn.captures[i] = &Capture{fromUpvalue, c.index}
		}
	}
	a.subs = append(a.subs, u.fn)
	return len(a.subs) - 1
}

// localFunction makes a closure that may use the variable it becomes the value of.
func (a *assembler) localFunction(in ir) {
	slot := a.result()
	if !in.v.cell() {
		a.emit(opClosure, slot, 0, a.function(in.a, slot))
		return
	}
	a.emit(opNewCell, slot, 0, 0)
	a.emit(opClosure, slot+1, 0, a.function(in.a, -1))
	a.emit(opSetCell, slot+1, slot, 0)
}

func (a *assembler) variable(i int, in ir) int {
	h := a.height() - 1
	switch in.op {
	case irLocal:
		if in.v.cell() {
			a.emit(opCell, a.result(), in.a, 0)
		} else {
			a.push(item{inLocal, in.a})
		}
	case irUpvalue:
		op := opUpvalue
		if in.v.cell() {
			op = opUpCell
		}
		a.emit(op, a.result(), 0, in.a)
	case irGlobal:
		a.emit(opGlobal, a.result(), 0, in.a)
	case irSetLocal:
		return a.setLocal(i, in)
	case irSetUpvalue: // whoever assigns an upvalue makes it a cell
		a.emit(opSetUpCell, a.register(h), 0, in.a)
	case irSetGlobal:
		a.emit(opSetGlobal, a.register(h), 0, in.a)
	case irDefGlobal:
		a.emit(opDefGlobal, a.register(h), 0, in.a)
		a.drop(1)
	}
	return 0
}

// setLocal: if the value is not used otherwise, the instruction that computed it stores it to the variable itself.
func (a *assembler) setLocal(i int, in ir) int {
	h := a.height() - 1
	if in.v.cell() {
		a.emit(opSetCell, a.register(h), in.a, 0)
		return 0
	}
	a.spill(in.a)
	dropped := a.u.code[i+1].op == irPop && !a.targets[i+1]
	last := len(a.code) - 1
	switch it := a.stack[h]; {
	case it.kind == inLocal && it.index == in.a:
	case it.kind == inLocal:
		a.emit(opMove, in.a, it.index, 0)
	case it.kind == inConst:
		a.emit(opConst, in.a, 0, it.index)
	case dropped && last >= a.barrier && computes(a.code[last], h):
		w := a.code[last]
		a.code[last] = encode(w&0xff, in.a, operandB(w), operandC(w))
	default:
		a.emit(opMove, in.a, h, 0)
	}
	return 0
}

// computes tells whether an instruction does nothing but compute register h, with its number in operand a.
func computes(w, h int) bool {
	if operandA(w) != h {
		return false
	}
	switch w & 0xff {
	case opMove, opConst, opGlobal, opUpvalue, opUpCell, opCell, opAdd, opAddNum, opSub, opSubNum, opMul, opMulNum, opDiv, opDivNum,
		opNegate, opNot, opLess, opLessNum, opGreaterNum, opEqual, opEqualNum, opEqualConst, opProperty:
		return true
	}
	return false
}

func (a *assembler) setProperty(i int, in ir) int {
	h := a.height() - 1
	value, object := a.register(h), a.register(h-1)
	a.emit(opSetProperty, value, object, in.a)
	if a.u.code[i+1].op == irPop && !a.targets[i+1] {
		a.drop(2)
		return 1
	}
	it := a.stack[h]
	a.drop(2)
	if it.kind == inLocal {
		a.push(it)
	} else {
		a.emit(opMove, a.result(), value, 0)
	}
	return 0
}

// arithmetic: the operation after op takes a number as second operand.
func (a *assembler) arithmetic(op int, commutes bool) {
	h := a.height() - 1
	left, right := h-1, h
	if commutes && a.stack[left].kind == inConst {
		if n, ok := a.number(left); ok {
			x := a.register(right)
			a.drop(2)
			a.emit(op+1, a.result(), x, n)
			return
		}
	}
	if n, ok := a.number(right); ok {
		x := a.register(left)
		a.drop(2)
		a.emit(op+1, a.result(), x, n)
		return
	}
	x, y := a.register(left), a.register(right)
	a.drop(2)
	a.emit(op, a.result(), x, y)
}

func (a *assembler) jump(in ir) {
	h := a.height() - 1
	switch in.op {
	case irJump:
		a.settle()
		a.emit(opJump, 0, 0, in.a)
	case irLoop:
		a.settle()
		a.emit(opLoop, 0, 0, in.a)
	case irJumpFalse:
		if it := a.stack[h]; it.kind == inConst && truth(a.fn.constants[it.index]) {
			a.drop(1) // while (true)
			return
		}
		condition := a.register(h)
		a.drop(1)
		a.settle()
		a.emit(opJumpFalse, condition, 0, in.a)
	case irAnd:
		a.settle()
		a.drop(1)
		a.emit(opJumpFalse, h, 0, in.a)
	case irOr:
		a.settle()
		a.drop(1)
		a.emit(opJumpTrue, h, 0, in.a)
	}
}
