// Package exec gives every operation of jitgen/op its one concrete meaning, on uint64 words.
//
// The metainterpreter (while recording), the blackhole interpreter, constant folding, the flow
// interpreter and backend/ref all execute operations here; backend/amd64 is compared with it. An
// operation's result word is an int64 as uint64, float64 bits, or an object's address; operations
// without result return 0.
//
// Input: a code, its descriptor, its operand words. Control of traces (guards, labels, jumps) has
// no meaning by itself and is rejected, see reject.go; GuardHolds answers for the guards.
//
// References passed as operands are not rooted here: the caller keeps what it still needs in roots
// that it registered before it executes an operation that Allocates or Calls.
//
// Must not import trace or anything above it, nor the translator; linked into translated binaries.
package exec

import (
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// Machine is what operations with effects act on.
type Machine struct {
	RT backend.Runtime
	T  *thread.Thread
	// Jitted is the answer of op.WeAreJitted.
	Jitted bool
}

// Func executes one operation. It must not keep args.
type Func func(m *Machine, d descr.Descr, args []uint64) uint64

// Do executes one operation. It panics with Go's run-time panic if the operation is a check that
// fails, and with a programming error if the operation is rejected (see Rejected).
func Do(m *Machine, code op.Code, d descr.Descr, args []uint64) uint64 {
	return table[code](m, d, args)
}

// Lookup returns the executing function of an operation, for callers that decode once and run often.
func Lookup(code op.Code) Func { return table[code] }

// Pure executes an operation that needs no machine, descriptor or heap. The divisor of a division must not be 0.
func Pure(code op.Code, args []uint64) uint64 { return table[code](nil, nil, args) }

// Fold executes an operation on constant operands, if that is possible without a heap: ok is false
// for operations that are not pure or that look into objects, and for a division by 0.
func Fold(code op.Code, d descr.Descr, args []uint64) (res uint64, ok bool) {
	if !code.Has(op.Pure) {
		return 0, false
	}
	switch code {
	case op.ArrayLen, op.TypeIDOf:
		return 0, false // constant objects are the tracer's business: nil and type come first
	case op.IntDiv, op.IntMod, op.UintDiv, op.UintMod:
		if args[1] == 0 {
			return 0, false
		}
	}
	return table[code](nil, d, args), true
}

// table is indexed by op.Code; rejected operations have an entry that panics.
var table = func() []Func {
	t := make([]Func, op.NumOps())
	for _, part := range []map[op.Code]Func{integers, floats, heapOps, bytesOps, dispatchOps, checks, hintOps, callOps, rewritten} {
		for code, f := range part {
			if t[code] != nil {
				panic("exec: two meanings of " + code.String())
			}
			t[code] = f
		}
	}
	for code, why := range Rejected {
		t[code] = func(*Machine, descr.Descr, []uint64) uint64 {
			panic("exec: cannot execute " + code.String() + ": " + why)
		}
	}
	return t
}()
