package tracegen

import (
	"errors"
	"testing"

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
