package amd64

import (
	"fmt"
	"testing"

	"kiln/gc"
	"kiln/jitgen/backend"
)

// TestShortEqual: bytes compared with a part of a constant string, of all short lengths, with a difference at each place.
func TestShortEqual(t *testing.T) {
	rt, ns := newHeap(t, gc.Config{})
	b, err := New(rt, backend.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := "\x80bcdefghij\xffklmnopqrstu"
	want := rt.Heap.NewString(rt.th, text)
	rt.Heap.MakeImmortal(rt.th, &want)
	ns.SetObject("text", uint64(want))
	for n := 0; n <= maxShort+2; n++ {
		for start := range 3 {
			ns.Forget()
			loop := compileText(t, b, ns, fmt.Sprintf("[p0, i1]\nlabel(p0, i1, descr=Target1)\n"+
				"i2 = bytes_equal(p0, 2, ConstPtr(text), %d, %d, descr=string)\nfinish(i2, i1)\n", start, n))
			swapped := compileText(t, b, ns, fmt.Sprintf("[p0, i1]\nlabel(p0, i1, descr=Target2)\n"+
				"i2 = bytes_equal(ConstPtr(text), %d, p0, 2, %d, descr=string)\nfinish(i2, i1)\n", start, n))
			for differs := -1; differs < n; differs++ {
				other := []byte("??" + text[start:start+n] + "?")
				if differs >= 0 {
					other[2+differs] ^= 0x80
				}
				p := uint64(rt.Heap.NewString(rt.th, string(other)))
				for _, l := range []*backend.Loop{loop, swapped} {
					e := b.Execute(rt.th, l, []uint64{p, 77})
					if got := e.Values[0]; got > 1 || (got == 1) != (differs < 0) || e.Values[1] != 77 {
						t.Fatalf("%d bytes from %d, different at %d: %d", n, start, differs, got)
					}
				}
			}
		}
	}
}
