package spec

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kiln/gc"
	"kiln/internal/textdiff"
	"kiln/translator"
)

// The order of evaluation that the specification leaves open: every kind of operand beside a call that changes what it is made of, in
// every place where an operand stands beside a call. Both worlds do as Go's compiler does.

// An operand is an expression E of type T, and what the call does.
type operand struct{ name, before, e, change, t string }

var operands = []operand{
	{"structeq2", `p := pair{1, "a"}`, `pair{p.n, "a"} == pair{1, "a"}`, "p = pair{}", "bool"},
	{"arreq2", "p := one", "[2]int{p} == [2]int{1}", "p = 4", "bool"},
	{"arreq3", "p := [2]int{1}", "p == [2]int{one}", "p = [2]int{}", "bool"},
	{"mkany", `k := "a"; m := map[any]int{"a": 1}`, "m[k]", `k = "b"`, "int"},
	{"mkany2", `k := any("a"); m := map[any]int{"a": 1}`, "m[k]", `k = "b"`, "int"},
	{"mkf", "k := 1.0; m := map[float64]int{1: 1}", "m[k]", "k = 2", "int"},
	{"mkf2", "k := 1.0; m := map[float64]int{2: 1}", "m[k+1]", "k = 2", "int"},
	{"mkb", "k := byte(1); m := map[byte]int{1: 1}", "m[k]", "k = 2", "int"},
	{"mkb2", "k := byte(1); m := map[byte]int{2: 1}", "m[k+1]", "k = 2", "int"},
	{"mki2", "k := 1; m := map[int]int{2: 1}", "m[k+1]", "k = 2", "int"},
	{"mki3", "k := 1; m := map[int32]int{2: 1}", "m[int32(k+1)]", "k = 2", "int"},
	{"mki4", "k := 1; m := map[int16]int{2: 1}", "m[int16(k+1)]", "k = 2", "int"},
	{"mkst", `k := pair{1, "a"}; m := map[pair]int{k: 1}`, "m[k]", "k = pair{}", "int"},
	{"mkst2", `k := 1; m := map[pair]int{pair{1, "a"}: 1}`, `m[pair{k, "a"}]`, "k = 3", "int"},
	{"mkarr", "k := 1; m := map[[2]int]int{[2]int{1}: 1}", "m[[2]int{k}]", "k = 3", "int"},
	{"mkp", "v, w := 1, 2; k := &v; m := map[*int]int{&v: 1, &w: 2}", "m[k]", "k = &w", "int"},
	{"mkn", `k := s0; m := map[name]int{"a": 1}`, "m[name(k)]", `k = "b"`, "int"},
	{"mkbool", "k := true; m := map[bool]int{true: 1}", "m[!k]", "k = false", "int"},
	{"mkbs", `k := []byte("a"); m := map[pair]int{pair{1, "a"}: 1}`, "m[pair{1, string(k)}]", "k[0] = 98", "int"},
	{"mkc", "k := 1i; m := map[complex128]int{2i: 1}", "m[k*2]", "k = 2i", "int"},
	{"mke", "k := error(fault{1}); m := map[any]int{fault{1}: 1}", "m[k]", "k = fault{2}", "int"},
	{"mkifc", "k := error(fault{1}); m := map[error]int{fault{1}: 1}", "m[k]", "k = fault{2}", "int"},
	{"mkifc2", "k := fault{1}; m := map[error]int{fault{1}: 1}", "m[k]", "k = fault{2}", "int"},
	{"mkmeth", `k := 1; m := map[string]int{"ab": 1}`, `m[string(rune(96+k)) + "b"]`, "k = 2", "int"},
	{"bytes0", "p := s0", "[]byte(p)[0]", `p = "long"`, "byte"},
	{"bytesv", "p := s0", "[]byte(p)", `p = "long"`, "[]byte"},
	{"runesv", "p := s0", "[]rune(p)", `p = "long"`, "[]rune"},
	{"runes2s", `p := []rune("a")`, "string(p)", "p[0] = 98", "string"},
	{"runes2sv", `p := []rune("a")`, "string(p)", `p = []rune("b")`, "string"},
	{"bytes2sv", `p := []byte("a")`, "string(p)", `p = []byte("b")`, "string"},
	{"strsl", `p := "abc"`, "p[1:2]", `p = "def"`, "string"},
	{"strsli", `p := "abc"`, "p[1:2][0]", `p = "def"`, "byte"},
	{"concati", "p := s0", `(p + "x")[0]`, "p = t0", "byte"},
	{"concatl", "p := s0", `len(p + "x")`, `p = "long"`, "int"},
	{"bseq", `p := []byte("a")`, `string(p) == "a"`, "p[0] = 98", "bool"},
	{"bsmap", `p := []byte("a"); m := map[string]int{"a": 1}`, "m[string(p)]", "p[0] = 98", "int"},
	{"bscat", `p := []byte("a")`, `string(p) + "k"`, "p[0] = 98", "string"},
	{"toarri", "p := []int{1,2}", "[2]int(p)[one]", "p = []int{3,4}", "int"},
	{"toarreq", "p := []int{1,2}", "[2]int(p) == [2]int{1,2}", "p = []int{3,4}", "bool"},
	{"iface2", "p := error(fault{1})", "any(p)", "p = fault{3}", "any"},
	{"assertc", "p := error(fault{1})", "p.(fault).n", "p = fault{3}", "int"},
	{"mapst", `p := map[string]pair{"a": {1, "a"}}`, "p[s0].s", "p[s0] = pair{}", "string"},
	{"mapk", `k := "a"; m := map[string]int{"a": 1}`, "m[k]", `k = "b"`, "int"},
	{"mapkc", `k := "a"; m := map[string]int{"ab": 1}`, `m[k+"b"]`, `k = "b"`, "int"},
	{"slk", "k := 1; m := []int{5, 6, 7}", "m[k]", "k = 2", "int"},
	{"stk", `k := 1; m := "abc"`, "m[k]", "k = 2", "byte"},
	{"structc", `p := pair{1, "a"}`, `pair{p.n + 1, p.s + "x"}.s`, "p = pair{}", "string"},
	{"structeq", `p := pair{1, "a"}`, `p == (pair{p.n, "a"})`, "p = pair{}", "bool"},
	{"concat", "p := s0", `p + "x"`, "p = t0", "string"},
	{"concat3", "p := s0", `"<" + p + "x"`, "p = t0", "string"},
	{"eqs", "p := s0", `p == "a"`, "p = t0", "bool"},
	{"lts", "p := s0", `p < "aa"`, "p = t0", "bool"},
	{"eqv", "p := s0", "p == s0", "p = t0", "bool"},
	{"str", "p := s0", "p", "p = t0", "string"},
	{"idx", "p := s0", "p[0]", "p = t0", "byte"},
	{"slice", `p := s0+"yz"`, "p[1:]", `p = t0+"uv"`, "string"},
	{"slice2", "p := []int{1,2,3}", "len(p[1:])", "p = []int{7}", "int"},
	{"slice3", "p := []int{1,2,3}", "p[1:]", "p = []int{7,8}", "[]int"},
	{"slicee", "p := []int{1,2,3}", "p[1:][0]", "p[1] = 9", "int"},
	{"runestr", "p := rune(65)", "string(p)", "p = 66", "string"},
	{"bytestr", `p := []byte("a")`, "string(p)", "p[0] = 98", "string"},
	{"strbytes", "p := s0", "len([]byte(p))", `p = "long"`, "int"},
	{"strrunes", "p := s0", "[]rune(p)[0]", `p = "long"`, "rune"},
	{"ptr", "v := 1; p := &v", "p == &v", "p = nil", "bool"},
	{"ifc", "p := any(one)", "p == any(1)", "p = 2", "bool"},
	{"ifc2", "p := any(one)", "p == one", "p = 2", "bool"},
	{"struct", `p := pair{1, "a"}`, `p == pair{1, "a"}`, "p = pair{}", "bool"},
	{"structf", `p := pair{1, "a"}`, "p.s", "p = pair{}", "string"},
	{"arr", "p := [3]int{1}", "p == [3]int{1}", "p[2] = 4", "bool"},
	{"arri", "p := [3]int{1}", "p[two]", "p[2] = 4", "int"},
	{"cplx", "p := complex(1, 2)", "p == 1+2i", "p = 0", "bool"},
	{"real", "p := complex(1, 2)", "real(p)", "p = 0", "float64"},
	{"cplxmul", "p := complex(1, 2)", "real(p*p)", "p = 0", "float64"},
	{"assert", "p := any(one)", "p.(int)", "p = 5", "int"},
	{"asserts", `p := any("q")`, "p.(string)", `p = "w"`, "string"},
	{"map", `p := map[string]int{"a": 1}`, "p[s0]", "p[s0] = 3", "int"},
	{"mapa", `p := map[any]int{"a": 1}`, "p[s0]", "p[s0] = 3", "int"},
	{"len", "p := s0", "len(p)", `p = "long"`, "int"},
	{"cap", "p := []int{1}", "cap(p)", "p = nil", "int"},
	{"neg", "p := one", "-p", "p = 7", "int"},
	{"f2i", "p := 1.5", "int(p)", "p = 7", "int"},
	{"i2f", "p := one", "float64(p)/2", "p = 7", "float64"},
	{"div", "p := one", "8/p", "p = 2", "int"},
	{"shift", "p := one", "1<<p", "p = 2", "int"},
	{"min", "p := one", "min(p, 4)", "p = 2", "int"},
	{"mins", "p := s0", `min(p, "z")`, "p = t0", "string"},
	{"maxf", "p := 1.0", "max(p, 0.5)", "p = 4", "float64"},
	{"and", "p := true", "p && yes", "p = false", "bool"},
	{"not", "p := true", "!p", "p = false", "bool"},
	{"deref", "v := 1; p := &v", "*p", "v = 2", "int"},
	{"deref2", "v := 1; w := 2; p := &v", "*p", "p = &w", "int"},
	{"fieldp", `p := &pair{1, "a"}`, "p.s", `p.s = "b"`, "string"},
	{"fn", "p := func() int { return 1 }", "p()", "p = func() int { return 2 }", "int"},
	{"meth", `p := pair{1, "a"}`, "p.get()", "p = pair{}", "int"},
	{"lit", "p := one", `pair{p, "a"}`, "p = 3", "pair"},
	{"litp", "p := one", `(&pair{p, "a"}).n`, "p = 3", "int"},
	{"slit", "p := one", "[]int{p}[0]", "p = 3", "int"},
	{"alit", "p := one", "[2]int{p}", "p = 3", "[2]int"},
	{"conv", "p := one", "any(p)", "p = 3", "any"},
	{"convs", "p := s0", "any(p)", "p = t0", "any"},
	{"convn", "p := s0", "name(p)", "p = t0", "name"},
	{"nil", "p := []int{1}", "p == nil", "p = nil", "bool"},
	{"nilm", "p := map[int]int{}", "p == nil", "p = nil", "bool"},
	{"err", "p := error(fault{1})", "p == error(fault{1})", "p = fault{2}", "bool"},
	{"toarr", "p := []int{1,2}", "[2]int(p)", "p = []int{3,4}", "[2]int"},
}

