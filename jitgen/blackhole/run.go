package blackhole

import (
	"math"

	"kiln/gc/layout"
	"kiln/gc/trap"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
)

// Run executes the frames above the mark until the outermost of them, a portal's, reaches a merge point or
// returns. Portals called by it go on at their merge points as compiled or emitted code (Portal).
func (b *Interp) Run(m Mark) Result {
	done := false
	defer func() {
		if !done && !b.mayPanic() {
			panic(backend.Internal("in the blackhole interpreter", recover()))
		}
	}()
	r := b.run(m)
	done = true
	return r
}

// mayPanic says whether the instruction in progress can raise a panic of the program.
func (b *Interp) mayPanic() bool {
	f := &b.frames[len(b.frames)-1]
	switch code := op.Code(f.code.Code[f.pc]); code {
	case jitcode.Call, jitcode.CallIndirect, jitcode.Panic, jitcode.JitMergePoint:
		return true
	default:
		return code < op.FirstPrivate && code.Has(op.Check)
	}
}

func (b *Interp) run(m Mark) Result {
	for {
		f := &b.frames[len(b.frames)-1]
		code := op.Code(f.code.Code[f.pc])
		if code < op.FirstPrivate {
			b.operation(f, code)
			continue
		}
		switch code {
		case jitcode.JitMergePoint:
			if len(b.frames) == m.frames+1 {
				return Result{Driver: b.mergePoint(f)}
			}
			b.finishPortal(f)
		case jitcode.Return:
			if len(b.frames) == m.frames+1 {
				b.results(f)
				return Result{Done: true}
			}
			b.leave(f)
		case jitcode.Call, jitcode.CallIndirect:
			b.call(code)
		default:
			b.control(f, code)
		}
	}
}

func (b *Interp) get(f *frame, k op.Kind, r uint16) uint64 {
	return b.regs.Words[k][f.base[k]+int(r)]
}

func (b *Interp) set(f *frame, k op.Kind, r uint16, v uint64) {
	if r != jitcode.NoReg {
		b.regs.Words[k][f.base[k]+int(r)] = v
	}
}

// operation executes an operation of the shared table.
func (b *Interp) operation(f *frame, code op.Code) {
	in := &b.infos[code]
	units := f.code.Code[f.pc+1:]
	n := len(in.Args)
	size := n
	if in.Result != op.Void {
		size++
	}
	var d descr.Descr
	if in.HasDescr {
		d = f.code.Descrs[units[size]]
		size++
	}
	for i, k := range in.Args {
		if k == op.Void {
			k = d.(descr.Location).Acc().Kind
		}
		b.args[i] = b.get(f, k, units[i])
	}
	v := exec.Do(&b.m, code, d, b.args[:n])
	// f stays valid: operations do not push frames.
	if in.Result != op.Void {
		b.set(f, in.Result, units[n], v)
	}
	f.pc += 1 + size
}

func (b *Interp) control(f *frame, code op.Code) {
	units := f.code.Code[f.pc+1:]
	switch code {
	case jitcode.MoveI, jitcode.MoveR, jitcode.MoveF:
		k := op.Int + op.Kind(code-jitcode.MoveI)
		b.set(f, k, units[1], b.get(f, k, units[0]))
		f.pc += 3
	case jitcode.Goto:
		f.pc = f.code.Label(f.pc + 1)
	case jitcode.GotoIfNot:
		if b.get(f, op.Int, units[0]) == 0 {
			f.pc = f.code.Label(f.pc + 2)
		} else {
			f.pc += 4
		}
	case jitcode.GotoIfNotCmp:
		b.compare(f, units)
	case jitcode.SwitchInt:
		f.pc = f.code.Switches[units[1]].Target(int64(b.get(f, op.Int, units[0])))
	case jitcode.LoopHeader:
		f.pc += 2
	case jitcode.Panic:
		value := uint64(0)
		if units[1] != jitcode.NoReg {
			value = b.get(f, op.Ref, units[1])
		}
		Raise(&b.m, int(units[0]), value, f.code.Strings[units[2]])
		panic("blackhole: Raise returned")
	default:
		panic("blackhole: cannot execute " + f.code.Inst(f.pc))
	}
}

func (b *Interp) compare(f *frame, units []uint16) {
	cmp := op.Code(units[0])
	in := &b.infos[cmp]
	for i, k := range in.Args {
		b.args[i] = b.get(f, k, units[1+i])
	}
	n := len(in.Args)
	if exec.Do(&b.m, cmp, nil, b.args[:n]) == 0 {
		f.pc = f.code.Label(f.pc + 2 + n)
	} else {
		f.pc += 2 + n + 2
	}
}

func floatOf(w uint64) float64 { return math.Float64frombits(w) }
func bitsOf(x float64) uint64  { return math.Float64bits(x) }

// Call is a decoded call instruction.
type Call struct {
	Descr   *descr.Call
	Fn      uint16 // register with the function index, for indirect calls
	Args    [jitcode.NumBanks][]uint16
	Results [jitcode.NumBanks][]uint16
	Next    int
}

// DecodeCall decodes the call instruction at pc.
func DecodeCall(code *jitcode.JitCode, pc int) Call {
	c := Call{Fn: jitcode.NoReg}
	if op.Code(code.Code[pc]) == jitcode.CallIndirect {
		pc++
		c.Fn = code.Code[pc]
	}
	c.Descr = code.Descrs[code.Code[pc+1]].(*descr.Call)
	c.Args, pc = jitcode.Lists(code.Code, pc+2)
	c.Results, c.Next = jitcode.Lists(code.Code, pc)
	return c
}

