package plain

import (
	"runtime"
	"sync"
	"weak"
)

// identities is the one process-wide table. Its keys are weak, so that asking does not keep objects alive, and of type
// *byte, so that an object and the struct embedded in its first position are one.
var identities identityTable

type identityTable struct {
	sync.Mutex
	last    int64
	numbers map[weak.Pointer[byte]]int64
}

// IdentityHash is the number of the object that p points to.
func IdentityHash(p *byte) int64 { return identities.hash(p) }

func (t *identityTable) hash(p *byte) int64 {
	t.Lock()
	defer t.Unlock()
	key := weak.Make(p)
	if n, known := t.numbers[key]; known {
		return n
	}
	if t.numbers == nil {
		t.numbers = map[weak.Pointer[byte]]int64{}
	}
	t.last++
	t.numbers[key] = t.last
	runtime.AddCleanup(p, t.drop, key)
	return t.last
}

// drop runs on the runtime's cleanup goroutine after the object is gone.
func (t *identityTable) drop(key weak.Pointer[byte]) {
	t.Lock()
	defer t.Unlock()
	delete(t.numbers, key)
}
