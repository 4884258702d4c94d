package flow

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"kiln/jitgen/op"
)

// TestRandomGraphs simplifies small graphs full of empty blocks, constant branches and loops that nothing enters once an edge is
// gone, and runs them before and after. A loop of the pass that does not end fails too: blocks cut off by the threading of jumps were
// each other's arguments, and were replaced for ever.
func TestRandomGraphs(t *testing.T) {
	n := 20000
	if testing.Short() {
		n = 2000
	}
	for seed := range n {
		g := randomGraph(rand.New(rand.NewSource(int64(seed))))
		if err := Verify(g, Low); err != nil {
			t.Fatalf("seed %d: the generator: %v\n%s", seed, err, g)
		}
		before := g.String()
		for _, pass := range []struct {
			name string
			run  func(*Graph) bool
		}{{"SimplifyCFG", SimplifyCFG}, {"RemoveDead", RemoveDead}} {
			after := Clone(g)
			end := time.AfterFunc(time.Minute, func() { panic(fmt.Sprintf("seed %d: %s does not end on\n%s", seed, pass.name, before)) })
			pass.run(after)
			end.Stop()
			if err := Verify(after, Low); err != nil {
				t.Fatalf("seed %d: after %s: %v\n%s\nbefore\n%s", seed, pass.name, err, after, before)
			}
			for _, in := range [][2]int64{{0, 0}, {1, 0}, {0, 1}, {3, -4}} {
				want, ends := evaluate(g, in[:])
				if !ends {
					continue
				}
				// The passes lengthen no way.
				if got, ends := evaluate(after, in[:]); !ends || got != want {
					t.Fatalf("seed %d: f(%d, %d) = %d (it ends: %t) after %s, want %d:\n%s\nbefore\n%s", seed, in[0], in[1], got, ends, pass.name, want, after, before)
				}
			}
		}
	}
}

// randomGraph makes a function of two integers. Operands are the block's own parameters and results, or the entry's.
func randomGraph(r *rand.Rand) *Graph {
	g := parseText(fmt.Sprintf("low func f -> i {\nb0(i1, i2):\n%s}\n", randomBlocks(r)))
	RemoveUnreachable(g) // as all passes leave graphs
	return g
}

func parseText(text string) *Graph {
	graphs, err := Parse(text, NewEnv(nil))
	if err != nil {
		panic(err)
	}
	return graphs[0]
}

// randomBlocks is the text of the blocks, that of the entry without its head.
func randomBlocks(r *rand.Rand) string {
	n := 3 + r.Intn(7)
	params := make([][]string, n)
	next := 3
	fresh := func() string { next++; return fmt.Sprintf("i%d", next-1) }
	params[0] = []string{"i1", "i2"}
	for i := 1; i < n; i++ {
		for range r.Intn(3) {
			params[i] = append(params[i], fresh())
		}
	}
	var s strings.Builder
	for i := range n {
		scope := slices.Clone(params[0])
		if i > 0 {
			scope = append(scope, params[i]...)
			scope = append(scope, params[i]...) // more often
			fmt.Fprintf(&s, "b%d(%s):\n", i, strings.Join(params[i], ", "))
		}
		operand := func() string {
			if r.Intn(6) == 0 {
				return fmt.Sprint(r.Intn(3))
			}
			return scope[r.Intn(len(scope))]
		}
		edge := func() string {
			to := 1 + r.Intn(n-1)
			args := make([]string, len(params[to]))
			for j := range args {
				args[j] = operand()
			}
			return fmt.Sprintf("b%d(%s)", to, strings.Join(args, ", "))
		}
		for range max(0, r.Intn(4)-2) {
			v := fresh()
			fmt.Fprintf(&s, "  %s = int_add %s, %s\n", v, operand(), operand())
			scope = append(scope, v)
		}
		switch k := r.Intn(8); {
		case k == 0 && i > 0:
			fmt.Fprintf(&s, "  return %s\n", operand())
		case k <= 2:
			fmt.Fprintf(&s, "  branch %s, %s, %s\n", operand(), edge(), edge())
		case k == 3:
			fmt.Fprintf(&s, "  switch %s, 0 => %s, 1 => %s, default => %s\n", operand(), edge(), edge(), edge())
		default:
			fmt.Fprintf(&s, "  jump %s\n", edge())
		}
	}
	return s.String()
}

// evaluate runs a graph of randomGraph, 300 blocks far, and says whether it ends.
func evaluate(g *Graph, args []int64) (result int64, ends bool) {
	env := map[*Value]int64{}
	value := func(v *Value) int64 {
		if v.Const != nil {
			return int64(v.Const.Bits)
		}
		return env[v]
	}
	values := func(vs []*Value) []int64 {
		out := make([]int64, len(vs))
		for i, v := range vs {
			out[i] = value(v)
		}
		return out
	}
	b := g.Entry()
	for range 300 {
		for i, p := range b.Params {
			env[p] = args[i]
		}
		for _, o := range b.Ops {
			if o.Code != op.IntAdd {
				panic("operation " + o.Code.String())
			}
			env[o.Results[0]] = value(o.Args[0]) + value(o.Args[1])
		}
		var e Edge
		switch b.Term {
		case Return:
			return value(b.Args[0]), true
		case Jump:
			e = b.Succs[0]
		case Branch:
			e = b.Succs[1]
			if value(b.Args[0]) != 0 {
				e = b.Succs[0]
			}
		case Switch:
			i := slices.Index(b.Cases, value(b.Args[0]))
			if i < 0 {
				i = len(b.Succs) - 1
			}
			e = b.Succs[i]
		}
		args, b = values(e.Args), e.To
	}
	return 0, false
}
