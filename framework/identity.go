package framework

import (
	"unsafe"

	"kiln/framework/plain"
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
	return plain.IdentityHash((*byte)(unsafe.Pointer(p)))
}
