package main

// assembler turns the stack machine's code of one function into code for registers: the value at height h of the stack lives in
// register h. It follows the stack symbolically; reading a local or a constant emits nothing until the value is used, and
// most instructions take it from where it is:
//
//	stack    local 1; const 2; less; jumpFalse L
//	emitted  jumpNotLessNum r1, 2, L
//
// A local may be read late because it cannot change unseen: only this function assigns it (others go through cells), and
// before it does, every value on the symbolic stack that still refers to it is copied. At jumps and their targets
// everything is in its place.
type assembler struct {
	u       *unit
	units   []*unit
	fn      *Function
	code    []int
	lines   []int
	numbers []float64
	subs    []*Function
	stack   []item
	top     int   // registers needed
	starts  []int // index in code, by index of ir
	targets []bool
	barrier int // where the last jump target is: what comes before cannot be changed any more
	line    int
	failed  bool
}

// item is where a value of the stack is.
type item struct {
	kind  int
	index int // register of another variable, or constant
}

const (
	inPlace = iota
	inLocal
	inConst
)

// assemble makes the code of a function; it answers false if it is too large to be encoded.
func assemble(u *unit, units []*unit) bool {
	a := &assembler{u: u, units: units, fn: u.fn}
	a.starts = make([]int, len(u.code)+1)
	a.targets = make([]bool, len(u.code)+1)
	for _, in := range u.code {
		if jumps(in.op) {
			a.targets[in.a] = true
		}
	}
	a.prologue()
	for i := 0; i < len(u.code); i++ {
		a.label(i)
		a.line = u.code[i].line
		i += a.instruction(i, u.code[i])
	}
	a.label(len(u.code))
	a.patch()
	a.freeze()
	return !a.failed && a.top <= maxRegisters && len(a.code) <= maxCode
}

func jumps(op int) bool {
	switch op {
	case irJump, irJumpFalse, irAnd, irOr, irLoop:
		return true
	}
	return false
}

// prologue puts parameters that closures share and change into cells.
func (a *assembler) prologue() {
	a.line = a.fn.line
	for slot := 0; slot <= a.fn.arity; slot++ {
		a.push(item{inPlace, 0})
		if v := a.u.locals[slot].v; v.cell() {
			a.emit(opMakeCell, slot, 0, 0)
		}
	}
}

// label notes where the code of an instruction starts.
func (a *assembler) label(i int) {
	if a.targets[i] {
		a.settle()
		a.barrier = len(a.code)
	}
	a.starts[i] = len(a.code)
}

// patch turns the targets of jumps from indices of stack code into those of register code.
func (a *assembler) patch() {
	for at, w := range a.code {
		switch op := w & 0xff; op {
		case opJump, opLoop, opJumpFalse, opJumpTrue, opJumpLess, opJumpNotLess, opJumpLessNum, opJumpNotLessNum, opJumpGreaterNum,
			opJumpNotGreaterNum, opJumpEqual, opJumpNotEqual, opJumpEqualNum, opJumpNotEqualNum, opJumpEqualConst, opJumpNotEqualConst:
			a.code[at] = encode(op, operandA(w), operandB(w), a.starts[operandC(w)])
		}
	}
}

func (a *assembler) emit(op, x, y, z int) {
	a.code = append(a.code, encode(op, x, y, z))
	a.lines = append(a.lines, a.line)
}

func (a *assembler) height() int { return len(a.stack) }

func (a *assembler) push(it item) {
	a.stack = append(a.stack, it)
	a.top = max(a.top, len(a.stack)+1) // one more, for irFunction
}

// result pushes a value that the next instruction puts in its place, and answers that register.
func (a *assembler) result() int {
	a.push(item{inPlace, 0})
	return len(a.stack) - 1
}

func (a *assembler) drop(n int) { a.stack = a.stack[:len(a.stack)-n] }

// place makes sure that the value at height h is in register h.
func (a *assembler) place(h int) {
	switch it := a.stack[h]; it.kind {
	case inLocal:
		a.emit(opMove, h, it.index, 0)
	case inConst:
		a.emit(opConst, h, 0, it.index)
	}
	a.stack[h] = item{inPlace, 0}
}

// settle puts everything in its place.
func (a *assembler) settle() { a.settleFrom(0) }

func (a *assembler) settleFrom(h int) {
	for ; h < len(a.stack); h++ {
		a.place(h)
	}
}

// register is where the value at height h can be read.
func (a *assembler) register(h int) int {
	if a.stack[h].kind == inLocal {
		return a.stack[h].index
	}
	a.place(h)
	return h
}

// number says whether the value at height h is a constant number, and adds it to the function's list.
func (a *assembler) number(h int) (int, bool) {
	if a.stack[h].kind != inConst {
		return 0, false
	}
	n, ok := a.fn.constants[a.stack[h].index].(*Number)
	if !ok {
		return 0, false
	}
	a.numbers = append(a.numbers, n.v)
	if len(a.numbers) > maxOperand {
		a.failed = true
	}
	return len(a.numbers) - 1, true
}

// before an assignment to the variable in a slot: values that are it are copied, except the one on top.
func (a *assembler) spill(slot int) {
	for h := 0; h < len(a.stack)-1; h++ {
		if a.stack[h].kind == inLocal && a.stack[h].index == slot {
			a.place(h)
		}
	}
}

// freeze makes the function's lists, which do not change any more.
func (a *assembler) freeze() {
	fn := a.fn
	fn.registers = a.top
	fn.code, fn.lines = ints(a.code), ints(a.lines)
	fn.consts = make(Values, len(fn.constants))
	for i, v := range fn.constants {
		fn.consts[i] = v
	}
	fn.numbers = make(Numbers, len(a.numbers))
	for i, n := range a.numbers {
		fn.numbers[i] = n
	}
	fn.variables = make(Globals, len(fn.globals))
	for i, g := range fn.globals {
		fn.variables[i] = g
	}
	fn.places = make(Sites, len(fn.sites))
	for i, s := range fn.sites {
		fn.places[i] = s
	}
	fn.functions = make(Functions, len(a.subs))
	for i, f := range a.subs {
		fn.functions[i] = f
	}
	fn.constants, fn.globals, fn.sites = nil, nil, nil
}

func ints(list []int) Code {
	code := make(Code, len(list))
	for i, n := range list {
		code[i] = n
	}
	return code
}
