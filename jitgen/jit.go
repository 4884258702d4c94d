package jitgen

import (
	"fmt"
	"math"
	"slices"
	"time"
	"weak"

	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/blackhole"
	"kiln/jitgen/descr"
	"kiln/jitgen/gcrewrite"
	"kiln/jitgen/jitcode"
	"kiln/jitgen/jitlog"
	"kiln/jitgen/metainterp"
	"kiln/jitgen/op"
	"kiln/jitgen/opt"
	"kiln/jitgen/trace"
	"kiln/jitgen/warm"
)

// World is the program a JIT runs in: Runtime for translated binaries, interp in tests.
type World interface {
	metainterp.Runtime
	// Watch sets or clears layout.FlagWatched of an object that does not move.
	Watch(obj uintptr, on bool)
	// Act does what Thread.Actions asks for. The thread is at a merge point, with its variables in the slots. May collect, let other
	// threads run, and run the program's own code.
	Act(t *thread.Thread)
}

// JIT is the just-in-time compiler of one program, as one of its threads sees it. It implements Portal for all threads.
//
// Enter is a loop over states of the program at a merge point, with greens and reds in the thread's
// argument slots (roots by RefArgs): run compiled code, or record; leave to emitted code when there is
// neither. A failed guard goes through the blackhole interpreter, or through recording a bridge, to the next
// merge point.
type JIT struct {
	*compiler
	t     *thread.Thread
	meta  *metainterp.MetaInterp
	bh    *blackhole.Interp
	words []uint64 // arguments of Execute, read by it before anything else happens
	kinds []op.Kind
	away  time.Duration // that the recording in progress has let the program run
	aside aside

	// What is known about the merge point that continueAt comes to next: its cell, or the guard that failed before.
	// Only guesses: any of them may be nil or wrong.
	here   *warm.Cell
	failed *warm.Guard
	// recording is the cell that code is being recorded for, if it is for a form.
	recording *warm.Cell
	// forming is the cell that a form is being recorded for: the recording is to come back to it.
	forming *warm.Cell
}

// compiler is what the JITs of all threads share: whoever has the turn (gc/threads) may use and change it. Threads may record at the same
// time; each has a metainterpreter, which waits while its thread does.
type compiler struct {
	rt       World
	im       *jitcode.Image
	settings Settings
	be       backend.Backend // this and the next two are nil until begin
	opt      *opt.Optimizer
	rewriter *gcrewrite.Rewriter
	tables   []*warm.Table
	log      *jitlog.Log
	pools    pools
	lease    warm.Lease
	places   bool   // names of code say what the program calls its position
	jits     []*JIT // by Thread.ID

	units   map[*backend.Loop]*unit
	watched map[uintptr]*watched
	forced  forced

	loops, guards, targets, tokens int
	// Counters count what happened since the JIT was made.
	Counters jitlog.Counters
}

// pools are the constants of compiled code: roots, and what resume data and virtual states refer to. They are needed as
// long as these are: then the code has been freed, and nothing else refers to the pool. Nothing is added to a pool once it is in the
// list; young are those since the last collection.
type pools struct {
	list  []weak.Pointer[trace.Pool]
	young []*trace.Pool
}

func (p *pools) add(q *trace.Pool) {
	p.list, p.young = append(p.list, weak.Make(q)), append(p.young, q)
}

// WalkYoung implements gc.YoungWalker.
func (p *pools) WalkYoung(visit func(*uintptr)) {
	for _, q := range p.young {
		q.WalkRoots(visit)
	}
	clear(p.young)
	p.young = p.young[:0]
}

func (p *pools) WalkRoots(visit func(*uintptr)) {
	p.list = slices.DeleteFunc(p.list, func(w weak.Pointer[trace.Pool]) bool {
		q := w.Value()
		if q != nil {
			q.WalkRoots(visit)
		}
		return q == nil
	})
}

// NewJIT makes the JIT of a program. The error is that of a backend which the settings ask for and which cannot be had.
func NewJIT(rt World, t *thread.Thread, im *jitcode.Image, s Settings, log *jitlog.Log) (*JIT, error) {
	c := &compiler{rt: rt, im: im, settings: s, log: log, units: map[*backend.Loop]*unit{}, watched: map[uintptr]*watched{}}
	notes := log.On(jitlog.Recorded) || log.On(jitlog.Optimised) || log.On(jitlog.Backend)
	c.settings.Tracing.Notes = notes
	c.places = s.Places || log != nil
	j := c.newJIT(t)
	for _, d := range im.Prog.Drivers {
		j.tables = append(j.tables, warm.NewTable(d, s.Warm, rt, &j.lease))
	}
	j.forced.built = map[uintptr][]uint64{}
	rt.AddRoots(&j.pools)
	rt.AddRoots(&j.forced)
	if s.Backend != "" {
		return j, j.begin()
	}
	return j, nil
}

// begin makes what only compiling needs, at the first recording: the self-test of machine code alone takes longer than everything else that a
// program does when it starts, and many programs end before anything is hot. It fails only if the settings name the backend.
func (j *JIT) begin() (err error) {
	if j.be, err = NewBackend(j.rt, j.settings, j.log); err != nil {
		return err
	}
	j.be.SetAssistant(j)
	cfg := j.settings.Opt
	cfg.ExactFailures = j.settings.GuardFail == 0
	cfg.NextGuard = func() int { j.guards++; return j.guards }
	cfg.NextTarget = func() int { j.targets++; return j.targets }
	cfg.FormToken = j.formToken
	j.rewriter = gcrewrite.New()
	j.rewriter.Still = j.rt.Still
	j.opt = opt.New(j.im.Prog, cfg)
	return nil
}

// backendName is that of the backend, if anything has been recorded.
func (j *JIT) backendName() string {
	if j.be == nil {
		return "none yet"
	}
	return j.be.Name()
}

// newJIT makes the JIT of a thread.
func (c *compiler) newJIT(t *thread.Thread) *JIT {
	j := &JIT{compiler: c, t: t}
	j.meta = metainterp.New(c.rt, t, c.im, j, c.settings.Tracing)
	j.bh = blackhole.New(c.rt, t, c.im)
	j.bh.Portal = func(driver int) {
		j.toEnd(t, func() (next, int) { return atMergePoint, driver })
	}
	c.rt.AddRoots(&j.aside)
	for uint64(len(c.jits)) <= t.ID {
		c.jits = append(c.jits, nil)
	}
	c.jits[t.ID] = j
	return j
}

// of is the JIT of a thread.
func (j *JIT) of(t *thread.Thread) *JIT {
	switch {
	case t == j.t:
		return j
	case t.ID < uint64(len(j.jits)) && j.jits[t.ID] != nil:
		return j.jits[t.ID]
	}
	return j.newJIT(t)
}

// name names the code of a merge point for logs.
func (j *JIT) name(kind string, driver int, greens []uint64) string {
	d := j.im.Prog.Drivers[driver]
	s := fmt.Sprintf("%s %s(", kind, d.Name)
	for i, g := range d.Greens {
		if i > 0 {
			s += ", "
		}
		s += g.Name + "=" + greenText(g, greens[i])
	}
	s += ")"
	if j.places {
		if place := j.Place(driver, greens); place != "" {
			s += " at " + place
		}
	}
	return s
}

func greenText(v descr.Var, word uint64) string {
	switch v.Kind {
	case op.Float:
		return fmt.Sprint(math.Float64frombits(word))
	case op.Ref:
		if word == 0 {
			return "nil"
		}
		return "obj" // addresses differ from run to run
	}
	return fmt.Sprint(int64(word))
}
