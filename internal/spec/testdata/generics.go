// Generic functions and types.
package main

type number interface {
	~int | ~int8 | ~float64
}

type small int8

func sum[T number](xs ...T) (t T) {
	for _, x := range xs {
		t += x
	}
	return t
}

func apply[A, B any](xs []A, f func(A) B) []B {
	var out []B
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

func keys[M ~map[K]V, K comparable, V any](m M) int { return len(m) }

type stringer interface{ String() string }

func (s small) String() string { return "small " + string(rune('0'+s)) }

type both interface {
	~int8
	stringer
}

func show[T both](x T) string { return x.String() + string(rune('a'+x)) }

func ruleConstraints() {
	println(sum(1, 2, 3), sum(0.5, 0.25), sum[int8](100, 100), sum[small](1, 2), sum[int]())
	println(show(small(3)), keys(map[string]int{"a": 1}))
	type table map[int]bool
	println(keys(table{1: true, 2: false}))
}

func ruleInference() {
	lengths := apply([]string{"a", "bcd"}, func(s string) int { return len(s) })
	println(lengths[0], lengths[1])
	f := apply[int, string]
	println(f([]int{65}, func(n int) string { return string(rune(n)) })[0])
	var g func(...float64) float64 = sum
	println(g(1, 2))
}

type stack[T any] struct{ items []T }

func (s *stack[T]) push(x T) { s.items = append(s.items, x) }
func (s *stack[T]) pop() (x T, ok bool) {
	if len(s.items) == 0 {
		return
	}
	x = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, true
}

type pair[K comparable, V any] struct {
	key   K
	value V
}

type tree[T any] struct {
	left, right *tree[T]
	value       T
}

func (t *tree[T]) walk(f func(T)) {
	if t != nil {
		t.left.walk(f)
		f(t.value)
		t.right.walk(f)
	}
}

func ruleTypes() {
	var s stack[pair[string, int]]
	s.push(pair[string, int]{"a", 1})
	s.push(pair[string, int]{value: 2})
	x, ok := s.pop()
	println(x.key == "", x.value, ok, len(s.items))
	var e stack[string]
	y, ok := e.pop()
	println(y == "", ok)
	t := &tree[int]{&tree[int]{value: 1}, &tree[int]{value: 3}, 2}
	t.walk(func(n int) { println(n) })
	println(pair[string, int]{"a", 1} == pair[string, int]{"a", 1})
	push := s.push
	push(pair[string, int]{"z", 26})
	println(len(s.items))
}

func typeOf[T any](x T) string {
	switch any(x).(type) {
	case int:
		return "int"
	case string:
		return "string"
	case []T:
		return "slice of T"
	case stack[int]:
		return "stack of int"
	}
	var zero T
	if any(zero) == nil {
		return "interface"
	}
	return "other"
}

func ruleTypeSwitch() {
	println(typeOf(1), typeOf("a"), typeOf(stack[int]{}), typeOf(stack[string]{}), typeOf(1.5), typeOf[any](nil), typeOf[error](nil))
}

func equal[T comparable](a, b T) bool { return a == b }

func ruleComparable() {
	println(equal(1, 1), equal("a", "b"), equal([2]int{1}, [2]int{1}), equal[any](1, 1), equal(pair[int, string]{1, "x"}, pair[int, string]{1, "x"}))
	caught(func() { println(equal[any]([]int{}, []int{})) })
	p := new(int)
	println(equal(p, p), equal(p, new(int)))
}

type list[T any] interface {
	each(func(T) bool)
}

type vector[T any] []T

func (v vector[T]) each(f func(T) bool) {
	for _, x := range v {
		if !f(x) {
			return
		}
	}
}

func collect[T any, L list[T]](l L) (out []T) {
	l.each(func(x T) bool { out = append(out, x); return true })
	return
}

type setter[T any] interface {
	*T
	set(int)
}

type cell struct{ n int }

func (c *cell) set(n int) { c.n = n }

func make2[T any, P setter[T]](n int) (a, b T) {
	P(&a).set(n)
	P(&b).set(n + 1)
	return
}

func ruleInterfaces() {
	println(len(collect[int](vector[int]{1, 2, 3})), collect[string](vector[string]{"z"})[0])
	var l list[int] = vector[int]{7}
	l.each(func(n int) bool { println(n); return false })
	a, b := make2[cell](4)
	println(a.n, b.n)
}

func counter[T any]() func() int {
	n := 0
	return func() int { n++; return n }
}

func depth[T any](n int, x T) int {
	if n == 0 {
		return 0
	}
	return 1 + depth(n-1, x)
}

type set[T comparable] = map[T]struct{}

func ruleInstances() {
	a, b := counter[int](), counter[int]()
	println(a(), a(), b(), depth(3, "x"))
	s := set[int]{1: {}}
	s[2] = struct{}{}
	println(len(s))
	type local[T any] struct{ v T }
	x := local[[]int]{[]int{1}}
	println(len(x.v))
}
