package tracegen

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"kiln/gc"
	"kiln/jitgen/backend"
	"kiln/jitgen/backend/ref"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Generator makes cases. It keeps a world of its own, on which the case runs while it is made.
type Generator struct {
	w     *World
	side  *Side
	cases int // in this world

	rng        *rand.Rand
	c          *Case
	labels     map[*trace.Target][]fact
	guards     map[int][]fact // of the fail arguments
	bridged    map[int]bool
	entries    [][]fact // of the loops
	loop       int      // the loop being made, or whose bridge is
	nextGuard  int
	nextTarget int

	// The trace being made.
	t    *trace.Trace
	vals []val // in scope
	fuel int   // index in vals of what counts down to the end
	m    exec.Machine
	// recording leaves guards without numbers and labels; see recorded.go.
	recording bool
}

// val is a value in scope, with what is known of it and what it is now.
type val struct {
	ref trace.Ref
	fact
	word uint64
}

// NewGenerator makes a generator; use it for many cases.
func NewGenerator() *Generator {
	g := &Generator{side: RefSide()}
	g.newWorld()
	return g
}

// newWorld starts afresh, now and then: a world keeps all code that was ever compiled in it.
func (g *Generator) newWorld() {
	g.w, g.cases = NewWorld(gc.Config{}), 0
	g.w.be, _ = g.side.New(g.w)
	g.m = exec.Machine{RT: g.w, T: g.w.Thread, Jitted: true}
	g.w.Heap.AddRoots(g)
}

// begin prepares for a case.
func (g *Generator) begin(seed, stream uint64, configs ...string) {
	if g.cases++; g.cases > maxUses {
		g.newWorld()
	}
	g.rng = rand.New(rand.NewPCG(seed, stream))
	g.c = &Case{Seed: seed, GC: configs[seed%uint64(len(configs))]}
	g.w.Reset(seed)
}

// RefSide executes with backend/ref.
func RefSide() *Side {
	return &Side{Name: "ref", New: func(rt backend.Runtime) (backend.Backend, error) {
		b := ref.New(rt, backend.Options{})
		b.MaxSteps = 1_000_000
		return b, nil
	}}
}

// WalkRoots visits the values of the trace being made.
func (g *Generator) WalkRoots(visit func(*uintptr)) {
	for i := range g.vals {
		if v := &g.vals[i]; v.kind == op.Ref {
			at := uintptr(v.word)
			visit(&at)
			v.word = uint64(at)
		}
	}
}

// Case makes the case of a seed.
func (g *Generator) Case(seed uint64) *Case {
	g.begin(seed, 2, "stress=0", "stress=1,verify=on", "stress=3,verify=on", "nursery=16K")
	g.labels, g.guards, g.bridged, g.entries = map[*trace.Target][]fact{}, map[int][]fact{}, map[int]bool{}, nil
	g.nextGuard, g.nextTarget = 0, 0
	for range 1 + g.rng.IntN(2) {
		g.makeLoop()
	}
	for range 3 + g.rng.IntN(8) {
		g.makeRun()
		if g.rng.IntN(25) == 0 {
			g.invalidate()
		}
	}
	g.vals = g.vals[:0]
	return g.c
}

func (g *Generator) add(item string) { g.c.Items = append(g.c.Items, item) }

// install puts the finished trace into the case and compiles it.
func (g *Generator) install() {
	text := g.printer().Print(g.t)
	g.add(text)
	if err := trace.Verify(g.t); err != nil {
		panic(fmt.Sprintf("tracegen: %v\n%s", err, text))
	}
	g.vals = g.vals[:0]
	if err := g.w.compile(text, g.side); err != nil {
		panic(fmt.Sprintf("tracegen: %v\n%s", err, text))
	}
}

func (g *Generator) printer() trace.Printer { return trace.Printer{Names: g.w.Names} }

func (g *Generator) invalidate() {
	n := g.rng.IntN(len(g.entries))
	g.w.be.Invalidate(g.w.loops[n])
	g.add(fmt.Sprintf("invalidate %d\n", n))
}

// arguments chooses arguments of a run for a loop's entry, as text.
func (g *Generator) arguments(facts []fact) []string {
	var words []string
	for i, f := range facts {
		switch {
		case i == 0:
			words = append(words, strconv.Itoa(1+g.rng.IntN(25)))
		case f.kind == op.Int:
			words = append(words, strconv.FormatInt(randomInt(g.rng), 10))
		case f.kind == op.Float:
			words = append(words, floatWord(randomFloat(g.rng)))
		case !f.nonnil && g.rng.IntN(5) == 0:
			words = append(words, "null")
		default:
			words = append(words, g.fixtureFor(f))
		}
	}
	return words
}

func floatWord(f float64) string {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(s, ".eIN") {
		s += ".0"
	}
	return s
}

func (g *Generator) fixtureFor(f fact) string {
	for {
		if x := fixtures[g.rng.IntN(len(fixtures))]; x.shape.is(f.shape) {
			return x.name
		}
	}
}

