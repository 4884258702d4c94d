package spec

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Assignments of several values, one of which panics: which of the others have been made by then? Go's compiler does not compute all
// values first, as the specification says, but those that an assignment before them may change.

// tuples have $E for an operand that panics and $T for its type; keyed ones need operands that can be compared, integer ones integers.
var tuples = []struct {
	name, text     string
	keyed, integer bool
}{
	{"global", "var b $T; sink, b = 1, $E; _ = b", false, false},
	{"any", "var b any; sink, b = 1, $E; _ = b", false, false},
	{"first", "var b $T; b, sink = $E, 1; _ = b", false, false},
	{"blank first", "_, sink = $E, 1", false, false},
	{"blank", "sink, _ = 1, $E", false, false},
	{"between", "var b $T; sink, b, record.n = 1, $E, 2; _ = b", false, false},
	{"two", "var b $T; sink, record.n, b = 1, 2, $E; _ = b", false, false},
	{"field of global", "var b $T; record.n, b = 1, $E; _ = b", false, false},
	{"fields", "to := &box[$T]{}; defer func() { println(to.b) }(); to.b, to.a = 1, $E", false, false},
	{"element", "to := []int{0}; defer func() { println(to[0]) }(); var b $T; to[0], b = 1, $E; _ = b", false, false},
	{"element by call", "to := []int{0, 0}; defer func() { println(to[1]) }(); var b $T; to[called(1)], b = 1, $E; _ = b", false, false},
	{"element of array", "var to [2]int; defer func() { println(to[1]) }(); var b $T; to[called(1)], b = 1, $E; _ = b", false, false},
	{"key", "to := map[int]int{}; defer func() { println(len(to)) }(); var b $T; to[1], b = 1, $E; _ = b", false, false},
	{"pointer", "n := 0; q := &n; defer func() { println(n) }(); var b $T; *q, b = 1, $E; _ = b", false, false},
	{"captured", "n := 0; defer func() { println(n) }(); var b $T; n, b = 1, $E; _ = b", false, false},
	{"both captured", "n := 0; var b $T; defer func() { _ = b; println(n) }(); n, b = 1, $E", false, false},
	{"result", "n, b := func() (n int, b $T) { defer func() { recover() }(); n, b = 1, $E; return }(); _ = b; println(n)", false, false},
	{"result and global", "n, b := func() (n int, b $T) { defer func() { recover() }(); sink, n, b = 1, 2, $E; return }(); _ = b; println(n)", false, false},
	{"returned", "n, b := func() (n int, b $T) { defer func() { recover() }(); return 1, $E }(); _ = b; println(n)", false, false},
	{"result alone", "func() (n int, b $T) { sink, b = 1, $E; return }()", false, false},
	{"called", "var b $T; sink, b = called(1), $E; _ = b", false, false},
	{"inlined", "var b $T; sink, b = id(1), $E; _ = b", false, false},
	{"called after", "var b $T; sink, b, record.n = 1, $E, ran(func() { println(sink) }); _ = b", false, false},
	{"text", "var b $T; record.s, b = called(s0), $E; _ = b", false, false},
	{"two operands", "var b, c $T; sink, b, record.n, c = 1, $E, 2, $E; _, _ = b, c", false, false},
	{"two of one", "var b [2]$T; b[0], b[1] = b[1], $E", false, false},
	{"left index", "to := []int{0}; sink, to[$E] = 1, 2", false, true},
	{"left index of array", "var to [2]int; sink, to[$E] = 1, 2", false, true},
	{"left key", "to := map[$T]int{}; sink, to[$E] = 1, 2", true, false},
	{"left and right", "to := []int{0}; sink, to[$E] = 1, called(2)", false, true},
	{"define", "x, b := 1, $E; sink = x; _ = b", false, false},
	{"operation", "sink += int($E)", false, true},
	{"element and operation", "to := []int{0}; to[0] += int($E)", false, true},
}

func tupleProgram(all bool) (text string, n int) {
	var b, calls strings.Builder
	for i, o := range faults {
		for j, p := range tuples {
			if !all && (i+j)%4 != 0 || p.keyed && strings.HasPrefix(o.t, "[]") || p.integer && o.t != "int" {
				continue
			}
			text := strings.NewReplacer("$T", o.t, "$E", o.e).Replace(p.text)
			fmt.Fprintf(&b, "\nfunc f%d() {\n\tsink, record = 0, pair{}\n\tdefer func() {\n\t\tpanicked(%q, recover())\n\t\tprintln(%d, sink, record.n, record.s)\n\t}()\n\t%s\n\t%s\n}\n",
				n, o.name+": "+p.name, n, strings.ReplaceAll(o.before, "; ", "\n\t"), strings.ReplaceAll(text, "; ", "\n\t"))
			fmt.Fprintf(&calls, "\tf%d()\n", n)
			n++
		}
	}
	return orderCommon + "\nvar record pair\n" + b.String() + "\nfunc main() {\n" + calls.String() + "}\n", n
}

// TestOrderOfTuples runs a quarter of the pairs, or with SPEC_ORDER=all all of them.
func TestOrderOfTuples(t *testing.T) {
	text, _ := tupleProgram(os.Getenv("SPEC_ORDER") == "all")
	runOrder(t, text)
}
