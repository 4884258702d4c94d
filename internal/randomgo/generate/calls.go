package generate

import (
	"slices"
	"strings"
)

// call calls a function of the program whose result is of a type; nil if there is none.
func (g *generator) call(t *typ, depth int) *node {
	var fitting []*function
	for _, f := range g.funcs {
		if len(f.results) == 1 && f.results[0] == t {
			fitting = append(fitting, f)
		}
	}
	if len(fitting) > 0 && g.chance(75) {
		return g.callOf(fitting[g.rng.IntN(len(fitting))], depth)
	}
	// A function value.
	list := g.places(false, func(p *typ) bool {
		return p.kind == funcKind && len(p.results) == 1 && p.results[0] == t
	})
	if len(list) == 0 {
		return nil
	}
	f := list[g.rng.IntN(len(list))]
	name := "either(" + f.text + " != nil, " + f.text + ", func" + signature(f.typ.params, f.typ.results, blanks(len(f.typ.params))) + " { " + zeroReturn(f.typ.results) + " })"
	if g.risk(30) {
		name = f.text
	}
	return g.e(t, name+holes(len(f.typ.params)), g.exprs(f.typ.params, depth)...)
}

// callOf calls a function.
func (g *generator) callOf(f *function, depth int) *node {
	result := g.int
	if len(f.results) > 0 {
		result = f.results[0]
	}
	params := f.params
	if f.variadic && g.chance(30) { // a slice as it is
		return g.e(result, f.name+strings.TrimSuffix(holes(len(params)), ")")+"...)", g.exprs(params, depth)...)
	}
	if f.variadic {
		last := params[len(params)-1]
		params = params[:len(params)-1]
		for range g.rng.IntN(3) {
			params = append(params[:len(params):len(params)], last.elem)
		}
	}
	return g.e(result, f.name+holes(len(params)), g.exprs(params, depth)...)
}

func holes(n int) string {
	return "(" + strings.TrimSuffix(strings.Repeat("$, ", n), ", ") + ")"
}

func (g *generator) exprs(types []*typ, depth int) (list []*node) {
	for _, t := range types {
		list = append(list, g.expr(t, depth))
	}
	return list
}

// methodCall calls a method whose only result is of a type.
func (g *generator) methodCall(t *typ, depth int) *node {
	for range 2 {
		recv, m := g.receiver(depth, func(m *method) bool { return len(m.results) == 1 && m.results[0] == t })
		if recv != nil {
			return g.e(t, "$."+m.name+holes(len(m.params)), append([]*node{recv}, g.exprs(m.params, depth)...)...)
		}
	}
	return nil
}

// receiver is something with a method that fits: a variable of a concrete type, a pointer, an interface.
func (g *generator) receiver(depth int, fits func(*method) bool) (*node, *method) {
	var all []*typ
	all = append(append(append(all, g.structs...), g.named...), g.interfaces...)
	t := all[g.rng.IntN(len(all))]
	pointer := t.kind == structKind && g.chance(60)
	var ms []*method
	for _, m := range t.methodsOf(pointer) {
		if fits(m) {
			ms = append(ms, m)
		}
	}
	if len(ms) == 0 {
		return nil, nil
	}
	m := ms[g.rng.IntN(len(ms))]
	switch {
	case t.kind == interfaceKind:
		v := g.read(t)
		if v == nil {
			return nil, nil
		}
		if g.risk(25) {
			return v, m
		}
		if b := g.boxed(t, depth); !strings.HasSuffix(strings.Join(b.Text, ""), "(nil)") {
			return g.e(t, "either($ != nil, $, $)", v, v.Clone(), b), m
		}
		return nil, nil
	case pointer:
		if g.risk(10) {
			if v := g.read(g.pointer(t)); v != nil {
				return v, m
			}
		}
		n := g.full(t, depth)
		if strings.HasPrefix(n.Text[0], "&") {
			n = g.e(g.pointer(t), "($)", n)
		}
		return n, m
	}
	return g.nonConst(t, depth), m
}

