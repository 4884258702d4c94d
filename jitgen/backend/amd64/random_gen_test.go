package amd64

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Random traces without heap.

// generator makes random traces of operations without heap. The same seed makes the same trace: the
// backends keep state in descriptors, so each gets its own.
type generator struct {
	r      *rand.Rand
	t      *trace.Trace
	live   [4][]trace.Ref // values by kind
	guards []*trace.Guard
	calls  []*descr.Call

	loop    *trace.Trace // the loop, when t is a bridge
	bridges []*trace.Trace
	targets []*trace.Target

	heap *heapPart // nil: no references
}

var interesting = []int64{0, 1, 2, 3, 7, 8, -1, -2, 63, 64, 65, 127, 128, 255, -128, 1 << 31, 1<<31 - 1, -1 << 31, 1 << 32, 1<<63 - 1, -1 << 63, 0x123456789abcdef}
var interestingF = []float64{0, math.Copysign(0, -1), 1, -1, 0.5, 1e300, -1e300, math.Inf(1), math.Inf(-1), 1 << 62, 1 << 63, 1.5e19, -3.7, math.MaxFloat64}

func (g *generator) constant(k op.Kind) trace.Ref {
	if k == op.Float {
		return g.t.Consts.Intern(trace.Const{Kind: op.Float, Bits: math.Float64bits(g.floatValue())})
	}
	return g.t.Int(g.intValue())
}

func (g *generator) intValue() int64 {
	if g.r.IntN(3) == 0 {
		return int64(g.r.Uint64())
	}
	return interesting[g.r.IntN(len(interesting))]
}

func (g *generator) floatValue() float64 {
	if g.r.IntN(3) == 0 {
		return g.r.NormFloat64() * 1000
	}
	return interestingF[g.r.IntN(len(interestingF))]
}

// value picks an operand: mostly recent values, sometimes old ones, sometimes constants.
func (g *generator) value(k op.Kind) trace.Ref {
	if k == op.Ref {
		return g.object()
	}
	l := g.live[k]
	if len(l) == 0 || g.r.IntN(6) == 0 {
		return g.constant(k)
	}
	if g.r.IntN(2) == 0 {
		return l[len(l)-1-g.r.IntN(min(4, len(l)))]
	}
	return l[g.r.IntN(len(l))]
}

func (g *generator) add(code op.Code, d descr.Descr, args ...trace.Ref) trace.Ref {
	res := g.t.Add(code, d, args...).Res
	if res >= 0 {
		k := g.t.Kinds[res]
		g.live[k] = append(g.live[k], res)
	}
	return res
}

var pureCodes = func() (out []op.Code) {
	for c := op.IntAdd; c <= op.SameAsF; c++ {
		switch c {
		case op.PtrEq, op.PtrNe, op.PtrIsZero, op.PtrNonzero, op.SameAsR, op.FloatBits, op.FloatBits32:
			// no references here; bits of a NaN depend on the order of operands
		default:
			out = append(out, c)
		}
	}
	return out
}()

func (g *generator) pure() {
	code := pureCodes[g.r.IntN(len(pureCodes))]
	var args []trace.Ref
	for _, k := range code.Info().Args {
		kind, _ := op.KindOf(byte(k))
		args = append(args, g.value(kind))
	}
	switch code {
	case op.IntDiv, op.IntMod, op.UintDiv, op.UintMod:
		if args[1].IsConst() {
			if g.t.Consts.Get(args[1]).Bits == 0 {
				args[1] = g.t.Int(-1)
			}
		} else {
			args[1] = g.add(op.IntOr, nil, args[1], g.t.Int(1))
		}
	}
	g.add(code, nil, args...)
}

var compares = []op.Code{op.IntEq, op.IntNe, op.IntLt, op.IntLe, op.IntGt, op.IntGe, op.UintLt, op.UintLe, op.UintGt, op.UintGe,
	op.IntIsZero, op.IntIsTrue, op.FloatEq, op.FloatNe, op.FloatLt, op.FloatLe, op.FloatGt, op.FloatGe}

