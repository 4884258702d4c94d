// Package trap raises Go's run-time panics: one function for each, called by emitted Go, by the
// exits of machine code and by every other executor of check operations.
//
// Where possible a function commits the very mistake it reports, on values of no size, so that the
// panic value is Go's own and its text follows the Go release in use: an uncaught trap prints the
// same first line as the program would under `go run` and exits with status 2; a recovered one is
// a runtime.Error with the same message.
//
// No function returns. Go's compiler does not know that, so emitted code writes a real `panic` after
// the call, on a block of its own: a call that seems to return would make the register allocator
// spill in the dispatch loop (measured: 1.16x).
//
// Leaf package: must not import anything of Kiln.
package trap

// Index raises the panic of a[i] with len(a) == n.
//
//go:noinline
func Index(i, n int) {
	_ = make([]struct{}, n)[i]
	unreachable("Index")
}

// Slice raises the panic of s[lo:hi] with cap(s) == max.
//
//go:noinline
func Slice(lo, hi, max int) {
	_ = make([]struct{}, max)[lo:hi]
	unreachable("Slice")
}

// SliceLen raises the panic of s[lo:hi] on a string or array of length n, which Go words differently
// from that of a slice.
//
//go:noinline
func SliceLen(lo, hi, n int) {
	if hi < 0 || hi > n {
		if hi < 0 {
			Slice(0, hi, n)
		}
		panic(plain("runtime error: slice bounds out of range [:" + itoa(hi) + "] with length " + itoa(n)))
	}
	Slice(lo, hi, n)
}

// Nil raises the panic of reading through a nil pointer.
//
//go:noinline
func Nil() {
	var p *int
	*p = 0
	unreachable("Nil")
}

// Divide raises the panic of an integer division by zero.
//
//go:noinline
func Divide() {
	zero := 0
	sink = 1 / zero
	unreachable("Divide")
}

// Shift raises the panic of a negative shift count.
//
//go:noinline
func Shift() {
	count := -1
	sink = 1 << count
	unreachable("Shift")
}

// MakeSlice raises the panic of make([]T, n) with n negative or too large.
//
//go:noinline
func MakeSlice() {
	n := -1
	_ = make([]struct{}, n)
	unreachable("MakeSlice")
}

// Assert raises the panic of a failed type assertion x.(want) where x is an empty interface.
// dynamic is the name of x's dynamic type, "" if x is nil.
//
//go:noinline
func Assert(dynamic, want string) { AssertFrom("interface {}", dynamic, want) }

// AssertFrom is Assert for a value of interface type iface.
//
//go:noinline
func AssertFrom(iface, dynamic, want string) {
	if dynamic == "" {
		dynamic = "nil"
	}
	panic(plain("interface conversion: " + iface + " is " + dynamic + ", not " + want))
}

// Explicit is panic(v).
//
//go:noinline
func Explicit(v any) { panic(v) }

// Message raises a runtime.Error with exactly this text: what the translated world refuses at run time
// though plain Go allows it (see docs/dialect.md).
//
//go:noinline
func Message(s string) { panic(plain(s)) }

// Refuse raises the panic with which translated code refuses to go on where it would differ from plain Go. It is neither a
// runtime.Error nor a string: what runs deferred functions of the program lets it pass, so nobody recovers it.
//
//go:noinline
func Refuse(s string) { panic(refusal{s}) }

type refusal struct{ text string }

func (r refusal) Error() string { return r.text }

// plain is a runtime.Error without prefix.
type plain string

func (p plain) Error() string { return string(p) }

// RuntimeError marks the type as Go's own run-time errors are marked.
func (plain) RuntimeError() {}

// sink keeps the compiler from dropping the operations that must fail. Nothing reads it.
var sink int

func unreachable(name string) {
	panic("trap." + name + " was called with values that do not fail")
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}
