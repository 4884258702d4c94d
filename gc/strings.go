package gc

import (
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/gc/thread"
)

// NewString copies s into a string object; nil stands for the empty string. May collect.
func (h *Heap) NewString(t *thread.Thread, s string) uintptr {
	if s == "" {
		return 0
	}
	p := h.NewArray(t, layout.StringType, len(s))
	copy(mem.Bytes(p+layout.StringBaseOffset, uintptr(len(s))), s)
	return p
}

// NewImmortalString is NewString in the immortal space, for constants of the program; the empty string
// is an object there.
func (h *Heap) NewImmortalString(s string) uintptr {
	p := h.NewImmortal(layout.StringType, len(s))
	copy(mem.Bytes(p+layout.StringBaseOffset, uintptr(len(s))), s)
	return p
}

// GoString copies the string object at p into a Go string.
func (h *Heap) GoString(p uintptr) string { return GoString(p) }

// GoString copies the string object at p into a Go string; nil is the empty string.
func GoString(p uintptr) string {
	if p == 0 {
		return ""
	}
	return string(mem.Bytes(p+layout.StringBaseOffset, uintptr(mem.LoadI64(p, layout.StringLenOffset))))
}
