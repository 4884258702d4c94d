package amd64

import (
	"math/rand/v2"
	"testing"

	"kiln/jitgen/backend"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// TestDivideByConstants: divisions of everything interesting by constants, small, large and next to powers of two,
// against package exec.
func TestDivideByConstants(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	var divisors []int64
	for d := int64(1); d < 130; d++ {
		divisors = append(divisors, d)
	}
	for k := range 64 {
		divisors = append(divisors, 1<<k-1, 1<<k, 1<<k+1, 10<<k, rng.Int64()>>(k&63))
	}
	for range 100 {
		divisors = append(divisors, rng.Int64(), int64(rng.Uint32()))
	}
	codes := []op.Code{op.IntDiv, op.IntMod, op.UintDiv, op.UintMod}
	b, _ := newBackend(t, backend.Options{})
	th := newThread(t)
	for i, d := range divisors {
		if i%2 == 1 {
			d = -d
		}
		if d == 0 {
			continue
		}
		tr := trace.New("divide", trace.NewPool(), op.Int, op.Int)
		x := tr.Inputs[0]
		tr.Add(op.Label, &trace.Target{}, x, tr.Inputs[1])
		var out []trace.Ref
		for _, code := range codes {
			out = append(out, tr.Add(code, nil, x, tr.Int(d)).Res)
		}
		tr.Add(op.Finish, nil, append(out, x, tr.Inputs[1])...)
		loop := compileLoop(t, b, tr)
		for _, x := range numerators(rng, d) {
			e := b.Execute(th, loop, []uint64{uint64(x), 5})
			for i, code := range codes {
				want := exec.Pure(code, []uint64{uint64(x), uint64(d)})
				if e.Values[i] != want {
					t.Fatalf("%v(%d, %d): %d, want %d", code, x, d, int64(e.Values[i]), int64(want))
				}
			}
			if e.Values[4] != uint64(x) || e.Values[5] != 5 {
				t.Fatal("operands are lost")
			}
		}
	}
}

func numerators(rng *rand.Rand, d int64) []int64 {
	list := append([]int64{}, interesting...)
	for range 40 {
		m := int64(rng.Uint64()) >> rng.IntN(64)
		list = append(list, m, m*d, m*d-1, m*d+1)
	}
	return append(list, d, -d, d-1, d+1, 1-d)
}
