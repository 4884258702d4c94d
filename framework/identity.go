package framework

import (
	"runtime"
	"sync"
	"unsafe"
	"weak"
)

// IdentityHash is a number that the object p points to keeps for life: 1, 2, 3 ... in the order in which
// objects are first asked, so that it is the same in both worlds and in every run. 0 for nil. Use it where a language
// shows or hashes identities; addresses change when objects move.
//
// Two pointers to variables of size zero, whose identity Go leaves open, may or may not be the same object.
func IdentityHash[T any](p *T) int64 {
	if p == nil {
		return 0
	}
	return identities.hash((*byte)(unsafe.Pointer(p)), func(key weak.Pointer[byte]) {
		runtime.AddCleanup(p, identities.drop, key)
	})
}

// identities is the one process-wide table. Its keys are weak, so that asking does not keep objects alive, and of type
// *byte, so that an object and the struct embedded in its first position are one.
var identities identityTable

type identityTable struct {
	sync.Mutex
	last    int64
	numbers map[weak.Pointer[byte]]int64
}

func (t *identityTable) hash(p *byte, watch func(key weak.Pointer[byte])) int64 {
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
	watch(key)
	return t.last
}

// drop runs on the runtime's cleanup goroutine after the object is gone.
func (t *identityTable) drop(key weak.Pointer[byte]) {
	t.Lock()
	defer t.Unlock()
	delete(t.numbers, key)
}
