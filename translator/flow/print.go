package flow

import (
	"fmt"
	"go/constant"
	"go/types"
	"math"
	"strconv"
	"strings"

	"kiln/jitgen/op"
)

// The text form of graphs (docs/formats.md has the grammar):
//
//	high func main.f -> int {
//	b0(v1.x:int, v2:[]byte):  ; comment
//	  v3:int = go_binop v1, 3:int : +  ; file.go:12
//	  branch v4, b1(v3), b2  ; file.go:13
//	...
//	}
//
// High-level values are v1, v2 ... with their Go type where they are defined; low-level ones carry the letter
// of their kind (i1, r2, f3) and no type. What follows " : " is the operation's Aux or descriptor.

// Qualify is how package paths appear in type strings: the main package is "main", others by path.
func Qualify(p *types.Package) string {
	if p.Name() == "main" {
		return "main"
	}
	return p.Path()
}

// TypeString is the name of a Go type in text forms and messages.
func TypeString(t types.Type) string { return types.TypeString(t, Qualify) }

// String is the text form of the graph.
func (g *Graph) String() string {
	p := &printer{types: map[types.Type]string{}}
	p.graph(g)
	return p.sb.String()
}

type printer struct {
	sb    strings.Builder
	types map[types.Type]string
}

// IsHighLevel says which level a graph is in: high if its values have Go types or it has a Go operation.
func (g *Graph) IsHighLevel() bool {
	if g.ResType != nil {
		return true
	}
	if g.Results != nil {
		return false
	}
	for _, b := range g.Blocks {
		for _, v := range b.Params {
			return v.Type != nil
		}
		for _, o := range b.Ops {
			if IsHigh(o.Code) {
				return true
			}
			for _, v := range o.Results {
				return v.Type != nil
			}
		}
	}
	return false
}

func (p *printer) typ(t types.Type) string {
	s, ok := p.types[t]
	if !ok {
		s = TypeString(t)
		p.types[t] = s
	}
	return s
}

func (p *printer) graph(g *Graph) {
	level, results := "low", []string{}
	if g.IsHighLevel() {
		level = "high"
		for _, t := range g.ResType {
			results = append(results, p.typ(t))
		}
	} else {
		for _, k := range g.Results {
			results = append(results, k.Letter())
		}
	}
	name := "?"
	if g.Func != nil {
		name = g.Func.Name
	}
	fmt.Fprintf(&p.sb, "%s func %s", level, name)
	if len(results) > 0 {
		fmt.Fprintf(&p.sb, " -> %s", strings.Join(results, ", "))
	}
	p.sb.WriteString(" {\n")
	for _, b := range g.Blocks {
		p.block(b)
	}
	p.sb.WriteString("}\n")
}

func (p *printer) block(b *Block) {
	fmt.Fprintf(&p.sb, "b%d", b.ID)
	if len(b.Params) > 0 {
		p.sb.WriteByte('(')
		p.defs(b.Params)
		p.sb.WriteByte(')')
	}
	p.sb.WriteByte(':')
	if b.Comment != "" {
		fmt.Fprintf(&p.sb, "  ; %s", b.Comment)
	}
	p.sb.WriteByte('\n')
	for _, o := range b.Ops {
		p.op(o)
	}
	p.term(b)
}

// defs prints values where they are defined.
func (p *printer) defs(vs []*Value) {
	for i, v := range vs {
		if i > 0 {
			p.sb.WriteString(", ")
		}
		p.sb.WriteString(v.String())
		if isName(v.Name) {
			p.sb.WriteString("." + v.Name)
		}
		if v.Type != nil {
			p.sb.WriteString(":" + p.typ(v.Type))
		}
	}
}

func isName(s string) bool {
	if s == "" {
		return false
	}
	for _, r := range s {
		if r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r < 128 {
			return false
		}
	}
	return true
}

// String names a value where it is used.
func (v *Value) String() string {
	switch {
	case v == nil:
		return "_"
	case v.Const != nil:
		return constString(v, TypeString)
	case v.Type != nil:
		return "v" + strconv.Itoa(v.ID)
	}
	return v.Kind.Letter() + strconv.Itoa(v.ID)
}

func constString(v *Value, typ func(types.Type) string) string {
	c := v.Const
	switch {
	case c.Func != nil:
		return "@" + c.Func.Name
	case c.Global != nil:
		return "&" + c.Global.Name
	case v.Type != nil:
		return goConstString(c.Value) + ":" + typ(v.Type)
	case c.Prebuilt != nil:
		return "^" + strconv.Itoa(c.Prebuilt.Index)
	case v.Kind == op.Ref:
		return "nil"
	case v.Kind == op.Float:
		f := math.Float64frombits(c.Bits)
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Sprintf("fbits_%x", c.Bits)
		}
		return strconv.FormatFloat(f, 'g', -1, 64) + "f"
	}
	return strconv.FormatInt(int64(c.Bits), 10)
}

