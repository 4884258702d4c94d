package opt

import (
	"fmt"
	"sort"
	"strings"

	"kiln/jitgen/op"
)

// verdict is what a pass says about an operation.
type verdict uint8

const (
	next  verdict = iota // not settled: on to the next pass, at the end it is emitted
	done                 // settled: replaced by a value, swallowed, or the run failed
	again                // rewritten in place: starts anew with the first pass
)

// before sees an operation with resolved operands before it is emitted; after sees it just emitted.
type (
	before func(*run, *operation) verdict
	after  func(*run, *operation)
)

// pass is one row of the table of passes.
type pass struct {
	name string
	doc  string
	// needs are the passes that must stand earlier in the table, with why.
	needs []constraint
	// install adds the pass's handlers; nil for passes that the drivers (unroll.go, finish.go) call.
	install func(*pipeline)
}

type constraint struct{ earlier, why string }

// passes is THE table, in order.
var passes = []pass{
	{name: "fold", doc: "pure operations on constants", install: installFold},
	{name: "intbounds", doc: "ranges and known bits of integers: removes checks, extensions and comparisons",
		needs:   []constraint{{"fold", "a range of one value should have been a constant"}},
		install: installBounds},
	{name: "rewrite", doc: "algebraic rules by name", install: installRewrite,
		needs: []constraint{{"fold", "rules do not match operations that fold away"}}},
	{name: "virtualize", doc: "objects that need not exist", install: installVirtualize,
		needs: []constraint{{"rewrite", "comparisons of references are in canonical form"}}},
	{name: "guards", doc: "guards that hold already, guards that can be merged", install: installGuards,
		needs: []constraint{{"virtualize", "a guard on a virtual object must see it as virtual"}}},
	{name: "pure", doc: "equal pure operations, checks and elidable calls once", install: installPure,
		needs: []constraint{{"rewrite", "operands are in canonical order"}, {"virtualize", "virtual operands are gone"}}},
	{name: "heap", doc: "memory contents: loads forwarded, stores delayed", install: installHeap,
		needs: []constraint{{"virtualize", "accesses to virtual objects are gone"}}},
	{name: "unroll", doc: "loop peeling: a preamble, and a body that starts with what the preamble knew"},
	{name: "strengthen", doc: "of guards that bound the same value, the first one tests for all", install: installStrengthen,
		needs: []constraint{{"guards", "what it notes are guards that stay, with their outcome taken in"}, {"unroll", "it rewrites the finished trace"}}},
	{name: "dce", doc: "operations without effect whose result nobody uses",
		needs: []constraint{{"unroll", "it works on the finished trace"}, {"strengthen", "comparisons of guards that are gone are dead"}}},
}

// Passes are the names of the passes in their order.
func Passes() []string {
	var names []string
	for _, p := range passes {
		names = append(names, p.name)
	}
	return names
}

// The order constraints hold, or the program does not start.
var _ = func() struct{} {
	if err := checkOrder(passes); err != nil {
		panic(err)
	}
	return struct{}{}
}()

func checkOrder(table []pass) error {
	seen := map[string]bool{}
	for _, p := range table {
		for _, c := range p.needs {
			if !seen[c.earlier] {
				return fmt.Errorf("opt: pass %s must come after %s: %s", p.name, c.earlier, c.why)
			}
		}
		if seen[p.name] {
			return fmt.Errorf("opt: pass %s stands twice in the table", p.name)
		}
		seen[p.name] = true
	}
	return nil
}

// ParseConfig reads the value of `--jit opt=...`: "all" or "none", followed by any number of +pass and -pass.
// "all-unroll" is everything but loop peeling.
func ParseConfig(s string) (Config, error) {
	cfg := Config{Off: map[string]bool{}}
	at := strings.IndexAny(s, "+-")
	if at < 0 {
		at = len(s)
	}
	switch s[:at] {
	case "all", "":
	case "none":
		for _, p := range passes {
			cfg.Off[p.name] = true
		}
	default:
		return cfg, fmt.Errorf("opt=%s: must start with all or none, as in all-unroll", s)
	}
	for rest := s[at:]; rest != ""; {
		end := strings.IndexAny(rest[1:], "+-") + 1
		if end == 0 {
			end = len(rest)
		}
		name := rest[1:end]
		if !knownPass(name) {
			return cfg, fmt.Errorf("opt=%s: no pass %q; passes are %s", s, name, strings.Join(Passes(), ", "))
		}
		if rest[0] == '-' {
			cfg.Off[name] = true
		} else {
			delete(cfg.Off, name)
		}
		rest = rest[end:]
	}
	return cfg, nil
}

func knownPass(name string) bool {
	for _, p := range passes {
		if p.name == name {
			return true
		}
	}
	return false
}

// String is the inverse of ParseConfig.
func (c Config) String() string {
	var off []string
	for name, is := range c.Off {
		if is {
			off = append(off, name)
		}
	}
	if len(off) == 0 {
		return "all"
	}
	sort.Strings(off)
	return "all-" + strings.Join(off, "-")
}

// pipeline has the handlers of the enabled passes by operation, in the order of the table.
type pipeline struct {
	before [][]before
	after  [][]after
}

func newPipeline(cfg Config) *pipeline {
	l := &pipeline{before: make([][]before, op.NumOps()), after: make([][]after, op.NumOps())}
	for _, p := range passes {
		if p.install != nil && !cfg.Off[p.name] {
			p.install(l)
		}
	}
	return l
}

// each calls f for every operation for which is holds.
func (l *pipeline) each(is func(*op.Info) bool, f func(op.Code)) {
	for c := op.Code(1); int(c) < op.NumOps(); c++ {
		if is(c.Info()) {
			f(c)
		}
	}
}

func (l *pipeline) onBefore(f before, codes ...op.Code) {
	for _, c := range codes {
		l.before[c] = append(l.before[c], f)
	}
}

func (l *pipeline) onAfter(f after, codes ...op.Code) {
	for _, c := range codes {
		l.after[c] = append(l.after[c], f)
	}
}

func has(flag op.Flag) func(*op.Info) bool {
	return func(i *op.Info) bool { return i.Flags&flag != 0 }
}
