package tracegen

import (
	"errors"
	"fmt"
	"testing"

	"kiln/jitgen/backend"
	"kiln/jitgen/backend/amd64"
	"kiln/jitgen/opt"
	"kiln/jitgen/trace"
)

func optimise(w *World, t *trace.Trace) (*trace.Trace, error) {
	res, err := opt.New(w.Program(), opt.Config{}).Loop(&opt.Input{Trace: t})
	if errors.Is(err, opt.ErrInvalid) {
		return Numbered(w, t)
	} else if err != nil {
		return nil, err
	}
	return res.Trace, nil
}

// Optimised loops end as recorded ones do.
func TestOptimised(t *testing.T) { CompareOptimised(t, 4000, cases(t), optimise) }

// Optimised, rewritten, as machine code, with guards that fail at random.
func TestPipeline(t *testing.T) {
	for _, fail := range []int64{0, 20} {
		CompareRecorded(t, 5000, cases(t), &Side{
			Name: fmt.Sprintf("pipeline %d", fail),
			Prepare: func(w *World, t *trace.Trace) (*trace.Trace, error) {
				t, err := optimise(w, t)
				if err != nil {
					return nil, err
				}
				return rewrite(w, t)
			},
			New: func(rt backend.Runtime) (backend.Backend, error) {
				return amd64.New(rt, backend.Options{GuardFail: fail, Seed: 1})
			},
		})
	}
}
