package jitgen

import "kiln/jitgen/descr"

// Runtime is one translated program with its heap and its JIT.
type Runtime struct {
	prog     *descr.Program
	prebuilt []uintptr
}

// Program is the program file's tables.
func (rt *Runtime) Program() *descr.Program { return rt.prog }

// Prebuilt is the address of a prebuilt object; it never moves.
func (rt *Runtime) Prebuilt(index int) uintptr { return rt.prebuilt[index] }