func (g *generator) guard() {
	d := &trace.Guard{ID: len(g.guards)}
	var o *trace.Op
	switch g.r.IntN(12) {
	case 2, 3, 4, 5, 6, 7: // mostly guards that hold, or no trace would run to its end
		code, kind, want := op.IntEq, op.Int, op.GuardFalse
		if g.r.IntN(3) == 0 {
			code, kind = op.FloatEq, op.Float
		}
		if g.r.IntN(2) == 0 {
			code, want = op.Negated(code), op.GuardTrue
		}
		x := g.t.Add(code, nil, g.value(kind), g.constant(kind)).Res
		o = g.t.Add(want, d, x)
	case 0:
		o = g.t.Add(op.GuardValueI, d, g.value(op.Int), g.constant(op.Int))
	case 1:
		o = g.t.Add(op.GuardValueF, d, g.value(op.Float), g.constant(op.Float))
	default:
		code := compares[g.r.IntN(len(compares))]
		kind, _ := op.KindOf(code.Info().Args[0])
		args := []trace.Ref{g.value(kind)}
		if len(code.Info().Args) == 2 {
			args = append(args, g.value(kind))
		}
		if g.r.IntN(5) == 0 && kind == op.Int && len(args) == 1 {
			args[0] = g.add(op.IntAnd, nil, args[0], g.value(op.Int))
		}
		x := g.t.Add(code, nil, args...).Res
		if g.r.IntN(3) == 0 {
			g.live[op.Int] = append(g.live[op.Int], x)
		}
		want := op.GuardTrue
		if g.r.IntN(2) == 0 {
			want = op.GuardFalse
		}
		o = g.t.Add(want, d, x)
	}
	g.failArgs(o, d, g.existing(8))
	g.guards = append(g.guards, d)
}

// failArgs sets the values among refs as fail arguments.
func (g *generator) failArgs(o *trace.Op, d *trace.Guard, refs []trace.Ref) {
	for _, r := range refs {
		if r >= 0 && !slices.Contains(o.FailArgs, r) {
			o.FailArgs = append(o.FailArgs, r)
			d.Kinds = append(d.Kinds, g.t.Kind(r))
		}
	}
}

func (g *generator) some(n int) (out []trace.Ref) {
	for range g.r.IntN(n) {
		out = append(out, g.value(g.anyKind()))
	}
	return out
}

// existing is some without making new objects.
func (g *generator) existing(n int) (out []trace.Ref) {
	for range g.r.IntN(n) {
		if l := g.live[g.anyKind()]; len(l) > 0 {
			out = append(out, l[g.r.IntN(len(l))])
		}
	}
	return out
}

func (g *generator) anyKind() op.Kind {
	switch x := g.r.IntN(6); {
	case x < 2:
		return op.Float
	case x < 4 && g.heap != nil:
		return op.Ref
	}
	return op.Int
}

// call calls function 0 or 1 of mixRuntime.
func (g *generator) call() {
	args := g.some(6)
	d := &descr.Call{Results: []op.Kind{op.Int, op.Float, op.Float, op.Float}}
	for _, r := range args {
		d.Args = append(d.Args, g.t.Kind(r))
	}
	fn := g.t.Int(0)
	code := op.CallI
	if g.r.IntN(2) == 0 {
		fn, code = g.t.Int(1), op.CallF
		d.Results[0] = op.Float
	}
	if g.r.IntN(3) == 0 {
		fn = g.add(op.IntAnd, nil, g.value(op.Int), g.t.Int(0))
		code, d.Results[0] = op.CallI, op.Int
	}
	g.add(code, d, append([]trace.Ref{fn}, args...)...)
	if g.r.IntN(2) == 0 {
		g.add(op.GetResultF, nil, g.t.Int(int64(g.r.IntN(3))))
		g.add(op.GetResultF, nil, g.t.Int(int64(g.r.IntN(3))))
	}
}

// body adds n operations.
func (g *generator) body(n int) {
	for range n {
		if g.heap != nil && g.r.IntN(2) == 0 {
			g.heapOp()
			continue
		}
		switch x := g.r.IntN(20); {
		case x < 3:
			g.guard()
		case x < 4:
			g.call()
		default:
			g.pure()
		}
	}
}

