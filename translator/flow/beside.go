package flow

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Beside calls work with 0 to n-1, as many at a time as there are processors. It begins them in this order, so work may wait for
// one of a smaller number. A panic of theirs becomes one of the caller's; of several, that of the smallest number.
func Beside(n int, work func(i int)) {
	var next atomic.Int64
	errs := make([]error, n)
	guarded := func(i int) {
		defer Catch(&errs[i])
		work(i)
	}
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				guarded(i)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			panic(err)
		}
	}
}
