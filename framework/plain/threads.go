package plain

import (
	"sync"
	"sync/atomic"

	"kiln/internal/turns"
)

// Threads in plain Go: goroutines that take turns, as soon as there is more than one.

// world is the one process-wide state.
var world struct {
	turns turns.Lock
	sync.Mutex
	several    bool            // the turn counts
	numbers    map[uintptr]int // of threads, by goroutine
	last       int
	semaphores map[int]chan struct{}
	next       int
	onEnd      func(number int)
}

// Asked says that the thread which has the turn shall pass it on.
var Asked atomic.Bool

// OnEnd has f called by every thread that ends, with its number.
func OnEnd(f func(number int)) { world.onEnd = f }

// Start runs f on a new thread. The first time, the caller becomes a thread that has the turn.
func Start(f func()) {
	Number()
	world.Lock()
	if !world.several {
		world.several = true
		world.turns.Interval = turns.DefaultInterval
		world.turns.Ask = func() { Asked.Store(true) }
		world.turns.Acquire()
	}
	world.Unlock()
	go func() {
		world.turns.Acquire()
		n := Number()
		f()
		if world.onEnd != nil {
			world.onEnd(n)
		}
		world.Lock()
		delete(world.numbers, turns.Goroutine())
		world.Unlock()
		world.turns.Release()
	}()
}

// Yield passes the turn on, if somebody waits.
func Yield() {
	Asked.Store(false)
	if several() {
		world.turns.Switch()
	}
}

func several() bool {
	world.Lock()
	defer world.Unlock()
	return world.several
}

// Number is the number of the running thread.
func Number() int {
	g := turns.Goroutine()
	world.Lock()
	defer world.Unlock()
	n, known := world.numbers[g]
	if !known {
		if world.numbers == nil {
			world.numbers = map[uintptr]int{}
		}
		world.last++
		n = world.last
		world.numbers[g] = n
	}
	return n
}

// NewSemaphore makes something to wait for once.
func NewSemaphore() int {
	world.Lock()
	defer world.Unlock()
	if world.semaphores == nil {
		world.semaphores = map[int]chan struct{}{}
	}
	world.next++
	world.semaphores[world.next] = make(chan struct{}, 1)
	return world.next
}

func semaphore(s int) chan struct{} {
	world.Lock()
	defer world.Unlock()
	return world.semaphores[s]
}

// Block waits for Wake, before or after. The semaphore is gone then.
//
//kiln:blocking
func Block(s int) {
	<-semaphore(s)
	world.Lock()
	delete(world.semaphores, s)
	world.Unlock()
}

// Wait is Block without the turn, in plain Go.
func Wait(s int) {
	if several() {
		world.turns.Release()
		defer world.turns.Acquire()
	}
	Block(s)
}

// Wake ends a wait.
func Wake(s int) { semaphore(s) <- struct{}{} }
