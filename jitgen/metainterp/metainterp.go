// Package metainterp is the tracer: it executes jitcode concretely, through package exec, and records
// what it does into a trace.
//
// Input: the greens and reds of a merge point in the argument slots of a thread (TraceLoop), or resume
// data and fail arguments of a guard (TraceBridge). Output: a Recording: a trace that ends in a Jump or
// Finish, with the program's state in the thread's slots; or the reason why recording was given up, with the
// state in frames that HandOver gives to the blackhole interpreter. Either way the program has advanced
// exactly as if it had been interpreted.
//
// A register holds a word and a box: the operand of the trace that computes the same word. A constant that
// has not been used yet has the box trace.None; it gets its operand when an operation needs it. What only
// has constant operands is executed and not recorded. Greens are promoted at merge points.
//
// Guards resume at the instruction they belong to, which is executed again: so every handler records its
// guards before it changes any register, and gives up (Reason) before it has had any effect.
//
// GC: words are in register stacks registered as roots; constants in the trace's pool, which is walked
// while recording. A word copied into a Go variable is dead after an operation that may collect.
//
// Imports exec, jitcode, trace, resume, blackhole (register stacks); linked into translated binaries. Must not
// import opt or a backend's implementation.
package metainterp

import (
	"kiln/gc/layout"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/blackhole"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Runtime is what recording needs of the program.
type Runtime interface {
	backend.Runtime
	// KeepStill moves the object to the non-moving space and updates *obj and all roots. May collect.
	KeepStill(t *thread.Thread, obj *uintptr)
	// Still says that an object neither moves nor dies. True of nil.
	Still(obj uintptr) bool
	// Young says that the next collection moves an object, if it is alive.
	Young(obj uintptr) bool
}

// Hooks is what recording asks about compiled code.
type Hooks interface {
	// Compiled says whether there is compiled code to jump to for the driver's merge point with these greens.
	Compiled(driver int, greens []uint64) bool
	// Loops says whether that code is a loop from there back to there.
	Loops(driver int, greens []uint64) bool
	// Inline says whether a call of the portal that comes to the merge point first is traced through.
	Inline(driver int, greens []uint64, at Nesting) bool
	// NeverInline makes Inline say no from now on.
	NeverInline(driver int, greens []uint64)
	// UnrollOneIteration says whether a loop that begins at the merge point, in a call traced through, is traced through once.
	UnrollOneIteration(driver int, greens []uint64) bool
	// Place is what the program calls the position of the merge point, for logs.
	Place(driver int, greens []uint64) string
	// Token is the token of the merge point's code, which may not exist yet.
	Token(driver int, greens []uint64) *trace.Token
	// RunPortal runs the portal from the merge point whose variables are in the argument slots to its end; the results
	// are in the result slots. May collect, and raise a Go panic.
	RunPortal(t *thread.Thread, driver int)
	// Watch asks whether a trace may rely on a quasi-immutable field of an object that does not move. If so, it hears of
	// every store to the field from now on, by Invalidate.
	Watch(obj uintptr, field *descr.Field) bool
}

// Nesting says where in a trace a call of a portal is.
type Nesting struct {
	Portals int // calls of portals that it is in, those in progress when a bridge started among them
	Same    int // of the same merge point, traced through since the trace started
	Ops     int // operations recorded so far
}

// Config bounds recording.
type Config struct {
	Limit     int  // operations of a trace; at the next merge point it is cut off
	Recursion int  // frames of the same function; deeper calls stay residual
	Depth     int  // frames
	Inline    bool // trace through calls of portals
	// Notes records a DebugMergePoint at every merge point. They are for logs only and cost time.
	Notes bool
}

// DefaultConfig is the configuration of production.
var DefaultConfig = Config{Limit: 6000, Recursion: 7, Depth: 64, Inline: true}

// End says how a recording ended.
type End uint8

const (
	// EndLoop: back at a merge point of the trace; it ends in a Jump to its own start.
	EndLoop End = iota
	// EndJump: at a merge point with compiled code; it ends in a Jump there.
	EndJump
	// EndFinish: the portal returned; results are in the result slots.
	EndFinish
	// EndSegment: too long, and cut off at a merge point: it ends in a guard that always fails. The state is in frames
	// that HandOver gives to the blackhole interpreter.
	EndSegment
	// EndAbort: given up for Reason. The trace is of no use.
	EndAbort
)

// Recording is the result of tracing.
type Recording struct {
	End    End
	Reason Reason
	Trace  *trace.Trace
	// Driver and Greens are the merge point that EndLoop and EndJump ended at: greens and reds are in the
	// argument slots, with RefArgs set. For EndLoop it is also the start of Trace.
	Driver int
	Greens []uint64
	Pos    descr.Pos // where it ended
	Steps  int       // instructions executed
	// Calls is the number of portal calls traced through.
	Calls int
	// Blamed: given up as too long because of a call traced through, which will not be again.
	Blamed bool
	Func   string // function in which it ended
}

// MetaInterp records traces for one thread, one at a time.
type MetaInterp struct {
	rt    Runtime
	t     *thread.Thread
	m     exec.Machine
	im    *jitcode.Image
	hooks Hooks
	cfg   Config

	isPortal []bool        // by function index
	callOf   []*descr.Call // direct call descriptor by function index
	arrays   arrayLocs

	tr     *trace.Trace
	regs   blackhole.Registers
	boxes  [jitcode.NumBanks][]trace.Ref
	frames []frame
	cache  heapCache
	consts map[trace.Ref]trace.Ref // values that a guard has shown to be constant
	arena  []trace.Ref
	points []mergePoint
	in     inst
	steps  int
	vars   map[varsKey]*vars // decoded merge points
	greens []uint64          // of the merge point in progress
	places [posCache]posEntry
	ops    []trace.Op       // memory of the last recording\'s operations, to be used again
	built  []uint64         // objects rebuilt for a bridge; roots
	snaps  []trace.Snapshot // chunk that snapshots are cut from

	sums     []sum // boxes from firstSum on
	recorded [sumCache]recordedSum
	results  [pureCache]result
	ranges   []indexRange

	owned         []trace.Ref // see owned.go
	ownedWords    []uint64    // where these objects are; roots
	virtualizable map[layout.TypeID]bool

	calls inlining // of portals
	quasi reliance
	end   *Recording
	// general is where promotions do not happen; unpromoted says that one has not.
	general    generalPlace
	unpromoted bool
	away       bool // the program's own code is running: a panic is the program's
}

type frame struct {
	code *jitcode.JitCode
	pc   int
	base blackhole.Base
	// snap is the snapshot of the frame waiting at its call; nil if it has run since the last one was made.
	snap *trace.Snapshot

	// Of frames of portals. header: a loop header was passed since the last merge point. entered: a merge point was
	// passed, and greens are those of the first one, if known.
	header, entered bool
	driver          int
	greens          []uint64
	began           int  // number of operations recorded before the frame
	start           int  // number of operations recorded before
	unrolled        bool // an iteration of a loop was traced through because the driver says so
}

// mergePoint is a merge point passed behind a loop header.
type mergePoint struct {
	driver int
	greens []uint64
	at     int         // number of operations before it
	reds   []trace.Ref // distinct values
}

// New returns a tracer for thread t and registers its roots.
func New(rt Runtime, t *thread.Thread, im *jitcode.Image, hooks Hooks, cfg Config) *MetaInterp {
	m := &MetaInterp{rt: rt, t: t, im: im, hooks: hooks, cfg: cfg}
	m.m = exec.Machine{RT: rt, T: t, Jitted: true}
	m.isPortal = make([]bool, len(im.Prog.Funcs))
	m.callOf = make([]*descr.Call, len(im.Prog.Funcs))
	for _, d := range im.Prog.Drivers {
		m.isPortal[d.Portal] = true
	}
	for _, c := range im.Prog.Calls {
		if c.Func >= 0 && m.callOf[c.Func] == nil {
			m.callOf[c.Func] = c
		}
	}
	m.arrays = newArrayLocs(im.Prog)
	m.virtualizable = map[layout.TypeID]bool{}
	for _, l := range im.Prog.Locs {
		if f, ok := l.(*descr.Field); ok && f.Virtualizable {
			m.virtualizable[f.Owner.ID] = true
		}
	}
	m.vars = map[varsKey]*vars{}
	rt.AddRoots(m)
	return m
}

// WalkRoots visits registers, constants and objects being rebuilt.
func (m *MetaInterp) WalkRoots(visit func(*uintptr)) {
	m.regs.WalkRoots(visit)
	blackhole.WalkWords(m.built, visit)
	blackhole.WalkWords(m.ownedWords, visit)
	if m.tr != nil {
		m.tr.Consts.WalkRoots(visit)
	}
}

// begin clears the state of the last recording.
func (m *MetaInterp) begin(name string, inputs []op.Kind) {
	m.Release()
	m.tr = trace.New(name, trace.NewPool(), inputs...)
	m.tr.Ops = m.ops[:0]
	m.consts = map[trace.Ref]trace.Ref{}
	m.points = nil
	m.calls = inlining{}
	m.general, m.unpromoted = generalPlace{}, false
	m.steps = 0
	m.end = nil
	m.quasi.reset()
	m.sums = m.sums[:0]
	m.forget()
}

// forget drops what is known: what is recorded from now on may become a trace of its own.
func (m *MetaInterp) forget() {
	m.cache.reset()
	m.ranges = m.ranges[:0]
	m.quasi.tested = false
}

// Release drops frames and constants. It is called when the recording has been used, and after a panic: the
// operations of its trace are overwritten by the next one.
func (m *MetaInterp) Release() {
	m.frames = m.frames[:0]
	for _, k := range jitcode.Banks {
		m.regs.Words[k] = m.regs.Words[k][:0]
		m.boxes[k] = m.boxes[k][:0]
	}
	m.built, m.owned, m.ownedWords = m.built[:0], m.owned[:0], m.ownedWords[:0]
	if m.tr != nil && cap(m.tr.Ops) > cap(m.ops) {
		m.ops = m.tr.Ops
	}
	m.tr = nil
}

// HandOver gives the frames of an aborted recording to the blackhole interpreter, which goes on at the
// instruction that was not executed.
func (m *MetaInterp) HandOver(b *blackhole.Interp) {
	for i := range m.frames {
		f := &m.frames[i]
		var words [jitcode.NumBanks][]uint64
		for _, k := range jitcode.Banks {
			words[k] = m.regs.Words[k][f.base[k]:]
		}
		b.PushFrame(f.code, f.pc, words)
	}
}

// run records until an end is reached.
func (m *MetaInterp) run() *Recording {
	m.t.TraceDepth++
	m.away = false
	done := false
	defer func() {
		m.t.TraceDepth--
		if !done && !m.away {
			panic(backend.Internal("recording "+m.tr.Name, recover()))
		}
	}()
	for m.end == nil {
		if m.quasi.broken {
			m.abort(Invalidated)
			break
		}
		if len(m.tr.Ops) > m.cfg.Limit+m.cfg.Limit/4 { // no merge point came along
			m.abort(TooLong)
			m.end.Blamed = m.blame()
			break
		}
		if m.steps++; m.steps > m.cfg.Limit*stepsPerOp {
			m.abort(TooManySteps)
			break
		}
		if r := m.step(); r != 0 {
			m.abort(r)
		}
	}
	done = true
	m.end.Trace, m.end.Steps, m.end.Calls = m.tr, m.steps, m.calls.count
	return m.end
}

// stepsPerOp bounds the instructions of a recording: a loop that folds to nothing records nothing.
const stepsPerOp = 64

func (m *MetaInterp) abort(r Reason) {
	f := m.top()
	m.end = &Recording{End: EndAbort, Reason: r, Pos: f.code.Pos(f.pc), Func: f.code.Name}
}

func (m *MetaInterp) top() *frame { return &m.frames[len(m.frames)-1] }
