package amd64

import (
	"math"
	"testing"

	"kiln/gc"
	"kiln/gc/thread"
	"kiln/jitgen/backend"
	"kiln/jitgen/descr"
)

// The benchmarks here measure what leaving machine code costs, and what is done so as not to leave. Each loop counts
// i0 down to 0, so ns/op is the time of one iteration. Run them with
//
//	go test -run '^$' -bench Machine ./jitgen/backend/amd64
//
// "empty" is the loop itself, with its poll: what to subtract from the others.
var machineLoops = []struct{ name, text string }{
	{"empty", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
i4 = int_sub(i0, 1)
jump(i4, i1, p2, descr=Target1)
`},
	{"call", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
i5 = call_i(0, i0, descr=add)
i6 = int_add(i1, i5)
i4 = int_sub(i0, 1)
jump(i4, i6, p2, descr=Target1)
`},
	{"callpure", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
i5 = call_pure_i(0, i0, descr=add)
i6 = int_add(i1, i5)
i4 = int_sub(i0, 1)
jump(i4, i6, p2, descr=Target1)
`},
	{"allocate", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
p5 = malloc_nursery(32)
init_header(p5, 9)
setarrayitem(p5, 0, i0, descr=[]int)
i4 = int_sub(i0, 1)
jump(i4, i1, p2, descr=Target1)
`},
	{"allocatearray", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
i6 = int_and(i0, 7)
p5 = malloc_array(i6, descr=[]int)
i4 = int_sub(i0, 1)
jump(i4, i1, p5, descr=Target1)
`},
	{"copy8", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
array_copy(p2, 0, p2, 8, 8, descr=[]uint8)
i4 = int_sub(i0, 1)
jump(i4, i1, p2, descr=Target1)
`},
	{"copy200", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
array_copy(p2, 0, p2, 8, 200, descr=[]uint8)
i4 = int_sub(i0, 1)
jump(i4, i1, p2, descr=Target1)
`},
	{"clear64", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
array_clear(p2, 0, 64, descr=[]uint8)
i4 = int_sub(i0, 1)
jump(i4, i1, p2, descr=Target1)
`},
	{"equal12", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
i5 = bytes_equal(p2, 0, p2, 16, 12, descr=[]uint8)
i6 = int_add(i1, i5)
i4 = int_sub(i0, 1)
jump(i4, i6, p2, descr=Target1)
`},
	{"compare12", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
i5 = bytes_compare(p2, 0, 12, p2, 16, 12, descr=[]uint8)
i6 = int_add(i1, i5)
i4 = int_sub(i0, 1)
jump(i4, i6, p2, descr=Target1)
`},
	{"index20", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
i5 = bytes_index(p2, 0, 20, 7, descr=[]uint8)
i6 = int_add(i1, i5)
i4 = int_sub(i0, 1)
jump(i4, i6, p2, descr=Target1)
`},
	{"mod7", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
i5 = int_mod(i0, 7)
i6 = int_add(i1, i5)
i4 = int_sub(i0, 1)
jump(i4, i6, p2, descr=Target1)
`},
	{"div10", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
i5 = int_div(i0, 10)
i6 = int_add(i1, i5)
i4 = int_sub(i0, 1)
jump(i4, i6, p2, descr=Target1)
`},
	{"hash", `
[i0, i1, p2]
label(i0, i1, p2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i1]
i5 = identity_hash(p2)
i6 = int_add(i1, i5)
i4 = int_sub(i0, 1)
jump(i4, i6, p2, descr=Target1)
`},
}

func BenchmarkMachine(b *testing.B) {
	for _, l := range machineLoops {
		b.Run(l.name, func(b *testing.B) {
			rt, ns := newHeap(b, gc.Config{Nursery: 4 << 20, Max: 1 << 30})
			if err := ns.Declare("call add(int) (int)\n"); err != nil {
				b.Fatal(err)
			}
			rt.funcs = append(rt.funcs, func(t *thread.Thread) { t.ResI[0] = t.ArgI[0] })
			be, err := New(rt, backend.Options{})
			if err != nil {
				b.Fatal(err)
			}
			loop := compileText(b, be, ns, l.text)
			bytes := rt.Heap.NewImmortal(ns.Lookup("array", "[]uint8").(*descr.Array).Type.ID, 4000)
			b.ResetTimer()
			be.Execute(rt.th, loop, []uint64{uint64(b.N), 0, uint64(bytes)})
		})
	}
}

// BenchmarkEnter measures entering a loop that leaves at its first guard.
func BenchmarkEnter(b *testing.B) {
	be, _ := newBackend(b, backend.Options{})
	tr, _ := sumLoop()
	loop := compileLoop(b, be, tr)
	th := newThread(b)
	args := []uint64{1, 0, 0}
	for b.Loop() {
		be.Execute(th, loop, args)
	}
}

// numericLoops are five small loops as they come out of the optimiser, and the same in Go. The test of the
// ratio is for people: the machine is too noisy for a limit.
var numericLoops = []struct {
	name, text string
	rest       []uint64 // arguments after the counter
	run        func(n int) uint64
}{
	{"sum", `
[i0, i1]
label(i0, i1, descr=Target1)
i2 = int_gt(i0, 0)
guard_true(i2, descr=Guard1) [i1]
i3 = int_add(i1, i0)
i4 = int_sub(i0, 1)
jump(i4, i3, descr=Target1)
`, []uint64{0}, func(n int) uint64 {
		s := 0
		for ; n > 0; n-- {
			s += n
		}
		return uint64(s)
	}},
	{"collatz", `
[i0, i1, i2]
label(i0, i1, i2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [i2]
i4 = int_mod(i1, 2)
i5 = int_is_zero(i4)
i6 = int_div(i1, 2)
i7 = int_mul(i1, 3)
i8 = int_add(i7, 1)
i9 = int_mul(i5, i6)
i10 = int_sub(1, i5)
i11 = int_mul(i10, i8)
i12 = int_add(i9, i11)
i13 = int_add(i2, i12)
i14 = int_sub(i0, 1)
jump(i14, i12, i13, descr=Target1)
`, []uint64{27, 0}, func(n int) uint64 {
		x, s := start, 0
		for ; n > 0; n-- {
			even := 0
			if x%2 == 0 {
				even = 1
			}
			x = even*(x/2) + (1-even)*(3*x+1)
			s += x
		}
		return uint64(s)
	}},
	{"mandelbrot", `
[i0, f1, f2, f3, f4]
label(i0, f1, f2, f3, f4, descr=Target1)
i5 = int_gt(i0, 0)
guard_true(i5, descr=Guard1) [f1]
f6 = float_mul(f1, f1)
f7 = float_mul(f2, f2)
f8 = float_add(f6, f7)
i9 = float_le(f8, 4.0)
guard_true(i9, descr=Guard2) [f2]
f10 = float_mul(f1, f2)
f11 = float_mul(f10, 2.0)
f12 = float_add(f11, f4)
f13 = float_sub(f6, f7)
f14 = float_add(f13, f3)
i15 = int_sub(i0, 1)
jump(i15, f14, f12, f3, f4, descr=Target1)
`, []uint64{0, 0, math.Float64bits(real(point)), math.Float64bits(imag(point))}, func(n int) uint64 {
		x, y, cx, cy := 0.0, 0.0, real(point), imag(point)
		for ; n > 0; n-- {
			xx, yy := x*x, y*y
			if xx+yy > 4 {
				return 1
			}
			y = x*y*2 + cy
			x = xx - yy + cx
		}
		return math.Float64bits(x)
	}},
	{"digits", `
[i0, i1]
label(i0, i1, descr=Target1)
i2 = int_gt(i0, 0)
guard_true(i2, descr=Guard1) [i1]
i3 = int_mod(i0, 10)
i4 = int_div(i0, 10)
i5 = int_mul(i3, i4)
i6 = int_add(i1, i5)
i7 = int_sub(i0, 1)
jump(i7, i6, descr=Target1)
`, []uint64{0}, func(n int) uint64 {
		s := 0
		for ; n > 0; n-- {
			s += n % 10 * (n / 10)
		}
		return uint64(s)
	}},
	{"spectral", `
[i0, i1, f2]
label(i0, i1, f2, descr=Target1)
i3 = int_gt(i0, 0)
guard_true(i3, descr=Guard1) [f2]
i4 = int_add(i0, i1)
i5 = int_add(i4, 1)
i6 = int_mul(i4, i5)
i7 = int_shr(i6, 1)
i8 = int_add(i7, i0)
f9 = cast_int_to_float(i8)
f10 = float_div(1.0, f9)
f11 = float_add(f2, f10)
i12 = int_sub(i0, 1)
jump(i12, i1, f11, descr=Target1)
`, []uint64{uint64(start), 0}, func(n int) uint64 {
		s, j := 0.0, start
		for ; n > 0; n-- {
			s += 1 / float64((n+j)*(n+j+1)>>1+n)
		}
		return math.Float64bits(s)
	}},
}

// What Go's compiler must not know.
var (
	start = 27
	point = 0.3 + 0.5i
)

// BenchmarkNumeric runs each loop as machine code and in Go.
func BenchmarkNumeric(b *testing.B) {
	for _, l := range numericLoops {
		b.Run(l.name+"/machine", func(b *testing.B) {
			rt, ns := newHeap(b, gc.Config{})
			be, err := New(rt, backend.Options{})
			if err != nil {
				b.Fatal(err)
			}
			loop := compileText(b, be, ns, l.text)
			b.ResetTimer()
			be.Execute(rt.th, loop, append([]uint64{uint64(b.N)}, l.rest...))
		})
		b.Run(l.name+"/go", func(b *testing.B) { l.run(b.N) })
	}
}

// TestNumericLoops compares the results of the loops that are measured.
func TestNumericLoops(t *testing.T) {
	for _, l := range numericLoops {
		rt, ns := newHeap(t, gc.Config{})
		be, err := New(rt, backend.Options{})
		if err != nil {
			t.Fatal(err)
		}
		loop := compileText(t, be, ns, l.text)
		if e := be.Execute(rt.th, loop, append([]uint64{1000}, l.rest...)); e.Values[0] != l.run(1000) {
			t.Errorf("%s: machine code says %#x, Go %#x", l.name, e.Values[0], l.run(1000))
		}
	}
}
