package trace

import (
	"math"
	"strconv"
	"strings"

	"kiln/jitgen/op"
)

// Parse reads one trace, with any declarations before it.
func Parse(text string, ns *Namespace) (*Trace, error) {
	all, err := ParseAll(text, ns)
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, &ParseError{1, "expected one trace, found " + itoa(len(all))}
	}
	return all[0], nil
}

// ParseAll reads declarations and traces, each starting with `trace NAME` or with its inputs. Values keep
// the numbers in their names if those are distinct (whatever the letter), the inputs count from 0 and
// there are few gaps, so that parsing what was printed is the identity; else they are numbered in order.
func ParseAll(text string, ns *Namespace) (all []*Trace, err error) {
	defer catch(&err)
	var p *parser
	name := ""
	finish := func() {
		if p != nil {
			p.renumber()
			all = append(all, p.t)
		}
		p = nil
	}
	for _, c := range logicalLines(text) {
		switch {
		case p == nil && ns.declare(&c):
		case c.try("trace "):
			finish()
			name = c.name()
			c.end()
		case strings.HasPrefix(c.rest, "["):
			finish()
			p = &parser{ns: ns, t: New(name, NewPool()), values: map[string]Ref{}}
			name = ""
			p.inputs(&c)
		case p == nil:
			c.fail("expected a declaration or the inputs of a trace, not %q", c.rest)
		default:
			p.operation(&c)
		}
	}
	finish()
	return all, nil
}

type parser struct {
	ns     *Namespace
	t      *Trace
	values map[string]Ref
	names  []string // by value
}

func (p *parser) inputs(c *cursor) {
	c.expect("[")
	for !c.try("]") {
		if len(p.t.Inputs) > 0 {
			c.expect(",")
		}
		p.t.Inputs = append(p.t.Inputs, p.define(c, c.operand()))
	}
	c.end()
}

// operand is the text of an operand up to what follows it.
func (c *cursor) operand() string { return c.upTo(nameEnd + "[]") }

// define numbers a new value by its name.
func (p *parser) define(c *cursor, name string) Ref {
	kind := op.Void
	switch {
	case name == "":
	case name[0] == 'i':
		kind = op.Int
	case name[0] == 'p':
		kind = op.Ref
	case name[0] == 'f':
		kind = op.Float
	}
	if _, err := strconv.ParseUint(strings.TrimLeft(name, "ipf"), 10, 31); kind == op.Void || err != nil || !numbered(name) {
		c.fail("%q is not the name of a value: i, p or f and a number", name)
	}
	if _, dup := p.values[name]; dup {
		c.fail("%s is defined twice", name)
	}
	r := p.t.NewValue(kind)
	p.values[name] = r
	p.names = append(p.names, name)
	return r
}

func numbered(name string) bool {
	return len(name) > 1 && name[1] >= '0' && name[1] <= '9' && (name[1] != '0' || len(name) == 2)
}

// operation: [VALUE =] NAME(OPERAND, ... [, descr=NAME]) [FAIL ARGUMENTS]
func (p *parser) operation(c *cursor) {
	first, result := c.name(), ""
	if c.try("=") {
		result, first = first, c.name()
	}
	code, ok := op.ByName(first)
	if !ok || code == op.Invalid {
		c.fail("no operation %q", first)
	}
	o := Op{Code: code, Res: None}
	c.expect("(")
	for !c.try(")") {
		if len(o.Args) > 0 || o.Descr != nil {
			c.expect(",")
		}
		if c.try("descr=") {
			o.Descr = p.ns.find(c, code.Info().Descr, c.name())
			continue
		}
		o.Args = append(o.Args, p.ref(c))
	}
	if code.Has(op.Guard) {
		p.failArgs(c, &o)
	}
	c.end()
	if target, ok := o.Descr.(*Target); ok && (target.Kinds == nil || code == op.Label) {
		target.Kinds = p.kinds(o.Args)
	}
	if want := code.Info().Result; (want != op.Void) != (result != "") {
		c.fail("%s has result %s", code, want)
	} else if result != "" {
		if o.Res = p.define(c, result); p.t.Kinds[o.Res] != want {
			c.fail("%s has result %s, not %s", code, want, result)
		}
	}
	p.t.Ops = append(p.t.Ops, o)
}