// method values and expressions, as values of function types; nil if none fits.
func (g *generator) methodValue(t *typ, depth int) *node {
	recv, m := g.receiver(depth, func(m *method) bool { return slices.Equal(m.params, t.params) && slices.Equal(m.results, t.results) })
	if recv == nil {
		return nil
	}
	return g.e(t, "$."+m.name, recv)
}

// standardCalls are functions of the standard library; capital letters in the text stand for operands.
var standardCalls = map[string][]string{
	"int": {"bits.OnesCount64(U)", "bits.LeadingZeros32(V)", "bits.TrailingZeros16(W)", "bits.Len(M)", "strings.Index(S, S)", "strings.Count(S, S)",
		"utf8.RuneCountInString(S)", "cmp.Compare(I, I)", "strings.Compare(S, S)", "slices.Index(L, I)", "first(strconv.Atoi(S))", "len(strconv.Itoa(I))",
		"sum(L)", "sort.SearchInts(L, I)", "len(uniq(L))", "total(upTo(I))", "folded(L, 0, func(a, x int) int { return a*31 + x })", "cap(tight(L, I))", "copied(L, L)", "walked(planted(L))", "int(mix(int8(I), 3, M))",
		"strings.LastIndexByte(S, 'a')"},
	"uint64":  {"bits.Reverse64(U)", "bits.RotateLeft64(U, I)", "math.Float64bits(plain(F))", "bits.ReverseBytes64(U)"},
	"uint32":  {"bits.ReverseBytes32(V)", "bits.RotateLeft32(V, I)", "math.Float32bits(float32(plain(F)))"},
	"uint8":   {"bits.Reverse8(B)", "byteAt(S, I)"},
	"float64": {"math.Sqrt(F)", "math.Abs(F)", "math.Floor(F)", "math.Ceil(F)", "math.Trunc(F)", "math.Round(F)", "math.Mod(F, F)", "math.Copysign(F, plain(F))", "math.Float64frombits(U)", "real(complex(F, F))", "first(strconv.ParseFloat(S, 64))", "math.Inf(I)"},
	"string": {"strings.ToUpper(S)", "strings.TrimSpace(S)", "strings.Repeat(cut(S), small(I))", "strconv.Itoa(I)", "strconv.Quote(S)", "strings.Replace(S, S, S, I)",
		"strings.Join(strings.Fields(S), S)", "strconv.FormatInt(int64(I), 2+small(I))", "strconv.FormatFloat(F, 'g', -1, 64)", "strings.Map(func(r rune) rune { return r ^ 1 }, S)",
		"strings.TrimLeft(S, S)", "strings.TrimPrefix(S, S)", "joined(strings.Split(S, S))", "strings.ToLower(S)", "planted(L).look(I)"},
	"bool": {"strings.Contains(S, S)", "strings.HasPrefix(S, S)", "utf8.ValidString(S)", "slices.Contains(L, I)", "math.IsNaN(F)", "math.Signbit(plain(F))", "slices.Equal(L, L)", "strings.EqualFold(S, S)", "slices.IsSorted(L)"},
}

// standard calls the standard library, or a function of the support file.
func (g *generator) standard(t *typ, depth int) *node {
	list := standardCalls[t.name]
	if len(list) == 0 {
		return nil
	}
	text := list[g.rng.IntN(len(list))]
	kinds := map[byte]*typ{'U': g.interned["uint64"], 'V': g.interned["uint32"], 'W': g.interned["uint16"], 'B': g.uint8, 'M': g.interned["uint"],
		'S': g.string, 'I': g.int, 'F': g.float, 'L': g.slice(g.int)}
	var sb strings.Builder
	var kids []*node
	for i := range len(text) {
		c := text[i]
		if operand := kinds[c]; operand != nil && strings.IndexByte("( ", text[i-1]) >= 0 && strings.IndexByte("),", text[i+1]) >= 0 {
			sb.WriteByte('$')
			kids = append(kids, g.nonConst(operand, depth-1))
			continue
		}
		sb.WriteByte(c)
	}
	if t == g.string {
		return g.e(t, "cut("+sb.String()+")", kids...)
	}
	return g.e(t, sb.String(), kids...)
}
