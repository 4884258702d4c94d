package turns

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Turns exclude each other, and everybody who switches gets as many as everybody else.
func TestTurns(t *testing.T) {
	for _, interval := range []time.Duration{0, time.Millisecond} {
		var asked atomic.Bool
		l := &Lock{Interval: interval, Ask: func() { asked.Store(true) }}
		const n, rounds = 4, 200
		var group sync.WaitGroup
		inside, most := 0, 0
		var got [n]int
		l.Acquire()
		for i := range n {
			group.Go(func() {
				l.Acquire()
				for range rounds {
					if inside++; inside != 1 {
						t.Error("two have a turn")
					}
					got[i]++
					for _, g := range got {
						most = max(most, got[i]-g)
					}
					inside--
					l.Switch()
				}
				l.Release()
			})
		}
		for l.Waiting() < n {
			time.Sleep(time.Millisecond)
		}
		for !asked.Load() { // by those who wait
			time.Sleep(time.Millisecond)
		}
		if !l.Switch() {
			t.Error("somebody waited")
		}
		l.Release()
		group.Wait()
		for i, g := range got {
			if g != rounds {
				t.Errorf("%d had %d turns", i, g)
			}
		}
		if most > 1 {
			t.Errorf("somebody was %d turns ahead", most)
		}
		if l.Waiting() != 0 || l.Switch() {
			t.Error("nobody waits")
		}
	}
}

// Nobody is asked before the interval is over.
func TestInterval(t *testing.T) {
	asked := make(chan time.Time, 10)
	l := &Lock{Interval: 50 * time.Millisecond, Ask: func() { asked <- time.Now() }}
	l.Acquire()
	start := time.Now()
	done := make(chan bool)
	go func() { l.Acquire(); close(done) }()
	if d := (<-asked).Sub(start); d < 45*time.Millisecond {
		t.Errorf("asked after %v", d)
	}
	l.Release()
	<-done
}
