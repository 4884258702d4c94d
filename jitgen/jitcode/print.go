package jitcode

import (
	"fmt"
	"strconv"
	"strings"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// Text form of a JitCode, one instruction a line (parse.go reads it back):
//
//	jitcode main.sum(i, r) i
//	line main.go:12
//	L0:
//	  live i0 r1
//	  goto_if_not int_lt i0 $10 L9
//	  getfield_i r1 -> i1 <main.Frame.pc>
//	  call <main.add> [i0 i1] [] [] -> [i2] [] []
//
// Registers are i0, r1, f2; constants $10, $nil, $p3 (prebuilt 3), $f3ff0000000000000 (bits). "_" is a
// dropped result. "live" and "across" give the liveness of the instruction behind them.

// String disassembles the code.
func (j *JitCode) String() string {
	p := printer{j: j, targets: j.targets()}
	fmt.Fprintf(&p.b, "jitcode %s(%s)", j.Name, kindList(j.Args))
	if len(j.Results) > 0 {
		p.b.WriteString(" " + kindList(j.Results))
	}
	p.b.WriteString("\n")
	last := descr.Pos{}
	for pc := 0; pc < len(j.Code); {
		if pos := j.Pos(pc); pos != last {
			last = pos
			fmt.Fprintf(&p.b, "line %s\n", pos)
		}
		if p.targets[pc] {
			fmt.Fprintf(&p.b, "L%d:\n", pc)
		}
		if l, ok := j.live.find(pc); ok {
			p.b.WriteString("  live" + liveText(l) + "\n")
		}
		if l, ok := j.across.find(pc); ok {
			p.b.WriteString("  across" + liveText(l) + "\n")
		}
		p.b.WriteString("  ")
		pc = p.inst(pc)
		p.b.WriteString("\n")
	}
	return p.b.String()
}

// Inst disassembles the instruction at pc in one line.
func (j *JitCode) Inst(pc int) string {
	p := printer{j: j}
	p.inst(pc)
	return p.b.String()
}

func kindList(ks []op.Kind) string {
	var s []string
	for _, k := range ks {
		s = append(s, k.Letter())
	}
	return strings.Join(s, ", ")
}

func liveText(l Live) string {
	var b strings.Builder
	for _, k := range Banks {
		for _, r := range l.Bank(k) {
			fmt.Fprintf(&b, " %s%d", k.Letter(), r)
		}
	}
	return b.String()
}

type printer struct {
	j       *JitCode
	b       strings.Builder
	targets map[int]bool
}

func (p *printer) inst(pc int) int {
	in := InfoOf(op.Code(p.j.Code[pc]))
	if in == nil {
		fmt.Fprintf(&p.b, "invalid %d", p.j.Code[pc])
		return pc + 1
	}
	p.b.WriteString(in.Name)
	pc++
	lists := 0
	for i := 0; i < len(in.Operands); i++ {
		pc = p.operand(in, in.Operands[i], pc, &lists)
	}
	return pc
}

func (p *printer) operand(in *Info, letter byte, pc int, lists *int) int {
	code := p.j.Code
	switch letter {
	case opdSrcI, opdSrcR, opdSrcF:
		k, _ := op.KindOf(letter)
		p.b.WriteString(" " + p.reg(k, code[pc]))
		return pc + 1
	case opdAny:
		p.b.WriteString(" " + p.reg(p.j.anyKind(in, pc), code[pc]))
		return pc + 1
	case opdDstI, opdDstR, opdDstF:
		k, _ := op.KindOf(letter - 'A' + 'a')
		p.b.WriteString(" -> " + p.reg(k, code[pc]))
		return pc + 1
	case opdLabel:
		fmt.Fprintf(&p.b, " L%d", p.j.Label(pc))
		return pc + 2
	case opdSwitch:
		s := &p.j.Switches[code[pc]]
		for i, c := range s.Cases {
			fmt.Fprintf(&p.b, " %d:L%d", c, s.Targets[i])
		}
		fmt.Fprintf(&p.b, " else:L%d", s.Default)
		return pc + 1
	case opdDescr:
		fmt.Fprintf(&p.b, " <%s>", p.j.Descrs[code[pc]])
		return pc + 1
	case opdUnit:
		fmt.Fprintf(&p.b, " #%d", code[pc])
		return pc + 1
	case opdString:
		fmt.Fprintf(&p.b, " %q", p.j.Strings[code[pc]])
		return pc + 1
	case opdCmp:
		c := op.Code(code[pc])
		p.b.WriteString(" " + c.String())
		for i, k := range InfoOf(c).Args {
			p.b.WriteString(" " + p.reg(k, code[pc+1+i]))
		}
		return pc + 1 + len(InfoOf(c).Args)
	case opdIn, opdOut:
		if letter == opdOut {
			p.b.WriteString(" ->")
		}
		return p.list(pc)
	}
	panic("jitcode: operand letter " + string(letter))
}

func (p *printer) list(pc int) int {
	for _, k := range Banks {
		n := int(p.j.Code[pc])
		pc++
		var regs []string
		for ; n > 0; n-- {
			regs = append(regs, p.reg(k, p.j.Code[pc]))
			pc++
		}
		p.b.WriteString(" [" + strings.Join(regs, " ") + "]")
	}
	return pc
}

// anyKind is the bank of the operand at pc, the '?' of a shared operation: it comes last before the descriptor.
func (j *JitCode) anyKind(in *Info, pc int) op.Kind {
	return j.Descrs[j.Code[pc+1]].(descr.Location).Acc().Kind
}

func (p *printer) reg(k op.Kind, r uint16) string {
	if r == NoReg {
		return "_"
	}
	n := int(r) - p.j.NumRegs[k]
	if n < 0 {
		return k.Letter() + strconv.Itoa(int(r))
	}
	switch k {
	case op.Ref:
		if p.j.Prebuilts[n] == 0 {
			return "$nil"
		}
		return "$p" + strconv.Itoa(int(p.j.Prebuilts[n])-1)
	case op.Float:
		return "$f" + strconv.FormatUint(p.j.Consts[k][n], 16)
	}
	return "$" + strconv.FormatInt(int64(p.j.Consts[k][n]), 10)
}

// targets is the set of positions that are jumped to.
func (j *JitCode) targets() map[int]bool {
	out := map[int]bool{}
	j.each(func(pc int, in *Info) {
		at := pc + 1
		for i := 0; i < len(in.Operands); i++ {
			switch in.Operands[i] {
			case opdLabel:
				out[j.Label(at)] = true
			case opdSwitch:
				s := &j.Switches[j.Code[at]]
				out[int(s.Default)] = true
				for _, t := range s.Targets {
					out[int(t)] = true
				}
			}
			at += j.width(in.Operands[i], at)
		}
	})
	return out
}

// width is the number of units of one operand at pc.
func (j *JitCode) width(letter byte, pc int) int {
	switch letter {
	case opdLabel:
		return 2
	case opdCmp:
		return 1 + len(InfoOf(op.Code(j.Code[pc])).Args)
	case opdIn, opdOut:
		at := pc
		for range 3 {
			at += 1 + int(j.Code[at])
		}
		return at - pc
	}
	return 1
}

// Next is the position behind the instruction at pc.
func (j *JitCode) Next(pc int) int {
	in := InfoOf(op.Code(j.Code[pc]))
	pc++
	for i := 0; i < len(in.Operands); i++ {
		pc += j.width(in.Operands[i], pc)
	}
	return pc
}

// each calls visit for every instruction.
func (j *JitCode) each(visit func(pc int, in *Info)) {
	for pc := 0; pc < len(j.Code); pc = j.Next(pc) {
		visit(pc, InfoOf(op.Code(j.Code[pc])))
	}
}
