package plain

import (
	"runtime"
	"testing"
	"time"
)

// Asking for an identity does not keep the object or its entry.
func TestIdentityHashForgets(t *testing.T) {
	for i := 0; i < 1000; i++ {
		IdentityHash(&new([32]byte)[0])
	}
	for i := 0; i < 3000; i++ { // half a minute: the machine may be busy
		runtime.GC()
		identities.Lock()
		n := len(identities.numbers)
		identities.Unlock()
		if n < 500 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the table does not shrink")
}
