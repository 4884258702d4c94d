package tracegen

import (
	"slices"
	"strconv"
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

// dropItems drops runs, bridges and loops, the last ones first.
func (s *shrinker) dropItems() (changed bool) {
	for i := len(s.best.Items) - 1; i >= 0; i-- {
		if !s.loopUnused(i) {
			continue
		}
		items := slices.Delete(slices.Clone(s.best.Items), i, i+1)
		if compilable(items) && s.try(items) {
			changed = true
		}
	}
	return changed
}

// loopUnused says whether item i is no loop, or the last loop and nothing refers to it by its number.
func (s *shrinker) loopUnused(i int) bool {
	if !strings.HasPrefix(s.best.Items[i], "trace loop") {
		return true
	}
	loops := 0
	for _, item := range s.best.Items {
		if strings.HasPrefix(item, "trace loop") {
			loops++
		}
	}
	n := strconv.Itoa(loops - 1)
	if !strings.HasPrefix(s.best.Items[i], "trace loop"+n+"\n") {
		return false
	}
	for _, item := range s.best.Items {
		line, _, _ := strings.Cut(item, "\n")
		if words := strings.Fields(line); words[0] != "trace" && words[1] == n || strings.HasSuffix(line, " of "+n+`"`) {
			return false
		}
	}
	return true
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

// shrinkTrace drops operations of one trace from the end, and replaces what it cannot drop.
func (s *shrinker) shrinkTrace(item int) (changed bool) {
	if !strings.HasPrefix(s.best.Items[item], "trace") {
		return false
	}
	for _, f := range []func(t *trace.Trace, i int) bool{drop, replaceByOne, dropFailArgs} {
		for i := s.length(item) - 2; i > 0; i-- {
			changed = s.change(item, i, f) || changed
		}
	}
	for i := s.length(item) - 2; i > 0; i-- {
		for j := 0; s.change(item, i, func(t *trace.Trace, i int) bool { return dropFailArg(t, i, j) }) || j < 40; j++ {
		}
	}
	return changed
}

func (s *shrinker) parse(item int) (*trace.Trace, *trace.Namespace) {
	ns := names()
	t, err := trace.Parse(s.best.Items[item], ns)
	if err != nil {
		panic("tracegen: " + err.Error())
	}
	return t, ns
}

func (s *shrinker) length(item int) int {
	t, _ := s.parse(item)
	return len(t.Ops)
}

// change applies f to operation i of a trace, and keeps what comes out if that still fails.
func (s *shrinker) change(item, i int, f func(t *trace.Trace, i int) bool) bool {
	t, ns := s.parse(item)
	if i >= len(t.Ops) || !f(t, i) {
		return false
	}
	if t.Name == "rec" {
		snapshots(t, func(n int) int { return n })
	}
	items := slices.Clone(s.best.Items)
	items[item] = trace.Printer{Names: ns}.Print(t)
	return items[item] != s.best.Items[item] && compilable(items) && s.try(items)
}

func drop(t *trace.Trace, i int) bool {
	ok := droppable(t, i)
	if ok {
		t.Ops = slices.Delete(t.Ops, i, i+1)
	}
	return ok
}

// replaceByOne drops an operation and puts 1 where its result was used: whatever the generator knows of integers
// and floats holds for 1, the lengths of arrays apart.
func replaceByOne(t *trace.Trace, i int) bool {
	r := t.Ops[i].Res
	if r == trace.None || t.Kind(r) == op.Ref || i+2 >= len(t.Ops) || t.Ops[i].Code.Has(op.Call) {
		return false
	}
	if last := &t.Ops[len(t.Ops)-1]; len(last.Args) > 0 && last.Args[0] == r {
		return false // the fuel
	}
	one := t.Int(1)
	if t.Kind(r) == op.Float {
		one = t.Consts.Intern(trace.Const{Kind: op.Float, Bits: 0x3ff0000000000000})
	}
	for j := range t.Ops {
		o := &t.Ops[j]
		if slices.Contains(o.Args, r) && (o.Code == op.NewArray || o.Code == op.Label || o.Code.Has(op.Guard)) {
			return false
		}
		for k := range o.Args {
			if o.Args[k] == r {
				o.Args[k] = one
			}
		}
		o.FailArgs = slices.DeleteFunc(o.FailArgs, func(x trace.Ref) bool { return x == r })
	}
	t.Ops = slices.Delete(t.Ops, i, i+1)
	return true
}

// dropFailArgs drops all fail arguments but the fuel.
func dropFailArgs(t *trace.Trace, i int) bool {
	o := &t.Ops[i]
	if len(o.FailArgs) < 2 {
		return false
	}
	o.FailArgs = o.FailArgs[:1]
	return true
}

func dropFailArg(t *trace.Trace, i, j int) bool {
	o := &t.Ops[i]
	if j >= len(o.FailArgs) || len(o.FailArgs) < 2 {
		return false
	}
	o.FailArgs = slices.Delete(o.FailArgs, j, j+1)
	return true
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