// faults are operands that panic, made of variables and of the results of calls. The call beside them says that it was made.
var faults = []operand{
	{"div", "p := nought", "8 / p", "", "int"},
	{"div called", "", "8 / called(nought)", "", "int"},
	{"div inlined", "", "8 / id(nought)", "", "int"},
	{"div both", "", "called(one) / id(nought)", "", "int"},
	{"rem converted", "", "id(3) % int(called(nought))", "", "int"},
	{"div in sum", "", "1 + called(one)/called(nought)", "", "int"},
	{"div of uint", "", "uint(3) / uint(called(nought))", "", "uint"},
	{"shift", "p := -one", "1 << p", "", "int"},
	{"shift called", "", "1 << called(-1)", "", "int"},
	{"shift right called", "", "called(5) >> id(-1)", "", "int"},
	{"index", "p := []int{1}", "p[five]", "", "int"},
	{"index called", "", "called([]int{1})[called(5)]", "", "int"},
	{"index inlined", "", "id([]int{1})[id(5)]", "", "int"},
	{"index of string", "", "called(s0)[id(5)]", "", "byte"},
	{"index of array", "", "called([2]int{1})[id(5)]", "", "int"},
	{"index of pointer to array", "", "called(&[2]int{1})[id(5)]", "", "int"},
	{"index of nil pointer to array", "", "called((*[2]int)(nil))[id(1)]", "", "int"},
	{"index of literal", "", "[]int{1, called(2)}[id(5)]", "", "int"},
	{"slice", "", "called([]int{1})[id(5):]", "", "[]int"},
	{"slice of string", "", "called(s0)[id(5):]", "", "string"},
	{"length of slice", "", "len(called([]int{1})[id(5):])", "", "int"},
	{"field of nil", "var p *pair", "p.s", "", "string"},
	{"field of nil called", "", "called((*pair)(nil)).s", "", "string"},
	{"field of nil inlined", "", "id((*pair)(nil)).n", "", "int"},
	{"field through two", "", "called(&linked{}).next.n", "", "int"},
	{"value of nil", "", "*called((*int)(nil))", "", "int"},
	{"struct of nil", "", "*called((*pair)(nil))", "", "pair"},
	{"array of nil", "", "*called((*[2]int)(nil))", "", "[2]int"},
	{"assertion", "", "called(any(s0)).(int)", "", "int"},
	{"assertion to string", "", "called(any(1)).(string)", "", "string"},
	{"assertion to struct", "", "called(any(1)).(pair)", "", "pair"},
	{"assertion to pointer", "", "called(any(s0)).(*pair).n", "", "int"},
	{"assertion to interface", "", "called(any(s0)).(error)", "", "error"},
	{"assertion of nil", "", "called(error(nil)).(fault).n", "", "int"},
	{"comparison", "", "called(any([]int{})) == called(any([]int{}))", "", "bool"},
	{"comparison of struct", "", "called(box[any]{a: []int{}}) == id(box[any]{a: []int{}})", "", "bool"},
	{"key", "", "called(map[any]int{1: 1})[called(any([]int{}))]", "", "int"},
	{"length of to array", "", "len([2]int(called([]int{1})))", "", "int"},
	{"length of array of nil", "", "len(called((*struct{ a [2]int })(nil)).a)", "", "int"},
	{"to array", "", "[2]int(called([]int{1}))", "", "[2]int"},
	{"element of to array", "", "[2]int(called([]int{1}))[one]", "", "int"},
	{"nil function", "", "called((func() int)(nil))()", "", "int"},
	{"nil interface", "", "called(error(nil)).Error()", "", "string"},
	{"method of nil", "", "called((*pair)(nil)).get()", "", "int"},
	{"make", "", "make([]int, called(-1))", "", "[]int"},
	{"negated", "", "-(8 / called(nought))", "", "int"},
	{"converted", "", "float64(8 / called(nought))", "", "float64"},
	{"compared", "", "8/called(nought) == 1", "", "bool"},
	{"boxed", "", "any(8 / called(nought))", "", "any"},
	{"in literal", "", `pair{8 / called(nought), "a"}`, "", "pair"},
	{"in literal of array", "", "[2]int{8 / called(nought)}", "", "[2]int"},
	{"in pointer to literal", "", "(&pair{n: 8 / called(nought)}).n", "", "int"},
	{"in text", "", `called(s0) + string(rune(8/called(nought)))`, "", "string"},
	{"in call", "", "called(8 / called(nought))", "", "int"},
	{"in inlined call", "", "id(8 / called(nought))", "", "int"},
	{"in condition", "", "yes && 8/called(nought) == 1", "", "bool"},
	{"in key", "", "called(map[int]int{1: 1})[8/called(nought)]", "", "int"},
	{"in index", "", "called([]int{1})[8/called(nought)]", "", "int"},
	{"in min", "", "min(called(1), 8/called(nought))", "", "int"},
	{"in closure", "p := func(n int) int { return 8 / n }", "p(called(nought))", "", "int"},
}

