package jitcode

import (
	"cmp"
	"fmt"
	"slices"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// Operand is a register or a constant, for the Assembler.
type Operand struct {
	Kind     op.Kind
	Reg      int // NoReg drops a result
	IsConst  bool
	Bits     uint64 // constant Int or Float
	Prebuilt int32  // constant Ref: 0 is nil, else 1 + index
}

// Reg is a register operand.
func Reg(k op.Kind, n int) Operand { return Operand{Kind: k, Reg: n} }

// Const is a constant operand of the int or float bank.
func Const(k op.Kind, bits uint64) Operand { return Operand{Kind: k, IsConst: true, Bits: bits} }

// ConstRef is a reference constant: 0 is nil, else 1 + index of a prebuilt object.
func ConstRef(prebuilt int32) Operand {
	return Operand{Kind: op.Ref, IsConst: true, Prebuilt: prebuilt}
}

// Label is a jump target; NewLabel makes one, Bind gives it a position.
type Label int

// Assembler builds one JitCode.
type Assembler struct {
	jc      *JitCode
	labels  []int         // position, -1 while unbound
	jumps   map[int]Label // unit position of a target -> label
	sorted  []sortedSwitch
	consts  [NumBanks]map[uint64]int
	fixes   [NumBanks][]int // units that hold a constant's number and want NumRegs added
	descrs  map[descr.Descr]int
	strings map[string]int
	files   *FileTable
	pos     descr.Pos
	seen    [2]map[string]int32
	err     error
}

type sortedSwitch struct {
	cases   []int64
	targets []Label
	def     Label
}

// FileTable collects the source files of a program for the line tables of all its jitcode.
type FileTable struct {
	Names []string
	index map[string]int32
}

func (f *FileTable) of(name string) int32 {
	if f.index == nil {
		f.index = map[string]int32{}
	}
	i, ok := f.index[name]
	if !ok {
		i = int32(len(f.Names))
		f.index[name] = i
		f.Names = append(f.Names, name)
	}
	return i
}

// NewAssembler starts the code of a function.
func NewAssembler(fn int, name string, args, results []op.Kind, files *FileTable) *Assembler {
	a := &Assembler{
		jc:    &JitCode{Func: fn, Name: name, Args: args, Results: results},
		jumps: map[int]Label{}, descrs: map[descr.Descr]int{}, strings: map[string]int{}, files: files,
	}
	for i := range a.consts {
		a.consts[i] = map[uint64]int{}
	}
	a.seen = [2]map[string]int32{{}, {}}
	return a
}

// SetRegs says how many registers of a bank the code uses, at least.
func (a *Assembler) SetRegs(k op.Kind, n int) { a.jc.NumRegs[k] = max(a.jc.NumRegs[k], n) }

// PC is the position of the next instruction.
func (a *Assembler) PC() int { return len(a.jc.Code) }

// Pos sets the source position of the instructions that follow.
func (a *Assembler) Pos(p descr.Pos) { a.pos = p }

// NewLabel makes an unbound label.
func (a *Assembler) NewLabel() Label {
	a.labels = append(a.labels, -1)
	return Label(len(a.labels) - 1)
}

// Bind puts a label at the next instruction.
func (a *Assembler) Bind(l Label) { a.labels[l] = a.PC() }

// Live records the registers live before the next instruction, Across those live across it (a call).
func (a *Assembler) Live(regs []Operand)   { a.jc.live.add(a.PC(), liveSets(regs), a.seen[0]) }
func (a *Assembler) Across(regs []Operand) { a.jc.across.add(a.PC(), liveSets(regs), a.seen[1]) }

func liveSets(regs []Operand) (sets [3][]uint16) {
	for _, r := range regs {
		sets[r.Kind-1] = append(sets[r.Kind-1], uint16(r.Reg))
	}
	for i := range sets {
		slices.Sort(sets[i])
	}
	return sets
}

// Op emits an operation of the shared table; result is ignored if it has none.
func (a *Assembler) Op(code op.Code, d descr.Descr, result Operand, args ...Operand) {
	in := InfoOf(code)
	if in == nil || code >= op.FirstPrivate {
		a.fail("operation %s cannot occur in jitcode", code)
		return
	}
	if len(args) != len(in.Args) {
		a.fail("%s wants %d arguments, got %d", code, len(in.Args), len(args))
		return
	}
	a.start(code)
	for i, x := range args {
		if in.Args[i] != op.Void && in.Args[i] != x.Kind {
			a.fail("%s: argument %d is of kind %s, want %s", code, i, x.Kind, in.Args[i])
		}
		a.operand(x)
	}
	if in.Result != op.Void {
		a.operand(result)
	}
	if in.HasDescr {
		a.descr(d)
	}
}

// Move copies src into dst, of the same bank.
func (a *Assembler) Move(dst, src Operand) {
	a.start(op.ForKind(MoveI, src.Kind))
	a.operand(src)
	a.operand(dst)
}

// Goto jumps to l.
func (a *Assembler) Goto(l Label) {
	a.start(Goto)
	a.label(l)
}

// GotoIfNot jumps to l if x is 0.
func (a *Assembler) GotoIfNot(x Operand, l Label) {
	a.start(GotoIfNot)
	a.operand(x)
	a.label(l)
}

// GotoIfNotCmp jumps to l if the comparison is false.
func (a *Assembler) GotoIfNotCmp(cmp op.Code, args []Operand, l Label) {
	a.start(GotoIfNotCmp)
	a.unit(int(cmp))
	for _, x := range args {
		a.operand(x)
	}
	a.label(l)
}

// Switch jumps to the target of the case equal to x, or to def.
func (a *Assembler) Switch(x Operand, cases []int64, targets []Label, def Label) {
	a.start(SwitchInt)
	a.operand(x)
	a.unit(len(a.sorted))
	a.sorted = append(a.sorted, sortedSwitch{cases, targets, def})
}

// Return returns the results, in order.
func (a *Assembler) Return(results []Operand) {
	a.start(Return)
	a.list(results)
}

// Call calls a function directly; fn is nil, or the function index of an indirect call.
func (a *Assembler) Call(fn *Operand, d *descr.Call, args, results []Operand) {
	if fn == nil {
		a.start(Call)
	} else {
		a.start(CallIndirect)
		a.operand(*fn)
	}
	a.descr(d)
	a.list(args)
	a.list(results)
}

// LoopHeader marks an edge that counts.
func (a *Assembler) LoopHeader(driver int) {
	a.start(LoopHeader)
	a.unit(driver)
}

// MergePoint emits the driver's merge point.
func (a *Assembler) MergePoint(driver int, greens, reds []Operand) {
	a.jc.MergePoints = append(a.jc.MergePoints, MergePoint{driver, a.PC()})
	a.start(JitMergePoint)
	a.unit(driver)
	a.list(greens)
	a.list(reds)
}

// Panic raises a run-time panic: trap is a flow.Trap, value its reference operand (NoReg if none).
func (a *Assembler) Panic(trap int, value Operand, text string) {
	a.start(Panic)
	a.unit(trap)
	a.operand(value)
	i, ok := a.strings[text]
	if !ok {
		i = len(a.jc.Strings)
		a.strings[text] = i
		a.jc.Strings = append(a.jc.Strings, text)
	}
	a.unit(i)
}

// Finish resolves labels and constants and returns the code.
func (a *Assembler) Finish() (*JitCode, error) {
	for at, l := range a.jumps {
		pos := a.target(l)
		a.jc.Code[at], a.jc.Code[at+1] = uint16(pos), uint16(pos>>16)
	}
	for _, s := range a.sorted {
		a.jc.Switches = append(a.jc.Switches, a.finishSwitch(s))
	}
	for k, units := range a.fixes {
		for _, at := range units {
			n := int(a.jc.Code[at]) + a.jc.NumRegs[k]
			if n >= NoReg {
				a.fail("too many registers and constants")
			}
			a.jc.Code[at] = uint16(n)
		}
	}
	if a.files != nil {
		a.jc.files = a.files.Names
	}
	return a.jc, a.err
}

func (a *Assembler) finishSwitch(s sortedSwitch) Switch {
	order := make([]int, len(s.cases))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(s.cases[x], s.cases[y]) })
	out := Switch{Default: int32(a.target(s.def))}
	for n, i := range order {
		if n > 0 && s.cases[i] == s.cases[order[n-1]] {
			continue // the first of equal cases wins, as in Go
		}
		out.Cases = append(out.Cases, s.cases[i])
		out.Targets = append(out.Targets, int32(a.target(s.targets[i])))
	}
	return out
}

