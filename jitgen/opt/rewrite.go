package opt

// rewrite: algebraic rules by name (rules.go), canonical order of operands, booleans.
//
// requires:  constants folded
// preserves: values
// breaks:    nothing; a rewritten operation starts anew with the first pass
//
// Constants of commutative operations go to the right, so that rules and the table of pure operations see one
// form. Sums with constants are kept as base + offset over any distance (info.linear), which the
// rules, that look at single operations, could not do across the label of a peeled loop.

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"sync"

	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

func installRewrite(l *pipeline) {
	l.each(has(op.Commutative), func(c op.Code) { l.onBefore(orderOperands, c) })
	l.onBefore(orderCompare, op.IntLt, op.IntLe, op.IntGt, op.IntGe, op.UintLt, op.UintLe, op.UintGt, op.UintGe)
	l.onBefore(addLinear, op.IntAdd)
	l.onBefore(addSums, op.IntAdd)
	l.onBefore(divideByPower, op.FloatDiv)
	l.onBefore(booleanTest, op.IntIsTrue, op.IntIsZero, op.IntEq, op.IntNe)
	for code, list := range compiledRules() {
		if list := list; len(list) > 0 {
			l.onBefore(func(r *run, p *operation) verdict { return applyRules(r, p, list) }, op.Code(code))
		}
	}
}

// orderOperands puts constants to the right, and else the younger value, for the pure table's sake. Sums and products
// of floats stay as they are: which of two NaNs the result is depends on the order.
func orderOperands(_ *run, p *operation) verdict {
	if p.Code == op.FloatAdd || p.Code == op.FloatMul {
		return next
	}
	x, y := p.Args[0], p.Args[1]
	if x.IsConst() && !y.IsConst() || !x.IsConst() && !y.IsConst() && x > y {
		p.Args[0], p.Args[1] = y, x
	}
	return next
}

// orderCompare mirrors order comparisons to one form, see canonical.
func orderCompare(_ *run, p *operation) verdict {
	p.Code = canonical(p.Code, p.Args)
	return next
}

// canonical puts the constant of an order comparison to the right; without a constant the comparison is
// "less" and not "greater". It exchanges args in place and returns the operation that then says the same.
func canonical(code op.Code, args []trace.Ref) op.Code {
	greater := code == op.IntGt || code == op.IntGe || code == op.UintGt || code == op.UintGe
	if args[0].IsConst() && !args[1].IsConst() || greater && !args[1].IsConst() {
		args[0], args[1] = args[1], args[0]
		return op.Swapped(code)
	}
	return code
}

// addLinear adds a constant to the base of a sum with a constant.
func addLinear(r *run, p *operation) verdict {
	c, ok := r.constInt(p.Args[1])
	base, off, via := r.linear(p.Args[0])
	if !ok || base == p.Args[0] {
		return next
	}
	r.relied(via)
	if off+c == 0 {
		return p.settle(base)
	}
	p.Args[0], p.Args[1] = base, r.int(off+c)
	return next
}

// addSums pulls constants out of the operands of a sum: x + (y+c) becomes (x+y) + c. Indices of stacks that grow and
// shrink, offset + length, become sums of one base, which the heap pass can tell apart.
func addSums(r *run, p *operation) verdict {
	x, y := p.Args[0], p.Args[1]
	if x.IsConst() || y.IsConst() {
		return next
	}
	bx, cx, viaX := r.linear(x)
	by, cy, viaY := r.linear(y)
	if cx == 0 && cy == 0 {
		return next
	}
	r.relied(viaX)
	r.relied(viaY)
	sum := r.build(op.IntAdd, nil, p.Pos, bx, by)
	if cx+cy == 0 {
		return p.settle(sum)
	}
	p.Args[0], p.Args[1] = sum, r.int(cx+cy)
	return again
}

// divideByPower multiplies instead of dividing by a power of two: with the reciprocal exact, both round the same number.
func divideByPower(r *run, p *operation) verdict {
	if !p.Args[1].IsConst() {
		return next
	}
	bits, ok := exactReciprocal(r.out.Consts.Get(p.Args[1]).Bits)
	if !ok {
		return next
	}
	p.Code = op.FloatMul
	p.Args[1] = r.out.Consts.Intern(trace.Const{Kind: op.Float, Bits: bits})
	return again
}

