package asm

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/twitchyliquid64/golang-asm/obj"
	"github.com/twitchyliquid64/golang-asm/obj/x86"
	"github.com/twitchyliquid64/golang-asm/objabi"
)

// oracle assembles with golang-asm: used through obj.Linknew and Assemble, because its builder costs 150 us.
// Its jumps choose their own sizes, so jumps are tested apart.
type oracle struct {
	ctxt *obj.Link
	progs,
	last *obj.Prog
	n int
}

func newOracle() *oracle {
	o := &oracle{ctxt: obj.Linknew(&x86.Linkamd64)}
	o.ctxt.Headtype = objabi.Hlinux
	x86.Linkamd64.Init(o.ctxt) // fills golang-asm's tables; races on first use, so no test here is parallel
	o.ctxt.DiagFunc = func(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }
	return o
}

func (o *oracle) add(as obj.As, from, to obj.Addr, rest ...obj.Addr) *obj.Prog {
	p := o.ctxt.NewProg()
	p.As, p.From, p.To = as, from, to
	if len(rest) > 0 {
		p.RestArgs = rest
	}
	if o.progs == nil {
		o.progs = p
	} else {
		o.last.Link = p
	}
	o.last = p
	o.n++
	return p
}

// assemble returns the bytes of each instruction added.
func (o *oracle) assemble() [][]byte {
	s := &obj.LSym{Func: &obj.FuncInfo{Text: o.progs}}
	o.ctxt.Arch.Assemble(o.ctxt, s, o.ctxt.NewProg)
	var out [][]byte
	for p := o.progs; p != nil; p = p.Link {
		out = append(out, s.P[p.Pc:p.Pc+int64(p.Isize)])
	}
	o.progs, o.last, o.n = nil, nil, 0
	return out
}

func goReg(r Reg) obj.Addr { return obj.Addr{Type: obj.TYPE_REG, Reg: x86.REG_AX + int16(r)} }
func goX(r Reg) obj.Addr   { return obj.Addr{Type: obj.TYPE_REG, Reg: x86.REG_X0 + int16(r)} }
func goImm(v int64) obj.Addr {
	return obj.Addr{Type: obj.TYPE_CONST, Offset: v}
}

func goMem(m Mem) obj.Addr {
	a := obj.Addr{Type: obj.TYPE_MEM, Reg: x86.REG_AX + int16(m.Base), Offset: int64(m.Disp)}
	if m.Index != NoReg {
		a.Index, a.Scale = x86.REG_AX+int16(m.Index), 1<<m.Shift
	}
	return a
}

// goInst says how golang-asm names a form. swap: our reg operand is its source (stores, compares).
type goInst struct {
	as          obj.As
	xReg, xRM   bool // the operand is an XMM register
	swap        bool // reg is From
	noRR, noMem bool
	unary       bool
}

