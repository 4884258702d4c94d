package plain

import "sync"

// due are the finalizers whose objects Go's collector has found dead.
var due struct {
	sync.Mutex
	calls []func()
}

// Due adds a call for RunDue. Any goroutine may call it.
func Due(call func()) {
	due.Lock()
	due.calls = append(due.calls, call)
	due.Unlock()
}

// RunDue calls what is due.
func RunDue() {
	due.Lock()
	calls := due.calls
	due.calls = nil
	due.Unlock()
	for _, call := range calls {
		call()
	}
}