// places have $E, $T, $C for the call and $Z for one that gives a T; keyed ones need operands that can be compared.
var places = []struct {
	name, text string
	keyed      bool
}{
	{"vinit", "func() any { var a, b = $E, $C; _ = b; return any(a) }()", false},
	{"set", "func() any { var a $T; var b int; a, b = $E, $C; _ = b; return any(a) }()", false},
	{"across and", "three($E, yes && called(yes), $C)", false},
	{"across or", "three($E, called(yes) || yes, $C)", false},
	{"across constant", "three($E, true || called(yes), $C)", false},
	{"in right operand", "three($E, yes && $C == 1, 1)", false},
	{"in left operand", "three($E, $C == 1 && yes, 1)", false},
	{"in neither", "three($E, !yes && $C == 1, 1)", false},
	{"across two", "three($E, yes && called(yes), b2i(yes || called(yes)) + $C)", false},
	{"literal across and", "triple[$T]{$E, yes && called(yes), $C}.a", false},
	{"pointer across and", "(&triple[$T]{$E, yes && called(yes), $C}).a", false},
	{"literal around and", "inside(triple[$T]{a: $E}, yes && called(yes), $C).a", false},
	{"returned across and", "func() any { a, b, c := func() ($T, bool, int) { return $E, yes && called(yes), $C }(); _, _ = b, c; return any(a) }()", false},
	{"tuple across and", "func() any { var a $T; var b bool; a, b, sink = $E, yes && called(yes), $C; _ = b; return any(a) }()", false},
	{"equal across and", "($E) == either($Z, b2i(yes && called(yes)))", true},
	{"unused", "func() any { a, b := $E, $C; _ = a; return any(b) }()", false},
	{"unused one", "func() any { var a $T; a, sink = $E, $C; _ = a; return any(1) }()", false},
	{"blank", "func() any { _, sink = $E, $C; return any(1) }()", false},
	{"blank both", "func() any { _, _ = $E, $C; return any(1) }()", false},
	{"blank variable", "func() any { var _, a = $E, $C; return any(a) }()", false},
	{"setx", "func() any { var a [2]$T; a[one], sink = $E, $C; return any(a[1]) }()", false},
	{"setf", "func() any { var a box[$T]; a.a, a.b = $E, $C; return any(a.a) }()", false},
	{"setp", "func() any { a := &box[$T]{}; a.a, a.b = $E, $C; return any(a.a) }()", false},
	{"setm", "func() any { a := map[int]$T{}; a[one], sink = $E, $C; return any(a[1]) }()", false},
	{"seta", "func() any { var a any; a, sink = $E, $C; return a }()", false},
	{"named", "func() any { a, b := func() (r $T, n int) { return $E, $C }(); _ = b; return any(a) }()", false},
	{"deft", "func() (r any) { defer func(a $T, n int) { r = a }($E, $C); return nil }()", false},
	{"sw", "func() any { switch a, b := ($E), $C; { case b == 1: return any(a) }; return nil }()", false},
	{"ifx", "func() any { if a, b := ($E), $C; b == 1 { return any(a) }; return nil }()", false},
	{"litk", "box[$T]{a: $E, b: $C}.a", false},
	{"litp", "(&box[$T]{a: $E, b: $C}).a", false},
	{"arrl", "[...]$T{$E, $Z}[0]", false},
	{"mval", "key(map[$T]int{$E: $C})", true},
	{"mset", "func() any { mm := map[$T]int{}; mm[$E] = $C; return key(mm) }()", true},
	{"mop", "func() any { mm := map[$T]int{}; mm[$E] += $C; return key(mm) }()", true},
	{"eq", "($E) == $Z", true},
	{"nested", "struct { a $T; b [2]int }{$E, [2]int{$C, 1}}.a", false},
	{"nested pointer", "struct { a *box[$T]; b [2]int }{&box[$T]{a: $E}, [2]int{$C, 1}}.a.a", false},
	{"nested variable", "func() any { x := struct { a *box[$T]; b [2]int }{&box[$T]{a: $E}, [2]int{$C, 1}}; return any(x.a.a) }()", false},
	{"nested twice", "func() any { x := &struct { a *box[$T]; b []int }{&box[$T]{a: $E}, []int{1, $C}}; return any(x.a.a) }()", false},
	{"both", "($E) == either($E, $C)", true},
	{"eqr", "func() any { x, y := ($E), $Z; return any(x != y) }()", true},
	{"fnv", "variable[$T]()($E, $C)", false},
	{"ifm", "object[$T]().m($E, $C)", false},
	{"nest", "use(use($E, $C), 1)", false},
	{"nest2", "use(id($E), $C)", false},
	{"nest3", "use(called($E), $C)", false},
	{"arg", "use($E, $C)", false},
	{"argi", "inlined($E, $C)", false},
	{"args", "many($E, $C)", false},
	{"argany", "anys($E, $C)", false},
	{"asg", "func() any { a, b := $E, $C; _ = b; return any(a) }()", false},
	{"ret", "func() any { a, b := func() ($T, int) { return $E, $C }(); _ = b; return any(a) }()", false},
	{"lit", "box[$T]{$E, $C}.a", false},
	{"idx", "map[int]$T{0: $E, 1: $Z}[0]", false},
	{"sl", "[]$T{$E, $Z}[0]", false},
	{"app", "append([]$T(nil), $E, $Z)[0]", false},
	{"meth", "(box[$T]{}).m($E, $C)", false},
	{"clo", "func(a $T, b int) any { return a }($E, $C)", false},
}

