package opt

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"kiln/gc/mem"
	"kiln/jitgen/trace"
)

// Random loops, recorded while they are executed as a tracer would, run unoptimised and optimised. Whenever the
// optimised loop leaves at a guard, by itself or because the test makes it, the interpreter state that its resume data
// yields must be the one the unoptimised loop had at that guard in that iteration: same words, same
// reachable objects. KILN_OPT_SEEDS sets how many loops, KILN_OPT_SEED runs one and prints it.

func TestRandomLoops(t *testing.T) {
	seeds, first := 1000, 0
	if s := os.Getenv("KILN_OPT_SEEDS"); s != "" {
		seeds, _ = strconv.Atoi(s)
	}
	verbose := false
	if s := os.Getenv("KILN_OPT_SEED"); s != "" {
		first, _ = strconv.Atoi(s)
		seeds, verbose = 1, true
	}
	w := newWorld(t)
	total := &randomCounts{}
	for seed := first; seed < first+seeds && !t.Failed(); seed++ {
		c := &randomCase{t: t, w: w, seed: int64(seed), verbose: verbose, counts: total}
		c.check()
	}
	t.Logf("%d loops: %+v", seeds, *total)
	if seeds >= 400 && (total.Peeled < seeds/3 || total.IntoBody < 20) {
		t.Errorf("the random loops do not test much: %+v", *total)
	}
}

type randomCounts struct{ Peeled, Exits, Late, Bridges, IntoBody int }

// randomCase is one random loop, and a bridge from one of its guards.
type randomCase struct {
	t       *testing.T
	w       *world
	seed    int64
	verbose bool
	counts  *randomCounts

	g      *generator
	opt    *Optimizer
	plain  execution         // recorded traces
	fast   execution         // optimised ones
	states map[string]string // of the plain execution, by guard and iteration
	want   stop
	events string
}

var randomConfigs = []string{"all", "all", "all", "all-unroll", "all-heap", "all-virtualize", "none", "all-pure", "all-intbounds", "all-rewrite-guards", "all-dce"}

func (c *randomCase) logf(format string, args ...any) {
	if c.verbose {
		c.t.Logf(format, args...)
	}
}

func (c *randomCase) check() {
	c.g = newGenerator(c.w, c.seed)
	cfg, err := ParseConfig(randomConfigs[int(c.seed)%len(randomConfigs)])
	if err != nil {
		c.t.Fatal(err)
	}
	cfg.ReadHeap = true
	cfg.ExactFailures = c.seed%5 == 2
	if c.seed%4 == 1 {
		cfg.MaxPending = 1
	}
	c.opt = New(c.w.ns.Program, cfg)
	if c.seed%3 == 1 {
		c.opt.maxEntries = 2 + int(c.seed%5)
	}
	c.plain.w, c.fast.w = c.w, c.w
	recorded := c.g.loop()
	c.verify(recorded)
	c.plain.loop = recorded
	res, err := c.opt.Loop(&Input{Trace: recorded})
	if err != nil {
		c.logf("%v", err)
		return
	}
	c.verify(res.Trace)
	c.fast.add(res.Trace)
	if res.Body != nil {
		c.counts.Peeled++
	}
	image := c.w.image
	c.record(recorded, c.g.inputs)
	var exits []stop
	for try := 0; try < 12; try++ {
		if s := c.compare(res.Trace, c.g.inputs, try > 0); s.end == "guard" {
			exits = append(exits, s)
		}
	}
	if len(exits) > 0 && !c.t.Failed() {
		exit := choose(c.g.r, exits)
		var others []stop // the bridge must be right for them as well
		for i := range exits {
			if exits[i].guard == exit.guard && len(others) < 4 {
				others = append(others, exits[i])
			}
		}
		c.bridge(res, exit, others)
	}
	c.w.image = image
}

