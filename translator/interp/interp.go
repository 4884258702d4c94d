// Package interp executes low-level flow graphs on the real heap, each operation by jitgen/exec: the oracle for
// emitted code, and the program under the JIT in tests that do without `go build`.
//
// Input: a lowered program (after portal, before or after inline and gcxform) with its tables. Machine is also
// the backend.Runtime of compiled traces and provides a backend.Adapter for every function, so metainterpreter,
// blackhole interpreter and backends run on it as on a translated binary.
//
// Every reference a running function holds is a word of its frame; the machine registers its frames as roots
// (code.go, frame.go). Results and arguments pass between frames without anything collecting in between.
//
// A failure of the machine itself is told apart from a panic of the program (fault.go).
//
// Each thread of the program has a Machine of its own; what they share is shared. Build time and tests only; imports flow,
// jitgen (exec, backend, descr, op, the Portal), gc.
package interp

import (
	"fmt"
	"io"
	"time"

	"kiln/gc"
	"kiln/gc/layout"
	"kiln/gc/thread"
	"kiln/gc/threads"
	"kiln/jitgen"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/translator/flow"
)

// Options are the choices of a Machine. The zero value runs the program alone, on a heap of its own, with
// the process's standard streams.
type Options struct {
	// GC configures the heap, if Heap is nil.
	GC gc.Config
	// Heap, Thread and Prebuilt (by index) are given when the JIT facade has made them already.
	Heap     *gc.Heap
	Thread   *thread.Thread
	Prebuilt func(index int) uintptr
	// Portal is asked at each CanEnterJit while Thread.JitOn is nonzero; nil means never.
	Portal jitgen.Portal
	// Stdout and Stderr receive what the functions of framework/host print; nil means the process's own.
	// Stdin likewise.
	Stdout, Stderr io.Writer
	Stdin          io.Reader
	// Args are the program's arguments as host.Args returns them.
	Args []string
	// Host adds or replaces host functions: "import/path.Name" to a Go function of that signature.
	Host map[string]any
	// MaxSteps, if above 0, bounds the number of blocks executed; then the program is stopped by a *StepsError.
	MaxSteps int64
	// Interval is how long a thread's turn lasts when others wait.
	Interval time.Duration
}

// Machine runs one thread of a program.
type Machine struct {
	*shared
	Thread *thread.Thread

	exec exec.Machine

	frames  []*frame // the live ones, outermost first
	spare   []*frame
	results []uint64 // of the last function that returned
	buf     [16]uint64
	moves   []uint64
	steps   int64
	failed  string // where the last panic began
}

// shared is what the machines of one program have in common. Whoever has the turn may change it.
type shared struct {
	Prog *flow.Program
	Heap *gc.Heap
	// Threads are the program's threads; machines are theirs, by Thread.ID.
	Threads  *threads.Set
	machines []*Machine
	prebuilt func(index int) uintptr
	codes    []*code // by function index; translated when first called
	hosts    map[string]any
	opts     Options
	streams  *streams
}

// StepsError is the panic value when Options.MaxSteps is used up.
type StepsError struct{ Func string }

func (e *StepsError) Error() string { return "interp: out of steps in " + e.Func }

// PanicError is how RunMain reports a Go panic of the program. Its exit status is 2, as Go's.
type PanicError struct {
	Value any
	// Func is the innermost interpreted function, if known.
	Func string
}

func (e *PanicError) Error() string {
	if e.Func == "" {
		return fmt.Sprintf("panic: %v", e.Value)
	}
	return fmt.Sprintf("panic: %v [in %s]", e.Value, e.Func)
}

// New prepares a program for execution.
func New(prog *flow.Program, opts Options) *Machine {
	s := &shared{Prog: prog, Heap: opts.Heap, prebuilt: opts.Prebuilt, opts: opts, codes: make([]*code, len(prog.Funcs))}
	if s.Heap == nil {
		s.Heap = gc.New(opts.GC, prog.Table.Types)
	}
	t := opts.Thread
	if t == nil {
		t = s.Heap.NewThread()
	}
	if s.prebuilt == nil {
		addrs := exec.MakePrebuilt(s.Heap, prog.Table)
		s.prebuilt = func(i int) uintptr { return addrs[i] }
	}
	s.streams = newStreams(opts)
	s.hosts = s.streams.functions()
	for name, f := range opts.Host {
		s.hosts[name] = f
	}
	s.Threads = threads.New(s.Heap, t)
	s.Threads.SetInterval(opts.Interval)
	s.Threads.OnNew(func(t *thread.Thread) { s.newMachine(t) })
	s.Threads.OnDetach(func(t *thread.Thread, number int) {
		for _, f := range prog.ThreadEnds {
			s.machines[t.ID].call(f.Index, []uint64{uint64(number)})
		}
	})
	return s.newMachine(t)
}

