package framework

// Threads. One thread runs the program's code at a time; it gives up its turn when it waits, in host functions that may block, and, if
// others have waited for an interval, where a driver's CanEnterJit is called. What lies between happens at once for all other threads: no
// locks are needed around it. docs/threads.md has the details.
//
// This file is translated as any dialect code; what differs between the worlds is in turns.go.

// Thread is a thread of the program.
type Thread struct {
	done    bool
	joining []int
}

// StartThread runs f on a new thread, when its turn comes. A panic in f that nothing recovers ends the program. The program ends when main returns,
// whatever other threads do.
func StartThread(f func()) *Thread {
	t := &Thread{}
	startThread(func() {
		f()
		t.done = true
		for _, s := range t.joining {
			wake(s)
		}
		t.joining = nil
	})
	return t
}

// Join waits until the thread has ended.
func (t *Thread) Join() {
	if !t.done {
		s := newSemaphore()
		t.joining = append(t.joining, s)
		wait(s)
	}
}

// Yield lets other threads have their turns, if some wait.
func Yield() { switchThread() }

// ThreadNumber is the number of the running thread: 1 for the first, and no number is used twice.
func ThreadNumber() int { return threadNumber() }

// Lock is held by one thread at a time, across turns. Make it with NewLock.
type Lock struct {
	held    bool
	waiting []int
}

// NewLock makes a lock that nobody holds.
func NewLock() *Lock { return &Lock{} }

// Acquire waits for the lock. Who waits longest gets it first.
func (l *Lock) Acquire() {
	if !l.held {
		l.held = true
		return
	}
	s := newSemaphore()
	l.waiting = append(l.waiting, s)
	wait(s) // whoever releases the lock hands it over
}

// TryAcquire takes the lock if nobody holds it, and says whether it did.
func (l *Lock) TryAcquire() bool {
	if l.held {
		return false
	}
	l.held = true
	return true
}

// Release gives the lock back. It panics if nobody holds it.
func (l *Lock) Release() {
	if !l.held {
		panic("framework: release of a lock that nobody holds")
	}
	if len(l.waiting) == 0 {
		l.held = false
		return
	}
	s := l.waiting[0]
	l.waiting = l.waiting[1:]
	wake(s)
}

// Cond is where threads wait for a condition on what a lock protects.
type Cond struct {
	lock    *Lock
	waiting []int
}

// NewCond makes one for a lock.
func NewCond(l *Lock) *Cond { return &Cond{lock: l} }

// Wait releases the lock, waits for Signal or Broadcast, and takes the lock again. Test the condition again then.
func (c *Cond) Wait() {
	s := newSemaphore()
	c.waiting = append(c.waiting, s)
	c.lock.Release()
	wait(s)
	c.lock.Acquire()
}

// Signal wakes the thread that has waited longest.
func (c *Cond) Signal() {
	if len(c.waiting) > 0 {
		s := c.waiting[0]
		c.waiting = c.waiting[1:]
		wake(s)
	}
}

// Broadcast wakes all that wait.
func (c *Cond) Broadcast() {
	for _, s := range c.waiting {
		wake(s)
	}
	c.waiting = nil
}

// ThreadLocal is a variable that each thread has of its own, zero at first.
type ThreadLocal[T any] struct {
	values map[int]*local[T]
	last   *local[T] // the one used last: mostly the running thread's
}

// local is the variable of one thread.
type local[T any] struct {
	thread int
	value  T
}

// NewThreadLocal makes one. It is there until the program ends.
func NewThreadLocal[T any]() *ThreadLocal[T] {
	l := &ThreadLocal[T]{values: map[int]*local[T]{}}
	locals = append(locals, l)
	return l
}

// Get is the running thread's value.
func (l *ThreadLocal[T]) Get() T { return l.own().value }

// Set changes the running thread's value.
func (l *ThreadLocal[T]) Set(v T) { l.own().value = v }

// own is the running thread's variable.
func (l *ThreadLocal[T]) own() *local[T] {
	n := threadNumber()
	if v := l.last; v != nil && v.thread == n {
		return v
	}
	l.last = l.find(n)
	return l.last
}

// find finds or makes the variable of a thread.
func (l *ThreadLocal[T]) find(number int) *local[T] {
	if l.values == nil {
		panic("framework: a ThreadLocal is made by NewThreadLocal")
	}
	v := l.values[number]
	if v == nil {
		v = &local[T]{thread: number}
		l.values[number] = v
	}
	return v
}

func (l *ThreadLocal[T]) forget(number int) {
	delete(l.values, number)
	l.last = nil
}

// locals are all thread-local variables.
var locals []interface{ forget(number int) }

// threadEnds is called for every thread but the main one when it ends.
func threadEnds(number int) {
	for _, l := range locals {
		l.forget(number)
	}
}
