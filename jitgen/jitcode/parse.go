package jitcode

import (
	"fmt"
	"strconv"
	"strings"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// Resolver finds descriptors by name and kind ("field", "array", "interior", "size", "call", "dispatch", "typeset").
type Resolver func(kind, name string) (descr.Descr, bool)

// Parse reads one function in the text form of print.go. Function index and order of constants are not
// part of the text: the function index is fn.
func Parse(text string, fn int, resolve Resolver) (*JitCode, error) {
	p := &textParser{resolve: resolve, labels: map[string]Label{}}
	for n, line := range strings.Split(text, "\n") {
		if i := strings.Index(line, " //"); i >= 0 {
			line = line[:i]
		}
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if err := p.line(line, fn); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	if p.a == nil {
		return nil, fmt.Errorf("no jitcode line")
	}
	return p.a.Finish()
}

type textParser struct {
	a       *Assembler
	resolve Resolver
	labels  map[string]Label
	toks    []string
}

func (p *textParser) line(line string, fn int) error {
	if rest, ok := strings.CutPrefix(line, "jitcode "); ok {
		return p.header(rest, fn)
	}
	if p.a == nil {
		return fmt.Errorf("expected a jitcode line first")
	}
	if name, ok := strings.CutSuffix(line, ":"); ok && !strings.ContainsAny(name, " ") {
		p.a.Bind(p.labelOf(name))
		return nil
	}
	p.toks = tokens(line)
	name := p.next()
	switch name {
	case "line":
		file, n, _ := strings.Cut(p.next(), ":")
		at, _ := strconv.Atoi(n)
		p.a.Pos(descr.Pos{File: file, Line: at})
		return nil
	case "live", "across":
		regs, err := p.regsUntil("")
		if err != nil {
			return err
		}
		if name == "live" {
			p.a.Live(regs)
		} else {
			p.a.Across(regs)
		}
		return nil
	}
	return p.inst(name)
}

func (p *textParser) header(rest string, fn int) error {
	open, shut := strings.LastIndex(rest, "("), strings.LastIndex(rest, ")")
	if open < 0 || shut < open {
		return fmt.Errorf("jitcode line wants name(kinds) results")
	}
	args, results := parseKinds(rest[open+1:shut]), parseKinds(rest[shut+1:])
	p.a = NewAssembler(fn, rest[:open], args, results, &FileTable{})
	count := [NumBanks]int{}
	for _, k := range args {
		count[k]++
		p.a.SetRegs(k, count[k])
	}
	return nil
}

func parseKinds(s string) []op.Kind {
	var out []op.Kind
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		if k, ok := op.KindOf(f[0]); ok && len(f) == 1 {
			out = append(out, k)
		}
	}
	return out
}

// inst assembles one instruction, driven by the operand letters of its opcode.
func (p *textParser) inst(name string) error {
	code, ok := ByName(name)
	if name == "goto_if_not" && len(p.toks) > 0 {
		if c, isOp := op.ByName(p.toks[0]); isOp && c.Has(op.Compare) {
			code = GotoIfNotCmp
		}
	}
	if !ok {
		return fmt.Errorf("unknown instruction %q", name)
	}
	in := InfoOf(code)
	if code < op.FirstPrivate {
		return p.shared(code, in)
	}
	a := p.a
	a.start(code)
	for i := 0; i < len(in.Operands); i++ {
		if err := p.private(code, in.Operands[i], in.Operands); err != nil {
			return err
		}
	}
	return p.end()
}

func (p *textParser) private(code op.Code, letter byte, all string) error {
	a := p.a
	switch letter {
	case opdSrcI, opdSrcR, opdSrcF, opdDstI, opdDstR, opdDstF:
		k, _ := op.KindOf(letter | 0x20)
		p.skip("->")
		x, err := p.operandOf(k)
		if err != nil {
			return err
		}
		a.operand(x)
	case opdLabel:
		a.label(p.labelOf(p.next()))
	case opdSwitch:
		return p.switchTable()
	case opdDescr:
		d, err := p.descrOf("call")
		if err != nil {
			return err
		}
		a.descr(d)
	case opdUnit:
		n, err := strconv.Atoi(strings.TrimPrefix(p.next(), "#"))
		if err != nil {
			return err
		}
		if code == JitMergePoint {
			a.jc.MergePoints = append(a.jc.MergePoints, MergePoint{n, a.PC() - 1})
		}
		a.unit(n)
	case opdString:
		s, err := strconv.Unquote(p.next())
		if err != nil {
			return err
		}
		a.unit(len(a.jc.Strings))
		a.jc.Strings = append(a.jc.Strings, s)
	case opdCmp:
		c, _ := op.ByName(p.next())
		if c == op.Invalid {
			return fmt.Errorf("unknown comparison")
		}
		a.unit(int(c))
		for _, k := range InfoOf(c).Args {
			x, err := p.operandOf(k)
			if err != nil {
				return err
			}
			a.operand(x)
		}
	case opdIn, opdOut:
		p.skip("->")
		var list []Operand
		for range 3 {
			if p.next() != "[" {
				return fmt.Errorf("expected three lists in brackets")
			}
			regs, err := p.regsUntil("]")
			if err != nil {
				return err
			}
			list = append(list, regs...)
		}
		a.list(list)
	}
	return nil
}

func (p *textParser) shared(code op.Code, in *Info) error {
	var args []Operand
	for range in.Args {
		x, err := p.operandOf(op.Void)
		if err != nil {
			return err
		}
		args = append(args, x)
	}
	var result Operand
	if in.Result != op.Void {
		p.skip("->")
		var err error
		if result, err = p.operandOf(in.Result); err != nil {
			return err
		}
	}
	var d descr.Descr
	if in.HasDescr {
		var err error
		if d, err = p.descrOf(code.Info().Descr); err != nil {
			return err
		}
	}
	p.a.Op(code, d, result, args...)
	return p.end()
}

func (p *textParser) switchTable() error {
	s := sortedSwitch{def: -1}
	for len(p.toks) > 0 {
		c, l, ok := strings.Cut(p.next(), ":")
		if !ok {
			return fmt.Errorf("switch wants case:label")
		}
		if c == "else" {
			s.def = p.labelOf(l)
			continue
		}
		v, err := strconv.ParseInt(c, 10, 64)
		if err != nil {
			return err
		}
		s.cases, s.targets = append(s.cases, v), append(s.targets, p.labelOf(l))
	}
	if s.def < 0 {
		return fmt.Errorf("switch without else")
	}
	p.a.unit(len(p.a.sorted))
	p.a.sorted = append(p.a.sorted, s)
	return nil
}

func (p *textParser) descrOf(kind string) (descr.Descr, error) {
	name := p.next()
	if !strings.HasPrefix(name, "<") {
		return nil, fmt.Errorf("expected <descriptor>, got %q", name)
	}
	d, ok := p.resolve(kind, name[1:len(name)-1])
	if !ok {
		return nil, fmt.Errorf("unknown %s %s", kind, name)
	}
	return d, nil
}

func (p *textParser) regsUntil(end string) ([]Operand, error) {
	var out []Operand
	for len(p.toks) > 0 {
		if end != "" && p.toks[0] == end {
			p.next()
			return out, nil
		}
		x, err := p.operandOf(op.Void)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	if end != "" {
		return nil, fmt.Errorf("missing %q", end)
	}
	return out, nil
}

// operandOf reads a register or constant; want is the bank of "_" and is checked if not Void.
func (p *textParser) operandOf(want op.Kind) (Operand, error) {
	t := p.next()
	x := Operand{Kind: want, Reg: NoReg}
	var err error
	switch {
	case t == "":
		return x, fmt.Errorf("missing operand")
	case t == "_":
		return x, nil
	case t == "$nil":
		x = ConstRef(0)
	case strings.HasPrefix(t, "$p"):
		var n int
		n, err = strconv.Atoi(t[2:])
		x = ConstRef(int32(n) + 1)
	case strings.HasPrefix(t, "$f"):
		var bits uint64
		bits, err = strconv.ParseUint(t[2:], 16, 64)
		x = Const(op.Float, bits)
	case t[0] == '$':
		var v int64
		v, err = strconv.ParseInt(t[1:], 10, 64)
		x = Const(op.Int, uint64(v))
	default:
		k, ok := op.KindOf(t[0])
		if !ok {
			return x, fmt.Errorf("bad operand %q", t)
		}
		var n int
		n, err = strconv.Atoi(t[1:])
		x = Reg(k, n)
	}
	if err == nil && want != op.Void && x.Kind != want {
		err = fmt.Errorf("%s is not of kind %s", t, want)
	}
	return x, err
}

func (p *textParser) labelOf(name string) Label {
	l, ok := p.labels[name]
	if !ok {
		l = p.a.NewLabel()
		p.labels[name] = l
	}
	return l
}

func (p *textParser) next() string {
	if len(p.toks) == 0 {
		return ""
	}
	t := p.toks[0]
	p.toks = p.toks[1:]
	return t
}

func (p *textParser) skip(t string) {
	if len(p.toks) > 0 && p.toks[0] == t {
		p.next()
	}
}

func (p *textParser) end() error {
	if len(p.toks) > 0 {
		return fmt.Errorf("unexpected %q", p.toks[0])
	}
	return nil
}

// tokens splits a line; brackets stand alone, <descriptors> and "strings" stay whole.
func tokens(line string) []string {
	var out []string
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		n := strings.IndexAny(line, " []")
		switch {
		case line[0] == '[' || line[0] == ']':
			n = 1
		case line[0] == '<':
			n = closing(line)
		case line[0] == '"':
			q, err := strconv.QuotedPrefix(line)
			if err != nil {
				q = line
			}
			n = len(q)
		case n < 0:
			n = len(line)
		}
		out = append(out, line[:n])
		line = line[n:]
	}
	return out
}

// closing is the length of a <descriptor>, whose name may contain balanced angle brackets and spaces.
func closing(line string) int {
	depth := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '<':
			depth++
		case '>':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(line)
}