var goInsts = map[Inst]goInst{
	Mov: {as: x86.AMOVQ, noRR: true}, MovL: {as: x86.AMOVL, noRR: true}, MovzxB: {as: x86.AMOVBLZX}, MovzxW: {as: x86.AMOVWLZX},
	MovsxB: {as: x86.AMOVBQSX}, MovsxW: {as: x86.AMOVWQSX}, MovsxL: {as: x86.AMOVLQSX},
	Lea: {as: x86.ALEAQ, noRR: true}, MovStore: {as: x86.AMOVQ, swap: true}, MovStoreL: {as: x86.AMOVL, swap: true},
	MovStoreW: {as: x86.AMOVW, swap: true}, MovStoreB: {as: x86.AMOVB, swap: true},
	Xchg: {as: x86.AXCHGQ, swap: true, noRR: true}, Imul: {as: x86.AIMULQ}, Test: {as: x86.ATESTQ, swap: true}, TestB: {as: x86.ATESTB, swap: true},
	Bsf: {as: x86.ABSFQ}, Bsr: {as: x86.ABSRQ}, BtR: {as: x86.ABTQ, swap: true},
	Movsd: {as: x86.AMOVSD, xReg: true, xRM: true}, MovsdStore: {as: x86.AMOVSD, xReg: true, xRM: true, swap: true, noRR: true},
	Movss: {as: x86.AMOVSS, xReg: true, xRM: true}, MovssStore: {as: x86.AMOVSS, xReg: true, xRM: true, swap: true, noRR: true},
	Movups: {as: x86.AMOVUPS, xReg: true, xRM: true}, MovupsStore: {as: x86.AMOVUPS, xReg: true, xRM: true, swap: true, noRR: true},
	Movapd: {as: x86.AMOVAPD, xReg: true, xRM: true}, MovqToX: {as: x86.AMOVQ, xReg: true, noMem: true},
	MovqFromX: {as: x86.AMOVQ, xReg: true, swap: true, noMem: true}, MovdToX: {as: x86.AMOVL, xReg: true, noMem: true},
	MovdFromX: {as: x86.AMOVL, xReg: true, swap: true, noMem: true},
	Addsd:     {as: x86.AADDSD, xReg: true, xRM: true}, Subsd: {as: x86.ASUBSD, xReg: true, xRM: true},
	Mulsd: {as: x86.AMULSD, xReg: true, xRM: true}, Divsd: {as: x86.ADIVSD, xReg: true, xRM: true},
	Sqrtsd: {as: x86.ASQRTSD, xReg: true, xRM: true}, Ucomisd: {as: x86.AUCOMISD, xReg: true, xRM: true},
	Cvtsi2sd: {as: x86.ACVTSQ2SD, xReg: true}, Cvttsd2si: {as: x86.ACVTTSD2SQ, xRM: true},
	Cvtsd2ss: {as: x86.ACVTSD2SS, xReg: true, xRM: true}, Cvtss2sd: {as: x86.ACVTSS2SD, xReg: true, xRM: true},
	Xorpd: {as: x86.AXORPD, xReg: true, xRM: true}, Andpd: {as: x86.AANDPD, xReg: true, xRM: true},
	Orpd: {as: x86.AORPD, xReg: true, xRM: true}, Xorps: {as: x86.AXORPS, xReg: true, xRM: true},
	Not: {as: x86.ANOTQ, unary: true}, Neg: {as: x86.ANEGQ, unary: true}, Mul: {as: x86.AMULQ, unary: true},
	ImulWide: {as: x86.AIMULQ, unary: true},
	Div:      {as: x86.ADIVQ, unary: true}, Idiv: {as: x86.AIDIVQ, unary: true}, Inc: {as: x86.AINCQ, unary: true}, Dec: {as: x86.ADECQ, unary: true},
}

// untested by the oracle: golang-asm's jumps and calls are symbolic.
var noOracle = map[Inst]bool{JmpInd: true, CallInd: true}

// session compares batches of instructions.
type session struct {
	t     *testing.T
	o     *oracle
	ours  [][]byte
	names []string
	total int
}

// emit runs one of our instructions and remembers its bytes.
func (s *session) emit(name string, f func(a *Asm)) {
	var a Asm
	f(&a)
	s.ours = append(s.ours, a.Code)
	s.names = append(s.names, name)
	if len(s.ours) >= 2000 {
		s.flush()
	}
}

func (s *session) flush() {
	if len(s.ours) == 0 {
		return
	}
	want := s.o.assemble()
	for i := range s.ours {
		if !bytes.Equal(s.ours[i], want[i]) {
			s.t.Errorf("%s: % x, golang-asm % x", s.names[i], s.ours[i], want[i])
		}
	}
	for i, b := range s.ours { // what we encode we can read
		if l := Disassemble(b); len(l) != 1 || l[0].Text[0] == '?' {
			s.t.Errorf("%s: % x disassembles to %v", s.names[i], b, l)
		}
	}
	s.total += len(s.ours)
	s.ours, s.names = nil, nil
	*s.o = *newOracle()
}

// mems enumerates all base and index registers with interesting displacements.
func mems() []Mem {
	var out []Mem
	for base := RAX; base <= R15; base++ {
		for _, disp := range []int32{0, 1, -1, 127, -128, 128, -129, 1 << 20, -1 << 31, 1<<31 - 1} {
			out = append(out, At(base, disp))
		}
		for index := RAX; index <= R15; index++ {
			if index == RSP {
				continue
			}
			for shift := uint8(0); shift < 4; shift++ {
				for _, disp := range []int32{0, -128, 4096} {
					out = append(out, Indexed(base, index, shift, disp))
				}
			}
		}
	}
	return out
}

