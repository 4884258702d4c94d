package spec

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// What is assigned to, beside calls that change what leads there: the pointer, slice, map or index is read after the calls, as other
// operands are, unless it is part of an assignment of several values.

// A target is a place of type int, the variables that lead there, what the call changes, and what shows where it was stored.
type target struct{ name, before, left, change, show string }

var targets = []target{
	{"variable", "p := 1", "p", "p = 10", "p"},
	{"field", "p := pair{1, s0}", "p.n", "p.n = 10", "p.n"},
	{"struct", "p := pair{1, s0}", "p.n", "p = pair{10, t0}", "p.n"},
	{"pointer", "u, v := 1, 2; p := &u", "*p", "p = &v", "u, v"},
	{"value of pointer", "u := 1; p := &u", "*p", "*p = 10", "u"},
	{"field of pointer", "u, v := &pair{n: 1}, &pair{n: 2}; p := u", "p.n", "p = v", "u.n, v.n"},
	{"value of field of pointer", "u := &pair{n: 1}; p := u", "p.n", "p.n = 10", "u.n"},
	{"to nil", "u := &pair{n: 1}; p := u", "p.n", "p = nil", "u.n"},
	{"field through two", "u, v := &linked{n: 1}, &linked{n: 2}; p := &linked{next: u}", "p.next.n", "p.next = v", "u.n, v.n"},
	{"slice", "u, v := []int{1, 2}, []int{3, 4}; p := u", "p[1]", "p = v", "u[1], v[1]"},
	{"shorter slice", "p := []int{1, 2}; q := p", "p[1]", "p = p[:1]", "q[1]"},
	{"value of element", "p := []int{1, 2}", "p[1]", "p[1] = 10", "p[1]"},
	{"appended", "p := make([]int, 2, 4); q := p", "p[1]", "p = append(p, 1, 2, 3)", "p[1], q[1]"},
	{"index", "p := []int{1, 2}; i := 0", "p[i]", "i = 1", "p[0], p[1]"},
	{"index of array", "p := [2]int{1, 2}; i := 0", "p[i]", "i = 1", "p[0], p[1]"},
	{"computed index", "p := []int{1, 2}; i := 0", "p[i+0]", "i = 1", "p[0], p[1]"},
	{"array", "p := [2]int{1, 2}", "p[one]", "p = [2]int{5, 6}", "p[0], p[1]"},
	{"pointer to array", "u, v := &[2]int{1, 2}, &[2]int{3, 4}; p := u", "p[one]", "p = v", "u[1], v[1]"},
	{"element of field", "p := &box[[]int]{a: []int{1, 2}}; q := p.a", "p.a[1]", "p.a = []int{3, 4}", "q[1], p.a[1]"},
	{"field of element", "p := []pair{{n: 1}, {n: 2}}; i := 0", "p[i].n", "i = 1", "p[0].n, p[1].n"},
	{"field of element of another", "u := []pair{{n: 1}}; v := []pair{{n: 2}}; p := u", "p[0].n", "p = v", "u[0].n, v[0].n"},
	{"field of pointed element", "u, v := &pair{n: 1}, &pair{n: 2}; p := []*pair{u}", "p[0].n", "p[0] = v", "u.n, v.n"},
	{"map", "u, v := map[int]int{1: 1}, map[int]int{1: 2}; p := u", "p[1]", "p = v", "u[1], v[1]"},
	{"value of map", "p := map[int]int{1: 1}", "p[1]", "p[1] = 10", "p[1]"},
	{"key", "p := map[int]int{0: 1, 1: 2}; i := 0", "p[i]", "i = 1", "p[0], p[1]"},
	{"computed key", "p := map[int]int{0: 1, 1: 2}; i := 0", "p[i+0]", "i = 1", "p[0], p[1]"},
	{"key of text", `p := map[string]int{"a": 1, "b": 2}; k := "a"`, "p[k]", `k = "b"`, `p["a"], p["b"]`},
	{"computed key of text", `p := map[string]int{"ax": 1, "bx": 2}; k := "a"`, `p[k+"x"]`, `k = "b"`, `p["ax"], p["bx"]`},
	{"key of interface", `p := map[any]int{"a": 1, "b": 2}; k := "a"`, `p[k]`, `k = "b"`, `p["a"], p["b"]`},
	{"key of struct", `p := map[pair]int{{1, "a"}: 1, {2, "a"}: 2}; k := pair{1, "a"}`, `p[k]`, `k = pair{2, "a"}`, `p[pair{1, "a"}], p[pair{2, "a"}]`},
	{"key of fields", `p := map[pair]int{{1, "a"}: 1, {2, "a"}: 2}; k := 1`, `p[pair{k, "a"}]`, `k = 2`, `p[pair{1, "a"}], p[pair{2, "a"}]`},
	{"emptied map", "p := map[int]int{1: 1}", "p[1]", "delete(p, 1)", "p[1], len(p)"},
	{"nil map", "p := map[int]int{1: 1}", "p[1]", "p = nil", "len(p)"},
	{"called", "u, v := &pair{n: 1}, &pair{n: 2}; p := u", "called(p).n", "p = v", "u.n, v.n"},
	{"inlined", "u, v := &pair{n: 1}, &pair{n: 2}; p := u", "id(p).n", "p = v", "u.n, v.n"},
	{"called index", "p := []int{1, 2}; i := 0", "p[called(i)]", "i = 1", "p[0], p[1]"},
	{"called slice", "u, v := []int{1, 2}, []int{3, 4}; p := u", "called(p)[1]", "p = v", "u[1], v[1]"},
	{"called key", "p := map[int]int{0: 1, 1: 2}; i := 0", "p[called(i)]", "i = 1", "p[0], p[1]"},
	{"re-sliced", "p := []int{1, 2, 3}; i := 0", "p[i:][1]", "i = 1", "p[0], p[1], p[2]"},
	{"asserted", "u, v := &pair{n: 1}, &pair{n: 2}; p := any(u)", "p.(*pair).n", "p = v", "u.n, v.n"},
}