// call runs a function through its adapter. The adapter may enter the JIT, which pushes frames and
// moves the stacks: nothing of them is kept across the call.
func (b *Interp) call(code op.Code) {
	f := &b.frames[len(b.frames)-1]
	c := DecodeCall(f.code, f.pc)
	fn := c.Descr.Func
	if code == jitcode.CallIndirect {
		fn = int(b.get(f, op.Int, c.Fn))
	}
	t := b.m.T
	for i, r := range c.Args[op.Int] {
		t.ArgI[i] = int64(b.get(f, op.Int, r))
	}
	for i, r := range c.Args[op.Ref] {
		t.ArgR[i] = uintptr(b.get(f, op.Ref, r))
	}
	for i, r := range c.Args[op.Float] {
		t.ArgF[i] = floatOf(b.get(f, op.Float, r))
	}
	b.m.RT.Call(t, fn)
	f = &b.frames[len(b.frames)-1]
	b.takeResults(f, &c)
	f.pc = c.Next
}

// results puts the results of the outermost frame into the result slots.
func (b *Interp) results(f *frame) {
	t := b.m.T
	regs, _ := jitcode.Lists(f.code.Code, f.pc+1)
	for i, r := range regs[op.Int] {
		t.ResI[i] = int64(b.get(f, op.Int, r))
	}
	for i, r := range regs[op.Ref] {
		t.ResR[i] = uintptr(b.get(f, op.Ref, r))
	}
	for i, r := range regs[op.Float] {
		t.ResF[i] = floatOf(b.get(f, op.Float, r))
	}
}

// leave returns from an inner frame into the call instruction of the frame outside it.
func (b *Interp) leave(f *frame) {
	regs, _ := jitcode.Lists(f.code.Code, f.pc+1)
	outer := &b.frames[len(b.frames)-2]
	c := DecodeCall(outer.code, outer.pc)
	for _, k := range jitcode.Banks {
		for i, r := range c.Results[k] {
			b.set(outer, k, r, b.get(f, k, regs[k][i]))
		}
	}
	outer.pc = c.Next
	b.regs.Pop(f.base)
	b.frames = b.frames[:len(b.frames)-1]
}

// finishPortal brings the innermost frame, a portal's that another function called, from its merge point to its end.
func (b *Interp) finishPortal(f *frame) {
	driver := b.mergePoint(f)
	b.regs.Pop(f.base)
	b.frames = b.frames[:len(b.frames)-1]
	b.Portal(driver)
	outer := &b.frames[len(b.frames)-1]
	c := DecodeCall(outer.code, outer.pc)
	b.takeResults(outer, &c)
	outer.pc = c.Next
}

// takeResults moves the results of a call from their slots into the registers that it names.
func (b *Interp) takeResults(f *frame, c *Call) {
	t := b.m.T
	for i, r := range c.Results[op.Int] {
		b.set(f, op.Int, r, uint64(t.ResI[i]))
	}
	for i, r := range c.Results[op.Ref] {
		b.set(f, op.Ref, r, uint64(t.ResR[i]))
	}
	for i, r := range c.Results[op.Float] {
		b.set(f, op.Float, r, bitsOf(t.ResF[i]))
	}
}

// mergePoint puts greens and reds into the argument slots: greens first, then reds, by kind.
func (b *Interp) mergePoint(f *frame) int {
	t := b.m.T
	greens, next := jitcode.Lists(f.code.Code, f.pc+2)
	reds, _ := jitcode.Lists(f.code.Code, next)
	n := 0
	for _, list := range [][]uint16{greens[op.Int], reds[op.Int]} {
		for _, r := range list {
			t.ArgI[n] = int64(b.get(f, op.Int, r))
			n++
		}
	}
	n = 0
	for _, list := range [][]uint16{greens[op.Float], reds[op.Float]} {
		for _, r := range list {
			t.ArgF[n] = floatOf(b.get(f, op.Float, r))
			n++
		}
	}
	n = 0
	for _, list := range [][]uint16{greens[op.Ref], reds[op.Ref]} {
		for _, r := range list {
			t.ArgR[n] = uintptr(b.get(f, op.Ref, r))
			n++
		}
	}
	t.RefArgs = uint64(n)
	return int(f.code.Code[f.pc+1])
}

// Raiser is implemented by a run time that raises the panics of the program itself.
type Raiser interface {
	// Raise raises the panic of a Panic terminator: the flow.Trap as a number, its value and text.
	Raise(kind int, value uintptr, text string)
}

// Traps, as flow.Trap numbers them.
const (
	trapExplicit = iota
	trapAssert
	trapUnreachable
	trapNil
	trapMessage
	trapRefuse
)

// Raise raises the panic of a Panic instruction. It does not return.
func Raise(m *exec.Machine, kind int, value uint64, text string) {
	if r, ok := m.RT.(Raiser); ok {
		r.Raise(kind, uintptr(value), text)
	}
	switch kind {
	case trapNil:
		trap.Nil()
	case trapAssert:
		trap.Assert(typeName(m, value), text)
	case trapMessage:
		trap.Message(text)
	case trapRefuse:
		trap.Refuse(text)
	case trapExplicit:
		trap.Explicit(Object{typeName(m, value)})
	}
	panic("unreachable code reached: " + text)
}

// Object stands for the panic value of an interpreted program, which is no Go value.
type Object struct{ Type string }

func (o Object) String() string { return "(" + o.Type + ")" }

func typeName(m *exec.Machine, value uint64) string {
	if value == 0 {
		return ""
	}
	return m.RT.Program().Types[layout.TypeID(exec.TypeID(value))].Name
}
