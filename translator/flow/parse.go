package flow

import (
	"fmt"
	"go/token"
	"go/types"
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
	case MergePoint, CanEnterJit, EnterPortal, ResumePortal:
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
