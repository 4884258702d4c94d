// Package jitcode is the instruction format that the metainterpreter records from and the blackhole
// interpreter runs: one JitCode for each traceable function, made at build time by codewriter.
//
// Code is a sequence of uint16 units: an opcode, then its operands. A register operand is one unit;
// each bank (int, ref, float) has its registers first and the function's constants behind them, so
// constants need no encoding of their own. Operations of the shared table (jitgen/op) are encoded as
//
//	opcode, argument registers ..., result register (unless void), descriptor (if it has one)
//
// and control by the private opcodes of ops.go. Descriptors, switch tables and strings are indices into
// tables of the JitCode; jump targets are two units, low half first.
//
// At every position where a guard may resume, the JitCode knows the live registers (live.go). Text form:
// print.go, parse.go. Program file: encode.go, decode.go.
//
// Imports op, descr and gc/layout; linked into translated binaries. Must not import trace.
package jitcode

import (
	"fmt"
	"sort"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// NoReg as a destination register drops the value.
const NoReg = 0xFFFF

// NumBanks is the length of tables indexed by op.Kind (Void's entry is unused).
const NumBanks = 4

// Banks lists the banks in the order of every list of registers.
var Banks = [3]op.Kind{op.Int, op.Ref, op.Float}

// Lists reads three lists of registers, by bank, each behind its length, and returns the position behind them.
func Lists(code []uint16, pc int) (regs [NumBanks][]uint16, next int) {
	for _, k := range Banks {
		n := int(code[pc])
		regs[k] = code[pc+1 : pc+1+n]
		pc += 1 + n
	}
	return regs, pc
}

// JitCode is the code of one function. It does not change after loading.
type JitCode struct {
	Index   int
	Func    int // index of the function in descr.Program.Funcs
	Name    string
	Args    []op.Kind // parameters arrive in registers 0, 1 ... of their banks
	Results []op.Kind
	Code    []uint16

	// NumRegs is the number of registers of each bank, without the constants behind them.
	NumRegs [NumBanks]int
	// Consts are the constants of each bank as words; those of Ref are valid after Image.Link.
	Consts [NumBanks][]uint64
	// Prebuilts tells what the Ref constants are: 0 is nil, else 1 + index of a prebuilt object.
	Prebuilts []int32

	Descrs   []descr.Descr
	Switches []Switch
	Strings  []string
	// MergePoints are the merge points of the function: those of a portal.
	MergePoints []MergePoint

	live   liveTable // at positions a guard resumes at
	across liveTable // across calls
	lines  []line
	files  []string // shared by the program
}

// Switch is the table of one switch instruction.
type Switch struct {
	Cases   []int64 // ascending
	Targets []int32
	Default int32
}

// Find is the position of the case for v, or -1.
func (s *Switch) Find(v int64) int {
	lo, hi := 0, len(s.Cases)
	if hi > 0 && s.Cases[hi-1]-s.Cases[0] == int64(hi-1) { // dense: the dispatch of most interpreters
		if v < s.Cases[0] || v > s.Cases[hi-1] {
			return -1
		}
		return int(v - s.Cases[0])
	}
	for lo < hi {
		mid := (lo + hi) / 2
		if s.Cases[mid] < v {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(s.Cases) && s.Cases[lo] == v {
		return lo
	}
	return -1
}

// Target is where the switch goes for v.
func (s *Switch) Target(v int64) int {
	if i := s.Find(v); i >= 0 {
		return int(s.Targets[i])
	}
	return int(s.Default)
}

// MergePoint is the position of a driver's merge point in its portal.
type MergePoint struct{ Driver, PC int }

type line struct {
	pc   int32
	file int32
	line int32
}

// Regs is the number of registers of a bank, constants included.
func (j *JitCode) Regs(k op.Kind) int { return j.NumRegs[k] + len(j.Consts[k]) }

// Label reads a jump target at pc.
func (j *JitCode) Label(pc int) int { return int(j.Code[pc]) | int(j.Code[pc+1])<<16 }

// MergePC is the position of the driver's merge point.
func (j *JitCode) MergePC(driver int) int {
	for _, m := range j.MergePoints {
		if m.Driver == driver {
			return m.PC
		}
	}
	panic(fmt.Sprintf("jitcode: %s has no merge point of driver %d", j.Name, driver))
}

// Pos is the source position of the instruction at pc.
func (j *JitCode) Pos(pc int) descr.Pos {
	i := sort.Search(len(j.lines), func(i int) bool { return int(j.lines[i].pc) > pc }) - 1
	if i < 0 || j.lines[i].line == 0 {
		return descr.Pos{}
	}
	return descr.Pos{File: j.files[j.lines[i].file], Line: int(j.lines[i].line)}
}

// link sets the addresses of the reference constants.
func (j *JitCode) link(address func(prebuilt int) uintptr) {
	refs := make([]uint64, len(j.Prebuilts))
	for i, p := range j.Prebuilts {
		if p != 0 {
			refs[i] = uint64(address(int(p) - 1))
		}
	}
	j.Consts[op.Ref] = refs
}

// Image is a whole program: its tables and its jitcode. An image that comes from a program file reads a jitcode when Code is first asked for it:
// one thread at a time may do that.
type Image struct {
	Prog *descr.Program
	// Codes are nil where they have not been read yet; Code reads them.
	Codes []*JitCode

	decoder *decoder // nil if the image was not read from a file
	texts   [][]byte // of the codes
	address func(prebuilt int) uintptr
}

// Link sets the addresses of the reference constants, in codes yet to be read, too.
func (im *Image) Link(address func(prebuilt int) uintptr) {
	im.address = address
	for _, j := range im.Codes {
		if j != nil {
			j.link(address)
		}
	}
}

// Of is the jitcode of a function, or nil.
func (im *Image) Of(fn int) *JitCode {
	if i := im.Prog.Funcs[fn].JitCode; i >= 0 {
		return im.Code(i)
	}
	return nil
}
