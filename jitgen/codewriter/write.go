// Package codewriter turns lowered flow graphs into jitcode, at build time.
//
// Input: a flow.Program at low level, after the portal pass, before inlining and gcxform; its Table
// complete. Output: a jitcode.Image (Build) or the program file (Write). It also sets JitCode and Adapter
// of the table's functions: emit makes adapters for those that jitcode, traces and the blackhole
// interpreter call.
//
// A function gets jitcode if it is reachable from a portal through functions that have jitcode, and
// nothing forbids looking inside (policy.go). Each graph goes through four steps: prepare (aliases, fused
// comparisons, liveness), allocate (registers), emit (instructions), and the assembler of package jitcode.
//
// Imports flow, jitcode, op and descr; never linked into translated binaries.
package codewriter

import (
	"errors"

	"kiln/jitgen/jitcode"
	"kiln/translator/flow"
)

// Write makes the program file of a lowered program.
func Write(prog *flow.Program) ([]byte, error) {
	im, err := Build(prog)
	if err != nil {
		return nil, err
	}
	return jitcode.Encode(im)
}

// Build makes the jitcode of a lowered program and sets the flags of its functions.
func Build(prog *flow.Program) (*jitcode.Image, error) {
	im := &jitcode.Image{Prog: prog.Table}
	for _, f := range prog.Table.Funcs {
		f.JitCode = -1
	}
	sel := choose(prog)
	files := &jitcode.FileTable{}
	var errs []error
	for _, f := range sel.funcs {
		code, err := compile(f, files, prog.Table.Recovers, prog.Table.Force != 0)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		code.Index = len(im.Codes)
		prog.Table.Funcs[f.Index].JitCode = code.Index
		im.Codes = append(im.Codes, code)
	}
	for i := range sel.adapter {
		if sel.adapter[i] {
			prog.Table.Funcs[i].Adapter = true
		}
	}
	// The file table grew while the code was made.
	for _, c := range im.Codes {
		c.SetFiles(files)
	}
	return im, errors.Join(errs...)
}

// Compile makes the jitcode of one function.
func Compile(f *flow.Func, files *jitcode.FileTable) (*jitcode.JitCode, error) {
	return compile(f, files, false, false)
}

func compile(f *flow.Func, files *jitcode.FileTable, recovers, forces bool) (*jitcode.JitCode, error) {
	defer flow.Locate(f)
	p, err := prepare(f)
	if err != nil {
		return nil, err
	}
	p.recovers, p.forces = recovers, forces
	p.allocate()
	return p.emit(files)
}
