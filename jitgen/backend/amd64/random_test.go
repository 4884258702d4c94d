package amd64

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/backend/ref"
	"kiln/jitgen/gcrewrite"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

var randomTraces = flag.Int("traces", 2000, "number of random traces to compare with backend/ref")
var firstSeed = flag.Uint64("seed", 1, "seed of the first random trace")

// mixRuntime's functions mix all their arguments into their results.
func mixRuntime() *fakeRuntime {
	mix := func(t *thread.Thread) (sum int64) {
		for i, v := range t.ArgI[:8] {
			sum = sum*31 + v*int64(i+1)
		}
		for i := range t.ArgI[:8] {
			t.ArgI[i] = 0 // unused slots would hold old values
		}
		for i, v := range t.ArgF[:8] {
			if v == v && math.Abs(v) < 1e9 {
				sum = sum*31 + int64(v*16)
			}
			t.ArgF[i] = 0
			if i < 3 {
				t.ResF[i] = float64(sum%1000) * 0.25
			}
		}
		return sum
	}
	return &fakeRuntime{funcs: []func(*thread.Thread){
		func(t *thread.Thread) { t.ResI[0] = mix(t) },
		func(t *thread.Thread) { t.ResF[0] = float64(mix(t) % 100000) },
	}}
}

func randomInputs(seed uint64, kinds []op.Kind, refs []trace.Ref) (out []uint64) {
	g := &generator{r: rand.New(rand.NewPCG(seed, 99))}
	for i := range refs {
		switch {
		case i == 0:
			out = append(out, uint64(g.r.IntN(5)+1))
		case kinds[i] == op.Float:
			out = append(out, math.Float64bits(g.floatValue()))
		case kinds[i] == op.Ref:
			out = append(out, refInput|uint64(g.r.IntN(numObjects)))
		default:
			out = append(out, uint64(g.intValue()))
		}
	}
	return out
}

// sameWord compares words; NaNs are all the same.
func sameWord(k op.Kind, a, b uint64) bool {
	x, y := math.Float64frombits(a), math.Float64frombits(b)
	return a == b || k == op.Float && x != x && y != y
}

// pair runs the same traces on both backends.
type pair struct {
	t      *testing.T
	a      *Backend
	r      *ref.Backend
	th     *thread.Thread
	thr    *thread.Thread // of the reference backend
	ga, gr *generator
	la, lr *backend.Loop
	ha, hr *heapRuntime // nil without heap
	// bridged guards, by ID.
	bridged map[int]bool
	exitCounts
}

// exitCounts are exits of the reference backend, for the log.
type exitCounts struct{ finished, lastGuard, early, bridges int }

func newPair(t *testing.T, opts backend.Options) *pair {
	rt := mixRuntime()
	a, err := New(rt, opts)
	if err != nil {
		t.Fatal(err)
	}
	nestInCalls(t, a, rt.funcs)
	p := &pair{t: t, a: a, r: ref.New(mixRuntime(), backend.Options{}), th: newThread(t)}
	p.thr = p.th
	p.r.MaxSteps = 20000
	return p
}

// nestInCalls makes every call run another loop first: its frame must not overlap the caller's.
func nestInCalls(t *testing.T, a *Backend, funcs []func(*thread.Thread)) {
	tr, _ := sumLoop()
	nested := compileLoop(t, a, tr)
	for i, f := range funcs {
		funcs[i] = func(th *thread.Thread) {
			a.Execute(th, nested, []uint64{0, 2, 0x0bad})
			f(th)
		}
	}
}

func (p *pair) fail(seed uint64, format string, args ...any) {
	p.t.Helper()
	p.t.Errorf("seed %d: %s\n%v", seed, fmt.Sprintf(format, args...), p.gr.loop)
	for _, b := range p.gr.bridges {
		p.t.Logf("bridge\n%v", b)
	}
}

