package gc

import (
	"unsafe"

	"kiln/gc/mem"
	"kiln/gc/thread"
)

// ShadowStackSize is the size in bytes of a thread's shadow stack: more than Go's own stack limit lets a
// recursion fill. Memory is used as it is touched; running over the end faults on a guard page.
const ShadowStackSize = 256 << 20

// NewThread makes a Thread with a shadow stack and an empty nursery. It lives as long as the process.
func (h *Heap) NewThread() *thread.Thread {
	record, err := mem.Map(thread.Size)
	if err != nil {
		panic(err)
	}
	shadow, err := mem.MapGuarded(ShadowStackSize)
	if err != nil {
		panic(err)
	}
	t := (*thread.Thread)(mem.Ptr(record))
	t.ID = uint64(len(h.threads))
	t.ShadowBase, t.ShadowTop, t.ShadowEnd = shadow, shadow, shadow+ShadowStackSize
	if h.listSize > 0 {
		list, err := mem.Reserve(h.listSize)
		if err == nil {
			err = mem.Commit(list, h.listSize)
		}
		if err != nil {
			panic(err)
		}
		t.RememberedBase, t.RememberedTop = list, list
	}
	h.threads = append(h.threads, &threadState{t: t})
	return t
}

// walkRoots visits every root but the immortal objects.
func (h *Heap) walkRoots(visit func(*uintptr)) {
	h.walk(visit, RootWalker.WalkRoots)
}

// walkYoungRoots visits every root that may refer to a young object.
func (h *Heap) walkYoungRoots(visit func(*uintptr)) {
	h.walk(visit, func(w RootWalker, visit func(*uintptr)) {
		if y, ok := w.(YoungWalker); ok {
			y.WalkYoung(visit)
		} else {
			w.WalkRoots(visit)
		}
	})
}

func (h *Heap) walk(visit func(*uintptr), walker func(RootWalker, func(*uintptr))) {
	for _, ts := range h.threads {
		walkThread(ts.t, visit)
	}
	for _, w := range h.walkers {
		walker(w, visit)
	}
	h.finalizers.walkRoots(visit)
	h.held.walkRoots(visit)
}

func walkThread(t *thread.Thread, visit func(*uintptr)) {
	for p := t.ShadowBase; p < t.ShadowTop; p += 8 {
		visit((*uintptr)(unsafe.Pointer(p)))
	}
	for i := range t.ArgR[:t.RefArgs] {
		visit(&t.ArgR[i])
	}
	for i := range t.ResR[:t.RefResults] {
		visit(&t.ResR[i])
	}
}
