package flow

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"strconv"
	"strings"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// ParseError is an error in a .flow text.
type ParseError struct {
	Line int
	Msg  string
}

func (e *ParseError) Error() string { return fmt.Sprintf("flow text, line %d: %s", e.Line, e.Msg) }

// Parse reads the text form of graphs. Lines that start with // are comments. The graphs' functions
// are those of env by name; env may be nil.
func Parse(text string, env *Env) (graphs []*Graph, err error) {
	if env == nil {
		env = NewEnv(nil)
	}
	p := &parser{env: env}
	defer func() {
		// Syntax errors unwind as *ParseError; anything else is a bug and goes on.
		if r := recover(); r != nil {
			pe, ok := r.(*ParseError)
			if !ok {
				panic(r)
			}
			graphs, err = nil, pe
		}
	}()
	for i, line := range strings.Split(text, "\n") {
		p.line = i + 1
		if t := strings.TrimSpace(line); t != "" && !strings.HasPrefix(t, "//") {
			p.parseLine(t)
		}
	}
	if p.g != nil {
		p.fail("missing } at the end of func %s", p.g.Func.Name)
	}
	return p.graphs, nil
}

type parser struct {
	env    *Env
	line   int
	graphs []*Graph
	g      *Graph
	high   bool
	b      *Block
	done   bool // current block has its terminator
	values map[string]*Value
	blocks map[string]*Block
	seen   map[string]bool // blocks that have a header
	fixups []fixup         // operands, resolved when all definitions are known
}

// fixup is an operand list to be filled in at the end of the graph.
type fixup struct {
	line  int
	texts []string
	out   []*Value
	then  func() // after the operands are known
}

func (p *parser) fail(format string, args ...any) {
	panic(&ParseError{p.line, fmt.Sprintf(format, args...)})
}

func (p *parser) check(err error) {
	if err != nil {
		p.fail("%v", err)
	}
}

func (p *parser) parseLine(t string) {
	switch {
	case p.g == nil:
		p.header(t)
	case t == "}":
		p.finish()
	case isBlockHeader(t):
		p.blockHeader(t)
	default:
		if p.b == nil || p.done {
			p.fail("operation outside of a block")
		}
		p.statement(t)
	}
}

// isBlockHeader recognises "b12:" and "b12(v1:int, ...):".
func isBlockHeader(t string) bool {
	i := 1
	for i < len(t) && t[i] >= '0' && t[i] <= '9' {
		i++
	}
	return t[0] == 'b' && i > 1 && i < len(t) && (t[i] == ':' || t[i] == '(')
}

func (p *parser) header(t string) {
	level, rest, _ := strings.Cut(t, " ")
	rest, ok := strings.CutPrefix(rest, "func ")
	if !ok || level != "high" && level != "low" || !strings.HasSuffix(rest, " {") {
		p.fail("want \"high func NAME -> RESULTS {\" or \"low func ...\"")
	}
	rest = strings.TrimSuffix(rest, " {")
	name, results, _ := cutTop(rest, " -> ")
	f := p.env.fn(strings.TrimSpace(name))
	p.g = &Graph{Func: f}
	p.high = level == "high"
	p.values, p.blocks, p.seen, p.fixups, p.b = map[string]*Value{}, map[string]*Block{}, map[string]bool{}, nil, nil
	if p.high {
		p.g.ResType = []types.Type{}
	} else {
		p.g.Results = []op.Kind{}
	}
	for _, r := range splitTop(results, ", ") {
		if p.high {
			typ, err := p.env.Type(r)
			p.check(err)
			p.g.ResType = append(p.g.ResType, typ)
		} else {
			k, ok := op.KindOf(r[0])
			if !ok || len(r) != 1 {
				p.fail("unknown kind %q", r)
			}
			p.g.Results = append(p.g.Results, k)
		}
	}
	f.Graph = p.g
}

