package opt

import (
	"math"
	"math/rand"
	"slices"
	"testing"

	"kiln/jitgen/descr"
	"kiln/jitgen/exec"
	"kiln/jitgen/op"
	"kiln/jitgen/resume"
	"kiln/jitgen/trace"
)

func (b bounds) has(v int64) bool {
	return b.lo <= v && v <= b.hi && uint64(v)&b.zeros == 0 && ^uint64(v)&b.ones == 0
}

// randomBounds makes a set with some of its members.
func randomBounds(r *rand.Rand) (bounds, []int64) {
	var members []int64
	b := anything
	switch r.Intn(3) {
	case 0:
		x, y := interestingWord(r), interestingWord(r)
		b = between(min(x, y), max(x, y))
		members = append(members, x, y, x/2+y/2)
	case 1:
		x := interestingWord(r)
		known := r.Uint64() & r.Uint64()
		b = bounds{math.MinInt64, math.MaxInt64, ^uint64(x) & known, uint64(x) & known}.tighten()
		members = append(members, x, int64(uint64(x)&known), int64(uint64(x)&known|r.Uint64()&^known))
	default:
		n := int64(r.Intn(40)) - 5
		b = between(n, n+int64(r.Intn(70)))
		members = append(members, b.lo, b.hi, b.lo+(b.hi-b.lo)/2)
	}
	return b, slices.DeleteFunc(members, func(v int64) bool { return !b.has(v) })
}

func testRun(kinds ...op.Kind) *run {
	in := trace.New("test", trace.NewPool(), kinds...)
	out := trace.New("test", in.Consts)
	r := New(&descr.Program{}, Config{}).newRun(0, in, out, resume.NewMemo(out), &Stats{})
	r.inputs(in)
	return r
}

// TestTransfer: whatever the operands are within their bounds, the result is within the computed bounds.
func TestTransfer(t *testing.T) {
	random := rand.New(rand.NewSource(7))
	for code := op.Code(1); int(code) < op.NumOps(); code++ {
		info := code.Info()
		if info.Flags&op.Pure == 0 || info.Descr != "" || info.Args != "i" && info.Args != "ii" || info.Result != op.Int {
			continue
		}
		for n := 0; n < 300; n++ {
			r := testRun(op.Int, op.Int)
			x, xs := randomBounds(random)
			y, ys := randomBounds(random)
			r.narrow(0, x)
			r.narrow(1, y)
			p := operation{trace.Op{Code: code, Args: []trace.Ref{0, 1}[:len(info.Args)]}}
			got := r.transfer(&p)
			same, isSame := r.identity(&p)
			for _, a := range xs {
				for _, b := range ys {
					v, ok := exec.Fold(code, nil, []uint64{uint64(a), uint64(b)}[:len(info.Args)])
					if !ok {
						continue
					}
					if !got.has(int64(v)) {
						t.Fatalf("%s: %+v, %+v: bounds %+v do not have %d = f(%d, %d)", code, x, y, got, int64(v), a, b)
					}
					if isSame && int64(v) != []int64{a, b}[same] {
						t.Fatalf("%s: %+v, %+v: not operand %d: f(%d, %d) = %d", code, x, y, same, a, b, int64(v))
					}
				}
			}
		}
	}
}

// TestLearn: what is concluded from a comparison's outcome holds for all operands with that outcome.
func TestLearn(t *testing.T) {
	random := rand.New(rand.NewSource(8))
	for code := op.Code(1); int(code) < op.NumOps(); code++ {
		info := code.Info()
		if !code.Has(op.Compare) || info.Args != "i" && info.Args != "ii" {
			continue
		}
		for n := 0; n < 150; n++ {
			x, xs := randomBounds(random)
			y, ys := randomBounds(random)
			for _, a := range xs {
				for _, b := range ys {
					v, _ := exec.Fold(code, nil, []uint64{uint64(a), uint64(b)}[:len(info.Args)])
					r := testRun(op.Int, op.Int)
					r.narrow(0, x)
					r.narrow(1, y)
					r.compared(&trace.Op{Code: code, Args: []trace.Ref{0, 1}[:len(info.Args)]}, v != 0)
					if bx, by := r.boundsOf(r.resolve(0)), r.boundsOf(r.resolve(1)); !bx.has(a) || !by.has(b) {
						t.Fatalf("%s(%d, %d) = %d in %+v, %+v: learnt %+v, %+v", code, a, b, v, x, y, bx, by)
					}
				}
			}
		}
	}
}

// TestChecks: a check that passed narrows its operands soundly, and is removed only if it passes.
func TestChecks(t *testing.T) {
	random := rand.New(rand.NewSource(9))
	passes := func(code op.Code, a []int64) (ok bool) {
		defer func() { ok = recover() == nil }()
		words := make([]uint64, len(a))
		for i := range a {
			words[i] = uint64(a[i])
		}
		exec.Do(nil, code, nil, words)
		return true
	}
	for _, code := range []op.Code{op.CheckIndex, op.CheckSlice, op.CheckSliceLen, op.CheckZero, op.CheckShift, op.CheckLen} {
		for n := 0; n < 5000; n++ {
			r := testRun(op.Int, op.Int, op.Int)
			args := []trace.Ref{0, 1, 2}[:len(code.Info().Args)]
			p := operation{trace.Op{Code: code, Args: args, Res: trace.None}}
			values := make([]int64, len(args))
			for i := range args {
				b, members := randomBounds(random)
				r.narrow(args[i], b)
				values[i] = members[random.Intn(len(members))]
			}
			if code != op.CheckZero && code != op.CheckShift && values[len(values)-1] < 0 {
				continue // lengths are not negative, whoever they come from
			}
			ok := passes(code, values)
			if removed := checkBefore(r, &p) == done; removed && !ok {
				t.Fatalf("%s removed, but fails for %v", code, values)
			}
			if !ok {
				continue
			}
			checkAfter(r, &p)
			for i := range args {
				if b := r.boundsOf(r.resolve(args[i])); !b.has(values[i]) {
					t.Fatalf("%s(%v) passed: operand %d has bounds %+v", code, values, i, b)
				}
			}
		}
	}
}
