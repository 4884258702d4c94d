package tracegen

import (
	"slices"
	"strings"

	"kiln/jitgen/op"
	"kiln/jitgen/trace"
)

// Shrink makes a failing case smaller as long as it keeps failing: without runs, bridges and operations that
// do not matter. Every candidate satisfies the verifier, and what memory safety rests on (guards and checks
// of references and indices) stays.
func Shrink(c *Case, fails func(*Case) bool) *Case {
	s := &shrinker{fails: fails, best: c}
	for changed := true; changed; {
		changed = s.dropItems()
		for i := range s.best.Items {
			changed = s.shrinkTrace(i) || changed
		}
	}
	return s.best
}

type shrinker struct {
	fails func(*Case) bool
	best  *Case
}

// try keeps a candidate that still fails.
func (s *shrinker) try(items []string) bool {
	c := &Case{Seed: s.best.Seed, GC: s.best.GC, Items: items}
	if !s.fails(c) {
		return false
	}
	s.best = c
	return true
}

// dropItems drops runs and bridges, the last ones first. Loops stay: they are numbered.
func (s *shrinker) dropItems() (changed bool) {
	for i := len(s.best.Items) - 1; i >= 0; i-- {
		if strings.HasPrefix(s.best.Items[i], "trace loop") {
			continue
		}
		items := slices.Delete(slices.Clone(s.best.Items), i, i+1)
		if compilable(items) && s.try(items) {
			changed = true
		}
	}
	return changed
}

// compilable says whether every trace of a case still fits what was compiled before it.
func compilable(items []string) bool {
	ns := names()
	defined := map[*trace.Target]bool{}
	guards := map[string]bool{}
	for _, item := range items {
		if !strings.HasPrefix(item, "trace") {
			continue
		}
		t, err := trace.Parse(item, ns)
		if err != nil || trace.Verify(t) != nil {
			return false
		}
		if of, ok := strings.CutPrefix(t.Name, "bridge "); ok && !guards[strings.Fields(of)[0]] {
			return false
		}
		for i := range t.Ops {
			o := &t.Ops[i]
			switch d := o.Descr.(type) {
			case *trace.Target:
				if o.Code == op.Label {
					defined[d] = true
				} else if !defined[d] {
					return false
				}
			case *trace.Guard:
				guards[strings.TrimPrefix(d.String(), "Guard")] = true
			}
		}
	}
	return true
}

func names() *trace.Namespace {
	ns := trace.NewNamespace(nil)
	if err := ns.Declare(declarations); err != nil {
		panic(err)
	}
	return ns
}

// shrinkTrace drops operations of one trace from the end.
func (s *shrinker) shrinkTrace(item int) (changed bool) {
	if !strings.HasPrefix(s.best.Items[item], "trace") {
		return false
	}
	ns := names()
	t, err := trace.Parse(s.best.Items[item], ns)
	if err != nil {
		return false
	}
	for i := len(t.Ops) - 2; i > 0; i-- {
		if !droppable(t, i) {
			continue
		}
		smaller := *t
		smaller.Ops = slices.Delete(slices.Clone(t.Ops), i, i+1)
		items := slices.Clone(s.best.Items)
		items[item] = trace.Printer{Names: ns}.Print(&smaller)
		if compilable(items) && s.try(items) {
			t, changed = &smaller, true
		}
	}
	return changed
}

// droppable says whether a trace is as safe without an operation: its result is not used, and nothing that
// comes later may rest on what it establishes.
func droppable(t *trace.Trace, i int) bool {
	o := &t.Ops[i]
	switch {
	case o.Code == op.Label:
		return false
	case o.Code.Has(op.Guard) && len(o.Args) > 0 && t.Kind(o.Args[0]) == op.Ref, o.Code.Has(op.Check):
		return !usedAfter(t, i, o.Args[0])
	case o.Code == op.GuardTrue && i == len(t.Ops)-2:
		return false // counts the fuel
	}
	return o.Res == trace.None || !usedAfter(t, i, o.Res)
}

func usedAfter(t *trace.Trace, i int, r trace.Ref) bool {
	if r.IsConst() {
		return true
	}
	for j := i + 1; j < len(t.Ops); j++ {
		if slices.Contains(t.Ops[j].Args, r) || slices.Contains(t.Ops[j].FailArgs, r) {
			return true
		}
	}
	return false
}
