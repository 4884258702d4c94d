package flow

import "kiln/jitgen/op"

// privateInfo is one row of the table of operations private to flow graphs.
type privateInfo struct {
	name string
	// args is the least and the greatest number of operands (max -1: any number), res likewise.
	minArgs, maxArgs int
	minRes, maxRes   int
	high             bool // high level only (else low level, or both for the portal operations)
}

const firstPrivate = op.FirstPrivate

// privateOps is indexed by code - op.FirstPrivate, in the order of ops.go.
var privateOps = [...]privateInfo{
	GoBinOp - firstPrivate:           {"go_binop", 2, 2, 1, 1, true},
	GoUnOp - firstPrivate:            {"go_unop", 1, 1, 1, 1, true},
	GoConvert - firstPrivate:         {"go_convert", 1, 1, 1, 1, true},
	GoChangeType - firstPrivate:      {"go_changetype", 1, 1, 1, 1, true},
	GoAlloc - firstPrivate:           {"go_alloc", 0, 0, 1, 1, true},
	GoLoad - firstPrivate:            {"go_load", 1, 1, 1, 1, true},
	GoStore - firstPrivate:           {"go_store", 2, 2, 0, 0, true},
	GoFieldAddr - firstPrivate:       {"go_fieldaddr", 1, 1, 1, 1, true},
	GoField - firstPrivate:           {"go_field", 1, 1, 1, 1, true},
	GoIndexAddr - firstPrivate:       {"go_indexaddr", 2, 2, 1, 1, true},
	GoIndex - firstPrivate:           {"go_index", 2, 2, 1, 1, true},
	GoLookup - firstPrivate:          {"go_lookup", 2, 2, 1, 2, true},
	GoMapUpdate - firstPrivate:       {"go_mapupdate", 3, 3, 0, 0, true},
	GoSlice - firstPrivate:           {"go_slice", 4, 4, 1, 1, true},
	GoMakeSlice - firstPrivate:       {"go_makeslice", 2, 2, 1, 1, true},
	GoMakeMap - firstPrivate:         {"go_makemap", 1, 1, 1, 1, true},
	GoMakeClosure - firstPrivate:     {"go_makeclosure", 0, -1, 1, 1, true},
	GoMakeInterface - firstPrivate:   {"go_makeinterface", 1, 1, 1, 1, true},
	GoChangeInterface - firstPrivate: {"go_changeinterface", 1, 1, 1, 1, true},
	GoTypeAssert - firstPrivate:      {"go_typeassert", 1, 1, 1, 2, true},
	GoCall - firstPrivate:            {"go_call", 0, -1, 0, -1, true},
	GoCallInterface - firstPrivate:   {"go_callinterface", 1, -1, 0, -1, true},
	GoCallClosure - firstPrivate:     {"go_callclosure", 1, -1, 0, -1, true},
	GoBuiltin - firstPrivate:         {"go_builtin", 0, -1, 0, 1, true},
	GoRange - firstPrivate:           {"go_range", 1, 1, 1, 1, true},
	GoNext - firstPrivate:            {"go_next", 1, 1, 3, 3, true},
	GoSliceToArrayPtr - firstPrivate: {"go_slicetoarrayptr", 1, 1, 1, 1, true},
	GoHint - firstPrivate:            {"go_hint", 0, -1, 0, -1, true},

	Call - firstPrivate:         {"call", 0, -1, 0, -1, false},
	CallIndirect - firstPrivate: {"call_indirect", 1, -1, 0, -1, false},
	MergePoint - firstPrivate:   {"merge_point", 0, -1, 0, 0, false},
	CanEnterJit - firstPrivate:  {"can_enter_jit", 0, -1, 0, -1, false},

	// Codes added after the contract was fixed.
	GoAppendItems - firstPrivate: {"go_appenditems", 1, -1, 1, 1, true},
	OrElse - firstPrivate:        {"or_else", 2, 2, 1, 1, false},
	EnterPortal - firstPrivate:   {"enter_portal", 0, -1, 0, -1, false},
	ResumePortal - firstPrivate:  {"resume_portal", 0, 0, 1, -1, false},
	GoCheckAddr - firstPrivate:   {"go_checkaddr", 1, 1, 0, 0, true},
}

var privateByName = func() map[string]op.Code {
	m := make(map[string]op.Code, len(privateOps))
	for i := range privateOps {
		m[privateOps[i].name] = firstPrivate + op.Code(i)
	}
	return m
}()

func private(c op.Code) *privateInfo {
	if c < firstPrivate || int(c-firstPrivate) >= len(privateOps) {
		return nil
	}
	return &privateOps[c-firstPrivate]
}

// OpName is the name of an operation of a flow graph in text: that of the shared table, or of the
// operations private to flow graphs.
func OpName(c op.Code) string {
	if p := private(c); p != nil {
		return p.name
	}
	return c.String()
}

// OpByName is the inverse of OpName.
func OpByName(name string) (op.Code, bool) {
	if c, ok := privateByName[name]; ok {
		return c, true
	}
	return op.ByName(name)
}

// IsHigh says whether an operation belongs to high-level graphs only.
func IsHigh(c op.Code) bool { p := private(c); return p != nil && p.high }

var termNames = [...]string{Jump: "jump", Branch: "branch", Switch: "switch", Return: "return", Panic: "panic"}

func (k TermKind) String() string { return termNames[k] }

var trapNames = [...]string{TrapExplicit: "explicit", TrapAssert: "assert", TrapUnreachable: "unreachable",
	TrapNil: "nil", TrapMessage: "message", TrapRefuse: "refuse"}

func (t Trap) String() string { return trapNames[t] }
