package bfgen

// The self-interpreter reads a program up to an exclamation mark, then runs it with the rest of the input. Programs of up
// to 250 instructions and 250 cells.

// selfProgram is what it is given: for each of two lines, read it and print it reversed.
const selfProgram = "++[ >>,----------[>,----------] <[++++++++++.[-]<] ++++++++++.[-] <- ]"

const selfLines = "one\ntwo\n"

// Fields of the records: an instruction of the program and a cell of its tape.
const (
	fieldCode = iota
	fieldTape
)

// Instructions as the interpreter stores them; 0 ends the program.
const (
	codePlus = 1 + iota
	codeRead
	codeMinus
	codePrint
	codeLeft
	codeRight
	codeOpen
	codeClose
)

type selfMachine struct {
	*Builder
	memory        *Array
	pc, pos, code Cell
	depth         Cell
}

func selfInterpreter() string {
	b := NewBuilder(24)
	m := &selfMachine{Builder: b, pc: b.New(1), pos: b.New(1), code: b.New(1), depth: b.New(1)}
	m.memory = b.NewArray(2)
	m.load()
	b.Clear(m.pc)
	m.fetch()
	b.Loop(m.code, func() {
		m.execute()
		b.Add(m.pc, 1)
		m.fetch()
	})
	return b.Source("a self interpreter")
}

// load stores the instructions until an exclamation mark.
func (m *selfMachine) load() {
	store := func(code int) func() {
		return func() {
			m.Add(m.code, code)
			m.memory.Write(m.pc, fieldCode, m.code)
			m.Clear(m.code)
			m.Add(m.pc, 1)
		}
	}
	m.Temp(1, func(more Cell) {
		m.Add(more, 1)
		m.Loop(more, func() {
			m.Temp(1, func(c Cell) {
				m.Get(c)
				m.Switch(c, nil,
					Case{'!', func() { m.Clear(more) }},
					Case{'+', store(codePlus)}, Case{',', store(codeRead)}, Case{'-', store(codeMinus)},
					Case{'.', store(codePrint)}, Case{'<', store(codeLeft)}, Case{'>', store(codeRight)},
					Case{'[', store(codeOpen)}, Case{']', store(codeClose)})
			})
		})
	})
}

func (m *selfMachine) fetch() {
	m.Clear(m.code)
	m.memory.Read(m.pc, fieldCode, m.code)
}

// execute runs the instruction in code, which becomes 0.
func (m *selfMachine) execute() {
	change := func(update func(c Cell)) func() {
		return func() {
			m.Temp(1, func(c Cell) {
				m.memory.Read(m.pos, fieldTape, c)
				update(c)
				m.memory.Write(m.pos, fieldTape, c)
				m.Clear(c)
			})
		}
	}
	m.Switch(m.code, nil,
		Case{codePlus, change(func(c Cell) { m.Add(c, 1) })},
		Case{codeRead, change(m.Get)},
		Case{codeMinus, change(func(c Cell) { m.Add(c, -1) })},
		Case{codePrint, change(m.Put)},
		Case{codeLeft, func() { m.Add(m.pos, -1) }},
		Case{codeRight, func() { m.Add(m.pos, 1) }},
		Case{codeOpen, func() { m.jumpIf(true, 1) }},
		Case{codeClose, func() { m.jumpIf(false, -1) }})
}

// jumpIf goes to the matching bracket in the direction step if the cell's being zero is what is asked for.
func (m *selfMachine) jumpIf(zero bool, step int) {
	m.Temp(1, func(c Cell) {
		m.memory.Read(m.pos, fieldTape, c)
		seek := func() { m.seek(step) }
		if zero {
			m.IfElse(c, func() {}, seek)
		} else {
			m.If(c, seek)
		}
	})
}

// seek moves pc until as many brackets are closed as were opened; those of the direction count up, others down.
func (m *selfMachine) seek(step int) {
	m.Add(m.depth, 1)
	m.Loop(m.depth, func() {
		m.Add(m.pc, step)
		m.Temp(1, func(c Cell) {
			m.memory.Read(m.pc, fieldCode, c)
			m.Switch(c, nil,
				Case{codeOpen, func() { m.Add(m.depth, step) }},
				Case{codeClose, func() { m.Add(m.depth, -step) }})
		})
	})
}