// assignments have $L for a target and $C for the call, which gives 1.
var assignments = []struct{ name, text string }{
	{"set", "$L = $C"},
	{"set sum", "$L = $C + 1"},
	{"add", "$L += $C"},
	{"add sum", "$L += 2 + $C"},
	{"itself", "$L = $L + $C"},
	{"itself after", "$L = $C + $L"},
	{"first", "$L, sink = $C, 7"},
	{"second", "sink, $L = 7, $C"},
	{"first of two calls", "$L, sink = 7, $C"},
	{"second of two calls", "sink, $L = $C, 7"},
	{"swapped", "$L, sink = sink, $C"},
	{"results", "$L, sink = func() (int, int) { return $C, 1 }()"},
	{"results second", "sink, $L = func() (int, int) { return $C, 1 }()"},
	{"looked up", "var ok bool; $L, ok = map[int]int{1: 5}[$C]; _ = ok"},
	{"asserted", "var ok bool; $L, ok = any($C).(int); _ = ok"},
	{"range", "for $L = range $C + 1 { sink++ }"},
	{"range of call", "for $L = range []int{5, 6} { sink += $C; break }"},
	{"across and", "$L = b2i(yes && called(yes)) + $C"},
	{"across and with call", "$L = b2i(yes && $C == 1)"},
	{"add across and", "$L += b2i(yes && $C == 1)"},
	{"read", "sink = $L + $C"},
	{"read after", "sink = $C + $L"},
	{"argument", "sink = add2($L, $C)"},
	{"increment", "$L++; sink = $L + $C"},
}

func leftProgram(all bool) string {
	var b, calls strings.Builder
	n := 0
	for i, o := range targets {
		for j, p := range assignments {
			if !all && (i+j)%4 != 0 {
				continue
			}
			text := strings.NewReplacer("$L", o.left, "$C", "ran(func() { "+o.change+" })").Replace(p.text)
			name := o.name + ": " + p.name
			fmt.Fprintf(&b, "\nfunc f%d() {\n\tsink = 0\n\t%s\n\tdefer func() {\n\t\tif r := recover(); r != nil {\n\t\t\tprintln(%q, r.(error).Error())\n\t\t}\n\t\tprintln(%q, sink, %s)\n\t}()\n\t%s\n}\n",
				n, strings.ReplaceAll(o.before, "; ", "\n\t"), name, name, o.show, strings.ReplaceAll(text, "; ", "\n\t"))
			fmt.Fprintf(&calls, "\tf%d()\n", n)
			n++
		}
	}
	return orderCommon + "\n//go:noinline\nfunc add2(a, b int) int { return a + b }\n" + b.String() + "\nfunc main() {\n" + calls.String() + "}\n"
}

// TestOrderOfTargets runs a quarter of the pairs, or with SPEC_ORDER=all all of them.
func TestOrderOfTargets(t *testing.T) { runOrder(t, leftProgram(os.Getenv("SPEC_ORDER") == "all")) }
