// Package amd64 compiles traces to x86-64 machine code and runs them inside a Go process.
//
// Input: optimised traces that went through gcrewrite (New and NewArray are accepted too). Output:
// machine code in package execmem, reached through Backend.Execute.
//
// Registers: RBX is the thread.Thread, R14 Go's g, RSP and RBP the machine stack and the frame; R11 and XMM15
// are scratch; package regalloc hands out the rest. Frames live on a mapped stack of their own:
//
//	RBP+8     return address, if other machine code called (emit_assembler.go), else 0
//	RBP       base (16-aligned)
//	RBP-8     base of the previous frame of the thread, 0 at the end of the chain
//	RBP-16    number of the site where the frame left to Go last
//	RBP-24-8i slot i
//	RSP       RBP minus the frame size of the piece of code that is running
//
// A frame belongs to one Execute, or to one call of compiled code in it. Bridges and other loops continue in it and make it deeper when they need to.
//
// Every place where code leaves to Go is a site. Leaving stores the site's number in the frame, and
// that number says all: what kind of exit, where operands and fail arguments are, which slots and
// registers hold references (the gcmap), and where to resume. There are two ways out:
//
//   - a call exit: live values were saved to slots before, nothing is in registers. Anything may
//     happen in Go, another Execute on the same thread included. Go looks nothing up: function and way back are in the Thread.
//   - a dump exit: registers are dumped to the Thread, and restored from there on resume. For what is rare or
//     short: guards, failing checks, polls, slow paths of allocation, helpers. No Execute may be nested in it.
//
// docs/backend.md is the tour; fault.go tells what happens when machine code faults, free.go when its memory is reused.
//
// Must not import the metainterpreter, the optimiser or the translator; linked into translated binaries.
package amd64

import (
	"fmt"
	"sort"
	"sync"
	"sync/atomic"

	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/backend/amd64/asm"
	"kiln/jitgen/descr"
	"kiln/jitgen/execmem"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Backend implements backend.Backend.
type Backend struct {
	rt backend.Runtime
	// adapters are those of rt by function; empty if it does not show them.
	adapters []backend.Adapter
	opts     backend.Options
	// assistant serves calls that machine code cannot.
	assistant backend.Assistant
	code      *execmem.Memory
	stubs     stubs

	// mu guards compilation and the tables below.
	mu     sync.Mutex
	comp   compiler
	pieces []*piece
	young  []*piece // whose constants no collection has moved yet
	// For freeing code, see free.go.
	loops    []*loopState
	tokens   []*tokenState
	released int // loops released that still have code
	compiled int
	tables   map[any]uintptr // dispatch tables and type sets in code memory

	// sites is append-only and published as a whole, so that Execute reads it without a lock.
	sites   atomic.Pointer[[]*site]
	threads atomic.Pointer[[]*threadState] // by Thread.ID
	random  uint64
}

// piece is one contiguous block of machine code: a loop or a bridge.
type piece struct {
	name  string
	base  uintptr
	size  int
	frame int32 // frame size in bytes
	// refs are the writable addresses of reference constants: roots.
	refs    []uintptr
	sites   []*site
	valid   []uintptr // executable addresses of the displacements of guards guard_not_invalidated that are no jumps yet
	reaches []*piece  // where it goes, and whose literals it reads
	marked  bool
	freed   bool
	// pcs maps code offsets to operations, ascending.
	pcs []pcEntry
}

// pcEntry says that code from Offset on was made for an operation.
type pcEntry struct {
	Offset int32
	Op     int32 // index in the trace
	Code   op.Code
	Pos    descr.Pos
}

// loopState is backend.Loop.State.
type loopState struct {
	main     *piece
	entry    uintptr
	call     uintptr // entry of calls from machine code
	invalid  bool
	pieces   []*piece
	released bool
}

// targetState is trace.Target.State.
type targetState struct {
	piece *piece
	addr  uintptr
	locs  []loc
}

// guardState is trace.Guard.State.
type guardState struct {
	site    *site
	piece   *piece
	patches []uintptr // executable addresses of the jumps' displacements
	bridge  uintptr
}

// New makes a backend for one program. It fails if this process cannot run machine code the way Kiln
// does (see selftest.go); the caller then uses backend/ref and says so.
func New(rt backend.Runtime, opts backend.Options) (*Backend, error) {
	code, err := execmem.New(execmem.DefaultSize)
	if err != nil {
		return nil, err
	}
	b := &Backend{rt: rt, opts: opts, code: code, tables: map[any]uintptr{}, random: uint64(opts.Seed)*2 + 1}
	if table, ok := rt.(backend.AdapterTable); ok {
		b.adapters = table.Adapters()
	}
	b.sites.Store(&[]*site{{}}) // site 0: nothing live, the state of a frame before its first exit
	b.threads.Store(&[]*threadState{})
	if err := b.makeStubs(); err != nil {
		return nil, err
	}
	if err := b.watchFaults(); err != nil {
		return nil, err
	}
	if err := b.selfTest(); err != nil {
		return nil, err
	}
	rt.AddRoots(b)
	return b, nil
}

// Name is the name users select the backend by.
func (b *Backend) Name() string { return "amd64" }

// WantsRewrite asks for gcrewrite: inline allocation needs it.
func (b *Backend) WantsRewrite() bool { return true }

// CompileLoop compiles a loop; see backend.Backend.
func (b *Backend) CompileLoop(loop *backend.Loop, t *trace.Trace) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sweepSometimes()
	if err := b.makeTokens(t); err != nil {
		return err
	}
	return b.comp.loopTrace(b, loop, t)
}