// load makes and compiles the trace of a seed.
func (p *pair) load(seed uint64) bool {
	p.ga, p.gr = randomLoop(seed, newHeapPart(p.ha)), randomLoop(seed, newHeapPart(p.hr))
	p.la = &backend.Loop{Entry: p.ga.t.Ops[0].Descr.(*trace.Target)}
	p.lr = &backend.Loop{Entry: p.gr.t.Ops[0].Descr.(*trace.Target)}
	p.la.Kinds = p.la.Entry.Kinds
	p.lr.Kinds = p.la.Kinds
	p.bridged = map[int]bool{}
	if err := p.r.CompileLoop(p.lr, p.gr.t); err != nil {
		p.t.Fatal(err)
	}
	if err := p.a.CompileLoop(p.la, gcrewrite.New().Rewrite(p.ga.t)); err != nil {
		p.fail(seed, "%v", err)
		return false
	}
	return true
}

// run compares one execution. ok is false if the trace does not end; then nothing was run on amd64.
func (p *pair) run(seed uint64, args []uint64) (e *backend.Exit, ok bool) {
	defer func() {
		if x := recover(); x != nil {
			if _, endless := x.(*ref.StepsError); !endless {
				p.fail(seed, "panic %v", x)
				panic(x)
			}
		}
	}()
	for _, t := range []*thread.Thread{p.th, p.thr} { // an endless run leaves arguments behind
		clear(t.ArgI[:])
		clear(t.ArgF[:])
	}
	er := p.r.Execute(p.thr, p.lr, p.gr.bind(args))
	switch {
	case er.Kind == backend.ExitFinish:
		p.finished++
	case er.Guard.ID == len(p.gr.guards)-1:
		p.lastGuard++
	default:
		p.early++
	}
	ea := p.a.Execute(p.th, p.la, p.ga.bind(args))
	if diff := p.differ(ea, er); diff != "" {
		p.fail(seed, "args %x: %s", args, diff)
		return er, false
	}
	return er, true
}

// bridge attaches a random bridge to the guard that failed.
func (p *pair) bridge(seed uint64, id int) bool {
	if p.bridged[id] {
		return true
	}
	p.bridged[id] = true
	p.bridges++
	ga, gr := p.ga.guards[id], p.gr.guards[id]
	ba, br := p.ga.bridge(seed, ga), p.gr.bridge(seed, gr)
	if err := p.r.CompileBridge(gr, p.lr, br); err != nil {
		p.t.Fatal(err)
	}
	if err := p.a.CompileBridge(ga, p.la, gcrewrite.New().Rewrite(ba)); err != nil {
		p.fail(seed, "%v", err)
		return false
	}
	return true
}

func (p *pair) seed(seed uint64) {
	ok := p.load(seed)
	defer func() { p.ga.drop(); p.gr.drop() }()
	if !ok {
		return
	}
	if seed%8 != 0 { // most code is freed, so that the next is made in the gaps
		defer p.a.Release(p.la)
	}
	for n := range uint64(8) {
		args := randomInputs(seed*8+n, p.ga.loop.Kinds, p.ga.loop.Inputs)
		e, ok := p.run(seed, args)
		if !ok || e.Kind == backend.ExitGuard && !p.bridge(seed*8+n, e.Guard.ID) {
			return
		}
	}
}

func TestRandomTraces(t *testing.T) {
	p := newPair(t, backend.Options{})
	for seed := range uint64(*randomTraces) {
		p.seed(*firstSeed + seed)
		if t.Failed() {
			return
		}
	}
	t.Logf("exits: %d finished, %d at the last guard, %d earlier; %d bridges", p.finished, p.lastGuard, p.early, p.bridges)
}

func (p *pair) differ(a, r *backend.Exit) string {
	if a.Kind != r.Kind || (a.Guard == nil) != (r.Guard == nil) || a.Guard != nil && a.Guard.ID != r.Guard.ID {
		return fmt.Sprintf("left at %v %v, ref at %v %v", a.Kind, a.Guard, r.Kind, r.Guard)
	}
	seen := map[uint64]uint64{}
	for i := range r.Values {
		if r.Kinds[i] == op.Ref {
			if diff := sameObject(p.ha, p.hr, a.Values[i], r.Values[i], seen); diff != "" {
				return fmt.Sprintf("%v %v value %d: %s", a.Kind, a.Guard, i, diff)
			}
			continue
		}
		if !sameWord(r.Kinds[i], a.Values[i], r.Values[i]) {
			return fmt.Sprintf("%v %v value %d (%v): %#x, ref %#x", a.Kind, a.Guard, i, r.Kinds[i], a.Values[i], r.Values[i])
		}
	}
	return ""
}