func (c *randomCase) verify(t *trace.Trace) {
	c.logf("%s", show(t))
	if err := trace.Verify(t); err != nil {
		c.t.Fatalf("seed %d: %v\n%s", c.seed, err, show(t))
	}
}

// record runs recorded code and remembers the state at every guard.
func (c *randomCase) record(t *trace.Trace, inputs []uint64) {
	c.states = map[string]string{}
	c.w.reset()
	c.plain.limit = 4000
	note := func(s *stop) {
		at := s.guard.Snapshot
		c.states[fmt.Sprint(at.PC, " ", s.word(at.Values[0]))] = c.w.state(s)
	}
	c.plain.fails = func(s *stop) bool { note(s); return false }
	c.want = c.plain.run(t, inputs)
	if c.want.end == "guard" {
		note(&c.want)
	}
	c.events = strings.Join(c.w.events, "\n")
	c.logf("plain ends with %q after %d guards, %v", c.want.end, len(c.states), c.events)
}

// compare runs optimised code and compares the state where it leaves.
func (c *randomCase) compare(t *trace.Trace, inputs []uint64, force bool) stop {
	c.w.reset()
	left := -1
	force = force && !c.opt.cfg.ExactFailures
	if force {
		left = c.g.r.Intn(60)
	}
	c.fast.limit = 8000
	c.fast.fails = func(*stop) bool { left--; return force && left == -1 }
	got := c.fast.run(t, inputs)
	if got.end != "guard" {
		if got.end != c.want.end && !force {
			c.t.Errorf("seed %d: unoptimised ends with %q, optimised with %q", c.seed, c.want.end, got.end)
		}
		return got
	}
	c.counts.Exits++
	got.image = append([]byte(nil), mem.Bytes(c.w.base, c.w.free-c.w.base)...)
	events := strings.Join(c.w.events, "\n")
	pc, words := c.w.rebuild(&got)
	if words[0] > 1 {
		c.counts.Late++
	}
	have := pc + ":" + c.w.dump(words, c.g.kindsAt(pc))
	want, ok := c.states[fmt.Sprint(pc, " ", words[0])]
	if !ok {
		c.t.Errorf("seed %d: optimised left at guard %s in iteration %d, where the unoptimised code never was", c.seed, pc, words[0])
	} else if have != want {
		c.t.Errorf("seed %d: state at guard %s\n%s\nwant\n%s", c.seed, pc, have, want)
	}
	if !strings.HasPrefix(c.events, events) {
		c.t.Errorf("seed %d: calls\n%s\nwant\n%s", c.seed, events, c.events)
	}
	return got
}

// bridge records a bridge from an exit of the loop back to its merge point, and compares again from there.
func (c *randomCase) bridge(loop *Result, exit stop, others []stop) {
	c.w.restore(&exit)
	recorded, inputs, live, merge := c.g.bridge(&exit)
	c.verify(recorded)
	if c.seed%2 == 0 {
		merge = nil // there is a guard in the same state just before the jump
	}
	in := &Input{Trace: recorded, Targets: loop.Targets, Live: live, Merge: merge}
	if c.seed%3 > 0 {
		in.From = exit.guard.Descr.(*trace.Guard)
	}
	res, err := c.opt.Bridge(in)
	if err != nil {
		c.logf("%v", err)
		return
	}
	c.verify(res.Trace)
	c.counts.Bridges++
	if res.Jumped == loop.Body && loop.Body != nil {
		c.counts.IntoBody++
	}
	c.record(recorded, inputs)
	for try := 0; try < 6; try++ {
		c.compare(res.Trace, inputs, try > 0)
	}
	for i := range others {
		c.w.restore(&others[i])
		inputs = inputs[:0]
		for _, a := range exit.guard.FailArgs {
			inputs = append(inputs, others[i].values[a])
		}
		c.record(recorded, inputs)
		c.compare(res.Trace, inputs, false)
		c.compare(res.Trace, inputs, true)
	}
}

func mem0(w *world) []byte { return mem.Bytes(w.base, worldSize) }
