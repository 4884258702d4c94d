package opt

import (
	"math"
	"math/rand"
	"testing"

	"kiln/jitgen/exec"
	"kiln/jitgen/op"
)

// Words of 8 bits: integers wrap at 8 bits, and the extensions of 8, 16 and 32 bits are of 1, 2 and 4.
const modelBits = 8

func wrap(v int64) int64 { return int64(int8(v)) }

func unsigned(v int64) uint64 { return uint64(uint8(v)) }

func truth(b bool) int64 { return boolInt(b) }

// model evaluates an operation on 8-bit words, which are kept sign-extended. ok is false where the
// operation has no meaning (division by zero).
func model(code op.Code, x, y int64) (res int64, ok bool) {
	switch code {
	case op.IntAdd:
		return wrap(x + y), true
	case op.IntSub:
		return wrap(x - y), true
	case op.IntMul:
		return wrap(x * y), true
	case op.IntNeg:
		return wrap(-x), true
	case op.IntInvert:
		return ^x, true
	case op.IntAnd:
		return x & y, true
	case op.IntOr:
		return x | y, true
	case op.IntXor:
		return x ^ y, true
	case op.IntDiv, op.IntMod, op.UintDiv, op.UintMod:
		return modelDivide(code, x, y)
	case op.IntShl, op.IntShr, op.UintShr:
		return modelShift(code, x, min(unsigned(y), modelBits)), true
	case op.IntSext8, op.IntSext16, op.IntSext32:
		n := uint(64 - 1<<(code-op.IntSext8))
		return x << n >> n, true
	case op.IntZext8, op.IntZext16, op.IntZext32:
		return x & (1<<(1<<(code-op.IntZext8)) - 1), true
	case op.IntIsZero, op.PtrIsZero:
		return truth(x == 0), true
	case op.IntIsTrue, op.PtrNonzero:
		return truth(x != 0), true
	}
	return modelCompare(code, x, y)
}

func modelDivide(code op.Code, x, y int64) (int64, bool) {
	if y == 0 {
		return 0, false
	}
	switch code {
	case op.IntDiv:
		return wrap(x / y), true
	case op.IntMod:
		return wrap(x % y), true
	case op.UintDiv:
		return wrap(int64(unsigned(x) / unsigned(y))), true
	}
	return wrap(int64(unsigned(x) % unsigned(y))), true
}

func modelShift(code op.Code, x int64, n uint64) int64 {
	switch code {
	case op.IntShl:
		return wrap(x << n)
	case op.IntShr:
		return x >> n
	}
	return wrap(int64(unsigned(x) >> n))
}

func modelCompare(code op.Code, x, y int64) (int64, bool) {
	switch code {
	case op.IntEq, op.PtrEq:
		return truth(x == y), true
	case op.IntNe, op.PtrNe:
		return truth(x != y), true
	case op.IntLt:
		return truth(x < y), true
	case op.IntLe:
		return truth(x <= y), true
	case op.IntGt:
		return truth(x > y), true
	case op.IntGe:
		return truth(x >= y), true
	case op.UintLt:
		return truth(unsigned(x) < unsigned(y)), true
	case op.UintLe:
		return truth(unsigned(x) <= unsigned(y)), true
	case op.UintGt:
		return truth(unsigned(x) > unsigned(y)), true
	case op.UintGe:
		return truth(unsigned(x) >= unsigned(y)), true
	}
	return 0, false
}

// evaluate computes one side of a rule.
func evaluate(p *pattern, slots *[8]int64, do func(op.Code, int64, int64) (int64, bool)) (int64, bool) {
	switch p.kind {
	case anyValue, anyConst:
		return slots[p.slot], true
	case literal:
		return p.bits, true
	case nilRef:
		return 0, true
	case function:
		n := int64(0)
		for c := uint64(slots[p.args[0].slot]); c > 1; c >>= 1 {
			n++
		}
		return n, true
	}
	var args [2]int64
	for i, a := range p.args {
		v, ok := evaluate(a, slots, do)
		if !ok {
			return 0, false
		}
		args[i] = v
	}
	return do(p.code, args[0], args[1])
}

func slotsOf(p *pattern, set map[int]bool) {
	if p == nil {
		return
	}
	if p.kind == anyValue || p.kind == anyConst {
		set[p.slot] = true
	}
	for _, a := range p.args {
		slotsOf(a, set)
	}
}

func conditionHolds(c *compiledRule, slots *[8]int64) bool {
	if c.when == nil {
		return true
	}
	v := slots[c.when.args[0].slot]
	return v > 0 && v&(v-1) == 0
}

func allRules() (list []compiledRule) {
	for _, rules := range compiledRules() {
		list = append(list, rules...)
	}
	return list
}

func isFloatRule(p *pattern) bool {
	if p.kind == operator {
		i := p.code.Info()
		if i.Result == op.Float || i.Args[0] == 'f' {
			return true
		}
	}
	return false
}

// literalScales: 255 is a mask of 8 bits; the model's zext8 keeps one bit.
func literalScales(c *compiledRule) bool { return c.name != "zext8-and" }