func (p *parser) finish() {
	if !p.done {
		p.fail("block without terminator")
	}
	for name := range p.blocks {
		if !p.seen[name] {
			p.fail("block %s is not defined", name)
		}
	}
	end := p.line
	for _, f := range p.fixups {
		p.line = f.line
		for i, t := range f.texts {
			f.out[i] = p.operand(t)
		}
		if f.then != nil {
			f.then()
		}
	}
	p.line = end
	p.graphs = append(p.graphs, p.g)
	p.g = nil
}

func (p *parser) block(name string) *Block {
	b := p.blocks[name]
	if b == nil {
		id, err := strconv.Atoi(strings.TrimPrefix(name, "b"))
		if err != nil || name[0] != 'b' {
			p.fail("bad block name %q", name)
		}
		b = &Block{ID: id}
		p.blocks[name] = b
		p.g.nextBlk = max(p.g.nextBlk, id+1)
	}
	return b
}

func (p *parser) blockHeader(t string) {
	if p.b != nil && !p.done {
		p.fail("block b%d has no terminator", p.b.ID)
	}
	t, comment, _ := cutTop(t, " ; ")
	t = strings.TrimSuffix(strings.TrimSpace(t), ":")
	name, params, _ := strings.Cut(t, "(")
	if p.seen[name] {
		p.fail("block %s is defined twice", name)
	}
	p.seen[name] = true
	p.b, p.done = p.block(name), false
	p.b.Comment = strings.TrimSpace(comment)
	p.g.Blocks = append(p.g.Blocks, p.b)
	p.b.Params = p.defs(strings.TrimSuffix(params, ")"))
}

// defs parses definitions: v1.name:type or i1.name.
func (p *parser) defs(list string) []*Value {
	var out []*Value
	for _, t := range splitTop(list, ", ") {
		t, typ, hasType := strings.Cut(t, ":")
		id, name, _ := strings.Cut(t, ".")
		n, err := strconv.Atoi(id[1:])
		if err != nil {
			p.fail("bad value name %q", id)
		}
		v := &Value{ID: n, Name: name}
		if p.high {
			if id[0] != 'v' || !hasType {
				p.fail("high-level definition %q must be v<id>:<type>", t)
			}
			v.Type, err = p.env.Type(typ)
			p.check(err)
		} else {
			k, ok := op.KindOf(id[0])
			if !ok || k == op.Void {
				p.fail("bad low-level value name %q", id)
			}
			v.Kind = k
		}
		if p.values[id] != nil {
			p.fail("%s is defined twice", id)
		}
		p.values[id] = v
		p.g.nextVal = max(p.g.nextVal, n)
		out = append(out, v)
	}
	return out
}

func (p *parser) statement(t string) {
	t, pos, _ := cutTop(t, " ; ")
	t = strings.TrimSpace(t)
	where := p.position(strings.TrimSpace(pos))
	word, rest, _ := strings.Cut(t, " ")
	for k, name := range termNames {
		if word == name {
			p.b.Pos = where
			p.terminator(TermKind(k), rest)
			p.done = true
			return
		}
	}
	o := &Op{Pos: where}
	if defs, after, ok := cutTop(t, " = "); ok {
		o.Results = p.defs(defs)
		word, rest, _ = strings.Cut(after, " ")
	}
	code, ok := OpByName(word)
	if !ok {
		p.fail("unknown operation %q", word)
	}
	o.Code = code
	rest, roots, _ := cutTop(" "+rest, " ! ")
	rest, aux, _ := cutTop(rest, " : ")
	o.Args = p.operands(strings.TrimSpace(rest), nil)
	o.Roots = p.operands(strings.TrimSpace(roots), nil)
	p.b.Ops = append(p.b.Ops, o)
	if code == GoCallInterface {
		line := p.line // the method is looked up in the receiver's type, known at the end only
		p.fixups = append(p.fixups, fixup{line: line, then: func() { p.method(o, aux) }})
		return
	}
	p.aux(o, strings.TrimSpace(aux))
}

func (p *parser) position(s string) descr.Pos {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return descr.Pos{}
	}
	n, err := strconv.Atoi(s[i+1:])
	p.check(err)
	return descr.Pos{File: s[:i], Line: n}
}

