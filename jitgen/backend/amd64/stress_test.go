package amd64

import (
	"flag"
	"io"
	"runtime"
	"runtime/pprof"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kiln/jitgen/backend"
)

var stressStops = flag.Int("stress", 100, "how many times TestStopTheWorldStress stops the world; 10000 for the full test")

// TestStopTheWorldStress runs a compiled loop while another goroutine of the process forces collections and CPU
// profiling is on. Machine code has to let the world stop while it runs: not once a loop is over. The percentiles of how long that
// took, beside those of a loop of Go's own, are for people, since they depend on what else the machine does. The full test is
//
//	go test -run StopTheWorldStress -v ./jitgen/backend/amd64 -stress 10000
func TestStopTheWorldStress(t *testing.T) {
	b, _ := newBackend(t, backend.Options{})
	tr, _ := sumLoop()
	loop := &backend.Loop{}
	if err := b.CompileLoop(loop, tr); err != nil {
		t.Fatal(err)
	}
	if err := pprof.StartCPUProfile(io.Discard); err != nil {
		t.Logf("no profiling: %v", err) // the test binary itself is being profiled
	} else {
		defer pprof.StopCPUProfile()
	}
	const n = 200_000_000 // a tenth of a second and more
	stopWhile(t, "Go", func() {
		sum := 0
		for i := range n {
			sum = sumStep(sum, i)
		}
	})
	th := newThread(t)
	stopWhile(t, "machine code", func() {
		e := b.Execute(th, loop, []uint64{0, n, 0})
		if e.Kind != backend.ExitGuard || e.Values[0] != n || e.Values[1] != n*(n-1)/2 {
			t.Errorf("wrong result: %+v", e)
		}
	})
}

//go:noinline
func sumStep(a, b int) int { return a + b }

// stopWhile stops the world many times while another goroutine runs work over and over, and requires that most of the stops
// begin and end during one round of work. They would all end between rounds if the world did not stop during work.
func stopWhile(t *testing.T, name string, work func()) {
	var stop atomic.Bool
	var rounds atomic.Int64 // begun
	var worker sync.WaitGroup
	worker.Go(func() {
		for !stop.Load() {
			rounds.Add(1)
			work()
		}
	})
	for rounds.Load() == 0 {
		runtime.Gosched()
	}
	var pauses []time.Duration
	var stats runtime.MemStats
	var garbage [][]byte
	within := 0
	for i := range *stressStops {
		if i%4 == 0 {
			garbage = append(garbage[:0], make([]byte, 1<<16))
			runtime.GC()
		}
		round := rounds.Load()
		start := time.Now()
		runtime.ReadMemStats(&stats) // stops the world and does little else
		pauses = append(pauses, time.Since(start))
		if rounds.Load() == round {
			within++
		}
		time.Sleep(time.Millisecond)
	}
	stop.Store(true)
	worker.Wait()
	slices.Sort(pauses)
	n := len(pauses)
	t.Logf("%s: %d stops of the world, %d of them within one of %d rounds: median %v, 99th percentile %v, longest %v",
		name, n, within, rounds.Load(), pauses[n/2], pauses[n*99/100], pauses[n-1])
	if within < n/2 {
		t.Errorf("%s: only %d of %d stops of the world were during work", name, within, n)
	}
}