func (a *Assembler) target(l Label) int {
	if a.labels[l] < 0 {
		a.fail("label %d is not bound", l)
	}
	return a.labels[l]
}

func (a *Assembler) start(code op.Code) {
	if a.files != nil {
		l := line{pc: int32(a.PC()), line: int32(a.pos.Line)}
		if a.pos.Line != 0 {
			l.file = a.files.of(a.pos.File)
		}
		if n := len(a.jc.lines); n == 0 || a.jc.lines[n-1].file != l.file || a.jc.lines[n-1].line != l.line {
			a.jc.lines = append(a.jc.lines, l)
		}
	}
	a.unit(int(code))
}

func (a *Assembler) unit(n int) {
	if n < 0 || n > 0xFFFF {
		a.fail("%d does not fit a unit", n)
	}
	a.jc.Code = append(a.jc.Code, uint16(n))
}

func (a *Assembler) label(l Label) {
	a.jumps[a.PC()] = l
	a.jc.Code = append(a.jc.Code, 0, 0)
}

func (a *Assembler) list(xs []Operand) {
	for _, k := range Banks {
		at := a.PC()
		a.unit(0)
		for _, x := range xs {
			if x.Kind == k {
				a.operand(x)
				a.jc.Code[at]++
			}
		}
	}
}

func (a *Assembler) operand(x Operand) {
	if !x.IsConst {
		if x.Reg != NoReg {
			a.SetRegs(x.Kind, x.Reg+1)
		}
		a.unit(x.Reg)
		return
	}
	key := x.Bits
	if x.Kind == op.Ref {
		key = uint64(x.Prebuilt)
	}
	i, ok := a.consts[x.Kind][key]
	if !ok {
		i = len(a.consts[x.Kind])
		a.consts[x.Kind][key] = i
		a.jc.Consts[x.Kind] = append(a.jc.Consts[x.Kind], x.Bits)
		if x.Kind == op.Ref {
			a.jc.Prebuilts = append(a.jc.Prebuilts, x.Prebuilt)
		}
	}
	a.fixes[x.Kind] = append(a.fixes[x.Kind], a.PC())
	a.unit(i)
}

func (a *Assembler) descr(d descr.Descr) {
	if d == nil {
		a.fail("missing descriptor")
		return
	}
	i, ok := a.descrs[d]
	if !ok {
		i = len(a.jc.Descrs)
		a.descrs[d] = i
		a.jc.Descrs = append(a.jc.Descrs, d)
	}
	a.unit(i)
}

func (a *Assembler) fail(format string, args ...any) {
	if a.err == nil {
		a.err = fmt.Errorf("%s: %s: %s", a.pos, a.jc.Name, fmt.Sprintf(format, args...))
	}
}

// SetFiles gives the code the complete table of source files.
func (j *JitCode) SetFiles(f *FileTable) { j.files = f.Names }
