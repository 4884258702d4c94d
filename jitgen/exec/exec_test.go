package exec

import (
	"testing"

	"kiln/jitgen/op"
)

// Every operation is executed or rejected with a reason, never both, never neither.
func TestHandleOrReject(t *testing.T) {
	handled := map[op.Code]bool{}
	for _, part := range []map[op.Code]Func{integers, floats, heapOps, bytesOps, dispatchOps, checks, hintOps, callOps, rewritten} {
		for code := range part {
			handled[code] = true
		}
	}
	for code := op.Code(0); int(code) < op.NumOps(); code++ {
		why, rejected := Rejected[code]
		if handled[code] == rejected {
			t.Errorf("%s: handled %v, rejected %v", code, handled[code], rejected)
		}
		if rejected && why == "" {
			t.Errorf("%s is rejected without a reason", code)
		}
		if Lookup(code) == nil {
			t.Errorf("%s has no entry", code)
		}
		// A guard is rejected, and GuardHolds answers for it unless it has no condition of its own.
		if code.Has(op.Guard) && !rejected {
			t.Errorf("%s: a guard must be rejected", code)
		}
	}
}

func TestRejectedPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("jump was executed")
		}
	}()
	Do(&Machine{}, op.Jump, nil, nil)
}

func TestGuardHolds(t *testing.T) {
	arena := newArena(t)
	obj := arena.object(7)
	for _, c := range []struct {
		code op.Code
		args []uint64
		want bool
	}{
		{op.GuardTrue, []uint64{1}, true}, {op.GuardTrue, []uint64{0}, false},
		{op.GuardFalse, []uint64{1}, false}, {op.GuardFalse, []uint64{0}, true},
		{op.GuardValueI, []uint64{5, 5}, true}, {op.GuardValueI, []uint64{5, 6}, false},
		{op.GuardValueR, []uint64{obj, obj}, true}, {op.GuardValueR, []uint64{obj, 0}, false},
		{op.GuardValueF, []uint64{1 << 63, 0}, false}, // -0 is not 0
		{op.GuardValueF, []uint64{0x7ff8000000000001, 0x7ff8000000000001}, true},
		{op.GuardClass, []uint64{obj, 7}, true}, {op.GuardClass, []uint64{obj, 8}, false},
		{op.GuardNonnull, []uint64{obj}, true}, {op.GuardNonnull, []uint64{0}, false},
		{op.GuardIsnull, []uint64{obj}, false}, {op.GuardIsnull, []uint64{0}, true},
		{op.GuardNonnullClass, []uint64{obj, 7}, true}, {op.GuardNonnullClass, []uint64{obj, 8}, false},
		{op.GuardNonnullClass, []uint64{0, 7}, false},
	} {
		if got := GuardHolds(c.code, c.args); got != c.want {
			t.Errorf("%s %x: %v", c.code, c.args, got)
		}
	}
}

// Folding must not look into objects nor divide by zero, and agrees with Do otherwise.
func TestFold(t *testing.T) {
	for _, code := range []op.Code{op.IntDiv, op.IntMod, op.UintDiv, op.UintMod} {
		if _, ok := Fold(code, nil, []uint64{1, 0}); ok {
			t.Errorf("%s by 0 was folded", code)
		}
		if v, ok := Fold(code, nil, []uint64{7, 7}); !ok || v != Pure(code, []uint64{7, 7}) {
			t.Errorf("%s: %d, %v", code, v, ok)
		}
	}
	for _, code := range []op.Code{op.ArrayLen, op.TypeIDOf, op.GetFieldI, op.CallPureI, op.New, op.CheckNil, op.PromoteI, op.GuardTrue} {
		if _, ok := Fold(code, nil, []uint64{0, 0}); ok {
			t.Errorf("%s was folded", code)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	m, args := &Machine{}, []uint64{3, 4}
	if n := testing.AllocsPerRun(100, func() { args[0] = Do(m, op.IntAdd, nil, args) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkIntAdd(b *testing.B) {
	m, args := &Machine{}, []uint64{3, 4}
	for b.Loop() {
		args[0] = Do(m, op.IntAdd, nil, args)
	}
}
