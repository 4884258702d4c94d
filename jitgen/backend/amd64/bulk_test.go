package amd64

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"kiln/gc"
	"kiln/gc/layout"
	"kiln/gc/mem"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
	"kiln/jitgen/op"
)

// ranges runs one operation on ranges of two arrays of bytes, with every operand as a value or a constant.
type ranges struct {
	t    *testing.T
	rt   *heapRuntime
	be   *Backend
	a, b uintptr
	d    *descr.Array
	size int
}

func newRanges(t *testing.T, size int) *ranges {
	rt, ns := newHeap(t, gc.Config{})
	be, err := New(rt, backend.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := ns.Lookup("array", "[]uint8").(*descr.Array)
	return &ranges{t, rt, be, rt.NewImmortal(d.Type.ID, size), rt.NewImmortal(d.Type.ID, size), d, size}
}

func (r *ranges) bytes(p uintptr) []byte { return mem.Bytes(p+uintptr(r.d.Type.Size), uintptr(r.size)) }

// fill gives both arrays contents in which neighbours differ and equal ranges are frequent.
func (r *ranges) fill(seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 2))
	a, b := r.bytes(r.a), r.bytes(r.b)
	for i := range a {
		a[i] = byte(i * 7)
		b[i] = a[i]
		if rng.IntN(40) == 0 {
			b[i] ^= byte(1 << rng.IntN(8))
		}
	}
}

// compile makes a function of an operation. Operands that are not 0 in constants have that value in the code.
func (r *ranges) compile(code op.Code, constants ...int64) func(args ...uint64) uint64 {
	var in, operands []string
	for i, k := range code.Info().Args {
		name := fmt.Sprintf("%s%d", strings.Replace(string(k), "r", "p", 1), i)
		in = append(in, name)
		if i < len(constants) && constants[i] != 0 {
			name = fmt.Sprint(constants[i])
		}
		operands = append(operands, name)
	}
	args := strings.Join(in, ", ")
	result, out := "", "99"
	if code.Info().Result != op.Void {
		result, out = "i9 = ", "i9"
	}
	ns := r.rt.ns
	ns.Forget()
	text := fmt.Sprintf("[%s]\nlabel(%s, descr=Target1)\n%s%v(%s, descr=[]uint8)\nfinish(%s, %s)\n",
		args, args, result, code, strings.Join(operands, ", "), out, args)
	loop := compileText(r.t, r.be, ns, text)
	return func(args ...uint64) uint64 {
		e := r.be.Execute(r.rt.th, loop, args)
		for i, w := range args {
			if e.Values[i+1] != w {
				r.t.Errorf("%s: operand %d was %#x and is %#x after it", text, i, w, e.Values[i+1])
			}
		}
		return e.Values[0]
	}
}

// TestCopyRanges: all small lengths and overlaps, against Go's copy.
func TestCopyRanges(t *testing.T) {
	r := newRanges(t, 160)
	dst := r.compile(op.ArrayCopy)
	fixed := r.compile(op.ArrayCopy, 0, 3, 0, 5, 21)
	same := make([]byte, r.size)
	for n := range 70 {
		for _, from := range []int{0, 1, 7, 16, 40} {
			for to := range 60 {
				for _, other := range []bool{false, true} {
					r.fill(1)
					target := r.a
					if other {
						target = r.b
					}
					copy(same, r.bytes(target))
					copy(same[to:to+n], append([]byte(nil), r.bytes(r.a)[from:from+n]...))
					dst(uint64(r.a), uint64(from), uint64(target), uint64(to), uint64(n))
					if !bytes.Equal(same, r.bytes(target)) {
						t.Fatalf("copy of %d bytes from %d to %d, other array: %v", n, from, to, other)
					}
				}
			}
		}
	}
	r.fill(2)
	copy(same, r.bytes(r.a))
	copy(same[5:26], append([]byte(nil), same[3:24]...))
	fixed(uint64(r.a), 0, uint64(r.a), 0, 0)
	if !bytes.Equal(same, r.bytes(r.a)) {
		t.Error("copy with constant operands")
	}
	if dst(0, 0, 0, 0, 0); t.Failed() {
		t.Error("nothing, of nil")
	}
}

// TestClearRanges: all small lengths.
func TestClearRanges(t *testing.T) {
	r := newRanges(t, 160)
	clr := r.compile(op.ArrayClear)
	want := make([]byte, r.size)
	for n := range 70 {
		for from := range 20 {
			r.fill(1)
			copy(want, r.bytes(r.a))
			clear(want[from : from+n])
			clr(uint64(r.a), uint64(from), uint64(n))
			if !bytes.Equal(want, r.bytes(r.a)) {
				t.Fatalf("%d bytes from %d", n, from)
			}
		}
	}
}

