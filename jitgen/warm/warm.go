// Package warm decides when: it counts passages of merge points, finds hot ones, and keeps what exists
// for each (driver, greens): nothing yet, a recording in progress, compiled code, or the decision to leave
// it alone. For guards it decides when a bridge is worth recording.
//
// Input: the greens in the argument slots of a thread. Output: cells. The state of compiled code (loops,
// targets) hangs on cells; this package does not look into it.
//
// Greens that are references are compared by address, which works for objects that do not move. A cell
// exists only for greens whose objects are immortal; before, passages are counted by a hash of the greens, in which
// references to objects that the next collection moves are left out.
//
// Imports gc/thread, descr, op, trace and backend; linked into translated binaries.
package warm

import (
	"math"

	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Config holds the thresholds.
type Config struct {
	Threshold int // passages of a merge point before it is recorded
	Function  int // calls of a portal before it is recorded; 0 is never
	Bridge    int // failures of a guard before a bridge is recorded
	Unroll    int // calls of a function in itself that are traced through before it counts as recursive
	// Nested and NestedOps bound the levels of a recursive function that are traced through in its own code, in a form.
	Nested, NestedOps int
	Retries           int // aborted recordings before a merge point or guard is left alone
	Chain             int // bridges one behind the other for values of one promotion; others share a bridge that does not promote
}

// DefaultConfig is the configuration of production. A bridge costs about as much to make as 150 failures of its guard
// cost, so waiting for about as many bounds the loss to a factor of two whether it pays or not; less is better here,
// because most guards that fail often once go on failing. Measured on programs with a thousand traces
// (bf's mandelbrot programs, Factor, Hanoi, Life) and with few: a fifth of RPython's 1039 and a quarter of its 200 was best or
// within 10 % of the best on all; less costs programs that end soon.
var DefaultConfig = Config{Threshold: 200, Function: 300, Bridge: 50, Unroll: 2, Nested: 4, NestedOps: 300, Retries: 4, Chain: 8}

// State is what exists for a merge point.
type State uint8

const (
	Counting State = iota
	Compiled
	Disabled // recording failed too often
)

// Cell is one merge point: a driver and greens.
type Cell struct {
	Driver int
	Greens []uint64 // words in the driver's order; references do not move
	State  State
	Count  int // passages
	Calls  int // calls of the portal that came here first
	Aborts int
	// NeverInline: calls of the portal that come here first are not traced through.
	NeverInline bool
	// Recursive: calls are traced through in code of this cell only, and not deeply.
	Recursive bool
	// Loops says that the compiled code is a loop from here back to here.
	Loops bool
	// Token names the code in traces that call it; nil if none does.
	Token *trace.Token
	// Forced is how often the code was thrown away because calls in it forced objects.
	Forced int
	// Forms are the forms that calls have asked for.
	Forms []*Form
	// Loop and Targets are set when State is Compiled. Targets are the labels that jumps from elsewhere can
	// take, best first.
	Loop    *backend.Loop
	Targets []*trace.Target

	invalidated int
	hash        uint64
	next        *Cell
}

// Table holds the cells of one driver.
type Table struct {
	driver *descr.Driver
	kinds  []op.Kind // of the greens
	lease  *Lease    // shared by the tables of a program
	recent recent
	config Config

	// What the thresholds of config have grown to, see Compiled.
	threshold, function, compiled int

	heap   Heap
	ref    bool    // some green is a reference
	cells  []*Cell // hash table with chains; length is a power of two
	count  int
	early  []counter // passages of merge points without a cell, by hash
	ticked *Cell     // the cell of the last Tick, if it had one
	shared bool      // the last Tick counted others, too
}

// Heap says how long objects keep their addresses.
type Heap interface {
	// Young says that the next collection moves an object, if it is alive.
	Young(obj uintptr) bool
}

// earlySize is the number of counters for merge points without a cell.
const earlySize = 1 << 16

// hasCell is the counter of merge points with a cell: others are not looked up.
const hasCell = math.MaxUint16

func early(h uint64) uint64 { return h >> 20 % earlySize }

// earlyLimit is after how many passages a merge point with moving greens gets its cell: soon, because until then
// different objects share a counter.
const earlyLimit = 16

// NewTable makes the table of one driver. Tables of one program share the lease.
func NewTable(d *descr.Driver, c Config, heap Heap, lease *Lease) *Table {
	t := &Table{driver: d, lease: lease, recent: newRecent(d), config: c, threshold: c.Threshold, function: c.Function, heap: heap, cells: make([]*Cell, 256), early: make([]counter, earlySize)}
	for _, g := range d.Greens {
		t.ref = t.ref || g.Kind == op.Ref
		t.kinds = append(t.kinds, g.Kind)
	}
	return t
}

// Shared says that the last Tick counted other greens with these: they are not known to be hot.
func (t *Table) Shared() bool { return t.shared }

// Ticked is the cell of the last Tick; nil if the merge point had none. Its greens do not move.
func (t *Table) Ticked() *Cell { return t.ticked }

func (t *Table) lookup(h uint64, th *thread.Thread) *Cell {
	for c := t.cells[h&uint64(len(t.cells)-1)]; c != nil; c = c.next {
		if c.hash == h && t.same(c, th) {
			return c
		}
	}
	return nil
}

// Is says whether c is the cell of the greens in the slots. c may be nil, or of another driver.
func (t *Table) Is(c *Cell, th *thread.Thread) bool {
	return c != nil && c.Driver == t.driver.Index && t.same(c, th)
}

// same compares a cell's greens with those in the slots.
func (t *Table) same(c *Cell, th *thread.Thread) bool {
	i, r, f := 0, 0, 0
	for n := range t.driver.Greens {
		var word uint64
		switch t.driver.Greens[n].Kind {
		case op.Int:
			word = uint64(th.ArgI[i])
			i++
		case op.Ref:
			word = uint64(th.ArgR[r])
			r++
		case op.Float:
			word = math.Float64bits(th.ArgF[f])
			f++
		}
		if c.Greens[n] != word {
			return false
		}
	}
	return true
}

// At is the cell of the greens in the slots, whose references do not move any more; it is made if there is none.
// A new cell that was hot before it existed starts hot: hot says so.
func (t *Table) At(th *thread.Thread) (c *Cell, isNew bool) {
	h, young := t.hash(th)
	if young {
		panic("warm: a cell's greens must be immortal")
	}
	if c := t.lookup(h, th); c != nil {
		return c, false
	}
	c = &Cell{Driver: t.driver.Index, Greens: t.words(th), hash: h}
	t.insert(c)
	return c, true
}

func (t *Table) insert(c *Cell) {
	if t.count++; t.count > len(t.cells) {
		old := t.cells
		t.cells = make([]*Cell, 2*len(old))
		for _, chain := range old {
			for chain != nil {
				next := chain.next
				t.link(chain)
				chain = next
			}
		}
	}
	t.link(c)
}

func (t *Table) link(c *Cell) {
	t.early[early(c.hash)].count, t.early[early(c.hash^callHash)].count = hasCell, hasCell
	at := &t.cells[c.hash&uint64(len(t.cells)-1)]
	c.next, *at = *at, c
}

func (t *Table) words(th *thread.Thread) []uint64 {
	var words []uint64
	i, r, f := 0, 0, 0
	for _, g := range t.driver.Greens {
		switch g.Kind {
		case op.Int:
			words = append(words, uint64(th.ArgI[i]))
			i++
		case op.Ref:
			words = append(words, uint64(th.ArgR[r]))
			r++
		case op.Float:
			words = append(words, math.Float64bits(th.ArgF[f]))
			f++
		}
	}
	return words
}

// Find is the cell of greens given as words, or nil.
func (t *Table) Find(greens []uint64) *Cell {
	h := uint64(0)
	for _, w := range greens {
		h = mix(h, w)
	}
	for c := t.cells[h&uint64(len(t.cells)-1)]; c != nil; c = c.next {
		if c.hash != h {
			continue
		}
		equal := true
		for i := range greens {
			equal = equal && c.Greens[i] == greens[i]
		}
		if equal {
			return c
		}
	}
	return nil
}

// Make is Find, with the cell made if there is none.
func (t *Table) Make(greens []uint64) *Cell {
	if c := t.Find(greens); c != nil {
		return c
	}
	h := uint64(0)
	for _, w := range greens {
		h = mix(h, w)
	}
	c := &Cell{Driver: t.driver.Index, Greens: append([]uint64(nil), greens...), hash: h}
	t.insert(c)
	return c
}

// loopsPerStep and maxGrowth: the thresholds grow by their first values with each loopsPerStep merge points that have
// got code, up to maxGrowth times.
const (
	loopsPerStep = 100
	maxGrowth    = 16
)

// Compiled notes that a merge point of the driver has got code. The more have, the longer others have to wait: a recording costs as much as some
// thousand iterations of a small loop, so a program with many loops, none of which runs for long, would spend its time on
// recording them. One whose loops do run for long loses next to nothing by waiting. (Measured: 20,000 loops of 900 iterations each took
// five times as long as without JIT.)
func (t *Table) Compiled() {
	t.compiled++
	growth := min(1+t.compiled/loopsPerStep, maxGrowth)
	t.threshold, t.function = t.config.Threshold*growth, t.config.Function*growth
}

// Heat makes a cell hot.
func (t *Table) Heat(c *Cell) { c.Count = t.threshold }

// Hot says whether a cell is to be recorded now.
func (t *Table) Hot(c *Cell) bool {
	return c.State == Counting && (c.Count >= t.threshold || t.hotCalls(c))
}

// Aborted notes a recording from the cell that was given up. It counts anew, longer each time, and is
// disabled after too many.
func (t *Table) Aborted(c *Cell) {
	c.Aborts++
	c.Count = -(t.threshold << min(c.Aborts, 8))
	c.Calls = -(t.function << min(c.Aborts, 8))
	if c.Aborts >= t.config.Retries {
		c.State = Disabled
	}
}

// Invalidated notes that the code of a cell is not valid any more, or that its recording was not valid when it ended. It
// counts anew; longer each time after the first.
func (t *Table) Invalidated(c *Cell) {
	c.State, c.Loop, c.Targets, c.Loops = Counting, nil, nil, false
	c.Count = t.config.Threshold - t.config.Threshold<<c.invalidated
	c.Calls = t.config.Function - t.config.Function<<c.invalidated
	c.invalidated = min(c.invalidated+1, maxBackoff)
}

// maxBackoff bounds how much longer a cell counts: 256 times.
const maxBackoff = 8

// Guard is what warm knows about a guard of compiled code: trace.Guard.Owner.
type Guard struct {
	// Loop is the loop whose code the guard is in (of its bridges, too).
	Loop *backend.Loop
	// Bridge says that a bridge is attached.
	Bridge bool
	// Action: it fails because something is to be done at the merge point, not because of what the program does. No bridge.
	Action bool
	// Always: it never holds, so that there is nothing to be learnt from counting.
	Always bool
	// Chain is how many guards at the same place failed on the way to this one.
	Chain int
	// After is the cell of the merge point that was reached after the last failure: a guess for the next one.
	After  *Cell
	aborts int
	next   int // number of failures at which to record
}

// WantsBridge says whether the guard, having failed fails times, shall get a bridge now.
func (c *Config) WantsBridge(g *Guard, fails int) bool {
	return !g.Bridge && !g.Action && g.aborts < c.Retries && (fails >= max(g.next, c.Bridge) || g.Always && g.aborts == 0)
}

// Aborted notes that recording a bridge from g was given up.
func (c *Config) Aborted(g *Guard, fails int) {
	g.aborts++
	g.next = fails + c.Bridge<<g.aborts
}
