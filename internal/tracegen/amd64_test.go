package tracegen

import (
	"os"
	"strconv"
	"testing"

	"kiln/gc"
	"kiln/jitgen/backend"
	"kiln/jitgen/backend/amd64"
	"kiln/jitgen/gcrewrite"
	"kiln/jitgen/trace"
)

// cases is how many random cases a test compares; TRACEGEN sets it for long runs.
func cases(t *testing.T) int {
	n, err := strconv.Atoi(os.Getenv("TRACEGEN"))
	if err != nil {
		n = 40
	}
	if testing.Short() {
		n = min(n, 10)
	}
	return n
}

func rewrite(w *World, t *trace.Trace) (*trace.Trace, error) { return gcrewrite.New().Rewrite(t), nil }

func amd64Side(prepare func(*World, *trace.Trace) (*trace.Trace, error)) *Side {
	return &Side{Name: "amd64", Prepare: prepare, New: func(rt backend.Runtime) (backend.Backend, error) {
		return amd64.New(rt, backend.Options{})
	}}
}

// Machine code does what the reference backend does.
func TestAMD64(t *testing.T) {
	CompareMany(t, 1000, cases(t), RefSide(), amd64Side(rewrite))
}

// ... and without the rewriting of allocations, which comes with the write barriers: only the oracle does without.
func TestAMD64NotRewritten(t *testing.T) {
	b := amd64Side(nil)
	b.Collector = gc.Semispace
	CompareMany(t, 2000, cases(t), RefSide(), b)
}

// Rewriting allocations changes nothing.
func TestRewritten(t *testing.T) {
	b := RefSide()
	b.Name, b.Prepare = "ref rewritten", rewrite
	CompareMany(t, 3000, cases(t), RefSide(), b)
}