// emit adds an operation and executes it; it returns the operand of the result.
func (g *Generator) emit(code op.Code, d descr.Descr, f fact, args ...trace.Ref) trace.Ref {
	words := make([]uint64, len(args))
	for i, r := range args {
		words[i] = g.word(r)
	}
	res := g.execute(code, d, words)
	o := g.t.Add(code, d, args...)
	if o.Res != trace.None {
		g.vals = append(g.vals, val{o.Res, f, res})
	}
	return o.Res
}

// execute runs an operation. A function that panics (compiled code under reenter) is taken to return 0.
func (g *Generator) execute(code op.Code, d descr.Descr, words []uint64) (res uint64) {
	g.w.making = true
	defer func() {
		g.w.making = false
		if r := recover(); r != nil {
			if !code.Has(op.Call) {
				panic(r)
			}
			g.w.saved, g.w.depth = g.w.saved[:0], 0
		}
	}()
	return exec.Do(&g.m, code, d, words)
}

func (g *Generator) word(r trace.Ref) uint64 {
	if r.IsConst() {
		return g.t.Consts.Get(r).Bits
	}
	return g.val(r).word
}

func (g *Generator) val(r trace.Ref) *val {
	for i := range g.vals {
		if g.vals[i].ref == r {
			return &g.vals[i]
		}
	}
	panic("tracegen: value out of scope")
}

// guard adds a guard whose fail arguments are some of the values in scope, with what is known of them before it.
func (g *Generator) guard(code op.Code, args ...trace.Ref) {
	if g.recording {
		g.t.Add(code, nil, args...)
		return
	}
	id := g.nextGuard
	g.nextGuard++
	o := g.t.Add(code, g.w.Names.Guard(id), args...)
	desc := o.Descr.(*trace.Guard)
	desc.Kinds = nil
	var facts []fact
	for _, v := range g.someVals(14) {
		facts = append(facts, v.fact)
		desc.Kinds = append(desc.Kinds, v.kind)
		o.FailArgs = append(o.FailArgs, v.ref)
	}
	g.guards[id] = facts
}

func (g *Generator) int(n int64) trace.Ref { return g.t.Int(n) }

func (g *Generator) float(f float64) trace.Ref {
	return g.t.Consts.Intern(trace.Const{Kind: op.Float, Bits: math.Float64bits(f)})
}

// find is an operand of which f is known: a value in scope, a constant, or a new value.
func (g *Generator) find(f fact) trace.Ref {
	if g.rng.IntN(5) > 0 {
		for _, i := range g.rng.Perm(len(g.vals)) {
			if g.vals[i].implies(f) {
				return g.vals[i].ref
			}
		}
	}
	return g.fresh(f)
}

// fresh is a constant or a new value of which f is known.
func (g *Generator) fresh(f fact) trace.Ref {
	switch f.kind {
	case op.Int:
		switch {
		case f.boolean:
			return g.int(int64(g.rng.IntN(2)))
		case f.small && f.nonzero:
			return g.int(int64(1 + g.rng.IntN(minLen-1)))
		case f.small && g.rng.IntN(2) == 0:
			return g.emit(op.IntAnd, nil, f, g.find(fact{kind: op.Int}), g.int(minLen-1))
		case f.small:
			return g.int(int64(g.rng.IntN(minLen)))
		case f.nonzero && g.rng.IntN(2) == 0:
			return g.emit(op.IntOr, nil, f, g.find(fact{kind: op.Int}), g.int(1))
		}
		n := randomInt(g.rng)
		if f.nonzero && n == 0 {
			n = -1
		}
		return g.int(n)
	case op.Float:
		if f.number && g.rng.IntN(2) == 0 {
			return g.emit(op.CastIntToFloat, nil, f, g.find(fact{kind: op.Int}))
		}
		return g.float(randomFloat(g.rng))
	}
	if !f.nonnil && g.rng.IntN(3) == 0 {
		return g.t.Consts.Intern(trace.Const{Kind: op.Ref})
	}
	if r, ok := g.constantObject(f); ok && g.rng.IntN(3) == 0 {
		return r
	}
	return g.newObject(f.shape)
}

// constantObject is an immortal object.
func (g *Generator) constantObject(f fact) (trace.Ref, bool) {
	for _, i := range g.rng.Perm(len(fixtures)) {
		x := fixtures[i]
		if x.immortal && (fact{kind: op.Ref, shape: x.shape, nonnil: true, exact: true}).implies(f) {
			return g.t.Consts.Intern(trace.Const{Kind: op.Ref, Bits: g.w.named[i]}), true
		}
	}
	return 0, false
}

func (g *Generator) newObject(s shape) trace.Ref {
	f := fact{kind: op.Ref, shape: s, nonnil: true, exact: true}
	t := g.w.typ(s)
	if !t.IsArray() {
		return g.emit(op.New, g.w.Names.Lookup("size", t.Name), f)
	}
	length := g.int(int64(minLen + g.rng.IntN(6)))
	if g.rng.IntN(3) == 0 {
		length = g.emit(op.IntAdd, nil, fact{kind: op.Int, nonzero: true}, g.find(fact{kind: op.Int, small: true}), g.int(minLen))
	}
	return g.emit(op.NewArray, g.w.Names.Lookup("array", t.Name), f, length)
}