// label starts a new section whose values are args.
func (g *generator) label(target *trace.Target, args []trace.Ref) {
	g.t.Add(op.Label, target, args...)
	g.targets = append(g.targets, target)
	g.forget()
	for _, r := range args {
		k := g.t.Kinds[r]
		target.Kinds = append(target.Kinds, k)
		g.live[k] = append(g.live[k], r)
	}
}

// loopTrace is [label; body; label;] body; jump. The first value counts down, and leaves the loop at 0.
func randomLoop(seed uint64, heap *heapPart) *generator {
	g := &generator{r: rand.New(rand.NewPCG(seed, 7)), heap: heap}
	var kinds []op.Kind
	kinds = append(kinds, op.Int)
	for range g.r.IntN(14) {
		kinds = append(kinds, op.Int)
	}
	for range g.r.IntN(18) {
		kinds = append(kinds, op.Float)
	}
	if heap != nil {
		for range g.r.IntN(14) {
			kinds = append(kinds, op.Ref)
		}
	}
	g.t = trace.New(fmt.Sprintf("random%d", seed), g.pool(), kinds...)
	g.loop = g.t
	entry := &trace.Target{ID: 1}
	g.label(entry, g.t.Inputs)
	g.rest(entry, g.t.Inputs)
	return g
}

// bridge is a random trace from the fail arguments of a guard. It may go to any label of the loop and its bridges.
func (g *generator) bridge(seed uint64, from *trace.Guard) *trace.Trace {
	g.r = rand.New(rand.NewPCG(seed, 8))
	g.t = trace.New(fmt.Sprintf("bridge%d", seed), g.pool(), from.Kinds...)
	g.bridges = append(g.bridges, g.t)
	g.forget()
	for i, k := range from.Kinds {
		g.live[k] = append(g.live[k], trace.Ref(i))
	}
	old := g.targets[g.r.IntN(len(g.targets))]
	if g.r.IntN(3) == 0 {
		g.rest(nil, g.t.Inputs)
	} else {
		g.body(g.r.IntN(20))
		var args []trace.Ref
		for _, k := range old.Kinds {
			args = append(args, g.value(k))
		}
		g.t.Add(op.Jump, old, args...)
	}
	return g.t
}

// rest is [body; label;] body; jump or finish. The first of args counts down.
func (g *generator) rest(target *trace.Target, args []trace.Ref) {
	if len(args) == 0 || g.t.Kinds[args[0]] != op.Int {
		args, target = append([]trace.Ref{g.add(op.IntAnd, nil, g.value(op.Int), g.t.Int(3))}, args...), nil
	}
	if target == nil || g.r.IntN(3) == 0 {
		g.body(g.r.IntN(20))
		target = &trace.Target{ID: len(g.targets) + 1}
		seen := map[trace.Ref]bool{args[0]: true}
		args = args[:1:1]
		for range g.r.IntN(12) {
			k := g.anyKind()
			if v := g.value(k); v >= 0 && !seen[v] {
				seen[v] = true
				args = append(args, v)
			}
		}
		g.label(target, args)
	}
	g.body(1 + g.r.IntN(40))
	if g.r.IntN(4) == 0 {
		g.t.Add(op.Finish, nil, g.some(10)...)
		return
	}
	d := &trace.Guard{ID: len(g.guards)}
	n := g.add(op.IntSub, nil, args[0], g.t.Int(1))
	x := g.t.Add(op.IntGt, nil, n, g.t.Int(0)).Res
	o := g.t.Add(op.GuardTrue, d, x)
	g.failArgs(o, d, append(g.existing(20), n))
	g.guards = append(g.guards, d)
	jump := []trace.Ref{n}
	for _, r := range args[1:] {
		if g.r.IntN(3) == 0 {
			jump = append(jump, r)
		} else {
			jump = append(jump, g.value(g.t.Kinds[r]))
		}
	}
	g.t.Add(op.Jump, target, jump...)
}
