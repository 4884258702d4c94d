// Package threads is the threads of a translated program: which goroutine runs on which Thread, and whose turn it is.
//
// One thread runs translated code at a time: the one that has the turn (internal/turns). It gives it up around host functions that may block
// (Leave, Back), and at merge points when others wait and it is asked to (Switch). So all others are in host code, or wait, with everything they hold in
// roots, and whoever has the turn may collect, compile, and change what is shared.
//
// A goroutine that the host made gets a Thread when it calls a function of translated code (Enter), and loses it when that returns. A
// Thread whose goroutine is gone is used again: its stacks and what others keep by its ID stay.
//
// Imports gc, gc/thread and internal/turns. Linked into translated binaries.
package threads

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kiln/gc"
	"kiln/gc/mem"
	"kiln/gc/thread"
	"kiln/internal/turns"
)

// Set is the threads of one program.
type Set struct {
	heap  *gc.Heap
	turns turns.Lock
	// current is the thread that has the turn, or had it last.
	current  atomic.Pointer[thread.Thread]
	onNew    []func(t *thread.Thread)
	onAttach func(t *thread.Thread)
	onDetach func(t *thread.Thread, number int)

	passed int // turns passed on by Switch

	mu         sync.Mutex // for what follows
	attached   map[uintptr]*State
	idle       []*State
	states     []*State // by Thread.ID
	lastNumber int
}

// State is what belongs to a thread on the Go side.
type State struct {
	T *thread.Thread
	// Number tells threads apart, those that have ended as well: 1 is the first.
	Number int
	// away: the thread is in a host function and has given up its turn.
	away bool
	// failed: a function that the host called has panicked; the panic goes on where the host function was called.
	failed   bool
	panicked any
}

// New makes the set with the thread of the calling goroutine, which has the turn.
func New(heap *gc.Heap, main *thread.Thread) *Set {
	s := &Set{heap: heap, attached: map[uintptr]*State{}}
	s.turns.Interval = turns.DefaultInterval
	s.turns.Ask = s.ask
	s.turns.Acquire()
	s.current.Store(main)
	s.add(main)
	s.attach(s.states[main.ID])
	return s
}

// OnNew has f called for each new Thread, by the thread that has the turn.
func (s *Set) OnNew(f func(t *thread.Thread)) { s.onNew = append(s.onNew, f) }

// OnAttach has f called for each thread that a goroutine gets, by the thread itself, when it has the turn.
func (s *Set) OnAttach(f func(t *thread.Thread)) { s.onAttach = f }

// OnDetach has f called for each thread whose goroutine ends or leaves translated code for good, by the thread itself.
func (s *Set) OnDetach(f func(t *thread.Thread, number int)) { s.onDetach = f }

// SetInterval sets how long turns last when others wait, before there are others. 0 is for tests: a turn then ends at the merge point after an
// allocation that was not inline, of which there are many with a small nursery. It must not end at once: a thread may look at its flags right
// after it has got its turn and before it has done anything, and nobody would get anywhere.
func (s *Set) SetInterval(d time.Duration) {
	if s.turns.Interval = d; d > 0 {
		s.heap.OnAlloc = nil
		return
	}
	s.heap.OnAlloc = func(t *thread.Thread) {
		if s.turns.Waiting() > 0 {
			atomic.OrUint64(&t.Actions, thread.ActionSwitch)
		}
	}
}

// IntervalError is a setting of --threads that could not be understood.
type IntervalError struct{ Setting string }

func (e *IntervalError) Error() string {
	return "--threads: " + strconv.Quote(e.Setting) + ": want interval=DURATION, for example interval=5ms"
}

// ParseInterval reads the switch --threads: "interval=5ms"; "" is the default.
func ParseInterval(text string) (time.Duration, error) {
	if text == "" {
		return turns.DefaultInterval, nil
	}
	value, ok := strings.CutPrefix(text, "interval=")
	d, err := time.ParseDuration(value)
	if !ok || err != nil || d < 0 {
		return 0, &IntervalError{text}
	}
	return d, nil
}

// add makes the state of a Thread. The caller holds mu, or is alone.
func (s *Set) add(t *thread.Thread) *State {
	for uint64(len(s.states)) <= t.ID {
		s.states = append(s.states, nil)
	}
	st := &State{T: t}
	s.states[t.ID] = st
	return st
}

func (s *Set) attach(st *State) {
	s.lastNumber++
	st.Number = s.lastNumber
	s.attached[turns.Goroutine()] = st
}

// ask asks the thread that has the turn to pass it on. It runs on any goroutine.
func (s *Set) ask() { atomic.OrUint64(&s.current.Load().Actions, thread.ActionSwitch) }

// of is the state of a thread. Its caller has the turn, without which no thread is made.
func (s *Set) of(t *thread.Thread) *State { return s.states[t.ID] }