func (s *shared) newMachine(t *thread.Thread) *Machine {
	m := &Machine{shared: s, Thread: t}
	m.exec = exec.Machine{RT: m, T: t}
	s.Heap.AddRoots(m)
	for uint64(len(s.machines)) <= t.ID {
		s.machines = append(s.machines, nil)
	}
	s.machines[t.ID] = m
	return m
}

// SetPortal changes Options.Portal, for a JIT that is made after the machine.
func (m *Machine) SetPortal(p jitgen.Portal) { m.opts.Portal = p }

// exitPanic unwinds the program when it asks to exit.
type exitPanic struct{ status int }

// RunMain runs package initialisation and main. It returns the exit status, and a *PanicError if a Go
// panic ended the program, an *InternalError if the machine failed.
func (m *Machine) RunMain() (status int, err error) {
	defer m.streams.flush()
	return m.Catch(func() {
		m.Init()
		m.Main()
	})
}

// Catch runs part of the program and turns its end, by exit or panic, into status and error.
func (m *Machine) Catch(run func()) (status int, err error) {
	depth := len(m.frames)
	m.failed = ""
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		r = m.blame(r, depth)
		m.noteFailure(depth)
		where := m.failed
		m.unwind(depth)
		if exit, ok := r.(exitPanic); ok {
			status = exit.status
			return
		}
		status, err = 2, asError(r, where)
	}()
	run()
	return 0, nil
}

// noteFailure remembers the innermost function while a panic passes.
func (m *Machine) noteFailure(depth int) {
	if n := len(m.frames); n > depth && m.failed == "" {
		m.failed = m.frames[n-1].code.fn.Name
	}
}

// Init runs the package initialisers; what they allocate does not move.
func (m *Machine) Init() {
	m.Heap.SetInit(true)
	defer m.Heap.SetInit(false)
	for _, f := range m.Prog.Init {
		m.call(f.Index, nil)
	}
}

// Main runs the main function.
func (m *Machine) Main() { m.call(m.Prog.Main.Index, nil) }

// Invoke runs a function on words by the kinds of its signature. References among the results are the
// caller's to keep alive. A Go panic of the program passes through.
func (m *Machine) Invoke(fn *flow.Func, args ...uint64) []uint64 {
	depth, done := len(m.frames), false
	defer func() {
		if !done {
			m.noteFailure(depth)
		}
		m.unwind(depth)
	}()
	results := append([]uint64(nil), m.call(fn.Index, args)...)
	done = true
	return results
}

// Program is the program's tables.
func (m *Machine) Program() *descr.Program { return m.Prog.Table }

// New, NewArray, Alloc, IdentityHash and AddRoots are the heap's; see backend.Runtime.
func (m *Machine) New(t *thread.Thread, typ uint32) uintptr {
	return m.Heap.New(t, layout.TypeID(typ))
}

// NewArray allocates an array.
func (m *Machine) NewArray(t *thread.Thread, typ uint32, length int64) uintptr {
	return m.Heap.NewArray(t, layout.TypeID(typ), int(length))
}

// Alloc allocates raw nursery memory.
func (m *Machine) Alloc(t *thread.Thread, n int64) uintptr { return m.Heap.Alloc(t, n) }

// IdentityHash numbers objects.
func (m *Machine) IdentityHash(_ *thread.Thread, obj uintptr) int64 { return m.Heap.IdentityHash(obj) }

// QuasiWrite tells the JIT of a store to a field that it watches.
func (m *Machine) QuasiWrite(_ *thread.Thread, obj uintptr, field *descr.Field) {
	m.opts.Portal.QuasiWrite(obj, int(field.Loc))
}

// AddRoots registers a root walker.
func (m *Machine) AddRoots(w backend.RootWalker) { m.Heap.AddRoots(w) }

// Act does what Thread.Actions asks for.
func (m *Machine) Act(t *thread.Thread) { m.Threads.Act(t) }

// Call runs a function by the adapter protocol; see backend.Runtime.
func (m *Machine) Call(t *thread.Thread, fn int) {
	m = m.machines[t.ID]
	d := m.Prog.Table.Funcs[fn]
	words := make([]uint64, len(d.Args))
	exec.TakeArgs(t, d.Args, words)
	exec.PutResults(t, d.Results, m.call(fn, words))
}

// Adapter is the backend.Adapter of a function.
func (m *Machine) Adapter(fn int) backend.Adapter {
	return func(t *thread.Thread) { m.Call(t, fn) }
}

// Adapters are the adapters of all functions, by index.
func (m *Machine) Adapters() []backend.Adapter {
	all := make([]backend.Adapter, len(m.Prog.Funcs))
	for i := range all {
		all[i] = m.Adapter(i)
	}
	return all
}

var _ backend.Runtime = (*Machine)(nil)