// fewRegs has the registers that matter for prefixes; all of them against all would take minutes.
var fewRegs = []Reg{RAX, RSP, RBP, RSI, R8, R12, R13, R15}

func TestAgainstGolangAsm(t *testing.T) {
	s := &session{t: t, o: newOracle()}
	all := mems()
	for i := Inst(0); i < numInsts; i++ {
		g, ok := goInsts[i]
		if !ok {
			if !noOracle[i] {
				t.Errorf("%v has no oracle", i)
			}
			continue
		}
		s.registers(i, g)
		if !g.noMem {
			s.memory(i, g, all)
		}
	}
	s.flush()
	t.Logf("%d instructions", s.total)
}

func pick(x bool, r Reg) obj.Addr {
	if x {
		return goX(r)
	}
	return goReg(r)
}

func (s *session) pair(g goInst, reg, rm obj.Addr) {
	switch {
	case g.as == x86.AUCOMISD: // golang-asm writes compares the other way round
		s.o.add(g.as, rm, reg)
	case g.swap:
		s.o.add(g.as, reg, rm)
	default:
		s.o.add(g.as, rm, reg)
	}
}

func (s *session) registers(i Inst, g goInst) {
	for reg := RAX; reg <= R15; reg++ {
		if g.unary {
			s.o.add(g.as, unaryFrom(g, goReg(reg)), unaryTo(g, goReg(reg)))
			s.emit(fmt.Sprintf("%v %d", i, reg), func(a *Asm) { a.R(i, reg) })
			continue
		}
		for rm := RAX; rm <= R15 && !g.noRR; rm++ {
			s.pair(g, pick(g.xReg, reg), pick(g.xRM, rm))
			s.emit(fmt.Sprintf("%v reg %d, rm %d", i, reg, rm), func(a *Asm) { a.RR(i, reg, rm) })
		}
	}
}

// unaryFrom, unaryTo: multiplications and divisions have a source, the others a destination.
func unaryFrom(g goInst, x obj.Addr) obj.Addr {
	if g.as == x86.AMULQ || g.as == x86.AIMULQ || g.as == x86.ADIVQ || g.as == x86.AIDIVQ {
		return x
	}
	return obj.Addr{}
}

func unaryTo(g goInst, x obj.Addr) obj.Addr {
	if unaryFrom(g, x).Type != obj.TYPE_NONE {
		return obj.Addr{}
	}
	return x
}

func (s *session) memory(i Inst, g goInst, all []Mem) {
	for n, m := range all {
		if g.unary {
			s.o.add(g.as, unaryFrom(g, goMem(m)), unaryTo(g, goMem(m)))
			s.emit(fmt.Sprintf("%v %+v", i, m), func(a *Asm) { a.M(i, m) })
			continue
		}
		reg := fewRegs[n%len(fewRegs)]
		s.pair(g, pick(g.xReg, reg), goMem(m))
		s.emit(fmt.Sprintf("%v reg %d, %+v", i, reg, m), func(a *Asm) { a.RM(i, reg, m) })
	}
}

var goALU = map[Alu][4]obj.As{
	Add: {x86.AADDB, x86.AADDW, x86.AADDL, x86.AADDQ}, Or: {x86.AORB, x86.AORW, x86.AORL, x86.AORQ},
	Adc: {x86.AADCB, x86.AADCW, x86.AADCL, x86.AADCQ}, Sbb: {x86.ASBBB, x86.ASBBW, x86.ASBBL, x86.ASBBQ},
	And: {x86.AANDB, x86.AANDW, x86.AANDL, x86.AANDQ}, Sub: {x86.ASUBB, x86.ASUBW, x86.ASUBL, x86.ASUBQ},
	Xor: {x86.AXORB, x86.AXORW, x86.AXORL, x86.AXORQ}, Cmp: {x86.ACMPB, x86.ACMPW, x86.ACMPL, x86.ACMPQ},
}

