// Package jitgen is the run time of translated binaries: it reads their switches, creates the heap,
// the objects made at translation and the JIT, runs the program and reports statistics.
//
// Input: the program file and the adapters of the generated program (Config). Output: Runtime, which
// is backend.Runtime for compiled code and Portal for emitted code.
//
// Linked into translated binaries: must not import the translator, codewriter or go/ssa.
package jitgen

import (
	"kiln/gc/thread"
	"kiln/jitgen/backend"
)

// Config is what a generated program hands to Main.
type Config struct {
	// Program is the program file that codewriter.Write made.
	Program []byte
	// Adapters are the emitted adapters by function index; nil where descr.Func.Adapter is false.
	Adapters []backend.Adapter
	// Start is called once, first, when heap, prebuilt objects and JIT exist: the program keeps what it
	// needs of rt (rt.Heap(), rt.Portal(), rt.Prebuilt(i)).
	Start func(rt *Runtime)
	// Init runs the package initialisers, Main the main function.
	Init func(t *thread.Thread)
	Main func(t *thread.Thread)
}
