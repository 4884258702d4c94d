package main

import "kiln/framework/host"

// Program is a loaded program. Its fields are set once, by load, and never change afterwards. The tags tell the
// JIT so; and because the program is green (see run), all that the interpreter reads from it while a trace is
// compiled - instructions, jump targets - are constants and vanish from the machine code.
type Program struct {
	code   string  `kiln:"immutable"`   // the instructions, without comments
	jump   Indexes `kiln:"immutable[]"` // for [ and ]: the index in code after the matching bracket
	origin Indexes `kiln:"immutable[]"` // for each instruction: its offset in source
	source string  `kiln:"immutable"`
	name   string  `kiln:"immutable"` // of the source file
}

// Indexes has a fixed length. The directive makes it a plain array: one pointer, where a Go slice is four words.
//
//kiln:array
type Indexes []int

// load drops comments and matches brackets. The second result is an error message, "" if there is none.
func load(name, source string) (*Program, string) {
	prog := &Program{source: source, name: name, origin: make(Indexes, len(source))}
	code := make([]byte, 0, len(source))
	for i := 0; i < len(source); i++ {
		switch source[i] {
		case '>', '<', '+', '-', '.', ',', '[', ']':
			prog.origin[len(code)] = i
			code = append(code, source[i])
		}
	}
	prog.code = string(code)
	prog.jump = make(Indexes, len(code))
	var open []int // brackets not closed yet, innermost last
	for pc := 0; pc < len(prog.code); pc++ {
		switch prog.code[pc] {
		case '[':
			open = append(open, pc)
		case ']':
			if len(open) == 0 {
				return nil, prog.position(pc) + ": ] without ["
			}
			start := open[len(open)-1]
			open = open[:len(open)-1]
			prog.jump[start], prog.jump[pc] = pc+1, start+1
		}
	}
	if len(open) > 0 {
		return nil, prog.position(open[len(open)-1]) + ": [ without ]"
	}
	return prog, ""
}

// position is where an instruction stands in the source: FILE:LINE:COLUMN, both counted from 1, the column in bytes.
//
//kiln:dont_look_inside
func (prog *Program) position(pc int) string {
	line, column := 1, 1
	for i := 0; i < prog.origin[pc]; i++ {
		column++
		if prog.source[i] == '\n' {
			line, column = line+1, 1
		}
	}
	return prog.name + ":" + host.FormatInt(line) + ":" + host.FormatInt(column)
}
