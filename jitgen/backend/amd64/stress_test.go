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

var stressTime = flag.Duration("stress", 3*time.Second, "how long TestStopTheWorldStress runs; 30s for the full test")

// TestStopTheWorldStress runs a compiled loop while another goroutine of the process forces collections and CPU
// profiling is on. It prints the 99th percentile of how long stopping the world took. Run it with
//
//	go test -run StopTheWorldStress -v ./jitgen/backend/amd64 -stress 30s
//
// and expect at least 500 stops in that time.
//
// On a machine that is busy with other things the percentile says little, so the same is measured first with a
// loop of Go's own in place of machine code: machine code may take 10 ms, or three times as long as Go does.
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
	measureGo := func() time.Duration {
		return stopWhile(t, "Go", *stressTime/4, func() {
			sum := 0
			for i := range 50_000_000 {
				sum = sumStep(sum, i)
			}
		})
	}
	goSum := measureGo()
	th := newThread(t)
	measureJit := func() time.Duration {
		return stopWhile(t, "machine code", *stressTime, func() {
			const n = 50_000_000 // some 40 ms
			e := b.Execute(th, loop, []uint64{0, n, 0})
			if e.Kind != backend.ExitGuard || e.Values[0] != n || e.Values[1] != n*(n-1)/2 {
				t.Errorf("wrong result: %+v", e)
			}
		})
	}
	jitSum := measureJit()
	for attempt := 1; jitSum >= max(10*time.Millisecond, 3*goSum); attempt++ {
		if attempt == 3 {
			t.Fatalf("99th percentile %v, want less than %v", jitSum, max(10*time.Millisecond, 3*goSum))
		}
		goSum = max(goSum, measureGo()) // once more: the machine may have been busy with something else just then
		jitSum = measureJit()
	}
}

//go:noinline
func sumStep(a, b int) int { return a + b }

// stopWhile forces collections for a time while another goroutine runs work over and over, and returns the
// 99th percentile of stopping the world.
func stopWhile(t *testing.T, name string, d time.Duration, work func()) time.Duration {
	var stop atomic.Bool
	var worker sync.WaitGroup
	rounds := 0
	worker.Go(func() {
		for ; !stop.Load(); rounds++ {
			work()
		}
	})
	pauses := stopTheWorld(time.Now().Add(d))
	stop.Store(true)
	worker.Wait()
	slices.Sort(pauses)
	n := len(pauses)
	p99 := pauses[n*99/100]
	t.Logf("%s: %d stops of the world during %d rounds: median %v, 99th percentile %v, longest %v",
		name, n, rounds, pauses[n/2], p99, pauses[n-1])
	if want := int(500 * d.Seconds() / 30); n < want && name != "Go" {
		t.Errorf("only %d stops, want %d", n, want)
	}
	return p99
}

// stopTheWorld forces collections until a time, and measures stops of the world in between.
func stopTheWorld(until time.Time) (pauses []time.Duration) {
	var stats runtime.MemStats
	var garbage [][]byte
	for i := 0; time.Now().Before(until); i++ {
		if i%4 == 0 {
			garbage = append(garbage[:0], make([]byte, 1<<16))
			runtime.GC()
		}
		start := time.Now()
		runtime.ReadMemStats(&stats) // stops the world and does little else
		pauses = append(pauses, time.Since(start))
		time.Sleep(5 * time.Millisecond)
	}
	return pauses
}