// Leave gives up the turn of t, which has it, for a host function that may block.
func (s *Set) Leave(t *thread.Thread) {
	s.of(t).away = true
	s.turns.Release()
}

// Back waits for the turn of t after Leave.
func (s *Set) Back(t *thread.Thread) {
	s.turns.Acquire()
	s.resume(t)
	s.of(t).away = false
}

// resume makes t current: it has just got the turn.
func (s *Set) resume(t *thread.Thread) {
	s.current.Store(t)
	atomic.AndUint64(&t.Actions, ^uint64(thread.ActionSwitch))
}

// Switch lets others have their turns, if some wait. All that t holds must be in roots.
func (s *Set) Switch(t *thread.Thread) {
	atomic.AndUint64(&t.Actions, ^uint64(thread.ActionSwitch))
	if s.turns.Switch() {
		s.passed++
		s.resume(t)
	}
}

// Act does what Thread.Actions asks for, at a merge point: all that t holds is in roots.
func (s *Set) Act(t *thread.Thread) {
	if t.Actions&thread.ActionClose != 0 {
		s.runDue(t)
	}
	if t.Actions&thread.ActionSwitch != 0 {
		s.Switch(t)
	}
}

// runDue has the host close the values of dead handles. That may run the program's own code, which uses the slots.
func (s *Set) runDue(t *thread.Thread) {
	ints, floats, refs := t.ArgI, t.ArgF, t.RefArgs
	base := t.ShadowTop
	for _, p := range t.ArgR[:refs] {
		mem.StoreRef(t.ShadowTop, 0, p)
		t.ShadowTop += 8
	}
	t.RefArgs = 0
	s.heap.RunDue()
	for i := range refs {
		t.ArgR[i] = mem.LoadRef(base, uintptr(8*i))
	}
	t.ShadowTop, t.ArgI, t.ArgF, t.RefArgs = base, ints, floats, refs
}

// Start runs f on a new thread and goroutine, when its turn comes.
func (s *Set) Start(f func(t *thread.Thread)) {
	go func() {
		t, how := s.Enter()
		f(t)
		s.Exit(t, how)
	}()
}

// Entry says what Enter has done, for Exit to undo.
type Entry uint8

const (
	Nested   Entry = iota // the goroutine's thread had the turn
	Returned              // it had given it up around a host function that blocks, and got it back
	Attached              // the goroutine had no thread, and got one for this call
)

// Enter is called where host code calls translated code. It gives the thread of this goroutine, which has the turn then.
func (s *Set) Enter() (t *thread.Thread, how Entry) {
	g := turns.Goroutine()
	s.mu.Lock()
	st := s.attached[g]
	s.mu.Unlock()
	if st != nil {
		if !st.away {
			return st.T, Nested
		}
		s.turns.Acquire()
		s.resume(st.T)
		st.away = false
		return st.T, Returned
	}
	s.turns.Acquire()
	s.mu.Lock()
	if n := len(s.idle); n > 0 {
		st, s.idle = s.idle[n-1], s.idle[:n-1]
	} else {
		st = s.add(s.heap.NewThread())
		for _, f := range s.onNew {
			f(st.T)
		}
	}
	s.attach(st)
	s.mu.Unlock()
	s.resume(st.T)
	if s.onAttach != nil {
		s.onAttach(st.T)
	}
	return st.T, Attached
}

// Exit undoes Enter.
func (s *Set) Exit(t *thread.Thread, how Entry) {
	st := s.of(t)
	switch how {
	case Nested:
		return
	case Returned:
		st.away = true
		s.turns.Release()
		return
	}
	if s.onDetach != nil {
		s.onDetach(t, st.Number)
	}
	s.mu.Lock()
	delete(s.attached, turns.Goroutine())
	s.idle = append(s.idle, st)
	s.mu.Unlock()
	s.turns.Release()
}

// Fail notes that a function called by the host, on the thread's own goroutine, has panicked. The host does not see that: Failed tells it to
// the caller of the host function.
func (s *Set) Fail(t *thread.Thread, value any) {
	st := s.of(t)
	st.failed, st.panicked = true, value
}

// HasFailed says that a panic is on its way, so that nothing shall be run for the host.
func (s *Set) HasFailed(t *thread.Thread) bool { return s.of(t).failed }

// Failed takes the panic that Fail has noted.
func (s *Set) Failed(t *thread.Thread) (value any, ok bool) {
	st := s.of(t)
	value, ok = st.panicked, st.failed
	st.panicked, st.failed = nil, false
	return value, ok
}

// Stats are the number of threads there have been, and how often one passed its turn on without having to wait for anything.
func (s *Set) Stats() (threads, passed int) { return s.lastNumber, s.passed }

// Number is the number of the thread, never used again: 1 is the main thread.
func (s *Set) Number(t *thread.Thread) int { return s.of(t).Number }

// Count is the number of goroutines with a thread.
func (s *Set) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.attached)
}