var imms = []int32{0, 1, -1, 127, -128, 128, 255, 0x1234, -0x1234, 1 << 20, 1<<31 - 1, -1 << 31}

// fits: golang-asm encodes immediates of narrow instructions by their width.
func fits(size uint8, imm int32) bool {
	switch size {
	case 1:
		return imm == int32(int8(imm))
	case 2:
		return imm == int32(int16(imm))
	}
	return true
}

func (s *session) alu(op Alu, dst, src obj.Addr, as obj.As) {
	if op == Cmp {
		s.o.add(as, dst, src)
	} else {
		s.o.add(as, src, dst)
	}
}

func TestALUAgainstGolangAsm(t *testing.T) {
	s := &session{t: t, o: newOracle()}
	all := mems()
	for op := Add; op <= Cmp; op++ {
		for n, size := range []uint8{1, 2, 4, 8} {
			as := goALU[op][n]
			for x := RAX; x <= R15; x++ {
				for y := RAX; y <= R15; y++ {
					s.alu(op, goReg(x), goReg(y), as)
					s.emit(fmt.Sprintf("alu %d size %d %d, %d", op, size, x, y), func(a *Asm) { a.ALU(op, size, x, y) })
				}
				for _, imm := range imms {
					if fits(size, imm) {
						s.alu(op, goReg(x), goImm(int64(imm)), as)
						s.emit(fmt.Sprintf("alu %d size %d %d, imm %d", op, size, x, imm), func(a *Asm) { a.ALUImm(op, size, x, imm) })
					}
				}
			}
			for k, m := range all {
				reg, imm := fewRegs[k%len(fewRegs)], imms[k%len(imms)]
				s.alu(op, goReg(reg), goMem(m), as)
				s.emit(fmt.Sprintf("alu %d size %d %d, %+v", op, size, reg, m), func(a *Asm) { a.ALULoad(op, size, reg, m) })
				s.alu(op, goMem(m), goReg(reg), as)
				s.emit(fmt.Sprintf("alu %d size %d %+v, %d", op, size, m, reg), func(a *Asm) { a.ALUStore(op, size, m, reg) })
				if fits(size, imm) {
					s.alu(op, goMem(m), goImm(int64(imm)), as)
					s.emit(fmt.Sprintf("alu %d size %d %+v, imm %d", op, size, m, imm), func(a *Asm) { a.ALUMemImm(op, size, m, imm) })
				}
			}
		}
	}
	s.flush()
	t.Logf("%d instructions", s.total)
}