// TestRulesExhaustive evaluates both sides of every integer rule on all 8-bit words.
func TestRulesExhaustive(t *testing.T) {
	checked := 0
	for _, c := range allRules() {
		if isFloatRule(c.from) || !literalScales(&c) {
			continue
		}
		checked++
		set := map[int]bool{}
		slotsOf(c.from, set)
		var used []int
		for s := range set {
			used = append(used, s)
		}
		var slots [8]int64
		if bad := exhaust(&c, used, &slots); bad {
			from, _ := evaluate(c.from, &slots, model)
			to, _ := evaluate(c.to, &slots, model)
			t.Errorf("rule %s: %s => %s: with x=%d y=%d z=%d C=%d D=%d: %d, %d", c.name, c.rule.from, c.rule.to,
				slots[0], slots[1], slots[2], slots[6], slots[7], from, to)
		}
	}
	if checked < 60 {
		t.Errorf("only %d rules checked", checked)
	}
}

// exhaust reports whether some assignment of the slots tells the sides apart, and leaves it in slots.
func exhaust(c *compiledRule, used []int, slots *[8]int64) bool {
	if len(used) == 0 {
		from, ok := evaluate(c.from, slots, model)
		if !ok || !conditionHolds(c, slots) {
			return false
		}
		to, ok := evaluate(c.to, slots, model)
		return !ok || from != to
	}
	step := int64(1)
	if len(used) > 2 {
		step = 5 // from end to end
	}
	for v := int64(math.MinInt8); v <= math.MaxInt8; v += step {
		slots[used[0]] = v
		if exhaust(c, used[1:], slots) {
			return true
		}
	}
	return false
}

// TestRulesSampled evaluates both sides of every rule with the real operations on chosen and random words.
func TestRulesSampled(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for _, c := range allRules() {
		for n := 0; n < 3000; n++ {
			var slots [8]int64
			for i := range slots {
				slots[i] = interestingWord(random)
			}
			if isFloatRule(c.from) {
				slots[0], slots[1] = interestingFloat(random), interestingFloat(random)
			}
			if !conditionHolds(&c, &slots) {
				slots[c.when.args[0].slot] = 1 << random.Intn(63)
			}
			from, ok := evaluate(c.from, &slots, real)
			if !ok {
				continue
			}
			to, ok := evaluate(c.to, &slots, real)
			if !ok || from != to {
				t.Errorf("rule %s: %s => %s on %#x: %#x, %#x", c.name, c.rule.from, c.rule.to, slots, from, to)
				break
			}
		}
	}
}

func real(code op.Code, x, y int64) (int64, bool) {
	v, ok := exec.Fold(code, nil, []uint64{uint64(x), uint64(y)}[:len(code.Info().Args)])
	return int64(v), ok
}

func interestingWord(r *rand.Rand) int64 {
	switch r.Intn(4) {
	case 0:
		return int64(r.Intn(5)) - 2
	case 1:
		return int64(1)<<r.Intn(64) - int64(r.Intn(2))
	case 2:
		return int64(int32(r.Uint32()))
	}
	return int64(r.Uint64())
}

func interestingFloat(r *rand.Rand) int64 {
	special := []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, 0.1, 1e-310, 2, -0.25, 0x1p-1022, 0x1p1023}
	if r.Intn(2) == 0 {
		return int64(math.Float64bits(special[r.Intn(len(special))]))
	}
	return int64(r.Uint64())
}

// A product with an exact reciprocal has the bits of the quotient, for every power of two and numbers of all sizes.
func TestExactReciprocal(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	powers := 0
	for e := -1075; e <= 1024; e++ {
		c := math.Ldexp(1, e)
		if e%2 != 0 {
			c = -c
		}
		bits, ok := exactReciprocal(math.Float64bits(c))
		if !ok {
			continue
		}
		powers++
		for range 200 {
			x := math.Float64frombits(uint64(interestingFloat(r)))
			div, mul := math.Float64bits(x/c), math.Float64bits(x*math.Float64frombits(bits))
			if div != mul {
				t.Fatalf("%g / %g is %#x, times the reciprocal %#x", x, c, div, mul)
			}
		}
	}
	if powers != 2045 {
		t.Errorf("%d powers of two have an exact reciprocal", powers)
	}
	for _, x := range []float64{0, 3, 0.1, math.Inf(1), math.NaN(), 0x1p1023, 0x1p-1074} {
		if _, ok := exactReciprocal(math.Float64bits(x)); ok {
			t.Errorf("%g has none", x)
		}
	}
}

// TestRulesNames: names are distinct, and every rule's left side is reachable: its operation is in the table.
func TestRulesNames(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules {
		if seen[r.name] {
			t.Errorf("rule %s stands twice", r.name)
		}
		seen[r.name] = true
	}
}

func TestBadRules(t *testing.T) {
	for _, r := range []rule{
		{name: "unknown operation", from: "int_foo(x)", to: "x"},
		{name: "open", from: "int_add(x, 0", to: "x"},
		{name: "left over", from: "int_add(x, 0) y", to: "x"},
		{name: "no operation", from: "x", to: "x"},
		{name: "bad letter", from: "int_add(x, q)", to: "x"},
	} {
		if _, err := compileRule(&r); err == nil {
			t.Errorf("%s: no error", r.name)
		}
	}
}
