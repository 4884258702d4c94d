package main

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"kiln/internal/jittest"
	"kiln/internal/portals"
)

// A program runs under the JIT in two forms (internal/portals): with main called again and again in a loop with a merge point, which is
// compared with plain Go that repeats main, too; and with merge points in its own loops, whose output is the program's own. In one of
// the two, functions with loops are called from traces, in the other everything is traced through: which depends on the program.

// repeats is how often main is called.
const repeats = 4

// variants is how many settings each form runs with.
const variants = 3

// way is one run of a program under the JIT.
type way struct {
	Form    string  `json:"form"` // repeated or loops
	How     string  `json:"how"`
	Outcome outcome `json:"outcome"`
	TooLong bool    `json:"tooLong,omitempty"`
}

const (
	repeated  = "repeated"
	ownLoops  = "loops"
	jitMode   = "jit"
	maxMemory = ",max=256M"
)

// underJit runs a program in all forms; only runs that did something else than the first of their form are kept, and that first one.
func (r *reply) underJit(p *program, texts map[string]string, steps, seed int64) error {
	sum := fnv.New64()
	sum.Write([]byte(p.Name))
	rng := rand.New(rand.NewPCG(sum.Sum64(), uint64(seed)))
	everything := rng.IntN(2) == 0
	for _, form := range []string{repeated, ownLoops} {
		everything = !everything
		built, err := buildForm(form, texts, everything, rng)
		if err != nil {
			return err
		}
		if built == nil {
			continue // no loops
		}
		r.Accepted = true
		for range variants {
			c := jittest.Config{Jit: jitSettings(rng), GC: heapSettings(rng) + maxMemory, Args: p.Args, MaxSteps: steps}
			res, err := built.Execute(c)
			if err != nil {
				return err
			}
			r.Loops += res.Counters.Loops
			r.Bridges += res.Counters.Bridges
			r.Failures += res.Counters.GuardFailures
			w := way{Form: form, How: fmt.Sprintf("%s, everything %t, --jit %s --gc %s", form, everything, c.Jit, c.GC)}
			w.TooLong = strings.Contains(res.Panic, "interp: out of steps") || strings.Contains(res.Panic, "interp: stack overflow") || strings.Contains(res.Panic, "out of memory")
			w.Outcome = outcome{Out: res.Stdout, Status: res.Status}
			w.Outcome.Err, w.Outcome.Panic = splitErrors(res.Stderr + res.Panic)
			r.keep(w)
		}
	}
	return nil
}

// keep keeps a run that is the first of its form, or different from it.
func (r *reply) keep(w way) {
	for _, first := range r.Ways {
		if first.Form == w.Form && !first.TooLong {
			if !w.TooLong && difference(first.Outcome, w.Outcome) != "" {
				r.Ways = append(r.Ways, w)
			}
			return
		}
	}
	r.Ways = append(r.Ways, w)
}

// buildForm translates a program in a form; nil if it has no place for a merge point.
func buildForm(form string, texts map[string]string, everything bool, rng *rand.Rand) (p *jittest.Program, err error) {
	accept := func(files map[string]string) (err error) {
		p, err = jittest.Translate(files, everything)
		return err
	}
	if form == ownLoops {
		n, err := portals.Loops(texts, rng.Uint64(), accept)
		if n == 0 {
			return nil, err
		}
		return p, err
	}
	files, err := portals.Repeat(texts, repeats, true)
	if err == nil {
		err = accept(files)
	}
	return p, err
}

func jitSettings(rng *rand.Rand) string {
	s := fmt.Sprintf("backend=%s,threshold=%d,bridge=%d", []string{"amd64", "amd64", "ref"}[rng.IntN(3)], 2+rng.IntN(2), 1+rng.IntN(3))
	switch rng.IntN(6) {
	case 0:
		s += ",opt=none"
	case 1:
		s += fmt.Sprintf(",tracelimit=%d", 30+rng.IntN(1000))
	case 2:
		s += fmt.Sprintf(",function=2,unroll=%d", rng.IntN(3))
	}
	if rng.IntN(3) > 0 {
		s += fmt.Sprintf(",guardfail=%d,seed=%d", 3+rng.IntN(60), rng.IntN(1000))
	}
	return s
}

func heapSettings(rng *rand.Rand) string {
	switch rng.IntN(4) {
	case 0:
		return "nursery=16K"
	case 1:
		return fmt.Sprintf("nursery=64K,stress=%d", 200+rng.IntN(2000))
	case 2:
		return fmt.Sprintf("nursery=64K,stress=%d,verify=on", 2000+rng.IntN(9000))
	}
	return "nursery=256K"
}

// compareWays compares the runs under the JIT with plain Go.
func (v *verdict) compareWays() {
	v.Class, v.Detail = equal, ""
	if len(v.Ways) == 0 {
		v.Class, v.Detail = tooLong, "no run"
	}
	for _, w := range v.Ways {
		want := v.Plain
		if w.Form == repeated {
			want = v.Repeated
		}
		switch {
		case w.TooLong:
			if v.Class == equal {
				v.Class, v.Detail = tooLong, w.How
			}
			continue
		case want.Status < 0:
			if v.Class == equal {
				v.Class, v.Detail = skipped, cut(want.Panic+want.Out)
			}
			continue
		case runTimeRefusal.MatchString(w.Outcome.Panic):
			v.Class, v.Detail = atRunTime, w.Outcome.Panic
			return
		}
		if text := difference(want, w.Outcome); text != "" {
			v.Class, v.Detail = wrong, w.How+": "+text
			return
		}
	}
}