// exactReciprocal is 1/x of a power of two, both normal numbers, by bits.
func exactReciprocal(x uint64) (uint64, bool) {
	const exponent, fraction, bias = 0x7ff, 1<<52 - 1, 1023
	e := x >> 52 & exponent
	if x&fraction != 0 || e == 0 || e >= 2*bias {
		return 0, false
	}
	return x&(1<<63) | (2*bias-e)<<52, true
}

// booleanTest simplifies tests of values that are 0 or 1, comparisons first of all.
func booleanTest(r *run, p *operation) verdict {
	x := p.Args[0]
	truth := p.Code == op.IntIsTrue || p.Code == op.IntNe
	if len(p.Args) == 2 {
		c, ok := r.constInt(p.Args[1])
		if !ok || c != 0 && c != 1 {
			return next
		}
		truth = (p.Code == op.IntEq) == (c == 1)
	}
	if !r.boundsOf(x).within(0, 1) {
		return next
	}
	if truth {
		return p.settle(x)
	}
	def := r.def(x)
	if def == nil {
		return next
	}
	code := op.Invalid
	if def.Code.Has(op.Compare) {
		code = op.Negated(def.Code)
	}
	if code == op.Invalid {
		return next
	}
	p.Code = code
	p.Args = r.list(len(def.Args))
	for i, a := range def.Args {
		p.Args[i] = r.resolve(a)
	}
	return again
}

// pattern is one side of a rule.
type pattern struct {
	kind patternKind
	code op.Code    // operation
	args []*pattern // operation, function
	slot int        // variable, constant variable
	bits int64      // literal
	fn   string     // function of constants
}

type patternKind uint8

const (
	anyValue patternKind = iota
	anyConst
	literal
	nilRef
	operator
	function
)

type compiledRule struct {
	*rule
	from, to *pattern
	when     *pattern
}

// bindings are the operands that a rule's letters stand for.
type bindings [8]trace.Ref

// compiledRules are the rules by the operation of their left sides; a program that compiles nothing does not read them.
var compiledRules = sync.OnceValue(func() [][]compiledRule {
	table := make([][]compiledRule, op.NumOps())
	for i := range rules {
		c, err := compileRule(&rules[i])
		if err != nil {
			panic(err)
		}
		table[c.from.code] = append(table[c.from.code], c)
	}
	return table
})

func applyRules(r *run, p *operation, list []compiledRule) verdict {
	for i := range list {
		rule := &list[i]
		var b bindings
		for j := range b {
			b[j] = trace.None
		}
		if !r.matchArgs(rule.from, p.Args, &b) || rule.when != nil && !r.condition(rule.when, &b) {
			continue
		}
		if rule.to.kind != operator {
			return p.settle(r.substitute(rule.to, p, &b))
		}
		args := r.list(len(rule.to.args))
		for j, a := range rule.to.args {
			args[j] = r.substitute(a, p, &b)
		}
		p.Code, p.Args, p.Descr = rule.to.code, args, nil
		return again
	}
	return next
}

func (r *run) matchArgs(pat *pattern, args []trace.Ref, b *bindings) bool {
	saved := *b
	if r.matchInOrder(pat.args, args, b) {
		return true
	}
	if len(args) != 2 || !pat.code.Has(op.Commutative) {
		return false
	}
	*b = saved
	return r.match(pat.args[0], args[1], b) && r.match(pat.args[1], args[0], b)
}

func (r *run) matchInOrder(pats []*pattern, args []trace.Ref, b *bindings) bool {
	for i, a := range pats {
		if !r.match(a, args[i], b) {
			return false
		}
	}
	return true
}