const orderCommon = `package main

type pair struct {
	n int
	s string
}

func (p pair) get() int { return p.n }

type name string

type fault struct{ n int }

func (f fault) Error() string { return "fault" }

type box[T any] struct {
	a T
	b int
}

func (box[T]) m(a T, b int) any { return a }

type boxed[T any] interface{ m(a T, b int) any }

type triple[T any] struct {
	a T
	b bool
	c int
}

type linked struct {
	next *linked
	n    int
}

var s0, t0, one, two, yes, sink = "a", "b", 1, 2, true, 0
var nought, five = 0, 5

//go:noinline
func ran(f func()) int { f(); return 1 }

//go:noinline
func gives[T any](f func()) (zero T) { f(); return zero }

//go:noinline
func use[T any](a T, b int) any { return a }

func inlined[T any](a T, b int) any { return a }

//go:noinline
func many[T any](a T, b ...int) any { return a }

//go:noinline
func anys(a ...any) any { return a[0] }

//go:noinline
func three[T any](a T, b bool, c int) any { return a }

//go:noinline
func inside[T any](a triple[T], b bool, c int) triple[T] { return a }

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

//go:noinline
func either[T any](a T, b int) T { return a }

func id[T any](x T) T { return x }

//go:noinline
func called[T any](x T) T { return x }

func variable[T any]() func(T, int) any { return func(a T, b int) any { return a } }

//go:noinline
func object[T any]() boxed[T] { return box[T]{} }

func show(k string, v any) {
	switch v := v.(type) {
	case int:
		println(k, v)
	case rune:
		println(k, v)
	case byte:
		println(k, v)
	case float64:
		println(k, v)
	case bool:
		println(k, v)
	case string:
		println(k, v)
	case name:
		println(k, v)
	case pair:
		println(k, v.n, v.s)
	case [2]int:
		println(k, v[0])
	case []int:
		println(k, len(v), v[0])
	case []byte:
		println(k, string(v))
	case []rune:
		println(k, string(v))
	default:
		println(k, "another value")
	}
}

func panicked(k string, r any) {
	if err, ok := r.(error); ok {
		println(k, err.Error())
	}
}

// key shows the one key of a map.
func key[T comparable](m map[T]int) any {
	for k := range m {
		return k
	}
	return nil
}
`