// CompileBridge compiles a bridge and patches the guard; see backend.Backend.
func (b *Backend) CompileBridge(g *trace.Guard, loop *backend.Loop, t *trace.Trace) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sweepSometimes()
	gs, ok := g.State.(*guardState)
	if !ok || gs.piece.freed {
		return fmt.Errorf("amd64: bridge for %v, whose code does not exist", g)
	}
	if err := b.makeTokens(t); err != nil {
		return err
	}
	return b.comp.bridgeTrace(b, gs, loop, t)
}

// Invalidate makes the GuardNotInvalidated of loop and its bridges fail.
func (b *Backend) Invalidate(loop *backend.Loop) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ls, ok := loop.State.(*loopState)
	if !ok {
		return
	}
	ls.invalid = true
	for _, p := range ls.pieces {
		b.invalidate(p)
	}
}

// invalidate turns the no-operations that are the guards guard_not_invalidated of a piece into jumps.
func (b *Backend) invalidate(p *piece) {
	for _, at := range p.valid {
		b.code.Patch(at-uintptr(len(asm.SwitchedNop)), asm.SwitchedNop[:]...)
	}
	p.valid = nil
}

// addSites publishes the sites of a new piece. Their numbers were given by nextSite.
func (b *Backend) addSites(more []*site) {
	all := append(*b.sites.Load(), more...)
	b.sites.Store(&all)
}

// PCToOp finds the operation that the code at pc was made for.
func (b *Backend) PCToOp(pc uintptr) (name string, opIndex int, ok bool) {
	p, e := b.pieceOf(pc)
	if e == nil {
		return "", 0, false
	}
	return p.name, int(e.Op), true
}

// pieceOf finds the code at pc and the operation that it was made for; nil if there is none.
func (b *Backend) pieceOf(pc uintptr) (*piece, *pcEntry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.pieces {
		if pc-p.base >= uintptr(p.size) {
			continue
		}
		n := sort.Search(len(p.pcs), func(i int) bool { return uintptr(p.pcs[i].Offset) > pc-p.base })
		if n == 0 {
			return nil, nil
		}
		return p, &p.pcs[n-1]
	}
	return nil, nil
}

// threadState is what belongs to one thread on the Go side.
type threadState struct {
	t       *thread.Thread
	guard   uintptr // lowest address of the machine stack's guard
	exit    backend.Exit
	args    [16]uint64 // operands of the helper being run
	machine execMachine
}

var _ backend.Backend = (*Backend)(nil)