func (r *run) match(pat *pattern, v trace.Ref, b *bindings) bool {
	v = r.resolve(v)
	switch pat.kind {
	case anyConst:
		if _, ok := r.constInt(v); !ok {
			return false
		}
		fallthrough
	case anyValue:
		if b[pat.slot] == trace.None {
			b[pat.slot] = v
		}
		return b[pat.slot] == v
	case literal:
		c, ok := r.constInt(v)
		return ok && c == pat.bits
	case nilRef:
		return r.isNil(v)
	}
	def := r.def(v)
	return def != nil && def.Code == pat.code && r.matchArgs(pat, def.Args, b)
}

// substitute is the operand that a right-hand side stands for; inner operations go through all passes.
func (r *run) substitute(pat *pattern, p *operation, b *bindings) trace.Ref {
	switch pat.kind {
	case anyValue, anyConst:
		return b[pat.slot]
	case literal:
		return r.int(pat.bits)
	case function:
		return r.int(r.constFunction(pat, b))
	}
	var operands [4]trace.Ref
	args := operands[:len(pat.args)]
	constant := true
	for i, a := range pat.args {
		args[i] = r.substitute(a, p, b)
		constant = constant && args[i].IsConst()
	}
	if constant {
		for i, a := range args {
			r.words[i] = r.out.Consts.Get(a).Bits
		}
		return r.int(int64(exec.Pure(pat.code, r.words[:len(args)])))
	}
	return r.build(pat.code, nil, p.Pos, args...)
}

func (r *run) constFunction(pat *pattern, b *bindings) int64 {
	c, _ := r.constInt(b[pat.args[0].slot])
	return int64(bits.TrailingZeros64(uint64(c)))
}

func (r *run) condition(pat *pattern, b *bindings) bool {
	c, _ := r.constInt(b[pat.args[0].slot])
	return c > 0 && c&(c-1) == 0
}

func compileRule(src *rule) (compiledRule, error) {
	c := compiledRule{rule: src}
	for _, part := range []struct {
		text string
		to   **pattern
	}{{src.from, &c.from}, {src.to, &c.to}, {src.when, &c.when}} {
		if part.text == "" {
			continue
		}
		pat, rest, err := parsePattern(part.text)
		if err == nil && strings.TrimSpace(rest) != "" {
			err = fmt.Errorf("%q is left over", rest)
		}
		if err != nil {
			return c, fmt.Errorf("opt: rule %s: %s: %v", src.name, part.text, err)
		}
		*part.to = pat
	}
	if c.from.kind != operator {
		return c, fmt.Errorf("opt: rule %s: the left side must be an operation", src.name)
	}
	return c, nil
}

// parsePattern reads one pattern from the start of s and returns what follows it.
func parsePattern(s string) (*pattern, string, error) {
	s = strings.TrimSpace(s)
	end := strings.IndexAny(s, "(), ")
	if end < 0 {
		end = len(s)
	}
	word, rest := s[:end], s[end:]
	if !strings.HasPrefix(rest, "(") {
		return parseLeaf(word, rest)
	}
	pat := &pattern{kind: operator, fn: word}
	if code, ok := op.ByName(word); ok {
		pat.code = code
	} else if word == "log2" || word == "pow2" {
		pat.kind = function
	} else {
		return nil, "", fmt.Errorf("no operation %q", word)
	}
	for rest[0] != ')' {
		arg, after, err := parsePattern(rest[1:])
		if err != nil {
			return nil, "", err
		}
		pat.args = append(pat.args, arg)
		if rest = strings.TrimSpace(after); rest == "" {
			return nil, "", fmt.Errorf("a parenthesis is open")
		}
	}
	return pat, rest[1:], nil
}

func parseLeaf(word, rest string) (*pattern, string, error) {
	if word == "nil" {
		return &pattern{kind: nilRef}, rest, nil
	}
	if len(word) == 1 && word[0] >= 'x' && word[0] <= 'z' {
		return &pattern{kind: anyValue, slot: int(word[0] - 'x')}, rest, nil
	}
	if len(word) == 1 && word[0] >= 'A' && word[0] <= 'D' {
		return &pattern{kind: anyConst, slot: 4 + int(word[0]-'A')}, rest, nil
	}
	n, err := strconv.ParseInt(word, 10, 64)
	return &pattern{kind: literal, bits: n}, rest, err
}