// operands makes a list whose values are filled in at the end of the graph.
func (p *parser) operands(list string, then func()) []*Value {
	texts := splitTop(list, ", ")
	if len(texts) == 0 {
		return nil
	}
	out := make([]*Value, len(texts))
	p.fixups = append(p.fixups, fixup{p.line, texts, out, then})
	return out
}

func (p *parser) method(o *Op, name string) {
	if len(o.Args) == 0 {
		p.fail("interface call without receiver")
	}
	iface, ok := o.Args[0].Type.Underlying().(*types.Interface)
	if ok {
		for m := range iface.Methods() {
			if m.Name() == name {
				o.Aux = m
				return
			}
		}
	}
	p.fail("%s has no method %q", TypeString(o.Args[0].Type), name)
}

func (p *parser) aux(o *Op, aux string) {
	var err error
	switch o.Code {
	case GoBinOp, GoUnOp:
		o.Aux = p.token(aux)
	case GoAlloc:
		where, typ, _ := strings.Cut(aux, " ")
		var t types.Type
		t, err = p.env.Type(typ)
		o.Aux = AllocAux{Elem: t, Heap: where == "heap"}
	case GoFieldAddr, GoField:
		o.Aux, err = strconv.Atoi(aux)
	case GoTypeAssert:
		o.Aux, err = p.env.Type(aux)
	case GoCall, GoMakeClosure:
		o.Aux = p.env.fn(aux)
	case Call:
		f := p.env.fn(aux)
		o.Aux = f
		if f.Call != nil {
			o.Descr = f.Call
		}
	case CallIndirect:
		if aux != "" {
			o.Descr, err = p.env.descriptor("call", aux)
		}
	case GoBuiltin:
		o.Aux = aux
	case GoNext:
		o.Aux = aux == "true"
	case GoHint:
		name, driver, has := strings.Cut(aux, " ")
		h := Hint{Name: name}
		if has {
			h.Driver = p.env.driver(driver)
		}
		o.Aux = h
	case MergePoint, CanEnterJit:
		o.Aux = p.env.driver(aux)
	default:
		if aux != "" {
			o.Descr, err = p.env.descriptor(o.Code.Info().Descr, aux)
		}
	}
	p.check(err)
}

func (p *parser) token(s string) token.Token {
	for t := token.ADD; t <= token.GEQ; t++ {
		if t.String() == s {
			return t
		}
	}
	p.fail("unknown operator %q", s)
	return token.ILLEGAL
}

func (p *parser) terminator(kind TermKind, rest string) {
	b := p.b
	b.Term = kind
	parts := splitTop(rest, ", ")
	switch kind {
	case Jump:
		if len(parts) != 1 {
			p.fail("jump wants one target")
		}
		p.edges(parts)
	case Branch:
		if len(parts) != 3 {
			p.fail("branch wants a condition and two targets")
		}
		b.Args = p.operands(parts[0], nil)
		p.edges(parts[1:])
	case Switch:
		if len(parts) < 2 {
			p.fail("switch wants an operand and targets")
		}
		b.Args = p.operands(parts[0], nil)
		for i, part := range parts[1:] {
			label, target, ok := strings.Cut(part, " => ")
			if !ok || (label == "default") != (i == len(parts)-2) {
				p.fail("switch wants CASE => TARGET, ending in default => TARGET")
			}
			parts[i+1] = target
			if label != "default" {
				n, err := strconv.ParseInt(label, 10, 64)
				p.check(err)
				b.Cases = append(b.Cases, n)
			}
		}
		p.edges(parts[1:])
	case Return:
		b.Args = p.operands(rest, nil)
	case Panic:
		rest, aux, hasAux := cutTop(rest, " : ")
		word, args, _ := strings.Cut(rest, " ")
		b.Trap = 255
		for t, name := range trapNames {
			if word == name {
				b.Trap = Trap(t)
			}
		}
		if b.Trap == 255 {
			p.fail("unknown trap %q", word)
		}
		if hasAux {
			s, err := strconv.Unquote(aux)
			p.check(err)
			b.Aux = s
		}
		b.Args = p.operands(args, nil)
	}
}

