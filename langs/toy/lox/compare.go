package main

// Comparisons in the assembler: as values, or fused with the jump that tests them.

// comparison is a comparison and the not's and the jump after it.
func (a *assembler) comparison(i int, in ir) int {
	negated, next := a.negations(i + 1)
	if next < len(a.u.code) && a.u.code[next].op == irJumpFalse && !a.targets[next] {
		a.compareAndJump(in.op, !negated, a.u.code[next].a)
		return next - i
	}
	a.compare(in.op)
	return 0
}

// negations passes not's from index i on.
func (a *assembler) negations(i int) (odd bool, next int) {
	for i < len(a.u.code) && a.u.code[i].op == irNot && !a.targets[i] {
		odd = !odd
		i++
	}
	return odd, i
}

// not is a value, or the condition of a jump.
func (a *assembler) not(i int) int {
	odd, next := a.negations(i)
	h := a.height() - 1
	if next < len(a.u.code) && a.u.code[next].op == irJumpFalse && !a.targets[next] {
		op := opJumpFalse
		if odd {
			op = opJumpTrue
		}
		condition := a.register(h)
		a.drop(1)
		a.settle()
		a.emit(op, condition, 0, a.u.code[next].a)
		return next - i
	}
	x := a.register(h)
	a.drop(1)
	a.emit(opNot, a.result(), x, 0)
	return 0
}

// operands are those of a comparison; with < as the only order between registers, > swaps them.
type operands struct {
	kind int
	x, y int
}

// The kinds of comparisons, in the order of the instructions.
const (
	lessRegister = iota
	lessNumber
	greaterNumber
	equalRegister
	equalNumber
	equalConstant
)

func (a *assembler) operands(op int) operands {
	h := a.height() - 1
	left, right := h-1, h
	if n, ok := a.number(right); ok {
		return operands{numberKind(op, irGreater), a.register(left), n}
	}
	if n, ok := a.number(left); ok {
		return operands{numberKind(op, irLess), a.register(right), n}
	}
	if op == irEqual {
		return a.equalOperands(left, right)
	}
	x, y := a.register(left), a.register(right)
	if op == irGreater {
		x, y = y, x
	}
	return operands{lessRegister, x, y}
}

// numberKind is the comparison of a register with a number; greater is the operation that means register > number.
func numberKind(op, greater int) int {
	switch op {
	case irEqual:
		return equalNumber
	case greater:
		return greaterNumber
	}
	return lessNumber
}

func (a *assembler) equalOperands(left, right int) operands {
	if it := a.stack[right]; it.kind == inConst && it.index < maxOperand {
		return operands{equalConstant, a.register(left), it.index}
	}
	if it := a.stack[left]; it.kind == inConst && it.index < maxOperand {
		return operands{equalConstant, a.register(right), it.index}
	}
	return operands{equalRegister, a.register(left), a.register(right)}
}

// compare computes the value of a comparison.
func (a *assembler) compare(op int) {
	o := a.operands(op)
	a.drop(2)
	a.emit(opLess+o.kind, a.result(), o.x, o.y)
}

// compareAndJump jumps if the comparison is not what is wanted to go on.
func (a *assembler) compareAndJump(op int, wanted bool, target int) {
	o := a.operands(op)
	a.drop(2)
	a.settle()
	jump := opJumpLess + 2*o.kind
	if wanted {
		jump++ // its opposite
	}
	a.emit(jump, o.x, o.y, target)
}