// orderProgram is the text of the program and how many functions it has: every operand in some places, or in all of them.
func orderProgram(operands []operand, all bool) (text string, n int) {
	var b, calls strings.Builder
	for i, o := range operands {
		for j, p := range places {
			if !all && (i+j)%4 != 0 || p.keyed && strings.HasPrefix(o.t, "[]") {
				continue
			}
			change, begin := o.change, ""
			if change == "" {
				change, begin = `println("called")`, fmt.Sprintf("\tdefer func() { panicked(%q, recover()) }()\n", o.name+" "+p.name)
			}
			call := "(func() { " + change + " })"
			e := strings.NewReplacer("$T", o.t, "$E", o.e, "$C", "ran"+call, "$Z", "gives["+o.t+"]"+call).Replace(p.text)
			fmt.Fprintf(&b, "\nfunc f%d() {\n%s\t%s\n\tshow(%q, any(%s))\n}\n", n, begin, strings.ReplaceAll(o.before, "; ", "\n\t"), o.name+" "+p.name, e)
			fmt.Fprintf(&calls, "\tf%d()\n", n)
			n++
		}
	}
	return orderCommon + b.String() + "\nfunc main() {\n" + calls.String() + "}\n", n
}

// TestOrderOfOperands runs a quarter of the pairs, or with SPEC_ORDER=all all of them.
func TestOrderOfOperands(t *testing.T) {
	for name, list := range map[string][]operand{"values": operands, "faults": faults} {
		t.Run(name, func(t *testing.T) {
			text, n := orderProgram(list, os.Getenv("SPEC_ORDER") == "all")
			out := runOrder(t, text)
			if got := strings.Count(out, "\n") - strings.Count(out, "called\n"); got != n {
				t.Fatalf("plain Go printed %d lines for %d functions", got, n)
			}
		})
	}
}

// runOrder runs a program in plain Go and in the flow interpreter, and returns what it prints.
func runOrder(t *testing.T, text string) string {
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", file)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, out)
	}
	tr, err := translator.Translate(translator.Options{Files: map[string]string{"main.go": text}, NoJit: true}, "lower")
	if err != nil {
		t.Fatal(err)
	}
	want := string(out)
	got := interpret(tr.Program, gc.Config{})
	if got != want {
		t.Errorf("differs: %s", textdiff.First(want, got))
	}
	return want
}
