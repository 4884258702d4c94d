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
// the merge point and not green. In a compiled loop they live in machine registers: an iteration of [->+<] is two
// additions, two stores and one test, and no trace of the interpreter is left.
func run(prog *Program) string {
	tape := make(Tape, 1024)
	pos := 0
	pc := 0
	for pc < len(prog.code) {
		driver.MergePoint(pc, prog)
		switch prog.code[pc] {
		case '>':
			pos++ // the tape follows when the cell is used
		case '<':
			if pos == 0 {
				return prog.position(pc) + ": there is no cell left of the first one"
			}
			pos--
		case '+':
			tape = reach(tape, pos)
			tape[pos]++ // a byte: wraps around by itself
		case '-':
			tape = reach(tape, pos)
			tape[pos]--
		case '.':
			tape = reach(tape, pos)
			host.PutByte(tape[pos])
		case ',':
			tape = reach(tape, pos)
			if b := host.GetByte(); b >= 0 {
				tape[pos] = byte(b)
			}
		case '[':
			tape = reach(tape, pos)
			if tape[pos] == 0 {
				pc = prog.jump[pc]
				continue
			}
		case ']':
			tape = reach(tape, pos)
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

// reach returns the tape with the cell at pos, which is not negative. Asking here instead of at each > leaves one
// test for a whole way to the right; asking unsigned makes it the very test that Go does before it indexes.
func reach(tape Tape, pos int) Tape {
	if uint(pos) < uint(len(tape)) {
		return tape
	}
	return grow(tape, pos)
}

// grow returns a larger tape with the same contents.
//
//kiln:dont_look_inside
func grow(tape Tape, pos int) Tape {
	size := 2 * len(tape)
	for size <= pos {
		size *= 2
	}
	larger := make(Tape, size)
	copy(larger, tape)
	return larger
}
