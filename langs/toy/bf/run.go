package main

import (
	"kiln/framework"
	"kiln/framework/host"
)

// driver tells the JIT about the dispatch loop in run. Green is what says where in the interpreted program we are: the
// same values mean the same place. What is green is constant while a trace is compiled.
var driver = framework.NewJitDriver(framework.DriverOptions{
	Name:     "bf",
	Greens:   []string{"pc", "prog"},
	Location: location,
})

// location names a place for logs.
func location(pc int, prog *Program) string {
	return prog.position(pc) + " " + prog.code[pc:pc+1]
}

// Tape is the memory of a running program. It grows by being replaced.
//
//kiln:array
type Tape []byte

// run executes the program and returns an error message, "" if there is none.
//
// Everything the JIT needs is here: one merge point at the top of the loop, and one mark where a loop of the
// interpreted program closes. The tape and the position are red - the translator finds them, because they are alive at
// the merge point and not green. In a compiled loop both live in machine registers, and [->+<] becomes two
// loads, two additions, two stores, and the tests that the loop really needs.
func run(prog *Program) string {
	tape := make(Tape, 1024)
	pos := 0
	pc := 0
	for pc < len(prog.code) {
		driver.MergePoint(pc, prog)
		switch prog.code[pc] {
		case '>':
			pos++
			if pos == len(tape) {
				tape = grow(tape)
			}
		case '<':
			if pos == 0 {
				return prog.position(pc) + ": there is no cell left of the first one"
			}
			pos--
		case '+':
			tape[pos]++ // a byte: wraps around by itself
		case '-':
			tape[pos]--
		case '.':
			host.PutByte(tape[pos])
		case ',':
			if b := host.GetByte(); b >= 0 {
				tape[pos] = byte(b)
			}
		case '[':
			if tape[pos] == 0 {
				pc = prog.jump[pc]
				continue
			}
		case ']':
			if tape[pos] != 0 {
				pc = prog.jump[pc]
				driver.CanEnterJit(pc, prog)
				continue
			}
		}
		pc++
	}
	return ""
}

// grow returns a larger tape with the same contents.
func grow(tape Tape) Tape {
	larger := make(Tape, 2*len(tape))
	copy(larger, tape)
	return larger
}
