package flow

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"strconv"
	"strings"

	"kiln/jitgen/op"
)

// terminator parses the end of a block: the text behind its name.
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
