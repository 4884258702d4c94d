package jitcode

import (
	"kiln/jitgen/op"
)

// Opcodes private to jitcode: control.
const (
	MoveI         = op.FirstPrivate + iota // source, destination
	MoveR                                  //
	MoveF                                  //
	Goto                                   // label
	GotoIfNot                              // int register, label: goes on behind itself if the register is not 0
	GotoIfNotCmp                           // compare opcode, its registers, label: fused compare and branch
	SwitchInt                              // int register, switch table
	Return                                 // results by bank
	Call                                   // call descriptor, arguments by bank, destinations by bank
	CallIndirect                           // int register with the function index, then as Call
	LoopHeader                             // driver: the edge counts
	JitMergePoint                          // driver, greens by bank, reds by bank
	Panic                                  // flow.Trap as a number, ref register or NoReg, string
	endPrivate
)

// Operand letters of Info.Operands.
const (
	opdSrcI   = 'i' // source registers
	opdSrcR   = 'r'
	opdSrcF   = 'f'
	opdAny    = '?' // source register in the bank of the descriptor's location
	opdDstI   = 'I' // destination registers
	opdDstR   = 'R'
	opdDstF   = 'F'
	opdLabel  = 'J'
	opdSwitch = 'S'
	opdDescr  = 'D'
	opdUnit   = 'U' // a number
	opdString = 's'
	opdCmp    = 'C' // compare opcode and its source registers
	opdIn     = 'a' // source registers of the three banks, each list with its length in front
	opdOut    = 'A' // destination registers of the three banks
)

// Info is the encoding of one opcode.
type Info struct {
	Name     string
	Operands string
	// Args are the banks of the argument registers of a shared operation (Void: the descriptor's), Result its
	// bank. HasDescr: one unit of descriptor comes last.
	Args     []op.Kind
	Result   op.Kind
	HasDescr bool
	// Resumes: a guard may resume at this instruction, so it has liveness.
	Resumes bool
}

var private = [endPrivate - op.FirstPrivate]Info{
	MoveI - op.FirstPrivate:         {Name: "move_i", Operands: "iI"},
	MoveR - op.FirstPrivate:         {Name: "move_r", Operands: "rR"},
	MoveF - op.FirstPrivate:         {Name: "move_f", Operands: "fF"},
	Goto - op.FirstPrivate:          {Name: "goto", Operands: "J"},
	GotoIfNot - op.FirstPrivate:     {Name: "goto_if_not", Operands: "iJ", Resumes: true},
	GotoIfNotCmp - op.FirstPrivate:  {Name: "goto_if_not_cmp", Operands: "CJ", Resumes: true},
	SwitchInt - op.FirstPrivate:     {Name: "switch", Operands: "iS", Resumes: true},
	Return - op.FirstPrivate:        {Name: "return", Operands: "a"},
	Call - op.FirstPrivate:          {Name: "call", Operands: "DaA"},
	CallIndirect - op.FirstPrivate:  {Name: "call_indirect", Operands: "iDaA", Resumes: true},
	LoopHeader - op.FirstPrivate:    {Name: "loop_header", Operands: "U"},
	JitMergePoint - op.FirstPrivate: {Name: "jit_merge_point", Operands: "Uaa", Resumes: true},
	Panic - op.FirstPrivate:         {Name: "panic", Operands: "URs"},
}

// shared is the encoding of the operations of the shared table, derived from it.
var shared = func() []Info {
	out := make([]Info, op.NumOps())
	for c := range out {
		out[c] = sharedInfo(op.Code(c))
	}
	return out
}()

func sharedInfo(c op.Code) Info {
	row := c.Info()
	if c == op.Invalid || c.Has(op.TraceOnly) || c.Has(op.Barrier) || c.Has(op.Call) || isGetResult(c) {
		return Info{} // calls have an encoding of their own
	}
	in := Info{Name: row.Name, Operands: row.Args, Result: row.Result, HasDescr: row.Descr != "", Resumes: resumes(c)}
	for _, letter := range row.Args {
		if letter == '?' {
			in.Args = append(in.Args, op.Void)
			continue
		}
		k, _ := op.KindOf(byte(letter))
		in.Args = append(in.Args, k)
	}
	if row.Result != op.Void {
		in.Operands += string(row.Result.Letter()[0] - 'a' + 'A')
	}
	if in.HasDescr {
		in.Operands += string(opdDescr)
	}
	return in
}

func isGetResult(c op.Code) bool {
	return c == op.GetResultI || c == op.GetResultR || c == op.GetResultF
}

// resumes says which shared operations the metainterpreter may record a guard for.
func resumes(c op.Code) bool {
	switch c {
	case op.PromoteI, op.PromoteR, op.PromoteF, op.PromoteString, op.TypeIDOf:
		return true
	}
	return false
}

// InfoOf is the encoding of an opcode, nil if it cannot occur in jitcode.
func InfoOf(c op.Code) *Info {
	switch {
	case c >= op.FirstPrivate && c < endPrivate:
		return &private[c-op.FirstPrivate]
	case int(c) < len(shared) && shared[c].Name != "":
		return &shared[c]
	}
	return nil
}

// Infos are the encodings of the operations of the shared table, by op.Code; rows of operations that cannot occur
// are zero. It must not be changed.
func Infos() []Info { return shared }

// ByName finds an opcode of jitcode.
func ByName(name string) (op.Code, bool) {
	for i := range private {
		if private[i].Name == name {
			return op.FirstPrivate + op.Code(i), true
		}
	}
	c, ok := op.ByName(name)
	return c, ok && InfoOf(c) != nil
}

// Opcodes lists every opcode that can occur in jitcode, for tests and tables.
func Opcodes() []op.Code {
	var all []op.Code
	for c := range endPrivate {
		if InfoOf(c) != nil {
			all = append(all, c)
		}
	}
	return all
}