func goConstString(value any) string {
	if value == nil {
		return "zero"
	}
	c, ok := value.(constant.Value)
	if !ok {
		return "?"
	}
	switch c.Kind() {
	case constant.String:
		return strconv.Quote(constant.StringVal(c))
	case constant.Float:
		f, _ := constant.Float64Val(c)
		s := strconv.FormatFloat(f, 'g', -1, 64)
		if !strings.ContainsAny(s, ".e") {
			s += ".0" // so that it is read back as a float
		}
		return s
	case constant.Complex:
		re, _ := constant.Float64Val(constant.Real(c))
		im, _ := constant.Float64Val(constant.Imag(c))
		return fmt.Sprintf("complex(%g, %g)", re, im)
	}
	return c.ExactString()
}

func (p *printer) uses(vs []*Value) {
	for i, v := range vs {
		if i > 0 {
			p.sb.WriteString(", ")
		}
		if v != nil && v.Const != nil {
			p.sb.WriteString(constString(v, p.typ))
		} else {
			p.sb.WriteString(v.String())
		}
	}
}

func (p *printer) op(o *Op) {
	p.sb.WriteString("  ")
	if len(o.Results) > 0 {
		p.defs(o.Results)
		p.sb.WriteString(" = ")
	}
	p.sb.WriteString(OpName(o.Code))
	if len(o.Args) > 0 {
		p.sb.WriteByte(' ')
		p.uses(o.Args)
	}
	if aux := p.aux(o); aux != "" {
		p.sb.WriteString(" : " + aux)
	}
	if len(o.Roots) > 0 {
		p.sb.WriteString(" ! ")
		p.uses(o.Roots)
	}
	p.end(o.Pos.Line > 0, o.Pos.String())
}

func (p *printer) end(known bool, pos string) {
	if known {
		p.sb.WriteString("  ; " + pos)
	}
	p.sb.WriteByte('\n')
}

func (p *printer) aux(o *Op) string {
	switch a := o.Aux.(type) {
	case nil:
	case AllocAux:
		if a.Heap {
			return "heap " + p.typ(a.Elem)
		}
		return "local " + p.typ(a.Elem)
	case *Func:
		return a.Name
	case *types.Func:
		return a.Name()
	case types.Type:
		return p.typ(a)
	case *Driver:
		return a.Name
	case Hint:
		if a.Driver != nil {
			return a.Name + " " + a.Driver.Name
		}
		return a.Name
	default:
		return fmt.Sprint(a) // token.Token, int, bool, string
	}
	if o.Descr != nil {
		return o.Descr.String()
	}
	return ""
}

func (p *printer) term(b *Block) {
	p.sb.WriteString("  " + b.Term.String())
	switch b.Term {
	case Jump:
		p.sb.WriteByte(' ')
		p.edge(b.Succs[0])
	case Branch:
		p.sb.WriteByte(' ')
		p.uses(b.Args)
		for _, e := range b.Succs {
			p.sb.WriteString(", ")
			p.edge(e)
		}
	case Switch:
		p.sb.WriteByte(' ')
		p.uses(b.Args)
		for i, e := range b.Succs {
			if i < len(b.Cases) {
				fmt.Fprintf(&p.sb, ", %d => ", b.Cases[i])
			} else {
				p.sb.WriteString(", default => ")
			}
			p.edge(e)
		}
	case Return:
		if len(b.Args) > 0 {
			p.sb.WriteByte(' ')
			p.uses(b.Args)
		}
	case Panic:
		p.sb.WriteString(" " + b.Trap.String())
		if len(b.Args) > 0 {
			p.sb.WriteByte(' ')
			p.uses(b.Args)
		}
		if s, ok := b.Aux.(string); ok {
			p.sb.WriteString(" : " + strconv.Quote(s))
		} else if t, ok := b.Aux.(types.Type); ok {
			p.sb.WriteString(" : " + strconv.Quote(p.typ(t)))
		}
	}
	p.end(b.Pos.Line > 0, b.Pos.String())
}

func (p *printer) edge(e Edge) {
	fmt.Fprintf(&p.sb, "b%d", e.To.ID)
	if len(e.Args) > 0 {
		p.sb.WriteByte('(')
		p.uses(e.Args)
		p.sb.WriteByte(')')
	}
}