func TestOthersAgainstGolangAsm(t *testing.T) {
	s := &session{t: t, o: newOracle()}
	moves := [4]obj.As{x86.AMOVB, x86.AMOVW, x86.AMOVL, x86.AMOVQ}
	tests := [4]obj.As{x86.ATESTB, x86.ATESTW, x86.ATESTL, x86.ATESTQ}
	for r := RAX; r <= R15; r++ {
		s.o.add(x86.ABSWAPQ, obj.Addr{}, goReg(r))
		s.emit(fmt.Sprintf("bswap %d", r), func(a *Asm) { a.Bswap(r) })
		for _, v := range []int64{1, -1, 127, 1 << 31, 1<<32 - 1, 1 << 32, -1 << 31, -1<<31 - 1, 1<<63 - 1, -1 << 63} {
			as := obj.As(x86.AMOVQ)
			if v == int64(uint32(v)) {
				as = x86.AMOVL // shorter, and clears the high half
			}
			s.o.add(as, goImm(v), goReg(r))
			s.emit(fmt.Sprintf("mov %d, %d", r, v), func(a *Asm) { a.MovImm(r, v) })
		}
		for n, size := range []uint8{1, 4, 8} {
			as := [3]obj.As{tests[0], tests[2], tests[3]}[n]
			for _, imm := range imms {
				if fits(size, imm) {
					s.o.add(as, goImm(int64(imm)), goReg(r))
					s.emit(fmt.Sprintf("test size %d %d, %d", size, r, imm), func(a *Asm) { a.TestImm(size, r, imm) })
				}
			}
		}
		for n := uint8(1); n < 64; n++ {
			for op, as := range map[Shift]obj.As{Shl: x86.ASHLQ, Shr: x86.ASHRQ, Sar: x86.ASARQ, Rol: x86.AROLQ, Ror: x86.ARORQ} {
				s.o.add(as, goImm(int64(n)), goReg(r))
				s.emit(fmt.Sprintf("shift %d %d, %d", op, r, n), func(a *Asm) { a.ShiftImm(op, r, n) })
			}
			s.o.add(x86.ABTQ, goImm(int64(n)), goReg(r))
			s.emit(fmt.Sprintf("bt %d, %d", r, n), func(a *Asm) { a.BtImm(r, n) })
		}
		for op, as := range map[Shift]obj.As{Shl: x86.ASHLQ, Shr: x86.ASHRQ, Sar: x86.ASARQ} {
			s.o.add(as, goReg(RCX), goReg(r))
			s.emit(fmt.Sprintf("shift %d %d, cl", op, r), func(a *Asm) { a.ShiftCL(op, r) })
		}
		for q := RAX; q <= R15; q++ {
			for _, imm := range imms {
				s.o.add(x86.AIMUL3Q, goImm(int64(imm)), goReg(r), goReg(q))
				s.emit(fmt.Sprintf("imul %d, %d, %d", r, q, imm), func(a *Asm) { a.ImulImm(r, q, imm) })
			}
		}
	}
	s.conditions()
	for k, m := range mems() {
		imm := imms[k%len(imms)]
		for n, size := range []uint8{1, 2, 4, 8} {
			if !fits(size, imm) {
				continue
			}
			s.o.add(moves[n], goImm(int64(imm)), goMem(m))
			s.emit(fmt.Sprintf("store size %d %+v, %d", size, m, imm), func(a *Asm) { a.StoreImm(size, m, imm) })
			s.o.add(tests[n], goImm(int64(imm)), goMem(m))
			s.emit(fmt.Sprintf("test size %d %+v, %d", size, m, imm), func(a *Asm) { a.TestMemImm(size, m, imm) })
		}
	}
	s.o.add(x86.ACQO, obj.Addr{}, obj.Addr{})
	s.emit("cqo", func(a *Asm) { a.Cqo() })
	s.flush()
	t.Logf("%d instructions", s.total)
}

func (s *session) conditions() {
	sets := map[Cond]obj.As{O: x86.ASETOS, NO: x86.ASETOC, B: x86.ASETCS, AE: x86.ASETCC, E: x86.ASETEQ, NE: x86.ASETNE,
		BE: x86.ASETLS, A: x86.ASETHI, S: x86.ASETMI, NS: x86.ASETPL, P: x86.ASETPS, NP: x86.ASETPC,
		L: x86.ASETLT, GE: x86.ASETGE, LE: x86.ASETLE, G: x86.ASETGT}
	moves := map[Cond]obj.As{O: x86.ACMOVQOS, NO: x86.ACMOVQOC, B: x86.ACMOVQCS, AE: x86.ACMOVQCC, E: x86.ACMOVQEQ, NE: x86.ACMOVQNE,
		BE: x86.ACMOVQLS, A: x86.ACMOVQHI, S: x86.ACMOVQMI, NS: x86.ACMOVQPL, P: x86.ACMOVQPS, NP: x86.ACMOVQPC,
		L: x86.ACMOVQLT, GE: x86.ACMOVQGE, LE: x86.ACMOVQLE, G: x86.ACMOVQGT}
	for c := O; c <= G; c++ {
		for r := RAX; r <= R15; r++ {
			s.o.add(sets[c], obj.Addr{}, goReg(r))
			s.emit(fmt.Sprintf("set%d %d", c, r), func(a *Asm) { a.Setcc(c, r) })
			for q := RAX; q <= R15; q++ {
				s.o.add(moves[c], goReg(q), goReg(r))
				s.emit(fmt.Sprintf("cmov%d %d, %d", c, r, q), func(a *Asm) { a.Cmov(c, r, q) })
			}
			m := Indexed(r, RSI, 3, 64)
			s.o.add(moves[c], goMem(m), goReg(r))
			s.emit(fmt.Sprintf("cmov%d %d, %+v", c, r, m), func(a *Asm) { a.CmovLoad(c, r, m) })
		}
	}
}
