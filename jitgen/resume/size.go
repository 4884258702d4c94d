package resume

import (
	"unsafe"

	"kiln/jitgen/trace"
)

// Sizes adds up the memory that guards take for the moment they fail. What several guards share counts once.
type Sizes struct {
	Guards                          int
	Frames, Virtuals, Stores, Facts int // bytes
	Rest                            int // descriptors, kinds of fail arguments
	seen                            map[unsafe.Pointer]bool
}

// Sized is implemented by facts that know how much memory they take, and what identifies memory they share.
type Sized interface {
	Size() (bytes int, id unsafe.Pointer)
}

// Add counts a guard.
func (s *Sizes) Add(g *trace.Guard) {
	if s.seen == nil {
		s.seen = map[unsafe.Pointer]bool{}
	}
	s.Guards++
	d := g.Data.(*Data)
	s.Rest += int(unsafe.Sizeof(*g)+unsafe.Sizeof(*d)) + len(g.Kinds)
	for f := d.Top; f != nil && !s.seen[unsafe.Pointer(f)]; f = f.Outer {
		s.seen[unsafe.Pointer(f)] = true
		s.Frames += int(unsafe.Sizeof(*f))
		s.list(&s.Frames, unsafe.Pointer(unsafe.SliceData(f.Values)), len(f.Values), unsafe.Sizeof(Source(0)))
	}
	s.list(&s.Virtuals, unsafe.Pointer(unsafe.SliceData(d.Virtuals)), len(d.Virtuals), unsafe.Sizeof(VirtualData{}))
	for _, v := range d.Virtuals {
		s.list(&s.Virtuals, unsafe.Pointer(v.Shape), 1, unsafe.Sizeof(*v.Shape))
		s.list(&s.Virtuals, unsafe.Pointer(unsafe.SliceData(v.Places)), len(v.Places), unsafe.Sizeof(Place{}))
		s.list(&s.Virtuals, unsafe.Pointer(unsafe.SliceData(v.Values)), len(v.Values), unsafe.Sizeof(Source(0)))
	}
	s.list(&s.Stores, unsafe.Pointer(unsafe.SliceData(d.Pending)), len(d.Pending), unsafe.Sizeof(Store{}))
	if facts, ok := g.Facts.(Sized); ok {
		n, id := facts.Size()
		s.list(&s.Facts, id, 1, uintptr(n))
	}
}

// list counts a list of n items at p, once.
func (s *Sizes) list(to *int, p unsafe.Pointer, n int, item uintptr) {
	if n > 0 && !s.seen[p] {
		s.seen[p] = true
		*to += n * int(item)
	}
}

// Bytes is the memory of all guards.
func (s *Sizes) Bytes() int { return s.Frames + s.Virtuals + s.Stores + s.Facts + s.Rest }

// Done forgets what was seen: nothing counted from now on shares memory with what was counted.
func (s *Sizes) Done() { s.seen = nil }