// failArgs: [OPERAND, ...] with a Guard, else [JITCODE:PC OPERAND, ... | outer frame ...], or nothing.
func (p *parser) failArgs(c *cursor, o *Op) {
	if !c.try("[") {
		return
	}
	if g, ok := o.Descr.(*Guard); ok {
		o.FailArgs = p.list(c, "]")
		g.Kinds = p.kinds(o.FailArgs)
		return
	}
	if c.try("]") {
		return
	}
	for link := &o.Snapshot; ; link = &(*link).Outer {
		s := &Snapshot{JitCode: c.number()}
		c.expect(":")
		s.PC = c.number()
		*link = s
		outer := false
		s.Values, outer = p.frame(c)
		if !outer {
			return
		}
	}
}

// frame is the values of one frame; outer says that another one follows.
func (p *parser) frame(c *cursor) (values []Ref, outer bool) {
	for {
		switch {
		case c.try("]"):
			return values, false
		case c.try("|"):
			return values, true
		}
		if len(values) > 0 {
			c.expect(",")
		}
		values = append(values, p.ref(c))
	}
}

func (p *parser) list(c *cursor, end string) (refs []Ref) {
	for !c.try(end) {
		if len(refs) > 0 {
			c.expect(",")
		}
		refs = append(refs, p.ref(c))
	}
	return refs
}

func (p *parser) kinds(refs []Ref) []op.Kind {
	kinds := make([]op.Kind, len(refs))
	for i, r := range refs {
		kinds[i] = p.t.Kind(r)
	}
	return kinds
}

// ref reads an operand: value, constant or _ for none.
func (p *parser) ref(c *cursor) Ref {
	s := c.operand()
	if r, ok := p.values[s]; ok {
		return r
	}
	k := Const{Kind: op.Float}
	switch {
	case s == "_":
		return None
	case s == "null":
		k = Const{Kind: op.Ref}
	case s == "ConstPtr":
		c.expect("(")
		k = Const{op.Ref, p.ns.object(c.name())}
		c.expect(")")
	case s == "nan":
		c.expect("(")
		bits, err := strconv.ParseUint(c.operand(), 0, 64)
		if err != nil || !math.IsNaN(math.Float64frombits(bits)) {
			c.fail("nan() takes the bits of a NaN")
		}
		k.Bits = bits
		c.expect(")")
	case numbered(s) && strings.Contains("ipf", s[:1]):
		c.fail("%s is not defined here", s)
	default:
		if n, err := strconv.ParseInt(s, 0, 64); err == nil {
			k = Const{op.Int, uint64(n)}
		} else if f, err := strconv.ParseFloat(s, 64); err == nil && !math.IsNaN(f) {
			k.Bits = math.Float64bits(f)
		} else {
			c.fail("%q is not an operand", s)
		}
	}
	return p.t.Consts.Intern(k)
}

// renumber gives values the numbers in their names, if possible.
func (p *parser) renumber() {
	to, size := make([]Ref, len(p.names)), 0
	taken := map[int]bool{}
	for i, name := range p.names {
		n, _ := strconv.Atoi(name[1:])
		if taken[n] || i < len(p.t.Inputs) && n != i || n > 4*len(p.names)+64 {
			return
		}
		taken[n] = true
		to[i] = Ref(n)
		size = max(size, n+1)
	}
	kinds := make([]op.Kind, size)
	for i, k := range p.t.Kinds {
		kinds[to[i]] = k
	}
	p.t.Kinds = kinds
	p.t.Rename(func(r Ref) Ref { return to[r] })
}

// Rename changes the number of every value, in place; snapshots are copied, they may be shared.
func (t *Trace) Rename(to func(Ref) Ref) {
	list := func(refs []Ref) []Ref {
		if refs == nil {
			return nil
		}
		out := make([]Ref, len(refs))
		for i, r := range refs {
			if out[i] = r; r >= 0 {
				out[i] = to(r)
			}
		}
		return out
	}
	t.Inputs = list(t.Inputs)
	copies := map[*Snapshot]*Snapshot{}
	var snapshot func(s *Snapshot) *Snapshot
	snapshot = func(s *Snapshot) *Snapshot {
		if s == nil {
			return nil
		}
		c := copies[s]
		if c == nil {
			c = &Snapshot{s.JitCode, s.PC, list(s.Values), snapshot(s.Outer)}
			copies[s] = c
		}
		return c
	}
	for i := range t.Ops {
		o := &t.Ops[i]
		o.Args, o.FailArgs, o.Snapshot = list(o.Args), list(o.FailArgs), snapshot(o.Snapshot)
		if o.Res >= 0 {
			o.Res = to(o.Res)
		}
	}
}