// TestCompareRanges: equality, order and search, against package bytes.
func TestCompareRanges(t *testing.T) {
	r := newRanges(t, 100)
	equal, compare, index := r.compile(op.BytesEqual), r.compile(op.BytesCompare), r.compile(op.BytesIndex)
	for seed := range uint64(30) {
		r.fill(seed)
		a, b := r.bytes(r.a), r.bytes(r.b)
		for i := range 20 {
			for n := range 40 {
				want := uint64(0)
				if bytes.Equal(a[i:i+n], b[i:i+n]) {
					want = 1
				}
				if got := equal(uint64(r.a), uint64(i), uint64(r.b), uint64(i), uint64(n)); got != want {
					t.Fatalf("seed %d: equality of %d bytes at %d: %d", seed, n, i, got)
				}
				m := (n*7 + i) % 45
				order := int64(bytes.Compare(a[i:i+n], b[i:i+m]))
				if got := compare(uint64(r.a), uint64(i), uint64(n), uint64(r.b), uint64(i), uint64(m)); int64(got) != order {
					t.Fatalf("seed %d: order of %d and %d bytes at %d: %d", seed, n, m, i, int64(got))
				}
				at := int64(bytes.IndexByte(a[i:i+n], b[m]))
				if at >= 0 {
					at += int64(i)
				}
				if got := index(uint64(r.a), uint64(i), uint64(i+n), 0xff00|uint64(b[m])); int64(got) != at {
					t.Fatalf("seed %d: index of %d in %d bytes at %d: %d", seed, b[m], n, i, int64(got))
				}
			}
		}
	}
	if equal(uint64(r.a), 3, uint64(r.a), 3, 9) != 1 || equal(0, 0, 0, 0, 0) != 1 || compare(0, 0, 0, uint64(r.a), 0, 4) != ^uint64(0) ||
		index(0, 0, 0, 1) != ^uint64(0) {
		t.Error("the same array, or nil")
	}
}

// TestArraysOfAnyLength: short ones come from the nursery, long ones and negative lengths from the runtime.
func TestArraysOfAnyLength(t *testing.T) {
	for _, name := range []string{"[]int", "[]uint8", "[]int16", "[]Odd", "[]Pt"} {
		for _, config := range []gc.Config{{}, {Stress: 1, Verify: true}} {
			rt, ns := newHeap(t, config)
			be, err := New(rt, backend.Options{})
			if err != nil {
				t.Fatal(err)
			}
			loop := compileText(t, be, ns, strings.ReplaceAll(`
[i0, p1, i2]
label(i0, p1, i2, descr=Target1)
p3 = malloc_array(i0, descr=NAME)
i4 = arraylen(p3, descr=NAME)
i5 = typeid_of(p3)
finish(p3, i4, i5, i0, p1, i2)
`, "NAME", name))
			d := ns.Lookup("array", name).(*descr.Array)
			for _, n := range []int{0, 1, 2, 3, 7, 63, 64, 65, 200, 511, 512, 4079, 4080, 4081, 5000} {
				e := be.Execute(rt.th, loop, []uint64{uint64(n), 0, 77})
				if e.Values[1] != uint64(n) || e.Values[2] != uint64(d.Type.ID) || e.Values[3] != uint64(n) || e.Values[5] != 77 {
					t.Fatalf("%s of length %d: %v", name, n, e.Values)
				}
				p := uintptr(e.Values[0])
				for _, b := range mem.Bytes(p+uintptr(d.Type.Size), uintptr(n*d.Type.ItemSize)) {
					if b != 0 {
						t.Fatalf("%s of length %d is not zero", name, n)
					}
				}
				for i := range mem.Bytes(p+uintptr(d.Type.Size), uintptr(n*d.Type.ItemSize)) {
					if d.Type.ItemRefs == nil {
						mem.Store8(p+uintptr(d.Type.Size+i), 0, -1) // what a neighbour must not lose
					}
				}
				rt.Collect(rt.th)
			}
			func() {
				defer func() {
					if r := recover(); r == nil {
						t.Errorf("%s of negative length: no panic", name)
					}
				}()
				be.Execute(rt.th, loop, []uint64{^uint64(0), 0, 0})
			}()
		}
	}
}

// TestCopyToOldArray: copying references into an array whose barrier flag is set puts it on the remembered list, once.
func TestCopyToOldArray(t *testing.T) {
	rt, ns := newHeap(t, gc.Config{})
	be, err := New(rt, backend.Options{})
	if err != nil {
		t.Fatal(err)
	}
	loop := compileText(t, be, ns, `
[p0, p1, i2]
label(p0, p1, i2, descr=Target1)
array_copy(p0, 1, p1, 2, i2, descr=[]ref)
finish(p0, p1, i2)
`)
	d := ns.Lookup("array", "[]ref").(*descr.Array)
	a, b := rt.NewImmortal(d.Type.ID, 10), rt.NewImmortal(d.Type.ID, 10)
	mem.StoreRef(a, uintptr(d.Type.Size+8), a)
	mem.StoreU64(b, 0, mem.LoadU64(b, 0)|layout.FlagBarrier)
	top := rt.NewImmortal(ns.Lookup("array", "[]int").(*descr.Array).Type.ID, 10) + 16
	rt.th.RememberedTop = top
	for range 2 {
		be.Execute(rt.th, loop, []uint64{uint64(a), uint64(b), 3})
	}
	if mem.LoadU64(b, 0)&layout.FlagBarrier != 0 || rt.th.RememberedTop != top+8 || mem.LoadRef(top, 0) != b {
		t.Errorf("header %#x, %d bytes remembered", mem.LoadU64(b, 0), rt.th.RememberedTop-top)
	}
	if mem.LoadRef(b, uintptr(d.Type.Size+16)) != a {
		t.Error("not copied")
	}
	be.Execute(rt.th, loop, []uint64{0, 0, 0})
}
