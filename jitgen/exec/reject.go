package exec

import "kiln/jitgen/op"

// Rejected says for each operation that Do cannot execute why, which is: who does.
var Rejected = map[op.Code]string{
	op.Invalid: "not an operation",

	op.GuardTrue:           whyGuard,
	op.GuardFalse:          whyGuard,
	op.GuardValueI:         whyGuard,
	op.GuardValueR:         whyGuard,
	op.GuardValueF:         whyGuard,
	op.GuardClass:          whyGuard,
	op.GuardNonnull:        whyGuard,
	op.GuardIsnull:         whyGuard,
	op.GuardNonnullClass:   whyGuard,
	op.GuardNotInvalidated: "the state is the compiled loop's",

	op.GuardAlwaysFails: "it never holds",
	op.GuardNoAction:    "the state is the thread's",
	op.QuasiRead:        "the optimiser consumes it",
	op.ForceObject:      "the optimiser consumes it",
	op.GuardNotForced:   whyGuard,

	op.Label:           whyControl,
	op.Jump:            whyControl,
	op.Finish:          whyControl,
	op.DebugMergePoint: "for logs only",

	op.CallAssemblerI: whyAssembler,
	op.CallAssemblerR: whyAssembler,
	op.CallAssemblerF: whyAssembler,
	op.CallAssemblerN: whyAssembler,
}

const (
	whyGuard   = "leaving the trace is the backend's; see GuardHolds"
	whyControl = "control flow is the backend's"

	whyAssembler = "compiled code is the backend's"
)

// GuardHolds evaluates the condition of a guard other than GuardNotInvalidated.
func GuardHolds(code op.Code, args []uint64) bool {
	switch code {
	case op.GuardTrue, op.GuardNonnull:
		return args[0] != 0
	case op.GuardFalse, op.GuardIsnull:
		return args[0] == 0
	case op.GuardValueI, op.GuardValueR, op.GuardValueF:
		return args[0] == args[1] // floats by their bits: a constant NaN equals itself, 0 and -0 differ
	case op.GuardClass:
		return TypeID(args[0]) == args[1]
	case op.GuardNonnullClass:
		return args[0] != 0 && TypeID(args[0]) == args[1]
	case op.GuardNotForced:
		for _, obj := range args {
			if !Owned(obj) {
				return false
			}
		}
		return true
	}
	panic("exec: not a guard with a condition: " + code.String())
}
