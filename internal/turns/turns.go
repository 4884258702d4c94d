// Package turns is the global lock of a program with several threads: they take turns, first come, first served.
//
// A thread that wants its turn waits in a queue. When the one at its head has waited for an interval since the turn began, the holder is asked
// to pass the turn on; it does so where it is safe for it (Switch), or when it blocks anyway (Release). Turns are handed over
// directly: whoever releases and wants the lock again goes to the end of the queue, so that nobody starves.
//
// Rejected: sync.Mutex. A running goroutine that unlocks and locks again gets the mutex before one that has to be woken up, for up
// to a millisecond, each time.
//
// Both worlds use it: plain Go by way of framework/plain, translated programs by way of gc/threads. Imports nothing of Kiln.
package turns

import (
	"sync"
	"time"
)

// DefaultInterval is how long a turn lasts if somebody waits.
const DefaultInterval = 5 * time.Millisecond

// shortest is how long a waiter waits at least before it asks again. Asking at once would be a livelock: a thread may look for the
// question right after it has got its turn, and before it has done anything.
const shortest = 20 * time.Microsecond

// Lock is the lock. The zero value is free; Interval and Ask must not change once it is used.
type Lock struct {
	// Interval is how long a turn lasts at least if somebody waits, as far as the holder does not block.
	Interval time.Duration
	// Ask asks the holder to Switch soon. Any goroutine may call it; it may come too late, when somebody else has the turn. Nil: nobody
	// is asked.
	Ask func()

	mu    sync.Mutex
	held  bool
	since time.Time // when the turn began; only kept up to date while somebody waits
	queue []*waiter
}

type waiter struct{ turn chan struct{} }

// Acquire waits for a turn.
func (l *Lock) Acquire() {
	l.mu.Lock()
	if !l.held {
		l.held = true
		l.mu.Unlock()
		return
	}
	w := l.enqueue()
	l.mu.Unlock()
	l.wait(w)
}

// enqueue adds a waiter. The turn of a holder for whom nobody waited begins now.
func (l *Lock) enqueue() *waiter {
	w := &waiter{make(chan struct{}, 1)}
	if len(l.queue) == 0 {
		l.since = time.Now()
	}
	l.queue = append(l.queue, w)
	return w
}

func (l *Lock) wait(w *waiter) {
	if l.Ask == nil {
		<-w.turn
		return
	}
	pause := l.Interval
	for {
		if pause <= 0 {
			l.Ask()
			pause = max(l.Interval, shortest)
		}
		timer := time.NewTimer(pause)
		select {
		case <-w.turn:
			timer.Stop()
			return
		case <-timer.C:
			pause = l.left(w)
		}
	}
}

// left is how long the turn goes on, from the point of view of a waiter; those behind the first need not ask.
func (l *Lock) left(w *waiter) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 || l.queue[0] != w {
		return max(l.Interval, shortest)
	}
	return l.Interval - time.Since(l.since)
}

// Release ends a turn.
func (l *Lock) Release() {
	l.mu.Lock()
	l.pass()
	l.mu.Unlock()
}

// pass gives the turn to the first waiter.
func (l *Lock) pass() {
	if len(l.queue) == 0 {
		l.held = false
		return
	}
	w := l.queue[0]
	l.queue[0] = nil
	if l.queue = l.queue[1:]; len(l.queue) == 0 {
		l.queue = nil
	}
	l.since = time.Now()
	w.turn <- struct{}{}
}

// Switch lets those who wait have their turns first. It says whether anybody waited.
func (l *Lock) Switch() bool {
	l.mu.Lock()
	if len(l.queue) == 0 {
		l.mu.Unlock()
		return false
	}
	w := l.enqueue()
	l.pass()
	l.mu.Unlock()
	l.wait(w)
	return true
}

// Waiting is the number of those who wait.
func (l *Lock) Waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.queue)
}