func (p *parser) edges(targets []string) {
	for _, t := range targets {
		name, args, _ := strings.Cut(t, "(")
		p.b.Succs = append(p.b.Succs, Edge{To: p.block(name), Args: p.operands(strings.TrimSuffix(args, ")"), nil)})
	}
}

// operand resolves one operand of the text.
func (p *parser) operand(t string) *Value {
	if t == "_" {
		return nil
	}
	if v := p.values[t]; v != nil {
		return v
	}
	if p.high {
		return p.highConst(t)
	}
	return p.lowConst(t)
}

func (p *parser) lowConst(t string) *Value {
	if t == "nil" {
		return NilRef()
	}
	switch t[0] {
	case '^':
		n, err := strconv.Atoi(t[1:])
		if err != nil || p.env.Table == nil || n < 0 || n >= len(p.env.Table.Prebuilt) {
			p.fail("unknown prebuilt object %q", t)
		}
		return PrebuiltRef(p.env.Table.Prebuilt[n])
	case '@':
		return &Value{Kind: op.Ref, Const: &Const{Func: p.env.fn(t[1:])}}
	}
	if hex, ok := strings.CutPrefix(t, "fbits_"); ok {
		bits, err := strconv.ParseUint(hex, 16, 64)
		p.check(err)
		return FloatBits(bits)
	}
	if num, ok := strings.CutSuffix(t, "f"); ok {
		f, err := strconv.ParseFloat(num, 64)
		p.check(err)
		return FloatBits(math.Float64bits(f))
	}
	n, err := strconv.ParseInt(t, 10, 64)
	if err != nil {
		p.fail("unknown operand %q", t)
	}
	return IntConst(n)
}

func (p *parser) highConst(t string) *Value {
	switch t[0] {
	case '@':
		f := p.env.fn(t[1:])
		v := &Value{Const: &Const{Func: f}}
		if f.Sig != nil {
			v.Type = f.Sig
		} else {
			v.Type = types.NewSignatureType(nil, nil, nil, nil, nil, false)
		}
		return v
	case '&':
		g := p.env.global(t[1:])
		v := &Value{Const: &Const{Global: g}}
		v.Type = types.Typ[types.UnsafePointer]
		if g.Type != nil {
			v.Type = types.NewPointer(g.Type)
		}
		return v
	}
	val, typ, ok := cutTop(t, ":")
	if !ok {
		p.fail("unknown operand %q", t)
	}
	gt, err := p.env.Type(typ)
	p.check(err)
	return GoConst(gt, p.constant(val))
}

func (p *parser) constant(s string) constant.Value {
	switch {
	case s == "zero":
		return nil
	case s == "true" || s == "false":
		return constant.MakeBool(s == "true")
	case s[0] == '"':
		u, err := strconv.Unquote(s)
		p.check(err)
		return constant.MakeString(u)
	case strings.HasPrefix(s, "complex("):
		var re, im float64
		if _, err := fmt.Sscanf(s, "complex(%g, %g)", &re, &im); err != nil {
			p.fail("bad constant %q", s)
		}
		return constant.BinaryOp(constant.MakeFloat64(re), token.ADD, constant.MakeImag(constant.MakeFloat64(im)))
	case strings.ContainsAny(s, ".e"):
		f, err := strconv.ParseFloat(s, 64)
		p.check(err)
		return constant.MakeFloat64(f)
	}
	kind := token.INT
	neg := strings.HasPrefix(s, "-")
	c := constant.MakeFromLiteral(strings.TrimPrefix(s, "-"), kind, 0)
	if c.Kind() == constant.Unknown {
		p.fail("bad constant %q", s)
	}
	if neg {
		c = constant.UnaryOp(token.SUB, c, 0)
	}
	return c
}
