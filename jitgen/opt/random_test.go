package opt

import (
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"testing"

	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

// Random loops, recorded while they are executed as a tracer would, run unoptimised and optimised. Whenever the
// optimised loop leaves at a guard, by itself or because the test makes it, the interpreter state that its resume data
// yields must be the one the unoptimised loop had at that guard in that iteration: same words, same
// reachable objects. KILN_OPT_SEEDS sets how many loops, KILN_OPT_SEED runs one and prints it.

const randomDeclarations = `
type Box { val int }
type Node { val int; next ref; box ref }
type Frame { sum int; small uint8; half int16; f32 float32; f float; box ref; node ref; arr ref; boxes ref; fixed int immutable }
array []int of int
array []uint8 of uint8
array []ref of ref
view []int
call opaque() arbitrary
call sum(ref) (int) reads(Frame.sum)
call poke(ref, int) writes(Frame.sum, Box.val)
call hash(int, int) (int, int) elidable
call keep(ref) (ref) collects
call pair(int) (int, int) collects
`

// The types of references in random traces. Those named with a question mark may be nil.
type vtype uint8

const (
	tInt vtype = iota
	tFloat
	tBox
	tNode
	tNodeOrNil
	tFrame
	tInts
	tBytes
	tBoxes
	numTypes
)

func (v vtype) kind() op.Kind {
	switch v {
	case tInt:
		return op.Int
	case tFloat:
		return op.Float
	}
	return op.Ref
}

// world is a small heap with the descriptors of the traces in it.
type world struct {
	ns     *trace.Namespace
	base   uintptr
	free   uintptr
	high   uintptr // memory above it was never used
	start  uintptr // above the objects that exist before a run
	image  []byte  // their contents
	roots  []uint64
	m      exec.Machine
	events []string // calls
}

const worldSize = 1 << 18

func newWorld(t *testing.T) *world {
	w := &world{ns: trace.NewNamespace(nil)}
	if err := w.ns.Declare(randomDeclarations); err != nil {
		t.Fatal(err)
	}
	base, err := mem.Map(worldSize)
	if err != nil {
		t.Fatal(err)
	}
	th, err := mem.Map(thread.Size)
	if err != nil {
		t.Fatal(err)
	}
	w.base, w.free = base, base+16
	w.m = exec.Machine{RT: w, T: (*thread.Thread)(mem.Ptr(th)), Jitted: true}
	return w
}

func (w *world) Program() *descr.Program { return w.ns.Program }

func (w *world) AddRoots(backend.RootWalker) {}

func (w *world) IdentityHash(*thread.Thread, uintptr) int64 { return 1 }

func (w *world) QuasiWrite(*thread.Thread, uintptr, *descr.Field) { panic("nobody watches") }

func (w *world) Alloc(_ *thread.Thread, n int64) uintptr {
	p := w.free
	w.free += uintptr(layout.Round(int(n)))
	if w.free > w.base+worldSize {
		panic("the test's heap is full")
	}
	return p
}

func (w *world) New(t *thread.Thread, id uint32) uintptr {
	p := w.Alloc(t, int64(w.ns.Program.Types[id].ObjectSize(0)))
	*(*uint64)(mem.Ptr(p)) = layout.Header(layout.TypeID(id))
	return p
}

func (w *world) NewArray(t *thread.Thread, id uint32, n int64) uintptr {
	typ := w.ns.Program.Types[id]
	p := w.Alloc(t, int64(typ.ObjectSize(int(n))))
	*(*uint64)(mem.Ptr(p)) = layout.Header(layout.TypeID(id))
	*(*int64)(mem.Ptr(p + uintptr(typ.LenOffset))) = n
	return p
}

func (w *world) field(name string) *descr.Field { return w.ns.Lookup("field", name).(*descr.Field) }
func (w *world) array(name string) *descr.Array { return w.ns.Lookup("array", name).(*descr.Array) }
func (w *world) callDescr(name string) *descr.Call {
	return w.ns.Lookup("call", name).(*descr.Call)
}

// Call runs a function of the traces.
func (w *world) Call(t *thread.Thread, fn int) {
	sum, val := w.field("Frame.sum"), w.field("Box.val")
	root := w.roots[0]
	switch fn {
	case 0: // opaque: changes what it can get at
		w.events = append(w.events, "opaque")
		exec.StoreField(root, sum, exec.LoadField(root, sum)+3)
		box := exec.LoadField(root, w.field("Frame.box"))
		exec.StoreField(box, val, exec.LoadField(box, val)^5)
		arr := exec.LoadField(root, w.field("Frame.arr"))
		exec.StoreItem(arr, 1, w.array("[]int"), exec.LoadItem(arr, 0, w.array("[]int"))+1)
	case 1:
		t.ResI[0] = int64(exec.LoadField(uint64(t.ArgR[0]), sum))
		// No event: a call that only reads may be done once instead of twice.
	case 2:
		obj := uint64(t.ArgR[0])
		exec.StoreField(root, sum, uint64(t.ArgI[0]))
		exec.StoreField(obj, val, exec.LoadField(obj, val)+uint64(t.ArgI[0]))
		w.events = append(w.events, fmt.Sprint("poke ", t.ArgI[0]))
	case 3:
		t.ResI[0], t.ResI[1] = t.ArgI[0]*31+t.ArgI[1], t.ArgI[0]^t.ArgI[1]
	case 5:
		t.ResI[0], t.ResI[1] = t.ArgI[0]+2, t.ArgI[0]*3
		w.events = append(w.events, fmt.Sprint("pair ", t.ArgI[0]))
	case 4:
		t.ResR[0] = t.ArgR[0]
		w.events = append(w.events, "keep")
	}
}

// populate makes the objects that exist before a run: one value of each type per variable.
func (w *world) make(r *rand.Rand, t vtype) uint64 {
	switch t {
	case tInt:
		return uint64(r.Intn(20))
	case tBox:
		p := uint64(w.New(nil, uint32(w.ns.Type("Box").ID)))
		exec.StoreField(p, w.field("Box.val"), uint64(r.Intn(100)))
		return p
	case tNode, tNodeOrNil:
		p := uint64(w.New(nil, uint32(w.ns.Type("Node").ID)))
		exec.StoreField(p, w.field("Node.val"), uint64(r.Intn(100)))
		exec.StoreField(p, w.field("Node.box"), w.make(r, tBox))
		if r.Intn(2) == 0 {
			exec.StoreField(p, w.field("Node.next"), w.make(r, tNode))
		}
		return p
	case tInts, tBytes, tBoxes:
		name := map[vtype]string{tInts: "[]int", tBytes: "[]uint8", tBoxes: "[]ref"}[t]
		p := uint64(w.NewArray(nil, uint32(w.ns.Type(name).ID), 4))
		for i := uint64(0); i < 4; i++ {
			v := uint64(r.Intn(50))
			if t == tBoxes {
				v = w.make(r, tBox)
			}
			exec.StoreItem(p, i, w.array(name), v)
		}
		return p
	case tFrame:
		p := uint64(w.New(nil, uint32(w.ns.Type("Frame").ID)))
		exec.StoreField(p, w.field("Frame.sum"), uint64(r.Intn(100)))
		exec.StoreField(p, w.field("Frame.fixed"), uint64(r.Intn(100)))
		exec.StoreField(p, w.field("Frame.box"), w.make(r, tBox))
		exec.StoreField(p, w.field("Frame.node"), w.make(r, tNode))
		exec.StoreField(p, w.field("Frame.arr"), w.make(r, tInts))
		exec.StoreField(p, w.field("Frame.boxes"), w.make(r, tBoxes))
		return p
	}
	return 0
}

// seal ends the set-up; reset returns to it.
func (w *world) seal() {
	w.start = w.free
	w.image = append([]byte(nil), mem.Bytes(w.base, w.start-w.base)...)
}

func (w *world) reset() {
	copy(mem.Bytes(w.base, w.start-w.base), w.image)
	w.high = max(w.high, w.free)
	if w.high > w.start {
		clear(mem.Bytes(w.start, w.high-w.start))
	}
	w.free, w.events = w.start, nil
}

// dump prints words and all they reach, objects numbered in the order they are met.
func (w *world) dump(words []uint64, kinds []op.Kind) string {
	var b strings.Builder
	at := map[uint64]int{}
	var queue []uint64
	word := func(v uint64, k op.Kind) {
		switch {
		case k != op.Ref:
			fmt.Fprintf(&b, " %#x", v)
		case v == 0:
			b.WriteString(" nil")
		default:
			if _, ok := at[v]; !ok {
				at[v] = len(at)
				queue = append(queue, v)
			}
			fmt.Fprintf(&b, " #%d", at[v])
		}
	}
	for i, v := range words {
		word(v, kinds[i])
	}
	for _, v := range w.roots {
		word(v, op.Ref)
	}
	for i := 0; i < len(queue); i++ {
		p := queue[i]
		t := w.ns.Program.Types[exec.TypeID(p)]
		fmt.Fprintf(&b, "\n#%d %s", i, t.Name)
		for _, l := range w.ns.Program.Locs {
			switch d := l.(type) {
			case *descr.Field:
				if d.Owner == t {
					word(exec.LoadField(p, d), d.Access.Kind)
				}
			case *descr.Array:
				if d.Type == t && d.Of == nil {
					for j := uint64(0); j < exec.Length(p, t); j++ {
						word(exec.LoadItem(p, j, d), d.Access.Kind)
					}
				}
			}
		}
	}
	return b.String()
}

// stop is where a run left a trace.
type stop struct {
	t      *trace.Trace
	guard  *trace.Op
	values []uint64 // by value of the trace
	end    string   // "guard", "panic ...", "steps"
	image  []byte   // memory, where that is kept
}

func (s *stop) word(v trace.Ref) uint64 {
	if v.IsConst() {
		return s.t.Consts.Get(v).Bits
	}
	return s.values[v]
}

// execution runs traces that jump to each other.
type execution struct {
	w      *world
	labels map[*trace.Target]position
	loop   *trace.Trace // where a jump without target goes, to its start
	fails  func(s *stop) bool
	limit  int
}

type position struct {
	t  *trace.Trace
	pc int
}

func (e *execution) add(t *trace.Trace) {
	if e.labels == nil {
		e.labels = map[*trace.Target]position{}
	}
	for i := range t.Ops {
		if d, ok := t.Ops[i].Descr.(*trace.Target); ok && t.Ops[i].Code == op.Label {
			e.labels[d] = position{t, i}
		}
	}
}

// run executes a trace from its first operation. At each guard it asks fails; a guard whose condition does not hold fails
// anyway.
func (e *execution) run(t *trace.Trace, inputs []uint64) (s stop) {
	defer func() {
		if r := recover(); r != nil {
			s.end = fmt.Sprint("panic ", r)
		}
	}()
	enter := func(to *trace.Trace, at []trace.Ref, args []uint64) {
		if s.t != to {
			s.t, s.values = to, make([]uint64, len(to.Kinds))
		}
		for i, v := range at {
			s.values[v] = args[i]
		}
	}
	enter(t, t.Inputs, inputs)
	for pc := 0; ; pc++ {
		if e.limit--; e.limit < 0 {
			return stop{end: "steps"}
		}
		o := &s.t.Ops[pc]
		args := make([]uint64, len(o.Args))
		for i, a := range o.Args {
			args[i] = s.word(a)
		}
		switch {
		case o.Code == op.Label:
		case o.Code == op.Jump:
			if d, ok := o.Descr.(*trace.Target); ok {
				at := e.labels[d]
				enter(at.t, at.t.Ops[at.pc].Args, args)
				pc = at.pc
			} else {
				enter(e.loop, e.loop.Inputs, args)
				pc = -1
			}
		case o.Code.Has(op.Guard):
			s.guard = o
			if !exec.GuardHolds(o.Code, args) || e.fails(&s) {
				s.end = "guard"
				return s
			}
		default:
			if v := exec.Do(&e.w.m, o.Code, o.Descr, args); o.Res != trace.None {
				s.values[o.Res] = v
			}
		}
	}
}

// state is the interpreter state of an unoptimised guard.
func (w *world) state(s *stop) string {
	var words []uint64
	var kinds []op.Kind
	for at := s.guard.Snapshot; at != nil; at = at.Outer {
		for _, v := range at.Values {
			kinds = append(kinds, s.t.Kind(v))
			words = append(words, s.word(v))
		}
	}
	return fmt.Sprintf("%d:%s", s.guard.Snapshot.PC, w.dump(words, kinds))
}

// rebuild is the interpreter state that an optimised guard's resume data yields.
func (w *world) rebuild(s *stop) (string, []uint64) {
	t, o, values := s.t, s.guard, s.values
	data := o.Descr.(*trace.Guard).Data.(*resume.Data)
	objects := make([]uint64, len(data.Virtuals))
	for i, v := range data.Virtuals {
		switch d := v.Descr.(type) {
		case *descr.Size:
			objects[i] = uint64(w.New(nil, uint32(d.Type.ID)))
		case *descr.Array:
			objects[i] = uint64(w.NewArray(nil, uint32(d.Type.ID), int64(v.Length)))
		}
	}
	get := func(s resume.Source) uint64 {
		if i, ok := s.Arg(); ok {
			return values[o.FailArgs[i]]
		}
		if i, ok := s.Virtual(); ok {
			return objects[i]
		}
		r, _ := s.Const()
		return t.Consts.Get(r).Bits
	}
	store := func(obj uint64, loc descr.Location, index, value uint64) {
		switch d := loc.(type) {
		case *descr.Field:
			exec.StoreField(obj, d, value)
		case *descr.Array:
			exec.StoreItem(obj, index, d, value)
		}
	}
	for i, v := range data.Virtuals {
		for f := range v.Fields() {
			store(objects[i], f.Loc, uint64(f.Index), get(f.Value))
		}
	}
	for _, p := range data.Pending {
		index := uint64(0)
		if !p.Index.Dead() {
			index = get(p.Index)
		}
		store(get(p.Object), p.Loc, index, get(p.Value))
	}
	var words []uint64
	for f := data.Top; f != nil; f = f.Outer {
		for _, v := range f.Values {
			words = append(words, get(v))
		}
	}
	return strconv.Itoa(data.Top.PC), words
}

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

// restore makes memory as it was at an exit what runs start with.
func (w *world) restore(s *stop) {
	w.start, w.image = w.base+uintptr(len(s.image)), s.image
	w.reset()
}

func mem0(w *world) []byte { return mem.Bytes(w.base, worldSize) }
